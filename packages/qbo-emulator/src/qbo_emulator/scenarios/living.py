"""What a living company is: books, and the life that goes on in them when time is moved forward."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qbo_emulator.books import Books
from qbo_emulator.scenario import ScenarioRequest


class CompanyLife(Protocol):
    """Everything that happens in a company by itself."""

    def advance(self, books: Books, *, start: datetime, end: datetime) -> None:
        """Post what happens after `start` up to `end` (instants of company time), in order of time.

        Going in one step or in several gives the same books. What somebody else did meanwhile is seen: what is paid
        isn't paid again, and what is gone is left alone.
        """


@dataclass(frozen=True, slots=True)
class PlantedFlaw:
    """A flaw in finished books: its kind, the QuickBooks entity type and id that show it, and the reason."""

    kind: str
    entity: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class LivingCompany:
    """Finished books as of the request's day, and the life that continues them for as long as is asked.

    `flaws` are those that were planted in the books, `lookalikes` what is in order and only looks like them.
    """

    books: Books
    life: CompanyLife
    flaws: tuple[PlantedFlaw, ...] = ()
    lookalikes: tuple[PlantedFlaw, ...] = ()


@dataclass(frozen=True, slots=True)
class LivingScenario:
    """A kind of company, under the name to ask for.

    `company_name` is cheap: it tells the name of a company without building it, and companies served together
    have different names. `build` raises ScenarioOptionError for an option that it doesn't know or can't read.
    """

    name: str
    description: str
    company_name: Callable[[ScenarioRequest], str]
    build: Callable[[ScenarioRequest], LivingCompany]
