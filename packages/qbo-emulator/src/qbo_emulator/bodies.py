"""How request bodies are read: JSON text to values of the shapes that QuickBooks keeps."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import iso_date, money, shortest
from qbo_emulator.faults import (
    QboFault,
    invalid_enumeration,
    invalid_number,
    unknown_property,
    unreadable_body,
    wrong_length,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import FIELDS
from qbo_emulator.shapes import ENUMERATIONS, Field

_REFERENCE: Final = frozenset({"value", "name", "type"})
_MEMO: Final = frozenset({"value", "id"})
_LONGEST_MEMO: Final = 1000
_LARGEST_WHOLE_NUMBER: Final = 2**53


def decode_object(raw: bytes) -> JsonObject:
    """The JSON object in a request body, its fractions as Decimals; fault 2010 when it isn't one."""
    try:
        value = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise unreadable_body(f"Unexpected or malformed JSON: {error}") from error
    if not isinstance(value, dict):
        raise unreadable_body(f"A JSON object is expected, not {type(value).__name__}")
    return value


def as_stored(type_name: str, body: JsonObject) -> JsonObject:
    """A copy of a body of that type as it is kept: without nulls, its numbers spelled as QuickBooks spells them.

    Fault 2010 for a property that the type doesn't know, at any depth, or of the wrong shape; 2050 for a text
    that is too long, 2080 for a number or date that isn't one, 2170 for a value outside of an enumeration.
    """
    known = FIELDS[type_name]
    stored: JsonObject = {}
    for name, value in body.items():
        if name not in known:
            raise unknown_property(type_name, name, tuple(known))
        field = known[name]
        # Clients in use send "" for a date or amount that they leave open.
        if value is not None and (value != "" or field.kind == "text"):
            stored[name] = _several(field, value, name) if field.many else _one(field, value, name)
    return stored


def as_recorded(type_name: str, body: JsonObject) -> JsonObject:
    """Like `as_stored` for what QuickBooks itself answered: whatever it knows and we don't is kept as it came."""
    known = FIELDS.get(type_name, {})
    stored: JsonObject = {}
    for name, value in body.items():
        field = known.get(name, _UNKNOWN)
        if field.kind in ("money", "number") and not isinstance(value, list):
            stored[name] = _one(field, value, name)
        elif isinstance(value, list):
            stored[name] = [_recorded_value(field.kind, each) for each in value]
        else:
            stored[name] = _recorded_value(field.kind, value)
    return stored


_UNKNOWN: Final = Field("any")


def _recorded_value(kind: str, value: object) -> object:
    if isinstance(value, dict):
        return as_recorded(kind, value)
    return money(value, kind) if isinstance(value, Decimal) else value


def _several(field: Field, value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise _misshapen(name)
    return [_one(field, each, name) for each in value if each is not None or field.kind in FIELDS]


def _one(field: Field, value: object, name: str) -> object:
    read = _READERS.get(field.kind)
    if read is not None:
        return read(value, name)
    if field.kind == "text":
        return _text(value, name, field.longest)
    if field.kind.startswith("="):
        return _enumerated(field.kind[1:], value, name)
    if not isinstance(value, dict):
        raise _misshapen(name)
    return as_stored(field.kind, value)


def _text(value: object, name: str, longest: int | None) -> str:
    # QuickBooks reads numbers and booleans where a text belongs.
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str | int | Decimal):
        text = str(value)
    else:
        raise _misshapen(name)
    if longest is not None and len(text) > longest:
        raise wrong_length(name, longest, len(text))
    return text


def _enumerated(enumeration: str, value: object, name: str) -> str:
    if not isinstance(value, str) or value not in ENUMERATIONS[enumeration]:
        raise invalid_enumeration(name, value)
    return value


def _flag(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _misshapen(name)


def _whole(value: object, name: str) -> int:
    number = shortest(value, name)
    if number != number.to_integral_value():
        raise invalid_number(name, value)
    return int(number)


def _reference(value: object, name: str) -> JsonObject:
    return _texts(value, name, _REFERENCE, "ReferenceType", None)


def _memo(value: object, name: str) -> JsonObject:
    return _texts(value, name, _MEMO, "MemoRef", _LONGEST_MEMO)


def _texts(value: object, name: str, known: frozenset[str], type_name: str, longest: int | None) -> JsonObject:
    if not isinstance(value, dict):
        raise _misshapen(name)
    for inner in value:
        if inner not in known:
            raise unknown_property(type_name, inner, tuple(sorted(known)))
    return {inner: _text(each, name, longest) for inner, each in value.items() if each not in (None, "")}


def _anything(value: object, name: str) -> object:
    if isinstance(value, dict):
        return {inner: _anything(each, inner) for inner, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_anything(each, name) for each in value if each is not None]
    if isinstance(value, Decimal | float):
        return money(value, name)
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE_NUMBER:
        raise invalid_number(name, value)
    return value


_READERS: Final[dict[str, Callable[[object, str], object]]] = {
    "money": money,
    "number": shortest,
    "int": _whole,
    "flag": _flag,
    "date": iso_date,
    "ref": _reference,
    "memo": _memo,
    "any": _anything,
}


def _misshapen(name: str) -> QboFault:
    return unreadable_body(f"{name} has the wrong shape")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
