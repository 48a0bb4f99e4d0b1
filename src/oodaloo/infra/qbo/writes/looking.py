"""Looking in QuickBooks for what became of a write: it is there, it may be sent, or it is out of date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboNotFoundError
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS, SmartSync
from oodaloo.infra.qbo.writes.intents import CHANGED_MEANWHILE, Intent
from oodaloo.infra.qbo.writes.records import content, holds, linked_ids, text_of
from oodaloo.infra.qbo.writes.write import MARKER_PREFIX, WriteOperation, body_to_send
from oodaloo.kit.ids import RealmId

CLOCKS_APART: Final = timedelta(days=1)
"""A record counts as possibly ours from so long before its write was wanted: QuickBooks' clock isn't ours."""


@dataclass(frozen=True, slots=True)
class Done:
    """QuickBooks has it: the record as it is there, empty when it was to be deleted."""

    record: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not there and must not be sent (any more); `code` is QuickBooks' fault code or a word of ours."""

    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Absent:
    """It doesn't show, and what it was decided upon still holds; `payload` fits what the record is now."""

    payload: bytes


Finding: TypeAlias = Done | Refused | Absent


async def look(smart_sync: SmartSync, realm_id: RealmId, intent: Intent, lane: Lane) -> Finding:
    """What QuickBooks shows of a write. Metered: a read of each record concerned, for a creation also a query.

    A creation is found by its marker: a bill payment among those of its bills, anything else (and a payment that
    found its bills paid) among the records of its type that are new since it was wanted.
    """
    look_at = _Reader(smart_sync, realm_id, lane)
    if intent.operation is WriteOperation.CREATE:
        found = await _created(look_at, intent)
        return Done(found) if found is not None else await _still_based(look_at, intent, intent.payload)
    current = await look_at.record(intent.entity, intent.record_id)
    if current is None:
        return Done(b"") if intent.operation is WriteOperation.DELETE else _gone(intent.entity, intent.record_id)
    if _AS_WANTED[intent.operation](intent, current):
        return Done(current)
    return await _still_based(look_at, intent, body_to_send(intent.operation, current, intent.wanted))


@dataclass(slots=True)
class _Reader:
    """Reads each record once, so that the answers to one question fit each other."""

    smart_sync: SmartSync
    realm_id: RealmId
    lane: Lane
    _read: dict[tuple[str, str], bytes | None] = field(default_factory=dict, init=False)

    async def record(self, entity: str, record_id: str) -> bytes | None:
        """The record as it is now, None when QuickBooks has none."""
        if (entity, record_id) not in self._read:
            try:
                found = await self.smart_sync.read(self.realm_id, entity, record_id, lane=self.lane)
            except QboNotFoundError:
                found = None
            self._read[entity, record_id] = found
        return self._read[entity, record_id]

    async def new_ones(self, entity: str, since: str) -> list[bytes]:
        """Every record of a type that was created since then."""
        found: list[bytes] = []
        while True:
            text = (
                f"SELECT * FROM {entity} WHERE MetaData.CreateTime >= '{since}' "  # noqa: S608 (QuickBooks' own query language; entity and time are ours)
                f"ORDERBY Id STARTPOSITION {len(found) + 1} MAXRESULTS {PAGE_ROWS}"
            )
            page = await self.smart_sync.query(self.realm_id, entity, text, lane=self.lane)
            found += page.records
            if len(page.records) < PAGE_ROWS:
                return found


async def _created(look_at: _Reader, intent: Intent) -> bytes | None:
    if intent.entity == "BillPayment":
        for bill_id in linked_ids(intent.payload, "Bill"):
            bill = await look_at.record("Bill", bill_id)
            for payment_id in linked_ids(bill, "BillPayment") if bill else ():
                payment = await look_at.record("BillPayment", payment_id)
                if payment is not None and _is_ours(intent, payment):
                    return payment
    marker = intent.marker.encode()
    recent = await look_at.new_ones(intent.entity, (intent.made_at - CLOCKS_APART).isoformat(timespec="seconds"))
    return next((record for record in recent if marker in record), None)


def _is_ours(intent: Intent, payment: bytes) -> bool:
    """By the marker; without any marker (a person wrote another note) by paying the same from the same account."""
    if intent.marker.encode() in payment:
        return True
    if MARKER_PREFIX.encode() in payment:
        return False
    return holds(payment, content(intent.payload, without=("PrivateNote", "DocNumber")))


async def _still_based(look_at: _Reader, intent: Intent, payload: bytes) -> Refused | Absent:
    for seen in intent.based_on:
        current = await look_at.record(seen.entity, seen.id)
        if current is None:
            return _gone(seen.entity, seen.id)
        changed = seen.changed(current)
        if changed:
            return Refused(
                f"{seen.entity} {seen.id} was changed in QuickBooks meanwhile ({', '.join(changed)}). "
                "Look at it again, then decide anew.",
                CHANGED_MEANWHILE,
            )
    return Absent(payload)


def _gone(entity: str, record_id: str) -> Refused:
    message = f"{entity} {record_id} was deleted in QuickBooks meanwhile. Nothing is left to be done with it."
    return Refused(message, CHANGED_MEANWHILE)


def _is_updated(intent: Intent, current: bytes) -> bool:
    return holds(current, intent.wanted)


def _is_voided(_intent: Intent, current: bytes) -> bool:
    return holds(current, b'{"TotalAmt": 0}')


def _is_sent(intent: Intent, current: bytes) -> bool:
    """Whether a mail left since the decision was made."""
    before = intent.based_on[0].fields.encode()
    delivered = text_of(current, "DeliveryInfo", "DeliveryTime")
    return bool(delivered) and delivered != text_of(before, "DeliveryInfo", "DeliveryTime")


_AS_WANTED: Final[Mapping[WriteOperation, Callable[[Intent, bytes], bool]]] = {
    WriteOperation.UPDATE: _is_updated,
    WriteOperation.DELETE: lambda _intent, _current: False,
    WriteOperation.VOID: _is_voided,
    WriteOperation.SEND: _is_sent,
}
