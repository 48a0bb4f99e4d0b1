"""Runs of durable work: what their steps see, give and keep, and how they go on in another process."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select

from oodaloo.domains.ap.store import BillRow
from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.session import Database, TenantLeakError, TenantSession
from oodaloo.infra.jobs.engine import running
from oodaloo.infra.jobs.jobs import JobsTakenError
from oodaloo.infra.jobs.stored import RunState
from oodaloo.infra.jobs.workflow import PauseTooLongError, Run, StepFailedError
from tests.support.chores import KIND, House, a_house, nothing
from tests.support.databases import TestDatabase
from tests.support.rows import OURS, THEIRS, a_record


@pytest_asyncio.fixture
async def house(two_businesses: Database) -> AsyncIterator[House]:
    """Two businesses that want nothing yet."""
    async with a_house(two_businesses) as door:
        yield door


async def test_a_step_sees_its_business_only(house: House) -> None:
    """A transaction of a run reads and writes rows of its business, and nothing that escapes it."""
    async with house.database.tenant(THEIRS) as session:
        await session.upsert(BillRow, [a_record("theirs")])

    async def keep(session: TenantSession) -> list[str]:
        await session.upsert(BillRow, [a_record("ours")])
        with pytest.raises(TenantLeakError):
            await session.rows(select(BusinessRow.id))
        return list(await session.scalars(select(BillRow.id)))

    async def look(run: Run, _subject: str) -> None:
        house.notes.append(await run.transaction("keep", keep))

    await house.enqueue("1")
    await house.over(look)
    assert house.notes == [["ours"]]
    assert (await house.bills(OURS), await house.bills(THEIRS)) == (["ours"], ["theirs"])


async def test_row_level_security_binds_a_step(house: House) -> None:
    """On PostgreSQL a step that gets around our sessions still sees nothing of another business."""
    async with house.database.tenant(THEIRS) as session:
        await session.upsert(BillRow, [a_record("theirs")])

    async def peep(session: TenantSession) -> list[str]:
        return list(await session.beside(lambda sync: sync.scalars(select(BillRow.id)).all()))

    async def look(run: Run, _subject: str) -> None:
        house.notes.append(await run.transaction("peep", peep))

    await house.enqueue("1")
    await house.over(look)
    on_postgresql = house.database.engine.dialect.name == "postgresql"
    assert house.notes == [[] if on_postgresql else ["theirs"]]


async def test_what_a_step_gives_is_what_is_stored(house: House) -> None:
    """A step's value is the same whether it was just computed or is read again: sequences are lists in both cases."""

    async def pair() -> tuple[int, str]:
        return 1, "one"

    async def look(run: Run, _subject: str) -> None:
        house.notes.append(await run.outside("pair", pair))
        if len(house.notes) == 1:
            await asyncio.Event().wait()

    await house.enqueue("1")
    await house.work(look, until=lambda: bool(house.notes))
    await house.over(look)
    assert house.notes == [[1, "one"], [1, "one"]]


async def test_a_step_that_failed_failed_for_good(house: House) -> None:
    """A run sees the same error when the step fails and when its failure is read again, and nothing of it is kept."""

    async def fail(session: TenantSession) -> None:
        house.notes.append("tried")
        await session.upsert(BillRow, [a_record("1")])
        raise ZeroDivisionError("by nought")

    async def look(run: Run, _subject: str) -> None:
        with pytest.raises(StepFailedError, match="'keep' failed with ZeroDivisionError: by nought") as failed:
            await run.transaction("keep", fail)
        house.notes.append(failed.value.error)
        if len(house.notes) == 2:
            await asyncio.Event().wait()

    await house.enqueue("1")
    await house.work(look, until=lambda: len(house.notes) == 2)
    await house.over(look)
    assert house.notes == ["tried", "ZeroDivisionError", "ZeroDivisionError"]
    assert await house.bills() == []


async def test_a_step_waits_for_our_own_database(house: House) -> None:
    """That the database can't be used is nothing that a step came to: it is done again until it can."""

    async def ask() -> str:
        house.notes.append("asked")
        if len(house.notes) < 2:
            raise DatabaseUnreachableError(house.database.engine.url, "the server is away")
        return "done"

    async def look(run: Run, _subject: str) -> None:
        house.notes.append(await run.outside("ask", ask))

    await house.enqueue("1")
    await house.over(look)
    assert house.notes == ["asked", "asked", "done"]


async def test_a_step_that_takes_too_long_fails(house: House) -> None:
    """What is outside isn't waited for for ever; a pause is short or refused."""

    async def wait() -> None:
        await asyncio.Event().wait()

    async def look(run: Run, _subject: str) -> None:
        with pytest.raises(StepFailedError) as failed:
            await run.outside("wait", wait, timeout_seconds=0.05)
        house.notes.append(failed.value.error)
        await run.pause(0.05)
        with pytest.raises(PauseTooLongError, match="enqueue when it is due"):
            await run.pause(3600)

    await house.enqueue("1")
    (run,) = await house.over(look)
    assert (house.notes, run.state) == (["TimeoutError"], RunState.DONE)


async def test_stopped_in_a_step_it_goes_on_later(house: House) -> None:
    """What a stopped process had under way is done again from the step that hadn't ended, not from the first."""
    once = asyncio.Event()

    async def keep(session: TenantSession) -> None:
        house.notes.append("kept")
        await session.upsert(BillRow, [a_record("1")])

    async def ask() -> None:
        house.notes.append("asked")
        if not once.is_set():
            once.set()
            await asyncio.Event().wait()

    async def look(run: Run, _subject: str) -> None:
        await run.transaction("keep", keep)
        await run.outside("ask", ask)

    await house.enqueue("1")
    await house.work(look, until=once.is_set)
    (run,) = await house.runs()
    assert run.state is RunState.UNDER_WAY
    (run,) = await house.over(look)
    assert (house.notes, run.state) == (["kept", "asked", "asked"], RunState.DONE)


async def test_a_step_under_way_may_end_when_the_process_is_stopped(house: House) -> None:
    """A step that takes a moment ends and counts, and the next one isn't begun."""
    begun = asyncio.Event()

    async def ask() -> None:
        begun.set()
        await asyncio.sleep(0.1)
        house.notes.append("asked")

    async def look(run: Run, _subject: str) -> None:
        await run.outside("ask", ask)
        await run.outside("ask again", ask)

    await house.enqueue("1")
    await house.work(look, until=begun.is_set)
    assert house.notes == ["asked"]
    (run,) = await house.over(look)
    assert (house.notes, run.state) == (["asked", "asked"], RunState.DONE)


async def test_changed_steps_leave_old_runs_alone(house: House) -> None:
    """A run from before a change keeps to the steps it began with; a new one does the new ones."""
    begun = asyncio.Event()

    async def step() -> None:
        house.notes.append("step")

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def before(run: Run, _subject: str) -> None:
        await run.outside("first", step)
        await run.outside("last", wait)

    async def after(run: Run, subject: str) -> None:
        new = await run.follows("second step")
        house.notes.append([subject, new])
        await run.outside("first", step)
        if new:
            await run.outside("second", step)
        await run.outside("last", step)

    await house.enqueue("old")
    await house.work(before, until=begun.is_set)
    await house.enqueue("new")
    house.notes.clear()
    ended = await house.over(after)
    assert {run.state for run in ended} == {RunState.DONE}
    assert ["old", False] in house.notes
    assert ["new", True] in house.notes
    assert house.notes.count("step") == 1 + 3


async def test_the_loop_s_threads_are_back_afterwards(house: House) -> None:
    """What the library did to the loop's threads is undone when it is stopped."""
    await house.enqueue("1")
    await house.over(nothing)
    assert await asyncio.to_thread(int, "1") == 1


async def test_one_process_runs_the_work_of_an_embedded_database(house: House, migrated: TestDatabase) -> None:
    """A second one is refused with what to do; in one process there is never a second."""
    async with running(house.jobs, {KIND: nothing}):
        with pytest.raises(JobsTakenError):
            async with running(house.jobs, {KIND: nothing}):
                pass
