"""Second thoughts: taking back what was finalized and hasn't started, and deciding anew about what couldn't be paid."""

from dataclasses import dataclass, replace

from oodaloo.infra.db.session import Tenants, TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.approval import Outcome
from oodaloo.runway.decisions.bills import bill_in, seen_of
from oodaloo.runway.decisions.steps import Act, Cover, Told, advance
from oodaloo.runway.model.decisions import DecisionState, Step
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import UnknownBatchError
from oodaloo.runway.records import decisions, orders
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.orders import OrderState


@dataclass(frozen=True, slots=True)
class SecondThoughts:
    """What people can still do about a decision that was finalized."""

    database: Tenants

    async def cancel(self, business_id: BusinessId, decision_id: str, act: Act) -> Decision:
        """Take back what hasn't started, or give up what couldn't be paid; what is held is released.

        The other bills of the same payment are taken back with it. Raises `IllegalStepError` when it has started or
        ended, `UnknownDecisionError`, `NotPermittedError`.
        """
        async with self.database.tenant(business_id) as session:
            await locked_desk(session)
            decision = await decisions.load(session, decision_id)
            for other in await _paid_along(session, decision, act):
                told = Told(happened="Its payment was cancelled with another bill of it.")
                await advance(session, other, Step.CANCEL, act, None, to=other, told=told)
            return await advance(session, decision, Step.CANCEL, act, None, to=decision, told=Told())

    async def cancel_batch(self, business_id: BusinessId, batch_id: str, act: Act) -> tuple[Outcome, ...]:
        """Take back all of a batch that hasn't started; each decision on its own, with why it can't be.

        Raises `UnknownBatchError`.
        """
        async with self.database.tenant(business_id, read_only=True) as session:
            of_batch = await decisions.of_batch(session, batch_id)
        if not of_batch:
            raise UnknownBatchError(f"There is no batch {batch_id}. Look at the list of batches again.")
        found = []
        for each in of_batch:
            try:
                found.append(Outcome(each.seen.bill_id, await self._cancelled(business_id, each.id, act)))
            except OodalooError as error:
                found.append(Outcome(each.seen.bill_id, None, str(error)))
        return tuple(found)

    async def _cancelled(self, business_id: BusinessId, decision_id: str, act: Act) -> Decision:
        """The decision, cancelled by now: maybe with another one of the same payment."""
        async with self.database.tenant(business_id, read_only=True) as session:
            now = await decisions.load(session, decision_id)
        return now if now.state is DecisionState.CANCELLED else await self.cancel(business_id, decision_id, act)

    async def decide_anew(
        self, business_id: BusinessId, decision_id: str, act: Act, picture: CashPicture, *, overcommit: str = ""
    ) -> Decision:
        """Stage a bill again that couldn't be paid, as it is in QuickBooks now.

        Raises `BillNotPayableError` when it isn't open any more (cancel it then), `NoCoverError`, `IllegalStepError`,
        `UnknownDecisionError`, `NotPermittedError`.
        """
        async with self.database.tenant(business_id) as session:
            await locked_desk(session)
            decision = await decisions.load(session, decision_id)
            bill = bill_in(picture, decision.seen.bill_id)
            blank = replace(
                replace(decision, seen=seen_of(bill)).undecided(),
                batch_id=None,
                order_id=None,
                stale="",
                expected="",
                picture_id=act.picture_id,
                approved_by=act.actor,
                told="",
            )
            cover = Cover.of(picture, overcommit=overcommit)
            told = Told(facts={"overcommitted_because": overcommit} if overcommit else {})
            return await advance(session, decision, Step.DECIDE_ANEW, act, cover, to=blank, told=told)


async def _paid_along(session: TenantSession, decision: Decision, act: Act) -> tuple[Decision, ...]:
    """Stops the payment of a decision that is finalized; gives the other decisions of it."""
    if decision.state is not DecisionState.FINALIZED or decision.order_id is None:
        return ()
    standing = await orders.order_of(session, decision.order_id)
    stopped = await orders.turn(
        session, standing, OrderState.WAITING, OrderState.DUE, to=OrderState.CANCELLED, at=act.at
    )
    if stopped is None:
        return ()
    return tuple(each for each in await decisions.of_ids(session, standing.decision_ids) if each.id != decision.id)
