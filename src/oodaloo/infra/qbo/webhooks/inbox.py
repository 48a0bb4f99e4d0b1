"""The inbox of announced changes: each kept once before its post is answered, and waiting until it was looked at."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
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
from oodaloo.infra.qbo.tokens import ConnectionRow
from oodaloo.infra.qbo.webhooks.posts import Announcement
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import RealmId

LAG_ALLOWANCE = timedelta(minutes=2)
"""How long a change may be announced and still not be shown by QuickBooks' reads, which lag behind by seconds."""

_KEPT = timedelta(days=10)  # a post that isn't taken comes again 6-hourly; nobody has seen it come for longer


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


@dataclass(frozen=True, slots=True)
class Inbox:
    """Keeps announcements. `wall_clock` is real time: posts come when they come, whatever day it is for a business.

    They are kept by quick transactions, so that no page of records that is being stored makes QuickBooks wait; what a
    power cut takes the daily sweep brings. `followed` are the record types, in lower case, whose changes are worth a
    look. `shows` tells which of some announced changes the mirror has by now, as their keys.
    """

    database: Database
    quick: QuickDatabase
    wall_clock: Clock
    followed: frozenset[str]
    shows: Callable[[RealmId, Sequence[Announcement]], Awaitable[Collection[str]]]

    async def receive(self, announcements: Sequence[Announcement]) -> int:
        """Keep what is new and return how many that were; repetitions and unknown companies don't count."""
        connected = await self._connected_ever({one.realm_id for one in announcements})
        by_key = {one.key: one for one in announcements if one.realm_id in connected}
        return await self.quick.run(partial(self._keep, by_key)) if by_key else 0

    async def waiting(self) -> Mapping[RealmId, Waiting]:
        """What waits, by company; companies for which nothing waits are left out."""
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
        statement = select(AnnouncerRow.realm_id, AnnouncerRow.heard_at)
        rows = await self.quick.run(lambda connection: connection.execute(statement).all())
        return {RealmId(realm_id): heard_at for realm_id, heard_at in rows if heard_at is not None}

    async def forget_old(self) -> None:
        """Forget settled announcements that nobody repeats any more."""
        old = AnnouncementRow.received_at < self.wall_clock.now() - _KEPT
        forgotten = delete(AnnouncementRow).where(old, AnnouncementRow.waits.is_(False))
        await self.quick.run(lambda connection: connection.execute(forgotten))

    async def _connected_ever(self, realms: Collection[RealmId]) -> Collection[str]:
        statement = select(ConnectionRow.realm_id).where(ConnectionRow.realm_id.in_(sorted(realms)))
        async with self.database.system(read_only=True) as session:
            return await session.scalars(statement)

    def _keep(self, announcements: Mapping[str, Announcement], connection: Connection) -> int:
        now = self.wall_clock.now()
        announced = _locked_counts(connection, sorted({one.realm_id for one in announcements.values()}))
        seen = select(AnnouncementRow.key).where(AnnouncementRow.key.in_(list(announcements)))
        known = set(connection.scalars(seen))
        rows = []
        for one in announcements.values():
            if one.key not in known:
                announced[one.realm_id] += 1
                rows.append(self._row(one, announced[one.realm_id], now))
        if rows:
            connection.execute(insert(AnnouncementRow), rows)
            heard = {str(row["realm_id"]) for row in rows}
            counted = [{"of_realm": realm_id, "by_now": announced[realm_id], "heard": now} for realm_id in heard]
            connection.execute(_HEARD, counted)
        return len(rows)

    def _row(self, one: Announcement, number: int, now: datetime) -> dict[str, object]:
        return {
            "key": one.key,
            "realm_id": one.realm_id,
            "number": number,
            "entity": one.entity,
            "record_id": one.record_id,
            "operation": one.operation,
            "changed_at": one.changed_at,
            "received_at": now,
            "waits": one.entity in self.followed,
        }


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


def _locked_counts(connection: Connection, realms: Sequence[RealmId]) -> dict[str, int]:
    """How many changes each of these companies has announced.

    Nobody else can count on before this transaction ends, so that numbers follow the order of commits. The companies
    are always locked in one order: two posts about the same ones wait for each other instead of for ever.
    """
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    opened = [{"realm_id": realm_id, "announced": 0} for realm_id in realms]
    connection.execute(kind.insert(AnnouncerRow).on_conflict_do_nothing(), opened)
    statement = select(AnnouncerRow.realm_id, AnnouncerRow.announced).where(AnnouncerRow.realm_id.in_(realms))
    rows = connection.execute(statement.order_by(AnnouncerRow.realm_id).with_for_update())
    return {row.realm_id: row.announced for row in rows}


def _waits(realm_id: RealmId, up_to: int) -> tuple[ColumnElement[bool], ...]:
    return (
        AnnouncementRow.realm_id == realm_id,
        AnnouncementRow.waits.is_(True),
        AnnouncementRow.number <= up_to,
    )


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(row.key, RealmId(row.realm_id), row.entity, row.record_id, row.operation, row.changed_at)
