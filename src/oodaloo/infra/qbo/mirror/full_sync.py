"""Full sync: every record of every registered type in the fewest metered reads; a killed run goes on where it stopped.

The fewest are, for a type of n records, max(1, ceil(n / 1000)) queries, and one call of change data capture that tells
what changed while they were read. Where QuickBooks doesn't tell a type's total, an exact multiple of 1,000 takes one
more (see `whole_types.is_last`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.mirror.catching_up import CatchingUp
from oodaloo.infra.qbo.mirror.sync_runs import (
    SyncProgress,
    SyncRunRow,
    finish,
    newest_run,
    note_failure,
    open_run,
    progress_of,
    steps,
)
from oodaloo.infra.qbo.mirror.whole_types import Company
from oodaloo.kit.clock import Clock
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId


@dataclass(frozen=True, slots=True)
class FullSync:
    """Copies a company into the mirror; `new_id` mints run ids, and `clock` stamps runs with product time."""

    database: Database
    catching_up: CatchingUp
    clock: Clock
    new_id: Callable[[], str]

    async def run(
        self, company: Company, *, start_over: bool, on_progress: Callable[[SyncProgress], None]
    ) -> SyncProgress:
        """Read everything and return the finished run.

        An interrupted run of the last days is resumed at its first unstored pages unless `start_over`. What the pages
        no longer show leaves the mirror at the end. Raises the error that stopped it, after noting it;
        `SyncSupersededError` when another run of the business started over meanwhile.
        """
        at_once, now = self.catching_up.whole.at_once, self.clock.now()
        run_id = await at_once.tenant(
            company.business_id,
            lambda session: open_run(session, self._entities, now=now, new_id=self.new_id, start_over=start_over),
        )
        try:
            await self.catching_up.run(company, run_id, None, on_progress)
        except OodalooError as error:
            await self._note_failure(company, run_id, str(error))
            raise
        except asyncio.CancelledError:
            await self._note_failure(company, run_id, "Reading was interrupted; the next sync goes on from there.")
            raise
        except Exception as error:
            fault = (
                f"A fault in Oodaloo stopped the reading ({type(error).__name__}); it is in the log. Please report it."
            )
            await self._note_failure(company, run_id, fault)
            raise

        async def finished(session: TenantSession) -> SyncProgress:
            await finish(session, run_id, self.clock.now())
            return await progress_of(session, run_id, self._entities)

        return await at_once.tenant(company.business_id, finished)

    async def progress(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest run as it stands, None when there was none."""
        return await self._progress(business_id)

    async def last_finished(self, business_id: BusinessId) -> SyncProgress | None:
        """The newest run that read everything, None when there was none."""
        return await self._progress(business_id, SyncRunRow.finished_at.is_not(None))

    async def complete_run(self, business_id: BusinessId) -> str | None:
        """The id of the newest finished run, None when there is none or types have been added since."""
        async with self.database.tenant(business_id, read_only=True) as session:
            run = await newest_run(session, SyncRunRow.finished_at.is_not(None))
            read = {step.entity for step in await steps(session, run.id)} if run else set()
        return run.id if run and read.issuperset(self._entities) else None

    async def _progress(self, business_id: BusinessId, *criteria: ColumnElement[bool]) -> SyncProgress | None:
        async with self.database.tenant(business_id, read_only=True) as session:
            run = await newest_run(session, *criteria)
            return None if run is None else await progress_of(session, run.id, self._entities)

    async def _note_failure(self, company: Company, run_id: str, reason: str) -> None:
        async with self.database.tenant(company.business_id) as session:
            await note_failure(session, run_id, reason)

    @property
    def _entities(self) -> list[str]:
        return [each.name for each in self.catching_up.whole.mirror.types]
