"""What can go wrong on purpose: the kinds of faults, and which calls each of them can hit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import PROPERTIES
from qbo_emulator.server.answers import Call


class StrikeError(ValueError):
    """A fault makes no sense as described; the message names the field and what it takes."""


class Kind(StrEnum):
    """A way in which a call goes wrong."""

    STATUS = "status"
    """Answers `status`, `body` and `content_type` instead of QuickBooks; nothing is applied."""
    THROTTLE_JSON = "throttle_json"
    """429 as JSON, nothing applied; with Retry-After when `retry_after_seconds` is given."""
    THROTTLE_XML = "throttle_xml"
    """429 as the recorded XML."""
    ERROR_BEFORE = "error_before"
    """5xx (`status`), nothing applied."""
    ERROR_AFTER = "error_after"
    """5xx (`status`) although the call was carried out."""
    DROP_BEFORE = "drop_before"
    """The connection is cut before the call is looked at."""
    LOST_ANSWER = "lost_answer"
    """The connection is cut after the call was carried out."""
    TRUNCATE = "truncate"
    """Half of the answer, then the connection is cut."""
    SLOW = "slow"
    """The answer's body takes `delay_ms` in pieces."""
    DELAY = "delay"
    """The call waits for `delay_ms` before it is looked at."""
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - no secret
    """The company's access tokens end first, so this call is answered 401."""
    STALE_TOKEN_CONFLICT = "stale_token_conflict"  # noqa: S105 - no secret
    """A person edits the same entity just before, so its SyncToken is stale."""
    CDC_GAP = "cdc_gap"
    """Change data capture leaves the newest change of each type out."""
    CLOCK_SKEW = "clock_skew"
    """QuickBooks' clock is off by `seconds` for this call: in `time` and in MetaData."""
    STALE_READ = "stale_read"
    """A query or CDC sees the books as they were `seconds` ago."""


DEFAULTS: Final[dict[Kind, JsonObject]] = {
    Kind.SLOW: {"delay_ms": 1000},
    Kind.CLOCK_SKEW: {"seconds": -300},
    Kind.STALE_READ: {"seconds": 5},
}
"""What a kind takes when nothing is said."""
_NOTES: Final = ("PrivateNote", "Notes", "Description")


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault that hits one call, with what its kind takes."""

    kind: Kind
    status: int = 500
    body: bytes = b""
    content_type: str = "application/json"
    delay_ms: int = 0
    retry_after_seconds: int | None = None
    seconds: int = 0


def can_hit(kind: Kind, call: Call) -> bool:
    """Whether a fault of this kind means anything for the call."""
    if kind is Kind.STALE_TOKEN_CONFLICT:
        changes = call.operation in ("update", "delete", "void")
        return changes and call.entity_id is not None and note_property(call.subject) is not None
    if kind is Kind.CDC_GAP:
        return call.entity == "cdc"
    if kind is Kind.STALE_READ:
        return call.entity in ("cdc", "query")
    return True


def note_property(entity: str) -> str | None:
    """The property of a type in which a person can write a remark without any other effect."""
    known = PROPERTIES.get(entity, ())
    return next((name for name in _NOTES if name in known), None)


def read_strike(described: JsonObject) -> Strike:
    """The strike that a JSON description means; raises StrikeError."""
    action = described.get("action")
    if action not in set(Kind):
        raise StrikeError(f"action must be one of {', '.join(sorted(Kind))}")
    kind = Kind(action)
    given = {**DEFAULTS.get(kind, {}), **described}
    body = given.get("body", "")
    content_type = given.get("content_type", "application/json")
    if not isinstance(body, str) or not isinstance(content_type, str):
        raise StrikeError("body and content_type must be texts")
    retry_after = whole(given, "retry_after_seconds", 0, 0, 3600) if "retry_after_seconds" in given else None
    return Strike(
        kind,
        status=whole(given, "status", 500, 200, 599),
        body=body.encode(),
        content_type=content_type,
        delay_ms=whole(given, "delay_ms", 0, 0, 600_000),
        retry_after_seconds=retry_after,
        seconds=whole(given, "seconds", 0, -86_400, 86_400),
    )


def whole(described: JsonObject, field: str, default: int, least: int, most: int) -> int:
    """The whole number in a field of a description; raises StrikeError for anything outside of the range."""
    value = described.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise StrikeError(f"{field} must be a whole number from {least} to {most}")
    return value


def refuse_unknown(described: JsonObject, known: frozenset[str], what: str) -> None:
    """Raise StrikeError when a description has a field that nobody reads."""
    unknown = sorted(set(described) - known)
    if unknown:
        raise StrikeError(f"{unknown[0]} is not a field of {what}; known: {', '.join(sorted(known))}")
