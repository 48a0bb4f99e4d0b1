"""What holds for the effect of any decision in any books: on every day of every future, not on average."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.projection.changed import Futures
from oodaloo.runway.calculators.projection.expected import Kept
from oodaloo.runway.calculators.projection.futures import futures_of
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.projection.learned import Learned, learn
from oodaloo.runway.calculators.projection.reading import read
from oodaloo.runway.calculators.projection.simulated import simulation_of
from oodaloo.runway.calculators.scenario import supposed, to_pay
from oodaloo.runway.model.impact import DateChange
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.scenario import Change, Drop, MoveBill, PayToday, Scenario, SwitchOn
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import TODAY, a_bill, a_hold, books, in_days, payrolls
from tests.support.pictures import pictures, scenarios

PATHS = 200
LATER = st.integers(1, HORIZON_DAYS)


def futures(picture: CashPicture, learned: Learned, *changes: Change) -> np.ndarray:
    """Spendable by day and path with the changes."""
    expected = expectations_of(supposed(picture, Scenario(changes)), learned, HORIZON_DAYS)
    return futures_of(expected, PATHS, seed=1)


def first_below(spendable: np.ndarray, buffer: int = 0) -> np.ndarray:
    """The first day of each path below the buffer, or one beyond the horizon."""
    below = spendable < buffer
    return np.where(below.any(axis=0), below.argmax(axis=0), HORIZON_DAYS + 1)


@settings(max_examples=20)
@given(pictures(), st.data())
def test_cancelling_is_no_worse_than_delaying_and_that_no_worse_than_paying_now(
    picture: CashPicture, data: st.DataObject
) -> None:
    """For each bill, on every day of every future, whatever is held, reserved or decided."""
    bill, days = data.draw(st.sampled_from(picture.books.payables)), data.draw(LATER)
    learned = learn(picture)
    cancelled = futures(picture, learned, Drop(bill.ref))
    delayed = futures(picture, learned, MoveBill(bill.ref, in_days(days)))
    paid_now = futures(picture, learned, PayToday(bill.ref))
    further = futures(picture, learned, MoveBill(bill.ref, in_days(days + 7)))
    assert (cancelled >= further).all()
    assert (further >= delayed).all()
    assert (delayed >= paid_now).all()


@settings(max_examples=40)
@given(pictures(), st.data())
def test_what_a_change_touches_gives_the_same_cents_as_all_of_it(picture: CashPicture, data: st.DataObject) -> None:
    """Only what differs is drawn anew, yet every figure is that of an engine that never saw the picture before."""
    scenario = data.draw(scenarios(picture))
    calculator = RunwayCalculator(futures=PATHS)
    seen = [calculator.scenario(picture, scenario) for _ in range(2)]
    anew = RunwayCalculator(futures=PATHS).current(supposed(picture, scenario))
    assert seen == [anew, anew]
    assert calculator.current(picture) == RunwayCalculator(futures=PATHS).current(picture)


@settings(max_examples=40)
@given(pictures(), st.data())
def test_what_effects_compare_is_what_the_whole_simulation_says(picture: CashPicture, data: st.DataObject) -> None:
    """Days that can't be the lowest are left out for speed; what is read is what all days say, on any paydays."""
    after, learned, kept = supposed(picture, data.draw(scenarios(picture))), learn(picture), Kept()
    paydays = data.draw(st.sets(st.integers(0, HORIZON_DAYS), max_size=4))
    one, other = (expectations_of(each, learned, HORIZON_DAYS, kept) for each in (picture, after))
    spendable, buffer = futures_of(one, PATHS, seed=1), picture.books.business.buffer
    before = Futures(one, spendable, 1, simulation_of(one, spendable, buffer))
    assert before.read_with(other, buffer, paydays) == read(before.simulated_with(other, buffer), paydays)


@settings(max_examples=15)
@given(pictures(), st.data())
def test_undone_changes_have_no_effect(picture: CashPicture, data: st.DataObject) -> None:
    """The effect of nothing is nothing, and what a scenario does from its own picture back is the opposite."""
    scenario = data.draw(scenarios(picture))
    calculator = RunwayCalculator(futures=PATHS)
    nothing = calculator.effect(supposed(picture, scenario), Scenario())
    assert nothing.kept is None
    assert nothing.because == "No change: changes nothing."
    assert not isinstance(nothing.covered, DateChange) or not nothing.covered.days
    assert all(payroll.before == payroll.after for payroll in nothing.payrolls)


@settings(max_examples=15)
@given(pictures(), st.data())
def test_approving_a_bill_moves_its_effect_to_today(picture: CashPicture, data: st.DataObject) -> None:
    """On each path the hold is missing until the bill is paid, and nothing is different from that day on."""
    plain = replace(picture, earmarks=())
    bill = data.draw(st.sampled_from(plain.books.payables))
    left, learned = to_pay(plain, bill.ref).cents, learn(plain)
    before = futures(plain, learned)
    more = before - futures(plain, learned, SwitchOn(replace(a_hold(bill), amount=to_pay(plain, bill.ref))))
    gone = before - futures(plain, learned, Drop(bill.ref))
    assert set(np.unique(more)) <= {0, left}
    assert (np.diff(more, axis=0) <= 0).all()
    if -gone[-1].min() == left:  # without its vendor's other bills taking over its credits
        assert (more == left + gone).all()


@settings(max_examples=20)
@given(pictures(), st.data())
def test_a_bill_that_is_paid_before_the_crossing_moves_no_zero_date(picture: CashPicture, data: st.DataObject) -> None:
    """However its day is chosen, each future that runs out later than both days does so on the same day as before."""
    bill, days = data.draw(st.sampled_from(picture.books.payables)), data.draw(LATER)
    earlier, learned = data.draw(st.integers(0, days)), learn(picture)
    one = first_below(futures(picture, learned, MoveBill(bill.ref, in_days(days))))
    other = first_below(futures(picture, learned, MoveBill(bill.ref, in_days(earlier))))
    later = np.minimum(one, other) >= days
    assert (one[later] == other[later]).all()
    assert (one >= other).all()


@settings(max_examples=15)
@given(st.integers(2, 13), st.integers(0, 13))
def test_zero_days_are_told_as_zero(due: int, moved: int) -> None:
    """Payroll breaks the business on Oct 16; a bill paid on any day before moves that by nothing."""
    bill = a_bill(amount=1_000, due=in_days(due))
    picture = picture_of(books(5_500, bills=[bill], movements=payrolls(-5_000)))
    found = RunwayCalculator(futures=PATHS).effect(picture, Scenario((MoveBill(bill.ref, in_days(moved)),)))
    assert isinstance(found.covered, DateChange)
    assert (found.covered.before, found.covered.days) == (TODAY + timedelta(days=14), 0)
    assert ": 0 days, covered until Fri, Oct 16 as before; " in found.because or found.kept is None


def test_the_same_books_read_later_are_as_fresh_as_that() -> None:
    """When books were read changes no number, but it is told: each answer is about the picture that was asked about."""
    of = books(5_500, movements=payrolls(-5_000))
    early, late = picture_of(of), picture_of(replace(of, synced_at=of.synced_at + timedelta(hours=3)))
    calculator = RunwayCalculator(futures=PATHS)
    answers = [calculator.current(early), calculator.current(late), calculator.scenario(late, Scenario())]
    assert early.id == late.id
    assert [answer.picture.books.synced_at for answer in answers[1:]] == [late.books.synced_at] * 2
    assert calculator.advice(late).assessment.picture is late
    assert answers[0].runway == answers[1].runway


@settings(max_examples=15)
@given(pictures())
def test_the_same_picture_gives_the_same_numbers_everywhere(picture: CashPicture) -> None:
    """Whoever asks, and whatever was asked before: current, historical and an empty scenario are one answer."""
    calculator, other = RunwayCalculator(futures=PATHS), RunwayCalculator(futures=PATHS)
    other.scenario(picture, Scenario((Drop(picture.books.payables[0].ref),)))
    answers = [calculator.current(picture), calculator.historical(picture), other.scenario(picture, Scenario())]
    assert answers == [answers[0]] * len(answers)
