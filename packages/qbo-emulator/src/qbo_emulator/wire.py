"""How QuickBooks writes: numbers, times, envelopes and faults as JSON bytes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import orjson

from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject

_PACIFIC = ZoneInfo("America/Los_Angeles")


def encode(value: object) -> bytes:
    """The value as QuickBooks writes it: Decimals keep their own spelling, zero is `0`."""
    return orjson.dumps(value, default=_number)


def envelope(name: str, encoded: bytes, at: datetime) -> bytes:
    """`{"<name>": …, "time": …}` around an entity or answer that is already JSON."""
    return b'{"%s":%s,"time":"%s"}' % (name.encode(), encoded, envelope_time(at).encode())


def query_response(entity: str, rows: Iterable[bytes], *, start: int, total: int | None) -> bytes:
    """What stands in a `QueryResponse`: rows that are already JSON; an empty object when there are none."""
    listed = list(rows)
    if not listed:
        return b"{}"
    counted = b"" if total is None else b',"totalCount":%d' % total
    return b'{"%s":[%s],"startPosition":%d,"maxResults":%d%s}' % (
        entity.encode(),
        b",".join(listed),
        start,
        len(listed),
        counted,
    )


def fault_envelope(fault: QboFault, at: datetime) -> bytes:
    """`{"Fault": …, "time"}`; `time` is left out where QuickBooks leaves it out."""
    body: JsonObject = {"Fault": fault_object(fault)}
    if fault.timed:
        body["time"] = envelope_time(at)
    return encode(body)


def fault_object(fault: QboFault) -> JsonObject:
    """What stands in a `Fault`: `{"Error": […], "type"}`."""
    errors = []
    for error in fault.errors:
        entry = {"Message": error.message, "Detail": error.detail, "code": error.code}
        if error.element is not None:
            entry["element"] = error.element
        errors.append(entry)
    return {"Error": errors, "type": fault.fault_type}


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
    """The body of HTTP 429 as recorded: XML, whatever the client accepts."""
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


@lru_cache(maxsize=64)
def metadata_time(at: datetime) -> str:
    """The moment in Pacific time with seconds, as in `MetaData`."""
    return at.astimezone(_PACIFIC).isoformat(timespec="seconds")


@lru_cache(maxsize=64)
def pacific_date(at: datetime) -> str:
    """The day of the moment in Pacific time: the TxnDate of a document that names none."""
    return at.astimezone(_PACIFIC).date().isoformat()


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f") if value else "0")
    raise TypeError(f"{type(value).__name__} is not a JSON value")
