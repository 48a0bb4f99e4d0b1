"""What a person does in QuickBooks itself, beside the API: edits that a client finds out about later."""

from datetime import datetime
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.entities import entity_kind
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.strikes import note_property
from qbo_emulator.server.writes import Written, write

EDITS: Final = ("create", "update", "delete", "void")


def edit(books: Books, operation: str, entity: str, body: JsonObject, at: datetime) -> Written:
    """Do what a person does; the SyncToken is the current one where the body has none.

    An update changes only what the body names. Raises QboFault as QuickBooks' screens would refuse.
    """
    if operation == "create":
        return write(books, entity, operation, body, options="", at=at)
    current = books.read(entity, str(body.get("Id", "")))
    whole = {"SyncToken": current["SyncToken"], **body}
    if operation == "update":
        whole = {"sparse": True, **whole}
    return write(books, entity, operation, whole, options="", at=at)


def remark(books: Books, entity: str, entity_id: str, at: datetime) -> str | None:
    """Let a person write a remark on an entity, which gives it a new SyncToken; return its id, None when nobody can."""
    kind = entity_kind(entity)
    name = note_property(kind.name)
    record = books.file.store.get(kind.name, entity_id)
    if name is None or record is None:
        return None
    version = record.entity["SyncToken"]
    try:
        return edit(books, "update", kind.name, {"Id": entity_id, name: f"Looked at again, {version}"}, at).entity_id
    except QboFault:
        # Closed books, say: then nobody comes first.
        return None
