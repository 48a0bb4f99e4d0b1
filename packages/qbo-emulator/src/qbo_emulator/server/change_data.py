"""Change data capture: what changed since a moment, type by type."""

from datetime import datetime, timedelta
from typing import Final

from qbo_emulator.clock import PACIFIC
from qbo_emulator.entities import entity_kind, entity_name
from qbo_emulator.faults import QboFault, invalid_number, required_missing, unsupported_operation
from qbo_emulator.server.asked import Asked, View
from qbo_emulator.wire import encode, envelope, query_response

MOST_OBJECTS: Final = 1000
_OLDEST: Final = timedelta(days=30)
_NOT_COVERED: Final = frozenset({"JournalCode", "TaxAgency", "TaxCode", "TaxRate", "TimeActivity"})


def answer_cdc(asked: Asked) -> bytes:
    """The whole answer to GET /cdc; faults for what can't be asked."""
    parameters = asked.call.parameters
    responses = changes(asked.view, parameters.get("entities", ""), parameters.get("changedSince", ""), asked.at)
    return envelope("CDCResponse", b"[%s]" % responses, asked.at)


def changes(view: View, entities: str, changed_since: str, at: datetime) -> bytes:
    """`{"QueryResponse": […]}` with one element per type, in the order asked, at most 1000 objects in all."""
    names = [_covered(name.strip()) for name in entities.split(",") if name.strip()]
    if not names:
        raise required_missing("entities")
    changed = view.changes_since(_instant(changed_since, at), names)
    room, elements = MOST_OBJECTS, []
    for name in names:
        rows = [encode(entity) for entity in changed[name][:room]]
        room -= len(rows)
        total = len(rows) if entity_kind(name).counted else None
        elements.append(query_response(name, rows, start=1, total=total))
    return b'{"QueryResponse":[%s]}' % b",".join(elements)


def _covered(written: str) -> str:
    name = entity_name(written)
    if name is None or name in _NOT_COVERED:
        raise unsupported_operation(f"cdc on {written}")
    return entity_kind(name).name


def _instant(text: str, at: datetime) -> datetime:
    if not text:
        raise required_missing("changedSince")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid_number("changedSince", text) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=PACIFIC)
    if at - instant > _OLDEST:
        raise _too_old(text)
    return instant


def _too_old(text: str) -> QboFault:
    return unsupported_operation(f"cdc with changedSince date {text} which is older than fixed days")
