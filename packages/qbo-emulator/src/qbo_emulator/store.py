"""Where a company's entities are kept: by type and id, with their JSON bytes remembered until they change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from qbo_emulator.changes import Operation
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.undo import Undo
from qbo_emulator.wire import encode, metadata_time


class Record:
    """One stored entity. Its content is never changed in place: the store puts a new one."""

    __slots__ = ("_encoded", "adopted", "created_at", "entity", "entity_id", "number", "updated_at", "wrapper")

    def __init__(
        self, entity: JsonObject, entity_id: str, created_at: datetime, updated_at: datetime, *, wrapper: str = ""
    ) -> None:
        self.entity = entity
        self.entity_id = entity_id
        self.number = int(entity_id)
        # In UTC, because comparing moments of a zone with another's asks the zone for its offset each time.
        self.created_at = created_at.astimezone(UTC)
        self.updated_at = updated_at.astimezone(UTC)
        self.wrapper = wrapper
        """The name under which the entity stands inside of its answer, as for recurring transactions."""
        self.adopted = False
        """Whether it was recorded elsewhere and has no postings of its own yet."""
        self._encoded: bytes | None = None

    @property
    def shown(self) -> JsonObject:
        """The entity as it is answered."""
        return {self.wrapper: self.entity} if self.wrapper else self.entity

    def encoded(self) -> bytes:
        """The entity as JSON bytes."""
        if self._encoded is None:
            # Copied, because the encoder's own bytes sit in a buffer several times as large.
            self._encoded = bytes(memoryview(encode(self.shown)))
        return self._encoded

    def put(self, entity: JsonObject, updated_at: datetime) -> None:
        """Take this content; only the store calls it."""
        self.entity = entity
        self.updated_at = updated_at.astimezone(UTC)
        self._encoded = None


class Deletion(NamedTuple):
    """An entity that was deleted, and when."""

    entity_id: str
    at: datetime


class Store:
    """All records of one company."""

    def __init__(self, undo: Undo) -> None:
        self._undo = undo
        self._records: defaultdict[str, dict[str, Record]] = defaultdict(dict)
        self._deletions: defaultdict[str, list[Deletion]] = defaultdict(list)
        self._last_ids: defaultdict[str, int] = defaultdict(int)
        self.changes: dict[tuple[str, str], Operation] = {}
        """(type, id) -> what happened to it since this was last cleared, in that order."""

    def next_id(self, sequence: str) -> str:
        """The next number of an id sequence (several types can share one)."""
        last = self._last_ids[sequence]
        self._undo.note(lambda: self._last_ids.__setitem__(sequence, last))
        self._last_ids[sequence] = last + 1
        return str(last + 1)

    def start_sequence(self, sequence: str, last_id: int) -> None:
        """Let the ids of a sequence count on from this one."""
        self._last_ids[sequence] = last_id

    def add(self, entity_type: str, sequence: str, record: Record) -> None:
        """Keep a new record, in place of one of the same id; later ids of its sequence come after it."""
        records = self._records[entity_type]
        last = self._last_ids[sequence]

        def take_back() -> None:
            del records[record.entity_id]
            self._last_ids[sequence] = last

        self._undo.note(take_back)
        records[record.entity_id] = record
        self.changes[entity_type, record.entity_id] = "created"
        self._last_ids[sequence] = max(last, record.number)

    def put(self, record: Record, entity: JsonObject, at: datetime | None = None) -> None:
        """Give a record other content; `at` moves its LastUpdatedTime, without it only labels changed."""
        before, updated_at = record.entity, record.updated_at
        self._undo.note(lambda: record.put(before, updated_at))
        if at is None:
            record.put(entity, updated_at)
        else:
            entity["MetaData"] = {**entity["MetaData"], "LastUpdatedTime": metadata_time(at)}
            record.put(entity, at)

    def put_version(self, entity_type: str, record: Record, entity: JsonObject, at: datetime) -> None:
        """Give a record other content as a new version: the next SyncToken."""
        entity["SyncToken"] = str(int(record.entity["SyncToken"]) + 1)
        self.put(record, entity, at)
        self.changes.setdefault((entity_type, record.entity_id), "updated")

    def remove(self, entity_type: str, record: Record, at: datetime) -> None:
        """Delete a record; its id is remembered as deleted."""
        before, deletions = dict(self._records[entity_type]), self._deletions[entity_type]

        def take_back() -> None:
            self._records[entity_type] = before
            deletions.pop()

        self._undo.note(take_back)
        del self._records[entity_type][record.entity_id]
        deletions.append(Deletion(record.entity_id, at))
        self.changes[entity_type, record.entity_id] = "deleted"

    def get(self, entity_type: str, entity_id: str) -> Record | None:
        """The record of this type and id, if there is one."""
        return self._records[entity_type].get(entity_id)

    def records(self, entity_type: str) -> Iterable[Record]:
        """Every record of a type, in the order in which they were added."""
        return self._records[entity_type].values()

    def deletions(self, entity_type: str) -> Sequence[Deletion]:
        """What was deleted of a type, in that order."""
        return self._deletions[entity_type]

    def count(self, entity_type: str) -> int:
        """How many records of a type there are."""
        return len(self._records[entity_type])
