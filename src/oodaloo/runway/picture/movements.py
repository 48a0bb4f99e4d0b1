"""What each bank record did to the operating accounts taken together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from oodaloo.domains.ap.model import Bill, BillPayment
from oodaloo.domains.ar.model import Payment
from oodaloo.domains.bank.model import Account, Deposit, JournalEntry, OtherActivity, Purchase, SplitLine, Transfer
from oodaloo.domains.core.model import Application
from oodaloo.kit.money import Currency, Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.picture import CashMovement, MovementKind, OpenItem
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.picture.gathered import Chart, Gathered

_WAGES = "Payroll"
_PAYROLL = {"payroll check": _WAGES, "paycheck": _WAGES, "tax payment": "Payroll tax"}
"""What QuickBooks' own payroll writes, by the transaction types of its reports -> what a chart would call it."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Finds the reference of an invoice or bill by its id, with the number people know it by."""

    invoices: Mapping[str, RecordRef]
    bills: Mapping[str, RecordRef]

    def refs(self, applied: Sequence[Application], kind: RecordKind) -> tuple[RecordRef, ...]:
        """The documents of `kind` that a payment was applied to; without number when older than the history window."""
        known = self.invoices if kind is RecordKind.INVOICE else self.bills
        return tuple([known.get(each.id) or RecordRef(kind, each.id) for each in applied if each.kind == kind])


def documents_of(invoices: tuple[OpenItem, ...], bills: tuple[OpenItem, ...], reuse: Reuse) -> Documents:
    """The look-up of every invoice and bill that is known."""
    return Documents(
        invoices=reuse.part("invoices").mapping(_ref_by_id, invoices),
        bills=reuse.part("bills").mapping(_ref_by_id, bills),
    )


def _ref_by_id(item: OpenItem) -> tuple[str, RecordRef]:
    return item.ref.id, item.ref


def movements_of(gathered: Gathered, chart: Chart, documents: Documents, reuse: Reuse) -> tuple[CashMovement, ...]:
    """Every movement of the operating accounts taken together, by date; signed, in the home currency.

    Source: QuickBooks' posting rules. A purchase credits its account, a deposit and a customer's direct payment
    debit theirs, a journal entry says both sides, other activity what it did to each account. Card purchases and
    transfers between operating accounts move nothing. Records in other currencies are left out; the caller counts
    them.
    """
    found = reuse.whole(
        _together,
        reuse.each(_from_purchase, gathered.purchases, chart),
        _from_bill_payments(gathered, chart, documents, reuse),
        _from_payments(gathered, chart, documents, reuse),
        _from_deposits(gathered, chart, documents, reuse),
        reuse.each(_from_transfer, gathered.transfers, chart),
        reuse.each(_from_journal, gathered.journal_entries, chart),
        reuse.whole(_from_other_activity, gathered.other_activity, chart),
    )
    moved = reuse.some(_if_at_home, found, chart.currency)
    return reuse.whole(_in_order, moved, reuse.each(_place, moved))


_Moved: TypeAlias = tuple[CashMovement, ...]


def _together(*kinds: tuple[_Moved, ...]) -> tuple[CashMovement, ...]:
    return tuple(chain.from_iterable(chain.from_iterable(kinds)))


def _if_at_home(movement: CashMovement, currency: Currency) -> CashMovement | None:
    return movement if movement.amount.cents and movement.amount.currency == currency else None


def _in_order(moved: Sequence[CashMovement], places: Sequence[str]) -> tuple[CashMovement, ...]:
    return tuple([moved[number] for number in sorted(range(len(moved)), key=places.__getitem__)])


def _place(movement: CashMovement) -> str:
    """By date, kind and numeric id, as one text, since texts sort several times as fast as tuples."""
    ref = movement.ref
    return f"{movement.dated} {ref.kind} {len(ref.id):02} {ref.id}"


def _from_purchase(purchase: Purchase, chart: Chart) -> _Moved:
    """A purchase takes its total from its account; lines that book into operating accounts put that part back."""
    operating = chart.operating
    spent = purchase.total.cents if purchase.account_id in operating else 0
    kept = sum([line.amount.cents for line in purchase.lines if line.account_id in operating])
    effect = spent - kept if purchase.refund else kept - spent
    if effect == 0:
        return ()
    other = _main_account(purchase.lines, chart)
    movement = CashMovement(
        ref=RecordRef(RecordKind.PURCHASE, purchase.meta.id, purchase.number),
        dated=purchase.dated,
        amount=Money(effect, purchase.total.currency),
        kind=_kind(effect, other),
        party=_party(purchase.party_id, purchase.party_name),
        category=_name(other),
        memo=purchase.memo or _first_description(purchase.lines),
        category_type=_detail_type(other),
    )
    return (movement,)


def _from_bill_payments(gathered: Gathered, chart: Chart, documents: Documents, reuse: Reuse) -> tuple[_Moved, ...]:
    """A bill booked to a card account is that card's bill: paying it is a card payment."""
    card_bills = reuse.whole(_card_bills, gathered.bills, chart.cards)
    settled = reuse.each(_bills_of, gathered.bill_payments, documents)
    return reuse.each(_from_bill_payment, gathered.bill_payments, chart, card_bills, beside=settled)


def _bills_of(payment: BillPayment, documents: Documents) -> tuple[RecordRef, ...]:
    return documents.refs(payment.applied, RecordKind.BILL)


def _card_bills(bills: Sequence[Bill], cards: frozenset[str]) -> frozenset[str]:
    return frozenset(bill.meta.id for bill in bills if bill.account_ids and cards.issuperset(bill.account_ids))


def _from_bill_payment(
    payment: BillPayment, settled: tuple[RecordRef, ...], chart: Chart, card_bills: frozenset[str]
) -> _Moved:
    if payment.account_id not in chart.operating:
        return ()
    of_card = any(ref.id in card_bills for ref in settled)
    movement = _document_movement(
        payment,
        ref=RecordRef(RecordKind.BILL_PAYMENT, payment.meta.id, payment.number),
        amount=-payment.total,
        kind=MovementKind.CARD_PAYMENT if of_card else MovementKind.BILL_PAYMENT,
        party=_party(payment.vendor_id, payment.vendor_name),
        settled=settled,
    )
    return (movement,)


def _from_payments(gathered: Gathered, chart: Chart, documents: Documents, reuse: Reuse) -> tuple[_Moved, ...]:
    """A customer's payment moves cash itself only when it goes straight to the bank; else its deposit does."""
    settled = reuse.each(_invoices_of, gathered.payments, documents)
    return reuse.each(_from_payment, gathered.payments, chart, beside=settled)


def _invoices_of(payment: Payment, documents: Documents) -> tuple[RecordRef, ...]:
    return documents.refs(payment.applied, RecordKind.INVOICE)


def _from_payment(payment: Payment, settled: tuple[RecordRef, ...], chart: Chart) -> _Moved:
    if payment.deposit_account_id not in chart.operating:
        return ()
    movement = _document_movement(
        payment,
        ref=RecordRef(RecordKind.PAYMENT, payment.meta.id, payment.number),
        amount=payment.total,
        kind=MovementKind.CUSTOMER_RECEIPT,
        party=_party(payment.customer_id, payment.customer_name),
        settled=settled,
    )
    return (movement,)


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


_Carried: TypeAlias = tuple[Party | None, tuple[RecordRef, ...]]
"""Who paid what a line of a deposit carries to the bank, and the invoices that it settled."""


def _from_deposits(gathered: Gathered, chart: Chart, documents: Documents, reuse: Reuse) -> tuple[_Moved, ...]:
    """Sales receipts are sales without an invoice: no open document ever stands for them, so they aren't linked."""
    settled = reuse.each(_invoices_of, gathered.payments, documents)
    paid = reuse.mapping(_paid_by, gathered.payments, beside=settled)
    carried = [tuple(map(paid.get, ids)) for ids in reuse.each(_payments_carried, gathered.deposits)]
    return reuse.each(_from_deposit, gathered.deposits, chart, beside=carried)


def _paid_by(payment: Payment, settled: tuple[RecordRef, ...]) -> tuple[str, _Carried]:
    return payment.meta.id, (_party(payment.customer_id, payment.customer_name), settled)


def _payments_carried(deposit: Deposit) -> tuple[str, ...]:
    """For each line the payment that it carries, blank for none."""
    return tuple([next((each.id for each in line.linked if each.kind == "Payment"), "") for line in deposit.lines])


def _from_deposit(deposit: Deposit, carried: tuple[_Carried | None, ...], chart: Chart) -> _Moved:
    """One movement per line, and what cash back takes from the total as spending."""
    if deposit.account_id not in chart.operating:
        return ()
    found = [
        _deposit_line(deposit, line, paid, chart)
        for line, paid in zip(deposit.lines, carried, strict=True)
        if line.account_id not in chart.operating
    ]
    rest = deposit.total.cents - sum([line.amount.cents for line in deposit.lines])
    if rest:
        cash_back = CashMovement(
            ref=RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number),
            dated=deposit.dated,
            amount=Money(rest, deposit.total.currency),
            kind=MovementKind.OTHER_RECEIPT if rest > 0 else MovementKind.SPENDING,
            party=None,
            category="",
            memo=deposit.memo,
        )
        found.append(cash_back)
    return tuple(found)


def _deposit_line(deposit: Deposit, line: SplitLine, carried: _Carried | None, chart: Chart) -> CashMovement:
    other = chart.find(line.account_id)
    party, settled = carried or (_party(None, line.party_name), ())
    return CashMovement(
        ref=RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number),
        dated=deposit.dated,
        amount=line.amount,
        kind=_deposit_kind(line, other),
        party=party,
        category=_name(other),
        memo=line.description or deposit.memo,
        documents=settled,
        category_type=_detail_type(other),
    )


def _deposit_kind(line: SplitLine, other: Account | None) -> MovementKind:
    if any(linked.kind == "Payment" for linked in line.linked):
        return MovementKind.CUSTOMER_RECEIPT
    if line.linked:
        return MovementKind.OTHER_RECEIPT
    return _kind(line.amount.cents, other)


def _from_transfer(transfer: Transfer, chart: Chart) -> _Moved:
    leaves, arrives = transfer.from_account_id in chart.operating, transfer.to_account_id in chart.operating
    if leaves == arrives:
        return ()
    other = chart.find(transfer.to_account_id if leaves else transfer.from_account_id)
    amount = -transfer.amount if leaves else transfer.amount
    movement = CashMovement(
        ref=RecordRef(RecordKind.TRANSFER, transfer.meta.id),
        dated=transfer.dated,
        amount=amount,
        kind=_kind(amount.cents, other),
        party=None,
        category=_name(other),
        memo=transfer.memo,
        category_type=_detail_type(other),
    )
    return (movement,)


def _from_journal(entry: JournalEntry, chart: Chart) -> _Moved:
    effect = sum(line.amount.cents for line in entry.lines if line.account_id in chart.operating)
    if effect == 0:
        return ()
    against = [line for line in entry.lines if line.account_id not in chart.operating]
    main = min(against, key=lambda line: line.amount.cents * effect, default=None)
    named = next((line for line in entry.lines if line.party_name), None)
    other = chart.find(main.account_id) if main else None
    movement = CashMovement(
        ref=RecordRef(RecordKind.JOURNAL_ENTRY, entry.meta.id, entry.number),
        dated=entry.dated,
        amount=Money(effect, entry.lines[0].amount.currency),
        kind=_kind(effect, other),
        party=_party(named.party_id, named.party_name) if named else None,
        category=_name(other),
        memo=entry.memo or next((line.description for line in entry.lines if line.description), ""),
        category_type=_detail_type(other),
    )
    return (movement,)


def _from_other_activity(activity: Sequence[OtherActivity], chart: Chart) -> tuple[_Moved, ...]:
    """One movement per transaction. The cheques of a payroll name nobody here: together they are one regular flow."""
    by_transaction: defaultdict[str, list[OtherActivity]] = defaultdict(list)
    for each in activity:
        if each.account_id in chart.operating:
            by_transaction[each.id].append(each)
    return tuple(_from_postings(record_id, postings, chart) for record_id, postings in by_transaction.items())


def _from_postings(record_id: str, postings: Sequence[OtherActivity], chart: Chart) -> _Moved:
    effect = sum(each.amount.cents for each in postings)
    if effect == 0:
        return ()
    main = max(postings, key=lambda each: abs(each.amount.cents))
    other, payroll = chart.other_side(main), _PAYROLL.get(main.kind.lower(), "")
    movement = CashMovement(
        ref=RecordRef(RecordKind.OTHER_ACTIVITY, record_id, main.number),
        dated=main.dated,
        amount=Money(effect, main.amount.currency),
        kind=_kind(effect, other),
        party=None if payroll == _WAGES else _party(None, main.name),
        category=payroll or _name(other) or main.kind,
        memo=main.kind if payroll == _WAGES else main.memo,
        category_type="" if payroll else _detail_type(other),
    )
    return (movement,)


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
