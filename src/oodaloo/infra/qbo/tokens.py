"""Tokens of each connected company: encrypted at rest, refreshed once however many ask, never retried when dead."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.errors import ReconnectNeededError
from oodaloo.infra.qbo.oauth import OAuth
from oodaloo.infra.vault import Vault
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import RealmId

_REFRESH_AHEAD = timedelta(minutes=2)
_LEASE = timedelta(seconds=60)  # longer than a refresh can take, so that only a process that died lets it run out
_POLL_SECONDS = 0.1


class ConnectionState(StrEnum):
    """Whether we may talk to a company."""

    CONNECTED = "connected"
    RECONNECT_NEEDED = "reconnect_needed"
    DISCONNECTED = "disconnected"


class ConnectionRow(Base):
    """One company's connection; `version` rises with every stored token, for compare-and-set.

    `refreshing_until` is the lease of the process that refreshes: Intuit may take two refreshes at once for theft.
    """

    __tablename__ = "qbo_connection"

    realm_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    sealed_access_token: Mapped[str] = mapped_column(Text)
    sealed_refresh_token: Mapped[str] = mapped_column(Text)
    access_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refresh_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int]
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_because: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class Connection:
    """What people may know of a connection: its state, since when, and why it ended if it did."""

    realm_id: RealmId
    state: ConnectionState
    changed_at: datetime
    ended_because: str


@dataclass(slots=True)
class TokenKeeper:
    """Gives out access tokens. `wall_clock` is real time: token lifetimes don't follow simulated dates."""

    database: Database
    vault: Vault
    oauth: OAuth
    wall_clock: Clock
    _locks: dict[RealmId, asyncio.Lock] = field(default_factory=dict, init=False)

    async def access_token(self, realm_id: RealmId) -> str:
        """A token that is good for at least two minutes.

        Raises `ReconnectNeededError` when the connection has ended, `VaultError` when the stored tokens don't open.
        """
        row = await self._row(realm_id)
        if row.access_expires_at - self.wall_clock.now() > _REFRESH_AHEAD:
            return self._open(row, row.sealed_access_token)
        return await self._refresh(realm_id, row.version)

    async def replace_refused(self, realm_id: RealmId, refused: str) -> str:
        """Another token after QuickBooks `refused` one; refreshes unless somebody else already has."""
        row = await self._row(realm_id)
        current = self._open(row, row.sealed_access_token)
        return current if current != refused else await self._refresh(realm_id, row.version)

    async def store(self, realm_id: RealmId, answer: wire.TokenAnswer) -> None:
        """Keep the tokens of a fresh consent; the company is connected from now on."""
        async with self.database.system() as session:
            rows = await session.scalars(select(ConnectionRow.version).where(ConnectionRow.realm_id == realm_id))
            await session.upsert(
                ConnectionRow, [{"realm_id": realm_id, **self._sealed(realm_id, answer, max(rows, default=0) + 1)}]
            )

    async def disconnect(self, realm_id: RealmId) -> None:
        """Revoke the chain at Intuit and forget its tokens. Raises `QboUnreachableError` when Intuit can't be told."""
        row = await self._row(realm_id)
        await self.oauth.revoke(self._open(row, row.sealed_refresh_token))
        await self._end(realm_id, ConnectionState.DISCONNECTED, "Disconnected by you.")

    async def connection(self, realm_id: RealmId) -> Connection | None:
        """The state of a company's connection, None when there never was one."""
        row = await self._find(realm_id)
        if row is None:
            return None
        return Connection(realm_id, ConnectionState(row.state), row.changed_at, row.ended_because)

    async def _refresh(self, realm_id: RealmId, seen_version: int) -> str:
        """One refresh however many ask, in this process by a lock and among processes by the lease."""
        async with self._locks.setdefault(realm_id, asyncio.Lock()):
            while True:
                row = await self._row(realm_id)
                if row.version != seen_version:
                    return self._open(row, row.sealed_access_token)
                if await self._lease(row):
                    return await self._refresh_leased(row)
                await asyncio.sleep(_POLL_SECONDS)

    async def _lease(self, row: ConnectionRow) -> bool:
        now = self.wall_clock.now()
        free = or_(ConnectionRow.refreshing_until.is_(None), ConnectionRow.refreshing_until < now)
        return await self._change(row.realm_id, {"refreshing_until": now + _LEASE}, _is(row.version), free)

    async def _refresh_leased(self, row: ConnectionRow) -> str:
        realm_id = RealmId(row.realm_id)
        try:
            answer = await self.oauth.refresh(self._open(row, row.sealed_refresh_token))
        except ReconnectNeededError as error:
            if await self._end(realm_id, ConnectionState.RECONNECT_NEEDED, str(error), _is(row.version)):
                raise
            latest = await self._row(realm_id)  # connected again meanwhile
            return self._open(latest, latest.sealed_access_token)
        except BaseException:
            await self._change(realm_id, {"refreshing_until": None}, _is(row.version))
            raise
        await self._change(realm_id, self._sealed(realm_id, answer, row.version + 1), _is(row.version))
        return answer.access_token

    async def _end(
        self, realm_id: RealmId, state: ConnectionState, because: str, *criteria: ColumnElement[bool]
    ) -> bool:
        ended = {
            "state": state.value,
            "sealed_access_token": "",
            "sealed_refresh_token": "",
            "ended_because": because,
            "changed_at": self.wall_clock.now(),
            "version": ConnectionRow.version + 1,
            "refreshing_until": None,
        }
        return await self._change(realm_id, ended, *criteria)

    async def _change(self, realm_id: str, values: Mapping[str, object], *criteria: ColumnElement[bool]) -> bool:
        async with self.database.system() as session:
            changed = await session.update(ConnectionRow, ConnectionRow.realm_id == realm_id, *criteria, values=values)
        return changed > 0

    async def _row(self, realm_id: RealmId) -> ConnectionRow:
        row = await self._find(realm_id)
        if row is None:
            raise ReconnectNeededError(f"Company {realm_id} has never been connected. Connect to QuickBooks first.")
        if row.state != ConnectionState.CONNECTED:
            raise ReconnectNeededError(
                f"The connection to QuickBooks has ended. {row.ended_because} Connect again to go on."
                if row.state == ConnectionState.DISCONNECTED
                else row.ended_because
            )
        return row

    async def _find(self, realm_id: RealmId) -> ConnectionRow | None:
        async with self.database.system(read_only=True) as session:
            rows = await session.scalars(select(ConnectionRow).where(ConnectionRow.realm_id == realm_id))
            return rows[0] if rows else None

    def _sealed(self, realm_id: RealmId, answer: wire.TokenAnswer, version: int) -> dict[str, object]:
        now = self.wall_clock.now()
        return {
            "state": ConnectionState.CONNECTED.value,
            "sealed_access_token": self.vault.seal(answer.access_token, bound_to=realm_id),
            "sealed_refresh_token": self.vault.seal(answer.refresh_token, bound_to=realm_id),
            "access_expires_at": now + timedelta(seconds=answer.expires_in),
            "refresh_expires_at": now + timedelta(seconds=answer.x_refresh_token_expires_in),
            "version": version,
            "changed_at": now,
            "ended_because": "",
            "refreshing_until": None,
        }

    def _open(self, row: ConnectionRow, sealed: str) -> str:
        return self.vault.open(sealed, bound_to=row.realm_id)


def _is(version: int) -> ColumnElement[bool]:
    return ConnectionRow.version == version
