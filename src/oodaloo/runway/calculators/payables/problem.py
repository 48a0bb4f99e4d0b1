"""The suggested plan as a problem of choice: each bill's useful dates, and how much may be paid by when.

A payment lowers spendable cash on its day and every day after, so between two dates of the same price the later one
is never worse. What is left to choose from per bill are the last day with the discount, the latest safe day and, only
where cash doesn't reach for all safe days, the weekly pay days after it. What has been paid never falls, so the room
on a day is the least room from there on, and only days on which something may be paid need a limit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from oodaloo.kit.dates import BankCalendar
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy
from oodaloo.runway.model.plan import DailySpendable, PlanCost

LATE_PERCENT_A_YEAR = 18
"""How lateness is weighed: at the 1.5 % a month that US invoices customarily charge. It is never shown as money."""

UNITS_PER_CENT = 365_000
"""Costs are whole numbers of 1/365,000 cents: a cent kept a day longer counts one, a thousandth of a cent a year."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to pay a bill: on a day (number from the path's first), `cents` leaving.

    `late` is what waiting weighs, `early` what paying early costs less what it saves, both in 1/365,000 cents.
    """

    day: int
    cents: int
    late: int
    early: int
    waits_days: int
    discounted: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `cents` may have been paid by the end of `day`."""

    day: int
    cents: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Per bill its choices by day (the last one pays least early), and the limits that can be exceeded at all."""

    choices: tuple[tuple[Choice, ...], ...]
    limits: tuple[Limit, ...]

    def paid(self, chosen: Sequence[int], days: int) -> list[int]:
        """Cents paid by the end of each of `days` days when bill i takes its choice number `chosen[i]`."""
        by_day = [0] * days
        for choices, number in zip(self.choices, chosen, strict=True):
            choice = choices[number]
            if choice.day < days:
                by_day[choice.day] += choice.cents
        return list(accumulate(by_day))

    def cost(self, chosen: Sequence[int]) -> PlanCost:
        """What the plan costs; no discount makes another bill wait, however large it is."""
        taken = [choices[number] for choices, number in zip(self.choices, chosen, strict=True)]
        return PlanCost(sum(choice.late for choice in taken), sum(choice.early for choice in taken))

    def keeps(self, chosen: Sequence[int]) -> bool:
        """Whether every limit holds, exactly."""
        if not self.limits:
            return True
        paid = self.paid(chosen, self.limits[-1].day + 1)
        return all(paid[limit.day] <= limit.cents for limit in self.limits)


def problem_of(
    bills: Sequence[BillTiming],
    path: DailySpendable,
    buffer_cents: int,
    calendar: BankCalendar,
    policy: PayablesPolicy,
    *,
    may_wait: bool,
    payrolls: Collection[date] = (),
) -> Problem:
    """The problem of paying `bills` out of `path`; with `may_wait`, classes that may wait have later pay days too.

    Where the buffer can't be kept even if everything waits that may, it is let go only as far as that. Within the next
    `policy.wait_days` that holds for each day by itself. After them a day may come as low as one of the days that
    follow within as long must come anyway: waiting for those would mend nothing, and there will be other plans by then.
    But on each day of `payrolls` that can be covered at all, spendable stays at zero or above.
    """
    choices = tuple(tuple(_choices(bill, path.first, calendar, policy, may_wait=may_wait)) for bill in bills)
    days, soon = len(path.cents), policy.wait_days
    least = Problem(choices, ()).paid([len(each) - 1 for each in choices], days)
    above = [cents - buffer_cents for cents in path.cents]
    lacking = [max(0, out - room) for out, room in zip(least, above, strict=True)]
    room = [above[day] + max(lacking[day : day + 1 + (soon if day > soon else 0)]) for day in range(days)]
    for day in {(payroll - path.first).days for payroll in payrolls} & set(range(days)):
        if least[day] <= path.cents[day]:
            room[day] = min(room[day], path.cents[day])
    from_here_on = list(accumulate(reversed(room), min))[::-1]
    return Problem(choices, tuple(_limits(choices, from_here_on)))


def narrowed(problem: Problem, chosen: Sequence[int]) -> Problem:
    """The problem that is left when it is settled which bills wait until when."""
    choices = tuple(
        (each[number],) if each[number].waits_days else tuple(choice for choice in each if not choice.waits_days)
        for each, number in zip(problem.choices, chosen, strict=True)
    )
    return Problem(choices, problem.limits)


def latest_safe_choice(choices: Sequence[Choice]) -> int:
    """The number of the last choice that doesn't wait: the latest safe day, in full where the discount is over."""
    return max(number for number, choice in enumerate(choices) if not choice.waits_days)


def first_pay_day(today: date, calendar: BankCalendar) -> date:
    """Today, or the next bank day."""
    return calendar.on_or_after(today)


def _choices(
    bill: BillTiming, today: date, calendar: BankCalendar, policy: PayablesPolicy, *, may_wait: bool
) -> list[Choice]:
    first = first_pay_day(today, calendar)
    safe = max(bill.latest_safe, first)
    cents, found = bill.to_pay.cents, []
    early = _discounted(bill, first, safe, today)
    if early is not None:
        found.append(early)
    if early is None or early.day < (safe - today).days:
        found.append(Choice((safe - today).days, cents, 0, 0, 0, discounted=False))
    if may_wait and not bill.must_pay:
        fee = bill.late_fee.amount.cents if bill.late_fee is not None and bill.bill.due >= today else 0
        for day in _pay_days(safe, calendar, policy):
            waits = (day - safe).days
            late = fee * UNITS_PER_CENT + cents * waits * LATE_PERCENT_A_YEAR * (UNITS_PER_CENT // 365) // 100
            found.append(Choice((day - today).days, cents + fee, late, 0, waits, discounted=False))
    return found


def _discounted(bill: BillTiming, first: date, safe: date, today: date) -> Choice | None:
    discount = bill.discount
    if discount is None or discount.pay_by < first or discount.amount.cents <= 0:
        return None
    day, cents, saved = min(discount.pay_by, safe), bill.to_pay.cents, discount.amount.cents
    cost = cents * (safe - day).days - saved * UNITS_PER_CENT
    return Choice((day - today).days, cents - saved, 0, cost, 0, discounted=True)


def _pay_days(safe: date, calendar: BankCalendar, policy: PayablesPolicy) -> list[date]:
    """The weekly pay days after `safe`, moved back to bank days, as far as a bill may wait."""
    ahead = (policy.pay_weekday - safe.weekday()) % 7
    weekly = [safe + timedelta(days=days) for days in range(ahead, policy.wait_days + 1, 7)]
    return [day for day in map(calendar.on_or_before, weekly) if day > safe]


def _limits(choices: Sequence[Sequence[Choice]], room: Sequence[int]) -> list[Limit]:
    """A limit for each day with a choice that could exceed it; of days with the same room only the last one."""
    days = sorted({choice.day for each in choices for choice in each if choice.day < len(room)})
    kept: dict[int, Limit] = {}
    for day in days:
        most = sum(max((choice.cents for choice in each if choice.day <= day), default=0) for each in choices)
        if most > room[day]:
            kept[room[day]] = Limit(day, room[day])
    return sorted(kept.values(), key=lambda limit: limit.day)
