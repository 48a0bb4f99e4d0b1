"""Durable work whose workers die: nothing is lost, and each effect happens once by the books of who is outside."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from oodaloo.infra.jobs.alarms import Trouble
from oodaloo.infra.jobs.leases import EXIT_STATUS
from tests.support.bad_days import PATIENT, Day, a_day
from tests.support.databases import TestDatabase
from tests.support.forked import Forks, forks
from tests.support.job_worker import PAY, POINTS
from tests.support.outside import KILL, STOP
from tests.support.rows import OURS

SECONDS = 60


@pytest.fixture(scope="module")
def forked() -> Iterator[Forks]:
    """Where workers come from."""
    with forks("tests.support.job_worker") as running:
        yield running


@pytest_asyncio.fixture
async def day(migrated: TestDatabase, forked: Forks, tmp_path: Path) -> AsyncIterator[Day]:
    """A day on which nothing is wanted yet."""
    async with a_day(migrated, forked, tmp_path) as begun:
        yield begun


async def test_killed_at_any_point_of_the_work_it_is_done_once(day: Day) -> None:
    """A worker dies at each point of the work, in steps, between them, in mid-transaction: all of it is done once."""
    subjects = {point: point.replace(" ", "-") for point in POINTS}
    day.outside.orders = {(subject, point): KILL for point, subject in subjects.items()}
    lost = [f"lost-{number}" for number in range(4)]
    day.outside.losing = set(lost)
    await day.enqueue(*subjects.values(), *lost, *(f"quiet-{number}" for number in range(6)))
    with day.crew(PATIENT) as workers:
        await workers.work_until(day.is_over, seconds=SECONDS)
    assert day.outside.orders == {}, "nobody died there"
    assert set(workers.ended.values()) == {signal.SIGKILL}
    assert await day.problems() == []


@pytest.mark.postgresql
async def test_who_is_thought_dead_does_nothing_any_more(day: Day) -> None:
    """A worker that stands still is taken over from; when it wakes up it ends itself, without another call outside."""
    day.outside.orders = {("asking", "before asking"): STOP, ("marking", "inside marking"): STOP}
    await day.enqueue("asking", "marking", *(f"quiet-{number}" for number in range(4)))
    with day.crew(PATIENT) as workers:
        await workers.work_until(day.is_over, seconds=SECONDS)
        assert await day.problems() == []
        asleep = {each.work: each.pid for each in day.outside.told}
        for pid in asleep.values():
            os.kill(pid, signal.SIGCONT)

        async def they_have_ended() -> bool:
            return set(asleep.values()) <= set(workers.ended)

        await workers.work_until(they_have_ended, seconds=SECONDS)
    assert {os.waitstatus_to_exitcode(workers.ended[pid]) for pid in asleep.values()} == {EXIT_STATUS}
    assert asleep["asking"] not in day.outside.askers("asking")
    assert await day.problems() == []


async def test_work_that_kills_its_workers_is_given_up_and_told(day: Day) -> None:
    """What kills whoever takes it is given up after so many times, and what was beside it is done all the same."""
    rules = replace(PATIENT, alone_after=1, most_recoveries=2)
    day.outside.always = {("poison", "after loading"): KILL}
    quiet = [f"quiet-{number}" for number in range(4)]
    await day.enqueue("poison", *quiet)
    with day.crew(rules) as workers:
        await workers.work_until(day.is_over, seconds=SECONDS)
    rows = await day.rows()
    assert rows.pop("poison") == ("intended", 0)
    assert rows == dict.fromkeys(quiet, ("done", 1))
    assert len(day.outside.told) == 1 + rules.most_recoveries
    (alarm,) = await day.jobs.alarms()
    assert (alarm.trouble, alarm.run_id, alarm.kind) == (Trouble.GIVEN_UP, f"{OURS}/pay poison", PAY.name)
