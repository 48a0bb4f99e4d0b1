"""How right a forecast was: what it expected of some days against what happened on them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import Party, RecordRef


class OutcomeKind(StrEnum):
    """What became of something expected, or that nobody expected it."""

    AS_EXPECTED = "as_expected"
    EARLIER = "earlier"
    LATER = "later"
    NOT_YET = "not_yet"
    OTHER_AMOUNT = "other_amount"
    UNEXPECTED = "unexpected"


class Source(StrEnum):
    """What a forecast rests on where it was right or wrong."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    FLOW = "flow"
    CARD = "card"
    UNDEPOSITED = "undeposited"
    OTHER_MONEY = "other_money"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Dated:
    """A signed amount on a day."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expected sum and what became of it by the end of the days looked at.

    `expected` is None where nothing was expected, and lies behind those days where it came earlier; `happened` is None
    where nothing came yet. `error` is what came less what was expected within the days, so that the errors add up;
    `error_days` is how much later it came, or is by now (negative: earlier), None where no day was missed or given.
    `key` names the customer, vendor, flow or card from one week to the next.
    """

    kind: OutcomeKind
    source: Source
    key: str
    label: str
    party: Party | None
    expected: Dated | None
    happened: Dated | None
    error: Money
    error_days: int | None
    records: tuple[RecordRef, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Hindsight:
    """Cash as it was said for the day `upto` on the day `since`, and as it was; `error` is the sum of all outcomes'.

    `cautious` and `good` bound the 80 % range that was given, None where none was.
    """

    since: date
    upto: date
    said: Money
    cautious: Money | None
    good: Money | None
    happened: Money
    outcomes: tuple[Outcome, ...]

    @property
    def error(self) -> Money:
        """What was there beyond what was said (negative: less)."""
        return self.happened - self.said

    @property
    def inside(self) -> bool | None:
        """Whether what happened lies within the range that was given; None where none was."""
        if self.cautious is None or self.good is None:
            return None
        return self.cautious <= self.happened <= self.good


@dataclass(frozen=True, slots=True)
class DriftPolicy:
    """When being off is a pattern: at least `times` of the latest `weeks`, always to the same side.

    Days count from `days` on, amounts from `percent` of what was expected and `dollars` on. From `together` customers
    on they are told as one. What was told isn't told again within `quiet_days`, unless it has got worse by a bucket.
    """

    weeks: int = 6
    times: int = 3
    days: int = 3
    percent: int = 5
    dollars: int = 250
    together: int = 4
    quiet_days: int = 28


@dataclass(frozen=True, slots=True)
class Drift:
    """A forecast that is off again and again, to one side.

    `key` stays the same from night to night; `bucket` grows with the size of the error, coarsely, so that it rarely
    changes by itself.
    """

    key: str
    bucket: int
    sentence: str
    parties: tuple[Party, ...]
    records: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """When a drift was last sent, and how bad it was then."""

    key: str
    bucket: int
    on: date
