"""Tokens of each connected company: encrypted at rest, refreshed once however many ask, never retried when dead."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

import stamina
from sqlalchemy import ColumnElement, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo import wire
from oodaloo.infra.qbo.connection.oauth import OAuth
from oodaloo.infra.qbo.errors import QboNoAnswerError, QboServerError, QboUnreachableError, ReconnectNeededError
from oodaloo.infra.vault import Vault, VaultError
from oodaloo.kit.clock import Clock, monotonic_seconds
from oodaloo.kit.ids import RealmId

_REFRESH_AHEAD = timedelta(minutes=2)
_ANSWER_SECONDS = 30.0
_STORE_SECONDS = 20.0
_LEASE = timedelta(seconds=60)  # longer than both together, so that only a process that died lets it run out
_POLL_SECONDS = 0.1
_KNOWN_SECONDS = 2.0  # so long after a disconnection elsewhere its token is still tried, which QuickBooks refuses

_T = TypeVar("_T")


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
    """Gives out access tokens. `wall_clock` is real time: token lifetimes don't follow simulated dates.

    A refresh that was begun is finished even when whoever asked for it leaves: its answer may hold the only good token.
    """

    database: Database
    vault: Vault
    oauth: OAuth
    wall_clock: Clock
    _refreshes: dict[tuple[RealmId, int], asyncio.Task[str]] = field(default_factory=dict, init=False)
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set, init=False)
    _known: dict[RealmId, tuple[str, float]] = field(default_factory=dict, init=False)
    _looks: dict[RealmId, asyncio.Task[ConnectionRow]] = field(default_factory=dict, init=False)

    async def access_token(self, realm_id: RealmId) -> str:
        """A token that is good for at least two minutes, or for less when Intuit can't be asked for another.

        Raises `ReconnectNeededError` when the connection has ended, `VaultError` when the stored tokens don't open.
        """
        token, known_until = self._known.get(realm_id, ("", 0.0))
        if monotonic_seconds() < known_until:
            return token
        row = await self._look(realm_id)
        if self._is_good(row):
            return self._open(row, row.sealed_access_token)
        try:
            return await self._refresh(realm_id, row.version)
        except (QboUnreachableError, QboNoAnswerError, QboServerError):
            if row.access_expires_at > self.wall_clock.now():
                return self._open(row, row.sealed_access_token)  # it was to be refreshed ahead; there is time
            raise

    async def replace_refused(self, realm_id: RealmId, refused: str) -> str:
        """Another token after QuickBooks `refused` one; refreshes unless somebody else already has."""
        self._known.pop(realm_id, None)
        row = await self._row(realm_id)
        current = self._open(row, row.sealed_access_token)
        return current if current != refused else await self._refresh(realm_id, row.version)

    async def store(self, realm_id: RealmId, answer: wire.TokenAnswer) -> None:
        """Keep the tokens of a fresh consent; the company is connected from now on."""
        async with self.database.system() as session:
            rows = await session.scalars(select(ConnectionRow.version).where(ConnectionRow.realm_id == realm_id))
            fresh = self._sealed(realm_id, answer, max(rows, default=0) + 1)
            since = {"changed_at": self.wall_clock.now(), "ended_because": ""}
            await session.upsert(ConnectionRow, [{"realm_id": realm_id, **fresh, **since}])
        self._outdate(realm_id)

    async def disconnect(self, realm_id: RealmId) -> None:
        """Revoke the chain at Intuit and forget its tokens. Raises `QboUnreachableError` when Intuit can't be told.

        A refresh under way is waited for, since the tokens that it brings are the ones to revoke.
        """
        while True:
            if await self._finish(self._revoke_leased(await self._row(realm_id))):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def connection(self, realm_id: RealmId) -> Connection | None:
        """The state of a company's connection, None when there never was one."""
        row = await self._find(realm_id)
        if row is None:
            return None
        return Connection(realm_id, ConnectionState(row.state), row.changed_at, row.ended_because)

    async def close(self) -> None:
        """Wait until what was begun is finished: at most a minute, and only while Intuit doesn't answer."""
        for waiting in self._refreshes.values():
            waiting.cancel()
        await asyncio.gather(*self._refreshes.values(), *self._under_way, return_exceptions=True)

    async def _look(self, realm_id: RealmId) -> ConnectionRow:
        """The connection as it is stored, looked up once for all who ask at the same time; a good token is known then.

        Raises what `access_token` does.
        """
        task = self._looks.get(realm_id)
        if task is None:
            task = self._looks[realm_id] = asyncio.create_task(self._row(realm_id))
            self._under_way.add(task)
            task.add_done_callback(partial(self._looked, realm_id))
        return await asyncio.shield(task)

    def _looked(self, realm_id: RealmId, ended: asyncio.Task[ConnectionRow]) -> None:
        self._under_way.discard(ended)
        _retrieve(ended)
        if self._looks.get(realm_id) is not ended:
            return  # the connection was changed meanwhile
        del self._looks[realm_id]
        if not ended.cancelled() and not ended.exception() and self._is_good(row := ended.result()):
            with suppress(VaultError):  # whoever asked is told
                token = self._open(row, row.sealed_access_token)
                self._known[realm_id] = (token, monotonic_seconds() + _KNOWN_SECONDS)

    def _is_good(self, row: ConnectionRow) -> bool:
        return row.access_expires_at - self.wall_clock.now() > _REFRESH_AHEAD

    def _outdate(self, realm_id: RealmId) -> None:
        """Let nobody rely any more on what was looked up before a change."""
        self._known.pop(realm_id, None)
        self._looks.pop(realm_id, None)

    async def _refresh(self, realm_id: RealmId, seen_version: int) -> str:
        """One refresh, and one failure, however many ask: in this process by a task, among processes by the lease."""
        of = (realm_id, seen_version)
        task = self._refreshes.get(of)
        if task is None:
            task = self._refreshes[of] = asyncio.create_task(self._refresh_once(*of))
            task.add_done_callback(lambda ended: self._forget(of, ended))
        return await asyncio.shield(task)

    async def _refresh_once(self, realm_id: RealmId, seen_version: int) -> str:
        while True:
            row = await self._row(realm_id)
            if row.version != seen_version:
                return self._open(row, row.sealed_access_token)
            if token := await self._finish(self._refresh_leased(row)):
                return token
            await asyncio.sleep(_POLL_SECONDS)

    def _forget(self, of: tuple[RealmId, int], ended: asyncio.Task[str]) -> None:
        del self._refreshes[of]
        _retrieve(ended)

    async def _finish(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do `work` to its end even when the caller is cancelled meanwhile."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(_retrieve)
        return await asyncio.shield(task)

    async def _refresh_leased(self, row: ConnectionRow) -> str | None:
        """A fresh access token, or None while somebody else has the lease."""
        if not await self._lease(row):
            return None
        realm_id = RealmId(row.realm_id)
        try:
            answer = await self._ask_for_tokens(row)
        except ReconnectNeededError as error:
            if await self._end(realm_id, ConnectionState.RECONNECT_NEEDED, str(error), _is(row.version)):
                raise
            latest = await self._row(realm_id)  # connected again meanwhile
            return self._open(latest, latest.sealed_access_token)
        except BaseException:
            await self._release(row)
            raise
        # The old refresh token may be dead by now: a database that is away for a moment must not cost the new one.
        async for attempt in stamina.retry_context(
            on=DatabaseUnreachableError, attempts=None, timeout=_STORE_SECONDS, wait_max=1.0
        ):
            with attempt:
                await self._change(realm_id, self._sealed(realm_id, answer, row.version + 1), _is(row.version))
        return answer.access_token

    async def _ask_for_tokens(self, row: ConnectionRow) -> wire.TokenAnswer:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self.oauth.refresh(self._open(row, row.sealed_refresh_token))
        except TimeoutError:
            raise QboNoAnswerError(
                f"Intuit's sign-in didn't answer within {_ANSWER_SECONDS:.0f} seconds. Try again in a minute."
            ) from None

    async def _revoke_leased(self, row: ConnectionRow) -> bool:
        """Whether the chain is revoked; False while somebody else has the lease."""
        if not await self._lease(row):
            return False
        try:
            await self.oauth.revoke(self._open(row, row.sealed_refresh_token))
        except BaseException:
            await self._release(row)
            raise
        return await self._end(RealmId(row.realm_id), ConnectionState.DISCONNECTED, "Disconnected by you.")

    async def _lease(self, row: ConnectionRow) -> bool:
        now = self.wall_clock.now()
        free = or_(ConnectionRow.refreshing_until.is_(None), ConnectionRow.refreshing_until < now)
        return await self._change(RealmId(row.realm_id), {"refreshing_until": now + _LEASE}, _is(row.version), free)

    async def _release(self, row: ConnectionRow) -> None:
        await self._change(RealmId(row.realm_id), {"refreshing_until": None}, _is(row.version))

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

    async def _change(self, realm_id: RealmId, values: Mapping[str, object], *criteria: ColumnElement[bool]) -> bool:
        async with self.database.system() as session:
            changed = await session.update(ConnectionRow, ConnectionRow.realm_id == realm_id, *criteria, values=values)
        self._outdate(realm_id)
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
            "refreshing_until": None,
        }

    def _open(self, row: ConnectionRow, sealed: str) -> str:
        return self.vault.open(sealed, bound_to=row.realm_id)


def _is(version: int) -> ColumnElement[bool]:
    return ConnectionRow.version == version


def _retrieve(ended: asyncio.Task[Any]) -> None:
    """Take note of how a task ended that nobody may wait for any more, so that asyncio doesn't complain."""
    if not ended.cancelled():
        ended.exception()
