"""Days on which workers die, and what must hold in the evening: each effect once, by the books of who is outside.

`python -m tests.support.bad_days --help` has a long one, with kills and stops at random.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.jobs.leases import EXIT_STATUS
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.stored import OPEN
from oodaloo.infra.qbo.writes.intents import WriteIntentRow
from tests.support.crews import Crew, crew
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases, TestDatabase
from tests.support.forked import Forks, forks
from tests.support.job_worker import PAY, Plan, jobs_in
from tests.support.outside import KILL, STOP, Outside, Told, outside
from tests.support.postgres import postgres_server
from tests.support.product import opened
from tests.support.rows import OURS, a_business, an_intent

ODDS = 1 / 60
"""Of an order at a point of the work, while there are any left."""

PATIENT = JobRules(lease_seconds=2, alone_after=1000, most_recoveries=1000)
"""Rules that give nothing up, so that every death is survived."""


@dataclass(frozen=True)
class Day:
    """A day of work: what is to be paid, who does it, and what is outside."""

    database: TestDatabase
    jobs: Jobs
    outside: Outside
    forked: Forks
    folder: Path

    @property
    def workers(self) -> int:
        """How many there are."""
        return 3 if self.database.kind == "postgresql" else 1

    async def enqueue(self, *subjects: str) -> None:
        """Want these paid."""
        async with self.jobs.database.tenant(OURS) as session:
            await session.upsert(WriteIntentRow, [an_intent(subject) for subject in subjects])
            for subject in subjects:
                assert await self.jobs.enqueue(session, PAY, subject, key=f"pay {subject}")

    async def rows(self) -> dict[str, tuple[str, int]]:
        """By subject, how far it is and how often its end was marked."""
        async with self.jobs.database.tenant(OURS, read_only=True) as session:
            found = await session.rows(select(WriteIntentRow.id, WriteIntentRow.state, WriteIntentRow.attempts))
        return {subject: (state, marks) for subject, state, marks in found}

    async def is_over(self) -> bool:
        """Whether every run has ended."""
        return not await asyncio.to_thread((await self.jobs.prepare()).runs, *OPEN, at_most=1)

    def crew(self, rules: JobRules) -> AbstractContextManager[Crew]:
        """Workers by these rules."""
        plan = Plan(self.database.app_url, self.outside.url, rules, str(self.folder / "log"))
        return crew(self.forked, plan, self.folder / "plan.json", self.workers)

    async def problems(self) -> list[str]:
        """What is wrong in the evening: with each row, and with what was done outside for it."""
        rows = await self.rows()
        done = self.outside.done
        unpaid = {subject: how for subject, how in rows.items() if how != ("done", 1)}
        return [
            *(f"{subject} is {state}, marked {marks} times" for subject, (state, marks) in unpaid.items()),
            *(f"{subject} was done {done[subject]} times" for subject in rows.keys() | done if done[subject] != 1),
            *(f"{subject} wasn't wanted" for subject in done if subject not in rows),
            *(f"{alarm.run_id} {alarm.sentence}" for alarm in await self.jobs.alarms()),
        ]


@asynccontextmanager
async def a_day(database: TestDatabase, forked: Forks, folder: Path) -> AsyncIterator[Day]:
    """A day in a migrated database on which nothing is wanted yet."""
    async with opened(database) as door, door.system() as session:
        await session.upsert(BusinessRow, [a_business(OURS)])
    with outside() as book:
        async with jobs_in(database.app_url, database.owner_url, JobRules()) as jobs:
            yield Day(database, jobs, book, forked, folder)


@dataclass
class Chance:
    """Orders at random, `left` so many of each; who was stopped is woken up after one to seven seconds."""

    dice: random.Random
    left: list[str]
    _wake_at: dict[int, float] = field(default_factory=dict)
    _seen: int = 0

    def order(self) -> str:
        """An order, or mostly none."""
        return self.left.pop() if self.left and self.dice.random() < ODDS else ""

    def wake(self, told: Sequence[Told]) -> None:
        """Wake those up whose time has come."""
        now = time.monotonic()
        for each in told[self._seen :]:
            if each.order == STOP:
                self._wake_at[each.pid] = now + self.dice.uniform(1, 7)
        self._seen = len(told)
        for pid in [pid for pid, moment in self._wake_at.items() if moment <= now]:
            del self._wake_at[pid]
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def long_day(day: Day, chance: Chance, count: int, seconds: float) -> dict[str, object]:
    """Pay so many on a day with orders at random; gives what came of it."""
    day.outside.chance = chance.order
    subjects = [f"bill-{number}" for number in range(count)]
    day.outside.losing = set(subjects[::8])
    await day.enqueue(*subjects)

    async def is_over() -> bool:
        chance.wake(tuple(day.outside.told))
        return await day.is_over()

    began = time.monotonic()
    with day.crew(PATIENT) as workers:
        await workers.work_until(is_over, seconds=seconds)
    ends = Counter(os.waitstatus_to_exitcode(status) for status in workers.ended.values())
    asked = Counter(key for key, _ in day.outside.asked)
    return {
        "problems": await day.problems(),
        "seconds": round(time.monotonic() - began, 1),
        "orders": dict(Counter(each.order for each in day.outside.told)),
        "killed at": dict(Counter(each.point for each in day.outside.told if each.order == KILL)),
        "stopped at": dict(Counter(each.point for each in day.outside.told if each.order == STOP)),
        "ended themselves": ends[EXIT_STATUS],
        "ended otherwise": {code: count for code, count in ends.items() if code not in (-signal.SIGKILL, EXIT_STATUS)},
        "asked again": sum(asked.values()) - len(asked),
        "asked by one who had been taken over from": sum(_stale(day.outside.askers(key)) for key in asked),
    }


def _stale(askers: Sequence[int]) -> int:
    """How often somebody asked after another one had."""
    return sum(pid in askers[:number] and askers[number - 1] != pid for number, pid in enumerate(askers))


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Databases]:
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    with postgres_server() as server:
        made = PostgresDatabases(server)
        yield made
        made.close()


async def _run(options: argparse.Namespace, database: TestDatabase, folder: Path) -> dict[str, object]:
    await migrate(database.owner_url, database.app_url)
    orders = [KILL] * options.kills + [STOP] * options.stops
    dice = random.Random(options.seed)  # noqa: S311 (moments, no secrets)
    dice.shuffle(orders)
    with forks("tests.support.job_worker") as forked:
        async with a_day(database, forked, folder) as day:
            return await long_day(day, Chance(dice, orders), options.count, options.seconds)


def main() -> None:
    """Have a long bad day; ends with 1 when something is wrong in the evening."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.bad_days", description=main.__doc__)
    parser.add_argument("kind", choices=("sqlite", "postgresql"))
    parser.add_argument("--count", type=int, default=300, help="how many are paid")
    parser.add_argument("--kills", type=int, default=25, help="how often a worker is killed (-9)")
    parser.add_argument("--stops", type=int, default=0, help="how often a worker is stopped for a while (PostgreSQL)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=550, help="when to lose patience")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _databases(options.kind, Path(folder)) as databases:
        told = asyncio.run(_run(options, databases.empty(), Path(folder)))
    for name, value in told.items():
        sys.stdout.write(f"{name}: {value}\n")
    sys.exit(1 if told["problems"] else 0)


if __name__ == "__main__":
    main()
