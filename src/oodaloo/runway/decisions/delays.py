"""Delays that end: on its wake date a bill comes back to the queue."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_

from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.due import claim_due
from oodaloo.kit.clock import Clock, local_date
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.bills import BillNotPayableError, bill_in, seen_of
from oodaloo.runway.decisions.steps import Act, Told, write_down
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.wording import day_text
from oodaloo.runway.records import decisions
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.tables import DecisionRow

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Delays:
    """Brings delayed bills back. `picture_of` gives the newest picture of a business; `clock` is product time."""

    database: Database
    picture_of: Callable[[BusinessId], Awaitable[CashPicture]]
    clock: Clock
    wall_clock: Clock
    new_id: Callable[[], str]

    async def wake(self, business: Business) -> int:
        """Bring back what was delayed until today or an earlier day there; gives how many delays that ended.

        A bill that isn't open any more, or that somebody has decided about meanwhile, only has its delay's end noted.
        Raises what `picture_of` raises.
        """
        today = local_date(self.clock.now(), business.timezone)
        async with self.database.tenant(business.id, read_only=True) as session:
            ended = await decisions.ids_of(session, _has_ended(today), at_most=_AT_ONCE)
        if not ended:
            return 0
        picture = await self.picture_of(business.id)
        woken = 0
        for decision_id in ended:  # each by itself, as people decide about the same bills
            async with self.database.tenant(business.id) as session:
                woken += await self._wake(session, decision_id, today, picture)
        return woken

    async def _wake(self, session: TenantSession, decision_id: str, today: date, picture: CashPicture) -> int:
        told = f"Its delay ended on {day_text(today)}."
        due = and_(_has_ended(today), DecisionRow.id == decision_id)
        if not await claim_due(session, DecisionRow, due, claimed={"told": told}):
            return 0
        delayed = await decisions.load(session, decision_id)
        act = Act(None, self.clock.now(), self.wall_clock.now())
        back, happened = await self._brought_back(session, delayed, act, picture)
        await write_down(session, "wake", back, act, Told(happened=f"{told} {happened}"))
        return 1

    async def _brought_back(
        self, session: TenantSession, delayed: Decision, act: Act, picture: CashPicture
    ) -> tuple[Decision, str]:
        try:
            bill = bill_in(picture, delayed.seen.bill_id)
        except BillNotPayableError:
            return delayed, "The bill isn't open any more: it was paid or deleted in QuickBooks."
        told = f"It was delayed until {day_text(delayed.wake_on)}." if delayed.wake_on else ""
        fresh = Decision(self.new_id(), seen_of(bill), DecisionState.OPEN, bill.open.cents, act.at, act.at)
        if not await decisions.save_new(session, replace(fresh, told=told)):
            return delayed, "Somebody has decided about the bill meanwhile."
        return fresh, "The bill is back in the queue."


def _has_ended(today: date) -> ColumnElement[bool]:
    """Delays that were carried out, whose date has come, and whose end isn't noted."""
    row = DecisionRow
    return and_(row.state == DecisionState.EXECUTED.value, row.wake_on <= today, row.told == "")
