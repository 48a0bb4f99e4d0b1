"""The suggested plan as drafts: every bill that it gives a date is approved, held for and decided in one go."""

from dataclasses import dataclass

from oodaloo.domains.core.permissions import NotPermittedError
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.decisions.approval import Approving, Outcome
from oodaloo.runway.decisions.queue import Choice, PayNow, Queue, Schedule
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan, PlannedPayment
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.records import decisions


class NoPlanError(OodalooError):
    """Nobody can suggest when to pay, because until when cash lasts isn't known; the message says why."""


_UNAPPROVED = frozenset({DecisionState.OPEN, DecisionState.APPROVED})


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Drafts what the engine suggests; people change the drafts afterwards, or finalize them as they are."""

    approving: Approving
    queue: Queue

    async def draft(
        self, business_id: BusinessId, plan: PaymentPlan | Unknown, act: Act, picture: CashPicture
    ) -> tuple[Outcome, ...]:
        """A draft for each bill of the plan, on its day; each bill on its own, with why it has none where it hasn't.

        Bills that nobody approved are approved by whoever asks, if he may. What people drafted already isn't touched:
        the plan leaves decided bills out. Raises `NoPlanError` for an unknown one.
        """
        if isinstance(plan, Unknown):
            raise NoPlanError(" ".join(plan.because))
        return tuple([await self._draft(business_id, payment, act, picture) for payment in plan.payments])

    async def _draft(self, business_id: BusinessId, payment: PlannedPayment, act: Act, picture: CashPicture) -> Outcome:
        bill_id = payment.timing.bill.ref.id
        approved = await self._approved(business_id, bill_id, act, picture)
        if approved.decision is None:
            return approved
        try:
            drafted = await self.queue.decide(
                business_id,
                bill_id,
                _choice(payment, picture),
                act,
                picture,
                seen_version=approved.decision.version,
                expected=payment.because,
                suggested=True,
            )
        except OodalooError as error:
            return Outcome(bill_id, approved.decision, str(error))
        return Outcome(bill_id, drafted)

    async def _approved(self, business_id: BusinessId, bill_id: str, act: Act, picture: CashPicture) -> Outcome:
        """The bill's decision, approved by now; or why it can't be."""
        async with self.queue.database.tenant(business_id, read_only=True) as session:
            known = await decisions.of_bill(session, bill_id)
        if known is not None and known.state not in _UNAPPROVED:
            return Outcome(bill_id, known)
        try:
            [outcome] = await self.approving.approve(business_id, [bill_id], act, picture)
        except NotPermittedError as error:
            return Outcome(bill_id, None, str(error))
        return outcome


def _choice(payment: PlannedPayment, picture: CashPicture) -> Choice:
    discount = not payment.discount.is_zero
    if payment.day <= picture.books.as_of:
        return PayNow(discount=discount)
    return Schedule(payment.day, discount=discount)
