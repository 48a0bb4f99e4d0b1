"""The inbox of announced changes: each kept once before its post is answered, and waiting until it was looked at."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.session import Database, SystemSession
from oodaloo.infra.qbo.tokens import ConnectionRow
from oodaloo.infra.qbo.webhooks.posts import Announcement
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import RealmId

LAG_ALLOWANCE = timedelta(minutes=2)
"""How long a change may be announced and still not be shown by QuickBooks' reads, which lag behind by seconds."""

_KEPT = timedelta(days=10)  # a post that isn't taken comes again 6-hourly; nobody has seen it come for longer
_KEYS_PER_SELECT = 500


class AnnouncementRow(Base):
    """One announced change. `number` counts a company's; `waits` until a look at QuickBooks has brought it.

    `changed_at` is QuickBooks' time, `received_at` real time.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_waits", "waits", "realm_id"),
        Index("ix_announcement_realm_id", "realm_id", "changed_at"),
    )

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
    """What is known of one company's webhooks: how many changes they announced, and when we heard of them last.

    The newest sweep found `judged` changes, and `missed` of them had never been announced.
    """

    __tablename__ = "announcer"

    realm_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    announced: Mapped[int]
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judged: Mapped[int]
    missed: Mapped[int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A company's announced changes that no look at QuickBooks has brought yet.

    `since` is real time: when the first of them came. `up_to` numbers the last of them, for `settle`.
    """

    count: int
    since: datetime
    up_to: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """What we heard of a company by webhook: when last (real time), and what the newest sweep says of it.

    A sweep finds `judged` changes of which `missed` had never been announced; `judged_at` (QuickBooks' time) is None
    before the first sweep that found any.
    """

    heard_at: datetime | None = None
    judged_at: datetime | None = None
    judged: int = 0
    missed: int = 0

    @property
    def is_trusted(self) -> bool:
        """Whether all that changed had been announced, when that was looked at last."""
        return self.judged_at is not None and self.missed == 0


@dataclass(frozen=True, slots=True)
class Inbox:
    """Keeps announcements. `wall_clock` is real time: posts come when they come, whatever day it is for a business.

    `followed` are the record types, in lower case, whose changes are worth a look. `shows` tells which of some
    announced changes the mirror has by now, as their keys.
    """

    database: Database
    wall_clock: Clock
    followed: frozenset[str]
    shows: Callable[[RealmId, Sequence[Announcement]], Awaitable[Collection[str]]]

    async def receive(self, announcements: Sequence[Announcement]) -> int:
        """Keep what is new, durably, and return how many that were; repetitions and unknown companies don't count."""
        if not announcements:
            return 0
        by_key = {one.key: one for one in announcements}
        # In one order everywhere, so that two posts with the same rows wait for each other instead of locking up.
        ordered = [by_key[key] for key in sorted(by_key, key=lambda key: (by_key[key].realm_id, key))]
        async with self.database.system() as session:
            realms = await _connected_ever(session, {one.realm_id for one in ordered})
            fresh = [one for one in await _unseen(session, ordered) if one.realm_id in realms]
            for realm_id, group in groupby(fresh, key=lambda one: one.realm_id):
                await self._keep(session, realm_id, list(group))
        return len(fresh)

    async def waiting(self) -> Mapping[RealmId, Waiting]:
        """What waits, by company; companies for which nothing waits are left out."""
        columns = (func.count(), func.min(AnnouncementRow.received_at), func.max(AnnouncementRow.number))
        statement = (
            select(AnnouncementRow.realm_id, *columns)
            .where(AnnouncementRow.waits.is_(True))
            .group_by(AnnouncementRow.realm_id)
        )
        async with self.database.system(read_only=True) as session:
            rows = await session.rows(statement)
        return {RealmId(realm_id): Waiting(count, since, up_to) for realm_id, count, since, up_to in rows}

    async def pending(self, realm_id: RealmId) -> int | None:
        """The number of the newest change of a company that still waits, None when nothing does."""
        waiting = (await self.waiting()).get(realm_id)
        return waiting.up_to if waiting else None

    async def settle(self, realm_id: RealmId, up_to: int) -> None:
        """Say that QuickBooks was asked after `up_to` had been announced.

        What the mirror doesn't show yet goes on waiting until it has been announced for `LAG_ALLOWANCE`.
        """
        async with self.database.system(read_only=True) as session:
            rows = await session.scalars(select(AnnouncementRow).where(*_waits(realm_id, up_to)))
        patient_since = self.wall_clock.now() - LAG_ALLOWANCE
        young = [_announcement(row) for row in rows if row.received_at > patient_since]
        shown = await self.shows(realm_id, young) if young else ()
        still = [one.key for one in young if one.key not in shown]
        async with self.database.system() as session:
            settled = (*_waits(realm_id, up_to), AnnouncementRow.key.not_in(still))
            await session.update(AnnouncementRow, *settled, values={"waits": False})

    async def judge(self, realm_id: RealmId, changed_at: Sequence[datetime], *, asked_at: datetime) -> None:
        """Compare what a sweep found changed with what was announced; all times are QuickBooks'.

        A change counts as announced when the company announced any change at about its time: one look at QuickBooks
        brings everything. What changed shortly before `asked_at` may still be on its way and isn't judged.
        """
        old_enough = sorted(moment for moment in changed_at if moment < asked_at - _UNDER_WAY)
        if not old_enough:
            return
        since = old_enough[0] - _TOGETHER
        async with self.database.system() as session:
            statement = select(AnnouncementRow.changed_at).where(
                AnnouncementRow.realm_id == realm_id, AnnouncementRow.changed_at >= since
            )
            announced = sorted(moment for moment in await session.scalars(statement) if moment is not None)
            missed = sum(not _is_near(moment, announced) for moment in old_enough)
            verdict = {"judged_at": asked_at, "judged": len(old_enough), "missed": missed}
            await _open_announcer(session, realm_id)
            await session.update(AnnouncerRow, AnnouncerRow.realm_id == realm_id, values=verdict)

    async def hearings(self) -> Mapping[RealmId, Hearing]:
        """What was heard of each company that ever announced anything."""
        async with self.database.system(read_only=True) as session:
            rows = await session.scalars(select(AnnouncerRow))
        return {RealmId(row.realm_id): Hearing(row.heard_at, row.judged_at, row.judged, row.missed) for row in rows}

    async def forget_old(self) -> None:
        """Forget settled announcements that nobody repeats any more."""
        old = AnnouncementRow.received_at < self.wall_clock.now() - _KEPT
        async with self.database.system() as session:
            await session.delete(AnnouncementRow, old, AnnouncementRow.waits.is_(False))

    async def _keep(self, session: SystemSession, realm_id: RealmId, fresh: Sequence[Announcement]) -> None:
        now = self.wall_clock.now()
        await _open_announcer(session, realm_id)
        # The counter's row stays locked until the end, so that numbers follow the order of commits.
        counted = {"announced": AnnouncerRow.announced + len(fresh), "heard_at": now}
        await session.update(AnnouncerRow, AnnouncerRow.realm_id == realm_id, values=counted)
        (last,) = await session.scalars(select(AnnouncerRow.announced).where(AnnouncerRow.realm_id == realm_id))
        first = last - len(fresh) + 1
        await session.upsert(
            AnnouncementRow,
            [self._row(one, number, now) for number, one in enumerate(fresh, start=first)],
        )

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


_UNDER_WAY = timedelta(minutes=30)  # a post that wasn't taken at first comes again within 6 of them, then after 26
_TOGETHER = timedelta(seconds=10)  # a payment changes its bills, customer and accounts within moments


async def _connected_ever(session: SystemSession, realms: Collection[RealmId]) -> frozenset[str]:
    return frozenset(
        await session.scalars(select(ConnectionRow.realm_id).where(ConnectionRow.realm_id.in_(sorted(realms))))
    )


async def _unseen(session: SystemSession, announcements: Sequence[Announcement]) -> list[Announcement]:
    seen: set[str] = set()
    keys = [one.key for one in announcements]
    for start in range(0, len(keys), _KEYS_PER_SELECT):
        chunk = keys[start : start + _KEYS_PER_SELECT]
        seen.update(await session.scalars(select(AnnouncementRow.key).where(AnnouncementRow.key.in_(chunk))))
    return [one for one in announcements if one.key not in seen]


async def _open_announcer(session: SystemSession, realm_id: RealmId) -> None:
    known = await session.scalars(select(AnnouncerRow.realm_id).where(AnnouncerRow.realm_id == realm_id))
    if not known:
        await session.upsert(AnnouncerRow, [{"realm_id": realm_id}])


def _waits(realm_id: RealmId, up_to: int) -> tuple[ColumnElement[bool], ...]:
    return (
        AnnouncementRow.realm_id == realm_id,
        AnnouncementRow.waits.is_(True),
        AnnouncementRow.number <= up_to,
    )


def _announcement(row: AnnouncementRow) -> Announcement:
    return Announcement(row.key, RealmId(row.realm_id), row.entity, row.record_id, row.operation, row.changed_at)


def _is_near(moment: datetime, announced: Sequence[datetime]) -> bool:
    at = bisect_left(announced, moment - _TOGETHER)
    return at < len(announced) and announced[at] <= moment + _TOGETHER
