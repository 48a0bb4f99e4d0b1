"""Who looks after the books: `oodaloo serve` itself on SQLite, `oodaloo worker` on PostgreSQL."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.functional.cli.conftest import Desk
from tests.support.product import EXECUTABLE, environment, services_for, settings_for

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
    queries = [request["operation"] for request in desk.quickbooks.journal()]
    assert queries.count("cdc") == 1, "two workers read the same company"


def test_serve_looks_after_the_books_on_sqlite(desk_on_sqlite: Desk) -> None:
    """Nobody asks for anything: the served product reads its connected company, and stops when it is told to."""
    with running(desk_on_sqlite, "serve", port=0):
        wait_for_books(desk_on_sqlite)
