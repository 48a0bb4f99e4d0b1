"""Residual, net burn and coverage: the levels of the last thirteen full weeks, by hand."""

from datetime import date, timedelta

from oodaloo.kit.dates import DateRange
from oodaloo.runway.calculators.burn import coverage_of, net_burn_of, run_rate_of
from oodaloo.runway.calculators.open_items import summarise
from oodaloo.runway.model.assessment import OpenSummary
from oodaloo.runway.model.picture import CashMovement, MovementKind
from oodaloo.runway.model.runway import BurnState, Coverage
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import (
    TODAY,
    USD,
    a_credit,
    a_movement,
    a_picture,
    an_invoice,
    books,
    days_ago,
    in_days,
    payrolls,
    usd,
)

WEEKS = DateRange(date(2026, 6, 29), date(2026, 9, 27))


def weekly(amounts: list[int]) -> list[CashMovement]:
    """One movement in each of the last full weeks, the last amount in the last week, each to someone else."""
    first = WEEKS.last - timedelta(days=7 * len(amounts) - 1)
    return [
        a_movement(first + timedelta(days=7 * number + number * 3 % 5), amount, f"Payee {chr(65 + number)}")
        for number, amount in enumerate(amounts)
    ]


def test_the_thirteen_full_weeks_end_before_this_week() -> None:
    """On Friday, Oct 2 the last full week ended on Sunday, Sep 27; thirteen of them began on Monday, Jun 29."""
    burn = net_burn_of(a_picture(books(movements=weekly([-700] * 13))))
    assert burn.weeks == WEEKS


def test_net_burn_is_the_median_week() -> None:
    """Weeks cost 100 to 1,300; the median week costs 700, a day 100: 10,000 last 100 days."""
    burn = net_burn_of(a_picture(books(10_000, movements=weekly([-100 * n for n in range(1, 14)]))))
    assert (burn.state, burn.days, burn.daily) == (BurnState.BURNING, 100, usd(100))


def test_earmarks_shorten_net_burn_days() -> None:
    """Net-burn days count spendable cash: with 3,000 set aside 7,000 last 70 days."""
    burn = net_burn_of(a_picture(books(10_000, movements=weekly([-700] * 13)), earmarked=3_000))
    assert burn.days == 70


def test_no_burn_is_a_state_and_too_little_history_another() -> None:
    """A growing business isn't burning; three weeks of books can't tell."""
    assert net_burn_of(a_picture(books(movements=weekly([700] * 13)))).state is BurnState.NOT_BURNING
    assert net_burn_of(a_picture(books(movements=weekly([-700] * 3)))).state is BurnState.UNKNOWN
    assert net_burn_of(a_picture(books())).state is BurnState.UNKNOWN


def test_cash_below_zero_lasts_zero_days() -> None:
    """Net-burn days and coverage days are never negative."""
    picture = a_picture(books(-500, movements=weekly([-700] * 13)))
    coverage = coverage_of(picture)
    assert net_burn_of(picture).days == 0
    assert isinstance(coverage, Coverage)
    assert coverage.days == 0


def test_coverage_divides_cash_by_mean_daily_outflow() -> None:
    """13 weeks with 1,400 out and 9,000 in each: 200 a day out, so 10,000 cover 50 days, whatever comes in."""
    both = [*weekly([-1_400] * 13), *(a_movement(m.dated, 9_000, f"In {m.dated}") for m in weekly([-1] * 13))]
    coverage = coverage_of(a_picture(books(10_000, movements=both)))
    assert coverage == Coverage(50, usd(200), WEEKS)


def test_nothing_ever_out_leaves_coverage_unknown() -> None:
    """Dividing by no outflow isn't infinity; it is unknown, with the reason."""
    coverage = coverage_of(a_picture(books(movements=weekly([700] * 13))))
    assert coverage == Unknown(("no money left the operating accounts in the last 13 full weeks",))


def test_the_run_rate_is_a_mean() -> None:
    """Payroll every second week: the median week is either, the mean is what it costs per day."""
    rate = run_rate_of(a_picture(books(movements=weekly([-9_100, 0] * 6 + [-9_100]))))
    assert rate is not None
    assert rate.after(91) == -7 * 9_100_00
    assert rate.after(13) == -7 * 1_300_00


def test_the_residual_is_what_nothing_explains() -> None:
    """Payroll is a flow, a card payment and a transfer are no spending: 150 a week to ever different shops remain."""
    card = a_movement(days_ago(30), -4_000, category="Visa", kind=MovementKind.CARD_PAYMENT)
    residual = a_picture(books(movements=[*weekly([-150] * 13), *payrolls(), card])).residual
    assert (residual.weeks, residual.weekly_out, residual.weekly_in) == (13, usd(150), usd(0))
    assert residual.weekly_out_spread == usd(0)


def test_a_short_history_gives_a_short_residual() -> None:
    """Five full weeks of books are five weeks, and no history is none."""
    assert a_picture(books(movements=weekly([-150] * 5))).residual.weeks == 5
    assert a_picture(books()).residual.weeks == 0


def test_open_items_are_summed_gross() -> None:
    """Two invoices of 300 and 200, one of them overdue, and a credit of 50 that stays apart."""
    items = [an_invoice("Alder", 300, due=days_ago(1)), an_invoice("Birch", 200, due=TODAY)]
    summary = summarise(items, [a_credit("Alder", 50)], TODAY, USD)
    assert summary == OpenSummary(usd(500), usd(300), 2, usd(50))
    assert summarise([], [], in_days(0), USD) == OpenSummary(usd(0), usd(0), 0, usd(0))
