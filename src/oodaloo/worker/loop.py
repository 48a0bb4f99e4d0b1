"""The tick loop: each second whose books are due, each of them refreshed by one worker, a handful at once."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from oodaloo.bootstrap.services import NeverSyncedError, Services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.freshness.turns import LEASE
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

TICK_SECONDS: Final = 1.0
AT_ONCE: Final = 8
"""How many businesses one worker refreshes at the same time."""

_AFTER_FAILURE_SECONDS: Final = 10.0
_HOUR_SECONDS: Final = 3600.0
_WRITES_SECONDS: Final = 30.0
_PAYMENTS_SECONDS: Final = 10.0
_NOW: Final = timedelta(0)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Refreshes what is due. `name` is this worker's alone; with `shows_pages` it also keeps what their pages show."""

    services: Services
    name: str
    shows_pages: bool
    _running: dict[BusinessId, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _finishing: asyncio.Task[None] | None = field(default=None, init=False)
    _paying: asyncio.Task[None] | None = field(default=None, init=False)
    _done_at: dict[str, float] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Tick until cancelled; then what is under way is stopped and given back."""
        try:
            while True:  # noqa: ASYNC110 (a tick looks at what other processes changed, which sets no event here)
                await asyncio.sleep(await self._ticked())
        finally:
            await self._stop()

    async def tick(self) -> None:
        """Begin to refresh what is due and nobody refreshes yet."""
        self._let_go()
        if self._running and self._is_time("keep", LEASE.total_seconds() / 4):
            await self.services.schedule.turns.keep(self._running, self.name)
        if self._is_time("forget", _HOUR_SECONDS):
            await self.services.inbox.forget_old()
            await self.services.jobs.forget_old()
        plans = await self.services.plans()
        if (self._finishing is None or self._finishing.done()) and self._is_time("finish", _WRITES_SECONDS):
            self._finishing = asyncio.create_task(self._finish_writes(list(plans)))
        if (self._paying is None or self._paying.done()) and self._is_time("pay", _PAYMENTS_SECONDS):
            self._paying = asyncio.create_task(self._pay_due())
        due = (
            (plan.lane, plan.due_at, business_id) for business_id, plan in plans.items() if plan.is_due and plan.due_at
        )
        for lane, _, business_id in sorted(due):
            is_free = len(self._running) < AT_ONCE and business_id not in self._running
            if is_free and await self.services.schedule.turns.take(business_id, self.name):
                self._running[business_id] = asyncio.create_task(self._refresh(business_id, lane))

    async def settled(self) -> None:
        """Wait for what is under way."""
        under_way = (*self._running.values(), self._finishing, self._paying)
        await asyncio.gather(*(task for task in under_way if task is not None), return_exceptions=True)

    async def _ticked(self) -> float:
        """Tick once; returns how long to wait for the next."""
        try:
            await self.tick()
        except OodalooError as error:
            _LOG.warning("Nothing could be looked after: %s", error)
            return _AFTER_FAILURE_SECONDS
        return TICK_SECONDS

    async def _refresh(self, business_id: BusinessId, lane: Lane) -> None:
        turns = self.services.schedule.turns
        try:
            await self.services.refresh(business_id, max_age=_NOW, lane=lane)
            if self.shows_pages:
                with suppress(NeverSyncedError):
                    await self.services.assessment(business_id)
        except OodalooError as error:
            await turns.fail(business_id, self.name, str(error))
        except asyncio.CancelledError:
            await turns.release(business_id, self.name)
            raise
        except Exception as error:
            await turns.fail(business_id, self.name, f"A fault in Oodaloo ({type(error).__name__}); it is in the log.")
            raise
        else:
            await turns.end(business_id, self.name)

    def _let_go(self) -> None:
        """Forget what has ended. A fault of ours goes to the log, and stops nothing else."""
        for business_id, task in list(self._running.items()):
            if task.done():
                del self._running[business_id]
                error = None if task.cancelled() else task.exception()
                if error is not None:
                    _LOG.error("Refreshing %s broke.", business_id, exc_info=error)

    async def _finish_writes(self, business_ids: Sequence[BusinessId]) -> None:
        """Go on with writes that a crash or a lost answer left without a known end."""
        for business_id in business_ids:
            try:
                await self.services.writes.finish_open(business_id)
            except OodalooError as error:
                _LOG.warning("Writes of %s could not be looked after: %s", business_id, error)

    async def _pay_due(self) -> None:
        """Enqueue payments whose time has come, also of businesses that aren't connected: somebody is told then."""
        for business in await self.services.businesses():
            try:
                await self.services.pay_due(business)
            except OodalooError as error:
                _LOG.warning("Payments of %s could not be looked after: %s", business.id, error)

    def _is_time(self, what: str, each_seconds: float) -> bool:
        """Whether something is to be done again that is done each so many seconds; notes that it is."""
        now = monotonic_seconds()
        if now - self._done_at.get(what, -each_seconds) < each_seconds:
            return False
        self._done_at[what] = now
        return True

    async def _stop(self) -> None:
        for task in (*self._running.values(), self._finishing, self._paying):
            if task is not None:
                task.cancel()
        await self.settled()
