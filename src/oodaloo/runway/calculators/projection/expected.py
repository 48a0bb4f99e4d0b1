"""What the projection expects: each sum of money once, with how sure its day and its amount are."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar, cast

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.calculators.receipts.calibration import Calibration
from oodaloo.runway.calculators.receipts.draws import Dice
from oodaloo.runway.model.runway import DatedItem, LeftOut

_MOST_KEPT = 5_000

KeptT = TypeVar("KeptT")


class Varying(Protocol):
    """Amounts that differ from path to path: a series of steps, such as the next hits of a flow."""

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        ...


@dataclass(frozen=True, slots=True)
class Size:
    """One step of varying amounts."""

    of: Varying
    step: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Money that is expected once. `item` places it on its median day with its typical amount.

    `waits` are the chances that it hasn't moved by the end of day 0, 1 … (to the horizon and at least four weeks), 1 on
    day 0; None where it moves on the item's day for certain. `luck` is the name that its dice are thrown for,
    `customer` the one whose luck it may share and in whose pace it comes, "" for what we pay ourselves. What is not
    `on_line` is more likely never to come than to come: it moves in some futures, and the line leaves it out.
    """

    item: DatedItem
    luck: str = ""
    customer: str = ""
    waits: Floats | None = None
    size: Size | None = None
    on_line: bool = True


class Kept:
    """What was worked out before for one set of books and one horizon, by what it follows from.

    The very same objects come back, so that what two pictures of these books have in common can be told from what a
    change adds or takes away.
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, object] = {}

    def of(self, key: Hashable, make: Callable[[], KeptT]) -> KeptT:
        """What was made for the key before, else what `make` makes."""
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[key] = found = make()
        return cast("KeptT", found)


@dataclass(frozen=True, slots=True)
class Expectations:
    """All that is expected from `as_of` (day 0, whose end opens at `opening`) to `horizon_days` after it."""

    as_of: date
    opening: Money
    horizon_days: int
    money: tuple[Expected, ...]
    left_out: tuple[LeftOut, ...]
    calibration: Calibration
