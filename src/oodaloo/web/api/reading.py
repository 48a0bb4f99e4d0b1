"""What there is to decide about and what was decided: every address that only tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from oodaloo.domains.core import rules
from oodaloo.domains.core.audit import NumberedEntry
from oodaloo.domains.core.permissions import Permission, Role
from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.experiences import decision_desk as desk
from oodaloo.runway.experiences.batch_price import PriceView, price_view
from oodaloo.runway.experiences.decision_desk import (
    AmountView,
    BatchView,
    BillsView,
    DecisionView,
    WholeBatchView,
    amount_view,
)
from oodaloo.web.api.access import Asking, May

router = APIRouter(prefix="/businesses/{business_id}")

MaySee = Annotated[Asking, Depends(May(Permission.SEE))]


@dataclass(frozen=True, slots=True)
class BusinessBody:
    """A business as whoever asks sees it. `role` is the role that the token acts in now; no limit is null."""

    id: str
    name: str
    currency: str
    timezone: str
    buffer: AmountView
    approval_limit: AmountView | None
    person_id: str
    role: Role
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class DecisionsBody:
    """Decisions that haven't ended, oldest first."""

    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True, slots=True)
class BatchesBody:
    """All batches, newest first."""

    batches: tuple[BatchView, ...]


@dataclass(frozen=True, slots=True)
class AuditBody:
    """Up to 500 entries in their order. While there are so many, more may follow `after` the last one's number."""

    entries: tuple[NumberedEntry, ...]


@dataclass(frozen=True, slots=True)
class VerdictBody:
    """Whether the trail is whole; `broken_at` is the first entry that is missing, changed or out of its place."""

    entries: int
    hash: str
    broken_at: int | None
    verified_at: datetime


@router.get("")
async def business(asking: MaySee) -> BusinessBody:
    """The business, and what the token may do in it."""
    about, member = asking.business, asking.member
    async with reading(asking) as session:
        limit = await rules.approval_limit(session)
    return BusinessBody(
        id=about.id,
        name=about.name,
        currency=about.currency,
        timezone=about.timezone,
        buffer=amount_view(about.buffer),
        approval_limit=amount_view(limit) if limit else None,
        person_id=member.person.id,
        role=member.role,
        permissions=tuple(each for each in Permission if member.may(each)),
    )


@router.get("/bills")
async def bills(asking: MaySee) -> BillsView:
    """The open bills, by due date, each with the decision about it that hasn't ended."""
    picture = await asking.services.picture(asking.business_id)
    async with reading(asking) as session:
        return await desk.bills_view(session, picture)


@router.get("/decisions")
async def decisions(asking: MaySee) -> DecisionsBody:
    """Every decision that hasn't ended: the queue, and what is being carried out."""
    async with reading(asking) as session:
        return DecisionsBody(await desk.decisions_view(session, asking.currency))


@router.get("/price")
async def price(asking: MaySee) -> PriceView:
    """What all drafts do to the runway together, compared with nothing decided about their bills."""
    picture = await asking.services.picture(asking.business_id)
    return price_view(await asking.services.price_on(picture), picture.id)


@router.get("/decisions/{decision_id}")
async def decision(asking: MaySee, decision_id: str) -> DecisionView:
    """One decision, ended ones too."""
    async with reading(asking) as session:
        return await desk.one_decision_view(session, decision_id, asking.currency)


@router.get("/batches")
async def batches(asking: MaySee) -> BatchesBody:
    """The batches that were finalized or wait for a second approval."""
    async with reading(asking) as session:
        return BatchesBody(await desk.batches_view(session, asking.currency))


@router.get("/batches/{batch_id}")
async def batch(asking: MaySee, batch_id: str) -> WholeBatchView:
    """How a batch gets on: each decision and each payment of it as they stand."""
    async with reading(asking) as session:
        return await desk.batch_view(session, batch_id, asking.currency)


@router.get("/audit")
async def audit(
    asking: MaySee,
    after: Annotated[int, Query(ge=0, description="Only entries behind this number.")] = 0,
    subject: Annotated[str | None, Query(max_length=100, description='Only about this, such as "Bill 45".')] = None,
) -> AuditBody:
    """Who did what, when, on what knowledge, expecting what, and what happened."""
    return AuditBody(await asking.services.audit_trail(asking.business_id, subject=subject, after=after))


@router.get("/audit/verification")
async def verification(asking: MaySee) -> VerdictBody:
    """Whether every entry of the trail is there, as it was written."""
    found = await asking.services.verify_audit(asking.business_id)
    return VerdictBody(found.entries, found.hash, found.broken_at, asking.services.clock.now())


@asynccontextmanager
async def reading(asking: Asking) -> AsyncIterator[TenantSession]:
    """One moment of the business's data."""
    async with asking.services.database.tenant(asking.business_id, read_only=True) as session:
        yield session
