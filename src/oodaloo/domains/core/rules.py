"""What a business has settled for itself: above which sum a batch of payments needs a second approval."""

from sqlalchemy import select

from oodaloo.domains.core import audit, queries
from oodaloo.domains.core.audit import Author
from oodaloo.domains.core.store import RulesRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.money import Money, NotAnAmountError

_SUBJECT = "Approval limit"


async def approval_limit(session: TenantSession) -> Money | None:
    """The sum above which a second person approves a batch, in the home currency; None for no limit."""
    found = await session.scalars(select(RulesRow.approval_limit_cents))
    if not found or found[0] is None:
        return None
    return Money(found[0], await queries.home_currency(session))


async def set_approval_limit(session: TenantSession, limit: Money | None, by: Author) -> None:
    """Settle the limit, None for none, with its entry in the audit. Batches that wait already go on waiting.

    Raises `NotAnAmountError` for a negative one or one in another currency than the home currency.
    """
    home = await queries.home_currency(session)
    if limit is not None and (limit.cents < 0 or limit.currency != home):
        raise NotAnAmountError(f"{limit} {limit.currency} can't be an approval limit. Give zero or more in {home}.")
    before = await approval_limit(session)
    await session.upsert(RulesRow, [{"approval_limit_cents": limit.cents if limit else None}])
    facts = {"limit": _text(limit), "was": _text(before)}
    await audit.record(session, by.entry("set_approval_limit", _SUBJECT, facts=facts))


def _text(limit: Money | None) -> str:
    return f"{limit} {limit.currency}" if limit else "none"
