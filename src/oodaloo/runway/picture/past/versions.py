"""Which version of each record was known at a moment of the past, and which records weren't known at all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeAlias, TypeVar

from oodaloo.domains.core.model import RecordMeta
from oodaloo.infra.qbo.mirror.versions import FormerVersion
from oodaloo.runway.model.reference import RecordKind, RecordRef

Key: TypeAlias = tuple[str, str]
"""Kind and id of a record."""

_FOLLOWS = frozenset({"meta", "balance", "unapplied", "linked", "email_status", "full_name"})
"""Fields that change with what happens to other records, or with a mail; they are no edits of the record."""

_SAME_CHANGE = timedelta(seconds=2)


class Versioned(Protocol):
    """A domain's record."""

    @property
    def meta(self) -> RecordMeta:
        """Identity, version and times."""
        ...


class Dated(Versioned, Protocol):
    """A transaction."""

    @property
    def dated(self) -> date:
        """Its date in the books."""
        ...


_RecordT = TypeVar("_RecordT", bound=Versioned)
_DatedT = TypeVar("_DatedT", bound=Dated)


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment that is looked back to: known is what was entered by `instant` and is dated by `day`."""

    day: date
    instant: datetime


@dataclass(slots=True)
class Found:
    """What looking back came across, as far as it is dated `since` a day; see `HistoryNotes`."""

    since: date
    as_dated: list[RecordRef] = field(default_factory=list)
    back_dated: list[RecordRef] = field(default_factory=list)
    dated_ahead: list[RecordRef] = field(default_factory=list)
    put_back: list[RecordRef] = field(default_factory=list)
    changed_unseen: list[RecordRef] = field(default_factory=list)

    def note(self, where: list[RecordRef], kind: str, version: Dated) -> None:
        """Add a record to one of the lists."""
        if version.dated >= self.since:
            where.append(RecordRef(RecordKind(kind), version.meta.id, getattr(version, "number", "")))


@dataclass(frozen=True, slots=True)
class Past:
    """What helps to tell what was known at a moment.

    `imported` records count by their dates. `touched` has, for each record that others name (an invoice that is paid),
    the times at which each of those was entered and changed: a change at such a time is no edit.
    """

    moment: Moment
    imported: Collection[Key]
    touched: Mapping[Key, Sequence[tuple[datetime, datetime]]]
    found: Found

    def transactions(
        self, kind: str, current: Sequence[_DatedT], former: Sequence[FormerVersion]
    ) -> tuple[_DatedT, ...]:
        """The versions of a kind's transactions that were known then; what is left out or uncertain goes to `found`."""
        known = []
        day, instant = self.moment.day, self.moment.instant
        for version, now in self._versions(current, former):
            entered = version.meta.created_at <= instant
            if version is now and entered and version.dated <= day and version.meta.updated_at <= instant:
                known.append(version)  # as most are: nothing happened to it since
                continue
            if version.dated > day:
                if entered:
                    self.found.note(self.found.dated_ahead, kind, version)
            elif entered or (kind, version.meta.id) in self.imported:
                self._note_known(kind, version, now, entered=entered)
                known.append(version)
            else:
                self.found.note(self.found.back_dated, kind, version)
        return tuple(known)

    def _note_known(self, kind: str, version: Dated, now: Dated | None, *, entered: bool) -> None:
        if not entered:
            self.found.note(self.found.as_dated, kind, version)
        elif version is not now and (now is None or _content(version) != _content(now)):
            self.found.note(self.found.put_back, kind, version)
        elif self._changed_unseen((kind, version.meta.id), version):
            self.found.note(self.found.changed_unseen, kind, version)

    def listed(
        self, current: Sequence[_RecordT], former: Sequence[FormerVersion], referred: Collection[str]
    ) -> tuple[_RecordT, ...]:
        """The versions of a list's records that were known then, and those that known transactions refer to."""
        instant = self.moment.instant
        return tuple(
            version
            for version, _ in self._versions(current, former)
            if version.meta.created_at <= instant or version.meta.id in referred
        )

    def _versions(
        self, current: Sequence[_RecordT], former: Sequence[FormerVersion]
    ) -> Iterable[tuple[_RecordT, _RecordT | None]]:
        """Of each record that was there at the instant the version of then, and the one of now if there is one."""
        earlier: defaultdict[str, list[FormerVersion]] = defaultdict(list)
        for each in former:
            earlier[each.record.meta.id].append(each)
        for record in current:
            versions = earlier.pop(record.meta.id, None)
            yield (self._then((*_records(versions), record)) if versions else record), record
        for gone in earlier.values():
            gone_at = gone[-1].gone_at
            if gone_at is not None and gone_at > self.moment.instant:
                yield self._then(_records(gone)), None

    def _then(self, versions: Sequence[_RecordT]) -> _RecordT:
        """The latest version from before the instant; else the earliest there is, which comes closest."""
        seen = [each for each in versions if each.meta.updated_at <= self.moment.instant]
        return max(seen, key=_order) if seen else min(versions, key=_order)

    def _changed_unseen(self, key: Key, version: Dated) -> bool:
        """Whether it may have been edited since: it was changed since then, and not only by what names it.

        Each change gives a new SyncToken, also a payment of a document: more of them than payments are edits, though
        nobody can tell when.
        """
        changed_at = version.meta.updated_at
        if changed_at <= self.moment.instant or changed_at == version.meta.created_at:
            return False
        touches = self.touched.get(key, ())
        explained = any(abs(changed_at - touch) <= _SAME_CHANGE for each in touches for touch in each)
        return not explained or _token(version) > len(touches)


def _records(versions: Sequence[FormerVersion]) -> tuple[Any, ...]:
    """The records of some versions of one record."""
    return tuple(each.record for each in versions)


def _order(version: Versioned) -> tuple[datetime, int]:
    return version.meta.updated_at, _token(version)


def _token(version: Versioned) -> int:
    token = version.meta.sync_token
    return int(token) if token.isdecimal() else 0


def _content(record: object) -> list[object]:
    """What somebody entered."""
    assert is_dataclass(record)  # noqa: S101 (all of the domains' records are)
    return [getattr(record, each.name) for each in fields(record) if each.name not in _FOLLOWS]
