"""Webhook events and the posts that carry them, in both of Intuit's formats."""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from qbo_emulator.changes import Change, Operation
from qbo_emulator.clock import PACIFIC
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import names
from qbo_emulator.wire import encode

ANNOUNCED: Final = frozenset(
    names(
        """
        Account Bill BillPayment Budget Class CreditMemo CompanyCurrency Customer Department Deposit Employee
        Estimate Invoice Item JournalCode JournalEntry Payment PaymentMethod Preferences Purchase
        PurchaseOrder RefundReceipt SalesReceipt TaxAgency Term TimeActivity Transfer Vendor VendorCredit
        """
    )
)
"""The types whose changes are announced."""
_LEGACY_OPERATIONS: Final[dict[Operation, str]] = {
    "created": "Create",
    "updated": "Update",
    "deleted": "Delete",
    "void": "Void",
    "emailed": "Emailed",
    "merged": "Merge",
}
_OTHER_NAMES: Final = {"CompanyCurrency": "Currency"}


class Format(StrEnum):
    """How a post is written: CloudEvents, or the older form that was retired on 2026-07-31."""

    CLOUDEVENTS = "cloudevents"
    LEGACY = "legacy"


class Event(NamedTuple):
    """One change of one company, under an id that stays the same however often it is sent."""

    event_id: str
    realm_id: str
    change: Change


def event_id(realm_id: str, number: int) -> str:
    """The id of a company's event of that number; the same in every run."""
    return str(UUID(bytes=sha256(f"{realm_id}/{number}".encode()).digest()[:16], version=4))


def body(events: Sequence[Event], form: Format, source: str) -> bytes:
    """The post that carries these events; `source` names the app."""
    if form is Format.LEGACY:
        return _legacy(events)
    return encode([_cloud_event(event, source) for event in events])


def content_type(form: Format) -> str:
    """The Content-Type of a post."""
    return "application/json" if form is Format.LEGACY else "application/cloudevents+json"


def signature(post: bytes, verifier_token: str) -> str:
    """The `intuit-signature` of a post: base64 of its HMAC-SHA256 under the verifier token."""
    return b64encode(hmac.new(verifier_token.encode(), post, sha256).digest()).decode()


def source_of(client_id: str) -> str:
    """How events name the app that they are for."""
    return f"intuit.{b64encode(sha256(client_id.encode()).digest()).decode()}"


def _cloud_event(event: Event, source: str) -> JsonObject:
    change = event.change
    return {
        "specversion": "1.0",
        "id": event.event_id,
        "source": source,
        "type": f"qbo.{_name(change).lower()}.{change.operation}.v1",
        "datacontenttype": "application/json",
        "time": f"{change.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z",
        "intuitentityid": change.entity_id,
        "intuitaccountid": event.realm_id,
        "data": {},
    }


def _legacy(events: Sequence[Event]) -> bytes:
    by_realm: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for event in events:
        change = event.change
        entity = {
            "name": _name(change),
            "id": change.entity_id,
            "operation": _LEGACY_OPERATIONS[change.operation],
            "lastUpdated": f"{change.at.astimezone(PACIFIC):%Y-%m-%dT%H:%M:%S%z}",
        }
        by_realm[event.realm_id].append(entity)
    notifications = [
        {"realmId": realm_id, "dataChangeEvent": {"entities": entities}} for realm_id, entities in by_realm.items()
    ]
    return encode({"eventNotifications": notifications})


def _name(change: Change) -> str:
    return _OTHER_NAMES.get(change.entity, change.entity)
