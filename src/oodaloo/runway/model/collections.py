"""Which overdue invoices are worth chasing, and what that rests on."""

from dataclasses import dataclass
from decimal import Decimal

from oodaloo.kit.money import Money
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.priority import Priority
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class ContactEffect:
    """What contacting a customer does: it multiplies the odds of being paid within the horizon by `odds_ratio`.

    `contacts` of our own it was learned from; `assumed` as long as they are too few, and `source` says what instead.
    """

    odds_ratio: float
    contacts: int
    assumed: bool
    source: str


@dataclass(frozen=True, slots=True)
class ContactOutcome:
    """A past contact: the probability of payment without it, as foreseen on that day, and whether payment came."""

    paid_without_contact: float
    paid: bool


@dataclass(frozen=True, slots=True)
class ChaseValue:
    """What contacting the customer about an overdue invoice is worth.

    `amount` is what is open less the customer's credits; `gain` = amount × (probability of payment within the horizon
    with contact less that without), rounded half to even to the cent; `days` = gain ÷ daily net burn, to a tenth.
    `on_runway` is what asking does by the engine, None where it wasn't priced; `priority` counts the larger of both.
    """

    invoice: OpenItem
    amount: Money
    days_late: int
    paid_without_contact: float
    paid_with_contact: float
    gain: Money
    days: Decimal | Unknown
    effect: ContactEffect
    priority: Priority
    because: str
    on_runway: Effect | None = None


@dataclass(frozen=True, slots=True)
class NotChased:
    """An overdue invoice that is better left alone for now, and why."""

    ref: RecordRef
    because: str


@dataclass(frozen=True, slots=True)
class Chases:
    """Overdue invoices by priority, highest first, and those that nobody should be asked about yet."""

    horizon_days: int
    chased: tuple[ChaseValue, ...]
    left_alone: tuple[NotChased, ...]
