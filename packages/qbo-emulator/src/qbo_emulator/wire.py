"""How QuickBooks writes: numbers, times, envelopes and faults as JSON bytes, and how request bodies are read."""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import orjson

from qbo_emulator.faults import QboFault, invalid_number, unreadable_body
from qbo_emulator.jsontypes import JsonObject

ZERO = Decimal(0)
_CENT = Decimal("0.01")
_PACIFIC = ZoneInfo("America/Los_Angeles")
_SHORTEST = frozenset(
    {
        "UnitPrice",
        "Qty",
        "RatePercent",
        "TaxPercent",
        "DiscountPercent",
        "PurchaseCost",
        "QtyOnHand",
        "ExchangeRate",
        "BillRate",
        "CostRate",
    }
)
_LISTS = frozenset({"Line", "LinkedTxn"})
_OBJECTS = frozenset({"CheckPayment", "CreditCardPayment", "CashBack", "Entity"})
_OBJECT_ENDINGS = ("Ref", "Detail", "Addr")
_MONEY = frozenset(
    {
        "Amount",
        "TotalAmt",
        "TotalTax",
        "NetAmountTaxable",
        "CreditLimit",
        "Balance",
        "BalanceWithJobs",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
        "UnappliedAmt",
        "RemainingCredit",
    }
)


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


def decode_object(raw: bytes) -> JsonObject:
    """The JSON object in a request body, its fractions as Decimals; fault 2010 when it isn't one."""
    try:
        value = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise unreadable_body(f"Unexpected or malformed JSON: {error}") from error
    if not isinstance(value, dict):
        raise unreadable_body(f"A JSON object is expected, not {type(value).__name__}")
    return value


def money(value: object, element: str) -> Decimal:
    """The amount rounded to cents; fault 2080 for anything that isn't a number."""
    return _as_decimal(value, element).quantize(_CENT)


def shortest(value: object, element: str) -> Decimal:
    """The number in the shortest spelling of the same value (`75`, `4.5`), as for UnitPrice and Qty."""
    number = _as_decimal(value, element)
    if number == number.to_integral_value():
        return number.quantize(Decimal(1))
    return number.normalize()


def as_stored(value: object, key: str = "") -> object:
    """A copy of a request value as it is kept: without nulls, its numbers spelled as QuickBooks spells them."""
    if isinstance(value, dict):
        if key in _LISTS:
            raise unreadable_body(f"{key} has the wrong shape")
        return {name: as_stored(each, name) for name, each in value.items() if each is not None}
    if key in _LISTS or key in _OBJECTS or key.endswith(_OBJECT_ENDINGS):
        return _as_stored_items(value, key)
    if isinstance(value, list):
        return [as_stored(each, key) for each in value if each is not None]
    if isinstance(value, str | bool):
        return value
    if key in _SHORTEST:
        return shortest(value, key)
    if isinstance(value, Decimal) or key in _MONEY:
        return money(value, key)
    if isinstance(value, float):
        raise TypeError(f"{key} is a float; amounts are Decimals")
    return value


def _as_stored_items(value: object, key: str) -> object:
    items = value if key in _LISTS and isinstance(value, list) else [None]
    if not all(isinstance(each, dict) for each in items):
        raise unreadable_body(f"{key} has the wrong shape")
    return [as_stored(each) for each in items]


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f") if value else "0")
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _as_decimal(value: object, element: str) -> Decimal:
    if isinstance(value, float):
        raise TypeError(f"{element} is a float; amounts are Decimals")
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise invalid_number(element, value)
    try:
        number = Decimal(value)
        if number.is_finite() and abs(number) < Decimal(10) ** 15:
            return number
    except InvalidOperation as error:
        raise invalid_number(element, value) from error
    raise invalid_number(element, value)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
