"""What the table of timing says of each business now, from all that is stored about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy import select

from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.connection.tokens import ConnectionRow, ConnectionState
from oodaloo.infra.qbo.freshness.timing import Plan, Situation, plan
from oodaloo.infra.qbo.freshness.turns import Turn, Turns
from oodaloo.infra.qbo.smart_sync.metering import BudgetState, MeteredReads
from oodaloo.infra.qbo.webhooks.inbox import Inbox, Waiting
from oodaloo.kit.clock import Clock, monotonic_seconds
from oodaloo.kit.ids import BusinessId, RealmId

_NOTED_EACH_SECONDS: Final = 60.0


class Followed(Protocol):
    """A business as far as its timing goes."""

    @property
    def id(self) -> BusinessId:
        """The tenant."""
        ...

    @property
    def realm_id(self) -> RealmId:
        """Its company in QuickBooks."""
        ...

    @property
    def timezone(self) -> str:
        """Whose days and hours count."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """Knows which businesses are due. `clock` is product time, `wall_clock` real time."""

    database: Database
    turns: Turns
    inbox: Inbox
    metered: MeteredReads
    clock: Clock
    wall_clock: Clock
    _noted: dict[BusinessId, float] = field(default_factory=dict, init=False)

    async def note_activity(self, business_id: BusinessId) -> None:
        """A person looks at this business. Stored once a minute, since that is all that the table asks for."""
        now = monotonic_seconds()
        if now - self._noted.get(business_id, -_NOTED_EACH_SECONDS) >= _NOTED_EACH_SECONDS:
            self._noted[business_id] = now
            await self.turns.note_activity(business_id, self.clock.now())

    async def plans(self, businesses: Sequence[Followed]) -> Mapping[BusinessId, Plan]:
        """The plan of each business that is connected; the books of others can't be read."""
        turns, waiting = await self.turns.all(), await self.inbox.waiting()
        budget = (await self.metered.budget()).state
        connected = await self._connected()
        return {
            business.id: plan(
                self._situation(business, turns.get(business.id, Turn()), waiting.get(business.realm_id), budget)
            )
            for business in businesses
            if business.realm_id in connected
        }

    async def turn(self, business_id: BusinessId) -> Turn:
        """The turn of one business; that of one that nobody has looked at yet is empty."""
        return (await self.turns.all()).get(business_id, Turn())

    async def _connected(self) -> frozenset[str]:
        statement = select(ConnectionRow.realm_id).where(ConnectionRow.state == ConnectionState.CONNECTED)
        async with self.database.system(read_only=True) as session:
            return frozenset(await session.scalars(statement))

    def _situation(self, business: Followed, turn: Turn, waiting: Waiting | None, budget: BudgetState) -> Situation:
        now = self.wall_clock.now()
        return Situation(
            now=self.clock.now(),
            timezone=business.timezone,
            active_at=turn.active_at,
            fresh_at=turn.fresh_at,
            waiting=now - waiting.since if waiting else None,
            since_look=now - turn.looked_at if turn.looked_at else None,
            failures=turn.failures,
            trusted=turn.trusted,
            budget=budget,
        )
