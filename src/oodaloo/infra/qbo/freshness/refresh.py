"""Freshness: a mirror as new as the caller asks for, with no call when it is, and one check however many ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.errors import QboValidationError
from oodaloo.infra.qbo.mirror.catching_up import OVERLAP, CaughtUp
from oodaloo.infra.qbo.mirror.full_sync import FullSync
from oodaloo.infra.qbo.mirror.state import MirrorStateRow, locked_state, mirror_state
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.infra.qbo.mirror.whole_types import Company
from oodaloo.infra.repeating import repeating
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId, RealmId

SWEPT_EACH = timedelta(days=1)
"""How often a check reaches far back, for what a shorter overlap could have missed.

It costs no read more unless so much has changed that the answer is cut.
"""

_SWEEP = timedelta(days=3)
_LONGEST_IDLE = timedelta(days=26)  # with the sweep, less than the 30 days that change data capture reaches back
_ANNOUNCED_WITHIN = timedelta(minutes=5)  # what changed before that should have been announced by now
_LEASE = timedelta(seconds=60)
_RENEWED_SECONDS = 20
_POLL_SECONDS = 0.05


class Announcements(Protocol):
    """What QuickBooks' webhooks have announced and no check has settled yet."""

    async def pending(self, realm_id: RealmId) -> int | None:
        """The number of a company's newest announcement that isn't settled, None when there is none."""
        ...

    async def settle(self, realm_id: RealmId, number: int) -> None:
        """The mirror has everything that was announced up to this number."""
        ...


class NoAnnouncements:
    """Where no webhooks come: nothing is ever announced, so that nobody relies on them."""

    async def pending(self, realm_id: RealmId) -> int | None:  # noqa: ARG002 (the protocol's)
        """Nothing."""
        return None

    async def settle(self, realm_id: RealmId, number: int) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a mirror is.

    `checked_at` is the product time of the last check for changes, `books_until` QuickBooks' own time up to which
    nothing is missing, `revision` a number that rises with each change. `metered_reads` is what finding out cost,
    `trusted` whether webhooks had announced what was found.
    """

    checked_at: datetime
    books_until: datetime
    revision: int
    metered_reads: int
    trusted: bool


@dataclass(slots=True)
class Refresher:
    """Keeps mirrors fresh. `clock` is product time, `wall_clock` real time, in which leases run out."""

    database: Database
    full_sync: FullSync
    announcements: Announcements
    clock: Clock
    wall_clock: Clock
    _locks: dict[BusinessId, asyncio.Lock] = field(default_factory=dict, init=False)

    async def refresh(self, company: Company, *, max_age: timedelta) -> Freshness:
        """A mirror that was checked less than `max_age` ago, or that trusted webhooks say is unchanged.

        A check is one metered read unless more than 1,000 objects changed; a business that was never read, or not for
        weeks, is read in full. Callers at the same moment, in all processes, share a check: with `max_age` zero one
        that began after they asked. Raises what the check raises.
        """
        asked_at = self.clock.now()
        before = await self._state(company.business_id)
        spent = 0
        async with self._locks.setdefault(company.business_id, asyncio.Lock()):
            while True:
                state = await self._state(company.business_id)
                if state.ended > before.begun or await self._is_fresh(company, state, asked_at - max_age):
                    return _freshness(state, spent)
                number = await self._lease(company.business_id)
                if number is None:
                    await asyncio.sleep(_POLL_SECONDS)
                    continue
                async with self._leased(company.business_id, number):
                    spent += await self._check(company, state, number)

    async def _is_fresh(self, company: Company, state: MirrorStateRow, since: datetime) -> bool:
        if state.watermark is None or state.checked_at is None:
            return False
        if state.checked_at > since:
            return True
        is_asked_for_now = since >= self.clock.now()
        if is_asked_for_now or not state.announced or self._is_sweep_due(state):
            return False
        return await self.announcements.pending(company.realm_id) is None

    async def _check(self, company: Company, state: MirrorStateRow, number: int) -> int:
        """Bring the mirror up to now, note what that says about webhooks, and give the metered reads it took."""
        now = self.clock.now()
        pending = await self.announcements.pending(company.realm_id)
        found = await self._catch_up(company, state)
        noted: dict[str, object] = {"ended": number}
        if self._is_sweep_due(state):
            noted["swept_at"] = now
        if isinstance(found, CaughtUp) and (pending is not None or _was_due_to_be_announced(found)):
            noted["announced"] = pending is not None
        async with self.database.tenant(company.business_id) as session:
            await session.update(MirrorStateRow, MirrorStateRow.ended < number, values=noted)
        if pending is not None:
            await self.announcements.settle(company.realm_id, pending)
        return found.metered_reads

    async def _catch_up(self, company: Company, state: MirrorStateRow) -> CaughtUp | SyncProgress:
        run_id = await self.full_sync.complete_run(company.business_id)
        idle_since = self.clock.now() - _LONGEST_IDLE
        if run_id is not None and state.watermark is not None and state.watermark > idle_since:
            overlap = _SWEEP if self._is_sweep_due(state) else OVERLAP
            try:
                return await self.full_sync.catching_up.run(company, run_id, state.watermark - overlap, _unseen)
            except QboValidationError:
                # Idle for longer than our clock says: change data capture doesn't reach back so far.
                return await self.full_sync.run(company, start_over=False, on_progress=_unseen)
        return await self.full_sync.run(company, start_over=False, on_progress=_unseen)

    def _is_sweep_due(self, state: MirrorStateRow) -> bool:
        return state.swept_at is None or self.clock.now() - state.swept_at >= SWEPT_EACH

    async def _state(self, business_id: BusinessId) -> MirrorStateRow:
        async with self.database.tenant(business_id, read_only=True) as session:
            return await mirror_state(session) or MirrorStateRow(begun=0, ended=0, revision=0)

    async def _lease(self, business_id: BusinessId) -> int | None:
        """The number of the check that this process may do now, None while another one does one."""
        now = self.wall_clock.now()
        async with self.database.tenant(business_id) as session:
            state = await locked_state(session)
            if state.leased_until is not None and state.leased_until > now:
                return None
            number = state.begun + 1
            await session.update(MirrorStateRow, values={"begun": number, "leased_until": now + _LEASE})
        return number

    @asynccontextmanager
    async def _leased(self, business_id: BusinessId, number: int) -> AsyncIterator[None]:
        """Hold on to the lease in the block, however long it takes, and give it back."""

        async def renew() -> bool:
            await self._set_lease(business_id, number, self.wall_clock.now() + _LEASE)
            return True

        try:
            async with repeating(_RENEWED_SECONDS, renew):
                yield
        finally:
            await self._set_lease(business_id, number, None)

    async def _set_lease(self, business_id: BusinessId, number: int, until: datetime | None) -> None:
        async with self.database.tenant(business_id) as session:
            await session.update(MirrorStateRow, MirrorStateRow.begun == number, values={"leased_until": until})


def _was_due_to_be_announced(found: CaughtUp) -> bool:
    """Whether there was news that webhooks, if they work, had announced before the check."""
    return any(each.meta.updated_at < found.at - _ANNOUNCED_WITHIN for each in found.changed)


def _freshness(state: MirrorStateRow, metered_reads: int) -> Freshness:
    if state.checked_at is None or state.watermark is None:
        raise AssertionError("a check that ended has noted when")
    return Freshness(state.checked_at, state.watermark, state.revision, metered_reads, bool(state.announced))


def _unseen(_progress: SyncProgress) -> None:
    """Nobody looks on."""
