"""Writes: what is done to one entity for a POST or for an item of a batch, once per request id."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from qbo_emulator.books import Books
from qbo_emulator.entities import entity_kind
from qbo_emulator.faults import QboFault, business_rule, not_implemented, unsupported_operation
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.wire import encode

LONGEST_REQUEST_ID: Final = 50
Kept: TypeAlias = Literal["call", "item"]
"""What a stored answer is: that of a whole call, or of one item of a batch."""


class Written(NamedTuple):
    """An entity after a write: its type, its JSON, its id (blank when it has none)."""

    entity: str
    encoded: bytes
    entity_id: str


def write(books: Books, entity: str, operation: str, body: JsonObject, *, options: str, at: datetime) -> Written:
    """Create, update, delete or void an entity; `options` holds words such as allowduplicatedocnum.

    Raises QboFault: 500 for another operation or an unknown type, and whatever the books refuse.
    """
    kind = entity_kind(entity)
    if operation == "create":
        allowed = "allowduplicatedocnum" in options.lower()
        stored = books.create(kind.name, body, at=at, allow_duplicate_doc_number=allowed)
    elif operation == "update":
        stored = books.update(kind.name, body, at=at)
    elif operation == "void":
        stored = books.void(kind.name, body, at=at)
    elif operation == "delete":
        stored = books.delete(kind.name, body, at=at)
    else:
        raise unsupported_operation(operation)
    shown = _without_unsaid(kind.name, stored) if operation == "create" else stored
    return Written(kind.name, encode(shown), _id_of(stored))


def _without_unsaid(entity: str, created: JsonObject) -> JsonObject:
    # Recorded: the answer to a creation lacks what the next answer has.
    if entity == "Account":
        moments = {name: value for name, value in created["MetaData"].items() if name != "LastUpdatedTime"}
        return {**created, "MetaData": moments}
    if entity == "Customer":
        return {name: value for name, value in created.items() if name != "V4IDPseudonym"}
    return created


def _id_of(stored: JsonObject) -> str:
    """The id; that of the entity inside for a RecurringTransaction, none for an ExchangeRate."""
    inner = next((value for value in stored.values() if isinstance(value, dict) and "Id" in value), {})
    return str(stored.get("Id") or inner.get("Id", ""))


def once(
    replays: dict[tuple[Kept, str], bytes], kept: Kept, request_id: str | None, carry_out: Callable[[], bytes]
) -> tuple[bytes, bool]:
    """The answer under this request id, and whether it is a stored one; what is refused isn't stored.

    QuickBooks keeps the id with what the request saved (its complaint about long ones names the field), so a
    refused request leaves nothing behind.
    """
    if request_id is None:
        return carry_out(), False
    if len(request_id) > LONGEST_REQUEST_ID:
        raise too_long_request_id(request_id, LONGEST_REQUEST_ID)
    if (kept, request_id) in replays:
        return replays[kept, request_id], True
    answer = replays[kept, request_id] = carry_out()
    return answer, False


def too_long_request_id(request_id: str, longest: int) -> QboFault:
    """Code 6000: the request id doesn't fit into its field."""
    return business_rule(
        f"You cannot enter more than {longest} characters in the request_id field. "
        f"You tried entering {request_id[:10]}..., which is {len(request_id)} characters."
    )


def check_content_type(media_type: str, *accepted: str) -> None:
    """Raise the fault for a body of another type than those accepted; a type must be given."""
    if media_type in accepted:
        return
    if media_type in ("application/xml", "text/xml"):
        raise not_implemented("XML bodies")
    raise unsupported_operation("Cannot consume content type")
