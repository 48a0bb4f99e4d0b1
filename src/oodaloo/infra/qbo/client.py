"""The raw HTTP client of QuickBooks' accounting API: one call in, one answer or one typed error out; no retries."""

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx2
import msgspec

from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.calls import Answer, Call
from oodaloo.infra.qbo.errors import (
    QboError,
    QboForbiddenError,
    QboNotFoundError,
    QboServerError,
    QboStaleError,
    QboThrottledError,
    QboUnauthorizedError,
    QboUnreachableError,
    QboValidationError,
)
from oodaloo.kit.ids import RealmId

MINOR_VERSION: Final = "75"
"""The base version of the API since 2025-08-01; lower values are ignored by QuickBooks."""

_TIMEOUT = httpx2.Timeout(130.0, connect=10.0)  # QuickBooks itself gives up after 120 seconds

_REFUSALS = {"610": QboNotFoundError, "5010": QboStaleError}
_FAULT_ANSWER = msgspec.json.Decoder(wire.FaultAnswer)


@dataclass(frozen=True, slots=True)
class QboClient:
    """Calls one API base URL (up to `/v3/company`) over a shared HTTP connection pool."""

    http: httpx2.AsyncClient
    api_url: str

    async def send(self, realm_id: RealmId, access_token: str, call: Call) -> Answer:
        """The complete answer to one call. Raises a `QboError` subclass for anything else."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept": call.accept}
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        try:
            response = await self.http.request(
                call.method,
                f"{self.api_url}/{realm_id}/{call.path}",
                params={**call.parameters, "minorversion": MINOR_VERSION},
                content=call.body,
                headers=headers,
            )
        except httpx2.RequestError as error:
            raise QboUnreachableError(
                f"QuickBooks can't be reached at {self.api_url} ({str(error) or type(error).__name__}). "
                "Check the network and the address, then try again."
            ) from error
        if response.is_success:
            return Answer(response.content, _tid(response))
        raise error_for(response)


def http_pool() -> httpx2.AsyncClient:
    """A connection pool with timeouts a little longer than QuickBooks' own."""
    return httpx2.AsyncClient(timeout=_TIMEOUT, verify=trusted())


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates we trust; reading them takes 70 ms, so that it happens once."""
    return httpx2.create_ssl_context()


def error_for(response: httpx2.Response) -> QboError:
    """The typed error of a failed answer; status first, since a throttle's body is XML even for JSON clients."""
    tid = _tid(response)
    status = response.status_code
    if status == httpx2.codes.TOO_MANY_REQUESTS or "ThrottleExceeded" in response.text:
        return QboThrottledError(
            "QuickBooks is throttling our requests. Try again in a minute.",
            intuit_tid=tid,
            retry_after_seconds=_retry_after(response),
        )
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        return QboServerError(f"QuickBooks failed with status {status}. Try again later.", intuit_tid=tid)
    code, text = _fault(response)
    if status == httpx2.codes.UNAUTHORIZED:
        # QuickBooks' own words repeat the token, and errors are logged and kept.
        return QboUnauthorizedError(
            f"QuickBooks doesn't accept the access token (code {code or status}). Connect again if it stays so.",
            intuit_tid=tid,
        )
    if status == httpx2.codes.FORBIDDEN:
        return QboForbiddenError(
            f"QuickBooks doesn't let us read this company: {text} Connect again as a company administrator.",
            intuit_tid=tid,
        )
    refusal = _REFUSALS.get(code, QboValidationError)
    return refusal(f"QuickBooks refused the request: {text}", code=code, intuit_tid=tid)


def _fault(response: httpx2.Response) -> tuple[str, str]:
    """QuickBooks' fault code and its own words."""
    try:
        answer = _FAULT_ANSWER.decode(response.content)
    except msgspec.DecodeError:
        return "", f"status {response.status_code} without a readable fault."
    fault = answer.upper or answer.lower
    errors = (fault.Error or fault.error) if fault else ()
    if not errors:
        return "", f"status {response.status_code}."
    first = errors[0]
    words = first.Detail or first.detail or first.Message or first.message
    return first.code, f"{words.rstrip('.')} (code {first.code})."


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _tid(response: httpx2.Response) -> str:
    return str(response.headers.get("intuit_tid", ""))
