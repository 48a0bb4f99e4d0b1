"""The sentences that explain a runway, with figures that a person can check against the projection and the books."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.burn import RunRate
from oodaloo.runway.calculators.omissions import omissions
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import (
    HORIZON_DAYS,
    BurnState,
    DatedItem,
    ItemKind,
    PayrollCover,
    ProjectedDay,
    Projection,
    Runway,
    RunwayState,
)
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, days_text, money_text

_WEEK_DAYS = 7
_TWO_WEEKS = 14
_LOWERED_LABELS = {"Payroll": "payroll", "Payroll tax": "payroll tax", "Other spending": "other spending"}


def sentences(
    picture: CashPicture, projection: Projection, runway: Runway, crossed: date | None, rate: RunRate | None
) -> tuple[str, ...]:
    """First the headline and how it comes about, its range and payroll, then what the projection doesn't hold.

    `crossed` is the day of the headline's crossing, or of the run rate's where there is none within the horizon.
    """
    found: list[str] = []
    if runway.state is not RunwayState.UNKNOWN:
        found += _headline(picture, projection, runway, crossed, rate)
        found += _range_sentence(runway)
        found += _lowest_sentence(projection, runway)
        found += _payroll_sentences(runway.payrolls)
    found += _burn_sentences(picture, runway, rate)
    return (*found, *omissions(picture, projection, is_known=runway.state is not RunwayState.UNKNOWN))


def _headline(
    picture: CashPicture, projection: Projection, runway: Runway, crossed: date | None, rate: RunRate | None
) -> Iterator[str]:
    buffer = runway.buffer
    if runway.state is RunwayState.DATED and crossed is not None:
        day = next(day for day in projection.days if day.day == crossed)
        alone = next((each for each in projection.days if each.spendable < buffer), None)
        agrees = alone == day
        if agrees:
            yield _crossing(picture, projection, day, buffer)
        else:
            yield _crossing_of_futures(projection, day, alone, buffer)
        if crossed > projection.as_of:
            yield ("" if agrees else "On usual days: ") + _sum_until(projection, day)
        return
    who = "Spendable" if runway.cautious_until is None else "In most futures spendable"
    floor = f"{who} stays at or above {_floor_text(buffer)}"
    if rate is None:
        yield f"{floor} for {HORIZON_DAYS} days; there is too little history to look further."
    elif runway.state is RunwayState.SUSTAINED:
        yield f"{floor} for {HORIZON_DAYS} days, and for 52 weeks at {_rate_text(rate, runway)}."
    elif crossed is not None:
        reached = f"at {_rate_text(rate, runway)}, it would be reached on {day_text(crossed)}, {crossed.year}"
        yield f"{floor} for {HORIZON_DAYS} days; after that only the run rate speaks: {reached}."
    yield _sum_until(projection, projection.days[-1])


def _rate_text(rate: RunRate, runway: Runway) -> str:
    """The mean movement of a week, with the weeks it is taken from."""
    weekly = money_text(Money(abs(rate.after(_WEEK_DAYS)), runway.spendable.currency), cents=False)
    direction = "out" if rate.net_cents < 0 else "in"
    return f"the mean of the last {rate.weeks.days // _WEEK_DAYS} full weeks, {weekly} a week {direction}"


def _crossing(picture: CashPicture, projection: Projection, day: ProjectedDay, buffer: Money) -> str:
    """Item by item the line crosses on the very day: what does it, what it leaves, and who would have prevented it."""
    spendable, below = money_text(day.spendable, cents=False), f"below {_floor_text(buffer)}"
    if day.day == projection.as_of:
        return f"Spendable is {spendable} today, already {below}."
    out = [item for item in day.items if item.amount.cents < 0]
    first = min(out, key=lambda item: item.amount.cents)
    more = "" if len(out) == 1 else f" and {len(out) - 1} more"
    verb = "leaves" if len(out) == 1 else "leave"
    what = f"{_what(first)} of {money_text(-first.amount, cents=False)}{more} {verb} {spendable}, {below}"
    before, late = _largest_before(projection, day, out), _late_customer(picture, projection, day, buffer)
    return f"{_until_text(projection, day)}: {before}{what}{late}."


def _largest_before(projection: Projection, day: ProjectedDay, out: Sequence[DatedItem]) -> str:
    """The payment of the two weeks before that weighs more than all of the day itself, with what it left."""
    since = day.day - timedelta(days=_TWO_WEEKS)
    days = [each for each in projection.days if since < each.day < day.day]
    earlier = [(item, each) for each in days for item in each.items if item.amount.cents < 0]
    if not earlier:
        return ""
    item, then = min(earlier, key=lambda pair: pair[0].amount.cents)
    if item.amount.cents >= sum(each.amount.cents for each in out):
        return ""
    amount, left = money_text(-item.amount, cents=False), money_text(then.spendable, cents=False)
    return f"{_what(item)} of {amount} on {day_text(then.day)} leaves {left}, then "


def _late_customer(picture: CashPicture, projection: Projection, day: ProjectedDay, buffer: Money) -> str:
    """The largest invoice that is due before the crossing, would cover it, and is expected only later."""
    due = {item.ref: item.due for item in picture.books.receivables}
    missing = buffer - day.spendable
    late = [
        item
        for item in projection.items
        if item.kind is ItemKind.RECEIVABLE and item.dated >= day.day and item.amount >= missing
        if due.get(item.records[0], day.day) < day.day
    ]
    if not late:
        return ""
    item = max(late, key=lambda item: item.amount.cents)
    return f"; {_habit_text(item)}"


def _habit_text(item: DatedItem) -> str:
    """ "Client X usually pays 12 days late: $28,500 expected Tue, Nov 3"."""
    habit = item.reason.split("; ")[1] if "; " in item.reason else ""
    expected = f"{money_text(item.amount, cents=False)} expected {day_text(item.dated)}"
    if habit.startswith("usually"):
        return f"{item.label} {habit}: {expected}"
    if habit[:1].isdigit():
        return f"{item.label} is {habit}: {expected}"
    return f"{item.label}: {expected}"


def _crossing_of_futures(projection: Projection, day: ProjectedDay, alone: ProjectedDay | None, buffer: Money) -> str:
    """Half of the futures are below although the items on their usual days aren't, or the other way round."""
    below = f"half of all futures are below {_floor_text(buffer)} by then"
    when = f"not be within {HORIZON_DAYS} days" if alone is None else f"be on {day_text(alone.day)}"
    usual = f"with every item on its usual day it would {when}"
    return f"{_until_text(projection, day)}: {below}; {usual}{_hanging_on(projection, day)}."


def _hanging_on(projection: Projection, day: ProjectedDay) -> str:
    """The invoices that are expected two weeks around the crossing: whether they come in time decides it."""
    around = timedelta(days=_TWO_WEEKS)
    near = [
        item
        for item in projection.items
        if item.kind is ItemKind.RECEIVABLE and day.day - around <= item.dated <= day.day + around
    ]
    if not near:
        return ""
    if len(near) == 1:
        return f". It hangs on {_habit_text(near[0])}"
    total = money_text(Money.total((item.amount for item in near), near[0].amount.currency), cents=False)
    largest = max(near, key=lambda item: item.amount.cents)
    amount, when = money_text(largest.amount, cents=False), day_text(largest.dated)
    return f". It hangs on {len(near)} invoices, {total} in all, the largest {largest.label}'s {amount} expected {when}"


def _until_text(projection: Projection, day: ProjectedDay) -> str:
    return f"Covered until {day_text(day.day)}, {days_text((day.day - projection.as_of).days)}"


def _range_sentence(runway: Runway) -> Iterator[str]:
    """How early one future in ten and how late nine of ten are below; nothing where all agree."""
    cautious, good = runway.cautious_until, runway.good_until
    if cautious is None or cautious == good:
        return
    floor = _floor_text(runway.buffer)
    early = f"One future in ten is below {floor} by {day_text(cautious)}, {days_text(runway.cautious_days or 0)}"
    late = (
        f"within {HORIZON_DAYS} days"
        if good is None
        else f"before {day_text(good)}, {days_text(runway.good_days or 0)}"
    )
    trust = "" if runway.calibrated else " This range is not yet calibrated by enough weeks of payments."
    yield f"{early}; one in ten isn't {late}.{trust}"


def _what(item: DatedItem) -> str:
    if item.kind is ItemKind.PAYABLE:
        return f"the bill from {item.label}"
    return _LOWERED_LABELS.get(item.label, item.label)


def _floor_text(buffer: Money) -> str:
    return "zero" if buffer.is_zero else f"the buffer of {money_text(buffer, cents=False)}"


def _sum_until(projection: Projection, last: ProjectedDay) -> str:
    items = [item for item in projection.items if item.dated <= last.day]
    currency = projection.opening.currency
    gained = Money.total((item.amount for item in items if item.amount.cents > 0), currency)
    spent = Money.total((-item.amount for item in items if item.amount.cents < 0), currency)
    opening, closing = money_text(projection.opening, cents=True), money_text(last.spendable, cents=True)
    flows = f"plus {money_text(gained, cents=True)} in, less {money_text(spent, cents=True)} out"
    return f"{opening} spendable today, {flows} by {day_text(last.day)}, makes {closing}."


def _lowest_sentence(projection: Projection, runway: Runway) -> Iterator[str]:
    """The lowest point with the largest payment of its day."""
    lowest = runway.lowest
    if lowest is None or lowest.day == runway.as_of:
        return
    items = [item for day in projection.days if day.day == lowest.day for item in day.items if item.amount.cents < 0]
    days = days_text((lowest.day - runway.as_of).days)
    after = ""
    if items:
        item = min(items, key=lambda item: item.amount.cents)
        after = f", after {_what(item)} of {money_text(-item.amount, cents=False)}"
    amount = money_text(lowest.spendable, cents=False)
    yield f"The lowest point within {HORIZON_DAYS} days is {amount} on {day_text(lowest.day)}, {days}{after}."


def _payroll_sentences(payrolls: Sequence[PayrollCover]) -> Iterator[str]:
    if not payrolls:
        yield "No regular payroll was found in QuickBooks; if there is one, it isn't in these numbers."
        return
    short = [payroll for payroll in payrolls if not payroll.covered]
    if short:
        first = short[0]
        missing = money_text(-first.spendable_after, cents=False)
        are = "is short," if len(short) == 1 else "are short, the first"
        found = f"{len(short)} of {len(payrolls)} payrolls {are} on {day_text(first.day)} by {missing}"
        yield f"{found}{_futures_text(first)}."
        return
    last, least = day_text(payrolls[-1].day), max(payrolls, key=lambda payroll: payroll.missed)
    if len(payrolls) == 1:
        yield f"The payroll on {last} is covered{_futures_text(least)}."
    else:
        which = f"; the least sure is that of {day_text(least.day)}" if least.missed > 0 else ""
        yield f"All {len(payrolls)} payrolls until {last} are covered{which}{_futures_text(least)}."


def _futures_text(payroll: PayrollCover) -> str:
    """How sure it is; nothing where all futures agree."""
    sure = payroll.missed in (0.0, 1.0)
    return "" if sure else f", covered in {payroll.covered_in_100} of 100 futures"


def _burn_sentences(picture: CashPicture, runway: Runway, rate: RunRate | None) -> Iterator[str]:
    """Net burn and coverage with their divisors; beside the median week the mean, since they may lie far apart."""
    burn, coverage = runway.net_burn, runway.coverage
    if burn.state is BurnState.UNKNOWN or rate is None:
        why = coverage.because[0] if isinstance(coverage, Unknown) else "there is too little history"
        yield f"Net burn and coverage can't be told: {why}."
        return
    if runway.state is RunwayState.UNKNOWN:
        return
    weeks, mean = rate.weeks.days // _WEEK_DAYS, _mean_text(rate, runway)
    if burn.days is None or burn.daily is None:
        yield f"Net burn: the median of the last {weeks} full weeks loses no cash; their mean is {mean}."
    else:
        spendable, daily = (money_text(each, cents=False) for each in (runway.spendable, burn.daily))
        lasts = f"{spendable} spendable last {days_text(burn.days)} at {daily} a day"
        yield f"Net burn: {lasts}, by the median of the last {weeks} full weeks; their mean is {mean}."
    if not isinstance(coverage, Unknown):
        cash, daily = (money_text(each, cents=False) for each in (picture.books.cash, coverage.daily_outflow))
        yield f"Coverage: {cash} in the bank pay {days_text(coverage.days)} of what goes out, on average {daily} a day."


def _mean_text(rate: RunRate, runway: Runway) -> str:
    daily = money_text(Money(abs(rate.after(1)), runway.spendable.currency), cents=False)
    return f"{daily} a day {'out' if rate.net_cents < 0 else 'in'}"
