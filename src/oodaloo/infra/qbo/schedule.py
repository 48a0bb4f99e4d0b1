"""What the table of timing says of each business now, from all that is stored about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.metering import BudgetState, MeteredReads
from oodaloo.infra.qbo.timing import Plan, Situation, plan
from oodaloo.infra.qbo.tokens import ConnectionRow, ConnectionState
from oodaloo.infra.qbo.turns import Turn, Turns
from oodaloo.infra.qbo.webhooks.inbox import Inbox, Waiting
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId, RealmId


class Refreshed(Protocol):
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

    async def plans(self, businesses: Sequence[Refreshed]) -> Mapping[BusinessId, Plan]:
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

    async def _connected(self) -> frozenset[str]:
        statement = select(ConnectionRow.realm_id).where(ConnectionRow.state == ConnectionState.CONNECTED)
        async with self.database.system(read_only=True) as session:
            return frozenset(await session.scalars(statement))

    def _situation(self, business: Refreshed, turn: Turn, waiting: Waiting | None, budget: BudgetState) -> Situation:
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
