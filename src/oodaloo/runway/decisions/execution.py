"""Carrying orders out: holds, decisions and audit around what payables do in QuickBooks."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, or_

from oodaloo.domains.ap.operations import PaymentEnd, PaymentOutcome, execute_payment_workflow
from oodaloo.domains.ap.payments import PaymentOrder
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.due import claim_due
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.jobs.workflow import Kind, Queue, Run
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.steps import Act, Told, advance
from oodaloo.runway.model.decisions import DecisionState, Step
from oodaloo.runway.records import decisions, orders
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.orders import OrderState
from oodaloo.runway.records.tables import PaymentOrderRow

PAYMENT: Final = Kind("payment", Queue("payments", at_once=20))
"""One payment order, carried out. Its run is about the order's id."""

LOOK_AGAIN_AFTER: Final = timedelta(minutes=2)
"""How long after an attempt without a known end QuickBooks is asked again."""

_LOST_AFTER: Final = timedelta(hours=1)
"""An order that is under way for so long has lost its run, by a fault of ours: another one goes on with it."""


@dataclass(frozen=True, slots=True)
class Execution:
    """Carries payment orders out. `clock` is product time, `wall_clock` real time."""

    database: Database
    jobs: Jobs
    writes: Writes
    clock: Clock
    wall_clock: Clock
    look_again_after: timedelta = LOOK_AGAIN_AFTER

    async def enqueue(self, session: TenantSession, order_id: str) -> None:
        """Have an order carried out once the caller's transaction is committed."""
        await self.jobs.enqueue(session, PAYMENT, order_id, key=f"payment {order_id}")
        await orders.note_enqueued(session, order_id, self.wall_clock.now())

    async def enqueue_due(self, business_id: BusinessId) -> int:
        """Enqueue what is scheduled and due by now, and what ended without a known end a while ago; gives how many.

        Missed ticks need no making up: what was due then is due still.
        """
        due, silent = self._is_due(), self._is_silent()
        async with self.database.tenant(business_id, read_only=True) as session:
            if not await orders.are_any(session, or_(due, silent)):
                return 0
        now = self.wall_clock.now()
        async with self.database.tenant(business_id) as session:
            begun = {"state": OrderState.DUE.value, "changed_at": self.clock.now(), "enqueued_at": now}
            claimed = await claim_due(session, PaymentOrderRow, due, claimed=begun)
            for row in claimed:
                await self.jobs.enqueue(session, PAYMENT, row.id, key=f"payment {row.id}")
            again = await claim_due(session, PaymentOrderRow, silent, claimed={"enqueued_at": now})
            for row in again:
                await self.jobs.enqueue(session, PAYMENT, row.id, key=f"payment {row.id} from {now.isoformat()}")
        return len(claimed) + len(again)

    async def carry_out(self, run: Run, order_id: str) -> None:
        """The run of one order: begun, paid by payables, and what came of it noted with its holds and audit."""
        order_text = await run.transaction("start", lambda session: self._start(session, order_id))
        if not order_text:
            return
        order = msgspec.json.decode(order_text, type=PaymentOrder)
        outcome = await execute_payment_workflow(run, order, self.writes)
        await run.transaction("settle", lambda session: self._settle(session, order_id, outcome))

    def _is_due(self) -> ColumnElement[bool]:
        row = PaymentOrderRow
        return and_(row.state == OrderState.WAITING.value, row.due_at <= self.clock.now())

    def _is_silent(self) -> ColumnElement[bool]:
        row, now = PaymentOrderRow, self.wall_clock.now()
        unknown = and_(row.state == OrderState.UNKNOWN.value, row.enqueued_at <= now - self.look_again_after)
        begun = row.state.in_([OrderState.DUE.value, OrderState.EXECUTING.value])
        return or_(unknown, and_(begun, row.enqueued_at <= now - _LOST_AFTER))

    async def _start(self, session: TenantSession, order_id: str) -> str:
        """The order as JSON, empty when nothing is to be done: it was cancelled, or carried out by an earlier run."""
        await locked_desk(session)
        standing = await orders.order_of(session, order_id)
        since = (OrderState.DUE, OrderState.UNKNOWN, OrderState.EXECUTING)
        if await orders.turn(session, standing, *since, to=OrderState.EXECUTING, at=self.clock.now()) is None:
            return ""
        for decision in await decisions.of_ids(session, standing.decision_ids):
            if decision.state is not DecisionState.EXECUTING:
                await advance(session, decision, Step.START, self._act(), None, to=decision, told=Told())
        return msgspec.json.encode(standing.order).decode()

    async def _settle(self, session: TenantSession, order_id: str, outcome: PaymentOutcome) -> bool:
        """Note how an order ended. What is held is consumed when it is paid, and stays in any other case."""
        await locked_desk(session)
        standing = await orders.order_of(session, order_id)
        ended = await orders.turn(
            session,
            standing,
            OrderState.EXECUTING,
            to=_ORDER_STATES[outcome.end],
            at=self.clock.now(),
            bill_payment_id=outcome.bill_payment_id,
            told=outcome.told,
        )
        if ended is None:
            return False
        happened = outcome.told or f"BillPayment {outcome.bill_payment_id} is in QuickBooks."
        facts = {"order": order_id, "bill_payment": outcome.bill_payment_id}
        for decision in await decisions.of_ids(session, standing.decision_ids):
            told = Told(expected=decision.expected, happened=happened, facts=facts)
            to = replace(decision, told=happened)
            await advance(session, decision, _STEPS[outcome.end], self._act(), None, to=to, told=told)
        return True

    def _act(self) -> Act:
        return Act(None, self.clock.now(), self.wall_clock.now())


_ORDER_STATES: Final = {
    PaymentEnd.PAID: OrderState.EXECUTED,
    PaymentEnd.REFUSED: OrderState.FAILED,
    PaymentEnd.UNKNOWN: OrderState.UNKNOWN,
}
_STEPS: Final = {
    PaymentEnd.PAID: Step.CONFIRM,
    PaymentEnd.REFUSED: Step.FAIL,
    PaymentEnd.UNKNOWN: Step.LOSE_SIGHT,
}
