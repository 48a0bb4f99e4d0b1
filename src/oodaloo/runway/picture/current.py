"""Today's cash picture, read from our mirror of QuickBooks, and the runway that it gives."""

import asyncio
from datetime import date, datetime

from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.core import queries as core
from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.picture import BusinessFacts, CashPicture
from oodaloo.runway.picture.assemble import assemble, picture_of
from oodaloo.runway.picture.gathered import Gathered

HISTORY_MONTHS = 24
"""How much history flows and payment habits are learned from: two years show each yearly season twice."""

_YEARS_AHEAD = 2

_CALCULATOR = RunwayCalculator()  # one for the process, which keeps what the latest books have taught


async def current_picture(
    session: TenantSession, business: Business, *, as_of: date, known_at: datetime, synced_at: datetime
) -> CashPicture:
    """The picture of `business` on its local day `as_of`, out of the mirror as it stands.

    `session` is bound to that business. `known_at` is the instant of asking, `synced_at` when QuickBooks was last
    read in full. Reads open documents of any age and the last 24 months of everything else.
    """
    gathered = await _gather(session, _history_starts(as_of))
    books = assemble(gathered, _facts(business, as_of), as_of=as_of, known_at=known_at, synced_at=synced_at)
    return picture_of(books)


async def assessment_of(picture: CashPicture) -> Assessment:
    """What the engine says about a picture; worked out beside the event loop, because learning takes a while."""
    return await asyncio.to_thread(_CALCULATOR.current, picture)


async def _gather(session: TenantSession, since: date) -> Gathered:
    ledger = await bank.ledger_reading(session)
    return Gathered(
        accounts=await bank.accounts(session),
        purchases=await bank.purchases(session, since),
        deposits=await bank.deposits(session, since),
        transfers=await bank.transfers(session, since),
        journal_entries=await bank.journal_entries(session, since),
        invoices=await ar.invoices(session, since),
        payments=await ar.payments(session, since),
        credit_memos=await ar.credit_memos(session, since),
        bills=await ap.bills(session, since),
        bill_payments=await ap.bill_payments(session, since),
        vendor_credits=await ap.vendor_credits(session, since),
        other_activity=await bank.other_activity(session, since),
        ledger_unread=ledger is None or ledger.read_at is None,
        customers=await ar.customers(session),
        vendors=await ap.vendors(session),
        terms=await core.terms(session),
    )


def _history_starts(as_of: date) -> date:
    """The first day of the month 24 months before."""
    months = as_of.year * 12 + as_of.month - 1 - HISTORY_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _facts(business: Business, as_of: date) -> BusinessFacts:
    return BusinessFacts(
        id=business.id,
        name=business.name,
        realm_id=business.realm_id,
        currency=business.currency,
        timezone=business.timezone,
        calendar=bank_calendar(business.country, as_of.year - _YEARS_AHEAD, as_of.year + _YEARS_AHEAD),
        buffer=business.buffer,
    )
