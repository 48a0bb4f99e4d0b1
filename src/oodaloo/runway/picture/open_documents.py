"""Open invoices and bills, credits, and how past ones were settled, out of the domains' records."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, repeat
from typing import TypeAlias

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.kit.money import Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.picture import BookCheck, Credit, OpenItem, PartReceipt, SettledItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.gathered import Chart, Gathered

_Part: TypeAlias = tuple[date, int, bool, bool]
"""A share of a document settled on a day: its cents, whether by cash (or in a payment that only applied credits), and
whether by card."""

_PartsOf: TypeAlias = tuple[str, tuple[_Part, ...]]
"""The id of a document, and parts of it."""


def invoices_issued(invoices: Sequence[Invoice], reuse: Reuse) -> tuple[OpenItem, ...]:
    """Every invoice with an amount, open or settled, as an item of its party; voided ones (zero) are none."""
    return reuse.some(_invoice_item, invoices)


def still_open(items: tuple[OpenItem, ...], reuse: Reuse) -> tuple[OpenItem, ...]:
    """Those that aren't settled."""
    return reuse.some(_if_open, items)


def bills_issued(bills: Sequence[Bill], chart: Chart, reuse: Reuse) -> tuple[OpenItem, ...]:
    """Every bill with an amount, open or settled, with the first account that it is booked to."""
    return reuse.some(_bill_item, bills, chart)


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


def settled_invoices(
    invoices: tuple[OpenItem, ...], payments: tuple[Payment, ...], reuse: Reuse
) -> tuple[SettledItem, ...]:
    """Invoices that payments brought to zero, each with the day of the payment that did it."""
    return reuse.some(_settled_item, invoices, beside=_parts(invoices, reuse.each(_receipt_parts, payments), reuse))


def part_receipts(
    invoices: tuple[OpenItem, ...], payments: tuple[Payment, ...], reuse: Reuse
) -> tuple[PartReceipt, ...]:
    """The parts of invoices that were settled in several, by credits, or only in part so far."""
    parts = _parts(invoices, reuse.each(_receipt_parts, payments), reuse)
    return reuse.whole(_all_parts, reuse.some(_told_apart, invoices, beside=parts))


def _all_parts(told_apart: tuple[tuple[PartReceipt, ...], ...]) -> tuple[PartReceipt, ...]:
    return tuple(chain.from_iterable(told_apart))


def settled_bills(
    bills: tuple[OpenItem, ...], payments: tuple[BillPayment, ...], reuse: Reuse
) -> tuple[SettledItem, ...]:
    """Bills that payments brought to zero, each with the day of the payment that did it."""
    return reuse.some(_settled_item, bills, beside=_parts(bills, reuse.each(_payment_parts, payments), reuse))


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


@lru_cache(maxsize=65_536)
def _ref(kind: RecordKind, record_id: str, number: str) -> RecordRef:
    """One value for all versions of a document, so that what points to it stays the same when it is paid."""
    return RecordRef(kind, record_id, number)


def _customer(record: Payment | CreditMemo) -> Party:
    return _party(record.customer_id, record.customer_name)


def _invoice_item(invoice: Invoice) -> OpenItem | None:
    if invoice.total.cents <= 0:
        return None
    return OpenItem(
        ref=_ref(RecordKind.INVOICE, invoice.meta.id, invoice.number),
        party=_party(invoice.customer_id, invoice.customer_name),
        issued=invoice.dated,
        due=invoice.due or invoice.dated,
        total=invoice.total,
        open=invoice.balance,
        due_assumed=invoice.due is None,
    )


def _bill_item(bill: Bill, chart: Chart) -> OpenItem | None:
    if bill.total.cents <= 0:
        return None
    account = chart.find(bill.account_ids[0]) if bill.account_ids else None
    return OpenItem(
        ref=_ref(RecordKind.BILL, bill.meta.id, bill.number),
        party=_party(bill.vendor_id, bill.vendor_name),
        issued=bill.dated,
        due=bill.due or bill.dated,
        total=bill.total,
        open=bill.balance,
        category=account.full_name if account else "",
        category_type=account.subtype if account else "",
        due_assumed=bill.due is None,
    )


def _if_open(item: OpenItem) -> OpenItem | None:
    return item if item.open.cents > 0 else None


def _receipt_parts(payment: Payment) -> tuple[_PartsOf, ...]:
    """Each invoice that a payment settles, with the part that it settles."""
    cash = payment.total.cents > 0
    return tuple(
        [
            (each.id, ((payment.dated, each.amount.cents, cash, False),))
            for each in payment.applied
            if each.kind == "Invoice"
        ]
    )


def _payment_parts(payment: BillPayment) -> tuple[_PartsOf, ...]:
    """Each bill that a payment settles, with the part that it settles."""
    cash, by_card = payment.total.cents > 0, payment.method == "CreditCard"
    return tuple(
        [
            (each.id, ((payment.dated, each.amount.cents, cash, by_card),))
            for each in payment.applied
            if each.kind == "Bill"
        ]
    )


def _parts(
    items: tuple[OpenItem, ...], settled: tuple[tuple[_PartsOf, ...], ...], reuse: Reuse
) -> tuple[tuple[_Part, ...], ...]:
    """For each item the parts of it that were settled, in the order of the payments."""
    return reuse.whole(_beside, reuse.each(_id, items), settled)


def _id(item: OpenItem) -> str:
    return item.ref.id


def _beside(ids: Iterable[str], settled: Iterable[Iterable[_PartsOf]]) -> tuple[tuple[_Part, ...], ...]:
    parts: dict[str, tuple[_Part, ...]] = {}
    for document_id, part in chain.from_iterable(settled):
        before = parts.get(document_id)
        parts[document_id] = (*before, *part) if before else part
    return tuple(map(parts.get, ids, repeat(())))


def _settled_item(item: OpenItem, parts: Sequence[_Part]) -> SettledItem | None:
    """None where it is open, where credits alone settled it, where payments don't explain it, or where nobody knows
    when it was due.
    """
    if item.open.cents or item.due_assumed:
        return None
    last = _last_part(item.total.cents, parts)
    if last is None:
        return None
    settled, by_card = last
    return SettledItem(item.ref, item.party, item.issued, item.due, settled, item.total, by_card)


def _last_part(total_cents: int, parts: Sequence[_Part]) -> tuple[date, bool] | None:
    """The day of the part that brought a document to zero, and whether that was by card."""
    if not any(cash for _, _, cash, _ in parts):
        return None
    open_cents = total_cents
    for dated, cents, _, by_card in sorted(parts, key=_day):
        open_cents -= cents
        if open_cents <= 0:
            return dated, by_card
    return None


def _told_apart(item: OpenItem, parts: Sequence[_Part]) -> tuple[PartReceipt, ...] | None:
    """None for an invoice that one payment in cash explains, or none at all."""
    if not parts or (len(parts) == 1 and not item.open.cents and parts[0][2]):
        return None
    return tuple(
        [PartReceipt(item.ref, dated, Money(cents, item.total.currency), cash) for dated, cents, cash, _ in parts]
    )


def _day(part: _Part) -> date:
    return part[0]
