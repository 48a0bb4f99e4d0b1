"""Full sync: every record of every registered type, page by page; a killed run goes on where it stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Float, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.mirror import AnyEntityType, Reading
from oodaloo.infra.qbo.mirror_changes import Mirror
from oodaloo.infra.qbo.smart_sync import PAGE_ROWS, SmartSync
from oodaloo.kit.clock import Clock, monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency

_RESUMED_WITHIN = timedelta(hours=1)  # what was read earlier than that is no picture of the same day's books


class SyncSupersededError(OodalooError):
    """Another sync of the same business started over meanwhile; this one stopped so that they don't mix."""


class SyncRunRow(TenantRow):
    """One full sync, from its start to its end or failure; counts are sums over its pages.

    `number` orders a business's runs: product time may stand still.
    """

    __tablename__ = "sync_run"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed: Mapped[str] = mapped_column(Text, default="")
    records: Mapped[int]
    metered_reads: Mapped[int]
    seconds: Mapped[float] = mapped_column(Float)


class SyncStepRow(TenantRow):
    """How far a run has come with one record type; written in the same transaction as the page itself.

    `records` of the type are stored, the last of them is `last_id`.
    """

    __tablename__ = "sync_step"

    run_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    records: Mapped[int]
    last_id: Mapped[str] = mapped_column(String(40))
    done: Mapped[bool]


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A run at one moment. `entity` is the type being read, None before the first and after the last."""

    run_id: str
    entity: str | None
    types_done: int
    types_total: int
    records: int
    metered_reads: int
    seconds: float
    finished_at: datetime | None
    failed: str


@dataclass(frozen=True, slots=True)
class FullSync:
    """Copies a company into the mirror, type by type in the order of `types`.

    `home_currency` tells which currency an amount without a currency is in, `new_id` mints run ids, and `clock`
    stamps runs with product time.
    """

    database: Database
    smart_sync: SmartSync
    types: Sequence[AnyEntityType]
    home_currency: Callable[[TenantSession], Awaitable[Currency]]
    clock: Clock
    new_id: Callable[[], str]

    async def run(
        self,
        business_id: BusinessId,
        realm_id: RealmId,
        *,
        start_over: bool,
        on_progress: Callable[[SyncProgress], None],
    ) -> SyncProgress:
        """Read everything and return the finished run.

        An interrupted run of the last hour is resumed at its first unstored page unless `start_over`. What a type's
        pages no longer show leaves the mirror together with its last page. Raises the error that stopped it, after
        noting it; `SyncSupersededError` when another run of the business started over meanwhile.
        """
        run_id = await self._open_run(business_id, start_over=start_over)
        try:
            for entity_type in self.types:
                await self._read_type(business_id, realm_id, run_id, entity_type, on_progress)
        except OodalooError as error:
            await self._note_failure(business_id, run_id, str(error))
            raise
        except asyncio.CancelledError:
            await self._note_failure(business_id, run_id, "Reading was interrupted; the next sync goes on from there.")
            raise
        except Exception as error:
            fault = (
                f"A fault in Oodaloo stopped the reading ({type(error).__name__}); it is in the log. Please report it."
            )
            await self._note_failure(business_id, run_id, fault)
            raise
        return await self._finish(business_id, run_id)

    async def progress(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest run as it stands, None when there was none."""
        async with self.database.tenant(business_id, read_only=True) as session:
            run = await _newest_run(session)
            return None if run is None else await self._progress(session, run)

    async def last_finished(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest run that read everything, None when there was none."""
        async with self.database.tenant(business_id, read_only=True) as session:
            run = await _newest_run(session, SyncRunRow.finished_at.is_not(None))
            return None if run is None else await self._progress(session, run)

    async def _open_run(self, business_id: BusinessId, *, start_over: bool) -> str:
        async with self.database.tenant(business_id) as session:
            newest = await _newest_run(session)
            if newest is not None and newest.finished_at is None:
                fresh_enough = self.clock.now() - newest.started_at < _RESUMED_WITHIN
                resumed = fresh_enough and not start_over
                # This also waits for a page that the run may be storing right now.
                noted = "" if resumed else "Started over."
                await session.update(SyncRunRow, SyncRunRow.id == newest.id, values={"failed": noted})
                if resumed:
                    return newest.id
            run_id = self.new_id()
            fresh: dict[str, object] = {
                "id": run_id,
                "number": newest.number + 1 if newest else 1,
                "started_at": self.clock.now(),
                "finished_at": None,
                "failed": "",
                "records": 0,
                "metered_reads": 0,
                "seconds": 0.0,
            }
            await session.upsert(SyncRunRow, [fresh])
            return run_id

    async def _read_type(
        self,
        business_id: BusinessId,
        realm_id: RealmId,
        run_id: str,
        entity_type: AnyEntityType,
        on_progress: Callable[[SyncProgress], None],
    ) -> None:
        step = await self._step(business_id, run_id, entity_type)
        while not step.done:
            started = monotonic_seconds()
            page = await self.smart_sync.page(
                realm_id,
                entity_type.name,
                position=step.position,
                inactive_too=entity_type.has_active,
                lane=Lane.USER,
            )
            async with self.database.tenant(business_id) as session:
                before = step.records
                step = await self._store_page(session, run_id, entity_type, step, page.records)
                run = await _count_page(session, run_id, step.records - before, monotonic_seconds() - started)
                progress = await self._progress(session, run)
            on_progress(progress)

    async def _step(self, business_id: BusinessId, run_id: str, entity_type: AnyEntityType) -> "_Step":
        async with self.database.tenant(business_id, read_only=True) as session:
            steps = await session.scalars(
                select(SyncStepRow).where(SyncStepRow.run_id == run_id, SyncStepRow.entity == entity_type.name)
            )
        return _Step(steps[0].records, steps[0].last_id, steps[0].done) if steps else _BEGINNING

    async def _store_page(
        self, session: TenantSession, run_id: str, entity_type: AnyEntityType, step: "_Step", page: Sequence[bytes]
    ) -> "_Step":
        home = await self.home_currency(session)
        rows = [entity_type.reading(source, home) for source in page]
        if step.is_continued_by(rows):
            fresh = rows[1:] if step.records else rows
            mirror = Mirror(self.types, self.home_currency, self.clock)
            await mirror.keep_readings(session, entity_type, fresh, seen_in=run_id)
            last_id = rows[-1].meta.id if rows else ""
            step = _Step(step.records + len(fresh), last_id, len(page) < PAGE_ROWS)
        else:
            # A deletion has shifted the rows that are still to be read: this type is read again from its beginning.
            await session.update(entity_type.row, entity_type.row.seen_in == run_id, values={"seen_in": ""})
            step = _BEGINNING
        values: dict[str, object] = {
            "run_id": run_id,
            "entity": entity_type.name,
            "records": step.records,
            "last_id": step.last_id,
            "done": step.done,
        }
        await session.upsert(SyncStepRow, [values])
        if step.done:
            await session.delete(entity_type.row, entity_type.row.seen_in != run_id)
        return step

    async def _note_failure(self, business_id: BusinessId, run_id: str, reason: str) -> None:
        async with self.database.tenant(business_id) as session:
            await session.update(SyncRunRow, SyncRunRow.id == run_id, values={"failed": reason})

    async def _finish(self, business_id: BusinessId, run_id: str) -> SyncProgress:
        async with self.database.tenant(business_id) as session:
            await session.update(SyncRunRow, SyncRunRow.id == run_id, values={"finished_at": self.clock.now()})
            run = await session.scalars(select(SyncRunRow).where(SyncRunRow.id == run_id))
            return await self._progress(session, run[0])

    async def _progress(self, session: TenantSession, run: SyncRunRow) -> SyncProgress:
        steps = await session.rows(select(SyncStepRow.entity, SyncStepRow.done).where(SyncStepRow.run_id == run.id))
        finished = {entity for entity, done in steps if done}
        waiting = (entity_type.name for entity_type in self.types if entity_type.name not in finished)
        return SyncProgress(
            run_id=run.id,
            entity=next(waiting, None),
            types_done=len(finished),
            types_total=len(self.types),
            records=run.records,
            metered_reads=run.metered_reads,
            seconds=run.seconds,
            finished_at=run.finished_at,
            failed=run.failed,
        )


async def _newest_run(session: TenantSession, *criteria: ColumnElement[bool]) -> SyncRunRow | None:
    newest_first = select(SyncRunRow).where(*criteria).order_by(SyncRunRow.number.desc()).limit(1)
    runs = await session.scalars(newest_first)
    return runs[0] if runs else None


async def _count_page(session: TenantSession, run_id: str, records: int, seconds: float) -> SyncRunRow:
    """Add a page to its run, which must still be the newest one."""
    counted = {
        "records": SyncRunRow.records + records,
        "metered_reads": SyncRunRow.metered_reads + 1,
        "seconds": SyncRunRow.seconds + seconds,
    }
    await session.update(SyncRunRow, SyncRunRow.id == run_id, values=counted)
    newest = await _newest_run(session)
    if newest is None or newest.id != run_id:
        raise SyncSupersededError("Another sync of this business has started over; this one stops.")
    return newest


@dataclass(frozen=True, slots=True)
class _Step:
    """How far a type is read. Each page begins with the last record of the page before, to see that nothing moved."""

    records: int
    last_id: str
    done: bool

    @property
    def position(self) -> int:
        """Where the next page begins, counted from 1."""
        return max(1, self.records)

    def is_continued_by(self, rows: Sequence[Reading]) -> bool:
        """Whether a page begins where the one before ended."""
        return self.records == 0 or (bool(rows) and rows[0].meta.id == self.last_id)


_BEGINNING = _Step(0, "", done=False)
