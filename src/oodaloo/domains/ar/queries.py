"""Reading customers and what they owe and pay; what is still open comes whatever its date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import or_

from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Payment
from oodaloo.domains.ar.store import CreditMemoRow, CustomerRow, InvoiceRow, PaymentRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.records import load, names_of

DocumentT = TypeVar("DocumentT", Invoice, Payment, CreditMemo)


async def customers(session: TenantSession) -> tuple[Customer, ...]:
    """All customers, inactive ones too."""
    return await load(session, CustomerRow, Customer)


async def invoices(session: TenantSession, since: date) -> tuple[Invoice, ...]:
    """Every open invoice, and every invoice from `since` on."""
    found = await load(session, InvoiceRow, Invoice, or_(InvoiceRow.open_cents != 0, InvoiceRow.dated >= since))
    return await _with_names(session, found)


async def payments(session: TenantSession, since: date) -> tuple[Payment, ...]:
    """Every payment with an unapplied part, and every payment from `since` on."""
    found = await load(session, PaymentRow, Payment, or_(PaymentRow.open_cents != 0, PaymentRow.dated >= since))
    return await _with_names(session, found)


async def credit_memos(session: TenantSession, since: date) -> tuple[CreditMemo, ...]:
    """Every credit memo with something left, and every credit memo from `since` on."""
    found = await load(
        session, CreditMemoRow, CreditMemo, or_(CreditMemoRow.open_cents != 0, CreditMemoRow.dated >= since)
    )
    return await _with_names(session, found)


async def _with_names(session: TenantSession, documents: tuple[DocumentT, ...]) -> tuple[DocumentT, ...]:
    """The documents with their customers' names of now."""
    names = await names_of(session, "Customer")
    return tuple(
        each if names.get(each.customer_id, each.customer_name) == each.customer_name else _renamed(each, names)
        for each in documents
    )


def _renamed(document: DocumentT, names: Mapping[str, str]) -> DocumentT:
    return replace(document, customer_name=names[document.customer_id])
