"""What each bank record did to the operating accounts taken together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from oodaloo.domains.ap.model import BillPayment
from oodaloo.domains.ar.model import Payment
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, OtherActivity, Purchase, SplitLine, Transfer
from oodaloo.domains.core.model import Application
from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import CashMovement, MovementKind, OpenItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.gathered import Chart, Gathered

_WAGES = "Payroll"
_PAYROLL = {"payroll check": _WAGES, "paycheck": _WAGES, "tax payment": "Payroll tax"}
"""What QuickBooks' own payroll writes, by the transaction types of its reports -> what a chart would call it."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Finds the reference of an invoice or bill by its id, with the number people know it by."""

    known: dict[tuple[str, str], RecordRef]

    def refs(self, applied: Sequence[Application], kind: RecordKind) -> tuple[RecordRef, ...]:
        """The documents of `kind` that a payment was applied to; without number when older than the history window."""
        return tuple(
            self.known.get((each.kind, each.id)) or RecordRef(kind, each.id) for each in applied if each.kind == kind
        )


def documents_of(invoices: Iterable[OpenItem], bills: Iterable[OpenItem]) -> Documents:
    """The look-up of every invoice and bill that is known."""
    known = {("Invoice", each.ref.id): each.ref for each in invoices}
    return Documents(known | {("Bill", each.ref.id): each.ref for each in bills})


def movements_of(gathered: Gathered, chart: Chart, documents: Documents) -> tuple[CashMovement, ...]:
    """Every movement of the operating accounts taken together, by date; signed, in the home currency.

    Source: QuickBooks' posting rules. A purchase credits its account, a deposit and a customer's direct payment
    debit theirs, a journal entry says both sides, other activity what it did to each account. Card purchases and
    transfers between operating accounts move nothing. Records in other currencies are left out; the caller counts
    them.
    """
    found = [
        *_from_purchases(gathered.purchases, chart),
        *_from_bill_payments(gathered, chart, documents),
        *_from_payments(gathered.payments, chart, documents),
        *_from_deposits(gathered, chart, documents),
        *_from_transfers(gathered.transfers, chart),
        *_from_journals(gathered.journal_entries, chart),
        *_from_other_activity(gathered.other_activity, chart),
    ]
    home = (each for each in found if each.amount.currency == chart.currency and each.amount.cents)
    return tuple(sorted(home, key=_by_date_and_record))


def _by_date_and_record(movement: CashMovement) -> tuple[date, str, int, str]:
    return (movement.dated, movement.ref.kind, len(movement.ref.id), movement.ref.id)


def _from_purchases(purchases: Sequence[Purchase], chart: Chart) -> Iterator[CashMovement]:
    """A purchase takes its total from its account; lines that book into operating accounts put that part back."""
    for purchase in purchases:
        spent = purchase.total.cents if purchase.account_id in chart.operating else 0
        kept = sum(line.amount.cents for line in purchase.lines if line.account_id in chart.operating)
        effect = spent - kept if purchase.refund else kept - spent
        if effect == 0:
            continue
        other = _main_account(purchase.lines, chart)
        yield CashMovement(
            ref=RecordRef(RecordKind.PURCHASE, purchase.meta.id, purchase.number),
            dated=purchase.dated,
            amount=Money(effect, purchase.total.currency),
            kind=_kind(effect, other),
            party=_party(purchase.party_id, purchase.party_name),
            category=_name(other),
            memo=purchase.memo or _first_description(purchase.lines),
            category_type=_detail_type(other),
        )


def _from_bill_payments(gathered: Gathered, chart: Chart, documents: Documents) -> Iterator[CashMovement]:
    """A bill booked to a card account is that card's bill: paying it is a card payment."""
    booked = (bill for bill in gathered.bills if bill.account_ids)
    card_bills = {bill.meta.id for bill in booked if chart.cards.issuperset(bill.account_ids)}
    for payment in gathered.bill_payments:
        if payment.account_id not in chart.operating:
            continue
        of_card = any(each.kind == "Bill" and each.id in card_bills for each in payment.applied)
        yield _document_movement(
            payment,
            ref=RecordRef(RecordKind.BILL_PAYMENT, payment.meta.id, payment.number),
            amount=-payment.total,
            kind=MovementKind.CARD_PAYMENT if of_card else MovementKind.BILL_PAYMENT,
            party=_party(payment.vendor_id, payment.vendor_name),
            settled=documents.refs(payment.applied, RecordKind.BILL),
        )


def _from_payments(payments: Sequence[Payment], chart: Chart, documents: Documents) -> Iterator[CashMovement]:
    """A customer's payment moves cash itself only when it goes straight to the bank; else its deposit does."""
    for payment in payments:
        if payment.deposit_account_id not in chart.operating:
            continue
        yield _document_movement(
            payment,
            ref=RecordRef(RecordKind.PAYMENT, payment.meta.id, payment.number),
            amount=payment.total,
            kind=MovementKind.CUSTOMER_RECEIPT,
            party=_party(payment.customer_id, payment.customer_name),
            settled=documents.refs(payment.applied, RecordKind.INVOICE),
        )


def _document_movement(
    payment: Payment | BillPayment,
    *,
    ref: RecordRef,
    amount: Money,
    kind: MovementKind,
    party: Party | None,
    settled: tuple[RecordRef, ...],
) -> CashMovement:
    return CashMovement(ref, payment.dated, amount, kind, party, category="", memo="", documents=settled)


def _from_deposits(gathered: Gathered, chart: Chart, documents: Documents) -> Iterator[CashMovement]:
    """One movement per line, and what cash back takes from the total as spending."""
    payments = {payment.meta.id: payment for payment in gathered.payments}
    for deposit in gathered.deposits:
        if deposit.account_id not in chart.operating:
            continue
        yield from (
            _deposit_line(deposit, line, payments, chart, documents)
            for line in deposit.lines
            if line.account_id not in chart.operating
        )
        rest = deposit.total.cents - sum(line.amount.cents for line in deposit.lines)
        if rest:
            yield CashMovement(
                ref=RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number),
                dated=deposit.dated,
                amount=Money(rest, deposit.total.currency),
                kind=MovementKind.OTHER_RECEIPT if rest > 0 else MovementKind.SPENDING,
                party=None,
                category="",
                memo=deposit.memo,
            )


def _deposit_line(
    deposit: Deposit, line: SplitLine, payments: dict[str, Payment], chart: Chart, documents: Documents
) -> CashMovement:
    """Sales receipts are sales without an invoice: no open document ever stands for them, so they aren't linked."""
    carried = next((linked for linked in line.linked if linked.kind == "Payment"), None)
    payment = payments.get(carried.id) if carried else None
    other = chart.find(line.account_id)
    return CashMovement(
        ref=RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number),
        dated=deposit.dated,
        amount=line.amount,
        kind=_deposit_kind(line, other),
        party=_party(payment.customer_id, payment.customer_name) if payment else _party(None, line.party_name),
        category=_name(other),
        memo=line.description or deposit.memo,
        documents=documents.refs(payment.applied, RecordKind.INVOICE) if payment else (),
        category_type=_detail_type(other),
    )


def _deposit_kind(line: SplitLine, other: Account | None) -> MovementKind:
    if any(linked.kind == "Payment" for linked in line.linked):
        return MovementKind.CUSTOMER_RECEIPT
    if line.linked:
        return MovementKind.OTHER_RECEIPT
    return _kind(line.amount.cents, other)


def _from_transfers(transfers: Sequence[Transfer], chart: Chart) -> Iterator[CashMovement]:
    for transfer in transfers:
        leaves, arrives = transfer.from_account_id in chart.operating, transfer.to_account_id in chart.operating
        if leaves == arrives:
            continue
        other = chart.find(transfer.to_account_id if leaves else transfer.from_account_id)
        amount = -transfer.amount if leaves else transfer.amount
        yield CashMovement(
            ref=RecordRef(RecordKind.TRANSFER, transfer.meta.id),
            dated=transfer.dated,
            amount=amount,
            kind=_kind(amount.cents, other),
            party=None,
            category=_name(other),
            memo=transfer.memo,
            category_type=_detail_type(other),
        )


def _from_journals(entries: Sequence[JournalEntry], chart: Chart) -> Iterator[CashMovement]:
    for entry in entries:
        effect = sum(line.amount.cents for line in entry.lines if line.account_id in chart.operating)
        if effect == 0:
            continue
        against = [line for line in entry.lines if line.account_id not in chart.operating]
        main = min(against, key=lambda line: line.amount.cents * effect, default=None)
        named = next((line for line in entry.lines if line.party_name), None)
        other = chart.find(main.account_id) if main else None
        yield CashMovement(
            ref=RecordRef(RecordKind.JOURNAL_ENTRY, entry.meta.id, entry.number),
            dated=entry.dated,
            amount=Money(effect, entry.lines[0].amount.currency),
            kind=_kind(effect, other),
            party=_party(named.party_id, named.party_name) if named else None,
            category=_name(other),
            memo=entry.memo or next((line.description for line in entry.lines if line.description), ""),
            category_type=_detail_type(other),
        )


def _from_other_activity(activity: Sequence[OtherActivity], chart: Chart) -> Iterator[CashMovement]:
    """One movement per transaction. The cheques of a payroll name nobody here: together they are one regular flow."""
    by_transaction: defaultdict[str, list[OtherActivity]] = defaultdict(list)
    for each in activity:
        if each.account_id in chart.operating:
            by_transaction[each.id].append(each)
    for record_id, postings in by_transaction.items():
        effect = sum(each.amount.cents for each in postings)
        if effect == 0:
            continue
        main = max(postings, key=lambda each: abs(each.amount.cents))
        other, payroll = chart.other_side(main), _PAYROLL.get(main.kind.lower(), "")
        yield CashMovement(
            ref=RecordRef(RecordKind.OTHER_ACTIVITY, record_id, main.number),
            dated=main.dated,
            amount=Money(effect, main.amount.currency),
            kind=_kind(effect, other),
            party=None if payroll == _WAGES else _party(None, main.name),
            category=payroll or _name(other) or main.kind,
            memo=main.kind if payroll == _WAGES else main.memo,
            category_type="" if payroll else _detail_type(other),
        )


def _kind(effect_cents: int, other: Account | None) -> MovementKind:
    """Why the money moved, by QuickBooks' type of the account on the other side."""
    if other is not None:
        if other.account_type == "Credit Card":
            return MovementKind.CARD_PAYMENT
        if other.account_type == "Accounts Receivable" or other.subtype == "UndepositedFunds":
            return MovementKind.CUSTOMER_RECEIPT
        if other.account_type == "Accounts Payable":
            return MovementKind.BILL_PAYMENT
    return MovementKind.OTHER_RECEIPT if effect_cents > 0 else MovementKind.SPENDING


def _main_account(lines: Sequence[SplitLine], chart: Chart) -> Account | None:
    """The account of the largest line that isn't an operating account; None when lines name items only."""
    booked = [line for line in lines if line.account_id is not None and line.account_id not in chart.operating]
    largest = max(booked, key=lambda line: line.amount.cents, default=None)
    return chart.find(largest.account_id) if largest else None


def _first_description(lines: Sequence[SplitLine]) -> str:
    return next((line.description for line in lines if line.description), "")


@lru_cache(maxsize=16_384)
def _party(party_id: str | None, name: str) -> Party | None:
    return Party(party_id, name) if name or party_id else None


def _name(account: Account | None) -> str:
    return account.full_name if account else ""


def _detail_type(account: Account | None) -> str:
    return account.subtype if account else ""
