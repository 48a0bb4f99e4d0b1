"""One change that is wanted in QuickBooks, with what it was decided upon."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from oodaloo.infra.qbo.writes.records import changed_fields, chosen, laid_over, text_of

LONGEST_KEY: Final = 200
MARKER_PREFIX: Final = "Oodaloo-"
_DELIVERY: Final = ("EmailStatus", "DeliveryInfo")


class WriteOperation(StrEnum):
    """What a write does to its record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision saw of a record: its version, and those fields (a JSON object) that must still be so."""

    entity: str
    id: str
    sync_token: str
    fields: str

    def changed(self, record: bytes) -> list[str]:
        """The names of the fields that aren't so in `record` any more."""
        return changed_fields(record, self.fields.encode())


@dataclass(frozen=True, slots=True)
class Write:
    """A change of one record. `key` is its owner's name for it: the same key is the same write for ever.

    `body` is what a creation sends, or the fields that an update changes; `based_on` begins with the record itself
    unless it is created; after `not_after` (product time) it isn't sent any more. `requestid` is its owner's, empty
    where we are to mint one. Made by the constructors below, from records as QuickBooks sent them.
    """

    key: str
    entity: str
    operation: WriteOperation
    body: bytes = b""
    base: bytes = b""
    marker: str = ""
    based_on: tuple[Seen, ...] = ()
    send_to: str = ""
    not_after: datetime | None = None
    requestid: str = ""

    @classmethod
    def create(
        cls,
        key: str,
        entity: str,
        record: bytes,
        *,
        marker: str,
        based_on: Sequence[Seen] = (),
        not_after: datetime | None = None,
        requestid: str = "",
    ) -> "Write":
        """A new record, which must carry `marker` (from `marker_for`) in its PrivateNote or DocNumber.

        Raises ValueError when it doesn't: without it nobody could find out later whether it was created.
        """
        if not marker.startswith(MARKER_PREFIX) or marker.encode() not in record:
            raise ValueError(f"A new {entity} must carry its marker {marker!r}, made by marker_for.")
        return cls(key, entity, WriteOperation.CREATE, record, b"", marker, tuple(based_on), "", not_after, requestid)

    @classmethod
    def update(
        cls,
        key: str,
        entity: str,
        base: bytes,
        changes: bytes,
        *,
        guarding: Sequence[str] = (),
        not_after: datetime | None = None,
    ) -> "Write":
        """Other values for fields of a record. What is changed, or named in `guarding`, must still be as in `base`."""
        names = {*msgspec.json.decode(changes, type=dict[str, msgspec.Raw]), *guarding}
        own = seen(entity, base, *names)
        return cls(key, entity, WriteOperation.UPDATE, changes, base, based_on=(own,), not_after=not_after)

    @classmethod
    def delete(
        cls, key: str, entity: str, base: bytes, *, guarding: Sequence[str], not_after: datetime | None = None
    ) -> "Write":
        """A record's end. The fields named in `guarding` must still be as in `base`."""
        own = seen(entity, base, *guarding)
        return cls(key, entity, WriteOperation.DELETE, base=base, based_on=(own,), not_after=not_after)

    @classmethod
    def void(
        cls, key: str, entity: str, base: bytes, *, guarding: Sequence[str], not_after: datetime | None = None
    ) -> "Write":
        """A record's amounts to zero. The fields named in `guarding` must still be as in `base`."""
        own = seen(entity, base, *guarding)
        return cls(key, entity, WriteOperation.VOID, base=base, based_on=(own,), not_after=not_after)

    @classmethod
    def send(
        cls,
        key: str,
        entity: str,
        base: bytes,
        *,
        to: str = "",
        guarding: Sequence[str] = (),
        not_after: datetime | None = None,
    ) -> "Write":
        """A mail from QuickBooks with the document, to its own address or `to`.

        `base` must be what QuickBooks has now: a mail that left after it was read counts as this one.
        """
        own = seen(entity, base, *_DELIVERY, *guarding)
        return cls(key, entity, WriteOperation.SEND, base=base, based_on=(own,), send_to=to, not_after=not_after)

    @property
    def record_id(self) -> str:
        """The record that is changed; empty for one that is created."""
        return text_of(self.base, "Id") if self.base else ""

    @property
    def fingerprint(self) -> str:
        """A hash of what is wanted. What it was decided upon is left out: it changes when the write is through."""
        wanted = (self.entity, self.operation, self.record_id, self.body.decode(), self.marker, self.send_to)
        return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()


def seen(entity: str, record: bytes, *fields: str) -> Seen:
    """What is seen of a record, as QuickBooks sent it, by a decision that depends on those fields."""
    return Seen(entity, text_of(record, "Id"), text_of(record, "SyncToken"), chosen(record, fields).decode())


def marker_for(key: str) -> str:
    """A text of 21 characters (as long as a DocNumber may be) by which a record is known as the one of this key.

    Keys must therefore hold something random, such as a UUID: records outlive our database.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return MARKER_PREFIX + base64.b32encode(digest).decode()[: 21 - len(MARKER_PREFIX)]


def body_to_send(operation: WriteOperation, base: bytes, body: bytes) -> bytes:
    """What goes to QuickBooks. `base` is the record as QuickBooks has it: its SyncToken says what we know of."""
    if operation is WriteOperation.CREATE:
        return body
    if operation is WriteOperation.UPDATE:
        return laid_over(base, body)
    if operation is WriteOperation.SEND:
        return b""
    named = {"Id": text_of(base, "Id"), "SyncToken": text_of(base, "SyncToken")}
    return msgspec.json.encode(named if operation is WriteOperation.DELETE else {**named, "sparse": True})
