"""Reserves: what is set aside, and every address that changes it by hand."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from oodaloo.domains.core.permissions import Permission
from oodaloo.runway.decisions.requests import AtDesk
from oodaloo.runway.experiences.set_aside import (
    EntryView,
    ReserveView,
    SetAsideView,
    entries_view,
    reserve_view,
    set_aside_view,
)
from oodaloo.runway.model.picture import CashPicture
from oodaloo.web.api.access import Asking, May
from oodaloo.web.api.bodies import GiveBackBody, NewReserveBody, SetAsideBody
from oodaloo.web.api.posting import Posted, done
from oodaloo.web.api.reading import MaySee, reading

router = APIRouter(prefix="/businesses/{business_id}/reserves")

MaySetAside = Annotated[Asking, Depends(May(Permission.SET_ASIDE))]


@dataclass(frozen=True, slots=True)
class EntriesBody:
    """The entries of a reserve or of a bill's hold, in their order."""

    entries: tuple[EntryView, ...]


@router.get("")
async def reserves(asking: MaySee) -> SetAsideView:
    """Everything that is spoken for: reserves with a name, and what is held for bills."""
    async with reading(asking) as session:
        return await set_aside_view(session, asking.currency)


@router.get("/{key}/entries")
async def entries(asking: MaySee, key: str) -> EntriesBody:
    """How a reserve, or a bill's hold, came to what it holds."""
    async with reading(asking) as session:
        return EntriesBody(await entries_view(session, key, asking.currency))


@router.post("", response_model=ReserveView)
async def set_up(asking: MaySetAside, how: Posted, body: NewReserveBody) -> Response:
    """Set up an empty reserve; its rule counts from now on."""

    async def work(desk: AtDesk, picture: CashPicture) -> ReserveView:
        wanted = body.wanted(asking.currency)
        reserve = await desk.reserving.set_up(asking.business_id, wanted, desk.act, picture)
        return reserve_view(reserve, asking.currency)

    return await done(asking, how, body, ReserveView, work)


@router.post("/{key}/hold", response_model=ReserveView)
async def hold(asking: MaySetAside, how: Posted, key: str, body: SetAsideBody) -> Response:
    """Set cash aside by hand; more than there is beyond the buffer takes an owner's `overcommit`."""

    async def work(desk: AtDesk, picture: CashPicture) -> ReserveView:
        cents = body.amount.money(asking.currency).cents
        reserve = await desk.reserving.set_aside(
            asking.business_id, key, cents, desk.act, picture, overcommit=body.overcommit
        )
        return reserve_view(reserve, asking.currency)

    return await done(asking, how, body, ReserveView, work)


@router.post("/{key}/release", response_model=ReserveView)
async def release(asking: MaySetAside, how: Posted, key: str, body: GiveBackBody) -> Response:
    """Let cash that was set aside be spendable again."""

    async def work(desk: AtDesk, _: CashPicture) -> ReserveView:
        cents = body.amount.money(asking.currency).cents
        reserve = await desk.reserving.give_back(asking.business_id, key, cents, desk.act, body.reason)
        return reserve_view(reserve, asking.currency)

    return await done(asking, how, body, ReserveView, work)


@router.post("/{key}/retire", response_model=SetAsideView)
async def retire(asking: MaySetAside, how: Posted, key: str) -> Response:
    """Give back all that a reserve holds, and follow its rule no more; its entries stay."""

    async def work(desk: AtDesk, _: CashPicture) -> SetAsideView:
        await desk.reserving.retire(asking.business_id, key, desk.act)
        return await set_aside_view(desk.session, asking.currency)

    return await done(asking, how, None, SetAsideView, work)
