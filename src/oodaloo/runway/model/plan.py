"""The suggested plan: a pay date for every bill, what it does to spendable cash, and what it can't mend."""

from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.payables import BillTiming
from oodaloo.runway.model.reference import RecordRef


@dataclass(frozen=True, slots=True)
class DailySpendable:
    """Spendable cash at the end of each day from `first` on, in cents: a value for each day, at least one."""

    first: date
    cents: tuple[int, ...]
    currency: Currency

    def day(self, number: int) -> date:
        """The date of the value at that place."""
        return self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Spendable below the buffer: from which day, and on which day by how much at most (`missing` is positive)."""

    since: date
    worst: date
    missing: Money


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A bill's pay date: `amount` leaves the bank (what is to pay, less `discount`, plus `late_fee`).

    `waits_days` counts days after the latest safe date (or after the first bank day from today on, where that is
    later): zero unless the cash isn't there. Then `short_if_safe` is by how much spendable would be below what the plan
    keeps if this bill alone were paid on its safe date.
    """

    timing: BillTiming
    day: date
    amount: Money
    discount: Money
    late_fee: Money
    waits_days: int
    short_if_safe: Money | None
    because: str


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """An open bill that the plan gives no date, and why."""

    ref: RecordRef
    because: str


@dataclass(frozen=True, slots=True, order=True)
class PlanCost:
    """What plans are compared by, lower is better: first what waits, then what is paid early less what that saves.

    Both in 1/365,000 cents, see `calculators.payables.problem`; `early` is negative where discounts outweigh the rest.
    """

    late: int
    early: int


@dataclass(frozen=True, slots=True)
class PlanProof:
    """How good the plan is: in neither part of its cost can the best plan be further off than `gap`, a share of it.

    `early` is compared with plans in which the same bills wait as long. None when nothing was proved. `by_greedy` is
    set where the quick rule's plan was better than the solver's, within that gap, and is the one shown.
    """

    gap: float | None
    by_greedy: bool


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Dates for all bills, earliest first, and the cautious path with them paid (`spendable`).

    Three shortages, each None where the buffer holds: `without_bills` before any of these bills is paid,
    `at_safe_dates` with every bill paid on its safe date in full, `remaining` with the plan.
    """

    as_of: date
    buffer: Money
    payments: tuple[PlannedPayment, ...]
    not_planned: tuple[NotPlanned, ...]
    spendable: DailySpendable
    without_bills: Shortage | None
    at_safe_dates: Shortage | None
    remaining: Shortage | None
    saved: Money
    late_fees: Money
    cost: PlanCost
    proof: PlanProof
    because: tuple[str, ...]

    @property
    def waiting(self) -> tuple[PlannedPayment, ...]:
        """The bills that break the buffer on their safe dates and are therefore paid later."""
        return tuple(payment for payment in self.payments if payment.waits_days)
