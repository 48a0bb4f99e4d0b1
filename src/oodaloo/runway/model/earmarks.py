"""What was decided about money: cash that is spoken for, and the days on which open bills are paid."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import RecordRef


class EarmarkKind(StrEnum):
    """A hold stands behind one payment and ends with it; a reserve is a pot with a name that payments draw on."""

    HOLD = "hold"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Earmark:
    """Cash that is spoken for: `amount` (positive) leaves spendable at once, or on its day where it is `dated`.

    `purpose` is the bill, or the key of the recurring flow, whose payments consume it: as they go out, spendable
    doesn't change again by what was set aside for them. What a payment leaves of its hold is released; what it leaves
    of a reserve waits for the next one. Without a purpose it stays aside.
    """

    key: str
    kind: EarmarkKind
    label: str
    amount: Money
    dated: date | None = None
    purpose: RecordRef | str | None = None

    def leaves_by(self, day: date) -> bool:
        """Whether spendable is without it at the end of `day`."""
        return self.dated is None or self.dated <= day


class Decided(StrEnum):
    """What was decided about an open bill."""

    PAY_NOW = "pay_now"
    SCHEDULED = "scheduled"
    DELAYED = "delayed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """The day on which an open bill's money leaves as decided; None where it was cancelled and nothing leaves.

    `amount` (positive) is what leaves where a discount or a fee makes it differ from what is open. A day that has
    passed counts as today, except a delay's: then the bill is due again as if nothing had been decided.
    """

    bill: RecordRef
    decided: Decided
    day: date | None
    amount: Money | None = None
