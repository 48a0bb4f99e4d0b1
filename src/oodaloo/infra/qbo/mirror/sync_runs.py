"""Runs of full syncs and their steps, one for each record type: what is read, what is still to be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Float, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.state import begin_reading, locked_state
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError

_RESUMED_WITHIN = timedelta(days=7)  # well within the 30 days that change data capture reaches back


class SyncSupersededError(OodalooError):
    """Another sync of the same business started over meanwhile; this one stopped so that they don't mix."""


class SyncRunRow(TenantRow):
    """One full sync, from its start to its end or failure.

    `number` orders a business's runs: product time may stand still. `metered_reads` and `seconds` are those of all
    processes that worked on it, `records` what its pages held once it is finished.
    """

    __tablename__ = "sync_run"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    failed: Mapped[str] = mapped_column(Text, default="")
    records: Mapped[int] = mapped_column(default=0)
    metered_reads: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)


class SyncStepRow(TenantRow):
    """How far one record type is read in a run; written in the same transaction as the page itself.

    `reading` numbers this reading of the type among all. The pages came at QuickBooks' times from `read_from`
    to `read_until`. A step is `done` with its last page, and `closed` when change data capture has shown that nothing
    was missed between the pages.
    """

    __tablename__ = "sync_step"

    run_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    reading: Mapped[int]
    pages: Mapped[int]
    records: Mapped[int]
    read_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[bool]
    closed: Mapped[bool]

    def was_shifted_by(self, seen_in: int, deleted_at: datetime) -> bool:
        """Whether a deletion may have moved records past this reading, between two of its pages.

        It has when a page showed the record, which `seen_in` tells, and it was gone before the last page came.
        """
        is_over = self.read_until is None or deleted_at > self.read_until
        return seen_in == self.reading and self.pages > 1 and not is_over


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A run at one moment. `entity` is the first type that isn't read completely, None when all are."""

    run_id: str
    entity: str | None
    types_done: int
    types_total: int
    records: int
    metered_reads: int
    seconds: float
    finished_at: datetime | None
    failed: str


@dataclass(slots=True)
class Run:
    """A run that this process works on; it counts the time that passes between what it notes.

    `complete` has for a type the number of the reading that has shown everything that is mirrored of it.
    """

    id: str
    complete: dict[str, int] = field(default_factory=dict, init=False)
    _counted_until: float = field(default_factory=monotonic_seconds, init=False)

    async def count_work(self, session: TenantSession, *, metered_reads: int) -> None:
        """Add reads, and the seconds since this was done last, to the run's figures; a finished run's stay as they are.

        Raises `SyncSupersededError` when the run isn't finished and another one has been started instead.
        """
        since, self._counted_until = self._counted_until, monotonic_seconds()
        counted = {
            "metered_reads": SyncRunRow.metered_reads + metered_reads,
            "seconds": SyncRunRow.seconds + (self._counted_until - since),
        }
        unfinished = SyncRunRow.finished_at.is_(None)
        if await session.update(SyncRunRow, SyncRunRow.id == self.id, unfinished, values=counted) == 0:
            return
        newest = await newest_run(session)
        if newest is None or newest.id != self.id:
            raise SyncSupersededError("Another sync of this business has started over; this one stops.")


async def open_run(
    session: TenantSession, entities: Sequence[str], *, now: datetime, new_id: Callable[[], str], start_over: bool
) -> str:
    """The id of the run to work on: an unfinished one of the last days unless `start_over`, else a new one."""
    await locked_state(session)  # also waits for a page that a run may be storing right now
    newest = await newest_run(session)
    if newest is not None and newest.finished_at is None:
        resumed = now - newest.started_at < _RESUMED_WITHIN and not start_over
        await note_failure(session, newest.id, "" if resumed else "Started over.")
        if resumed:
            return newest.id
    run = {
        "id": new_id(),
        "number": newest.number + 1 if newest else 1,
        "started_at": now,
    }
    await session.upsert(SyncRunRow, [run])
    number = await begin_reading(session)
    begun = [{"run_id": run["id"], "entity": entity, **_beginning(number)} for entity in entities]
    await session.upsert(SyncStepRow, begun)
    return str(run["id"])


async def begin_again(session: TenantSession, run_id: str, entity: str) -> None:
    """Let a type be read anew from its first page."""
    await session.update(SyncStepRow, *_step(run_id, entity), values=_beginning(await begin_reading(session)))


async def steps(session: TenantSession, run_id: str, *criteria: ColumnElement[bool]) -> Sequence[SyncStepRow]:
    """The steps of a run that meet `criteria`."""
    return await session.scalars(select(SyncStepRow).where(SyncStepRow.run_id == run_id, *criteria))


async def advance(
    session: TenantSession, step: SyncStepRow, page: int, *, records: int, read_at: datetime, is_last: bool
) -> bool:
    """Note that a page (the first is 0) is stored; False when somebody else has stored it or begun the type again."""
    unmoved = (SyncStepRow.reading == step.reading, SyncStepRow.pages == page)
    values: dict[str, object] = {
        "pages": page + 1,
        "records": SyncStepRow.records + records,
        "read_until": read_at,
        "done": is_last,
    }
    if page == 0:
        values["read_from"] = read_at
    return await session.update(SyncStepRow, *_step(step.run_id, step.entity), *unmoved, values=values) == 1


async def read_on(session: TenantSession, step: SyncStepRow, *, until: datetime) -> None:
    """Note that pages with the changes of a type came until an instant, besides those with all of it."""
    reading = SyncStepRow.reading == step.reading
    values = {"read_until": until, "pages": max(step.pages, 2)}
    await session.update(SyncStepRow, *_step(step.run_id, step.entity), reading, values=values)


async def close(session: TenantSession, run_id: str) -> None:
    """Note that nothing was missed between the pages of what is read."""
    read = (SyncStepRow.run_id == run_id, SyncStepRow.done.is_(True), SyncStepRow.read_from.is_not(None))
    await session.update(SyncStepRow, *read, values={"closed": True})


async def note_failure(session: TenantSession, run_id: str, reason: str) -> None:
    """Say why a run stopped."""
    await session.update(SyncRunRow, SyncRunRow.id == run_id, values={"failed": reason})


async def finish(session: TenantSession, run_id: str, now: datetime) -> None:
    """Note that a run is complete; the first one to note it counts."""
    records = sum(step.records for step in await steps(session, run_id))
    values = {"finished_at": now, "failed": "", "records": records}
    await session.update(SyncRunRow, SyncRunRow.id == run_id, SyncRunRow.finished_at.is_(None), values=values)


async def newest_run(session: TenantSession, *criteria: ColumnElement[bool]) -> SyncRunRow | None:
    """The newest run that meets `criteria`, None when there is none."""
    newest_first = select(SyncRunRow).where(*criteria).order_by(SyncRunRow.number.desc()).limit(1)
    runs = await session.scalars(newest_first)
    return runs[0] if runs else None


async def first_finished(session: TenantSession) -> datetime | None:
    """When everything had been read for the first time, None before that."""
    finished = select(SyncRunRow.finished_at).where(SyncRunRow.finished_at.is_not(None), SyncRunRow.failed == "")
    times = await session.scalars(finished.order_by(SyncRunRow.number).limit(1))
    return times[0] if times else None


async def progress_of(session: TenantSession, run_id: str, entities: Sequence[str]) -> SyncProgress:
    """A run as it stands; `entities` in the order in which people hear of them."""
    [run] = await session.scalars(select(SyncRunRow).where(SyncRunRow.id == run_id))
    read = select(SyncStepRow.entity, SyncStepRow.records, SyncStepRow.done).where(SyncStepRow.run_id == run_id)
    rows = await session.rows(read)
    done = {entity for entity, _, is_done in rows if is_done}
    return SyncProgress(
        run_id=run.id,
        entity=next((entity for entity in entities if entity not in done), None),
        types_done=len(done),
        types_total=len(entities),
        records=run.records if run.finished_at else sum(records for _, records, _ in rows),
        metered_reads=run.metered_reads,
        seconds=run.seconds,
        finished_at=run.finished_at,
        failed=run.failed,
    )


def _step(run_id: str, entity: str) -> tuple[ColumnElement[bool], ...]:
    return SyncStepRow.run_id == run_id, SyncStepRow.entity == entity


def _beginning(reading: int) -> dict[str, object]:
    return {
        "reading": reading,
        "pages": 0,
        "records": 0,
        "read_from": None,
        "read_until": None,
        "done": False,
        "closed": False,
    }
