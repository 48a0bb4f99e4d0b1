"""Which entries of the lists the records of a moment refer to."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.core import queries as core
from oodaloo.infra.qbo.mirror.kept import MirrorReading

_FIELDS = {
    "account_id": (bank.ACCOUNTS.name,),
    "deposit_account_id": (bank.ACCOUNTS.name,),
    "from_account_id": (bank.ACCOUNTS.name,),
    "to_account_id": (bank.ACCOUNTS.name,),
    "split_id": (bank.ACCOUNTS.name,),
    "customer_id": (ar.CUSTOMERS.name,),
    "vendor_id": (ap.VENDORS.name,),
    "party_id": (ar.CUSTOMERS.name, ap.VENDORS.name),
    "term_id": (core.TERMS.name,),
}
"""Fields by which records name an entry of a list, and in which lists that may be."""


def referred_to(records: Iterable[object], lists: MirrorReading) -> Mapping[str, Collection[str]]:
    """By list, the ids that `records` name, with the entries above them and the terms that parties have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        for name, record_id in _named_by(record):
            found[name].add(record_id)
    accounts, customers, vendors = lists.of(bank.ACCOUNTS), lists.of(ar.CUSTOMERS), lists.of(ap.VENDORS)
    named = found[bank.ACCOUNTS.name], found[ar.CUSTOMERS.name], found[ap.VENDORS.name]
    named[0].update(_above(named[0], {each.meta.id: each.parent_id for each in accounts}))
    named[1].update(_above(named[1], {each.meta.id: each.parent_id for each in customers}))
    terms = {each.term_id for each in customers if each.meta.id in named[1]}
    terms |= {each.term_id for each in vendors if each.meta.id in named[2]}
    found[core.TERMS.name].update(term_id for term_id in terms if term_id)
    return found


def _named_by(record: object) -> Iterator[tuple[str, str]]:
    kind: Any = type(record)
    names = _names_of(kind)
    for read, lists in names.single:
        record_id = read(record)
        if record_id:
            for name in lists:
                yield name, record_id
    for read_accounts in names.accounts:
        for account_id in read_accounts(record):
            yield bank.ACCOUNTS.name, account_id
    for read_lines in names.lines:
        for line in read_lines(record):
            yield from _named_by(line)


@dataclass(frozen=True, slots=True)
class _Names:
    """How records of a type name entries: one in a field, several accounts in one, or by the record's lines."""

    single: tuple[tuple[Callable[[object], str | None], tuple[str, ...]], ...]
    accounts: tuple[Callable[[object], tuple[str, ...]], ...]
    lines: tuple[Callable[[object], tuple[object, ...]], ...]


@lru_cache(maxsize=64)
def _names_of(record: type[Any]) -> _Names:
    there = {field.name for field in fields(record)}
    return _Names(
        single=tuple((attrgetter(field), lists) for field, lists in _FIELDS.items() if field in there),
        accounts=tuple(attrgetter(field) for field in ("account_ids",) if field in there),
        lines=tuple(attrgetter(field) for field in ("lines",) if field in there),
    )


def _above(ids: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        parent = parents.get(waiting.pop())
        if parent and parent not in found:
            found.add(parent)
            waiting.append(parent)
    return found
