"""A run of durable work, carried by DBOS."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from dbos import DBOS, AsyncSQLAlchemyDatasource, PortableWorkflowError
from dbos import error as errors

from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.session import TenantSession, bound
from oodaloo.infra.jobs.library import SERIALIZER
from oodaloo.infra.jobs.workflow import LONGEST_PAUSE_SECONDS, JsonT, PauseTooLongError, StepFailedError
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.ids import BusinessId

Isolation: TypeAlias = Literal["READ COMMITTED", "SERIALIZABLE"]

_POLL_SECONDS: Final = 0.02
_AGAIN_SECONDS: Final = 1.0

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class UnderWay:
    """The runs of this process. `check` ends the process when they aren't its own any more."""

    check: Callable[[], None]
    _runs: set["asyncio.Task[object]"] = field(default_factory=set, init=False)
    _steps: int = field(default=0, init=False)
    _stopping: bool = field(default=False, init=False)

    @contextmanager
    def run(self) -> Iterator[None]:
        """What goes on inside is a run of this process."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._runs.add(task)
        try:
            yield
        finally:
            self._runs.discard(task)

    @contextmanager
    def step(self) -> Iterator[None]:
        """What goes on inside is a step, which is let end when the process is stopped; none begins then."""
        self.check()
        if self._stopping:
            raise asyncio.CancelledError
        self._steps += 1
        try:
            yield
        finally:
            self._steps -= 1

    async def stop(self, settling_seconds: float) -> None:
        """Let steps end for a while, then break off: the runs go on in another process, or here when it is back."""
        self._stopping = True
        deadline = monotonic_seconds() + settling_seconds
        while self._steps and monotonic_seconds() < deadline:  # noqa: ASYNC110 (once in a process's life)
            await asyncio.sleep(_POLL_SECONDS)
        runs = tuple(self._runs)
        for task in runs:
            task.cancel()
        await asyncio.gather(*runs, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class DurableRun:
    """A `Run`. `isolation` is of its transactions, as the database calls it."""

    business_id: BusinessId
    id: str
    datasource: AsyncSQLAlchemyDatasource
    isolation: Isolation
    under_way: UnderWay

    async def transaction(self, step: str, work: Callable[[TenantSession], Awaitable[JsonT]]) -> JsonT:
        """As `Run.transaction`."""

        async def transact() -> JsonT:
            return _as_stored(await work(await bound(self.datasource.sql_session(), self.business_id)))

        with self.under_way.step(), _told(step):
            return await self.datasource.run_tx_step_async({"name": step, "isolation_level": self.isolation}, transact)

    async def outside(self, step: str, work: Callable[[], Awaitable[JsonT]], *, timeout_seconds: float = 60) -> JsonT:
        """As `Run.outside`."""

        async def ask() -> JsonT:
            while True:
                self.under_way.check()
                try:
                    async with asyncio.timeout(timeout_seconds):
                        return _as_stored(await work())
                except DatabaseUnreachableError as error:  # nor could that be noted as the outcome
                    _LOG.warning("The step '%s' of %s waits for the database: %s", step, self.id, error)
                    await asyncio.sleep(_AGAIN_SECONDS)

        with self.under_way.step(), _told(step):
            return await DBOS.run_step_async({"name": step}, ask)

    async def pause(self, seconds: float) -> None:
        """As `Run.pause`."""
        if seconds > LONGEST_PAUSE_SECONDS:
            raise PauseTooLongError(
                f"A run can't pause for {seconds:g} seconds, as it keeps its place meanwhile. Keep the date in a row "
                "and enqueue when it is due."
            )
        self.under_way.check()
        await DBOS.sleep_async(seconds)

    async def follows(self, change: str) -> bool:
        """As `Run.follows`."""
        return await DBOS.patch_async(change)


def _as_stored(value: JsonT) -> JsonT:
    """The value as it will be read when the step isn't done again."""
    return cast("JsonT", json.loads(SERIALIZER.serialize(value)))


@contextmanager
def _told(step: str) -> Iterator[None]:
    """Give one error for a step that failed here, and for one whose failure is read from the database."""
    try:
        yield
    except PortableWorkflowError as error:
        raise StepFailedError(step, error.name, error.message) from error
    except errors.DBOSException:
        raise
    except Exception as error:
        raise StepFailedError(step, type(error).__name__, str(error)) from error
