"""Where am I says what the assessment says, item for item, in each of its states."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.money import Money
from oodaloo.runway.experiences.figures import Behind, Place, Tone, forecast_text, signed_text, when
from oodaloo.runway.experiences.runway_line import WEEK_CHOICES
from oodaloo.runway.experiences.where_am_i import WhereAmI, build
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.runway import DatedItem, RunwayState
from tests.support.assessments import (
    NOW,
    PAYROLL_KEY,
    USD,
    a_payroll,
    an_assessment,
    an_invoice,
    an_item,
    in_days,
    in_state,
    usd,
    with_left_out,
)

amounts = st.integers(-200_000_00, 200_000_00).filter(bool)
items = st.lists(
    st.builds(
        lambda day, cents, name: an_item(day, str(Money(cents, USD)), name),
        st.integers(0, 91),
        amounts,
        st.sampled_from(["Alder", "Birch", "Cedar"]),
    ),
    max_size=30,
)


def view_of(assessment: Assessment, weeks: int = 13) -> WhereAmI:
    """The view at the agency's morning."""
    return build(assessment, now=NOW, weeks=weeks)


@given(items, st.sampled_from(WEEK_CHOICES))
def test_every_item_of_the_window_is_in_the_list(expected: list[DatedItem], weeks: int) -> None:
    """The list shows each dated item of the window once, in the projection's order, and none beyond it."""
    assessment = an_assessment(expected)
    shown = [(row.when.day, row.label, row.amount) for row in view_of(assessment, weeks).line.rows]
    assert shown == [
        (item.dated, item.label, item.amount)
        for item in assessment.projection.items
        if item.dated <= in_days(7 * weeks)
    ]


@given(items)
def test_the_next_four_weeks_hold_each_item_once_and_sum_to_the_line(expected: list[DatedItem]) -> None:
    """28 days in four weeks: every item of them once; opening plus ins and outs is the last week's end."""
    assessment = an_assessment(expected)
    ahead = view_of(assessment).ahead
    assert [row.label for week in ahead for row in week.rows] == [
        item.label for item in assessment.projection.items if item.dated < in_days(28)
    ]
    assert [(week.first.days, week.last.days) for week in ahead] == [(0, 6), (7, 13), (14, 20), (21, 27)]
    assert ahead[-1].end_text == forecast_text(assessment.projection.days[27].spendable)


@given(items)
def test_events_are_the_biggest_first_and_at_most_twelve(expected: list[DatedItem]) -> None:
    """The pills' events come in order of size, never more than twelve."""
    events = view_of(an_assessment(expected)).line.events
    sizes = [abs(event.amount.cents) for event in events]
    assert sizes == sorted(sizes, reverse=True)
    assert len(events) <= 12


def test_a_date_comes_with_its_days_and_the_lowest_point() -> None:
    """$10,000 less $3,000 on day 3 is below a buffer of $8,000: covered until Mon, Oct 5, 3 days."""
    view = view_of(an_assessment([an_item(3, "-3000", "Rent")], opening="10000", buffer="8000"))
    assert view.headline.lead == "Covered until"
    assert view.headline.until == when(in_days(3), in_days(0))
    assert view.headline.until is not None
    assert view.headline.until.days_text == "3 days"
    assert view.headline.sentence == "The first day below the $8,000 buffer. Lowest Mon, Oct 5 · 3 days: $7,000."
    assert view.line.covered is not None
    assert view.line.covered.text == "Covered until Mon, Oct 5 · 3 days"
    assert view.line.bar.until == 3


def test_below_the_buffer_today_is_not_called_a_first_day() -> None:
    """When spendable cash is below already, the sentence says so."""
    assert view_of(an_assessment([], opening="500", buffer="8000")).headline.sentence.startswith(
        "Spendable cash is below the $8,000 buffer."
    )


def test_beyond_the_horizon_has_no_date_but_the_lowest_point() -> None:
    """Over 91 days: no tick on the bar, the bar full, the lowest point told."""
    view = view_of(an_assessment([an_item(3, "-3000", "Rent")], opening="90000", buffer="0"))
    assert view.headline.lead == "Covered for over 91 days"
    assert view.headline.until is None
    assert view.headline.sentence == "Lowest Mon, Oct 5 · 3 days: $87,000."
    assert (view.line.bar.until, view.line.bar.likely_days) == (None, 91)


def test_sustained_says_for_how_long_it_was_looked() -> None:
    """Sustained names the 52 weeks and, with a buffer of nothing, zero."""
    view = view_of(in_state(an_assessment([], buffer="0"), RunwayState.SUSTAINED))
    assert view.headline.lead == "Sustained"
    assert view.headline.sentence.startswith("Spendable cash stays at or above zero for 52 weeks.")


def test_unknown_gives_reasons_and_never_a_number() -> None:
    """Unknown has no date, no covered days on the bar, unknown facts, and keeps its reasons."""
    view = view_of(in_state(an_assessment(), RunwayState.UNKNOWN))
    assert (view.headline.until, view.line.bar.known, view.line.bar.likely_days) == (None, False, 0)
    assert {fact.tone for fact in view.facts} == {Tone.UNKNOWN}
    assert view.because == ("Bank activity begins only 9 days ago; at least 4 full weeks are needed.",)


def test_the_first_payroll_at_risk_is_among_the_facts() -> None:
    """Next payroll OK, a later one at risk: both are shown, those covered between them are not."""
    payrolls = [a_payroll(days, "-30000") for days in (7, 21, 35)]
    facts = view_of(an_assessment(payrolls, opening="70000")).facts
    assert [(fact.term, fact.value) for fact in facts[:2]] == [
        ("Payroll Fri, Oct 9 · 7 days", "OK"),
        ("Payroll Fri, Nov 6 · 35 days", "At risk"),
    ]
    assert [fact.detail for fact in facts[:2]] == [
        "99+ of 100 futures, $40,000 after it",
        "0 of 100 futures, −$20,000 after it",
    ]


def test_no_payroll_is_said_and_not_called_covered() -> None:
    """Without a payroll in the books the fact says that none was found."""
    fact = view_of(an_assessment([])).facts[0]
    assert (fact.value, fact.tone) == ("None found", Tone.UNKNOWN)


def test_retainers_of_one_day_are_one_event() -> None:
    """Nine retainers of $5,400 on a day stand on the line as one event of $48.6k."""
    events = view_of(an_assessment()).line.events
    assert [(event.day, event.text) for event in events if event.label == "Retainers, 9 clients"] == [
        (4, "+$48.6k"),
        (33, "+$48.6k"),
        (63, "+$48.6k"),
    ]


def test_amounts_open_what_they_rest_on() -> None:
    """A flow opens its flow, a document its record, the unexplained rest the weeks it was learned from."""
    behind = {row.label: row.behind for row in view_of(an_assessment()).line.rows}
    assert behind["Payroll"] == Behind(Place.FLOW, PAYROLL_KEY)
    assert behind["Alder Health"] == Behind(Place.RECORD, "2061", "Invoice")
    assert behind["Other spending"] == Behind(Place.BURN)


def test_what_has_no_date_is_listed_with_its_reason() -> None:
    """A document that the projection leaves out is shown with why."""
    (row,) = view_of(with_left_out(an_assessment())).left_out
    assert (row.party, row.document, row.amount_text) == ("Oldham & Sons", "Invoice 1999", "$2,400.00")
    assert row.because == "no invoice was ever paid this late"


def test_books_that_disagree_show_both_figures_and_the_difference() -> None:
    """A/R at $158,200 and documents of $158,000 are $200 apart, and all three stand there."""
    panel = next(panel for panel in view_of(an_assessment()).panels if panel.title == "Books that disagree")
    assert [row.amount_text for row in panel.rows] == ["$158,200.00", "$158,000.00", "$200.00"]


@pytest.mark.parametrize(
    ("hours", "text", "stale", "age"), [(0, "6:40 am", False, "2 hours"), (24, "Thu, Oct 1, 6:40 am", True, "26 hours")]
)
def test_freshness_is_told_in_the_business_s_own_time(hours: int, text: str, stale: bool, age: str) -> None:
    """10:40 UTC is 6:40 am in New York; after 24 hours a reading is stale."""
    assessment = an_assessment([])
    books = assessment.picture.books
    earlier = replace(books, synced_at=books.synced_at - timedelta(hours=hours))
    fresh = view_of(replace(assessment, picture=replace(assessment.picture, books=earlier))).freshness
    assert (fresh.text, fresh.stale, fresh.age) == (text, stale, age)


@pytest.mark.parametrize(
    ("amount", "text"), [("-13449.99", "−$13,400"), ("13450", "$13,500"), ("-49.99", "$0"), ("0", "$0")]
)
def test_forecast_amounts_are_rounded_to_hundreds(amount: str, text: str) -> None:
    """Half up at the fifty; what rounds to nothing carries no sign."""
    assert forecast_text(usd(amount)) == text


def test_signs_stand_before_the_symbol() -> None:
    """In is plus, out is a true minus, nothing has no sign."""
    assert [signed_text(usd(text)) for text in ("16500", "-61240", "0")] == ["+$16,500", "−$61,240", "$0"]


def test_a_document_of_the_list_keeps_its_party_and_reason() -> None:
    """The reason that the projection gives is what the list shows."""
    (row,) = view_of(an_assessment([an_invoice(5, "100", "Alder", "7")])).line.rows
    assert (row.label, row.reason, row.after) == ("Alder", "the reason of Alder", "$72,500")
