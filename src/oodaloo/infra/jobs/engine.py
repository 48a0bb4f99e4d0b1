"""Running durable work in this process: on PostgreSQL one of many, on an embedded database the only one."""

import asyncio
import fcntl
import os
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, cast

from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig, WorkflowSerializationFormat
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from oodaloo.infra.db.engine import DatabaseUnreachableError, open_async_guest_engine, open_guest_engine
from oodaloo.infra.jobs.jobs import Jobs, JobsTakenError
from oodaloo.infra.jobs.leases import Lease, open_lease_engine
from oodaloo.infra.jobs.library import APPLICATION, SCHEMA, SERIALIZER, Library
from oodaloo.infra.jobs.run import DurableRun, Isolation, UnderWay
from oodaloo.infra.jobs.stored import VERSION
from oodaloo.infra.jobs.sweeping import ALONE, Recovery, Sweeper
from oodaloo.infra.jobs.workflow import Body, Kind
from oodaloo.kit.ids import BusinessId

EMBEDDED: Final = "embedded"
"""The name of the one process that runs the work of an embedded database."""

_RUNNING = threading.Lock()  # DBOS is one per process


@asynccontextmanager
async def running(jobs: Jobs, bodies: Mapping[Kind, Body]) -> AsyncIterator[None]:
    """Run what is enqueued of these kinds until the end of the block, and what was left under way before.

    It is to be the outermost that a process does on its event loop: runs use what the loop has. Raises
    `JobsTakenError` and `DatabaseUnreachableError`. Ends the process when it can't keep its lease.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_once_in_a_process())
        library = await jobs.prepare()
        recovery = Recovery(library, jobs.rules, jobs.wall_clock)
        path = _embedded_path(jobs.url)
        if path is None:
            worker, check = await stack.enter_async_context(_one_of_many(jobs, recovery))
        else:
            stack.enter_context(_the_only_one(path))
            worker, check = EMBEDDED, _alive
            await asyncio.to_thread(_take_over_all, library, recovery)
        await stack.enter_async_context(_launched(jobs, library, bodies, worker, UnderWay(check)))
        yield


@asynccontextmanager
async def _one_of_many(jobs: Jobs, recovery: Recovery) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """A worker's life: its name, and what ends the process when it is over."""
    engine = open_lease_engine(jobs.url, jobs.rules.lease_seconds)
    lease = Lease(engine, _unique_name(), jobs.rules.lease_seconds)
    try:
        await asyncio.to_thread(lease.take)
    except DBAPIError as error:
        raise DatabaseUnreachableError(engine.url, error.orig) from error
    sweeper = Sweeper(engine, lease, recovery)
    sweeper.start()
    try:
        yield lease.worker, lease.check
    finally:
        await asyncio.to_thread(sweeper.stop)
        await asyncio.to_thread(lease.release)
        engine.dispose()


@contextmanager
def _once_in_a_process() -> Iterator[None]:
    if not _RUNNING.acquire(blocking=False):
        raise JobsTakenError("This process runs durable work already.")
    try:
        yield
    finally:
        _RUNNING.release()


@contextmanager
def _the_only_one(database: Path) -> Iterator[None]:
    """Keep every other process away; the lock is gone with the process that has it."""
    path = database.with_name(f"{database.stem}-jobs.lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise JobsTakenError(
                f"Another process looks after the database {database} already, and an embedded one has only one. "
                "Stop the other `oodaloo serve` first."
            ) from None
        yield


def _take_over_all(library: Library, recovery: Recovery) -> None:
    """Go on with what the process before this one had under way."""
    left = recovery.left(living=())
    with library.engine.begin() as connection:
        times = recovery.counted(connection, left)
    recovery.put_back(left, times)


@asynccontextmanager
async def _launched(
    jobs: Jobs, library: Library, bodies: Mapping[Kind, Body], worker: str, under_way: UnderWay
) -> AsyncIterator[None]:
    """DBOS, running these kinds in the name of a worker."""
    # Who stands still for as long as a lease is dead to the others, and must not keep them from going on.
    engine = open_guest_engine(jobs.url, most_idle_seconds=jobs.rules.lease_seconds)
    steps = open_async_guest_engine(jobs.url, most_idle_seconds=jobs.rules.lease_seconds)
    try:
        for queue in {kind.queue for kind in bodies}:
            await asyncio.to_thread(library.set_up, queue)
        await asyncio.to_thread(library.set_up, ALONE, in_all=1)
        DBOS(config=_config(engine, worker))
        datasource = await AsyncSQLAlchemyDatasource.create(
            jobs.url, engine=steps, schema=SCHEMA, serializer=SERIALIZER, run_migrations=False
        )
        for kind, body in bodies.items():
            _register(kind, body, datasource, under_way)
        DBOS.launch()  # in the loop's own thread, since runs go on in the loop that it finds there
        yield
    finally:
        await under_way.stop(jobs.rules.settling_seconds)
        # DBOS has made its own threads those of the loop, and is about to stop them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        await steps.dispose()
        engine.dispose()


def _config(engine: Engine, worker: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_engine": engine,
        "dbos_system_schema": SCHEMA,
        "executor_id": worker,
        "application_version": VERSION,
        "serializer": SERIALIZER,
        "run_migrations": False,
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": 0.2,  # nothing of ours listens, but stopping waits for it
        "max_executor_threads": 32,  # they become the loop's own while it runs
        "log_level": "WARNING",
    }


def _register(kind: Kind, body: Body, datasource: AsyncSQLAlchemyDatasource, under_way: UnderWay) -> None:
    # Conditional updates are what steps rely on; SQLite knows no other level than the one.
    embedded = datasource.engine.dialect.name == "sqlite"
    isolation: Isolation = "SERIALIZABLE" if embedded else "READ COMMITTED"

    async def carry(business_id: str, subject: str) -> None:
        run_id = cast("str", DBOS.workflow_id)
        run = DurableRun(BusinessId(business_id), run_id, datasource, isolation, under_way)
        with under_way.run():
            await body(run, subject)

    # How often a run is taken over is counted by us, as DBOS forgets its count each time.
    DBOS.workflow(name=kind.name, max_recovery_attempts=None, serialization_type=WorkflowSerializationFormat.PORTABLE)(
        carry
    )


def _alive() -> None:
    """The one process of an embedded database can't be thought dead."""


def _embedded_path(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def _unique_name() -> str:
    """A name that no process has or ever had."""
    return f"{socket.gethostname()[:40]} {os.getpid()} {secrets.token_hex(8)}"
