"""What stands before the books: tokens, request limits, metering, and whose company it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qbo_emulator.faults import VALIDATION, FaultError, QboFault, system_failure, unsupported_operation, wrong_company
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.server.answers import FAULT_TYPE, XML_TYPE, Answer, Call
from qbo_emulator.server.api import fault_answer
from qbo_emulator.server.limits import Limits
from qbo_emulator.server.metering import Metering
from qbo_emulator.server.strikes import Kind, Strike
from qbo_emulator.wire import authentication_envelope, throttle_body

LARGEST_BODY_BYTES: Final = 2_000_000
LARGEST_UPLOAD_BYTES: Final = 100_000_000
_INSTEAD: Final = (Kind.STATUS, Kind.ERROR_BEFORE, Kind.THROTTLE_JSON, Kind.THROTTLE_XML)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that the books don't see the call for; `limit` names the request limit, if it was one."""

    answer: Answer
    limit: str | None = None


class Gateway:
    """Lets calls through to the books or answers in their place; limits and metering can be off."""

    def __init__(
        self,
        authority: Authority,
        limits: Limits | None,
        metering: Metering,
        is_served: Callable[[str], bool],
    ) -> None:
        self._authority = authority
        self._limits = limits
        self._metering = metering
        self._is_served = is_served

    def in_progress(self, call: Call, token: str) -> AbstractContextManager[None]:
        """The call is in progress for the time of this block."""
        grant = self._authority.grant_of(token)
        if self._limits is None or grant is None:
            return nullcontext()
        return self._limits.in_progress(call.realm_id, grant.client_id)

    def admit(self, call: Call, token: str, strike: Strike | None, at: datetime) -> str | Refusal:
        """The id of the app that may go on to the books, or what it is answered instead."""
        if strike is not None and strike.kind is Kind.TOKEN_EXPIRED:
            self._authority.expire_access(call.realm_id)
        grant = self._authority.grant_of(token)
        if grant is None:
            return Refusal(_unauthenticated(token, at))
        if strike is not None and strike.kind in _INSTEAD:
            return Refusal(instead(strike, at))
        limit = self._limits.refuses(call.realm_id, grant.client_id, call.entity) if self._limits else None
        if limit is not None:
            return Refusal(_throttled(at), limit)
        if grant.realm_id != call.realm_id or not self._is_served(call.realm_id):
            return Refusal(fault_answer(wrong_company(), at))
        if (not call.is_write or call.entity == "batch") and self._metering.blocks(grant.client_id):
            return Refusal(_throttled(at), "metered reads")
        too_large = _too_large(call)
        if too_large is not None:
            return Refusal(fault_answer(too_large, at))
        return grant.client_id


def instead(strike: Strike, at: datetime) -> Answer:
    """What is answered in place of QuickBooks' own answer."""
    retry = {} if strike.retry_after_seconds is None else {"Retry-After": str(strike.retry_after_seconds)}
    if strike.kind is Kind.THROTTLE_XML:
        return Answer(429, throttle_body(at), XML_TYPE, retry)
    if strike.kind is Kind.THROTTLE_JSON:
        return Answer(429, fault_answer(_throttle_fault(), at).body, FAULT_TYPE, retry)
    body = strike.body or fault_answer(system_failure(), at).body
    return Answer(strike.status, body, strike.content_type, retry)


def largest_body(path: str) -> int:
    """How many bytes a body may have."""
    return LARGEST_UPLOAD_BYTES if path.rstrip("/").endswith("/upload") else LARGEST_BODY_BYTES


def _too_large(call: Call) -> QboFault | None:
    if len(call.body) <= largest_body(call.path):
        return None
    if call.entity != "upload":
        return unsupported_operation("on a body of this size")
    message = "Upload request size exceeds allowed limit"
    detail = f"The file upload request should not exceed 100MB in size. The current request size is {len(call.body)}"
    return QboFault(400, VALIDATION, FaultError("6030", message, detail))


def _throttled(at: datetime) -> Answer:
    return Answer(429, throttle_body(at), XML_TYPE)


def _throttle_fault() -> QboFault:
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return QboFault(429, "SERVICE", FaultError("3001", message, "The request limit was reached.  Try again later"))


def _unauthenticated(token: str, at: datetime) -> Answer:
    reason = f"Token expired: {token}" if token else "Token is missing"
    challenge = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'}
    return Answer(401, authentication_envelope(reason, at), FAULT_TYPE, challenge)
