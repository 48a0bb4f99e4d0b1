"""Answering a SELECT: which records match, in which order, and which page of them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from operator import attrgetter, eq, ge, gt, le, lt, ne
from typing import Any, Final
from zoneinfo import ZoneInfo

from qbo_emulator.entities.kinds import EntityKind
from qbo_emulator.faults import query_validation
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import FIELDS, PROPERTIES
from qbo_emulator.query_text import Condition, Order, Query
from qbo_emulator.store import Record

_PACIFIC: Final = ZoneInfo("America/Los_Angeles")
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    ">": gt,
    "<=": le,
    ">=": ge,
}
_NOT_QUERYABLE: Final = frozenset({"ClassRef", "CustomerTypeRef"})
"""References that live QuickBooks refuses to filter by."""
_KEPT: Final = {"Id": "number", "MetaData.CreateTime": "created_at", "MetaData.LastUpdatedTime": "updated_at"}
"""What a record has beside its entity, ready to be compared."""
_MOMENTS: Final = frozenset({"MetaData.CreateTime", "MetaData.LastUpdatedTime"})
_INNER: Final = {
    "MetaData": ("CreateTime", "LastUpdatedTime"),
    "PrimaryEmailAddr": ("Address",),
    "PrimaryPhone": ("FreeFormNumber",),
    "RecurringInfo": ("Name", "RecurType", "Active"),
}
_PATHS: Final = {
    name: {
        path.lower(): path
        for field in fields
        for path in (field, *(f"{field}.{inner}" for inner in _INNER.get(field, ())))
    }
    for name, fields in PROPERTIES.items()
}

Matcher = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query found: one page of records, or for COUNT(*) only how many there are."""

    entity: str
    records: Sequence[Record]
    start: int
    total: int
    counting: bool
    counted: bool
    """Whether the answer shows totalCount beside the records."""

    @property
    def entities(self) -> list[JsonObject]:
        """The page as entities."""
        return [record.shown for record in self.records]


def evaluate(query: Query, kind: EntityKind, records: Iterable[Record]) -> QueryResult:
    """Find, order and page the records of one type; fault 4001 for properties that can't be asked."""
    for field in query.fields:
        _check_known(kind.name, field)
    matchers = [_matcher(kind.name, condition) for condition in query.conditions]
    if "active" in _PATHS[kind.name] and not any(c.property.lower() == "active" for c in query.conditions):
        matchers.append(_is_active)
    found = [record for record in records if all(matches(record) for matches in matchers)] if matchers else [*records]
    if query.counting:
        return QueryResult(kind.name, (), 1, len(found), counting=True, counted=True)
    _sort(found, kind, query.orders)
    first = query.start - 1
    page = found[first : first + query.limit]
    return QueryResult(kind.name, page, query.start, len(found), counting=False, counted=kind.counted)


def _is_active(record: Record) -> bool:
    return record.entity.get("Active", True) is not False


def _check_known(entity: str, written: str) -> None:
    if written.partition(".")[0].lower() not in _PATHS[entity]:
        raise query_validation(f"Property {written} not found for Entity {entity}")


def _path(entity: str, written: str) -> str:
    path = _PATHS[entity].get(written.lower())
    if path is None:
        raise query_validation(f"Property {written} not found for Entity {entity}")
    if path in _NOT_QUERYABLE or not _is_plain(entity, path):
        raise query_validation(f"property '{path}' is not queryable")
    return path


def _is_plain(entity: str, path: str) -> bool:
    """Whether a property holds one value, of its own or of a reference, rather than a list or a structure."""
    if "." in path:
        return True
    field = FIELDS[entity][path]
    return not field.many and field.kind not in FIELDS and field.kind not in ("any", "memo")


def _matcher(entity: str, condition: Condition) -> Matcher:
    path = _path(entity, condition.property)
    if path == "Id":
        if condition.operator not in ("=", "IN"):
            raise query_validation(f"operator {condition.operator} is not supported for property Id")
        ids = frozenset(condition.values)
        return lambda record: record.entity_id in ids
    if condition.operator == "LIKE":
        pattern = re.compile(
            ".*".join(re.escape(part) for part in condition.values[0].split("%")), re.IGNORECASE | re.DOTALL
        )
        return lambda record: pattern.fullmatch(_as_text(_value(record, path))) is not None
    operands = [_Operand(path, value) for value in condition.values]
    if path in _MOMENTS:
        return _moment_matcher(path, condition.operator, operands)
    if condition.operator == "IN":
        return lambda record: any(operand.compare(eq, _value(record, path)) for operand in operands)
    comparison = _COMPARISONS[condition.operator]
    return lambda record: operands[0].compare(comparison, _value(record, path))


def _moment_matcher(path: str, operator: str, operands: list["_Operand"]) -> Matcher:
    comparison = eq if operator == "IN" else _COMPARISONS[operator]
    moments = [operand.moment for operand in operands]

    def matches(record: Record) -> bool:
        stored = record.created_at if path == "MetaData.CreateTime" else record.updated_at
        shown = stored.replace(microsecond=0)
        return any(comparison(shown, moment) for moment in moments)

    return matches


def _value(record: Record, path: str) -> object:
    if path == "Type" and record.wrapper:
        return record.wrapper
    value: object = record.entity
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    if isinstance(value, dict):
        return value.get("value")
    return value


class _Operand:
    """A literal of the query, read as what the stored value turns out to be."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text

    def compare(self, comparison: Callable[[object, object], bool], stored: object) -> bool:
        if stored is None:
            return False
        if isinstance(stored, bool):
            return comparison(stored, self._flag)
        if isinstance(stored, Decimal | int):
            return comparison(stored, self._number)
        return comparison(str(stored).lower(), self._lower)

    @cached_property
    def _lower(self) -> str:
        return self._text.lower()

    @cached_property
    def _flag(self) -> bool:
        if self._lower not in ("true", "false"):
            raise query_validation(f"invalid value for property {self._path}: {self._text}")
        return self._lower == "true"

    @cached_property
    def _number(self) -> Decimal:
        try:
            number = Decimal(self._text)
        except InvalidOperation as error:
            raise query_validation(f"invalid value for property {self._path}: {self._text}") from error
        if not number.is_finite():
            raise query_validation(f"invalid value for property {self._path}: {self._text}")
        return number

    @cached_property
    def moment(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self._text)
        except ValueError as error:
            raise query_validation(f"invalid value for property {self._path}: {self._text}") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=_PACIFIC)


def _sort(found: list[Record], kind: EntityKind, orders: tuple[Order, ...]) -> None:
    if not orders:
        if kind.order_by is None:
            found.sort(key=attrgetter("updated_at", "number"), reverse=True)
        else:
            found.sort(key=_sort_key(kind, kind.order_by))
        return
    for order in reversed(orders):
        found.sort(key=_sort_key(kind, _path(kind.name, order.property)), reverse=order.descending)


def _sort_key(kind: EntityKind, path: str) -> Callable[[Record], Any]:
    if path in _KEPT:
        return attrgetter(_KEPT[path])
    # Recorded: among accounts u2 comes before Uncategorized, but among vendors PG&E before Pam Seitz.
    text = str.lower if kind.name == "Account" else str
    return lambda record: _comparable(_value(record, path), text)


def _comparable(value: object, text: Callable[[str], str]) -> tuple[int, object]:
    if value is None:
        return 0, 0
    if isinstance(value, Decimal | int):
        return 1, value
    return 2, text(str(value))


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
