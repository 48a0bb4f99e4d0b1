"""Reading customers and what they owe and pay; what is still open comes whatever its date."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import or_

from oodaloo.domains.ar.model import CreditMemo, Customer, Invoice, Payment
from oodaloo.domains.ar.store import CreditMemoRow, CustomerRow, InvoiceRow, PaymentRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind, load, names_of

DocumentT = TypeVar("DocumentT", Invoice, Payment, CreditMemo)

CUSTOMERS = Kind("Customer", CustomerRow, Customer)
INVOICES = Kind("Invoice", InvoiceRow, Invoice)
PAYMENTS = Kind("Payment", PaymentRow, Payment)
CREDIT_MEMOS = Kind("CreditMemo", CreditMemoRow, CreditMemo)
KINDS = (CUSTOMERS, INVOICES, PAYMENTS, CREDIT_MEMOS)
"""What a picture reads of this domain."""


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


def customers_in(reading: MirrorReading) -> tuple[Customer, ...]:
    """`customers` of a reading."""
    return reading.of(CUSTOMERS)


def names_in(reading: MirrorReading) -> Mapping[str, str]:
    """What customers are called now, by id."""
    return reading.reuse.whole(_names, reading.of(CUSTOMERS))


def invoices_in(reading: MirrorReading, since: date) -> tuple[Invoice, ...]:
    """`invoices` of a reading."""
    return reading.reuse.some(_invoice, reading.of(INVOICES), names_in(reading), since)


def payments_in(reading: MirrorReading, since: date) -> tuple[Payment, ...]:
    """`payments` of a reading."""
    return reading.reuse.some(_payment, reading.of(PAYMENTS), names_in(reading), since)


def credit_memos_in(reading: MirrorReading, since: date) -> tuple[CreditMemo, ...]:
    """`credit_memos` of a reading."""
    return reading.reuse.some(_credit_memo, reading.of(CREDIT_MEMOS), names_in(reading), since)


def _names(listed: Sequence[Customer]) -> dict[str, str]:
    return {each.meta.id: each.name for each in listed}


def _invoice(invoice: Invoice, names: Mapping[str, str], since: date) -> Invoice | None:
    return _named(invoice, names) if invoice.balance.cents or invoice.dated >= since else None


def _payment(payment: Payment, names: Mapping[str, str], since: date) -> Payment | None:
    return _named(payment, names) if payment.unapplied.cents or payment.dated >= since else None


def _credit_memo(memo: CreditMemo, names: Mapping[str, str], since: date) -> CreditMemo | None:
    return _named(memo, names) if memo.balance.cents or memo.dated >= since else None


async def _with_names(session: TenantSession, documents: tuple[DocumentT, ...]) -> tuple[DocumentT, ...]:
    """The documents with their customers' names of now."""
    names = await names_of(session, CUSTOMERS.name)
    return tuple(_named(each, names) for each in documents)


def _named(document: DocumentT, names: Mapping[str, str]) -> DocumentT:
    """The same document when its customer is called as it says."""
    now = names.get(document.customer_id, document.customer_name)
    return document if now == document.customer_name else replace(document, customer_name=now)
