"""DBOS as Oodaloo uses it: by what names and in what form work is stored, listed and moved."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dbos import (
    DBOS,
    DBOSClient,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    SQLAlchemyDatasource,
    WorkflowStatus,
)
from dbos import (
    error as errors,
)
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from oodaloo.infra.db.engine import DatabaseUnreachableError, open_guest_engine
from oodaloo.infra.jobs.stored import VERSION, RunState, StoredRun
from oodaloo.infra.jobs.workflow import Kind, Queue

APPLICATION: Final = "oodaloo"
SCHEMA: Final = "dbos"
SERIALIZER: Final = DBOSPortableJSONSerializer()


@dataclass(frozen=True, slots=True)
class Library:
    """What DBOS has stored, for whoever runs none of it. Its calls wait for the database: not for an event loop.

    All of them raise `DatabaseUnreachableError`.
    """

    engine: Engine
    client: DBOSClient

    def enter(self, session: Session, kind: Kind, run_id: str, arguments: tuple[str, str]) -> bool:
        """Enqueue a run in the transaction of `session`; False when that id has been entered before, whatever for."""
        options: EnqueueOptions = {
            "workflow_name": kind.name,
            "queue_name": kind.queue.name,
            "workflow_id": run_id,
            "workflow_id_reuse_policy": "reject",
            "app_version": VERSION,
        }
        try:
            self.client.enqueue_in_transaction(session, options, *arguments)
        except (errors.DBOSWorkflowIDInUseError, errors.DBOSConflictingWorkflowError):
            return False
        return True

    def run(self, run_id: str) -> StoredRun | None:
        """The run of that id with its subject, as it was last committed."""
        with _reached(self.engine):
            found = self.client.list_workflows(workflow_ids=[run_id], load_output=False)
        return _stored(found[0]) if found else None

    def runs(
        self, *states: RunState, at_most: int, ended_before: datetime | None = None, with_errors: bool = False
    ) -> Sequence[StoredRun]:
        """The oldest runs in these states."""
        with _reached(self.engine):
            found = self.client.list_workflows(
                status=[state.value for state in states],
                completed_before=ended_before.isoformat() if ended_before else None,
                limit=at_most,
                load_input=False,
                load_output=with_errors,
            )
        return [_stored(each) for each in found]

    def put_back(self, run_ids: list[str], queue: str) -> None:
        """Let runs wait in a queue again, wherever they are; what has ended stays so."""
        with _reached(self.engine):
            self.client.resume_workflows(run_ids, queue_name=queue)

    def cancel(self, run_ids: list[str]) -> None:
        """Let runs that haven't ended never go on."""
        with _reached(self.engine):
            self.client.cancel_workflows(run_ids)

    def delete(self, run_ids: list[str]) -> None:
        """Forget runs and their steps."""
        with _reached(self.engine):
            self.client.delete_workflows(run_ids)

    def set_up(self, queue: Queue, *, in_all: int | None = None) -> None:
        """Let there be a queue as described; at most `in_all` of its runs go on in all processes together."""
        with _reached(self.engine):
            self.client.register_queue(
                queue.name,
                worker_concurrency=queue.at_once,
                global_concurrency=in_all,
                polling_interval_sec=queue.poll_seconds,
                application_name=APPLICATION,
            )

    def close(self) -> None:
        """Let go of the database."""
        self.client.destroy()
        self.engine.dispose()


def open_library(url: str, most_idle_seconds: float) -> Library:
    """The library's books in the database at `url`; a transaction that stands still is ended there after a while."""
    _speak_through_our_logs()
    engine = open_guest_engine(url, most_idle_seconds=most_idle_seconds)
    client = DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=SERIALIZER,
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )
    return Library(engine, client)


def bring_tables(owner_url: str, app_url: str) -> None:
    """Make or update DBOS's tables as their owner, and let the app's role use them.

    Raises `DatabaseUnreachableError` when the owner may not.
    """
    _speak_through_our_logs()
    url = make_url(owner_url)
    dialect = url.get_backend_name()
    role = make_url(app_url).username if dialect == "postgresql" else None
    target = url.set(drivername=dialect).render_as_string(hide_password=False)
    try:
        DBOS.migrate(target, schema=SCHEMA, application_role=role)
        SQLAlchemyDatasource.migrate(target, schema=SCHEMA, application_role=role)
    except DBAPIError as error:
        raise DatabaseUnreachableError(url, error.orig) from None


def _speak_through_our_logs() -> None:
    """Leave it to our logs where warnings of DBOS go: it installs a handler of its own where it finds none."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)
    if _is_news not in logger.filters:
        logger.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """What is broken off when a process is stopped isn't: it goes on in another one."""
    return not record.getMessage().startswith("Asyncio task cancelled")


@contextmanager
def _reached(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnreachableError(engine.url, error.orig) from error


def _stored(run: WorkflowStatus) -> StoredRun:
    arguments = run.input["args"] if run.input else ()
    return StoredRun(
        id=run.workflow_id,
        kind=run.name,
        state=RunState(run.status),
        queue=run.queue_name or "",
        worker=run.executor_id or "",
        version=run.app_version or "",
        made_at=_instant(run.created_at or 0),
        ended_at=_instant(run.completed_at) if run.completed_at else None,
        subject=arguments[1] if len(arguments) > 1 else "",
        error=str(run.error or ""),
    )


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
