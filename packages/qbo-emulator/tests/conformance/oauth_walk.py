"""intuit-oauth through consent, tokens, the person behind them and the end of it, with every operation noted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest
from conformance.excused import INTUIT_OAUTH
from conformance.operations import Operations, Shares
from conformance.served import Running, consented
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from intuitlib.utils import validate_id_token

Attempt = Callable[[str], AbstractContextManager[object]]
"""What surrounds each walk by its name."""

OPENID: Final = [Scopes.OPENID, Scopes.PROFILE, Scopes.EMAIL, Scopes.PHONE, Scopes.ADDRESS]


def walked(emulator: Running, attempt: Attempt) -> Shares:
    """Go all walks; return what became of the client's operations."""
    operations = Operations("intuitlib")
    called: set[str] = set()
    with operations.traced(called):
        for walk in WALKS:
            with attempt(walk.__name__):
                walk(emulator)
    return operations.shares(called, INTUIT_OAUTH)


def connects(emulator: Running) -> None:
    """Consent brings a code, the code brings tokens once, and the tokens reach the company."""
    client = emulator.auth_client()
    code, realm_id = consented(client)
    client.get_bearer_token(code, realm_id=realm_id)
    assert client.realm_id == emulator.realm_id
    assert client.expires_in == 3600
    assert 8726390 < client.x_refresh_token_expires_in <= 8726400
    assert client.id_token is None
    with pytest.raises(AuthClientError) as used_twice:
        emulator.auth_client().get_bearer_token(code, realm_id=realm_id)
    assert used_twice.value.status_code == 400


def knows_who_connected(emulator: Running) -> None:
    """With the OpenID scopes an id token comes that the client can check, and the person can be asked for."""
    client = emulator.auth_client()
    code, realm_id = consented(client, *OPENID)
    client.get_bearer_token(code, realm_id=realm_id)
    assert client.id_token
    assert validate_id_token(client.id_token, client.client_id, client.issuer_uri, client.jwks_uri)
    head, claims, signature = client.id_token.split(".")
    changed = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert not validate_id_token(f"{head}.{claims}.{changed}", client.client_id, client.issuer_uri, client.jwks_uri)
    person = client.get_user_info().json()
    assert {"sub", "email", "emailVerified", "givenName", "familyName"} <= set(person)


def refreshes(emulator: Running) -> None:
    """A refresh brings a new access token, and within a day the same refresh token."""
    client = emulator.auth_client()
    code, realm_id = consented(client)
    client.get_bearer_token(code, realm_id=realm_id)
    access_token, refresh_token = client.access_token, client.refresh_token
    client.refresh()
    assert client.access_token != access_token
    assert client.refresh_token == refresh_token
    other = emulator.auth_client()
    other.refresh(refresh_token=refresh_token)
    assert other.access_token
    with pytest.raises(AuthClientError) as unknown:
        client.refresh(refresh_token="RT1-made-up")
    assert unknown.value.status_code == 400


def disconnects(emulator: Running) -> None:
    """After a revocation neither token is good for anything."""
    client = emulator.auth_client()
    code, realm_id = consented(client, *OPENID)
    client.get_bearer_token(code, realm_id=realm_id)
    assert client.revoke(token=client.refresh_token)
    for attempt in (client.refresh, client.get_user_info):
        with pytest.raises(AuthClientError):
            attempt()


def takes_addresses_by_hand(emulator: Running) -> None:
    """Addresses set one by one reach the same endpoints as the discovery document."""
    client = emulator.auth_client()
    found = client.token_endpoint
    client.setAuthorizeURLs(
        {
            "auth_endpoint": client.auth_endpoint,
            "token_endpoint": found,
            "revoke_endpoint": client.revoke_endpoint,
            "user_info_url": client.user_info_url,
        }
    )
    client.refresh(refresh_token=emulator.refresh_token)
    assert client.access_token


WALKS: Final[tuple[Callable[[Running], None], ...]] = (
    connects,
    knows_who_connected,
    refreshes,
    disconnects,
    takes_addresses_by_hand,
)
