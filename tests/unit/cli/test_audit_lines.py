"""The trail of decisions as a person reads it in the terminal."""

from datetime import UTC, datetime

from oodaloo.cli.audit import entry_line
from oodaloo.domains.core.audit import AuditEntry, NumberedEntry

MOMENT = datetime(2026, 10, 2, 13, 5, tzinfo=UTC)


def test_a_decision_says_what_was_known_and_expected() -> None:
    """Who, what, the expectation, the id by which the picture can be looked up, and the details, on one line."""
    entry = AuditEntry(
        at=MOMENT,
        recorded_at=MOMENT,
        actor="bea",
        actor_name="Bea",
        action="delay",
        subject="Bill 45",
        picture_id="5f0c",
        expected="Wins 3.",
        facts={"vendor": "Rent", "cents": "40000"},
    )
    assert entry_line(NumberedEntry(7, "", entry)) == (
        "     7  2026-10-02 13:05 UTC  Bea: delay Bill 45  Wins 3.  knowing picture 5f0c  (cents 40000, vendor Rent)"
    )


def test_what_nothing_was_known_for_says_nothing_of_it() -> None:
    """An entry without picture, expectation and details is its moment, its person and its deed."""
    entry = AuditEntry(MOMENT, MOMENT, "oodaloo", "Oodaloo", "wake", "Bill 45")
    assert entry_line(NumberedEntry(8, "", entry)) == "     8  2026-10-02 13:05 UTC  Oodaloo: wake Bill 45"
