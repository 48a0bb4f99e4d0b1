"""The accounting API: from a call on a company to QuickBooks' answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from qbo_emulator.bodies import decode_object
from qbo_emulator.entities import entity_kind, entity_name
from qbo_emulator.faults import QboFault, not_implemented, required_missing, unsupported_operation
from qbo_emulator.reports import compute_report
from qbo_emulator.server.answers import FAULT_TYPE, PDF_TYPE, TEXT_TYPE, Answer, Call, Outcome
from qbo_emulator.server.asked import Asked
from qbo_emulator.server.attachments import answer_upload
from qbo_emulator.server.batch import answer_batch
from qbo_emulator.server.change_data import answer_cdc
from qbo_emulator.server.queries import answer_query
from qbo_emulator.server.writes import check_content_type, once, write
from qbo_emulator.wire import encode, envelope, fault_envelope, pacific_date


def answer_call(asked: Asked) -> Outcome:
    """What QuickBooks answers, a fault included; anything but a QboFault is a bug of ours and raised."""
    try:
        _check_accept(asked.call)
        return _handler(asked.call)(asked)
    except QboFault as fault:
        return Outcome(fault_answer(fault, asked.at))


def fault_answer(fault: QboFault, at: datetime) -> Answer:
    """A fault in its envelope."""
    return Answer(fault.status, fault_envelope(fault, at), FAULT_TYPE)


def _handler(call: Call) -> Callable[[Asked], Outcome]:
    """What answers the call: by its service, else by what is done to an entity."""
    named = _SERVICES.get((call.method, call.entity, len(call.parts)))
    if named is not None:
        return named
    if entity_name(call.entity) is not None:
        shape = (call.method, len(call.parts), call.parts[2].lower() if len(call.parts) == 3 else "")
        if shape in _ENTITY_CALLS:
            return _ENTITY_CALLS[shape]
    path = call.path
    raise unsupported_operation(f"Could not find resource for relative : {path} of full path: {path}")


def _check_accept(call: Call) -> None:
    accepted = call.accept.lower()
    if "xml" in accepted and "json" not in accepted and "*/*" not in accepted:
        raise not_implemented("XML answers")


def _query(asked: Asked) -> Outcome:
    return Outcome(Answer(200, answer_query(asked)), applied=True, reads=1)


def _cdc(asked: Asked) -> Outcome:
    return Outcome(Answer(200, answer_cdc(asked)), applied=True, reads=1)


def _batch(asked: Asked) -> Outcome:
    check_content_type(asked.call.media_type, "application/json")
    batch = answer_batch(asked)
    return Outcome(Answer(200, batch.body), applied=batch.applied, entity_ids=batch.entity_ids, reads=batch.reads)


def _report(asked: Asked) -> Outcome:
    computed = compute_report(asked.books, asked.call.parts[1], asked.call.parameters, asked.at)
    return Outcome(Answer(200, encode(computed)), applied=True, reads=1)


def _upload(asked: Asked) -> Outcome:
    check_content_type(asked.call.media_type, "multipart/form-data")
    made: tuple[str, ...] = ()

    def carry_out() -> bytes:
        nonlocal made
        body, made = answer_upload(asked)
        return body

    body, replayed = once(asked.replays, "call", asked.call.parameters.get("requestid"), carry_out)
    return Outcome(Answer(200, body), applied=not replayed, replayed=replayed, entity_ids=made)


def _download(asked: Asked) -> Outcome:
    entity_id = asked.call.parts[1]
    asked.books.attachment(entity_id)
    return Outcome(Answer(200, asked.download_link(entity_id).encode(), TEXT_TYPE), applied=True, reads=1)


def _preferences(asked: Asked) -> Outcome:
    return _entity(asked, "Preferences", "1")


def _read(asked: Asked) -> Outcome:
    kind = entity_kind(asked.call.entity)
    entity_id = asked.call.parts[1]
    if kind.name == "CompanyInfo" and entity_id == asked.call.realm_id:
        entity_id = "1"
    return _entity(asked, kind.name, entity_id)


def _exchange_rate(asked: Asked) -> Outcome:
    given = {name.lower(): value for name, value in asked.call.parameters.items()}
    if not given.get("sourcecurrencycode"):
        raise required_missing("sourcecurrencycode")
    rate = asked.books.exchange_rate(given["sourcecurrencycode"], given.get("asofdate") or pacific_date(asked.at))
    return Outcome(Answer(200, envelope("ExchangeRate", encode(rate), asked.at)), applied=True, reads=1)


def _entity(asked: Asked, entity: str, entity_id: str) -> Outcome:
    encoded = asked.books.read_encoded(entity, entity_id)
    return Outcome(Answer(200, envelope(entity, encoded, asked.at)), applied=True, reads=1)


def _pdf(asked: Asked) -> Outcome:
    document = asked.books.pdf(asked.call.entity, asked.call.parts[1])
    return Outcome(Answer(200, document, PDF_TYPE), applied=True, reads=1)


def _send(asked: Asked) -> Outcome:
    call = asked.call
    if call.media_type == "application/json":
        # Reported: QuickBooks then looks for the address in the body.
        raise required_missing("DeliveryAddress.Address")
    check_content_type(call.media_type, "application/octet-stream")
    sent = asked.books.send(call.entity, call.parts[1], send_to=call.parameters.get("sendTo"), at=asked.at)
    body = envelope(entity_kind(call.entity).name, encode(sent), asked.at)
    return Outcome(Answer(200, body), applied=True, entity_ids=(call.parts[1],))


def _write(asked: Asked) -> Outcome:
    call = asked.call
    check_content_type(call.media_type, "application/json")
    entity_kind(call.entity)
    body = decode_object(call.body)
    written_ids: tuple[str, ...] = ()

    def carry_out() -> bytes:
        nonlocal written_ids
        options = call.parameters.get("include", "")
        written = write(asked.books, call.entity, call.operation, body, options=options, at=asked.at)
        written_ids = (written.entity_id,)
        return envelope(written.entity, written.encoded, asked.at)

    answer, replayed = once(asked.replays, "call", call.parameters.get("requestid"), carry_out)
    return Outcome(Answer(200, answer), applied=not replayed, replayed=replayed, entity_ids=written_ids)


_SERVICES: Final[dict[tuple[str, str, int], Callable[[Asked], Outcome]]] = {
    ("GET", "query", 1): _query,
    ("POST", "query", 1): _query,
    ("GET", "cdc", 1): _cdc,
    ("POST", "batch", 1): _batch,
    ("GET", "reports", 2): _report,
    ("POST", "upload", 1): _upload,
    ("GET", "download", 2): _download,
    ("GET", "preferences", 1): _preferences,
    ("GET", "exchangerate", 1): _exchange_rate,
}
_ENTITY_CALLS: Final[dict[tuple[str, int, str], Callable[[Asked], Outcome]]] = {
    ("GET", 2, ""): _read,
    ("GET", 3, "pdf"): _pdf,
    ("POST", 1, ""): _write,
    ("POST", 3, "send"): _send,
}
