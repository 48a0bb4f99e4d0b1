"""What each bank record did to the operating accounts taken together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    return Documents(reuse.part("invoices").whole(_refs_by_id, invoices), reuse.part("bills").whole(_refs_by_id, bills))


def _refs_by_id(items: Iterable[OpenItem]) -> dict[str, RecordRef]:
    return {each.ref.id: each.ref for each in items}


def movements_of(gathered: Gathered, chart: Chart, documents: Documents, reuse: Reuse) -> tuple[CashMovement, ...]:
    """Every movement of the operating accounts taken together, by date; signed, in the home currency.

    Source: QuickBooks' posting rules. A purchase credits its account, a deposit and a customer's direct payment
    debit theirs, a journal entry says both sides, other activity what it did to each account. Card purchases and
    transfers between operating accounts move nothing. Records in other currencies are left out; the caller counts
    them.
    """
    return reuse.whole(
        _in_order,
        reuse.each(_from_purchase, gathered.purchases, chart),
        _from_bill_payments(gathered, chart, documents, reuse),
        _from_payments(gathered, chart, documents, reuse),
        _from_deposits(gathered, chart, documents, reuse),
        reuse.each(_from_transfer, gathered.transfers, chart),
        reuse.each(_from_journal, gathered.journal_entries, chart),
        reuse.whole(_from_other_activity, gathered.other_activity, chart),
        currency=chart.currency,
    )


_Moved: TypeAlias = tuple[CashMovement, ...]


def _in_order(*kinds: tuple[_Moved, ...], currency: Currency) -> tuple[CashMovement, ...]:
    found = chain.from_iterable(chain.from_iterable(kinds))
    home = [each for each in found if each.amount.cents and each.amount.currency == currency]
    return tuple(sorted(home, key=_by_date_and_record))


def _by_date_and_record(movement: CashMovement) -> tuple[date, str, int, str]:
    ref = movement.ref
    return (movement.dated, ref.kind, len(ref.id), ref.id)


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
    paid = reuse.whole(_from_bank, gathered.bill_payments, chart.operating)
    card_bills = reuse.whole(_card_bills, gathered.bills, chart.cards)
    settles = reuse.whole(_settled_by, paid, documents, card_bills)
    return reuse.each(_from_bill_payment, paid, beside=settles)


def _from_bank(payments: Sequence[BillPayment], operating: frozenset[str]) -> tuple[BillPayment, ...]:
    return tuple([each for each in payments if each.account_id in operating])


def _settled_by(
    payments: Sequence[BillPayment], documents: Documents, card_bills: frozenset[str]
) -> tuple[tuple[tuple[RecordRef, ...], bool], ...]:
    """The bills that each payment settled, and whether one of them is a card's."""
    found = [documents.refs(each.applied, RecordKind.BILL) for each in payments]
    return tuple([(refs, any(ref.id in card_bills for ref in refs) if card_bills else False) for refs in found])


def _card_bills(bills: Sequence[Bill], cards: frozenset[str]) -> frozenset[str]:
    return frozenset(bill.meta.id for bill in bills if bill.account_ids and cards.issuperset(bill.account_ids))


def _from_bill_payment(payment: BillPayment, settles: tuple[tuple[RecordRef, ...], bool]) -> _Moved:
    settled, of_card = settles
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
    direct = reuse.whole(_to_bank, gathered.payments, chart.operating)
    return reuse.each(_from_payment, direct, beside=reuse.whole(_settled_invoices, direct, documents))


def _to_bank(payments: Sequence[Payment], operating: frozenset[str]) -> tuple[Payment, ...]:
    return tuple([each for each in payments if each.deposit_account_id in operating])


def _settled_invoices(payments: Sequence[Payment], documents: Documents) -> tuple[tuple[RecordRef, ...], ...]:
    return tuple([documents.refs(each.applied, RecordKind.INVOICE) for each in payments])


def _from_payment(payment: Payment, settled: tuple[RecordRef, ...]) -> _Moved:
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
    deposits = reuse.whole(_into_bank, gathered.deposits, chart.operating)
    carried = reuse.whole(_carried_by, deposits, gathered.payments, documents)
    return reuse.each(_from_deposit, deposits, chart, beside=carried)


def _into_bank(deposits: Sequence[Deposit], operating: frozenset[str]) -> tuple[Deposit, ...]:
    return tuple([each for each in deposits if each.account_id in operating])


def _carried_by(
    deposits: Sequence[Deposit], payments: Sequence[Payment], documents: Documents
) -> tuple[tuple[_Carried | None, ...], ...]:
    """For each line of each deposit the payment that it carries."""
    by_id = {payment.meta.id: payment for payment in payments}
    return tuple([tuple([_carried(line, by_id, documents) for line in each.lines]) for each in deposits])


def _carried(line: SplitLine, payments: Mapping[str, Payment], documents: Documents) -> _Carried | None:
    """None for a line that carries no payment which is known.

    Sales receipts are sales without an invoice: no open document ever stands for them, so they aren't linked.
    """
    for linked in line.linked:
        if linked.kind == "Payment":
            payment = payments.get(linked.id)
            if payment is None:
                return None
            party = _party(payment.customer_id, payment.customer_name)
            return party, documents.refs(payment.applied, RecordKind.INVOICE)
    return None


def _from_deposit(deposit: Deposit, carried: tuple[_Carried | None, ...], chart: Chart) -> _Moved:
    """One movement per line, and what cash back takes from the total as spending."""
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
