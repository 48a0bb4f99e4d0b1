"""Receivables in the mirror against QuickBooks' ageing of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.domains.ar import queries
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.domains.ar.store import CreditMemoRow, InvoiceRow, PaymentRow
from oodaloo.domains.core.verification import (
    AccountPosting,
    AgeingReports,
    Asking,
    Comparison,
    OpenAmount,
    OtherPostings,
    compare_ageing,
    document_name,
    less_applied,
    open_amount,
)
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.exchange import Rates, rates_of
from oodaloo.kit.money import Currency, Money

_REPORTS = AgeingReports("Receivables", "AgedReceivables", "AgedReceivableDetail", "cust_name")
_ROWS = (InvoiceRow, CreditMemoRow, PaymentRow)
_WITH_BALANCE = frozenset({"Invoice", "CreditMemo"})


@dataclass(frozen=True, slots=True)
class ReceivablesCheck:
    """What each customer owes; `others` gives what other transactions post to receivables."""

    others: OtherPostings

    async def compare(self, asking: Asking) -> tuple[Comparison, ...]:
        """AgedReceivables beside the open invoices less credits and unapplied payments. Raises a `QboError`."""
        home = asking.business.currency
        async with asking.database.tenant(asking.business.id, read_only=True) as session:
            posted = await self.others(session, "Accounts Receivable", home)
            held = await open_receivables(session, posted, home)
        return (await compare_ageing(asking, _REPORTS, held),)


async def open_receivables(
    session: TenantSession, posted: Sequence[OpenAmount], home: Currency
) -> tuple[OpenAmount, ...]:
    """What QuickBooks' ageing lists: open invoices, and less than zero open credits and what payments leave unapplied.

    `posted` are the other transactions on receivables; they are open as far as no payment is applied to them.
    """
    invoices = await queries.invoices(session, date.max)
    memos = await queries.credit_memos(session, date.max)
    payments = await queries.payments(session, date.min)
    documents: list[Invoice | CreditMemo | Payment] = [*invoices, *memos, *payments]
    foreign = [each.meta.id for each in documents if each.total.currency != home]
    rates = await rates_of(session, _ROWS, foreign, home)
    applied = [
        (payment.customer_id, each.id, each.amount.cents)
        for payment in payments
        for each in payment.applied
        if each.kind not in _WITH_BALANCE
    ]
    return (
        *(_open("Invoice", each, each.balance, rates) for each in invoices),
        *(_open("Credit memo", each, -each.balance, rates) for each in memos),
        *(_open("Payment", each, -each.unapplied, rates) for each in payments if each.unapplied.cents),
        *less_applied(posted, applied),
    )


async def receipts_in_bank(session: TenantSession, since: date) -> tuple[AccountPosting, ...]:
    """What customers' payments from `since` on put straight into accounts."""
    return tuple(
        AccountPosting(
            name=document_name("Payment", payment.number, payment.meta.id),
            record_id=payment.meta.id,
            account_id=payment.deposit_account_id,
            dated=payment.dated,
            debit=payment.total,
        )
        for payment in await queries.payments(session, since)
        if payment.deposit_account_id is not None
    )


def _open(kind: str, record: Invoice | CreditMemo | Payment, amount: Money, rates: Rates) -> OpenAmount:
    name = document_name(kind, record.number, record.meta.id)
    return open_amount(name, record.meta.id, (record.customer_id, record.customer_name), amount, rates)
