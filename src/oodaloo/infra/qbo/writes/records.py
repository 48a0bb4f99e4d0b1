"""Records as QuickBooks' JSON: laying changes over them and telling whether they hold what is wanted."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec

NO_CONTENT: Final = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse"})
"""What every record has besides what it says."""

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EXACT = msgspec.json.Decoder(float_hook=Decimal)
_LINES_OF_QUICKBOOKS: Final = "SubTotalLineDetail"  # QuickBooks adds this line to what it was sent


def chosen(record: bytes, names: Iterable[str]) -> bytes:
    """An object of these fields as the record has them; null where it has none."""
    fields = _FIELDS.decode(record)
    return msgspec.json.encode({name: fields.get(name) for name in sorted(names)})


def content(record: bytes, *, without: Iterable[str] = ()) -> bytes:
    """The record without what says nothing (`NO_CONTENT`), and without those fields."""
    left_out = NO_CONTENT.union(without)
    return msgspec.json.encode({name: value for name, value in _FIELDS.decode(record).items() if name not in left_out})


def laid_over(record: bytes, changes: bytes) -> bytes:
    """The whole record with these fields changed; numbers stay as they were written."""
    return msgspec.json.encode({**_FIELDS.decode(record), **_FIELDS.decode(changes), "sparse": False})


def text_of(record: bytes, *path: str) -> str:
    """The text at a path of names; empty when there is none."""
    value: object = _EXACT.decode(record)
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def holds(record: bytes, wanted: bytes) -> bool:
    """Whether the record has each wanted field, however much else it has.

    References are the same when their ids are, numbers when their amounts are, and null is the same as nothing.
    """
    return _holds(_EXACT.decode(record), _EXACT.decode(wanted))


def changed_fields(record: bytes, seen: bytes) -> list[str]:
    """The names of the seen fields which the record doesn't hold any more."""
    now = _EXACT.decode(record)
    return [name for name, value in _EXACT.decode(seen).items() if not _holds(now.get(name), value)]


def linked_ids(record: bytes, kind: str) -> list[str]:
    """The ids of what the record or its lines are linked to, of transaction types that begin with `kind`."""
    read = _EXACT.decode(record)
    holders = [read, *(line for line in read.get("Line") or () if isinstance(line, dict))]
    links = [link for holder in holders for link in holder.get("LinkedTxn") or ()]
    return list(dict.fromkeys(str(link["TxnId"]) for link in links if str(link.get("TxnType", "")).startswith(kind)))


def _holds(actual: object, wanted: object) -> bool:
    if isinstance(wanted, dict):
        if not isinstance(actual, dict):
            return False
        names = ("value",) if "value" in wanted else wanted
        return all(_holds(actual.get(name), wanted[name]) for name in names)
    if isinstance(wanted, list):
        return _holds_all(actual if isinstance(actual, list) else (), wanted)
    return actual == wanted


def _holds_all(actual: Sequence[object], wanted: Sequence[object]) -> bool:
    left = [each for each in actual if not (isinstance(each, dict) and each.get("DetailType") == _LINES_OF_QUICKBOOKS)]
    for each in wanted:
        match = next((position for position, other in enumerate(left) if _holds(other, each)), None)
        if match is None:
            return False
        del left[match]
    return not left
