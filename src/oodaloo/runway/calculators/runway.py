"""The three runway definitions and their states, read off a projection."""

from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.because import sentences
from oodaloo.runway.calculators.burn import coverage_of, net_burn_of, run_rate_of
from oodaloo.runway.calculators.lifecycle import AHEAD_DAYS
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.recurring import FlowClass
from oodaloo.runway.model.runway import LowestPoint, PayrollCover, Projection, Runway, RunwayState


@dataclass(frozen=True, slots=True)
class _Finding:
    """The state, with the day of a crossing (projected or, beyond the horizon, at the run rate)."""

    state: RunwayState
    crossed: date | None
    unknown_because: tuple[str, ...] = ()


def runway_of(picture: CashPicture, projection: Projection) -> Runway:
    """Covered until (with its state), net-burn days and coverage days, lowest point, payrolls, and why.

    Dated: the first day on which spendable is below the buffer; today when it is already. Beyond the horizon: not
    crossed in the projection, but at the run rate of the last 13 full weeks within 52 weeks, or no run rate is known.
    Sustained: not within 52 weeks either. Unknown: no operating account, or nothing was ever paid from which to
    project, and never zero days instead.
    """
    finding = _finding(picture, projection)
    known = finding.state is not RunwayState.UNKNOWN
    covered_until = finding.crossed if finding.state is RunwayState.DATED else None
    lowest = _lowest(projection) if known else None
    payrolls = _payrolls(projection) if known else ()
    return Runway(
        as_of=projection.as_of,
        spendable=picture.spendable,
        buffer=picture.books.business.buffer,
        state=finding.state,
        covered_until=covered_until,
        days=None if covered_until is None else (covered_until - projection.as_of).days,
        cautious_days=None,
        lowest=lowest,
        payrolls=payrolls,
        net_burn=net_burn_of(picture),
        coverage=coverage_of(picture),
        because=(
            *finding.unknown_because,
            *sentences(picture, projection, finding.state, finding.crossed, lowest, payrolls),
        ),
    )


def _finding(picture: CashPicture, projection: Projection) -> _Finding:
    books, buffer = picture.books, picture.books.business.buffer
    if not any(account.operating for account in books.accounts):
        return _Finding(RunwayState.UNKNOWN, None, ("No active checking or savings account was found in QuickBooks.",))
    crossed = next((day.day for day in projection.days if day.spendable < buffer), None)
    if crossed == projection.as_of:
        return _Finding(RunwayState.DATED, crossed)
    if not books.movements and not books.settled_invoices and not books.settled_bills:
        nothing = "No payment in or out was found in QuickBooks, so there is nothing to project from."
        return _Finding(RunwayState.UNKNOWN, None, (nothing,))
    if crossed is not None:
        return _Finding(RunwayState.DATED, crossed)
    return _beyond(picture, projection)


def _beyond(picture: CashPicture, projection: Projection) -> _Finding:
    """Only the run rate speaks behind the horizon: it starts from the projection's last day."""
    rate = run_rate_of(picture)
    if rate is None:
        return _Finding(RunwayState.BEYOND_HORIZON, None)
    last = projection.days[-1]
    spare = last.spendable.cents - picture.books.business.buffer.cents
    days = next((n for n in range(1, AHEAD_DAYS - len(projection.days) + 2) if spare + rate.after(n) < 0), None)
    if days is None:
        return _Finding(RunwayState.SUSTAINED, None)
    return _Finding(RunwayState.BEYOND_HORIZON, last.day + timedelta(days=days))


def _lowest(projection: Projection) -> LowestPoint:
    lowest = min(projection.days, key=lambda day: (day.spendable.cents, day.day))
    return LowestPoint(lowest.day, lowest.spendable)


def _payrolls(projection: Projection) -> tuple[PayrollCover, ...]:
    found = []
    for day in projection.days:
        paid = [item.amount for item in day.items if item.flow_class is FlowClass.PAYROLL]
        if paid:
            total = Money.total(paid, day.spendable.currency)
            found.append(PayrollCover(day.day, -total, day.spendable))
    return tuple(found)
