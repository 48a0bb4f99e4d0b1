"""How the books are kept, out of the domains' records: lists of names, and what lies about unsorted."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from oodaloo.domains.ap.model import Bill, Vendor
from oodaloo.domains.ar.model import Customer, Invoice, Payment
from oodaloo.domains.bank.model import Deposit, JournalEntry, OtherActivity, Purchase, SplitLine, Transfer
from oodaloo.domains.core.model import Term
from oodaloo.kit.money import Currency, Money
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.housekeeping import Housekeeping, ListedParty, UnsortedEntry, WaitingReceipt
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.picture.gathered import Chart, Gathered

_SAYS_NOTHING = re.compile(r"(?:^|:)(?:uncategori[sz]ed\b|ask (?:my|your) \w+$|suspense\b)", re.IGNORECASE)
"""Names of accounts for what nobody has sorted: "Uncategorized Expense", "Ask My Accountant"; or one below them."""


def housekeeping_of(gathered: Gathered, home: Gathered, chart: Chart, reuse: Reuse) -> Housekeeping:
    """What `home`, the records of `gathered` in the home currency, say about how they are kept."""
    terms = reuse.whole(_terms_by_id, gathered.terms)
    waiting, waits = _undeposited(home.payments, home.deposits, chart, reuse)
    return Housekeeping(
        parties=reuse.whole(_parties, home.customers, home.vendors, terms),
        terms=_terms_named(home.invoices, home.bills, terms, reuse),
        unsorted=_unsorted(home, chart, reuse),
        waiting=waiting,
        waits=waits,
        foreign=(
            *reuse.part("invoices").some(_foreign, gathered.invoices, RecordKind.INVOICE, chart.currency),
            *reuse.part("bills").some(_foreign, gathered.bills, RecordKind.BILL, chart.currency),
        ),
    )


def _terms_by_id(listed: Sequence[Term]) -> dict[str, PaymentTerms]:
    return {term.meta.id: _payment_terms(term) for term in listed}


def _parties(
    customers: Sequence[Customer], vendors: Sequence[Vendor], terms: dict[str, PaymentTerms]
) -> tuple[ListedParty, ...]:
    return (*_listed(RecordKind.CUSTOMER, customers, terms), *_listed(RecordKind.VENDOR, vendors, terms))


def _payment_terms(term: Term) -> PaymentTerms:
    return PaymentTerms(term.due_days, term.discount_percent, term.discount_days)


def _listed(
    kind: RecordKind, parties: Sequence[Customer] | Sequence[Vendor], terms: dict[str, PaymentTerms]
) -> Iterator[ListedParty]:
    for each in parties:
        yield ListedParty(
            ref=RecordRef(kind, each.meta.id),
            name=each.name,
            active=each.active,
            email=each.email,
            phone=each.phone,
            terms=terms.get(each.term_id or ""),
            part_of=each.parent_id if isinstance(each, Customer) else None,
        )


def _terms_named(
    invoices: Sequence[Invoice], bills: Sequence[Bill], terms: dict[str, PaymentTerms], reuse: Reuse
) -> dict[RecordRef, PaymentTerms]:
    """The terms that open documents name."""
    named = (
        reuse.part("invoices").some(_term_named, invoices, RecordKind.INVOICE, terms),
        reuse.part("bills").some(_term_named, bills, RecordKind.BILL, terms),
    )
    return reuse.whole(_by_document, *named)


def _by_document(*named: Sequence[tuple[RecordRef, PaymentTerms]]) -> dict[RecordRef, PaymentTerms]:
    return dict(chain.from_iterable(named))


def _term_named(
    document: Invoice | Bill, kind: RecordKind, terms: dict[str, PaymentTerms]
) -> tuple[RecordRef, PaymentTerms] | None:
    if document.balance.cents <= 0 or document.term_id not in terms:
        return None
    return RecordRef(kind, document.meta.id, document.number), terms[document.term_id]


def _undeposited(
    payments: tuple[Payment, ...], deposits: tuple[Deposit, ...], chart: Chart, reuse: Reuse
) -> tuple[tuple[WaitingReceipt, ...], tuple[int, ...]]:
    """Payments that lie in undeposited funds, and how many days those lay there that were deposited since."""
    arrived = reuse.each(_arrived, payments, reuse.whole(_arrivals, deposits))
    return reuse.whole(_parted, reuse.some(_waiting_or_waited, payments, chart, beside=arrived))


def _parted(
    found: tuple[WaitingReceipt | int, ...],
) -> tuple[tuple[WaitingReceipt, ...], tuple[int, ...]]:
    waits = sorted([each for each in found if isinstance(each, int)])
    return tuple([each for each in found if isinstance(each, WaitingReceipt)]), tuple(waits)


def _arrivals(deposits: Sequence[Deposit]) -> dict[str, date]:
    """When the payments that deposits carry came to the bank, by their ids."""
    return {
        linked.id: deposit.dated
        for deposit in deposits
        for line in deposit.lines
        for linked in line.linked
        if linked.kind == "Payment"
    }


def _arrived(payment: Payment, arrivals: dict[str, date]) -> date | None:
    return arrivals.get(payment.meta.id)


def _waiting_or_waited(payment: Payment, arrived: date | None, chart: Chart) -> WaitingReceipt | int | None:
    """The payment that waits, or the days that it waited; None when it never lay in undeposited funds."""
    into = chart.find(payment.deposit_account_id)
    if payment.total.cents <= 0 or (into is not None and into.subtype != "UndepositedFunds"):
        return None
    if arrived is not None:
        return (arrived - payment.dated).days
    ref = RecordRef(RecordKind.PAYMENT, payment.meta.id, payment.number)
    return WaitingReceipt(ref, Party(payment.customer_id, payment.customer_name), payment.dated, payment.total)


def _unsorted(home: Gathered, chart: Chart, reuse: Reuse) -> tuple[UnsortedEntry, ...]:
    names = {each.meta.id: each.full_name for each in chart.accounts if _SAYS_NOTHING.search(each.full_name)}
    if not names:
        return ()
    return (
        *reuse.whole(_unsorted_purchases, home.purchases, chart, names),
        *reuse.whole(_unsorted_deposits, home.deposits, chart, names),
        *reuse.whole(_unsorted_bills, home.bills, names),
        *reuse.whole(_unsorted_transfers, home.transfers, names),
        *reuse.whole(_unsorted_entries, home.journal_entries, names),
        *reuse.whole(_unsorted_activity, home.other_activity, chart, names),
    )


def _unsorted_purchases(
    purchases: Sequence[Purchase], chart: Chart, names: dict[str, str]
) -> tuple[UnsortedEntry, ...]:
    return tuple(
        UnsortedEntry(
            ref=RecordRef(RecordKind.PURCHASE, purchase.meta.id, purchase.number),
            dated=purchase.dated,
            amount=Money(cents if purchase.refund else -cents, chart.currency),
            account=account,
            party=purchase.party_name,
            memo=purchase.memo or _first_description(purchase.lines),
            card=RecordRef(RecordKind.ACCOUNT, purchase.account_id) if purchase.account_id in chart.cards else None,
        )
        for purchase in purchases
        for account, cents in _by_account(purchase.lines, names)
    )


def _unsorted_deposits(deposits: Sequence[Deposit], chart: Chart, names: dict[str, str]) -> tuple[UnsortedEntry, ...]:
    return tuple(
        UnsortedEntry(
            ref=RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number),
            dated=deposit.dated,
            amount=Money(cents, chart.currency),
            account=account,
            party=next((line.party_name for line in deposit.lines if line.party_name), ""),
            memo=deposit.memo or _first_description(deposit.lines),
        )
        for deposit in deposits
        for account, cents in _by_account(deposit.lines, names)
    )


def _unsorted_bills(bills: Sequence[Bill], names: dict[str, str]) -> tuple[UnsortedEntry, ...]:
    """Bills in full."""
    booked = ((bill, next((names[each] for each in bill.account_ids if each in names), None)) for bill in bills)
    return tuple(
        UnsortedEntry(
            ref=RecordRef(RecordKind.BILL, bill.meta.id, bill.number),
            dated=bill.dated,
            amount=-bill.total,
            account=account,
            party=bill.vendor_name,
            memo=bill.memo,
        )
        for bill, account in booked
        if account is not None and bill.total.cents
    )


def _unsorted_transfers(transfers: Sequence[Transfer], names: dict[str, str]) -> tuple[UnsortedEntry, ...]:
    return tuple(
        UnsortedEntry(
            RecordRef(RecordKind.TRANSFER, each.meta.id), each.dated, amount, names[account_id], "", each.memo
        )
        for each in transfers
        for account_id, amount in ((each.from_account_id, each.amount), (each.to_account_id, -each.amount))
        if account_id in names
    )


def _unsorted_entries(entries: Sequence[JournalEntry], names: dict[str, str]) -> tuple[UnsortedEntry, ...]:
    return tuple(
        UnsortedEntry(
            ref=RecordRef(RecordKind.JOURNAL_ENTRY, entry.meta.id, entry.number),
            dated=entry.dated,
            amount=-line.amount,
            account=names[line.account_id],
            party=line.party_name,
            memo=entry.memo or line.description,
        )
        for entry in entries
        for line in entry.lines
        if line.account_id in names and line.amount.cents
    )


def _unsorted_activity(
    activity: Sequence[OtherActivity], chart: Chart, names: dict[str, str]
) -> tuple[UnsortedEntry, ...]:
    sides = ((each, chart.other_side(each)) for each in activity)
    return tuple(
        UnsortedEntry(
            ref=RecordRef(RecordKind.OTHER_ACTIVITY, each.id, each.number),
            dated=each.dated,
            amount=each.amount,
            account=names[other.meta.id],
            party=each.name,
            memo=each.memo,
        )
        for each, other in sides
        if other is not None and other.meta.id in names
    )


def _by_account(lines: Sequence[SplitLine], names: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Per unsorted account the sum of a record's lines on it, in cents; what adds up to nothing drops out."""
    booked = [line for line in lines if line.account_id in names]
    for account_id in dict.fromkeys(line.account_id for line in booked):
        cents = sum(line.amount.cents for line in booked if line.account_id == account_id)
        if account_id is not None and cents:
            yield names[account_id], cents


def _first_description(lines: Sequence[SplitLine]) -> str:
    return next((line.description for line in lines if line.description), "")


def _foreign(document: Invoice | Bill, kind: RecordKind, currency: Currency) -> RecordRef | None:
    """An open document in another currency."""
    if not document.balance.cents or document.balance.currency == currency:
        return None
    return RecordRef(kind, document.meta.id, document.number)
