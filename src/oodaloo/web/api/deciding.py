"""Approving bills and drafting decisions about them: every address that moves a decision on before it is finalized."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from oodaloo.domains.core import rules
from oodaloo.domains.core.permissions import Permission
from oodaloo.runway.decisions.requests import AtDesk
from oodaloo.runway.experiences.decision_desk import (
    AmountView,
    DecisionView,
    OutcomeView,
    amount_view,
    decision_view,
    outcomes_view,
)
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.current import plan_of
from oodaloo.web.api.access import Asking, May
from oodaloo.web.api.bodies import ApproveBody, BillsBody, DecideBody, LimitBody, SuggestBody, VersionBody
from oodaloo.web.api.posting import Posted, done, telling_what_moved

router = APIRouter(prefix="/businesses/{business_id}")

MayPrepare = Annotated[Asking, Depends(May(Permission.PREPARE))]
MayApprove = Annotated[Asking, Depends(May(Permission.APPROVE))]
MayManage = Annotated[Asking, Depends(May(Permission.MANAGE))]


@dataclass(frozen=True, slots=True)
class OutcomesBody:
    """What became of each bill, in the order asked for: one refusal keeps back no other."""

    outcomes: tuple[OutcomeView, ...]


@dataclass(frozen=True, slots=True)
class SuggestedBody:
    """What became of each bill of the plan that was drafted; `left` of it are for the next request."""

    outcomes: tuple[OutcomeView, ...]
    left: int


@dataclass(frozen=True, slots=True)
class LimitedBody:
    """The sum above which a batch needs a second approval; null for no limit."""

    limit: AmountView | None


@router.post("/bills/approve", response_model=OutcomesBody)
async def approve(asking: MayApprove, how: Posted, body: ApproveBody) -> Response:
    """Approve bills, and hold at once for those that there is cover for.

    A bill without cover stays approved, and says what is missing; `overcommit` takes an owner.
    """

    async def work(desk: AtDesk, picture: CashPicture) -> OutcomesBody:
        outcomes = await desk.approving.approve(
            asking.business_id, body.bill_ids, desk.act, picture, overcommit=body.overcommit
        )
        return OutcomesBody(outcomes_view(outcomes, asking.currency))

    return await done(asking, how, body, OutcomesBody, work)


@router.post("/bills/stage", response_model=OutcomesBody)
async def stage(asking: MayApprove, how: Posted, body: ApproveBody) -> Response:
    """Hold for bills that are approved and had no cover then."""

    async def work(desk: AtDesk, picture: CashPicture) -> OutcomesBody:
        outcomes = await desk.approving.stage(
            asking.business_id, body.bill_ids, desk.act, picture, overcommit=body.overcommit
        )
        return OutcomesBody(outcomes_view(outcomes, asking.currency))

    return await done(asking, how, body, OutcomesBody, work)


@router.post("/bills/unapprove", response_model=OutcomesBody)
async def unapprove(asking: MayApprove, how: Posted, body: BillsBody) -> Response:
    """Take approvals back and release what is held, as long as nothing is finalized."""

    async def work(desk: AtDesk, _: CashPicture) -> OutcomesBody:
        outcomes = await desk.approving.unapprove(asking.business_id, body.bill_ids, desk.act)
        return OutcomesBody(outcomes_view(outcomes, asking.currency))

    return await done(asking, how, body, OutcomesBody, work)


@router.post("/bills/{bill_id}/decide", response_model=DecisionView)
async def decide(asking: MayPrepare, how: Posted, bill_id: str, body: DecideBody) -> Response:
    """Draft what is to happen to a bill: pay it now, on a day, or not now. A delay needs no approval.

    `expected` says what it does to the runway; with `dry_run` before it is done. Where somebody has changed the
    decision since `version`, the answer is 409 with the decision as it stands.
    """
    choice, expected = body.chosen(asking.currency), ""

    async def foresee(picture: CashPicture) -> None:
        nonlocal expected
        expected = await asking.services.expected(picture, bill_id, choice)

    async def work(desk: AtDesk, picture: CashPicture) -> DecisionView:
        decided = await desk.queue.decide(
            asking.business_id, bill_id, choice, desk.act, picture, seen_version=body.version, expected=expected
        )
        return decision_view(decided, asking.currency)

    async with telling_what_moved(asking, bill_id):
        return await done(asking, how, body, DecisionView, work, foresee=foresee)


@router.post("/bills/suggest", response_model=SuggestedBody)
async def suggest(asking: MayPrepare, how: Posted, body: SuggestBody) -> Response:
    """Draft the suggested plan: each bill that nothing is decided about, on its day of the plan.

    Bills that nobody approved are approved with it by whoever may; for others it is told what they wait for.
    """
    plan: PaymentPlan | Unknown = Unknown(())

    async def foresee(picture: CashPicture) -> None:
        nonlocal plan
        plan = await plan_of(picture)

    async def work(desk: AtDesk, picture: CashPicture) -> SuggestedBody:
        now, left = _earliest(plan, body.at_most)
        outcomes = await desk.suggesting.draft(asking.business_id, now, desk.act, picture)
        return SuggestedBody(outcomes_view(outcomes, asking.currency), left)

    return await done(asking, how, body, SuggestedBody, work, foresee=foresee)


@router.post("/bills/{bill_id}/undecide", response_model=DecisionView)
async def undecide(asking: MayPrepare, how: Posted, bill_id: str, body: VersionBody) -> Response:
    """Take a draft back: the bill is approved, or open, as before. 409 as in deciding."""

    async def work(desk: AtDesk, picture: CashPicture) -> DecisionView:
        before = await desk.queue.undecide(asking.business_id, bill_id, desk.act, picture, seen_version=body.version)
        return decision_view(before, asking.currency)

    async with telling_what_moved(asking, bill_id):
        return await done(asking, how, body, DecisionView, work)


@router.post("/approval-limit", response_model=LimitedBody)
async def set_approval_limit(asking: MayManage, how: Posted, body: LimitBody) -> Response:
    """Settle above which sum a batch needs the approval of somebody who did nothing else of it."""

    async def work(desk: AtDesk, _: CashPicture) -> LimitedBody:
        limit = body.limit.money(asking.currency) if body.limit else None
        await rules.set_approval_limit(desk.session, limit, desk.author)
        return LimitedBody(amount_view(limit) if limit else None)

    return await done(asking, how, body, LimitedBody, work)


def _earliest(plan: PaymentPlan | Unknown, at_most: int) -> tuple[PaymentPlan | Unknown, int]:
    """The plan with so many payments at most, and how many it has beyond them."""
    if isinstance(plan, Unknown):
        return plan, 0
    return replace(plan, payments=plan.payments[:at_most]), max(0, len(plan.payments) - at_most)
