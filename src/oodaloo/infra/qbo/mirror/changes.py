"""The only way into the mirror: newer over older and never back, and what goes leaves its last version behind."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Index, Select, String, Text, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession, changing
from oodaloo.infra.qbo.answers import Deletion
from oodaloo.infra.qbo.mirror.records import AnyEntityType, Meta, MirrorRow, Reading, RecordNameRow
from oodaloo.infra.qbo.mirror.state import MirrorStateRow, locked_state
from oodaloo.kit.clock import Clock
from oodaloo.kit.money import Currency

READ_LAG = timedelta(seconds=30)
"""How far QuickBooks' queries and change data capture may lag behind its writes; observed lags are a few seconds."""

_FEW = 50


class Ending(StrEnum):
    """Why a version of a record isn't the mirrored one any more."""

    REPLACED = "replaced"
    DELETED = "deleted"
    ABSENT = "absent"


class RecordVersionRow(TenantRow):
    """A version of a record that was mirrored once, from `known_from` until `known_until` in product time.

    `revision` is the change of the mirror that ended it, `why` one of `Ending`.
    """

    __tablename__ = "record_version"
    __table_args__ = (Index("ix_record_version_revision", "business_id", "revision"),)

    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    sync_token: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    known_from: Mapped[datetime] = mapped_column(UtcDateTime)
    known_until: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(20))


class TombstoneRow(TenantRow):
    """A record that QuickBooks deleted. Its id never comes back, whatever a lagging read still shows.

    `seen_in` is the last reading of the whole type that had shown it.
    """

    __tablename__ = "tombstone"

    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_in: Mapped[int]


@dataclass(frozen=True, slots=True)
class Burial:
    """A deletion that the mirror knows now: `seen_in` as in its tombstone, `is_news` when it wasn't known before."""

    deletion: Deletion
    seen_in: int
    is_news: bool


@dataclass(frozen=True, slots=True)
class Mirror:
    """Changes what is mirrored of `types`, in the transaction of the session that it is given.

    `home_currency` tells which currency an amount without a currency is in; `clock` dates what becomes known.
    """

    types: Sequence[AnyEntityType]
    home_currency: Callable[[TenantSession], Awaitable[Currency]]
    clock: Clock

    async def keep(
        self, session: TenantSession, entity: str, sources: Sequence[bytes], *, answered_at: datetime | None = None
    ) -> int:
        """Take over records as QuickBooks sent them; gives how many of them were news.

        A record that is older than the mirrored one (see `_is_later`) or that was deleted is left out. What it
        replaces becomes a version. `answered_at` is QuickBooks' own time of the answer, where it told. A type that
        isn't mirrored is ignored. Raises `QboMalformedAnswerError` for a record that can't be read.
        """
        entity_type = self.type_of(entity)
        if entity_type is None or not sources:
            return 0
        home = await self.home_currency(session)
        readings = [entity_type.reading(source, home) for source in sources]
        return len(await self.keep_readings(session, entity_type, readings, answered_at=answered_at))

    async def keep_created(self, session: TenantSession, entity: str, sources: Sequence[bytes]) -> None:
        """Like `keep`, for records that were created a moment ago: quicker for those that the mirror doesn't have yet.

        Should it have one, its revision rises once for nothing.
        """
        entity_type = self.type_of(entity)
        if entity_type is None:
            return
        home = await self.home_currency(session)
        for reading in [entity_type.reading(source, home) for source in sources]:
            if not await self._add(session, entity_type, reading):
                await self.keep_readings(session, entity_type, [reading])

    async def keep_readings(
        self,
        session: TenantSession,
        entity_type: AnyEntityType,
        readings: Sequence[Reading],
        *,
        answered_at: datetime | None = None,
        seen_in: int = 0,
    ) -> list[Reading]:
        """Like `keep`, for records that are taken apart already; gives those that were news.

        `seen_in` is the number of the reading of the whole type that shows them, where it is one.
        """
        if not readings:
            return []
        state = await locked_state(session)
        newest = _newest(readings)
        held = await _held(session, entity_type.row, newest)
        buried = await _buried(session, entity_type.name, newest)
        later = [
            reading
            for record_id, reading in newest.items()
            if record_id not in buried and _is_later(reading, held.get(record_id), answered_at)
        ]
        await self._end(session, state, entity_type, _replaced(later, held), Ending.REPLACED)
        await session.upsert(entity_type.row, self._rows(state.revision + 1, later, held, seen_in))
        if seen_in and held:
            # An older reading than the mirrored record has seen it all the same.
            row = entity_type.row
            await session.update(row, row.id.in_(list(held)), row.seen_in < seen_in, values={"seen_in": seen_in})
        await _name(session, entity_type.name, later)
        await _count(session, state, len(later))
        return later

    async def bury(self, session: TenantSession, entity: str, deletions: Sequence[Deletion]) -> list[Burial]:
        """Take out what QuickBooks deleted, for good, but keep its last version.

        A type that isn't mirrored is ignored.
        """
        entity_type = self.type_of(entity)
        if entity_type is None or not deletions:
            return []
        state = await locked_state(session)
        ids = {deletion.id: deletion for deletion in deletions}
        held = await _held(session, entity_type.row, ids)
        buried = await _buried(session, entity, ids)
        seen = {record_id: row.seen_in for record_id, row in held.items()} | buried
        burials = [
            Burial(deletion, seen.get(record_id, 0), record_id not in buried) for record_id, deletion in ids.items()
        ]
        await self._take_out(session, state, entity_type, list(held.values()), Ending.DELETED)
        await session.upsert(TombstoneRow, [_tombstone(entity, burial) for burial in burials if burial.is_news])
        return burials

    async def is_seen(self, session: TenantSession, entity_type: AnyEntityType, seen_in: int) -> bool:
        """Whether a reading of the whole type has shown everything that is mirrored of it."""
        row = entity_type.row
        return not await session.scalars(select(row.id).where(row.seen_in < seen_in).limit(1))

    async def drop_unseen(
        self, session: TenantSession, entity_type: AnyEntityType, seen_in: int, read_from: datetime
    ) -> int:
        """Take out what a reading of the whole type, begun at `read_from` (QuickBooks' time), didn't show.

        What a later reading has shown stays, and what changed since then, or so shortly before that a lagging read may
        have missed it. Nothing is buried: should QuickBooks show such a record again, it comes back.
        """
        state = await locked_state(session)
        row = entity_type.row
        unseen = select(row).where(row.seen_in < seen_in, row.updated_at < read_from - READ_LAG)
        gone = list(await session.scalars(unseen))
        await self._take_out(session, state, entity_type, gone, Ending.ABSENT)
        return len(gone)

    def type_of(self, entity: str) -> AnyEntityType | None:
        """How a type is mirrored, None when it isn't."""
        return next((each for each in self.types if each.name == entity), None)

    def _rows(
        self, revision: int, readings: Iterable[Reading], held: Mapping[str, MirrorRow], seen_in: int
    ) -> list[dict[str, object]]:
        now = self.clock.now()
        rows: list[dict[str, object]] = []
        for reading in readings:
            before = held.get(reading.meta.id)
            known_from = before.known_from if before and before.source == reading.source else now
            seen = max(seen_in, before.seen_in if before else 0)
            known = {"known_from": known_from, "seen_in": seen, "revision": revision}
            rows.append({**reading.values, **known})
        return rows

    async def _add(self, session: TenantSession, entity_type: AnyEntityType, reading: Reading) -> bool:
        """Add a record unless it is there or was deleted; counting the change is what locks the mirror here."""
        counted = await session.changed(_COUNTED, {})
        if not counted:
            return False
        [row] = self._rows(counted[0].revision, [reading], {}, 0)
        buried = TombstoneRow, {"entity": entity_type.name, "id": reading.meta.id}
        if not await session.insert_new(entity_type.row, row, unless=buried):
            return False
        await _name(session, entity_type.name, [reading])
        return True

    async def _take_out(
        self,
        session: TenantSession,
        state: MirrorStateRow,
        entity_type: AnyEntityType,
        rows: Sequence[MirrorRow],
        why: Ending,
    ) -> None:
        await self._end(session, state, entity_type, rows, why)
        ids = [row.id for row in rows]
        await session.delete(entity_type.row, entity_type.row.id.in_(ids))
        await session.delete(RecordNameRow, RecordNameRow.entity == entity_type.name, RecordNameRow.id.in_(ids))
        await _count(session, state, len(rows))

    async def _end(
        self,
        session: TenantSession,
        state: MirrorStateRow,
        entity_type: AnyEntityType,
        rows: Iterable[MirrorRow],
        why: Ending,
    ) -> None:
        now = self.clock.now()
        ended = [
            {
                "entity": entity_type.name,
                "id": row.id,
                "revision": state.revision + 1,
                "sync_token": row.sync_token,
                "updated_at": row.updated_at,
                "body": row.body,
                "source": row.source,
                "known_from": row.known_from,
                "known_until": now,
                "why": why.value,
            }
            for row in rows
        ]
        await session.upsert(RecordVersionRow, ended)


def _newest(readings: Iterable[Reading]) -> dict[str, Reading]:
    """The newest version of each record, by id, where an answer holds several."""
    return {reading.meta.id: reading for reading in sorted(readings, key=lambda reading: _version(reading.meta))}


def _is_later(reading: Reading, held: MirrorRow | None, answered_at: datetime | None) -> bool:
    """Whether a record goes over the mirrored one.

    SyncToken decides, then LastUpdatedTime: balances of accounts and names change without a new SyncToken. An
    earlier LastUpdatedTime is believed only when the mirrored version is older than any read lags, as after a
    change that QuickBooks stamped by a clock that was slow. The same version goes over itself where we read it in
    another way than before.
    """
    if held is None:
        return True
    token, mirrored = _number(reading.meta.sync_token), _number(held.sync_token)
    if token != mirrored:
        return token > mirrored
    settled = answered_at is not None and held.updated_at < answered_at - READ_LAG
    read_so_before = (reading.source, reading.values["body"]) == (held.source, held.body)
    return (reading.meta.updated_at >= held.updated_at or settled) and not read_so_before


def _version(meta: Meta) -> tuple[int, datetime]:
    return _number(meta.sync_token), meta.updated_at


def _number(sync_token: str) -> int:
    return int(sync_token) if sync_token.isdecimal() else 0


def _replaced(later: Iterable[Reading], held: Mapping[str, MirrorRow]) -> list[MirrorRow]:
    """The mirrored versions that QuickBooks has replaced; one that is only read in another way goes on."""
    pairs = ((reading, held.get(reading.meta.id)) for reading in later)
    return [before for reading, before in pairs if before is not None and before.source != reading.source]


def _tombstone(entity: str, burial: Burial) -> dict[str, object]:
    deletion = burial.deletion
    return {"entity": entity, "id": deletion.id, "deleted_at": deletion.at, "seen_in": burial.seen_in}


async def _held(session: TenantSession, row: type[MirrorRow], ids: Collection[str]) -> dict[str, MirrorRow]:
    if len(ids) == 1:
        return {each.id: each for each in await session.scalars(_by_id(row), {"id": next(iter(ids))})}
    known = set(await session.scalars(select(row.id).where(_around(row.id, ids)))).intersection(ids)
    found = await session.scalars(select(row).where(_around(row.id, known))) if known else ()
    return {each.id: each for each in found if each.id in known}


async def _buried(session: TenantSession, entity: str, ids: Collection[str]) -> dict[str, int]:
    """The deleted ones among some ids, with the reading that saw each last."""
    if len(ids) == 1:
        return {each.id: each.seen_in for each in await session.rows(_GRAVE, {"entity": entity, "id": next(iter(ids))})}
    found = select(TombstoneRow.id, TombstoneRow.seen_in).where(
        TombstoneRow.entity == entity, _around(TombstoneRow.id, ids)
    )
    return {row[0]: row[1] for row in await session.rows(found) if row[0] in ids}


def _around(column: InstrumentedAttribute[str], ids: Collection[str]) -> ColumnElement[bool]:
    """A criterion that at least these ids meet.

    Many come as pages, which are close together in a type: a range then costs a tenth of naming each of a thousand.
    """
    if len(ids) <= _FEW:
        return column.in_(list(ids))
    return column.between(min(ids), max(ids))


async def _name(session: TenantSession, entity: str, readings: Iterable[Reading]) -> None:
    named = [
        {"entity": entity, "id": reading.meta.id, "name": reading.name}
        for reading in readings
        if reading.name is not None
    ]
    await session.upsert(RecordNameRow, named)


async def _count(session: TenantSession, state: MirrorStateRow, changes: int) -> None:
    if changes:
        await session.change(_REVISED, {"number": state.revision + 1})


# What every single record asks is made out once.
_COUNTED = changing(MirrorStateRow, values={"revision": MirrorStateRow.revision + 1}, telling=["revision"])
_REVISED = changing(MirrorStateRow, values={"revision": bindparam("number")})
_GRAVE = select(TombstoneRow.id, TombstoneRow.seen_in).where(
    TombstoneRow.entity == bindparam("entity"), TombstoneRow.id == bindparam("id")
)


@cache
def _by_id(row: type[MirrorRow]) -> Select[MirrorRow]:
    return select(row).where(row.id == bindparam("id"))
