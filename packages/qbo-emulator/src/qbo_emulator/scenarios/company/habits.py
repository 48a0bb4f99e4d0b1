"""When and how a customer pays an invoice, and when we pay a bill: habits turned into dates and parts."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from qbo_emulator.scenarios.company.business_days import in_month, is_business_day, on_or_after
from qbo_emulator.scenarios.company.description import PayingHabit, VendorPlan

_PAY_RUN_WEEKDAYS = (1, 3)  # bills are paid on Tuesdays and Thursdays
_ERRATIC_LATE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A part of an invoice, or all of it, and the day on which it is paid."""

    day: date
    cents: int


def customer_payments(
    habit: PayingHabit, issued: date, due: date, cents: int, dice: Random
) -> tuple[PlannedPayment, ...]:
    """Return how an invoice of that amount will be paid: once, or in two parts at the habit's part share."""
    paid_on = max(_settling_day(habit, due, dice), on_or_after(issued + timedelta(days=1)))
    rest_days, splits = dice.randint(12, 28), dice.random() < habit.part_share
    if not splits:
        return (PlannedPayment(paid_on, cents),)
    first = round(cents * dice.uniform(0.4, 0.7) / 5000) * 5000 or cents // 2
    rest_on = _on_a_paying_day(habit, paid_on + timedelta(days=rest_days))
    return (PlannedPayment(paid_on, first), PlannedPayment(rest_on, cents - first))


def bill_payment_day(vendor: VendorPlan, received: date, due: date, dice: Random) -> date:
    """Return the pay run in which this bill is paid: never before the day after it came."""
    late_days = vendor.median_late_days + round(dice.triangular(-1, 1, 0) * vendor.spread_days)
    day = max(due + timedelta(days=late_days), received + timedelta(days=1))
    while not is_pay_run(day):
        day += timedelta(days=1)
    return day


def is_pay_run(day: date) -> bool:
    """Whether bills are paid on this day."""
    return day.weekday() in _PAY_RUN_WEEKDAYS and is_business_day(day)


def _settling_day(habit: PayingHabit, due: date, dice: Random) -> date:
    wobble_days = dice.triangular(-1, 1, 0) * habit.spread_days
    if habit.style == "erratic" and dice.random() < _ERRATIC_LATE_SHARE:
        wobble_days += dice.uniform(1, 4) * habit.spread_days
    return _on_a_paying_day(habit, due + timedelta(days=habit.median_late_days + round(wobble_days)))


def _on_a_paying_day(habit: PayingHabit, day: date) -> date:
    if habit.style != "twice_a_month":
        return on_or_after(day)
    while day not in {on_or_after(in_month(day.year, day.month, run)) for run in habit.run_days}:
        day += timedelta(days=1)
    return day
