"""The console's lanes: what must be paid, what can wait, whom to ask for money."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.priority import Priority
from oodaloo.runway.model.reference import Party, RecordRef


class Lane(StrEnum):
    """Where an open bill or overdue invoice stands."""

    MUST_PAY = "must_pay"
    CAN_DELAY = "can_delay"
    CHASING = "chasing"


@dataclass(frozen=True, slots=True)
class LaneItem:
    """A bill or invoice in its lane. `day` is until when it is to be paid or may wait; for invoices when it was due.

    `breaks_buffer` marks a bill for which the suggested plan has no cash by that day. `effect` is what the lane's
    decision does by itself: paying today what must be paid, letting wait until `day` what can be delayed, asking for
    what is overdue; None where it isn't priced. `priority` ranks what can be delayed and what is overdue.
    """

    lane: Lane
    ref: RecordRef
    party: Party
    amount: Money
    day: date
    sentence: str
    breaks_buffer: bool = False
    effect: Effect | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class Lanes:
    """Bills by day, invoices by priority."""

    must_pay: tuple[LaneItem, ...]
    can_delay: tuple[LaneItem, ...]
    chasing: tuple[LaneItem, ...]
