"""A worker that runs durable work and may be killed or stopped at any point of it.

`python -m tests.support.job_worker PLAN` runs until it is stopped. Its one kind of work is what a payment does: read
the row, note the intention, ask outside, note the end.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import msgspec
from sqlalchemy import select

from oodaloo.bootstrap.registry import SYSTEM_TABLES
from oodaloo.cli.running import run as run_to_the_end
from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.engine import running
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.workflow import Kind, Queue, Run
from oodaloo.infra.qbo.writes.intents import WriteIntentRow
from oodaloo.kit.clock import SystemClock
from tests.support.outside import KILL, STOP

PAY = Kind("pay", Queue("payments", at_once=8, poll_seconds=0.1))
POINTS = (
    "before loading",
    "inside loading",
    "after loading",
    "inside intending",
    "after intending",
    "before asking",
    "after asking",
    "before marking",
    "inside marking",
    "after marking",
)
"""Where a worker can be told to kill or stop itself, in the order of the work."""


@dataclass(frozen=True)
class Plan:
    """Where a worker works, what is outside, and by which rules."""

    database_url: str
    outside_url: str
    rules: JobRules
    log: str


@dataclass(frozen=True)
class Paying:
    """The work, with what is outside."""

    http: httpx2.AsyncClient

    async def pay(self, run: Run, subject: str) -> None:
        """Take the row from intended to done, asking outside on the way until it is known to have done its part."""

        async def load(session: TenantSession) -> str:
            await self.at(subject, "inside loading")
            (state,) = await session.scalars(select(WriteIntentRow.state).where(WriteIntentRow.id == subject))
            return state

        async def intend(session: TenantSession) -> int:
            changed = await change(session, subject, "intended", "unknown", 0)
            await self.at(subject, "inside intending")
            return changed

        async def ask() -> str:
            await self.at(subject, "before asking")
            try:
                await self.http.post("/do", json={"key": subject, "pid": os.getpid()})
            except httpx2.TransportError:
                return "unknown"
            await self.at(subject, "after asking")
            return "done"

        async def mark(session: TenantSession) -> int:
            changed = await change(session, subject, "unknown", "done", 1)
            await self.at(subject, "inside marking")
            return changed

        await self.at(subject, "before loading")
        if await run.transaction("load", load) == "done":
            return
        await self.at(subject, "after loading")
        await run.transaction("intend", intend)
        await self.at(subject, "after intending")
        while await run.outside("ask", ask, timeout_seconds=10) == "unknown":
            await run.pause(0.1)
        await self.at(subject, "before marking")
        await run.transaction("mark", mark)
        await self.at(subject, "after marking")

    async def at(self, subject: str, point: str) -> None:
        """Do with this process what is told to who gets to a point."""
        reached = {"work": subject, "point": point, "pid": os.getpid()}
        order = (await self.http.post("/at", json=reached)).text
        if order:
            os.kill(os.getpid(), {KILL: signal.SIGKILL, STOP: signal.SIGSTOP}[order])


async def change(session: TenantSession, subject: str, before: str, after: str, marks: int) -> int:
    """Take a row from one state to the next and count how often it was marked; how many rows that were."""
    return await session.update(
        WriteIntentRow,
        WriteIntentRow.id == subject,
        WriteIntentRow.state == before,
        values={"state": after, "attempts": WriteIntentRow.attempts + marks},
    )


@asynccontextmanager
async def jobs_in(database_url: str, owner_url: str, rules: JobRules) -> AsyncIterator[Jobs]:
    """The door to the durable work in a database."""
    engine = open_engine(database_url)
    jobs = Jobs(database_url, owner_url, Database(engine, SYSTEM_TABLES), SystemClock(), rules)
    try:
        await jobs.prepare()
        yield jobs
    finally:
        await jobs.close()
        await engine.dispose()


async def work(plan: Plan) -> None:
    """Run what is enqueued until stopped."""
    async with (
        httpx2.AsyncClient(base_url=plan.outside_url, timeout=10) as http,
        jobs_in(plan.database_url, plan.database_url, plan.rules) as jobs,
        running(jobs, {PAY: Paying(http).pay}),
    ):
        await asyncio.Event().wait()


def main() -> None:
    """Work by the plan that the command line names."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    logging.basicConfig(filename=plan.log, level=logging.WARNING, force=True, format="%(process)d %(message)s")
    run_to_the_end(work(plan), serves=True)


if __name__ == "__main__":
    main()
