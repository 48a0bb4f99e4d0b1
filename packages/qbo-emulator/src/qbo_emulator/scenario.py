"""What a scenario is: a named recipe that builds the books of a company from a seed and a date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qbo_emulator.books import Books


@dataclass(frozen=True, slots=True)
class ScenarioRequest:
    """What the books are built from; the same request always gives the same books.

    `as_of` is the last day of history, `company_number` counts from 1 when several companies are served,
    `options` are the KEY=VALUE pairs given with `--option`.
    """

    seed: int
    as_of: date
    realm_id: str
    company_number: int
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of company: the name to ask for, one sentence about it, and what builds its books.

    `build` raises ScenarioOptionError for an option that it doesn't know or can't read.
    """

    name: str
    description: str
    build: Callable[[ScenarioRequest], Books]


class ScenarioOptionError(ValueError):
    """A scenario was given an option it doesn't know; the message names the options that it takes."""
