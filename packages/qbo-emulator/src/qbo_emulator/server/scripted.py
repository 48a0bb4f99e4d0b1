"""Faults that a test scripts: which calls they hit, what they do and how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.answers import Call
from qbo_emulator.server.strikes import Strike, StrikeError, can_hit, read_strike, refuse_unknown, whole

_MATCHED_BY: Final = frozenset({"method", "entity", "operation", "realm", "requestid"})
_STRIKE_FIELDS: Final = frozenset(
    {"action", "status", "body", "content_type", "delay_ms", "retry_after_seconds", "seconds"}
)
_KNOWN_FIELDS: Final = _STRIKE_FIELDS | {"match", "times", "nth"}


@dataclass(slots=True)
class ScriptedFault:
    """One fault that waits for its calls: `skip` matching ones pass, `times` are hit."""

    match: dict[str, str]
    strike: Strike
    skip: int
    times: int

    def matches(self, call: Call) -> bool:
        """Whether this call is one that it waits for."""
        return is_meant(self.match, call) and can_hit(self.strike.kind, call)


class Script:
    """The scripted faults that are still waiting, in the order in which they were given."""

    def __init__(self) -> None:
        self._faults: list[ScriptedFault] = []

    def add(self, described: JsonObject) -> Strike:
        """Add a fault from its JSON description; raises StrikeError for one that makes no sense."""
        fault = _read(described)
        self._faults.append(fault)
        return fault.strike

    def take(self, call: Call) -> Strike | None:
        """The first fault that hits this call; one hit of it is used up."""
        for fault in [fault for fault in self._faults if fault.matches(call)]:
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self._faults.remove(fault)
            return fault.strike
        return None

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def waiting(self) -> int:
        """How many hits are still to come."""
        return sum(fault.times for fault in self._faults)


def is_meant(match: Mapping[str, str], call: Call) -> bool:
    """Whether a call is one of those that `match` tells."""
    return (
        match.get("method", call.method).upper() == call.method
        and match.get("entity", call.subject).lower() == call.subject.lower()
        and match.get("operation", call.operation).lower() == call.operation
        and match.get("realm", call.realm_id) == call.realm_id
        and ("requestid" not in match or match["requestid"] == call.parameters.get("requestid"))
    )


def read_match(described: JsonObject) -> dict[str, str]:
    """Which calls are meant; raises StrikeError for a field by which calls can't be told apart."""
    match = described.get("match", {})
    if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
        raise StrikeError("match must be an object of texts")
    strange = sorted(set(match) - _MATCHED_BY)
    if strange:
        raise StrikeError(f"match.{strange[0]} is not known; known: {', '.join(sorted(_MATCHED_BY))}")
    return match


def _read(described: JsonObject) -> ScriptedFault:
    refuse_unknown(described, _KNOWN_FIELDS, "a fault")
    match = read_match(described)
    nth = whole(described, "nth", 1, 1, 1_000_000)
    times = whole(described, "times", 1, 1, 1_000_000)
    return ScriptedFault(match, read_strike(described), nth - 1, times)
