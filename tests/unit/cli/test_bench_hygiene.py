"""The sums of the hygiene measurement, worked by hand: recall by flaw, false alarms by issue."""

from datetime import date

from oodaloo.cli.bench_hygiene import Measured, Planted, PlantedInCompany, hygiene_figures
from oodaloo.runway.model.hygiene import Hygiene, HygieneScore, Issue, IssueKind, LookInto
from oodaloo.runway.model.reference import RecordKind, RecordRef
from tests.support.books import usd


def an_issue(kind: IssueKind, *records: RecordRef) -> Issue:
    """A doubt about some records."""
    return Issue(kind, records, (), None, usd(100), LookInto("it"), "")


def found(*issues: Issue) -> Hygiene:
    """What hygiene says of a company that counts on 1,000, each issue of 100."""
    return Hygiene(date(2026, 10, 2), HygieneScore(usd(100 * len(issues)), usd(1000), None), issues)


def a_bill(record_id: str) -> RecordRef:
    """A bill."""
    return RecordRef(RecordKind.BILL, record_id, f"B-{record_id}")


def test_recall_and_false_alarms() -> None:
    """Three flaws: one found, one only under another kind, one missed. Three issues, one about a lookalike."""
    told = PlantedInCompany(
        flaws=(
            Planted("duplicate_bill", "Bill", "1"),
            Planted("duplicate_bill", "Bill", "2"),
            Planted("due_date_far_from_terms", "Bill", "3"),
        ),
        lookalikes=(Planted("no_numbers", "Bill", "4"), Planted("typed_from_paper", "Bill", "5")),
    )
    hygiene = found(
        an_issue(IssueKind.DUPLICATE_BILL, a_bill("1")),
        an_issue(IssueKind.DOUBTFUL_DUE_DATE, a_bill("2")),
        an_issue(IssueKind.DUPLICATE_BILL, a_bill("4")),
    )
    clean = PlantedInCompany(flaws=(), lookalikes=())
    figures = hygiene_figures(Measured(((told, hygiene), (clean, found())), 1.5))
    assert (figures["planted"], figures["found"], figures["recall"]) == (3, 1, 0.3333)
    assert (figures["issues"], figures["false_alarms"], figures["false_alarm_share"]) == (3, 1, 0.3333)
    assert (figures["lookalikes"], figures["lookalikes_reported"]) == (2, 1)
    assert (figures["companies"], figures["clean_companies"], figures["clean_issues"]) == (2, 1, 0)
    assert figures["clean_lowest_score"] == "100.0"
    assert figures["flaws"] == {
        "due_date_far_from_terms": {"planted": 1, "found": 0, "recall": 0.0},
        "duplicate_bill": {"planted": 2, "found": 1, "recall": 0.5},
    }
    assert figures["issue_kinds"] == {
        "doubtful_due_date": {"issues": 1, "false_alarms": 0},
        "duplicate_bill": {"issues": 2, "false_alarms": 1},
    }


def test_nothing_planted_and_nothing_found_has_no_share() -> None:
    """Of nothing there is no part."""
    figures = hygiene_figures(Measured((), 0.0))
    assert (figures["recall"], figures["false_alarm_share"]) == (None, None)
