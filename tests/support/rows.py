"""Rows of the mirror that say only what a test of the database needs."""

from datetime import UTC, datetime

from oodaloo.kit.ids import BusinessId

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
        "seen_in": "run-1",
    }
