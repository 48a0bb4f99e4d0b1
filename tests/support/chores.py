"""A house with durable work of two businesses: chores that tests enqueue and run in their own process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import select

from oodaloo.domains.ap.store import BillRow
from oodaloo.infra.db.session import Database
from oodaloo.infra.jobs.engine import running
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.jobs.library import Library
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.stored import ENDED, OPEN, StoredRun
from oodaloo.infra.jobs.workflow import Body, Json, Kind, Queue, Run
from oodaloo.kit.clock import SystemClock
from oodaloo.kit.ids import BusinessId
from tests.support.rows import OURS

KIND = Kind("tidy", Queue("chores", at_once=8, poll_seconds=0.05))
RULES = JobRules(lease_seconds=5, settling_seconds=0.2)
POLL_SECONDS = 0.02
SECONDS = 20


@dataclass
class House:
    """A door to the work of two businesses, and notes of what bodies did."""

    jobs: Jobs
    library: Library
    notes: list[Json] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Where the rows are."""
        return self.jobs.database

    async def enqueue(self, subject: str, *, key: str = "", kind: Kind = KIND) -> bool:
        """Want a chore done in a transaction of its own."""
        async with self.database.tenant(OURS) as session:
            return await self.jobs.enqueue(session, kind, subject, key=key or subject)

    async def runs(self) -> list[StoredRun]:
        """Every run there is."""
        return list(await asyncio.to_thread(self.library.runs, *OPEN, *ENDED, at_most=100, with_errors=True))

    async def over(self, body: Body, *, kind: Kind = KIND) -> list[StoredRun]:
        """Run what is enqueued to its end; gives the runs as they are stored then."""
        async with running(self.jobs, {kind: body}), asyncio.timeout(SECONDS):
            while any(run.state in OPEN for run in await self.runs()):  # noqa: ASYNC110 (other threads' progress)
                await asyncio.sleep(POLL_SECONDS)
        return await self.runs()

    async def bills(self, business_id: BusinessId = OURS) -> list[str]:
        """The bills of a business."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return sorted(await session.scalars(select(BillRow.id)))

    async def work(self, body: Body, *, until: Callable[[], bool]) -> None:
        """Run what is enqueued until something is so, then stop in the middle of it."""
        async with running(self.jobs, {KIND: body}), asyncio.timeout(SECONDS):
            while not until():  # noqa: ASYNC110 (another task's progress)
                await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def a_house(two_businesses: Database) -> AsyncIterator[House]:
    """Two businesses that want nothing yet."""
    url = two_businesses.engine.url.render_as_string(hide_password=False)
    jobs = Jobs(url, url, two_businesses, SystemClock(), RULES)
    yield House(jobs, await jobs.prepare())
    await jobs.close()


async def nothing(_run: Run, _subject: str) -> None:
    """A chore that is done at once."""
