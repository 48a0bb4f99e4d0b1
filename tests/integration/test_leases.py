"""Leases on PostgreSQL: who lives is left alone, who doesn't is taken over from, and who can't tell stops himself."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import pytest
import pytest_asyncio
from sqlalchemy import Engine, delete, func, insert, select

from oodaloo.infra.db.session import Database
from oodaloo.infra.jobs.alarms import Trouble
from oodaloo.infra.jobs.leases import ONE_AT_A_TIME, Lease, living, open_lease_engine
from oodaloo.infra.jobs.store import LeaseRow, RecoveryRow
from oodaloo.infra.jobs.stored import RunState
from oodaloo.infra.jobs.sweeping import ALONE, Recovery, Sweeper
from oodaloo.infra.jobs.workflow import Run
from oodaloo.kit.clock import SystemClock
from tests.support.chores import KIND, RULES, House, a_house
from tests.support.rows import OURS

pytestmark = pytest.mark.postgresql

SECONDS = 1.0
"""Of a lease: short enough to be waited for, and long enough for a busy machine."""


@dataclass
class Door:
    """Where a worker goes that leaves, instead of ending its process."""

    reasons: list[str] = field(default_factory=list)
    used: threading.Event = field(default_factory=threading.Event)

    def leave(self, reason: str) -> None:
        """Note it."""
        self.reasons.append(reason)
        self.used.set()


@dataclass(frozen=True)
class Workers:
    """Workers of one database, without the work."""

    house: House
    engine: Engine

    @contextmanager
    def alive(self, name: str, door: Door) -> Iterator[Lease]:
        """A worker that lives, until the end of the block or until it leaves."""
        lease = Lease(self.engine, name, SECONDS, door.leave)
        lease.take()
        try:
            yield lease
        finally:
            lease.release()

    def sweeper(self, lease: Lease) -> Sweeper:
        """What takes over from the dead in the name of a worker."""
        return Sweeper(self.engine, lease, Recovery(self.house.library, RULES, SystemClock()))

    def living(self) -> frozenset[str]:
        """Who lives."""
        with self.engine.begin() as connection:
            return living(connection)

    async def left(self) -> str:
        """Leave a run under way in the name of a worker that is gone; gives that name."""
        begun = asyncio.Event()

        async def begin(_run: Run, _subject: str) -> None:
            begun.set()
            await asyncio.Event().wait()

        await self.house.enqueue("1")
        await self.house.work(begin, until=begun.is_set)
        (run,) = await self.house.runs()
        assert run.state is RunState.UNDER_WAY
        return run.worker


@pytest_asyncio.fixture
async def workers(two_businesses: Database) -> AsyncIterator[Workers]:
    """Nobody yet."""
    async with a_house(two_businesses) as house:
        engine = open_lease_engine(house.jobs.url, SECONDS)
        yield Workers(house, engine)
        engine.dispose()


async def test_who_lives_goes_on_living(workers: Workers) -> None:
    """A lease that is renewed outlasts its seconds, and is gone when it is given back."""
    door = Door()
    with workers.alive("one", door) as lease:
        await asyncio.sleep(2.5 * SECONDS)
        assert workers.living() == {"one"}
        lease.check()
    assert workers.living() == frozenset()
    assert door.reasons == []


async def test_whose_lease_is_gone_leaves(workers: Workers) -> None:
    """A worker whom the others think dead stops itself at its next sign of life."""
    door = Door()
    with workers.alive("one", door):
        with workers.engine.begin() as connection:
            connection.execute(delete(LeaseRow))
        assert await asyncio.to_thread(door.used.wait, 10)
    assert "had run out when it was to be renewed" in door.reasons[0]


async def test_who_cannot_renew_leaves_in_time(workers: Workers) -> None:
    """A renewal that gets no answer doesn't keep a worker from stopping itself."""
    door = Door()
    with workers.alive("one", door), workers.house.library.engine.begin() as connection:
        connection.execute(select(LeaseRow).with_for_update())
        assert await asyncio.to_thread(door.used.wait, 10)
    assert "ran out before it could be renewed" in door.reasons[0]


async def test_the_dead_are_taken_over_from_and_the_living_not(workers: Workers) -> None:
    """A run is left with its worker while that one lives; then it waits in its queue again."""
    gone = await workers.left()
    with workers.alive("one", Door()) as lease:
        sweeper = workers.sweeper(lease)
        with workers.alive(gone, Door()):
            assert sweeper.sweep() == 0
        assert sweeper.sweep() == 1
        assert sweeper.sweep() == 0
    (run,) = await workers.house.runs()
    assert (run.state, run.queue) == (RunState.WAITING, KIND.queue.name)


async def test_one_sweeps_at_a_time(workers: Workers) -> None:
    """While somebody takes over from the dead, or begins to live, nobody else does so."""
    await workers.left()
    with workers.alive("one", Door()) as lease:
        with workers.house.library.engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            assert workers.sweeper(lease).sweep() == 0
        assert workers.sweeper(lease).sweep() == 1


async def test_who_is_dead_takes_nothing_over(workers: Workers) -> None:
    """A worker that finds itself among the dead leaves, and would else take over its own runs."""
    await workers.left()

    def leave(reason: str) -> NoReturn:
        raise SystemExit(reason)

    dead = Lease(workers.engine, "dead", SECONDS, leave)
    with pytest.raises(SystemExit, match="had run out when others were looked after"):
        workers.sweeper(dead).sweep()
    (run,) = await workers.house.runs()
    assert run.state is RunState.UNDER_WAY


@pytest.mark.parametrize(
    ("times", "state", "queue"),
    [
        (RULES.alone_after - 1, RunState.WAITING, KIND.queue.name),
        (RULES.alone_after, RunState.WAITING, ALONE.name),
        (RULES.most_recoveries - 1, RunState.WAITING, ALONE.name),
        (RULES.most_recoveries, RunState.CANCELLED, ""),
    ],
)
async def test_what_kills_its_workers_is_trusted_less_and_less(
    workers: Workers, times: int, state: RunState, queue: str
) -> None:
    """A run that was taken over often goes on alone, then not at all."""
    await workers.left()
    with workers.engine.begin() as connection:
        connection.execute(insert(RecoveryRow).values(run_id=f"{OURS}/1", times=times, given_up_at=None))
    with workers.alive("one", Door()) as lease:
        workers.sweeper(lease).sweep()
    (run,) = await workers.house.runs()
    assert (run.state, run.queue) == (state, queue)
    alarms = await workers.house.jobs.alarms()
    assert [alarm.trouble for alarm in alarms] == [Trouble.GIVEN_UP] * (state is RunState.CANCELLED)
