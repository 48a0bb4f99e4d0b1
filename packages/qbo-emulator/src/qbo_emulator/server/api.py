"""The accounting API: from a call on a company to QuickBooks' answer."""

from datetime import datetime
from typing import Final

from qbo_emulator.bodies import decode_object
from qbo_emulator.books import Books
from qbo_emulator.entities import entity_kind, entity_name
from qbo_emulator.faults import (
    QboFault,
    not_implemented,
    query_parse,
    required_missing,
    unsupported_operation,
    wrong_length,
)
from qbo_emulator.server.answers import FAULT_TYPE, Answer, Call
from qbo_emulator.server.directory import Company
from qbo_emulator.wire import count_envelope, entity_envelope, fault_envelope, query_envelope

_LONGEST_REQUEST_ID: Final = 50
_LATER: Final = frozenset({"batch", "cdc", "reports", "upload", "download"})


def answer_call(company: Company, call: Call, at: datetime) -> tuple[Answer, bool]:
    """The answer, and whether it is a stored one: a write with a known requestid isn't carried out again."""
    request_id = call.parameters.get("requestid")
    repeatable = request_id is not None and call.method == "POST" and call.entity != "query"
    try:
        if request_id is not None and len(request_id) > _LONGEST_REQUEST_ID:
            raise wrong_length("requestid", _LONGEST_REQUEST_ID, len(request_id))
        if repeatable and request_id in company.replays:
            return company.replays[request_id], True
        answer = Answer(200, _carry_out(company.books, call, at))
    except QboFault as fault:
        return fault_answer(fault, at), False
    if repeatable and request_id is not None:
        company.replays[request_id] = answer
    return answer, False


def fault_answer(fault: QboFault, at: datetime) -> Answer:
    """A fault in its envelope."""
    return Answer(fault.status, fault_envelope(fault, at), FAULT_TYPE)


def _carry_out(books: Books, call: Call, at: datetime) -> bytes:
    if call.entity in _LATER:
        raise not_implemented(f"/{'/'.join(call.parts)}")
    if call.entity == "query" and len(call.parts) == 1:
        return _query(books, call, at)
    if call.method == "GET":
        return _read(books, call, at)
    if call.method == "POST" and len(call.parts) == 1:
        return _write(books, call, at)
    if call.method == "POST" and len(call.parts) == 3 and entity_name(call.entity):
        raise not_implemented(f"POST /{call.entity}/{{id}}/{call.parts[2]}")
    raise _no_such_resource(call)


def _query(books: Books, call: Call, at: datetime) -> bytes:
    text = call.parameters.get("query")
    if text is None and call.method == "POST":
        try:
            text = call.body.decode()
        except UnicodeDecodeError as error:
            raise query_parse("the query is not UTF-8 text") from error
    if not text:
        raise required_missing("query")
    result = books.query(text)
    if result.counting:
        return count_envelope(result.total, at)
    rows = [record.encoded() for record in result.records]
    total = result.total if result.counted else None
    return query_envelope(result.entity, rows, start=result.start, total=total, at=at)


def _read(books: Books, call: Call, at: datetime) -> bytes:
    parts = call.parts
    if call.entity == "preferences" and len(parts) == 1:
        return entity_envelope("Preferences", books.read_encoded("Preferences", "1"), at)
    if len(parts) == 3 and entity_name(call.entity) and parts[2].lower() == "pdf":
        raise not_implemented(f"GET /{call.entity}/{{id}}/pdf")
    if len(parts) != 2 or entity_name(call.entity) is None:
        raise _no_such_resource(call)
    kind = entity_kind(call.entity)
    entity_id = "1" if kind.name == "CompanyInfo" and parts[1] == call.realm_id else parts[1]
    return entity_envelope(kind.name, books.read_encoded(kind.name, entity_id), at)


def _write(books: Books, call: Call, at: datetime) -> bytes:
    if entity_name(call.entity) is None:
        raise _no_such_resource(call)
    kind = entity_kind(call.entity)
    operation = call.parameters.get("operation", "").lower()
    if operation not in ("", "update") or call.parameters.get("include", "").lower() == "void":
        raise not_implemented(f"operation={operation or 'void'} on {kind.name}")
    body = decode_object(call.body)
    if operation == "update" or "Id" in body:
        stored = books.update(kind.name, body, at=at)
    else:
        allowed = "allowduplicatedocnum" in call.parameters.get("include", "").lower()
        stored = books.create(kind.name, body, at=at, allow_duplicate_doc_number=allowed)
    return entity_envelope(kind.name, books.read_encoded(kind.name, stored["Id"]), at)


def _no_such_resource(call: Call) -> QboFault:
    path = "/v3/company/" + "/".join((call.realm_id, *call.parts))
    return unsupported_operation(f"Could not find resource for relative : {path} of full path: {path}")
