"""Who may read which company: authorization codes, access tokens and the refresh values behind them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

ACCESS_SECONDS: Final = 3600
REFRESH_SECONDS: Final = 8_726_400
ACCOUNTING: Final = "com.intuit.quickbooks.accounting"
_HARD_LIFE: Final = timedelta(days=5 * 365)
_CODE_LIFE: Final = timedelta(minutes=10)
_REFRESH_CHANGES_AFTER: Final = timedelta(hours=24)


class OAuthError(Exception):
    """The token endpoint refuses; `error` is the word that RFC 6749 has for the reason."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client holds after an exchange or a refresh."""

    access_token: str
    refresh_token: str
    refresh_expires_in_seconds: int
    hard_expires_in_seconds: int
    """Until the refresh value ends however often it is used."""
    grant: "Grant"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid access token gives: one company to one client, and what its person agreed to tell."""

    realm_id: str
    client_id: str
    scopes: frozenset[str] = frozenset({ACCOUNTING})
    nonce: str | None = None
    """What the client wants to find in its id_token."""


@dataclass(slots=True)
class _Chain:
    grant: Grant
    refresh_token: str
    changed_at: datetime
    expires_at: datetime
    hard_expires_at: datetime
    access: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    expires_at: datetime
    exchanged: _Chain | None = None


class Authority:
    """The one client that is registered, and every code and token it was given."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        now: Callable[[], datetime],
        new_secret: Callable[[str], str],
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.now = now
        self._new_secret = new_secret
        self._codes: dict[str, _Code] = {}
        self._by_refresh: dict[str, _Chain] = {}
        self._dead: dict[str, _Chain] = {}
        self._by_access: dict[str, _Chain] = {}

    def authenticate(self, client_id: str | None, client_secret: str | None) -> str:
        """The client's id; raises OAuthError invalid_client for anyone else."""
        if client_id != self.client_id or client_secret != self.client_secret:
            raise OAuthError(401, "invalid_client")
        return self.client_id

    def issue_code(self, realm_id: str, redirect_uri: str, scopes: frozenset[str], nonce: str | None = None) -> str:
        """A code that this client can exchange once, within ten minutes, for this redirect URI."""
        code = self._new_secret("AB11")
        grant = Grant(realm_id, self.client_id, scopes, nonce)
        self._codes[code] = _Code(grant, redirect_uri, self.now() + _CODE_LIFE)
        return code

    def exchange_code(self, code: str, redirect_uri: str) -> Tokens:
        """First tokens for a code; raises OAuthError invalid_grant for a used, old or foreign one.

        A code that comes a second time ends the connection that the first one made.
        """
        issued = self._codes.get(code)
        if issued is None:
            raise OAuthError(400, "invalid_grant")
        if issued.exchanged is not None:
            self._forget(issued.exchanged)
            raise OAuthError(400, "invalid_grant")
        if issued.redirect_uri != redirect_uri or issued.expires_at <= self.now():
            del self._codes[code]
            raise OAuthError(400, "invalid_grant")
        issued.exchanged = self._connect(issued.grant)
        return self._tokens(issued.exchanged)

    def grant(self, realm_id: str) -> Tokens:
        """Tokens for a company without consent, as the emulator prints at its start."""
        return self._tokens(self._connect(Grant(realm_id, self.client_id)))

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; the refresh value changes when it is older than 24 hours and the old one is dead.

        Raises OAuthError invalid_grant for a value that is dead, revoked, expired or unknown; a dead one ends the
        connection, because somebody else may have it.
        """
        if refresh_token in self._dead:
            self._forget(self._dead[refresh_token])
        chain = self._by_refresh.get(refresh_token)
        now = self.now()
        if chain is None or chain.expires_at <= now:
            raise OAuthError(400, "invalid_grant")
        chain.expires_at = min(now + timedelta(seconds=REFRESH_SECONDS), chain.hard_expires_at)
        if now - chain.changed_at >= _REFRESH_CHANGES_AFTER:
            self._dead[refresh_token] = self._by_refresh.pop(refresh_token)
            chain.refresh_token = self._new_secret("RT1")
            chain.changed_at = now
            self._by_refresh[chain.refresh_token] = chain
        return self._tokens(chain)

    def revoke(self, token: str) -> bool:
        """Disconnect the company that an access or refresh token belongs to; False for an unknown token."""
        chain = self._by_refresh.get(token) or self._by_access.get(token)
        if chain is None:
            return False
        self._forget(chain)
        return True

    def grant_of(self, access_token: str) -> Grant | None:
        """What the access token gives now; None when it is unknown, expired or revoked."""
        chain = self._by_access.get(access_token)
        if chain is None or chain.access[access_token] <= self.now():
            return None
        return chain.grant

    def is_connected(self, realm_id: str) -> bool:
        """Whether anybody may use the company now."""
        now = self.now()
        return any(chain.expires_at > now for chain in self._chains(realm_id))

    def expire_access(self, realm_id: str | None = None) -> int:
        """End every access token now, of one company or of all; return how many there were."""
        ended = 0
        for chain in self._chains(realm_id):
            for token in chain.access:
                del self._by_access[token]
            ended += len(chain.access)
            chain.access.clear()
        return ended

    def revoke_all(self, realm_id: str | None = None) -> int:
        """Disconnect one company or all, as an owner does in QuickBooks; return how many connections ended."""
        chains = list(self._chains(realm_id))
        for chain in chains:
            self._forget(chain)
        return len(chains)

    def age(self, seconds: int, realm_id: str | None = None) -> int:
        """Make every token of one company or of all that much older; return how many connections there were."""
        older = timedelta(seconds=seconds)
        chains = list(self._chains(realm_id))
        for chain in chains:
            chain.changed_at -= older
            chain.expires_at -= older
            chain.hard_expires_at -= older
            chain.access = {token: expires_at - older for token, expires_at in chain.access.items()}
        return len(chains)

    def _connect(self, grant: Grant) -> _Chain:
        now = self.now()
        expires_at = now + timedelta(seconds=REFRESH_SECONDS)
        chain = _Chain(grant, self._new_secret("RT1"), now, expires_at, now + _HARD_LIFE)
        self._by_refresh[chain.refresh_token] = chain
        return chain

    def _chains(self, realm_id: str | None) -> Iterator[_Chain]:
        for chain in list(self._by_refresh.values()):
            if realm_id is None or chain.grant.realm_id == realm_id:
                yield chain

    def _forget(self, chain: _Chain) -> None:
        self._by_refresh.pop(chain.refresh_token, None)
        for token in chain.access:
            del self._by_access[token]
        chain.access.clear()

    def _tokens(self, chain: _Chain) -> Tokens:
        now = self.now()
        for token in [token for token, expires_at in chain.access.items() if expires_at <= now]:
            del chain.access[token], self._by_access[token]
        access_token = self._new_secret("eyJlbmMi")
        chain.access[access_token] = now + timedelta(seconds=ACCESS_SECONDS)
        self._by_access[access_token] = chain
        return Tokens(
            access_token,
            chain.refresh_token,
            int((chain.expires_at - now).total_seconds()),
            int((chain.hard_expires_at - now).total_seconds()),
            chain.grant,
        )
