"""What every POST shares: done once under its key, previewed on the same path, and told when something moved on."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, TypeAdapter

from oodaloo.domains.core import audit
from oodaloo.domains.core.answers import Keyed
from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.decisions.requests import AtDesk
from oodaloo.runway.experiences.decision_desk import decision_about_view
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import DecisionMovedError
from oodaloo.web.api.access import Asking
from oodaloo.web.api.problems import LastChange, MovedOnError

AnswerT = TypeVar("AnswerT")

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a POST was sent: under which key, to which address, and whether it is only a preview."""

    key: str
    address: str
    dry_run: bool


async def sent(
    request: Request,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=100,
            description="Names this request: under it, it is done once, however often it is sent in 30 days.",
        ),
    ],
    dry_run: Annotated[bool, Query(description="Do it, tell what it does, and take all of it back.")] = False,
) -> Sent:
    """How the request was sent."""
    return Sent(idempotency_key, request.url.path, dry_run)


Posted = Annotated[Sent, Depends(sent)]


async def done(
    asking: Asking,
    how: Sent,
    body: BaseModel | None,
    kind: type[AnswerT],
    work: Callable[[AtDesk, CashPicture], Awaitable[AnswerT]],
    *,
    foresee: Callable[[CashPicture], Awaitable[None]] | None = None,
) -> Response:
    """The answer to what `work` does on the newest picture; an earlier one to the same request under the same key.

    What takes long and only needs the picture is done by `foresee`, before anybody has to wait for the desk.
    """
    keyed = Keyed(asking.holder.person.id, how.key, _asked(how, body))
    requests = asking.services.requests
    known = None if how.dry_run else await requests.answered(asking.holder, keyed)
    if known is not None:
        return _json(known, {REPLAYED: "true"})
    picture = await asking.services.picture(asking.business_id)
    if foresee is not None:
        await foresee(picture)

    async def answered(desk: AtDesk) -> str:
        return TypeAdapter(kind).dump_json(await work(desk, picture)).decode()

    return _json(await requests.carry_out(asking.holder, keyed, picture, answered, dry_run=how.dry_run))


@asynccontextmanager
async def telling_what_moved(asking: Asking, bill_id: str) -> AsyncIterator[None]:
    """Add to a version conflict how the decision about the bill stands now, and who changed it last."""
    try:
        yield
    except DecisionMovedError as error:
        async with asking.services.database.tenant(asking.business_id, read_only=True) as session:
            current = await decision_about_view(session, bill_id, asking.currency)
            raise MovedOnError(error, current, await _last_change(session, bill_id)) from error


async def _last_change(session: TenantSession, bill_id: str) -> LastChange | None:
    last = await audit.latest(session, f"Bill {bill_id}")
    return LastChange(by=last.entry.actor_name, action=last.entry.action, at=last.entry.at) if last else None


def _asked(how: Sent, body: BaseModel | None) -> str:
    """A hash of everything that is asked for, however its JSON was written."""
    content = body.model_dump_json() if body is not None else ""
    return hashlib.sha256(f"{how.address}\n{content}".encode()).hexdigest()


def _json(body: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, headers=headers, media_type="application/json")
