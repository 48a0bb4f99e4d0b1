"""Faults that a test scripts: which calls they hit, what they do and how often."""

from dataclasses import dataclass
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.answers import Call

ACTIONS: Final = frozenset({"status", "drop_before", "drop_after", "delay", "truncate", "expire_token"})
_MATCHED_BY: Final = frozenset({"method", "entity", "operation"})
_KNOWN_FIELDS: Final = frozenset({"match", "action", "status", "body", "content_type", "times", "delay_ms"})


class ScriptError(ValueError):
    """A scripted fault makes no sense; the message names the field and what it takes."""


@dataclass(slots=True)
class ScriptedFault:
    """One fault that waits for its calls; `times` is how many it still hits."""

    match: dict[str, str]
    action: str
    status: int
    body: bytes
    content_type: str
    delay_ms: int
    times: int

    def hits(self, call: Call) -> bool:
        """Whether this call is one that it waits for."""
        wanted = self.match
        return (
            wanted.get("method", call.method).upper() == call.method
            and wanted.get("entity", call.subject).lower() == call.subject.lower()
            and wanted.get("operation", call.operation).lower() == call.operation
        )


class Script:
    """The scripted faults that are still waiting, in the order in which they were given."""

    def __init__(self) -> None:
        self._faults: list[ScriptedFault] = []

    def add(self, described: JsonObject) -> None:
        """Add a fault from its JSON description; raises ScriptError for one that makes no sense."""
        self._faults.append(_read(described))

    def take(self, call: Call) -> ScriptedFault | None:
        """The first fault that hits this call; one hit of it is used up."""
        for fault in self._faults:
            if fault.hits(call):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def waiting(self) -> int:
        """How many hits are still to come."""
        return sum(fault.times for fault in self._faults)


def _read(described: JsonObject) -> ScriptedFault:
    unknown = sorted(set(described) - _KNOWN_FIELDS)
    if unknown:
        raise ScriptError(f"{unknown[0]} is not a field of a fault; known: {', '.join(sorted(_KNOWN_FIELDS))}")
    action = described.get("action")
    if action not in ACTIONS:
        raise ScriptError(f"action must be one of {', '.join(sorted(ACTIONS))}")
    match = described.get("match", {})
    if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
        raise ScriptError("match must be an object of texts")
    strange = sorted(set(match) - _MATCHED_BY)
    if strange:
        raise ScriptError(f"match.{strange[0]} is not known; known: {', '.join(sorted(_MATCHED_BY))}")
    status = _whole(described, "status", 500, 200, 599)
    body = described.get("body", "")
    content_type = described.get("content_type", "application/json")
    if not isinstance(body, str) or not isinstance(content_type, str):
        raise ScriptError("body and content_type must be texts")
    delay_ms = _whole(described, "delay_ms", 0, 0, 600_000)
    times = _whole(described, "times", 1, 1, 1_000_000)
    return ScriptedFault(match, action, status, body.encode(), content_type, delay_ms, times)


def _whole(described: JsonObject, field: str, default: int, least: int, most: int) -> int:
    value = described.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ScriptError(f"{field} must be a whole number from {least} to {most}")
    return value
