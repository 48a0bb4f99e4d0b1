"""The journal: what reached the API and how it ended, so that tests can say "exactly one"."""

from dataclasses import asdict, dataclass

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.answers import Call


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request; `status` is null when no complete answer was sent, `fault` names the scripted cause.

    `query` holds the query string, and for a query call its SELECT also when that came as the body.
    """

    seq: int
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
    fault: str | None


class Journal:
    """Every API request since the start or the last reset."""

    def __init__(self) -> None:
        self._entries: list[JournalEntry] = []
        self._last = 0

    def next_number(self) -> int:
        """The number of the request that arrives now."""
        self._last += 1
        return self._last

    def note(
        self,
        number: int,
        call: Call,
        *,
        status: int | None,
        applied: bool,
        replayed: bool,
        fault: str | None,
    ) -> None:
        """Keep how a request ended."""
        entry = JournalEntry(
            seq=number,
            method=call.method,
            path="/v3/company/" + "/".join((call.realm_id, *call.parts)),
            query=dict(call.parameters) | ({"query": call.query_text} if call.query_text else {}),
            entity=call.subject,
            operation=call.operation,
            realm=call.realm_id,
            requestid=call.parameters.get("requestid"),
            status=status,
            applied=applied,
            replayed=replayed,
            fault=fault,
        )
        self._entries.append(entry)

    def listed(self) -> list[JsonObject]:
        """All entries as JSON objects, oldest first."""
        return [asdict(entry) for entry in self._entries]

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self._entries.clear()
