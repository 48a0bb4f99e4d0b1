"""The raw HTTP client of QuickBooks' accounting API: one call in, one answer or one typed error out; no retries."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

import httpx2
import msgspec

from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.calls import Answer, Call
from oodaloo.infra.qbo.errors import (
    QboError,
    QboForbiddenError,
    QboMaintenanceError,
    QboNoAnswerError,
    QboNotFoundError,
    QboServerError,
    QboStaleError,
    QboThrottledError,
    QboUnauthorizedError,
    QboUnreachableError,
    QboValidationError,
)
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.ids import RealmId

MINOR_VERSION: Final = "75"
"""The base version of the API since 2025-08-01; lower values are ignored by QuickBooks."""

_LONGEST_SECONDS: Final = 130.0  # QuickBooks itself gives up after 120
_CONNECT_SECONDS: Final = 10.0
_LARGEST_FAULT_BYTES: Final = 65_536

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_REFUSALS = {"610": QboNotFoundError, "5010": QboStaleError}
_FAULT_ANSWER = msgspec.json.Decoder(wire.FaultAnswer)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QboClient:
    """Calls one API base URL (up to `/v3/company`) over a shared HTTP connection pool."""

    http: httpx2.AsyncClient
    api_url: str

    async def send(
        self, realm_id: RealmId, access_token: str, call: Call, *, deadline_seconds: float = _LONGEST_SECONDS
    ) -> Answer:
        """The complete answer to one call, which may take `deadline_seconds` from connecting to the last byte.

        Raises a `QboError` subclass for anything else: `QboUnreachableError` when certainly nothing was asked,
        `QboNoAnswerError` when it may have been. Each call is logged with Intuit's id of it.
        """
        started = monotonic_seconds()
        try:
            response = await self._response(realm_id, access_token, call, deadline_seconds)
            if error := _refusal(response):
                raise error
        except QboError as error:
            _note(realm_id, call, started, type(error).__name__, error.intuit_tid)
            raise
        _note(realm_id, call, started, str(response.status_code), _tid(response))
        return Answer(response.content, _tid(response))

    async def _response(
        self, realm_id: RealmId, access_token: str, call: Call, deadline_seconds: float
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {access_token}", "Accept": call.accept}
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        connecting = min(_CONNECT_SECONDS, deadline_seconds / 2)
        try:
            # The library's own timeouts are for each piece of an answer; a trickle would never end.
            async with asyncio.timeout(deadline_seconds):
                return await self.http.request(
                    call.method,
                    f"{self.api_url}/{realm_id}/{call.path}",
                    params={**call.parameters, "minorversion": MINOR_VERSION},
                    content=call.body,
                    headers=headers,
                    timeout=httpx2.Timeout(deadline_seconds, connect=connecting, pool=connecting),
                )
        except _NEVER_SENT as error:
            raise QboUnreachableError(
                f"QuickBooks can't be reached at {self.api_url} ({_words(error)}). "
                "Check the network and the address, then try again."
            ) from error
        except (httpx2.RequestError, TimeoutError) as error:
            raise QboNoAnswerError(
                f"QuickBooks took the request about {call.about} and didn't answer to its end ({_words(error)}). "
                "Try again in a minute."
            ) from error


def http_pool() -> httpx2.AsyncClient:
    """A connection pool with timeouts a little longer than QuickBooks' own."""
    return httpx2.AsyncClient(timeout=httpx2.Timeout(_LONGEST_SECONDS, connect=_CONNECT_SECONDS), verify=trusted())


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates we trust; reading them takes 70 ms, so that it happens once."""
    return httpx2.create_ssl_context()


def error_for(response: httpx2.Response) -> QboError:
    """The typed error of a failed answer; a throttle is known by its words too, since it came as XML and as 403."""
    status, tid, wish = response.status_code, _tid(response), _retry_after(response)
    code, kind, text = _fault(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS or "ThrottleExceeded" in response.text:
        return QboThrottledError(
            "QuickBooks is throttling our requests. Try again in a minute; if it stays so, the month's metered reads "
            "may be used up, which `oodaloo doctor` shows.",
            intuit_tid=tid,
            retry_after_seconds=wish,
        )
    if status == HTTPStatus.UNAUTHORIZED or code == "3200":
        # QuickBooks' own words repeat the token, and errors are logged and kept.
        return QboUnauthorizedError(
            f"QuickBooks doesn't accept the access token (code {code or status}). Connect again if it stays so.",
            intuit_tid=tid,
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or kind == "SystemFault":
        return _server_error(response, tid, wish)
    if status == HTTPStatus.FORBIDDEN or kind == "AuthorizationFault":
        return QboForbiddenError(
            f"QuickBooks doesn't let us use this company: {text} Connect again as a company administrator.",
            intuit_tid=tid,
        )
    refusal = _REFUSALS.get(code, QboValidationError)
    return refusal(f"QuickBooks refused the request: {text}", code=code, intuit_tid=tid)


def _refusal(response: httpx2.Response) -> QboError | None:
    """The error in an answer, which a success may carry too."""
    if not response.is_success:
        return error_for(response)
    body = response.content
    suspicious = len(body) <= _LARGEST_FAULT_BYTES and (b'"Fault"' in body or b'"fault"' in body)
    return error_for(response) if suspicious and _first_fault(response) else None


def _server_error(response: httpx2.Response, tid: str, wish: float | None) -> QboServerError:
    status = response.status_code
    is_notice = "json" not in response.headers.get("content-type", "")
    if status == HTTPStatus.SERVICE_UNAVAILABLE and is_notice:
        return QboMaintenanceError(
            "QuickBooks is closed for now (status 503). Try again in some minutes.",
            intuit_tid=tid,
            retry_after_seconds=wish,
        )
    return QboServerError(
        f"QuickBooks failed with status {status}. Try again later.", intuit_tid=tid, retry_after_seconds=wish
    )


def _fault(response: httpx2.Response) -> tuple[str, str, str]:
    """QuickBooks' fault code, the fault's type, and its own words."""
    fault = _first_fault(response)
    if fault is None:
        return "", "", f"status {response.status_code} without a readable fault."
    errors = fault.Error or fault.error
    if not errors:
        return "", fault.type, f"status {response.status_code}."
    first = errors[0]
    words = first.Detail or first.detail or first.Message or first.message
    return first.code, fault.type, f"{words.rstrip('.')} (code {first.code})."


def _first_fault(response: httpx2.Response) -> wire.Fault | None:
    try:
        answer = _FAULT_ANSWER.decode(response.content)
    except msgspec.DecodeError:
        return None
    return answer.upper or answer.lower


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _tid(response: httpx2.Response) -> str:
    return str(response.headers.get("intuit_tid", ""))


def _note(realm_id: RealmId, call: Call, started: float, ended: str, tid: str) -> None:
    milliseconds = (monotonic_seconds() - started) * 1000
    _log.info("%s %s of %s: %s, %.0f ms, %s", call.method, call.about, realm_id, ended, milliseconds, tid or "no tid")


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
