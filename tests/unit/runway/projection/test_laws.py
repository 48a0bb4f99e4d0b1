"""Laws of the simulated projection, on every day and every path of whatever books."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.projection.futures import futures_of
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.model.earmarks import Decided, Earmark, PlannedDay
from oodaloo.runway.model.picture import Books, CashPicture, OpenItem
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.scenario import SlipCustomer, Suppositions
from tests.support.books import USD, a_bill, a_hold, a_picture, a_reserve, days_ago, in_days, paid
from tests.unit.runway.test_projection import some_books

PATHS = 200
CALCULATOR = RunwayCalculator(PATHS)
FEWER = settings(max_examples=40)

CENTS = st.integers(1, 10**9)
DAYS = st.integers(0, 95)


def futures(picture: CashPicture) -> Floats:
    """Spendable of the picture, shape (days, paths)."""
    return futures_of(expectations_of(picture, CALCULATOR.learned(picture), HORIZON_DAYS), PATHS, seed=1)


@st.composite
def some_books_with_a_bill(draw: st.DrawFn) -> tuple[Books, OpenItem]:
    """Any books, and among their open bills one of a vendor that was paid at odd times before."""
    of = draw(some_books())
    vendor = draw(st.sampled_from(["Pier 9", "V1"]))
    past = [
        paid(a_bill(vendor, 500, issued=days_ago(60 + 9 * n * n), due=days_ago(40 + 9 * n * n)), days_late=late)
        for n, late in enumerate(draw(st.lists(st.integers(-5, 30), max_size=5)))
    ]
    bill = a_bill(vendor, str(Money(draw(CENTS), USD)), due=in_days(draw(st.integers(-20, 80))))
    settled = tuple(item for item, _ in past)
    return replace(of, payables=(*of.payables, bill), settled_bills=(*of.settled_bills, *settled)), bill


def decided(picture: CashPicture, bill: OpenItem, how: Decided, day: int | None, *holds: Earmark) -> CashPicture:
    """The picture with a decision about the bill."""
    plan = PlannedDay(bill.ref, how, None if day is None else in_days(day))
    return replace(picture, planned=(plan,), earmarks=(*picture.earmarks, *holds))


@FEWER
@given(some_books())
def test_money_adds_up_path_by_path(of: Books) -> None:
    """Half of what is expected and the other half move what all of it moves: no sum has another's luck."""
    picture = a_picture(of)
    expected = expectations_of(picture, CALCULATOR.learned(picture), HORIZON_DAYS)
    halves = (replace(expected, money=part) for part in (expected.money[::2], expected.money[1::2]))
    moved = [futures_of(each, PATHS, seed=1) - expected.opening.cents for each in (expected, *halves)]
    assert (moved[0] == moved[1] + moved[2]).all()


@FEWER
@given(some_books())
def test_each_day_has_a_range_and_no_number_is_missing(of: Books) -> None:
    """Cautious, middle and good case come in that order around finite numbers; day 0 opens at spendable."""
    assessment = CALCULATOR.current(a_picture(of))
    spendable = futures(assessment.picture)
    assert np.isfinite(spendable).all()
    for day, row in zip(assessment.simulation.days, spendable, strict=True):
        assert day.cautious <= day.middle <= day.good
        assert row.min() - 1 <= day.mean.cents <= row.max() + 1
        assert 0 <= day.short <= 1
    assert (spendable[0] == assessment.picture.spendable.cents).all()
    assert {assessment.projection.days[0].spendable, assessment.simulation.days[0].middle} == {
        assessment.picture.spendable
    }


@FEWER
@given(some_books(), st.integers(0, 10**11))
def test_more_cash_lifts_every_path_by_as_much(of: Books, more: int) -> None:
    """So no case of the first day below comes sooner, and no payroll is missed more often."""
    (account,) = of.accounts
    rich = replace(of, accounts=(replace(account, balance=account.balance + Money(more, USD)),))
    assert (futures(a_picture(rich)) == futures(a_picture(of)) + more).all()
    poor, richer = CALCULATOR.current(a_picture(of)).runway, CALCULATOR.current(a_picture(rich)).runway
    for soon, late in ((poor.cautious_days, richer.cautious_days), (poor.good_days, richer.good_days)):
        assert soon is None or late is None or late >= soon
    for short, covered in zip(poor.payrolls, richer.payrolls, strict=True):
        assert covered.missed <= short.missed


@FEWER
@given(some_books())
def test_every_future_is_the_line_when_nothing_varies(of: Books) -> None:
    """What is known for certain moves on the same days on the line and on every path."""
    picture = a_picture(of)
    expected = expectations_of(picture, CALCULATOR.learned(picture), HORIZON_DAYS)
    certain = replace(expected, money=tuple(e for e in expected.money if e.waits is None and e.size is None))
    line = [0] * (HORIZON_DAYS + 1)
    for each in certain.money:
        day = (each.item.dated - certain.as_of).days
        if day <= HORIZON_DAYS:
            line[day] += each.item.amount.cents
    rows = futures_of(certain, 3, seed=1)
    assert (rows == (certain.opening.cents + np.cumsum(line))[:, None]).all()


@FEWER
@given(some_books_with_a_bill(), DAYS, st.integers(1, 60))
def test_cancelling_keeps_most_then_delaying_then_paying_now(
    books_and_bill: tuple[Books, OpenItem], day: int, delay: int
) -> None:
    """On every day of every path a later payment leaves no less, and none at all the most."""
    of, bill = books_and_bill
    picture = a_picture(of)
    now = futures(decided(picture, bill, Decided.PAY_NOW, day))
    later = futures(decided(picture, bill, Decided.SCHEDULED, day + delay))
    never = futures(decided(picture, bill, Decided.CANCELLED, None))
    assert (never >= later).all()
    assert (later >= now).all()


@FEWER
@given(some_books_with_a_bill())
def test_a_hold_moves_a_payment_to_today_and_changes_nothing_after_it(
    books_and_bill: tuple[Books, OpenItem],
) -> None:
    """On each path spendable is lower by the whole hold until the bill is paid, and then by nothing at all."""
    of, bill = books_and_bill
    plain = a_picture(of)
    held = replace(plain, earmarks=(a_hold(bill),))
    lower = futures(plain) - futures(held)
    assert set(np.unique(lower)) <= {0.0, float(bill.open.cents)}
    assert (np.diff(lower, axis=0) <= 0).all()
    assert (lower[0] == bill.open.cents).all()


@FEWER
@given(some_books_with_a_bill(), DAYS)
def test_the_hold_of_a_scheduled_payment_changes_no_path(books_and_bill: tuple[Books, OpenItem], day: int) -> None:
    """Its hold leaves on the day on which the payment does: nothing is subtracted twice, nothing early."""
    of, bill = books_and_bill
    picture = a_picture(of)
    scheduled = decided(picture, bill, Decided.SCHEDULED, max(1, day))
    with_hold = replace(scheduled, earmarks=(a_hold(bill, dated=in_days(max(1, day))),))
    assert (futures(scheduled) == futures(with_hold)).all()


@FEWER
@given(some_books_with_a_bill(), DAYS)
def test_a_dated_hold_leaves_with_its_payment_at_the_latest(books_and_bill: tuple[Books, OpenItem], day: int) -> None:
    """Whenever the bill is paid, spendable is lower by the hold from its day to the payment, and never after it."""
    of, bill = books_and_bill
    plain = a_picture(of)
    lower = futures(plain) - futures(replace(plain, earmarks=(a_hold(bill, dated=in_days(day)),)))
    assert set(np.unique(lower)) <= {0.0, float(bill.open.cents)}
    assert (lower[:day] == 0).all()
    assert (np.diff(lower[day:], axis=0) <= 0).all()


@FEWER
@given(some_books(), CENTS)
def test_a_reserve_is_used_up_by_the_payments_it_is_for(of: Books, cents: int) -> None:
    """A reserve for payroll lowers each path by what payrolls haven't used of it: never more, never again."""
    plain = a_picture(of)
    for flow in plain.recurring:
        reserve = a_reserve(str(Money(cents, USD)), purpose=flow.key)
        lower = futures(plain) - futures(replace(plain, earmarks=(reserve,)))
        assert (lower[0] == cents).all()
        assert (lower >= 0).all()
        assert (np.diff(lower, axis=0) <= 0).all()


@FEWER
@given(some_books(), st.integers(1, 40))
def test_what_slips_leaves_no_path_better_off(of: Books, days: int) -> None:
    """A customer who pays later makes spendable no higher on any day, and one who pays sooner no lower."""
    plain = a_picture(of)
    for customer in {item.party for item in of.receivables}:
        later, sooner = (
            futures(replace(plain, supposed=Suppositions(slips=(SlipCustomer(customer, slip),))))
            for slip in (days, -days)
        )
        assert (later <= futures(plain)).all()
        assert (futures(plain) <= sooner).all()


@FEWER
@given(some_books(), st.integers(1, 91))
def test_a_path_doesn_t_depend_on_how_far_or_how_many_are_looked_at(of: Books, horizon: int) -> None:
    """The first paths and days are the same whatever comes behind them."""
    picture = a_picture(of)
    learned = CALCULATOR.learned(picture)
    few = futures_of(expectations_of(picture, learned, horizon), 50, seed=1)
    many = futures_of(expectations_of(picture, learned, HORIZON_DAYS), PATHS, seed=1)
    assert (few == many[: horizon + 1, :50]).all()
