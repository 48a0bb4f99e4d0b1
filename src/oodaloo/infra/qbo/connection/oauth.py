"""OAuth 2 with Intuit: authorization code, refresh and revoke, at the endpoints that the discovery document names."""

from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx2
import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.client import trusted
from oodaloo.infra.qbo.errors import (
    ConsentRefusedError,
    QboError,
    QboMalformedAnswerError,
    QboServerError,
    QboUnreachableError,
    QboValidationError,
    ReconnectNeededError,
)

SCOPE = "com.intuit.quickbooks.accounting"

_DISCOVERY_SECONDS = 10.0
_ANSWER_SECONDS = 25.0  # an answer that comes too late may have held the only good token


@dataclass(slots=True)
class OAuth:
    """One app's identity at Intuit. The discovery document is read once per process."""

    http: httpx2.AsyncClient
    discovery_url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    _endpoints: wire.DiscoveryAnswer | None = field(default=None, init=False)

    async def authorization_url(self, state: str) -> str:
        """Where to send the person's browser; Intuit brings it back to `redirect_uri` with `state`."""
        endpoints = await self._discover()
        async with self._client() as client:
            url, _state = client.create_authorization_url(endpoints.authorization_endpoint, state=state)
        return str(url)

    async def exchange(self, code: str) -> wire.TokenAnswer:
        """Tokens for an authorization code. Raises `ConsentRefusedError` when Intuit doesn't accept the code."""
        endpoints = await self._discover()
        try:
            async with self._client() as client:
                return await _tokens(client.fetch_token(endpoints.token_endpoint, code=code))
        except _GrantRefusedError as error:
            raise ConsentRefusedError(
                f"Intuit didn't accept the way back from its consent page ({error}). Connect once more."
            ) from None

    async def refresh(self, refresh_token: str) -> wire.TokenAnswer:
        """Fresh tokens. Raises `ReconnectNeededError` when the chain is dead; that is final, never retry it."""
        endpoints = await self._discover()
        try:
            async with self._client() as client:
                return await _tokens(client.refresh_token(endpoints.token_endpoint, refresh_token=refresh_token))
        except _GrantRefusedError as error:
            raise ReconnectNeededError(
                f"QuickBooks has ended the connection ({error}). Connect again to go on."
            ) from None

    async def revoke(self, refresh_token: str) -> None:
        """Tell Intuit that the chain isn't wanted any more. Raises `QboUnreachableError` when Intuit can't be told."""
        endpoints = await self._discover()
        try:
            response = await self.http.post(
                endpoints.revocation_endpoint,
                auth=(self.client_id, self.client_secret),
                json={"token": refresh_token},
                timeout=_ANSWER_SECONDS,
            )
        except httpx2.RequestError as error:
            raise _unreachable(error) from error
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            raise _app_refused("invalid_client")
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise QboServerError(f"Intuit failed to revoke the connection (status {response.status_code}). Try again.")

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client_id,
            self.client_secret,
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            verify=trusted(),
            timeout=_ANSWER_SECONDS,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 (a method's name)
        )

    async def _discover(self) -> wire.DiscoveryAnswer:
        if self._endpoints is None:
            try:
                response = await self.http.get(self.discovery_url, timeout=_DISCOVERY_SECONDS)
                response.raise_for_status()
                self._endpoints = msgspec.json.decode(response.content, type=wire.DiscoveryAnswer)
            except httpx2.HTTPError as error:
                raise _unreachable(error) from error
            except msgspec.MsgspecError as error:
                raise QboMalformedAnswerError(
                    f"{self.discovery_url} is no OpenID discovery document ({error}). Check OODALOO_QBO_DISCOVERY_URL."
                ) from None
        return self._endpoints


class _GrantRefusedError(Exception):
    """Intuit doesn't accept the code or refresh token; the only refusal that is about the grant and not about us."""


async def _tokens(asking: Awaitable[object]) -> wire.TokenAnswer:
    try:
        return msgspec.convert(await asking, wire.TokenAnswer, strict=False)
    except OAuthError as error:
        if error.error == "invalid_grant":
            raise _GrantRefusedError(error.error) from None
        raise _app_refused(error.error) from None
    except httpx2.HTTPStatusError as error:
        raise QboServerError(
            f"Intuit's sign-in failed with status {error.response.status_code}. Try again later."
        ) from None
    except httpx2.HTTPError as error:
        raise _unreachable(error) from error
    except ValueError as error:  # no JSON, or JSON without tokens
        raise QboMalformedAnswerError(f"Intuit's token answer can't be read ({error}). Try again.") from None


def _app_refused(reason: str) -> QboValidationError:
    return QboValidationError(
        f"Intuit refused our app ({reason}). Check OODALOO_QBO_CLIENT_ID and OODALOO_QBO_CLIENT_SECRET.", code=reason
    )


def _unreachable(error: httpx2.HTTPError) -> QboError:
    told = " ".join(str(error).split()) or type(error).__name__
    return QboUnreachableError(f"Intuit's sign-in can't be reached ({told}). Check the network, then try again.")
