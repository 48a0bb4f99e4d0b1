"""Each figure opens sheets whose rows add up to it and lead to records."""

from oodaloo.runway.experiences.drill_downs import (
    burn_sheet,
    cash_sheet,
    day_sheet,
    flow_sheet,
    payables_sheet,
    receivables_sheet,
)
from oodaloo.runway.experiences.figures import Behind, Place
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.runway import ItemKind, RunwayState
from tests.support.assessments import PAYROLL_KEY, an_assessment, an_item, in_days, in_state


def test_cash_lists_every_account_and_says_which_count() -> None:
    """Operating accounts and the others are there, each opening its record; the total is that of the counted."""
    sheet = cash_sheet(an_assessment())
    assert [row[1].text for row in sheet.tables[0].rows] == ["Counted", "Counted", "Not counted"]
    assert sheet.tables[0].rows[0][0].behind == Behind(Place.RECORD, "35", "Account")
    assert sheet.tables[0].total[2].text == "$72,397.82"


def test_receivables_come_by_due_date_with_what_is_unapplied() -> None:
    """The oldest due date first, lateness in words, unapplied payments in a table of their own."""
    documents, unapplied = receivables_sheet(an_assessment()).tables
    assert [(row[0].text, row[2].detail) for row in documents.rows] == [
        ("Invoice 2041", "21 days late"),
        ("Invoice 2061", "5 days"),
    ]
    assert unapplied.rows[0][0].behind == Behind(Place.RECORD, "88", "Payment")


def test_payables_without_credits_say_so() -> None:
    """An empty table says what its emptiness means."""
    assert payables_sheet(an_assessment()).tables[1].empty == "Everything is applied."


def test_a_day_shows_what_moves_and_what_is_left() -> None:
    """Payroll day: $111,200 before, one item that opens its flow, $50,000 after."""
    sheet = day_sheet(an_assessment(), in_days(7))
    assert sheet is not None
    assert (sheet.figure, sheet.sentence) == ("$50,000", "spendable after the day, $111,200 before it.")
    assert [row[1].behind for row in sheet.tables[0].rows] == [Behind(Place.FLOW, PAYROLL_KEY)]


def test_a_day_lists_every_document_of_an_item_that_rests_on_several() -> None:
    """An item netted from two documents opens both of them on its day's page."""
    refs = (RecordRef(RecordKind.INVOICE, "1", "1001"), RecordRef(RecordKind.CREDIT_MEMO, "2", "1002"))
    sheet = day_sheet(an_assessment([an_item(3, "90", "Alder", kind=ItemKind.RECEIVABLE, records=refs)]), in_days(3))
    assert sheet is not None
    assert [row[0].text for row in sheet.tables[1].rows] == ["Invoice 1001", "Credit memo 1002"]


def test_a_day_outside_the_projection_has_no_page() -> None:
    """Yesterday and the day after the horizon are not projected."""
    assert day_sheet(an_assessment(), in_days(-1)) is None
    assert day_sheet(an_assessment(), in_days(92)) is None


def test_a_flow_shows_its_evidence_and_its_next_dates() -> None:
    """Payroll: six dates in the forecast, eight past hits, newest first, each opening its record."""
    sheet = flow_sheet(an_assessment(), PAYROLL_KEY)
    assert sheet is not None
    upcoming, hits = sheet.tables
    assert (len(upcoming.rows), len(hits.rows)) == (6, 8)
    assert hits.rows[0][1].behind == Behind(Place.RECORD, "901", "Purchase")
    assert sheet.sentence.startswith("every two weeks, usually $61,240, from $62,100 to $59,880")


def test_an_unheard_of_flow_has_no_page() -> None:
    """Only flows of the picture have a page."""
    assert flow_sheet(an_assessment(), "no such flow") is None


def test_burn_shows_thirteen_weeks_and_every_movement_in_them() -> None:
    """13 rows and 13 tables; together they hold each movement of the span once."""
    assessment = an_assessment()
    overview, *weeks = burn_sheet(assessment).tables
    span = assessment.runway.net_burn.weeks
    assert span is not None
    assert (len(overview.rows), len(weeks)) == (13, 13)
    inside = [movement for movement in assessment.picture.books.movements if movement.dated in span]
    assert sum(len(week.rows) for week in weeks) == len(inside) == 91


def test_unknown_burn_gives_its_reasons() -> None:
    """Without full weeks there is no table, and the reasons are told."""
    sheet = burn_sheet(in_state(an_assessment(), RunwayState.UNKNOWN))
    assert (sheet.figure, sheet.tables) == ("Unknown", ())
    assert sheet.notes == ("Bank activity begins only 9 days ago.",)
