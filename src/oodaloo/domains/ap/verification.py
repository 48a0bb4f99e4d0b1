"""Payables in the mirror against QuickBooks' ageing of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.domains.ap import queries
from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow
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

_REPORTS = AgeingReports("Payables", "AgedPayables", "AgedPayableDetail", "vend_name")
_ROWS = (BillRow, VendorCreditRow, BillPaymentRow)
_WITH_BALANCE = frozenset({"Bill", "VendorCredit"})


@dataclass(frozen=True, slots=True)
class PayablesCheck:
    """What each vendor is owed; `others` gives what other transactions post to payables."""

    others: OtherPostings

    async def compare(self, asking: Asking) -> tuple[Comparison, ...]:
        """AgedPayables beside the open bills less credits and unapplied payments. Raises a `QboError`."""
        home = asking.business.currency
        async with asking.database.tenant(asking.business.id, read_only=True) as session:
            posted = await self.others(session, "Accounts Payable", home)
            held = await open_payables(session, posted, home)
        return (await compare_ageing(asking, _REPORTS, held),)


async def open_payables(session: TenantSession, posted: Sequence[OpenAmount], home: Currency) -> tuple[OpenAmount, ...]:
    """What QuickBooks' ageing lists: open bills, and less than zero open credits and what payments leave unapplied.

    `posted` are the other transactions on payables; they are open as far as no payment is applied to them.
    """
    bills = await queries.bills(session, date.max)
    credits_given = await queries.vendor_credits(session, date.max)
    payments = await queries.bill_payments(session, date.min)
    documents: list[Bill | VendorCredit | BillPayment] = [*bills, *credits_given, *payments]
    foreign = [each.meta.id for each in documents if each.total.currency != home]
    rates = await rates_of(session, _ROWS, foreign, home)
    owed = {(each.party_id, each.id): each.open.cents > 0 for each in posted}
    applied = [
        (payment.vendor_id, each.id, each.amount.cents)
        for payment in payments
        for each in payment.applied
        if each.kind not in _WITH_BALANCE
    ]
    unapplied = ((payment, _unapplied(payment, owed)) for payment in payments)
    return (
        *(_open("Bill", each, each.balance, rates) for each in bills),
        *(_open("Vendor credit", each, -each.balance, rates) for each in credits_given),
        *(_open("Bill payment", each, -left, rates) for each, left in unapplied if left.cents),
        *less_applied(posted, applied),
    )


async def payments_from_bank(session: TenantSession, since: date) -> tuple[AccountPosting, ...]:
    """What payments of bills from `since` on took from accounts."""
    return tuple(
        AccountPosting(
            name=document_name("Bill payment", payment.number, payment.meta.id),
            record_id=payment.meta.id,
            account_id=payment.account_id,
            dated=payment.dated,
            debit=-payment.total,
        )
        for payment in await queries.bill_payments(session, since)
        if payment.account_id is not None
    )


def _unapplied(payment: BillPayment, owed: Mapping[tuple[str, str], bool]) -> Money:
    """What a payment leaves over: its total less the bills and plus the credits that it settles.

    QuickBooks tells this for customers' payments only. `owed` says which way other transactions were posted.
    """
    used = sum(
        each.amount.cents
        if each.kind != "VendorCredit" and owed.get((payment.vendor_id, each.id), True)
        else -each.amount.cents
        for each in payment.applied
    )
    return Money(payment.total.cents - used, payment.total.currency)


def _open(kind: str, record: Bill | VendorCredit | BillPayment, amount: Money, rates: Rates) -> OpenAmount:
    name = document_name(kind, record.number, record.meta.id)
    return open_amount(name, record.meta.id, (record.vendor_id, record.vendor_name), amount, rates)
