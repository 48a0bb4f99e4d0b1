"""Answers kept under the key of their request, so that asking again tells what happened instead of doing it twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from oodaloo.domains.core.store import KeptAnswerRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import PersonId

KEPT: Final = timedelta(days=30)
"""How long an answer is told again; under the same key the request counts as a new one afterwards."""


class KeyReusedError(OodalooError):
    """The Idempotency-Key was used for another request before. Use a new key for each request."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request of a person's under their key; `asked` is the SHA-256 of everything that it asks for."""

    person_id: PersonId
    key: str
    asked: str


async def kept_answer(session: TenantSession, request: Keyed, *, now: datetime) -> str | None:
    """The answer that the request was given before, as JSON; None when it is new. `now` is real time.

    Raises `KeyReusedError` when its key is that of another request.
    """
    rows = await session.scalars(
        select(KeptAnswerRow).where(
            KeptAnswerRow.person_id == request.person_id,
            KeptAnswerRow.key == request.key,
            KeptAnswerRow.made_at >= now - KEPT,
        )
    )
    if not rows:
        return None
    if rows[0].asked != request.asked:
        raise KeyReusedError(
            f"The Idempotency-Key {request.key!r} was that of another request of yours. Use a new key for each request."
        )
    return rows[0].body


async def keep_answer(session: TenantSession, request: Keyed, body: str, *, now: datetime) -> None:
    """Keep the answer in the transaction of what it tells, and forget those that are too old.

    Whoever asks holds the business's desk, so that nobody keeps one under the same key at the same moment.
    """
    await session.delete(KeptAnswerRow, KeptAnswerRow.made_at < now - KEPT)
    row = {"person_id": request.person_id, "key": request.key, "asked": request.asked, "body": body, "made_at": now}
    if not await session.insert_new(KeptAnswerRow, row):
        raise AssertionError("whoever holds the desk has looked for the key")
