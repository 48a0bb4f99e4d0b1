"""What holds for every suggested plan, whatever the bills and the path."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from oodaloo.runway.calculators.payables.exact import solve
from oodaloo.runway.calculators.payables.greedy import greedy
from oodaloo.runway.calculators.payables.plan import suggest_plan
from oodaloo.runway.calculators.payables.problem import (
    UNITS_PER_CENT,
    Choice,
    Problem,
    first_pay_day,
    problem_of,
)
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy, VendorClass
from oodaloo.runway.model.plan import DailySpendable, PaymentPlan
from tests.support.books import CALENDAR, TODAY, USD, usd
from tests.support.payables import a_timing

BUFFER = usd(50)
DAYS = 28
ROUNDING = UNITS_PER_CENT
"""A cent: what the solver may be off by when it is asked for the best plan."""

classes = st.sampled_from([VendorClass.RENT, VendorClass.OTHER, VendorClass.OTHER, VendorClass.CONTRACTOR])
plain_bills = st.builds(a_timing, amount=st.integers(1, 400), safe=st.integers(-5, DAYS + 5), vendor_class=classes)
bills_with_prices = st.builds(
    a_timing,
    amount=st.integers(20, 400),
    safe=st.integers(-5, DAYS + 5),
    vendor_class=classes,
    discount=st.integers(0, 10),
    discount_within=st.integers(-2, 20),
    fee=st.sampled_from([0, 0, 25]),
)
changes = st.lists(st.integers(-300, 300), min_size=DAYS, max_size=DAYS)


@st.composite
def paths(draw: st.DrawFn) -> DailySpendable:
    """Four weeks of spendable cash that mostly stays where it is."""
    moved = draw(st.lists(st.booleans(), min_size=DAYS, max_size=DAYS))
    steps = [change if move else 0 for change, move in zip(draw(changes), moved, strict=True)]
    start = draw(st.integers(0, 1500))
    return DailySpendable(TODAY, tuple(level * 100 for level in accumulate(steps, initial=start)), USD)


def best(bills: list[BillTiming], path: DailySpendable) -> PaymentPlan:
    """The plan with nothing left to gain."""
    return suggest_plan(bills, path, BUFFER, CALENDAR, gap=0)


def late(choice: Choice) -> int:
    """What waiting weighs."""
    return choice.late


def early(choice: Choice) -> int:
    """What paying early costs, less what it saves."""
    return choice.early


def total(problem: Problem, cost: Callable[[Choice], int], chosen: Sequence[int]) -> int:
    """What a plan comes to."""
    return sum(cost(choices[number]) for choices, number in zip(problem.choices, chosen, strict=True))


def bank_days(bill: BillTiming) -> list[date]:
    """Every bank day on which a bill could be paid in time."""
    first = first_pay_day(TODAY, CALENDAR)
    days = (first + timedelta(days=n) for n in range(max(0, (bill.latest_safe - first).days) + 1))
    return [day for day in days if CALENDAR.is_business_day(day)]


def every_plan_in_time(bills: list[BillTiming], path: DailySpendable) -> Iterator[int]:
    """The early cost of each way to pay on bank days up to the safe dates that keeps the buffer, whatever the days."""
    for days in product(*map(bank_days, bills)):
        cents, cost = list(path.cents), 0
        for bill, day in zip(bills, days, strict=True):
            discount = bill.discount
            saved = discount.amount.cents if discount is not None and day <= discount.pay_by else 0
            cost += bill.to_pay.cents * (bank_days(bill)[-1] - day).days - saved * UNITS_PER_CENT
            for number in range((day - TODAY).days, len(cents)):
                cents[number] -= bill.to_pay.cents - saved
        if min(cents) >= BUFFER.cents:
            yield cost


@settings(max_examples=60)
@given(st.lists(bills_with_prices, min_size=1, max_size=2), paths())
def test_the_buffer_is_kept_whenever_it_can_be(bills: list[BillTiming], path: DailySpendable) -> None:
    """Against every combination of days: if one keeps the buffer, so does the plan, in time and as cheaply as any."""
    plan = best(bills, path)
    costs = list(every_plan_in_time(bills, path))
    assert (plan.remaining is None and not plan.waiting) == bool(costs)
    if costs:
        assert plan.cost.early <= min(costs) + ROUNDING


@given(st.lists(bills_with_prices, max_size=7), paths())
def test_the_exact_plan_is_never_worse_than_the_quick_one(bills: list[BillTiming], path: DailySpendable) -> None:
    """The solver alone, asked for the best, lets no more wait than the quick rule, nor saves less where nothing waits.

    Its bound lies below both.
    """
    for may_wait, cost in ((True, late), (False, early)):
        problem = problem_of(bills, path, BUFFER.cents, CALENDAR, PayablesPolicy(), may_wait=may_wait)
        quick, solved = greedy(problem), solve(problem, cost, gap=0)
        assert problem.keeps(quick)
        assert solved.chosen is not None
        assert solved.bound is not None
        exact = total(problem, cost, solved.chosen)
        assert exact <= total(problem, cost, quick) + ROUNDING
        assert solved.bound <= exact + ROUNDING


def short_until_friday(dollars: int) -> DailySpendable:
    """So many dollars until Thursday, and plenty from Friday on."""
    return DailySpendable(TODAY, (dollars * 100,) * 7 + (50_000,) * (DAYS - 7), USD)


def a_fee_that_waiting_would_bring() -> list[BillTiming]:
    """Four bills for today, of which one may wait at $25, and two for the last day, one with $1 off today."""
    today = [a_timing(amount=amount, safe=0, vendor_class=VendorClass.RENT) for amount in (36, 236, 249)]
    last_day = [a_timing(amount=20, safe=DAYS), a_timing(amount=20, safe=DAYS, discount=1)]
    return [*today, a_timing(amount=165, safe=0, fee=25), *last_day]


NEARLY_ENOUGH = DailySpendable(TODAY, (75_500,) * (DAYS - 1) + (75_300, 77_500), USD)
"""For those bills: $1 short in the end when all are paid on their safe days, $2 the day before with the discount."""


@example(
    bills=[a_timing("Birch", 20, safe=6), a_timing("Dale", 20, safe=13, discount=10, discount_within=6)],
    path=short_until_friday(69),
    more=1_000,
)
@example(bills=a_fee_that_waiting_would_bring(), path=NEARLY_ENOUGH, more=100)
@given(st.lists(bills_with_prices, max_size=6), paths(), st.integers(1, 100_000))
def test_more_cash_never_makes_a_plan_worse(bills: list[BillTiming], path: DailySpendable, more: int) -> None:
    """With more spendable cash on every day no more waits; where nothing waited, no less is saved by paying early.

    In the first example $19 don't pay Birch's $20 in time, $29 do, but then not Dale's $10 as well: Birch comes first.
    Where bills wait, more cash may save less early: which of them wait is settled without a look at discounts. And
    where the buffer can't be kept, it is let go as far as fees would break it if everything waited; with a dollar more,
    as in the second example, it may be kept, and costs a discount that was paid for out of it.
    """
    richer = DailySpendable(path.first, tuple(cents + more for cents in path.cents), path.currency)
    poor, rich = best(bills, path), best(bills, richer)
    if poor.remaining is not None and any(bill.late_fee for bill in bills):
        return
    assert rich.cost.late <= poor.cost.late + ROUNDING
    assert poor.waiting or rich.cost.early <= poor.cost.early + ROUNDING


@example(bills=a_fee_that_waiting_would_bring(), path=NEARLY_ENOUGH)
@given(st.lists(bills_with_prices, max_size=7), paths())
def test_no_more_is_missing_than_when_everything_waits(bills: list[BillTiming], path: DailySpendable) -> None:
    """A plan lets go of no more of the buffer than if all bills that may wait did so as long as they may, fees paid."""
    problem = problem_of(bills, path, BUFFER.cents, CALENDAR, PayablesPolicy(), may_wait=True)
    waiting = problem.paid([len(choices) - 1 for choices in problem.choices], len(path.cents))
    lowest = min(cents - out for cents, out in zip(path.cents, waiting, strict=True))
    remaining = best(bills, path).remaining
    assert (remaining.missing.cents if remaining else 0) <= max(0, BUFFER.cents - lowest)


@given(st.lists(bills_with_prices, max_size=7), paths(), st.sets(st.integers(0, DAYS - 1), max_size=3))
def test_no_bill_takes_the_money_of_a_payroll(bills: list[BillTiming], path: DailySpendable, paydays: set[int]) -> None:
    """A payroll that is covered when everything waits as long as it may is covered by the plan."""
    plan = suggest_plan(bills, path, BUFFER, CALENDAR, payrolls=[path.day(number) for number in paydays])
    problem = problem_of(bills, path, BUFFER.cents, CALENDAR, PayablesPolicy(), may_wait=True)
    waiting = problem.paid([len(choices) - 1 for choices in problem.choices], DAYS)
    for number in paydays:
        if waiting[number] <= path.cents[number]:
            assert plan.spendable.cents[number] >= 0


@given(st.lists(plain_bills, max_size=6), paths(), st.integers(1, 100_000))
def test_more_cash_never_leaves_more_missing(bills: list[BillTiming], path: DailySpendable, more: int) -> None:
    """What no plan can mend shrinks by the cash that is added, as long as neither discounts nor fees are at play."""
    richer = DailySpendable(path.first, tuple(cents + more for cents in path.cents), path.currency)
    poor, rich = (best(bills, each).remaining for each in (path, richer))
    assert (rich.missing.cents if rich else 0) == max(0, (poor.missing.cents if poor else 0) - more)


@given(st.lists(bills_with_prices, max_size=7), paths())
def test_dates_are_told(bills: list[BillTiming], path: DailySpendable) -> None:
    """Every bill has one bank day from today on; later than safe only if it says so, and never for must-pay classes."""
    plan = suggest_plan(bills, path, BUFFER, CALENDAR)
    assert sorted(payment.timing.bill.ref for payment in plan.payments) == sorted(bill.bill.ref for bill in bills)
    for payment in plan.payments:
        safe = max(payment.timing.latest_safe, first_pay_day(TODAY, CALENDAR))
        assert payment.day >= TODAY
        assert CALENDAR.is_business_day(payment.day)
        assert payment.waits_days == max(0, (payment.day - safe).days) <= PayablesPolicy().wait_days
        assert not (payment.waits_days and payment.timing.must_pay)
        assert payment.because


@given(st.lists(bills_with_prices, max_size=7), paths())
def test_the_plan_adds_up(bills: list[BillTiming], path: DailySpendable) -> None:
    """Spendable with the plan is the path less what was paid so far, to the cent, and the shortages are read off it."""
    plan = suggest_plan(bills, path, BUFFER, CALENDAR)
    for number, cents in enumerate(plan.spendable.cents):
        paid = sum(payment.amount.cents for payment in plan.payments if payment.day <= path.day(number))
        assert cents == path.cents[number] - paid
    for payment in plan.payments:
        assert payment.amount == payment.timing.to_pay - payment.discount + payment.late_fee
    lowest = min(plan.spendable.cents)
    assert (plan.remaining.missing.cents if plan.remaining else 0) == max(0, BUFFER.cents - lowest)


@given(st.lists(bills_with_prices, max_size=7), paths())
def test_the_same_bills_make_the_same_plan(bills: list[BillTiming], path: DailySpendable) -> None:
    """Asked twice, the plan is the same in every figure and word."""
    assert suggest_plan(bills, path, BUFFER, CALENDAR) == suggest_plan(bills, path, BUFFER, CALENDAR)
