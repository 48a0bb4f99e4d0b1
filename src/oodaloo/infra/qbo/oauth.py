"""OAuth 2 with Intuit: authorization code, refresh and revoke, at the endpoints that the discovery document names."""

from dataclasses import dataclass, field

import httpx2
import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.errors import (
    ConsentRefusedError,
    QboError,
    QboMalformedAnswerError,
    QboServerError,
    QboUnreachableError,
    ReconnectNeededError,
)

SCOPE = "com.intuit.quickbooks.accounting"


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
                return _read(await client.fetch_token(endpoints.token_endpoint, code=code))
        except OAuthError as error:
            raise ConsentRefusedError(
                f"Intuit didn't accept the way back from its consent page ({error.error}). Connect once more."
            ) from None
        except httpx2.HTTPError as error:
            raise _unreachable(error) from error

    async def refresh(self, refresh_token: str) -> wire.TokenAnswer:
        """Fresh tokens. Raises `ReconnectNeededError` when the chain is dead; that is final, never retry it."""
        endpoints = await self._discover()
        try:
            async with self._client() as client:
                return _read(await client.refresh_token(endpoints.token_endpoint, refresh_token=refresh_token))
        except OAuthError as error:
            raise ReconnectNeededError(
                f"QuickBooks has ended the connection ({error.error}). Connect again to go on."
            ) from None
        except httpx2.HTTPError as error:
            raise _unreachable(error) from error

    async def revoke(self, refresh_token: str) -> None:
        """Tell Intuit that the chain isn't wanted any more. Raises `QboUnreachableError` when Intuit can't be told."""
        endpoints = await self._discover()
        try:
            response = await self.http.post(
                endpoints.revocation_endpoint,
                auth=(self.client_id, self.client_secret),
                json={"token": refresh_token},
            )
        except httpx2.TransportError as error:
            raise _unreachable(error) from error
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise QboServerError(f"Intuit failed to revoke the connection (status {response.status_code}). Try again.")

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client_id,
            self.client_secret,
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 (a method's name)
        )

    async def _discover(self) -> wire.DiscoveryAnswer:
        if self._endpoints is None:
            try:
                response = await self.http.get(self.discovery_url)
                response.raise_for_status()
                self._endpoints = msgspec.json.decode(response.content, type=wire.DiscoveryAnswer)
            except httpx2.HTTPError as error:
                raise _unreachable(error) from error
            except msgspec.MsgspecError as error:
                raise QboMalformedAnswerError(
                    f"{self.discovery_url} is no OpenID discovery document ({error}). Check OODALOO_QBO_DISCOVERY_URL."
                ) from None
        return self._endpoints


def _read(token: object) -> wire.TokenAnswer:
    try:
        return msgspec.convert(token, wire.TokenAnswer, strict=False)
    except msgspec.ValidationError as error:
        raise QboMalformedAnswerError(f"Intuit's token answer can't be read ({error}). Connect once more.") from None


def _unreachable(error: httpx2.HTTPError) -> QboError:
    return QboUnreachableError(
        f"Intuit's sign-in can't be reached ({str(error) or type(error).__name__}). Check the network, then try again."
    )
