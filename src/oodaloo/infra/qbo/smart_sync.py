"""SmartSync: what stands between the domains and the raw client, so that a call is paced, retried and signed in."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import stamina

from oodaloo.infra.qbo import answers
from oodaloo.infra.qbo.answers import Changes, Page
from oodaloo.infra.qbo.calls import Answer, Call, Lane, changes_call, query_call, read_call, report_call
from oodaloo.infra.qbo.client import QboClient
from oodaloo.infra.qbo.errors import (
    QboServerError,
    QboThrottledError,
    QboUnauthorizedError,
    QboUnreachableError,
)
from oodaloo.infra.qbo.tokens import TokenKeeper
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.ids import RealmId

PAGE_ROWS = 1000
"""QuickBooks' largest page."""

_ATTEMPTS = 5
_THROTTLE_WAIT_SECONDS = 15.0  # four of them outlast the minute that QuickBooks counts in
_LONGEST_WAIT_SECONDS = 60.0  # a used-up monthly allowance answers the same way and may wish for days


@dataclass(slots=True)
class SmartSync:
    """Reads for any connected company. Failures that time heals are retried; all others surface as typed errors."""

    client: QboClient
    tokens: TokenKeeper
    calls_per_second: int = 9  # QuickBooks allows 10 for a company and app
    _started: dict[RealmId, deque[float]] = field(default_factory=dict, init=False)

    async def page(self, realm_id: RealmId, entity: str, *, position: int, inactive_too: bool, lane: Lane) -> Page:
        """Up to 1,000 records of `entity` in Id order from the 1-based `position`. One metered read.

        Pages go by Id because QuickBooks' default order (last change first) shifts with every edit.
        """
        active = " WHERE Active IN (true, false)" if inactive_too else ""
        text = f"SELECT * FROM {entity}{active} ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE_ROWS}"  # noqa: S608 (QuickBooks' own query language; the entity comes from our registry)
        return await self.query(realm_id, entity, text, lane=lane)

    async def query(self, realm_id: RealmId, entity: str, text: str, *, lane: Lane) -> Page:
        """The records that a query finds, each as its original JSON. One metered read."""
        return answers.page(entity, await self.call(realm_id, query_call(entity, text), lane=lane))

    async def read(self, realm_id: RealmId, entity: str, record_id: str, *, lane: Lane) -> bytes:
        """One record as QuickBooks has it now. One metered read. Raises `QboNotFoundError` when it has none."""
        return answers.record(entity, await self.call(realm_id, read_call(entity, record_id), lane=lane))

    async def changes(self, realm_id: RealmId, entities: Sequence[str], since: datetime, *, lane: Lane) -> Changes:
        """What of these types changed or went since an instant at most 30 days ago. One metered read."""
        return answers.changes(await self.call(realm_id, changes_call(entities, since), lane=lane))

    async def report(self, realm_id: RealmId, name: str, parameters: Mapping[str, str], *, lane: Lane) -> bytes:
        """A report as QuickBooks sent it. One metered read."""
        return (await self.call(realm_id, report_call(name, parameters), lane=lane)).body

    async def call(self, realm_id: RealmId, call: Call, *, lane: Lane) -> Answer:  # noqa: ARG002 (the limits take it)
        """One call with everything that time or a fresh token heals already healed. Raises a `QboError` otherwise."""
        async for attempt in stamina.retry_context(
            on=_worth_waiting, attempts=_ATTEMPTS, timeout=None, wait_initial=0.25, wait_max=5.0, wait_jitter=0.25
        ):
            with attempt:
                return await self._signed_in(realm_id, call)
        raise AssertionError("stamina either returns or raises")

    async def _signed_in(self, realm_id: RealmId, call: Call) -> Answer:
        token = await self.tokens.access_token(realm_id)
        await self._pace(realm_id)
        try:
            return await self.client.send(realm_id, token, call)
        except QboUnauthorizedError:
            fresh = await self.tokens.replace_refused(realm_id, token)
            await self._pace(realm_id)
            return await self.client.send(realm_id, fresh, call)

    async def _pace(self, realm_id: RealmId) -> None:
        started = self._started.setdefault(realm_id, deque(maxlen=self.calls_per_second))
        if len(started) == self.calls_per_second:
            await asyncio.sleep(max(0.0, started[0] + 1.0 - monotonic_seconds()))
        started.append(monotonic_seconds())


def _worth_waiting(error: Exception) -> bool | float:
    if isinstance(error, QboThrottledError):
        wished = error.retry_after_seconds
        return _THROTTLE_WAIT_SECONDS if wished is None else min(wished, _LONGEST_WAIT_SECONDS)
    return isinstance(error, QboServerError | QboUnreachableError)
