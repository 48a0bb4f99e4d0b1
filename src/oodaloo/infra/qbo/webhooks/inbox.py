"""The inbox of webhooks: a post is kept and answered, then opened; each announced change waits until it was fetched."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.quick import QuickDatabase
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.connection.tokens import ConnectionRow
from oodaloo.infra.qbo.webhooks.posts import Announcement, UnreadablePostError, read_post
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import RealmId

LAG_ALLOWANCE = timedelta(minutes=1)
"""How long a change may be announced and still not be shown by QuickBooks' reads, which lag behind by seconds."""

_OPENED_AT_ONCE = 10
_KEYS_PER_SELECT = 5000
_LOG = logging.getLogger(__name__)
_KEPT = timedelta(days=10)  # a post that isn't taken comes again 6-hourly; nobody has seen it come for longer


class PostRow(Base):
    """A post as it came, under the hash of its bytes, until it is opened; `received_at` is real time."""

    __tablename__ = "webhook_post"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnnouncementRow(Base):
    """One announced change. `number` counts a company's; `waits` until a look at QuickBooks has brought it.

    `changed_at` is QuickBooks' time, `received_at` real time.
    """

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_waits", "waits", "realm_id"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    realm_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    entity: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[str] = mapped_column(String(80))
    operation: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waits: Mapped[bool]


class AnnouncerRow(Base):
    """How many changes a company has announced, and when it did last, real time."""

    __tablename__ = "announcer"

    realm_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    announced: Mapped[int]
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A company's announced changes that no look at QuickBooks has brought yet.

    `since` is real time: when the first of them came. `up_to` numbers the last of them, for `settle`.
    """

    count: int
    since: datetime
    up_to: int


@dataclass(slots=True)
class Inbox:
    """Keeps posts and what they announce. `wall_clock` is real time: posts come when they come, whatever day it is.

    Quick transactions keep them, so that no page of records that is being stored makes QuickBooks wait; what a power
    cut takes the daily sweep brings. `followed` are the record types, in lower case, whose changes are worth a look.
    `shows` tells which of some announced changes the mirror has by now, as their keys.
    """

    database: Database
    quick: QuickDatabase
    wall_clock: Clock
    followed: frozenset[str]
    shows: Callable[[RealmId, Sequence[Announcement]], Awaitable[Collection[str]]]
    _connected: set[str] = field(default_factory=set, init=False)
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _gathering: "_Batch | None" = field(default=None, init=False)

    async def receive(self, body: bytes) -> None:
        """Keep a post, whose signature was checked, to be opened later; the same bytes again change nothing."""
        # Posts that come while others are being stored are stored together: one commit for all of them.
        batch = self._gathering
        if batch is None:
            batch = self._gathering = _Batch()
            batch.stored = asyncio.create_task(self._store(batch))
        batch.rows.append({"key": sha256(body).hexdigest(), "body": body, "received_at": self.wall_clock.now()})
        await asyncio.shield(batch.stored)

    async def waiting(self) -> Mapping[RealmId, Waiting]:
        """What waits, by company; companies for which nothing waits are left out."""
        await self._open_posts()
        rows = await self.quick.run(lambda connection: connection.execute(_WAITING).all())
        return {RealmId(realm_id): Waiting(count, since, up_to) for realm_id, count, since, up_to in rows}

    async def pending(self, realm_id: RealmId) -> int | None:
        """The number of the newest change of a company that still waits, None when nothing does."""
        waiting = (await self.waiting()).get(realm_id)
        return waiting.up_to if waiting else None

    async def settle(self, realm_id: RealmId, up_to: int) -> None:
        """Say that QuickBooks was asked after `up_to` had been announced.

        What the mirror doesn't show yet goes on waiting until it has been announced for `LAG_ALLOWANCE`.
        """
        patient_since = self.wall_clock.now() - LAG_ALLOWANCE
        of_these = (*_waits(realm_id, up_to), AnnouncementRow.received_at > patient_since)
        statement = select(AnnouncementRow.__table__).where(*of_these)
        rows = await self.quick.run(lambda connection: connection.execute(statement).all())
        young = [_announcement(row) for row in rows]
        shown = await self.shows(realm_id, young) if young else ()
        still = [one.key for one in young if one.key not in shown]
        settled = update(AnnouncementRow).where(*_waits(realm_id, up_to), AnnouncementRow.key.not_in(still))
        await self.quick.run(lambda connection: connection.execute(settled.values(waits=False)))

    async def heard(self) -> Mapping[RealmId, datetime]:
        """When each company that ever announced anything did so last; real time."""
        await self._open_posts()
        statement = select(AnnouncerRow.realm_id, AnnouncerRow.heard_at)
        rows = await self.quick.run(lambda connection: connection.execute(statement).all())
        return {RealmId(realm_id): heard_at for realm_id, heard_at in rows if heard_at is not None}

    async def forget_old(self) -> None:
        """Forget settled announcements that nobody repeats any more."""
        old = AnnouncementRow.received_at < self.wall_clock.now() - _KEPT
        forgotten = delete(AnnouncementRow).where(old, AnnouncementRow.waits.is_(False))
        await self.quick.run(lambda connection: connection.execute(forgotten))

    async def _store(self, batch: "_Batch") -> None:
        async with self._storing:
            self._gathering = None
            kind = postgresql if self.quick.engine.dialect.name == "postgresql" else sqlite
            kept = kind.insert(PostRow).on_conflict_do_nothing()
            await self.quick.run(lambda connection: connection.execute(kept, batch.rows))

    async def _open_posts(self) -> None:
        """Read what came, a few posts at a time, so that those that come meanwhile are kept in between.

        Two processes may open the same post: what it announces is kept once all the same.
        """
        while posts := await self.quick.run(_unopened):
            connected = await self._connected_ever({one.realm_id for post in posts for one in post.announcements})
            await self.quick.run(partial(self._keep, posts, connected))

    async def _connected_ever(self, realms: set[RealmId]) -> Collection[str]:
        """Those of the companies that were ever connected, which they then are for ever."""
        unknown = realms - self._connected
        if unknown:
            statement = select(ConnectionRow.realm_id).where(ConnectionRow.realm_id.in_(sorted(unknown)))
            async with self.database.system(read_only=True) as session:
                self._connected.update(await session.scalars(statement))
        return self._connected

    def _keep(self, posts: Sequence["_Opened"], connected: Collection[str], connection: Connection) -> None:
        """Store what is new in these posts and forget the posts, in one transaction."""
        received_at = {
            one.key: post.received_at for post in posts for one in post.announcements if one.realm_id in connected
        }
        announcements = {one.key: one for post in posts for one in post.announcements if one.key in received_at}
        announced = _locked_counts(connection, sorted({one.realm_id for one in announcements.values()}))
        known = _known(connection, list(announcements))
        rows = []
        for one in announcements.values():
            if one.key not in known:
                announced[one.realm_id] += 1
                rows.append(self._row(one, announced[one.realm_id], received_at[one.key]))
        if rows:
            connection.execute(insert(AnnouncementRow), rows)
            heard = {one.realm_id: received_at[one.key] for one in announcements.values() if one.key not in known}
            counted = [{"of_realm": realm, "by_now": announced[realm], "heard": at} for realm, at in heard.items()]
            connection.execute(_HEARD, counted)
        connection.execute(delete(PostRow).where(PostRow.key.in_([post.key for post in posts])))

    def _row(self, one: Announcement, number: int, received_at: datetime) -> dict[str, object]:
        return {
            "key": one.key,
            "realm_id": one.realm_id,
            "number": number,
            "entity": one.entity,
            "record_id": one.record_id,
            "operation": one.operation,
            "changed_at": one.changed_at,
            "received_at": received_at,
            "waits": one.entity in self.followed,
        }


@dataclass(slots=True)
class _Batch:
    """Posts on their way into one transaction."""

    rows: list[dict[str, object]] = field(default_factory=list)
    stored: "asyncio.Task[None]" = field(init=False)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A kept post, read; nothing is in it when it can't be."""

    key: str
    received_at: datetime
    announcements: tuple[Announcement, ...]


_WAITING = (
    select(
        AnnouncementRow.realm_id,
        func.count(),
        func.min(AnnouncementRow.received_at),
        func.max(AnnouncementRow.number),
    )
    .where(AnnouncementRow.waits.is_(True))
    .group_by(AnnouncementRow.realm_id)
)
_HEARD = (
    update(AnnouncerRow)
    .where(AnnouncerRow.realm_id == bindparam("of_realm"))
    .values(announced=bindparam("by_now"), heard_at=bindparam("heard"))
)


def _unopened(connection: Connection) -> list[_Opened]:
    """The oldest few of the posts that wait to be opened."""
    rows = connection.execute(select(PostRow.__table__).order_by(PostRow.received_at).limit(_OPENED_AT_ONCE))
    return [_Opened(row.key, row.received_at, _announcements(row.body)) for row in rows]


def _announcements(body: bytes) -> tuple[Announcement, ...]:
    try:
        post = read_post(body)
    except UnreadablePostError as error:
        _LOG.warning("%s What it announced is found by the next sweep.", error)
        return ()
    if post.unreadable:
        _LOG.warning("A webhook post had %d entries that can't be read; the others were taken.", post.unreadable)
    return post.announcements


def _locked_counts(connection: Connection, realms: Sequence[RealmId]) -> dict[str, int]:
    """How many changes each of these companies has announced.

    Nobody else can count on before this transaction ends, so that numbers follow the order of commits. The companies
    are always locked in one order: two posts about the same ones wait for each other instead of for ever.
    """
    if not realms:
        return {}
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    opened = [{"realm_id": realm_id, "announced": 0} for realm_id in realms]
    connection.execute(kind.insert(AnnouncerRow).on_conflict_do_nothing(), opened)
    statement = select(AnnouncerRow.realm_id, AnnouncerRow.announced).where(AnnouncerRow.realm_id.in_(realms))
    rows = connection.execute(statement.order_by(AnnouncerRow.realm_id).with_for_update())
    return {row.realm_id: row.announced for row in rows}


def _known(connection: Connection, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), _KEYS_PER_SELECT):
        some = keys[start : start + _KEYS_PER_SELECT]
        known.update(connection.scalars(select(AnnouncementRow.key).where(AnnouncementRow.key.in_(some))))
    return known


def _waits(realm_id: RealmId, up_to: int) -> tuple[ColumnElement[bool], ...]:
    return (
        AnnouncementRow.realm_id == realm_id,
        AnnouncementRow.waits.is_(True),
        AnnouncementRow.number <= up_to,
    )


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(row.key, RealmId(row.realm_id), row.entity, row.record_id, row.operation, row.changed_at)
