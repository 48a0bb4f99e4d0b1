"""The three runway definitions and their states, read off the futures of a projection."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.because import sentences
from oodaloo.runway.calculators.burn import Pace, coverage_of, net_burn_of, pace_of, run_rate_of
from oodaloo.runway.calculators.lifecycle import AHEAD_DAYS
from oodaloo.runway.calculators.projection.reading import Reading
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.recurring import FlowClass
from oodaloo.runway.model.runway import PayrollCover, ProjectedDay, Projection, Runway, RunwayState


@dataclass(frozen=True, slots=True)
class _Finding:
    """The state, with the day of a crossing (projected or, beyond the horizon, at the run rate)."""

    state: RunwayState
    crossed: date | None
    unknown_because: tuple[str, ...] = ()


def runway_of(
    picture: CashPicture,
    projection: Projection,
    reading: Reading,
    pace: Pace | None = None,
    *,
    in_words: bool = True,
) -> Runway:
    """Covered until (with its state and range), net-burn days and coverage days, lowest point, payrolls, and why.

    Dated: the median of the first days on which spendable is below the buffer; today when it is already. Beyond the
    horizon: half of the futures never are within it, but the middle case is at the run rate of the last 13 full weeks
    within 52 weeks, or no run rate is known. Sustained: not within 52 weeks either. Unknown: no operating account, or
    nothing was ever paid from which to project, and never zero days instead. The projection is the same money item by
    item, and `reading` is read on its paydays; sentences quote it where it agrees with the futures, and say so where it
    doesn't. They are left out where nobody reads them (not `in_words`).
    """
    pace = pace or pace_of(picture.books)
    finding = _finding(picture, reading, pace)
    known = finding.state is not RunwayState.UNKNOWN
    first_below = reading.first_below
    runway = Runway(
        as_of=projection.as_of,
        spendable=picture.spendable,
        buffer=picture.books.business.buffer,
        state=finding.state,
        covered_until=finding.crossed if finding.state is RunwayState.DATED else None,
        cautious_until=first_below.cautious if known else None,
        good_until=first_below.good if known else None,
        calibrated=reading.calibrated,
        lowest=reading.lowest if known else None,
        payrolls=_payrolls(projection, reading) if known else (),
        net_burn=net_burn_of(picture, pace),
        coverage=coverage_of(picture, pace),
        because=finding.unknown_because,
    )
    if not in_words:
        return runway
    told = sentences(picture, projection, runway, finding.crossed, run_rate_of(picture, pace))
    return replace(runway, because=(*runway.because, *told))


def _finding(picture: CashPicture, reading: Reading, pace: Pace) -> _Finding:
    books, crossed = picture.books, reading.first_below.middle
    if not any(account.operating for account in books.accounts):
        return _Finding(
            RunwayState.UNKNOWN,
            None,
            ("No active checking or savings account was found in QuickBooks; add one there, or make one active.",),
        )
    if crossed == reading.as_of:
        return _Finding(RunwayState.DATED, crossed)
    if not books.movements and not books.settled_invoices and not books.settled_bills:
        nothing = "No payment in or out was found in QuickBooks, so there is nothing to project from."
        return _Finding(RunwayState.UNKNOWN, None, (nothing,))
    if crossed is not None:
        return _Finding(RunwayState.DATED, crossed)
    return _beyond(picture, reading, pace)


def _beyond(picture: CashPicture, reading: Reading, pace: Pace) -> _Finding:
    """Only the run rate speaks behind the horizon: it starts from the last day of the middle case."""
    rate = run_rate_of(picture, pace)
    if rate is None:
        return _Finding(RunwayState.BEYOND_HORIZON, None)
    spare, days_read = reading.at_last.cents - picture.books.business.buffer.cents, len(reading.means)
    days = next((n for n in range(1, AHEAD_DAYS - days_read + 2) if spare + rate.after(n) < 0), None)
    if days is None:
        return _Finding(RunwayState.SUSTAINED, None)
    return _Finding(RunwayState.BEYOND_HORIZON, reading.last + timedelta(days=days))


def paydays_of(projection: Projection) -> tuple[int, ...]:
    """The numbers of the days on which a payroll is paid."""
    return tuple(number for number, day in enumerate(projection.days) if _payroll(day))


def _payrolls(projection: Projection, reading: Reading) -> tuple[PayrollCover, ...]:
    found = []
    for number, after in reading.paydays.items():
        day = projection.days[number]
        total = Money.total(_payroll(day), day.spendable.currency)
        found.append(PayrollCover(day.day, -total, after.middle, after.short))
    return tuple(found)


def _payroll(day: ProjectedDay) -> list[Money]:
    return [item.amount for item in day.items if item.flow_class is FlowClass.PAYROLL]
