"""A picture of a past day, and what is known about how well it could be rebuilt."""

from dataclasses import dataclass
from datetime import date, datetime

from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.reference import RecordRef


@dataclass(frozen=True, slots=True)
class UnsureBalance:
    """An account whose balance of the past day rests on less than all that happened to it since, and why."""

    account: RecordRef
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class HistoryNotes:
    """How a past day was rebuilt. Known then means dated by the day and entered by `known_at`.

    `seen_since` is when the books were first read completely: from then on changes and deletions are seen, earlier ones
    can't be told. `as_dated` came by an import and count by their dates. Left out are `back_dated` records, which are
    dated by the day and were entered later, and `dated_ahead` ones, which were known and dated later. `put_back` were
    changed or deleted since and stand as they were; `changed_unseen` were perhaps changed after the day, before anybody
    saw what they had been, and stand as they are now. What only the general ledger shows counts by its date, and is
    known from `other_activity_since` on (None: not at all).
    """

    as_of: date
    known_at: datetime
    seen_since: datetime | None
    as_dated: tuple[RecordRef, ...] = ()
    back_dated: tuple[RecordRef, ...] = ()
    dated_ahead: tuple[RecordRef, ...] = ()
    put_back: tuple[RecordRef, ...] = ()
    changed_unseen: tuple[RecordRef, ...] = ()
    unsure: tuple[UnsureBalance, ...] = ()
    other_activity_since: date | None = None


@dataclass(frozen=True, slots=True)
class HistoricalPicture:
    """The picture as known then, of the same kind as the current one, with notes on how it was rebuilt."""

    picture: CashPicture
    notes: HistoryNotes
