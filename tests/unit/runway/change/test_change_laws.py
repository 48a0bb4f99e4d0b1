"""Causes add up to the change, whatever changed; nothing changed has no causes."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.attribution import change_between
from oodaloo.runway.calculators.change.hindsight import hindsight_of
from oodaloo.runway.calculators.change.rolled import rolled_forward
from oodaloo.runway.calculators.change.window import window_of
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import CauseKind, Change
from oodaloo.runway.model.picture import Books, CashMovement, CashPicture
from oodaloo.runway.model.recurring import FlowClass, FlowSource
from oodaloo.runway.model.runway import RunwayState
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import (
    a_bill,
    a_movement,
    a_picture,
    an_invoice,
    books,
    days_ago,
    history_of,
    in_days,
    monthly,
    payrolls,
    usd,
)
from tests.support.passing import days_later
from tests.unit.runway.test_projection import some_books

ENGINE = RunwayCalculator(futures=200)
FEW = settings(max_examples=12)
DOLLARS = st.integers(1, 40_000)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Books, Books]:
    """A Friday's books and a later day's: some of what is open was paid, something new was issued and spent."""
    habits = history_of("Alder", draw(st.lists(st.integers(-3, 25), min_size=1, max_size=5)))
    rent = monthly(1, days_ago(2), 8)
    then = books(
        draw(st.integers(-5_000, 90_000)),
        buffer=draw(st.sampled_from([0, 5_000])),
        invoices=[an_invoice(c, draw(DOLLARS), due=in_days(draw(st.integers(-20, 40)))) for c in ("Alder", "Birch")],
        bills=[a_bill(v, draw(DOLLARS), due=in_days(draw(st.integers(-5, 40)))) for v in ("Tide", "Vellum")],
        past_bills=[a_bill("Pier 9", 900, issued=day, due=day + timedelta(days=5)) for day in rent],
        settled=habits.items,
        movements=[*habits.movements, *payrolls(-7_000, last=days_ago(draw(st.sampled_from([0, 7]))))],
    )
    days = draw(st.integers(1, 20))
    day = in_days(draw(st.integers(1, days)))
    open_items = (*then.receivables, *then.payables)
    new = an_invoice("Cedar", draw(DOLLARS), issued=day, due=in_days(45))
    now = days_later(
        then,
        days,
        paid=[(item, day) for item in (*open_items, new) if draw(st.booleans())],
        invoices=[new],
        bills=[a_bill("Pier 9", 900, issued=day, due=in_days(30))] if draw(st.booleans()) else [],
        moved=[a_movement(day, -draw(DOLLARS), "Shop")] if draw(st.booleans()) else [],
    )
    return then, now


def assessed_pair(pair: tuple[Books, Books]) -> tuple[Assessment, Assessment]:
    """What the engine says about both."""
    then, now = (ENGINE.current(a_picture(of)) for of in pair)
    return then, now


def told(then: Assessment, now: Assessment) -> Change | None:
    """The change, None where one of both is unknown."""
    found = change_between(then, now, ENGINE.current)
    unknown = RunwayState.UNKNOWN in (then.runway.state, now.runway.state)
    assert isinstance(found, Unknown) == unknown
    return found if isinstance(found, Change) else None


def assert_adds_up(change: Change) -> None:
    """Each figure of the change is the sum of its causes'."""
    assert sum(cause.days for cause in change.causes) == change.days
    assert sum(cause.spendable.cents for cause in change.causes) == change.spendable.cents
    assert sum(cause.lowest.cents for cause in change.causes) == change.lowest.cents


@FEW
@given(weeks())
def test_the_causes_of_a_week_add_up(pair: tuple[Books, Books]) -> None:
    """In days and in cents, each cause once, with a sentence that ends with its effect."""
    then, now = assessed_pair(pair)
    change = told(then, now)
    if change is None:
        return
    assert_adds_up(change)
    assert change.spendable == now.runway.spendable - then.runway.spendable
    if then.runway.covered_until and now.runway.covered_until and not change.at_least:
        assert change.days == (now.runway.covered_until - then.runway.covered_until).days
    assert all(cause.sentence.startswith(f"{cause.what}: ") for cause in change.causes)


@FEW
@given(some_books(), some_books(), st.integers(-20, 40))
def test_the_causes_add_up_between_any_two_books(then: Books, now: Books, days: int) -> None:
    """Even when everything is another: nothing in common, later or earlier, with more history or less."""
    pair = assessed_pair((then, replace(now, as_of=now.as_of + timedelta(days=days))))
    change, back = told(*pair), told(*reversed(pair))
    if change is None or back is None:
        return
    assert_adds_up(change)
    assert_adds_up(back)
    assert (back.days, back.spendable, back.lowest) == (-change.days, -change.spendable, -change.lowest)


@FEW
@given(some_books())
def test_nothing_changed_has_no_causes(of: Books) -> None:
    """The same books twice: no cause, not even one of nothing."""
    then, now = assessed_pair((of, replace(of, known_at=of.known_at + timedelta(hours=3))))
    change = told(then, now)
    if change is not None:
        assert (change.days, change.causes) == (0, ())


HAPPENED = {
    CauseKind.RECEIVED_EARLY,
    CauseKind.NOT_RECEIVED,
    CauseKind.PAID_EARLY,
    CauseKind.NOT_PAID,
    CauseKind.RECURRING_MISSED,
    CauseKind.OTHER_MONEY,
    CauseKind.NEW_INVOICE,
    CauseKind.NEW_BILL,
    CauseKind.CORRECTED,
    CauseKind.REST,
}


@FEW
@given(weeks(), st.integers(1, 14))
def test_a_forecast_that_came_true_has_no_causes_but_time_and_habits(pair: tuple[Books, Books], days: int) -> None:
    """Everything was paid and issued on the day it was expected: no payment and no document moved anything."""
    then = ENGINE.current(a_picture(pair[0]))
    until = pair[0].as_of + timedelta(days=days)
    items = [item for item in then.projection.items if item.dated <= until]
    open_items = {item.ref: item for item in (*pair[0].receivables, *pair[0].payables)}
    rents = [flow for flow in then.picture.recurring if flow.source is FlowSource.BILL]
    bills = [
        a_bill("Pier 9", 900, issued=day, due=day + timedelta(days=5))
        for flow in rents
        for day in flow.upcoming
        if day <= until
    ]
    of_rent = [item.dated for item in items if item.flow_key in {flow.key for flow in rents}]
    paid = [(open_items[item.records[0]], item.dated) for item in items if item.records[0] in open_items]
    now = days_later(
        pair[0],
        days,
        paid=[*paid, *zip(bills, of_rent, strict=False)],
        bills=bills,
        moved=[_payroll(item.dated, item.amount) for item in items if item.flow_class is FlowClass.PAYROLL],
    )
    assert now.cash == then.projection.days[days].spendable
    change = told(then, ENGINE.current(a_picture(now)))
    if change is not None:
        assert not {cause.kind for cause in change.causes} & HAPPENED
        assert all(cause.spendable.is_zero for cause in change.causes if cause.kind is not CauseKind.TIME)


def _payroll(day: date, amount: Money) -> CashMovement:
    return a_movement(day, str(amount), category="Wages", category_type="PayrollExpenses", memo=f"Payroll {day}")


@FEW
@given(weeks(), st.integers(0, 30))
def test_a_picture_rolled_forward_holds_what_was_expected(pair: tuple[Books, Books], days: int) -> None:
    """Spendable is the projection's on that day, to the cent, and what was to be paid by then is not open any more."""
    then = ENGINE.current(a_picture(pair[0]))
    window = window_of(then, pair[0].as_of + timedelta(days=days))
    rolled = rolled_forward(then.picture, window, pair[0].known_at).picture
    assert rolled.spendable == then.projection.days[days].spendable
    assert not {item.ref for item in (*rolled.books.receivables, *rolled.books.payables)} & set(window.documents)


@FEW
@given(weeks())
def test_the_engine_is_run_a_dozen_times_at_most(pair: tuple[Books, Books]) -> None:
    """However much happened."""
    runs: list[str] = []

    def counted(picture: CashPicture) -> Assessment:
        runs.append(picture.id)
        return ENGINE.current(picture)

    change_between(*assessed_pair(pair), counted)
    assert len(runs) == len(set(runs)) <= 12


@FEW
@given(weeks())
def test_the_errors_of_a_forecast_add_up(pair: tuple[Books, Books]) -> None:
    """What was there less what was said is the sum of what became of everything expected."""
    then, now = assessed_pair(pair)
    found = hindsight_of(then, now.picture)
    assert sum(outcome.error.cents for outcome in found.outcomes) == found.error.cents
    assert found.happened == pair[1].cash


@FEW
@given(some_books(), some_books())
def test_errors_add_up_between_any_two_books(one: Books, other: Books) -> None:
    """Also where nothing matches."""
    then, now = assessed_pair((one, replace(other, as_of=other.as_of + timedelta(days=7))))
    found = hindsight_of(then, now.picture)
    assert sum(outcome.error.cents for outcome in found.outcomes) == found.error.cents


def test_an_overdrawn_account_has_a_change() -> None:
    """Below the buffer on both days: the date is each day itself, so seven days passing move it by seven."""
    pair = assessed_pair((books(-1), days_later(books(-1), 7, moved=[a_movement(in_days(2), -50, "Shop")])))
    change = told(*pair)
    assert change is not None
    assert (change.days, change.spendable) == (7, usd(-50))
