"""Reading customers and what they owe and pay; what is still open comes whatever its date."""

from datetime import date

from sqlalchemy import or_

from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Payment
from oodaloo.domains.ar.store import CreditMemoRow, CustomerRow, InvoiceRow, PaymentRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror import load


async def customers(session: TenantSession) -> tuple[Customer, ...]:
    """All customers, inactive ones too."""
    return await load(session, CustomerRow, Customer)


async def invoices(session: TenantSession, since: date) -> tuple[Invoice, ...]:
    """Every open invoice, and every invoice from `since` on."""
    return await load(session, InvoiceRow, Invoice, or_(InvoiceRow.open_cents != 0, InvoiceRow.dated >= since))


async def payments(session: TenantSession, since: date) -> tuple[Payment, ...]:
    """Every payment with an unapplied part, and every payment from `since` on."""
    return await load(session, PaymentRow, Payment, or_(PaymentRow.open_cents != 0, PaymentRow.dated >= since))


async def credit_memos(session: TenantSession, since: date) -> tuple[CreditMemo, ...]:
    """Every credit memo with something left, and every credit memo from `since` on."""
    return await load(
        session, CreditMemoRow, CreditMemo, or_(CreditMemoRow.open_cents != 0, CreditMemoRow.dated >= since)
    )
