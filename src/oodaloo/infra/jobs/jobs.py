"""The door to durable work: enqueue it with what it is about, see what is stuck, forget what is over."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.alarms import Alarm, alarm_of
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.store import RecoveryRow
from oodaloo.infra.jobs.stored import ENDED, OPEN, RunState, StoredRun, run_id_of
from oodaloo.infra.jobs.tables import bring_job_tables
from oodaloo.infra.jobs.workflow import Kind
from oodaloo.kit.clock import Clock
from oodaloo.kit.errors import OodalooError

if TYPE_CHECKING:
    from oodaloo.infra.jobs.library import Library

_DELETED_AT_ONCE: Final = 100
_TOLD_AT_MOST: Final = 200


class JobKeyReusedError(OodalooError):
    """A key was used for other work before; a key belongs to one piece of work for ever."""


class JobsTakenError(OodalooError):
    """Another process runs the work of this embedded database, which has only one such. Stop that one first."""


class JobsNotReadyError(OodalooError):
    """Work was enqueued before the door to it was made ready; this is a fault in Oodaloo, please report it."""


@dataclass(slots=True)
class Jobs:
    """Durable work as every process sees it, whether it runs any or not.

    `owner_url` is where the tables of it are made; `wall_clock` is real time.
    """

    url: str
    owner_url: str
    database: Database
    wall_clock: Clock
    rules: JobRules
    _library: "Library | None" = field(default=None, init=False)
    _preparing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def prepare(self) -> "Library":
        """Make ready to enqueue; gives what is stored.

        It is for who may enqueue, not for every command: it makes what tables are missing, and loading the library
        that does the work takes most of a second. Raises `DatabaseUnreachableError`.
        """
        async with self._preparing:
            if self._library is None:
                await bring_job_tables(self.database, self.owner_url, self.url)
                self._library = await asyncio.to_thread(_open_library, self.url, self.rules)
            return self._library

    async def enqueue(self, session: TenantSession, kind: Kind, subject: str, *, key: str) -> bool:
        """Have work done about the row `subject` once the caller's transaction is committed; says whether it is new.

        Both are kept or neither. A business's `key` is one piece of work for ever: under the same key nothing is
        enqueued a second time, and other work raises `JobKeyReusedError`. (Runs that have ended are forgotten after
        `JobRules.kept`, so that the row itself has to say that its work is done.) Raises `JobsNotReadyError` before
        `prepare`.
        """
        library = self._library
        if library is None:
            raise JobsNotReadyError("Nothing can be enqueued before `prepare`. This is a fault in Oodaloo.")
        run_id = run_id_of(session.business_id, key)

        def enter(sync: Session) -> bool:
            return library.enter(sync, kind, run_id, (session.business_id, subject))

        if await session.beside(enter):
            return True
        there = library.run(run_id)  # none when it was entered in this same transaction
        if there is not None and (there.kind, there.subject) != (kind.name, subject):
            raise JobKeyReusedError(
                f"The key {key} is already that of {there.kind} for {there.subject}, so it can't be that of "
                f"{kind.name} for {subject}. This is a fault in Oodaloo, please report it."
            )
        return False

    async def forget_old(self) -> int:
        """Delete what ended longer ago than `JobRules.kept`; returns how many runs that were.

        Raises `DatabaseUnreachableError`.
        """
        library = await self.prepare()
        before = self.wall_clock.now() - self.rules.kept
        forgotten = 0
        while ended := await asyncio.to_thread(_ended, library, before):
            await asyncio.to_thread(library.delete, ended)
            async with self.database.system() as session:
                await session.delete(RecoveryRow, RecoveryRow.run_id.in_(ended))
            forgotten += len(ended)
        return forgotten

    async def alarms(self) -> tuple[Alarm, ...]:
        """What doesn't go on by itself, oldest first: a person has to look at it. Raises `DatabaseUnreachableError`."""
        library = await self.prepare()
        async with self.database.system(read_only=True) as session:
            given_up = frozenset(
                await session.scalars(select(RecoveryRow.run_id).where(RecoveryRow.given_up_at.is_not(None)))
            )
        suspects = await asyncio.to_thread(_suspects, library, given_up)
        now = self.wall_clock.now()
        found = [alarm for run in suspects if (alarm := alarm_of(run, now, self.rules))]
        return tuple(sorted(found, key=lambda alarm: alarm.since))

    async def close(self) -> None:
        """Let go of the database."""
        if self._library is not None:
            await asyncio.to_thread(self._library.close)


def _open_library(url: str, rules: JobRules) -> "Library":
    from oodaloo.infra.jobs.library import open_library  # it takes most of a second to load

    return open_library(url, rules.lease_seconds)


def _ended(library: "Library", before: datetime) -> list[str]:
    return [run.id for run in library.runs(*ENDED, at_most=_DELETED_AT_ONCE, ended_before=before)]


def _suspects(library: "Library", given_up: frozenset[str]) -> list[StoredRun]:
    cancelled = library.runs(RunState.CANCELLED, at_most=_TOLD_AT_MOST)
    return [
        *library.runs(*OPEN, at_most=_TOLD_AT_MOST),
        *library.runs(RunState.FAILED, RunState.KILLED_TOO_OFTEN, at_most=_TOLD_AT_MOST, with_errors=True),
        *(run for run in cancelled if run.id in given_up),
    ]
