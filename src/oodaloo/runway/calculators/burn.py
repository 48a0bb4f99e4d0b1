"""What the last 13 full weeks took: net burn, gross outflow and the run rate behind the horizon."""

from dataclasses import dataclass

from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Money
from oodaloo.runway.calculators.residual import HISTORY_WEEKS, full_weeks, weekly_cents
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.runway import BurnState, Coverage, NetBurn
from oodaloo.runway.model.unknown import Unknown

MIN_WEEKS = 4
"""Fewer full weeks than these carry no statement about burn, coverage or a run rate."""


@dataclass(frozen=True, slots=True)
class RunRate:
    """Mean daily net movement over `weeks` as cents ÷ days, kept as a fraction so that nothing is rounded early."""

    net_cents: int
    weeks: DateRange

    def after(self, days: int) -> int:
        """Cents gained (or lost, negative) in `days` at this rate, rounded down."""
        return self.net_cents * days // self.weeks.days


@dataclass(frozen=True, slots=True)
class Pace:
    """What the last full weeks moved, in cents: net by week, and all that went out; no weeks without a history."""

    weeks: DateRange | None
    net_cents: tuple[int, ...]
    out_cents: int


def pace_of(books: Books) -> Pace:
    """The pace of the last 13 full weeks, of at least 4 with a movement in them."""
    weeks = full_weeks(books)
    inside = [movement for movement in books.movements if movement.dated in weeks]
    if not inside or weeks.days < 7 * MIN_WEEKS:
        return Pace(None, (), 0)
    out = sum(-movement.amount.cents for movement in inside if movement.amount.cents < 0)
    return Pace(weeks, tuple(weekly_cents(inside, weeks)), out)


def net_burn_of(picture: CashPicture, pace: Pace | None = None) -> NetBurn:
    """Spendable ÷ (median weekly net burn ÷ 7) over the last 13 full weeks, as the runway definitions say.

    All movements of the operating accounts count. Not burning when the median week doesn't lose cash; unknown
    with less than 4 full weeks of history or no movement in them. `pace` is that of the picture's books, where known.
    """
    pace = pace or pace_of(picture.books)
    weeks = pace.weeks
    if weeks is None:
        return NetBurn(BurnState.UNKNOWN, None, None, None)
    weekly_burn = -median(pace.net_cents)
    if weekly_burn <= 0:
        return NetBurn(BurnState.NOT_BURNING, None, None, weeks)
    daily = Money(weekly_burn // 7, picture.spendable.currency)
    days = max(0, picture.spendable.cents * 7 // weekly_burn)
    return NetBurn(BurnState.BURNING, days, daily, weeks)


def coverage_of(picture: CashPicture, pace: Pace | None = None) -> Coverage | Unknown:
    """Cash ÷ mean daily gross outflow over the last 13 full weeks; unknown where nothing went out."""
    pace = pace or pace_of(picture.books)
    weeks, out = pace.weeks, pace.out_cents
    if weeks is None:
        return Unknown((f"less than {MIN_WEEKS} full weeks with payments in the last {HISTORY_WEEKS}",))
    if out == 0:
        return Unknown((f"no money left the operating accounts in the last {weeks.days // 7} full weeks",))
    cash = picture.books.cash
    return Coverage(max(0, cash.cents * weeks.days // out), Money(out // weeks.days, cash.currency), weeks)


def run_rate_of(picture: CashPicture, pace: Pace | None = None) -> RunRate | None:
    """The mean net movement of the last 13 full weeks, or None where there is too little history.

    A mean on purpose: with a payroll every second week the median week is either a payroll week or not.
    """
    pace = pace or pace_of(picture.books)
    return None if pace.weeks is None else RunRate(sum(pace.net_cents), pace.weeks)
