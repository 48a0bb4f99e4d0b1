"""Durable work: wanted in its owner's transaction, told when it is stuck, forgotten when it is over."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, table

from oodaloo.domains.ap.store import BillRow
from oodaloo.infra.db.at_once import AtOnce
from oodaloo.infra.db.engine import open_engine_at_once
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.alarms import Trouble
from oodaloo.infra.jobs.due import claim_due
from oodaloo.infra.jobs.jobs import JobKeyReusedError
from oodaloo.infra.jobs.stored import RunState
from oodaloo.infra.jobs.workflow import Kind, Run
from oodaloo.kit.clock import FixedClock, SystemClock
from tests.support.chores import KIND, RULES, House, a_house
from tests.support.rows import OURS, THEIRS, a_record

OTHER = Kind("sweep", KIND.queue)
PAYLOADS = ("workflow_input", "workflow_output", "operation_outputs")


@pytest_asyncio.fixture
async def house(two_businesses: Database) -> AsyncIterator[House]:
    """Two businesses that want nothing yet."""
    async with a_house(two_businesses) as door:
        yield door


async def test_work_and_its_row_are_kept_together(house: House) -> None:
    """What commits has its work, done once; what rolls back has neither row nor work."""
    async with house.database.tenant(OURS) as session:
        await session.upsert(BillRow, [a_record("kept")])
        assert await house.jobs.enqueue(session, KIND, "kept", key="kept")

    async def fail() -> None:
        async with house.database.tenant(OURS) as session:
            await session.upsert(BillRow, [a_record("lost")])
            assert await house.jobs.enqueue(session, KIND, "lost", key="lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async def note(run: Run, subject: str) -> None:
        house.notes.append([run.business_id, run.id, subject])

    ended = await house.over(note)
    assert house.notes == [[OURS, f"{OURS}/kept", "kept"]]
    assert [(run.id, run.state) for run in ended] == [(f"{OURS}/kept", RunState.DONE)]
    assert await house.bills() == ["kept"]


async def test_a_transaction_in_one_hop_enqueues_too(house: House) -> None:
    """What is enqueued in a transaction that runs in a thread of its own is kept, or lost, with that."""
    at_once = AtOnce(open_engine_at_once(house.jobs.url))
    try:
        assert await at_once.tenant(OURS, lambda session: house.jobs.enqueue(session, KIND, "1", key="1"))

        async def fail(session: TenantSession) -> None:
            await house.jobs.enqueue(session, KIND, "2", key="2")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await at_once.tenant(OURS, fail)
    finally:
        await at_once.close()
    assert [run.id for run in await house.runs()] == [f"{OURS}/1"]


async def test_the_same_key_is_the_same_work(house: House) -> None:
    """Twice the same is one run, also after its end; other work under the key is an error; others' keys are theirs."""
    assert await house.enqueue("1", key="k")
    assert not await house.enqueue("1", key="k")
    with pytest.raises(JobKeyReusedError, match="The key k is already that of tidy for 1"):
        await house.enqueue("2", key="k")
    with pytest.raises(JobKeyReusedError, match="can't be that of sweep for 1"):
        await house.enqueue("1", key="k", kind=OTHER)
    async with house.database.tenant(THEIRS) as session:
        assert await house.jobs.enqueue(session, KIND, "1", key="k")

    async def note(run: Run, subject: str) -> None:
        house.notes.append([run.business_id, subject])

    await house.over(note)
    assert not await house.enqueue("1", key="k")
    await house.over(note)
    assert sorted(map(str, house.notes)) == [str([OURS, "1"]), str([THEIRS, "1"])]


async def test_two_at_once_enqueue_once(house: House) -> None:
    """Of many that enqueue the same at the same moment one has enqueued it."""
    assert sum(await asyncio.gather(*(house.enqueue("1") for _ in range(6)))) == 1
    assert len(await house.runs()) == 1


async def test_a_due_row_is_claimed_once(house: House) -> None:
    """Of many ticks at the same moment one enqueues what a due row is about; what isn't due stays."""
    async with house.database.tenant(OURS) as session:
        await session.upsert(BillRow, [a_record(str(number), open_cents=number) for number in range(1, 8)])

    async def tick() -> list[str]:
        async with house.database.tenant(OURS) as session:
            due = await claim_due(
                session, BillRow, BillRow.open_cents.between(1, 5), claimed={"open_cents": 0}, at_most=3
            )
            for row in due:
                assert await house.jobs.enqueue(session, KIND, row.id, key=f"due {row.id}")
            return [row.id for row in due]

    claimed = [*await asyncio.gather(*(tick() for _ in range(5))), await tick()]
    assert sorted(each for some in claimed for each in some) == ["1", "2", "3", "4", "5"]
    assert sorted(run.id for run in await house.runs()) == [f"{OURS}/due {number}" for number in range(1, 6)]


async def test_what_is_over_is_forgotten_after_its_time(house: House) -> None:
    """Runs that ended long enough ago are deleted with their steps, whatever became of them; what is open stays."""

    async def sometimes(_run: Run, subject: str) -> None:
        if subject == "bad":
            raise ZeroDivisionError

    await house.enqueue("good")
    await house.enqueue("bad")
    await house.over(sometimes)
    await house.enqueue("open")
    assert await house.jobs.forget_old() == 0
    later = FixedClock(SystemClock().now() + RULES.kept + timedelta(hours=1))
    house.jobs.wall_clock = later
    assert await house.jobs.forget_old() == 2
    assert [run.id for run in await house.runs()] == [f"{OURS}/open"]
    schema = "dbos" if house.database.engine.dialect.name == "postgresql" else None
    with house.library.engine.begin() as connection:
        payloads = [table(name, schema=schema) for name in PAYLOADS]
        left = [connection.scalar(select(func.count()).select_from(each)) for each in payloads]
    assert left == [1, 0, 0]


async def test_what_is_stuck_is_told(house: House) -> None:
    """Work that failed, and work that waits for too long, is told with its business; what goes well isn't."""

    async def sometimes(_run: Run, subject: str) -> None:
        if subject == "bad":
            raise ZeroDivisionError("by nought")

    await house.enqueue("good")
    await house.enqueue("bad")
    await house.over(sometimes)
    await house.enqueue("waiting")
    assert [(each.trouble, each.business_id, each.sentence) for each in await house.jobs.alarms()] == [
        (Trouble.FAILED, OURS, "ended with an error: by nought")
    ]
    house.jobs.wall_clock = FixedClock(SystemClock().now() + timedelta(minutes=20))
    told = {each.trouble: each.sentence for each in await house.jobs.alarms()}
    assert set(told) == {Trouble.FAILED, Trouble.WAITS}
    assert "waiting for 20 minutes" in told[Trouble.WAITS]
