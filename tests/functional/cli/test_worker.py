"""Who looks after the books: `oodaloo serve` itself on SQLite, `oodaloo worker` on PostgreSQL."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import column, select, table, update

from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.jobs.store import LeaseRow
from oodaloo.infra.jobs.workflow import Kind, Queue
from tests.functional.cli.conftest import Desk
from tests.support.product import EXECUTABLE, environment, opened, services_for, settings_for

STOP_SECONDS = 30
TRIES = 600


@contextmanager
def running(desk: Desk, command: str, **changed: object) -> Iterator["subprocess.Popen[str]"]:
    """A command that goes on until it is stopped; it has to end well."""
    settings = environment(settings_for(desk.database, desk.quickbooks, **changed))
    with subprocess.Popen(
        [str(EXECUTABLE), command], cwd=desk.folder, env=settings, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            told = process.communicate(timeout=STOP_SECONDS)[1]
        assert process.returncode == 0, told


async def has_books(desk: Desk) -> bool:
    """Whether the business has been read."""
    async with services_for(desk.database, desk.quickbooks, as_of=None) as services:
        return (await services.connection_page(desk.business_id)).sentence != "The books have not been read yet."


async def enqueue(desk: Desk) -> None:
    """Have something done that no worker knows."""
    async with services_for(desk.database, desk.quickbooks) as services:
        await services.jobs.prepare()
        async with services.database.tenant(desk.business_id) as session:
            assert await services.jobs.enqueue(session, Kind("chore", Queue("chores")), "1", key="key")


async def make_older(desk: Desk) -> None:
    """Let an hour pass for what was enqueued."""
    in_a_schema = {"schema": "dbos"} if desk.database.kind == "postgresql" else {}
    stored = table("workflow_status", column("created_at"), **in_a_schema)
    engine = open_engine(desk.database.app_url)
    async with engine.begin() as connection:
        await connection.execute(update(stored).values(created_at=stored.c.created_at - 3_600_000))
    await engine.dispose()


async def leases(desk: Desk) -> int:
    """How many workers live in the eyes of the others."""
    async with opened(desk.database) as database, database.system(read_only=True) as session:
        return len(await session.scalars(select(LeaseRow.worker)))


def wait_for_books(desk: Desk) -> None:
    """Wait until somebody has read the business's books."""
    for _ in range(TRIES):
        if asyncio.run(has_books(desk)):
            return
        time.sleep(0.05)
    pytest.fail("nobody has read the books")


def test_a_worker_reads_what_nobody_has_read(desk: Desk) -> None:
    """On PostgreSQL a worker reads the connected company by itself; on SQLite it says who does that, and stops."""
    if desk.database.kind == "sqlite":
        told = desk.run("worker")
        assert told.status == 1
        assert "`oodaloo serve` looks after the books by itself" in told.error
        assert "OODALOO_DATABASE_URL" in told.error
        return
    desk.quickbooks.fresh()
    with running(desk, "worker"), running(desk, "worker"):
        wait_for_books(desk)
        assert asyncio.run(leases(desk)) == 2
    assert asyncio.run(leases(desk)) == 0
    queries = [request["operation"] for request in desk.quickbooks.journal()]
    assert queries.count("cdc") == 1, "two workers read the same company"


def test_serve_looks_after_the_books_on_sqlite(desk_on_sqlite: Desk) -> None:
    """Nobody asks for anything: the served product reads its connected company, once for all; a second one stops."""
    with running(desk_on_sqlite, "serve", port=0):
        wait_for_books(desk_on_sqlite)
        told = desk_on_sqlite.run("serve", port=0)
    assert told.status == 1
    assert "Stop the other `oodaloo serve` first" in told.err


def test_doctor_tells_of_work_that_nobody_does(desk: Desk) -> None:
    """Work that is enqueued and waits for longer than it should is named, with since when and what may be wrong."""
    asyncio.run(enqueue(desk))
    told = desk.run("doctor")
    assert "jobs        all go on by themselves\n" in told.out
    asyncio.run(make_older(desk))
    told = desk.run("doctor")
    assert told.status == 1
    assert "jobs        need a look: 1\n" in told.out
    assert f"problem     job {desk.business_id}/key (chore, " in told.out
    assert "has been waiting for 60 minutes. Does a worker run?" in told.out
