"""The tick loop: each second whose books are due, each of them refreshed by one worker, a handful at once."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from oodaloo.bootstrap import NeverSyncedError, Services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.turns import LEASE
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

TICK_SECONDS: Final = 1.0
AT_ONCE: Final = 8
"""How many businesses one worker refreshes at the same time."""

_AFTER_FAILURE_SECONDS: Final = 10.0
_HOUR_SECONDS: Final = 3600.0
_NOW: Final = timedelta(0)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Refreshes what is due. `name` is this worker's alone; with `shows_pages` it also keeps what their pages show."""

    services: Services
    name: str
    shows_pages: bool
    _running: dict[BusinessId, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _kept_at: float = field(default=0.0, init=False)
    _tidied_at: float = field(default=0.0, init=False)

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
        await self._keep_turns()
        await self._tidy()
        plans = await self.services.plans()
        due = sorted((plan.lane, business_id) for business_id, plan in plans.items() if plan.is_due)
        for lane, business_id in due:
            is_free = len(self._running) < AT_ONCE and business_id not in self._running
            if is_free and await self.services.schedule.turns.take(business_id, self.name):
                self._running[business_id] = asyncio.create_task(self._refresh(business_id, lane))

    async def settled(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

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

    async def _keep_turns(self) -> None:
        if self._running and monotonic_seconds() - self._kept_at > LEASE.total_seconds() / 4:
            self._kept_at = monotonic_seconds()
            await self.services.schedule.turns.keep(self._running, self.name)

    async def _tidy(self) -> None:
        if monotonic_seconds() - self._tidied_at > _HOUR_SECONDS:
            self._tidied_at = monotonic_seconds()
            await self.services.inbox.forget_old()

    async def _stop(self) -> None:
        for task in self._running.values():
            task.cancel()
        await self.settled()
