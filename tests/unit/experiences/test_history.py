"""What a past day's picture says about itself."""

from dataclasses import replace
from datetime import UTC, date, datetime

from oodaloo.runway.experiences.history import history_sentences
from oodaloo.runway.model.history import HistoryNotes, UnsureBalance
from oodaloo.runway.model.reference import RecordKind, RecordRef

CONNECTED = datetime(2026, 9, 21, 14, tzinfo=UTC)
PLAIN = HistoryNotes(
    as_of=date(2026, 9, 4),
    known_at=datetime(2026, 9, 5, 3, 59, 59, tzinfo=UTC),
    seen_since=CONNECTED,
    other_activity_since=date(2026, 4, 22),
)


def some(count: int) -> tuple[RecordRef, ...]:
    """That many bills."""
    return tuple(RecordRef(RecordKind.BILL, str(number)) for number in range(count))


def test_what_nobody_could_see_is_said() -> None:
    """Before the books were first read, edits leave no trace; what the ledger alone shows has a beginning."""
    assert history_sentences(PLAIN, "America/New_York") == (
        "As known on Fri, Sep 4, 2026, at 11:59 pm: entered by then, and dated by that day.",
        "Changes and deletions before Mon, Sep 21, 2026, were seen by nobody.",
        "What only QuickBooks' general ledger shows is known from Wed, Apr 22, 2026, and counts by its date.",
    )


def test_after_the_books_were_read_nothing_is_unseen() -> None:
    """A day since then needs no excuse."""
    later = replace(PLAIN, seen_since=datetime(2026, 9, 1, tzinfo=UTC), other_activity_since=None)
    assert len(history_sentences(later, "America/New_York")) == 1


def test_records_are_counted_by_what_became_of_them() -> None:
    """One and many, each with what was done about it; a doubtful balance comes before all of them."""
    doubt = UnsureBalance(RecordRef(RecordKind.ACCOUNT, "1"), "Checking", "euros were posted to it")
    notes = replace(
        PLAIN,
        as_dated=some(1204),
        back_dated=some(1),
        dated_ahead=some(2),
        put_back=some(1),
        changed_unseen=some(3),
        unsure=(doubt,),
        other_activity_since=None,
    )
    assert history_sentences(notes, "America/New_York")[1:] == (
        "The balance of Checking may be off: euros were posted to it.",
        "Changes and deletions before Mon, Sep 21, 2026, were seen by nobody.",
        "3 records may have been changed since, and stand as they are now.",
        "1,204 records came by an import and count by their dates.",
        "1 record was changed or deleted since; it is back.",
        "1 record of that day or before was entered later; it isn't in.",
        "2 records were known but dated later; they aren't in.",
    )
