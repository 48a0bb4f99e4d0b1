"""How a past day was rebuilt, in sentences."""

from zoneinfo import ZoneInfo

from oodaloo.runway.model.history import HistoryNotes
from oodaloo.runway.model.wording import clock_text, day_text


def history_sentences(notes: HistoryNotes, timezone: str) -> tuple[str, ...]:
    """What a person should know about a past day's picture, most important first; times are local."""
    return (_as_known(notes, timezone), *_unsure(notes), *_unseen(notes, timezone), *_counted(notes))


def _as_known(notes: HistoryNotes, timezone: str) -> str:
    at = clock_text(notes.known_at.astimezone(ZoneInfo(timezone)))
    return f"As known on {day_text(notes.as_of)}, {notes.as_of.year}, at {at}: entered by then, and dated by that day."


def _unsure(notes: HistoryNotes) -> tuple[str, ...]:
    return tuple(f"The balance of {doubt.name} may be off: {doubt.because}." for doubt in notes.unsure)


def _unseen(notes: HistoryNotes, timezone: str) -> tuple[str, ...]:
    found = []
    if notes.seen_since is not None and notes.seen_since > notes.known_at:
        since = notes.seen_since.astimezone(ZoneInfo(timezone)).date()
        found.append(f"Changes and deletions before {day_text(since)}, {since.year}, were seen by nobody.")
    changed = len(notes.changed_unseen)
    if changed:
        stands = "stands as it is" if changed == 1 else "stand as they are"
        found.append(f"{_records(changed)} may have been changed since, and {stands} now.")
    activity = notes.other_activity_since
    if activity is not None:
        told = f"{day_text(activity)}, {activity.year}"
        found.append(f"What only QuickBooks' general ledger shows is known from {told}, and counts by its date.")
    return tuple(found)


def _counted(notes: HistoryNotes) -> tuple[str, ...]:
    told = (
        (len(notes.as_dated), "came by an import and counts by its date", "came by an import and count by their dates"),
        (
            len(notes.put_back),
            "was changed or deleted since; it is back",
            "were changed or deleted since; they are back",
        ),
        (
            len(notes.back_dated),
            "of that day or before was entered later; it isn't in",
            "of that day or before were entered later; they aren't in",
        ),
        (
            len(notes.dated_ahead),
            "was known but dated later; it isn't in",
            "were known but dated later; they aren't in",
        ),
    )
    return tuple(f"{_records(count)} {one if count == 1 else many}." for count, one, many in told if count)


def _records(count: int) -> str:
    return f"{count:,} {'record' if count == 1 else 'records'}"
