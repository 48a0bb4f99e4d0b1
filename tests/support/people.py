"""What people do in QuickBooks itself, and the time that passes there, through the emulator's control plane."""

from collections.abc import Mapping

import httpx2

from tests.support.emulators import Emulator
from tests.support.recordings import JsonObject


def edit(quickbooks: Emulator, operation: str, entity: str, body: Mapping[str, object]) -> JsonObject:
    """Somebody creates, changes (only what `body` names), deletes or voids a record; gives what QuickBooks shows."""
    described = {"operation": operation, "entity": entity, "body": dict(body)}
    answer = quickbooks.http.post("/_emulator/edit", json=described)
    assert answer.status_code == httpx2.codes.OK, answer.text
    shown: JsonObject = answer.json()[entity]
    return shown


def delete(quickbooks: Emulator, entity: str, record_id: str) -> None:
    """Somebody deletes a record."""
    edit(quickbooks, "delete", entity, {"Id": record_id})


def pass_time(quickbooks: Emulator, *, seconds: int = 0, days: int = 0) -> None:
    """Let time pass in the company without anything happening."""
    moved = {"advance_seconds": seconds} if seconds else {"advance_days": days}
    quickbooks.http.post("/_emulator/clock", json=moved).raise_for_status()


def let_reads_lag(quickbooks: Emulator, seconds: int) -> None:
    """From now on queries and change data capture lag so much of the company's time behind; 0 ends that."""
    if not seconds:
        quickbooks.http.delete("/_emulator/stale-reads").raise_for_status()
        return
    lag = {"seconds": seconds, "company_time": True}
    quickbooks.http.post("/_emulator/stale-reads", json=lag).raise_for_status()
