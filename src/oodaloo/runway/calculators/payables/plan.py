"""The suggested plan: a pay date for every open bill that keeps the cautious path above the buffer wherever it can."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.payables import plan_words as words
from oodaloo.runway.calculators.payables.best import best_choices
from oodaloo.runway.calculators.payables.exact import AIMED_GAP
from oodaloo.runway.calculators.payables.problem import Problem, latest_safe_choice, problem_of
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy
from oodaloo.runway.model.plan import (
    DailySpendable,
    NotPlanned,
    PaymentPlan,
    PlannedPayment,
    Shortage,
)


def suggest_plan(
    timings: Sequence[BillTiming],
    path: DailySpendable,
    buffer: Money,
    calendar: BankCalendar,
    policy: PayablesPolicy | None = None,
    gap: float = AIMED_GAP,
    payrolls: Collection[date] = (),
) -> PaymentPlan:
    """A pay date for each bill, from `path`'s first day on: spendable cash without these bills, cautiously foreseen.

    In this order: spendable stays at or above `buffer`; no bill is paid after its safe date; late fees are avoided and
    discounts taken; cash is kept as long as it may be. Where not all bills can be paid by their safe dates, those that
    may wait (never payroll, tax, rent or loans) go to one of the next weekly pay days, as few dollars for as few days
    as possible, and the plan says which, and by how much each breaks the buffer. What even that can't mend is told as
    `remaining`. No bill takes the money of one of the `payrolls` that could be covered. Bills that are usually charged
    to a card, and those in another currency, get no date.

    Exact up to `gap`; costs and limits are checked in whole cents. Source: the runway definitions, payables timing.
    """
    chosen_policy = policy or PayablesPolicy()
    bills = [each for each in timings if _why_not(each, path) is None]
    plain = problem_of(bills, path, buffer.cents, calendar, chosen_policy, may_wait=False, payrolls=payrolls)
    on_safe_days = [len(choices) - 1 for choices in plain.choices]
    at_safe = _shortage(_left(path, plain, on_safe_days), buffer)
    problem = plain
    if at_safe is not None:
        problem = problem_of(bills, path, buffer.cents, calendar, chosen_policy, may_wait=True, payrolls=payrolls)
    chosen, proof = best_choices(problem, gap)
    left = _left(path, problem, chosen)
    payments = [
        _payment(bill, number, problem, chosen, position, path)
        for position, (bill, number) in enumerate(zip(bills, chosen, strict=True))
    ]
    plan = PaymentPlan(
        as_of=path.first,
        buffer=buffer,
        payments=tuple(sorted(payments, key=lambda each: (each.day, -each.amount.cents, each.timing.bill.ref))),
        not_planned=tuple(
            NotPlanned(each.bill.ref, because) for each in timings if (because := _why_not(each, path)) is not None
        ),
        spendable=left,
        without_bills=_shortage(path, buffer),
        at_safe_dates=at_safe,
        remaining=_shortage(left, buffer),
        saved=Money.total((each.discount for each in payments), path.currency),
        late_fees=Money.total((each.late_fee for each in payments), path.currency),
        cost=problem.cost(chosen),
        proof=proof,
        because=(),
    )
    return replace(plan, because=words.plan_sentences(plan))


def _payment(
    bill: BillTiming, number: int, problem: Problem, chosen: Sequence[int], position: int, path: DailySpendable
) -> PlannedPayment:
    choice, currency = problem.choices[position][number], path.currency
    difference = choice.cents - bill.to_pay.cents
    planned = PlannedPayment(
        timing=bill,
        day=path.first + timedelta(days=choice.day),
        amount=Money(choice.cents, currency),
        discount=Money(max(0, -difference), currency),
        late_fee=Money(max(0, difference), currency),
        waits_days=choice.waits_days,
        short_if_safe=_short_if_safe(problem, chosen, position, currency) if choice.waits_days else None,
        because="",
    )
    return replace(planned, because=words.payment_sentence(planned, path.first))


def _short_if_safe(problem: Problem, chosen: Sequence[int], position: int, currency: Currency) -> Money:
    safe = latest_safe_choice(problem.choices[position])
    back = [*chosen[:position], safe, *chosen[position + 1 :]]
    paid = problem.paid(back, problem.limits[-1].day + 1)
    return Money(max(0, *(paid[limit.day] - limit.cents for limit in problem.limits)), currency)


def _left(path: DailySpendable, problem: Problem, chosen: Sequence[int]) -> DailySpendable:
    paid = problem.paid(chosen, len(path.cents))
    return replace(path, cents=tuple(cents - out for cents, out in zip(path.cents, paid, strict=True)))


def _shortage(path: DailySpendable, buffer: Money) -> Shortage | None:
    below = [number for number, cents in enumerate(path.cents) if cents < buffer.cents]
    if not below:
        return None
    worst = min(below, key=lambda number: (path.cents[number], number))
    missing = Money(buffer.cents - path.cents[worst], path.currency)
    return Shortage(path.day(below[0]), path.day(worst), missing)


def _why_not(timing: BillTiming, path: DailySpendable) -> str | None:
    if timing.to_pay.currency != path.currency:
        return f"in {timing.to_pay.currency}, while this plan is in {path.currency}"
    if timing.by_card:
        return timing.expected_because
    return None
