"""Finalizing batches and second thoughts about them: every address behind which money is on its way."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from oodaloo.domains.core.permissions import Permission
from oodaloo.runway.decisions.requests import AtDesk
from oodaloo.runway.experiences.decision_desk import (
    DecisionView,
    WholeBatchView,
    decision_view,
    finalized_view,
    outcomes_view,
)
from oodaloo.runway.model.picture import CashPicture
from oodaloo.web.api.access import Asking, May
from oodaloo.web.api.bodies import FinalizeBody, OvercommitBody
from oodaloo.web.api.deciding import MayApprove, MayPrepare, OutcomesBody
from oodaloo.web.api.posting import Posted, done

router = APIRouter(prefix="/businesses/{business_id}")

MayFinalize = Annotated[Asking, Depends(May(Permission.FINALIZE))]


@router.post("/batches", response_model=WholeBatchView)
async def finalize(asking: MayPrepare, how: Posted, body: FinalizeBody) -> Response:
    """Finalize drafts: all problems are found first, and then each payment goes its own way.

    Above the business's limit the batch waits for a second approval. QuickBooks records the payments; the money leaves
    by the bank, the cheque or the card. A batch of delays alone takes no right to finalize payments. `expected` says
    what all of it together does to the runway.
    """
    expected = ""

    async def foresee(picture: CashPicture) -> None:
        nonlocal expected
        price = await asking.services.price_on(picture, {each.decision_id for each in body.decisions})
        expected = price.effect.because if price.effect else ""

    async def work(desk: AtDesk, picture: CashPicture) -> WholeBatchView:
        finalized = await desk.finalizing.finalize(
            asking.business_id, body.asked(), desk.act, picture, expected=expected, overcommit=body.overcommit
        )
        return finalized_view(finalized, asking.currency)

    return await done(asking, how, body, WholeBatchView, work, foresee=foresee)


@router.post("/batches/{batch_id}/approve", response_model=WholeBatchView)
async def approve_second(asking: MayApprove, how: Posted, batch_id: str) -> Response:
    """Approve a batch that waits for it, as somebody who approved, decided and finalized nothing of it."""

    async def work(desk: AtDesk, picture: CashPicture) -> WholeBatchView:
        approved = await desk.finalizing.approve_second(asking.business_id, batch_id, desk.act, picture)
        return finalized_view(approved, asking.currency)

    return await done(asking, how, None, WholeBatchView, work)


@router.post("/batches/{batch_id}/refuse", response_model=WholeBatchView)
async def refuse_second(asking: MayApprove, how: Posted, batch_id: str) -> Response:
    """Refuse a batch that waits for a second approval: its bills are approved and held for again."""

    async def work(desk: AtDesk, picture: CashPicture) -> WholeBatchView:
        refused = await desk.finalizing.refuse_second(asking.business_id, batch_id, desk.act, picture)
        return finalized_view(refused, asking.currency)

    return await done(asking, how, None, WholeBatchView, work)


@router.post("/batches/{batch_id}/cancel", response_model=OutcomesBody)
async def cancel_batch(asking: MayFinalize, how: Posted, batch_id: str) -> Response:
    """Take back everything of a batch that hasn't started; of the rest it is told why it can't be."""

    async def work(desk: AtDesk, _: CashPicture) -> OutcomesBody:
        outcomes = await desk.second_thoughts.cancel_batch(asking.business_id, batch_id, desk.act)
        return OutcomesBody(outcomes_view(outcomes, asking.currency))

    return await done(asking, how, None, OutcomesBody, work)


@router.post("/decisions/{decision_id}/cancel", response_model=DecisionView)
async def cancel(asking: MayFinalize, how: Posted, decision_id: str) -> Response:
    """Take back what hasn't started, with the other bills of the same payment, or give up what couldn't be paid."""

    async def work(desk: AtDesk, _: CashPicture) -> DecisionView:
        cancelled = await desk.second_thoughts.cancel(asking.business_id, decision_id, desk.act)
        return decision_view(cancelled, asking.currency)

    return await done(asking, how, None, DecisionView, work)


@router.post("/decisions/{decision_id}/decide-anew", response_model=DecisionView)
async def decide_anew(asking: MayApprove, how: Posted, decision_id: str, body: OvercommitBody) -> Response:
    """Approve and hold once more for a bill that couldn't be paid, as it is in QuickBooks now."""

    async def work(desk: AtDesk, picture: CashPicture) -> DecisionView:
        staged = await desk.second_thoughts.decide_anew(
            asking.business_id, decision_id, desk.act, picture, overcommit=body.overcommit
        )
        return decision_view(staged, asking.currency)

    return await done(asking, how, body, DecisionView, work)
