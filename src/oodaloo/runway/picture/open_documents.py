"""Open invoices and bills, credits, and how past ones were settled, out of the domains' records."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeAlias, TypeVar

from oodaloo.domains.ap.model import Bill, BillPayment, VendorCredit
from oodaloo.domains.ar.model import CreditMemo, Invoice, Payment
from oodaloo.kit.money import Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.picture import BookCheck, Credit, OpenItem, PartReceipt, SettledItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.gathered import Chart, Gathered

_Item = TypeVar("_Item", OpenItem, SettledItem)

_Part: TypeAlias = tuple[date, int, bool, bool]
"""A share of a document settled on a day: its cents, whether by cash (or in a payment that only applied credits), and
whether by card."""


def invoices_issued(invoices: Sequence[Invoice], reuse: Reuse) -> tuple[OpenItem, ...]:
    """Every invoice with an amount, open or settled, as an item of its party; voided ones (zero) are none."""
    return reuse.whole(_present, reuse.each(_invoice_item, invoices))


def still_open(items: tuple[OpenItem, ...]) -> tuple[OpenItem, ...]:
    """Those that aren't settled."""
    return tuple([item for item in items if item.open.cents > 0])


def bills_issued(bills: Sequence[Bill], chart: Chart, reuse: Reuse) -> tuple[OpenItem, ...]:
    """Every bill with an amount, open or settled, with the first account that it is booked to."""
    return reuse.whole(_present, reuse.each(_bill_item, bills, chart))


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
    return _settled(invoices, reuse.whole(_receipt_parts, payments), reuse.part("settled"))


def part_receipts(
    invoices: tuple[OpenItem, ...], payments: tuple[Payment, ...], reuse: Reuse
) -> tuple[PartReceipt, ...]:
    """The parts of invoices that were settled in several, by credits, or only in part so far."""
    return reuse.whole(_told_apart, invoices, reuse.whole(_receipt_parts, payments))


def settled_bills(
    bills: tuple[OpenItem, ...], payments: tuple[BillPayment, ...], reuse: Reuse
) -> tuple[SettledItem, ...]:
    """Bills that payments brought to zero, each with the day of the payment that did it."""
    return _settled(bills, reuse.whole(_payment_parts, payments), reuse.part("settled"))


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


def _present(items: tuple[_Item | None, ...]) -> tuple[_Item, ...]:
    return tuple([item for item in items if item is not None])


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


def _receipt_parts(payments: Sequence[Payment]) -> Mapping[str, list[_Part]]:
    parts: defaultdict[str, list[_Part]] = defaultdict(list)
    for payment in payments:
        cash = payment.total.cents > 0
        for each in payment.applied:
            if each.kind == "Invoice":
                parts[each.id].append((payment.dated, each.amount.cents, cash, False))
    return parts


def _payment_parts(payments: Sequence[BillPayment]) -> Mapping[str, list[_Part]]:
    parts: defaultdict[str, list[_Part]] = defaultdict(list)
    for payment in payments:
        cash, by_card = payment.total.cents > 0, payment.method == "CreditCard"
        for each in payment.applied:
            if each.kind == "Bill":
                parts[each.id].append((payment.dated, each.amount.cents, cash, by_card))
    return parts


def _settled(items: tuple[OpenItem, ...], parts: Mapping[str, list[_Part]], reuse: Reuse) -> tuple[SettledItem, ...]:
    last = reuse.whole(_last_parts, items, parts)
    return reuse.whole(_present, reuse.each(_settled_item, items, beside=last))


def _last_parts(items: Sequence[OpenItem], parts: Mapping[str, list[_Part]]) -> tuple[tuple[date, bool] | None, ...]:
    """For each item the day of the payment that brought it to zero, and whether that was by card.

    None where it is open, where credits alone settled it, where payments don't explain it, or where nobody knows when
    it was due.
    """
    return tuple(
        [
            _last_part(item.total.cents, found)
            if item.open.cents == 0 and not item.due_assumed and (found := parts.get(item.ref.id))
            else None
            for item in items
        ]
    )


def _last_part(total_cents: int, parts: list[_Part]) -> tuple[date, bool] | None:
    if len(parts) == 1:
        [(dated, cents, cash, by_card)] = parts
        return (dated, by_card) if cash and cents >= total_cents else None
    if not any(cash for _, _, cash, _ in parts):
        return None
    open_cents = total_cents
    for dated, cents, _, by_card in sorted(parts, key=_day):
        open_cents -= cents
        if open_cents <= 0:
            return dated, by_card
    return None


def _told_apart(items: Sequence[OpenItem], parts: Mapping[str, list[_Part]]) -> tuple[PartReceipt, ...]:
    return tuple(
        [
            PartReceipt(item.ref, dated, Money(cents, item.total.currency), cash)
            for item in items
            if (found := parts.get(item.ref.id)) and (len(found) > 1 or item.open.cents or not found[0][2])
            for dated, cents, cash, _ in found
        ]
    )


def _day(part: _Part) -> date:
    return part[0]


def _settled_item(item: OpenItem, last: tuple[date, bool] | None) -> SettledItem | None:
    if last is None:
        return None
    settled, by_card = last
    return SettledItem(item.ref, item.party, item.issued, item.due, settled, item.total, by_card)
