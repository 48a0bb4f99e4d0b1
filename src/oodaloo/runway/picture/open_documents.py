"""Open invoices and bills, credits, and how past ones were settled, out of the domains' records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import BookCheck, Credit, OpenItem, SettledItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.gathered import Chart, Gathered


@dataclass(frozen=True, slots=True)
class _Part:
    """A share of a document settled on a day: by cash, or in a payment that only applied credits."""

    dated: date
    cents: int
    cash: bool
    by_card: bool


def invoices_issued(invoices: Sequence[Invoice]) -> tuple[OpenItem, ...]:
    """Every invoice with an amount, open or settled, as an item of its party; voided ones (zero) are none."""
    return tuple(
        OpenItem(
            ref=RecordRef(RecordKind.INVOICE, each.meta.id, each.number),
            party=_party(each.customer_id, each.customer_name),
            issued=each.dated,
            due=each.due or each.dated,
            total=each.total,
            open=each.balance,
            due_assumed=each.due is None,
        )
        for each in invoices
        if each.total.cents > 0
    )


def bills_issued(bills: Sequence[Bill], chart: Chart) -> tuple[OpenItem, ...]:
    """Every bill with an amount, open or settled, with the first account that it is booked to."""
    items = []
    for each in bills:
        if each.total.cents <= 0:
            continue
        account = chart.find(each.account_ids[0]) if each.account_ids else None
        item = OpenItem(
            ref=RecordRef(RecordKind.BILL, each.meta.id, each.number),
            party=_party(each.vendor_id, each.vendor_name),
            issued=each.dated,
            due=each.due or each.dated,
            total=each.total,
            open=each.balance,
            category=account.full_name if account else "",
            category_type=account.subtype if account else "",
            due_assumed=each.due is None,
        )
        items.append(item)
    return tuple(items)


def unapplied_receipts(payments: Sequence[Payment], memos: Sequence[CreditMemo]) -> tuple[Credit, ...]:
    """What customers have paid or been credited beyond their invoices."""
    return (
        *(
            _credit(RecordKind.PAYMENT, each, _customer(each), each.unapplied)
            for each in payments
            if each.unapplied.cents > 0
        ),
        *(
            _credit(RecordKind.CREDIT_MEMO, each, _customer(each), each.balance)
            for each in memos
            if each.balance.cents > 0
        ),
    )


def vendor_credits(given: Sequence[VendorCredit]) -> tuple[Credit, ...]:
    """What vendors have credited and no bill has used yet."""
    return tuple(
        _credit(RecordKind.VENDOR_CREDIT, each, _party(each.vendor_id, each.vendor_name), each.balance)
        for each in given
        if each.balance.cents > 0
    )


def settled_invoices(invoices: Iterable[OpenItem], payments: Sequence[Payment]) -> tuple[SettledItem, ...]:
    """Invoices that payments brought to zero, each with the day of the payment that did it."""
    parts: defaultdict[str, list[_Part]] = defaultdict(list)
    for payment in payments:
        for each in payment.applied:
            if each.kind == "Invoice":
                part = _Part(payment.dated, each.amount.cents, payment.total.cents > 0, by_card=False)
                parts[each.id].append(part)
    return _settled(invoices, parts)


def settled_bills(bills: Iterable[OpenItem], payments: Sequence[BillPayment]) -> tuple[SettledItem, ...]:
    """Bills that payments brought to zero, each with the day of the payment that did it."""
    parts: defaultdict[str, list[_Part]] = defaultdict(list)
    for payment in payments:
        for each in payment.applied:
            if each.kind == "Bill":
                by_card = payment.method == "CreditCard"
                parts[each.id].append(_Part(payment.dated, each.amount.cents, payment.total.cents > 0, by_card))
    return _settled(bills, parts)


def checks_of(
    gathered: Gathered,
    chart: Chart,
    *,
    receivables: Sequence[OpenItem],
    receipts: Sequence[Credit],
    payables: Sequence[OpenItem],
    vendor_credits: Sequence[Credit],
) -> tuple[BookCheck, ...]:
    """A/R and A/P: the accounts' own balances beside their open documents less credits, both as positive debts."""
    sides = (("Accounts Receivable", 1, receivables, receipts), ("Accounts Payable", -1, payables, vendor_credits))
    found = []
    for account_type, sign, items, unapplied in sides:
        accounts = [
            account
            for account in gathered.accounts
            if account.account_type == account_type and account.balance.currency == chart.currency
        ]
        if not accounts and not items and not unapplied:
            continue
        balance = sign * sum(account.balance.cents for account in accounts)
        documents = sum(item.open.cents for item in items) - sum(credit.remaining.cents for credit in unapplied)
        name = " + ".join(account.name for account in accounts) or account_type
        refs = tuple(RecordRef(RecordKind.ACCOUNT, account.meta.id) for account in accounts)
        found.append(BookCheck(name, Money(balance, chart.currency), Money(documents, chart.currency), refs))
    return tuple(found)


def _credit(kind: RecordKind, record: Payment | CreditMemo | VendorCredit, party: Party, remaining: Money) -> Credit:
    return Credit(RecordRef(kind, record.meta.id, record.number), party, record.dated, remaining)


@lru_cache(maxsize=16_384)
def _party(party_id: str, name: str) -> Party:
    """One value for all documents of a party."""
    return Party(party_id, name)


def _customer(record: Payment | CreditMemo) -> Party:
    return _party(record.customer_id, record.customer_name)


def _settled(items: Iterable[OpenItem], parts: dict[str, list[_Part]]) -> tuple[SettledItem, ...]:
    found = (_settled_item(item, parts.get(item.ref.id, [])) for item in items if item.open.cents == 0)
    return tuple(item for item in found if item is not None)


def _settled_item(item: OpenItem, parts: list[_Part]) -> SettledItem | None:
    """None where credits alone settled it, where payments don't explain it, or where nobody knows when it was due."""
    if item.due_assumed or not any(part.cash for part in parts):
        return None
    open_cents = item.total.cents
    for part in sorted(parts, key=lambda part: part.dated):
        open_cents -= part.cents
        if open_cents <= 0:
            return SettledItem(item.ref, item.party, item.issued, item.due, part.dated, item.total, part.by_card)
    return None
