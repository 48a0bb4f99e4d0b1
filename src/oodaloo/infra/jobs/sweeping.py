"""Taking over the runs of workers that are gone."""

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.jobs.leases import ONE_AT_A_TIME, Lease, living
from oodaloo.infra.jobs.library import Library
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.store import RecoveryRow
from oodaloo.infra.jobs.stored import RunState, StoredRun
from oodaloo.infra.jobs.workflow import Queue
from oodaloo.kit.clock import Clock

ALONE: Final = Queue("alone", at_once=1)
"""Where runs go on one at a time, in all processes together, that were taken over too often to trust them."""

_SWEPT_EACH: Final = 1 / 3  # of a lease
_AT_MOST: Final = 100_000  # workers have so many places in all only if there are thousands of them

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Puts what dead processes had under way back into its queue, and gives up what seems to kill them.

    Nobody else may do so meanwhile, nor begin to live.
    """

    library: Library
    rules: JobRules
    clock: Clock

    def left(self, living: Collection[str]) -> Sequence[StoredRun]:
        """What is under way in the name of nobody living."""
        under_way = self.library.runs(RunState.UNDER_WAY, at_most=_AT_MOST)
        return [run for run in under_way if run.worker not in living]

    def counted(self, connection: Connection, left: Sequence[StoredRun]) -> Mapping[str, int]:
        """How often each of these runs was taken over, with this time, which is counted; notes what is given up."""
        if not left:
            return {}
        on_postgresql = connection.dialect.name == "postgresql"
        insert = postgresql.insert(RecoveryRow) if on_postgresql else sqlite.insert(RecoveryRow)
        counting = (
            insert.values([{"run_id": run.id, "times": 1, "given_up_at": None} for run in left])
            .on_conflict_do_update(index_elements=["run_id"], set_={"times": RecoveryRow.times + 1})
            .returning(RecoveryRow.run_id, RecoveryRow.times)
        )
        times = {row.run_id: row.times for row in connection.execute(counting)}
        too_often = RecoveryRow.run_id.in_(list(times)), RecoveryRow.times > self.rules.most_recoveries
        connection.execute(update(RecoveryRow).where(*too_often).values(given_up_at=self.clock.now()))
        return times

    def put_back(self, left: Sequence[StoredRun], times: Mapping[str, int]) -> None:
        """Let each run wait again where it waited, or where it does no harm to others; or never go on."""
        queues: dict[str | None, list[str]] = defaultdict(list)
        for run in left:
            queues[self._queue(run, times[run.id])].append(run.id)
        for queue, runs in queues.items():
            if queue is None:
                self.library.cancel(runs)
                _LOG.error("Given up, as their workers died with them again and again: %s", ", ".join(runs))
            else:
                self.library.put_back(runs, queue)

    def _queue(self, run: StoredRun, times: int) -> str | None:
        if times > self.rules.most_recoveries:
            return None
        return ALONE.name if times > self.rules.alone_after or not run.queue else run.queue


@dataclass(slots=True)
class Sweeper:
    """Sweeps again and again while a worker lives, as any of the others may die at any time."""

    engine: Engine
    lease: Lease
    recovery: Recovery
    _ended: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Sweep from now on."""
        self._thread = threading.Thread(target=self._run, name="oodaloo-sweep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the sweep under way, and no other; one that waits for the database is left to itself."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(self.lease.seconds)

    def sweep(self) -> int:
        """Take over what the dead left, unless another worker is at it; returns how many runs.

        Who isn't among the living himself leaves: he would take over his own runs while he runs them.
        """
        with self.engine.begin() as connection:
            if not connection.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
                return 0
            alive = living(connection)
            if self.lease.worker not in alive:
                self.lease.leave("The lease had run out when others were looked after.")
            left = self.recovery.left(alive)
            times = self.recovery.counted(connection, left)  # fails when the lock was lost meanwhile
            self.lease.check()
            self.recovery.put_back(left, times)
            return len(left)

    def _run(self) -> None:
        while not self._ended.wait(self.lease.seconds * _SWEPT_EACH):
            try:
                self.sweep()
            except (DatabaseUnreachableError, SQLAlchemyError) as error:
                _LOG.warning("What others left couldn't be looked after: %s", error)
