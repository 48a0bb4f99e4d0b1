"""The runway definitions and their states."""

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.runway import BurnState, PayrollCover, Runway, RunwayState
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import (
    TODAY,
    USD,
    a_bill,
    a_movement,
    a_picture,
    an_account,
    an_invoice,
    assessed,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    payrolls,
    usd,
)
from tests.unit.runway.test_projection import some_books


def runway(of: Books) -> Runway:
    """The runway of these books."""
    return assessed(of).runway


def agency(cash: int, *, buffer: int = 0) -> Books:
    """Payroll of 20,000 every second Friday, next on Oct 9, and nothing else."""
    return books(cash, buffer=buffer, movements=payrolls(last=days_ago(7)))


def test_covered_until_the_first_day_below_the_buffer() -> None:
    """50,000 pay two payrolls (Oct 9 and 23); the third, on Nov 6, leaves −10,000: covered 35 days."""
    found = runway(agency(50_000))
    assert (found.state, found.covered_until, found.days) == (RunwayState.DATED, in_days(35), 35)


def test_the_buffer_brings_the_date_forward() -> None:
    """The same 50,000 with a buffer of 10,001: the second payroll leaves 10,000, a dollar too little."""
    assert runway(agency(50_000, buffer=10_001)).days == 21
    assert runway(agency(50_000, buffer=10_000)).days == 35


def test_payrolls_are_covered_at_zero_whatever_the_buffer() -> None:
    """Three payrolls of 20,000 from 40,000: the second is covered to the last dollar, the third isn't."""
    first, second, third, *_ = runway(agency(40_000, buffer=5_000)).payrolls
    assert first == PayrollCover(in_days(7), usd(20_000), usd(20_000), missed=0.0)
    assert (second.covered, second.spendable_after) == (True, usd(0))
    assert (third.covered, third.spendable_after) == (False, usd(-20_000))


def test_below_the_buffer_today_is_zero_days() -> None:
    """Zero days is a date: today."""
    found = runway(agency(900, buffer=1_000))
    assert (found.state, found.covered_until, found.days) == (RunwayState.DATED, TODAY, 0)
    assert found.because[0] == "Spendable is $900 today, already below the buffer of $1,000."


def test_a_negative_bank_balance_is_zero_days_even_without_history() -> None:
    """An overdrawn account needs no forecast."""
    assert runway(books(-1)).days == 0


def test_no_operating_account_can_not_tell() -> None:
    """Without a checking or savings account there is no cash to count, which isn't zero days."""
    found = runway(books(accounts=[an_account(500, operating=False)], movements=payrolls()))
    assert (found.state, found.covered_until, found.days, found.lowest) == (RunwayState.UNKNOWN, None, None, None)
    assert found.because[0].startswith("No active checking or savings account was found in QuickBooks; add one")


def test_no_history_can_not_tell() -> None:
    """Cash and an open invoice, but nothing was ever paid: what it costs to run this business isn't known."""
    found = runway(books(10_000, invoices=[an_invoice()]))
    assert (found.state, found.days) == (RunwayState.UNKNOWN, None)
    assert found.net_burn.state is BurnState.UNKNOWN
    assert isinstance(found.coverage, Unknown)


def test_beyond_the_horizon_only_the_run_rate_speaks() -> None:
    """Seven payrolls fit into 160,000 with 20,000 to spare; 1,538 a day on average ends that within the year."""
    found = runway(agency(160_000))
    assert (found.state, found.covered_until, found.days) == (RunwayState.BEYOND_HORIZON, None, None)
    assert "at the mean of the last 13 full weeks, $10,769 a week out, it would be reached on" in found.because[0]
    assert found.lowest is not None
    assert found.lowest.spendable == usd(20_000)


def test_a_business_that_never_burns_is_sustained() -> None:
    """More comes in than goes out, in the projection and at the run rate: no date, no number of days."""
    income = [a_movement(day, 25_000, "Stripe", category="Sales") for day in every(14, days_ago(8), 20)]
    found = runway(books(50_000, movements=[*payrolls(last=days_ago(7)), *income]))
    assert (found.state, found.days, found.net_burn.state) == (RunwayState.SUSTAINED, None, BurnState.NOT_BURNING)


def test_a_short_history_says_nothing_behind_the_horizon() -> None:
    """Three weeks of books carry a projection of what is open, but no run rate."""
    found = runway(books(10_000, movements=[a_movement(days_ago(10), -20, "Shop")]))
    assert found.state is RunwayState.BEYOND_HORIZON
    assert "too little history to look further" in found.because[0]


def test_earmarks_are_not_spendable() -> None:
    """With 15,000 set aside 50,000 pay one payroll only."""
    found = assessed(agency(50_000), earmarked=15_000).runway
    assert (found.spendable, found.days) == (usd(35_000), 21)


def test_documents_dated_in_the_future_are_open_documents() -> None:
    """A bill entered today for next month counts on its due date."""
    bill = a_bill("Pier 9", 60_000, issued=in_days(20), due=in_days(52))
    shop = a_movement(days_ago(10), -20, "Shop")
    assert runway(books(50_000, bills=[bill], movements=[shop])).covered_until == in_days(52)


def test_no_payroll_is_said() -> None:
    """An agency whose payroll can't be seen in QuickBooks must know that it isn't in the numbers."""
    found = runway(books(10_000, movements=[a_movement(days_ago(30), -20, "Shop")]))
    assert found.payrolls == ()
    assert "No regular payroll was found in QuickBooks; if there is one, it isn't in these numbers." in found.because


@pytest.mark.parametrize("cash", [0, 10**9])
def test_extremes_have_an_answer(cash: int) -> None:
    """No cash at all and a billion both give a state; nothing at the buffer is still covered."""
    found = runway(agency(cash))
    assert (found.state, found.days) == ((RunwayState.DATED, 7) if cash == 0 else (RunwayState.SUSTAINED, None))


@given(some_books(), st.integers(1, 10**11))
def test_more_cash_never_shortens_the_runway(of: Books, more: int) -> None:
    """With more money in the bank the date never comes sooner, and an undated runway gets no date."""
    (account,) = of.accounts
    richer = runway(replace(of, accounts=(replace(account, balance=account.balance + Money(more, USD)),)))
    poorer = runway(of)
    if poorer.state in (RunwayState.BEYOND_HORIZON, RunwayState.SUSTAINED):
        assert richer.days is None
    if poorer.days is not None and richer.days is not None:
        assert richer.days >= poorer.days


@given(some_books(), st.integers(1, 200), st.integers(1, 200))
def test_a_longer_horizon_never_lengthens_a_known_date(of: Books, horizon: int, more: int) -> None:
    """Looking further changes nothing about a date that is already known."""
    picture = a_picture(of)
    near, far = (RunwayCalculator(300, horizon_days=days).current(picture).runway for days in (horizon, horizon + more))
    for soon, later in (
        (near.days, far.days),
        (near.cautious_days, far.cautious_days),
        (near.good_days, far.good_days),
    ):
        assert soon is None or later == soon


@given(some_books())
def test_the_date_is_the_first_day_below_in_half_of_the_futures(of: Books) -> None:
    """By "covered until" half of the futures have been below and not before; the middle case isn't below sooner.

    One in ten has been by the cautious date, nine in ten by the good one, and the lowest is the middle case's minimum.
    """
    assessment = assessed(of)
    found, simulation = assessment.runway, assessment.simulation
    so_far = list(accumulate(simulation.first_below.by_day))
    for until, share in ((found.cautious_days, 0.1), (found.days, 0.5), (found.good_days, 0.9)):
        if until is not None:
            assert so_far[until] >= share * simulation.futures
            assert until == 0 or so_far[until - 1] <= share * simulation.futures
    if found.covered_until is not None:
        assert all(day.middle >= found.buffer for day in simulation.days if day.day < found.covered_until)
    if found.lowest is not None:
        assert found.lowest.spendable == min(day.middle for day in simulation.days)


def test_one_customer_is_enough() -> None:
    """A business with one customer and one bill has a runway like any other."""
    history = history_of("Only", [5, 6, 7])
    of = books(
        100,
        invoices=[an_invoice("Only", 900, due=in_days(10))],
        bills=[a_bill("Pier 9", 500, due=in_days(5))],
        settled=history.items,
        movements=history.movements,
    )
    assert runway(of).covered_until == in_days(5)
