"""The journal: what reached the API and how it ended, so that tests can say "exactly one"."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.answers import Call, Outcome
from qbo_emulator.server.strikes import StrikeError

_FILTERS: Final[dict[str, Callable[["JournalEntry", str], bool]]] = {
    "realm": lambda entry, value: entry.realm == value,
    "method": lambda entry, value: entry.method == value.upper(),
    "entity": lambda entry, value: entry.entity.lower() == value.lower(),
    "operation": lambda entry, value: entry.operation == value.lower(),
    "requestid": lambda entry, value: entry.requestid == value,
    "status": lambda entry, value: str(entry.status or "lost") == value,
    "fault": lambda entry, value: entry.fault == value or (value == "any" and entry.fault is not None),
    "applied": lambda entry, value: entry.applied is (value == "true"),
    "after": lambda entry, value: entry.seq > int(value),
}


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request; `status` is null when no complete answer was sent, `fault` names the kind that struck it.

    `query` holds the query string, and for a query call its SELECT also when that came as the body.
    """

    seq: int
    at: str
    """When, in the company's time."""
    method: str
    path: str
    query: dict[str, str]
    entity: str
    operation: str
    realm: str
    requestid: str | None
    status: int | None
    applied: bool
    """Whether the call was carried out (also when its answer was lost)."""
    replayed: bool
    """Whether the answer was a stored one, of an earlier call with the same requestid."""
    entity_ids: tuple[str, ...]
    """What a write created or changed."""
    limit: str | None
    """The request limit that refused it."""
    fault: str | None


class Journal:
    """Every API request that arrived since the start or the last reset."""

    def __init__(self) -> None:
        self._entries: list[JournalEntry] = []
        self._last = 0
        self._forgotten = 0

    def next_number(self) -> int:
        """The number of the request that arrives now."""
        self._last += 1
        return self._last

    def note(
        self,
        number: int,
        call: Call,
        outcome: Outcome,
        *,
        at: datetime,
        status: int | None,
        limit: str | None,
        fault: str | None,
    ) -> None:
        """Keep how a request ended, unless it arrived before a reset: whoever asked for that one isn't asking now."""
        if number <= self._forgotten:
            return
        entry = JournalEntry(
            seq=number,
            at=at.isoformat(timespec="milliseconds"),
            method=call.method,
            path=call.path,
            query=dict(call.parameters) | ({"query": call.query_text} if call.query_text else {}),
            entity=call.subject,
            operation=call.operation,
            realm=call.realm_id,
            requestid=call.parameters.get("requestid"),
            status=status,
            applied=outcome.applied,
            replayed=outcome.replayed,
            entity_ids=outcome.entity_ids,
            limit=limit,
            fault=fault,
        )
        self._entries.append(entry)

    def listed(self, filters: Mapping[str, str]) -> list[JsonObject]:
        """The entries that all filters let through as JSON objects, oldest first; raises StrikeError."""
        return [asdict(entry) for entry in self._filtered(filters)]

    def summary(self, filters: Mapping[str, str]) -> JsonObject:
        """Counts over the entries that the filters let through, writes by requestid among them."""
        entries = list(self._filtered(filters))
        writes = [entry for entry in entries if entry.method == "POST" and entry.entity != "query"]
        return {
            "requests": len(entries),
            "statuses": Counter(str(entry.status or "lost") for entry in entries),
            "operations": Counter(f"{entry.operation} {entry.entity}" for entry in entries if entry.applied),
            "faults": Counter(entry.fault for entry in entries if entry.fault),
            "limits": Counter(entry.limit for entry in entries if entry.limit),
            "by_requestid": _by_request_id(entry for entry in writes if entry.requestid),
        }

    def clear(self) -> None:
        """Forget all requests so far, those still under way too; numbers go on."""
        self._entries.clear()
        self._forgotten = self._last

    def _filtered(self, filters: Mapping[str, str]) -> Iterable[JournalEntry]:
        strange = sorted(set(filters) - set(_FILTERS))
        if strange:
            raise StrikeError(f"{strange[0]} is not a filter of the journal; known: {', '.join(sorted(_FILTERS))}")
        if not filters.get("after", "0").isdecimal():
            raise StrikeError("after must be the number of an entry")
        return (
            entry for entry in self._entries if all(_FILTERS[name](entry, value) for name, value in filters.items())
        )


def _by_request_id(writes: Iterable[JournalEntry]) -> JsonObject:
    by_id: JsonObject = {}
    for entry in writes:
        named: JsonObject = {"entity": entry.entity, "operation": entry.operation}
        empty = {**named, "requests": 0, "applied": 0, "replayed": 0, "ids": []}
        counted = by_id.setdefault(f"{entry.realm}/{entry.requestid}", empty)
        counted["requests"] += 1
        counted["applied"] += entry.applied
        counted["replayed"] += entry.replayed
        counted["ids"] += entry.entity_ids
    return by_id
