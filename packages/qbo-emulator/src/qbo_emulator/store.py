"""Where a company's entities are kept: by type and id, with their JSON bytes remembered until they change."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.wire import encode, metadata_time


class Record:
    """One stored entity; whoever changes it says so with `touched`, and nobody else writes to it."""

    __slots__ = ("_encoded", "created_at", "entity", "number", "updated_at")

    def __init__(self, entity: JsonObject, created_at: datetime, updated_at: datetime) -> None:
        self.entity = entity
        self.number = int(entity["Id"])
        self.created_at = created_at
        self.updated_at = updated_at
        self._encoded: bytes | None = None

    def touched(self, at: datetime, *, new_version: bool) -> None:
        """The entity changed at this moment; `new_version` raises its SyncToken."""
        if new_version:
            self.entity["SyncToken"] = str(int(self.entity["SyncToken"]) + 1)
        self.entity["MetaData"]["LastUpdatedTime"] = metadata_time(at)
        self.updated_at = at
        self._encoded = None

    def replaced(self, entity: JsonObject, at: datetime) -> None:
        """The entity has a new content that carries its own SyncToken and MetaData."""
        self.entity = entity
        self.updated_at = at
        self._encoded = None

    def relabelled(self) -> None:
        """A name inside of the entity changed, which is no new version of it."""
        self._encoded = None

    def encoded(self) -> bytes:
        """The entity as JSON bytes."""
        if self._encoded is None:
            # Copied, because the encoder's own bytes sit in a buffer several times as large.
            self._encoded = bytes(memoryview(encode(self.entity)))
        return self._encoded


class Store:
    """All records of one company."""

    def __init__(self) -> None:
        self._records: defaultdict[str, dict[str, Record]] = defaultdict(dict)
        self._last_ids: defaultdict[str, int] = defaultdict(int)

    def next_id(self, sequence: str) -> str:
        """The next number of an id sequence (several types can share one)."""
        self._last_ids[sequence] += 1
        return str(self._last_ids[sequence])

    def add(self, entity_type: str, sequence: str, record: Record) -> None:
        """Keep a new record; later ids of its sequence come after it."""
        self._records[entity_type][record.entity["Id"]] = record
        self._last_ids[sequence] = max(self._last_ids[sequence], record.number)

    def get(self, entity_type: str, entity_id: str) -> Record | None:
        """The record of this type and id, if there is one."""
        return self._records[entity_type].get(entity_id)

    def records(self, entity_type: str) -> Iterable[Record]:
        """Every record of a type, in the order in which they were added."""
        return self._records[entity_type].values()

    def count(self, entity_type: str) -> int:
        """How many records of a type there are."""
        return len(self._records[entity_type])
