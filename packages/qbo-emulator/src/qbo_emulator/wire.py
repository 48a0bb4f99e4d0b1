"""How QuickBooks writes: numbers, times, envelopes and faults as JSON bytes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson

from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

_PACIFIC = ZoneInfo("America/Los_Angeles")


def encode(value: object) -> bytes:
    """The value as QuickBooks writes it: Decimals keep their own spelling, zero is `0`."""
    return orjson.dumps(value, default=_number)


def entity_envelope(entity: str, encoded: bytes, at: datetime) -> bytes:
    """`{"<Entity>": …, "time": …}` around an entity that is already JSON."""
    return b'{"%s":%s,"time":"%s"}' % (entity.encode(), encoded, envelope_time(at).encode())


def query_envelope(entity: str, rows: Iterable[bytes], *, start: int, total: int | None, at: datetime) -> bytes:
    """A `QueryResponse` of rows that are already JSON; empty when there are none."""
    listed = list(rows)
    time = envelope_time(at).encode()
    if not listed:
        return b'{"QueryResponse":{},"time":"%s"}' % time
    counted = b"" if total is None else b',"totalCount":%d' % total
    return b'{"QueryResponse":{"%s":[%s],"startPosition":%d,"maxResults":%d%s},"time":"%s"}' % (
        entity.encode(),
        b",".join(listed),
        start,
        len(listed),
        counted,
        time,
    )


def count_envelope(total: int, at: datetime) -> bytes:
    """The answer to SELECT COUNT(*)."""
    return b'{"QueryResponse":{"totalCount":%d},"time":"%s"}' % (total, envelope_time(at).encode())


def fault_envelope(fault: QboFault, at: datetime) -> bytes:
    """`{"Fault": {"Error": […], "type"}, "time"}`; `time` is left out where QuickBooks leaves it out."""
    errors = []
    for error in fault.errors:
        entry = {"Message": error.message, "Detail": error.detail, "code": error.code}
        if error.element is not None:
            entry["element"] = error.element
        errors.append(entry)
    body: JsonObject = {"Fault": {"Error": errors, "type": fault.fault_type}}
    if fault.timed:
        body["time"] = envelope_time(at)
    return encode(body)


def authentication_envelope(detail: str, at: datetime) -> bytes:
    """The lower-case envelope of HTTP 401: the gateway's, not the accounting service's."""
    error = {
        "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "detail": detail,
        "code": "3200",
        "element": None,
    }
    body: JsonObject = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": "AUTHENTICATION"},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(at.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    return encode(body)


def throttle_body(at: datetime) -> bytes:
    """The body of HTTP 429: XML, whatever the client accepts."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{envelope_time(at)}" xmlns="http://schema.intuit.com/finance/v3">\n'
        '  <Fault type="SERVICE">\n    <Error code="3001">\n'
        "      <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>\n"
        "      <Detail>The request limit was reached.  Try again later</Detail>\n"
        "    </Error>\n  </Fault>\n</IntuitResponse>\n"
    ).encode()


def envelope_time(at: datetime) -> str:
    """The moment in Pacific time with milliseconds, as in `time`."""
    return at.astimezone(_PACIFIC).isoformat(timespec="milliseconds")


def metadata_time(at: datetime) -> str:
    """The moment in Pacific time with seconds, as in `MetaData`."""
    return at.astimezone(_PACIFIC).isoformat(timespec="seconds")


def pacific_date(at: datetime) -> str:
    """The day of the moment in Pacific time: the TxnDate of a document that names none."""
    return at.astimezone(_PACIFIC).date().isoformat()


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f") if value else "0")
    raise TypeError(f"{type(value).__name__} is not a JSON value")
