"""What changed between two pictures of one business, and by which causes; the causes add up to the change."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import Party, RecordRef


class CauseKind(StrEnum):
    """Why a forecast moved, in the order in which causes are counted."""

    RECEIVED_EARLY = "received_early"
    PAID_EARLY = "paid_early"
    TIME = "time"
    AGED = "aged"
    NOT_RECEIVED = "not_received"
    UNDEPOSITED = "undeposited"
    NOT_PAID = "not_paid"
    RECURRING_MATCHED = "recurring_matched"
    RECURRING_MISSED = "recurring_missed"
    RECURRING_CHANGED = "recurring_changed"
    RECURRING_ENDED = "recurring_ended"
    RECURRING_NEW = "recurring_new"
    CARD = "card"
    OTHER_MONEY = "other_money"
    NEW_INVOICE = "new_invoice"
    NEW_BILL = "new_bill"
    CORRECTED = "corrected"
    DECIDED = "decided"
    REFORECAST = "reforecast"
    USUAL_LEVEL = "usual_level"
    BUFFER = "buffer"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Measures:
    """What a picture says in figures that can be subtracted: "covered until", and cash today and at the lowest point.

    `until` is the first day below the buffer, or the end of what both pictures look at where there is none by then.
    """

    until: date
    spendable: Money
    lowest: Money


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: by how many days it moved "covered until", and by how much spendable today and at the lowest point.

    `what` says what happened, `sentence` with its effect. `parties` are whom it is about, `records` the documents that
    show it. `several` counts the causes it stands for where they were too small to be told alone.
    """

    kind: CauseKind
    days: int
    spendable: Money
    lowest: Money
    what: str
    sentence: str
    parties: tuple[Party, ...]
    records: tuple[RecordRef, ...]
    several: int = 1


class ToldIn(StrEnum):
    """What a change is told in: days, or dollars at the lowest point where neither picture has a date."""

    DAYS = "days"
    DOLLARS = "dollars"


@dataclass(frozen=True, slots=True)
class Change:
    """How "covered until" moved from one picture to another; each figure is the exact sum over `causes`.

    `causes` stand in the order in which they were counted. `at_least` says that one of the pictures has no date within
    the days both look at, so that the movement may be larger.
    """

    since: date
    upto: date
    then: Measures
    now: Measures
    told_in: ToldIn
    at_least: bool
    causes: tuple[Cause, ...]

    @property
    def days(self) -> int:
        """Days won, or lost (negative)."""
        return (self.now.until - self.then.until).days

    @property
    def spendable(self) -> Money:
        """Change of spendable cash."""
        return self.now.spendable - self.then.spendable

    @property
    def lowest(self) -> Money:
        """Change of the lowest point."""
        return self.now.lowest - self.then.lowest
