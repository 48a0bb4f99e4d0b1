"""Rows of the mirror that say only what a test of the database needs."""

from datetime import UTC, datetime

from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.kit.ids import BusinessId, RealmId

OURS = BusinessId("ours")
THEIRS = BusinessId("theirs")
A_MOMENT = datetime(2026, 10, 2, 13, 0, tzinfo=UTC)


def a_business(business_id: BusinessId) -> dict[str, object]:
    """A business that was connected and never read."""
    return {
        "id": business_id,
        "realm_id": f"realm-{business_id}",
        "name": business_id,
        "currency": "USD",
        "country": "US",
        "timezone": "America/New_York",
        "buffer_cents": 0,
        "created_at": A_MOMENT,
    }


def a_record(record_id: str, *, open_cents: int = 0, source: str = "{}") -> dict[str, object]:
    """A mirrored record."""
    return {
        "id": record_id,
        "sync_token": "0",
        "updated_at": A_MOMENT,
        "dated": None,
        "open_cents": open_cents,
        "body": "{}",
        "source": source,
        "known_from": A_MOMENT,
        "seen_in": 1,
        "revision": 1,
    }


def a_connection(realm_id: RealmId) -> dict[str, object]:
    """A company's connection whose tokens nobody will use."""
    return {
        "realm_id": realm_id,
        "state": ConnectionState.CONNECTED.value,
        "sealed_access_token": "",
        "sealed_refresh_token": "",
        "access_expires_at": A_MOMENT,
        "refresh_expires_at": A_MOMENT,
        "version": 1,
        "refreshing_until": None,
        "changed_at": A_MOMENT,
        "ended_because": "",
    }


def an_intent(intent_id: str) -> dict[str, object]:
    """A write that was wanted and that nobody has taken up."""
    texts = ("fingerprint", "record_id", "wanted", "payload", "marker", "send_to", "answer", "error", "error_code")
    return {
        "id": intent_id,
        "key": intent_id,
        "requestid": intent_id,
        "entity": "BillPayment",
        "operation": "create",
        "based_on": "[]",
        "not_after": None,
        "state": "intended",
        "attempts": 0,
        "made_at": A_MOMENT,
        "changed_at": A_MOMENT,
        "held_until": None,
        "visible_from": None,
        **dict.fromkeys(texts, ""),
    }
