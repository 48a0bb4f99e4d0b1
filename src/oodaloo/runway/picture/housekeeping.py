"""How the books are kept, out of the domains' records: lists of names, and what lies about unsorted."""

import re
from collections.abc import Iterator, Sequence

from oodaloo.domains.ap.model import Vendor
from oodaloo.domains.ar.model import Customer
from oodaloo.domains.bank.model import SplitLine
from oodaloo.domains.core.model import Term
from oodaloo.kit.money import Money
from oodaloo.runway.model.housekeeping import Housekeeping, ListedParty, UnsortedEntry, WaitingReceipt
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.picture.gathered import Chart, Gathered

_SAYS_NOTHING = re.compile(r"(?:^|:)(?:uncategori[sz]ed\b|ask (?:my|your) \w+$|suspense\b)", re.IGNORECASE)
"""Names of accounts for what nobody has sorted: "Uncategorized Expense", "Ask My Accountant"; or one below them."""


def housekeeping_of(gathered: Gathered, home: Gathered, chart: Chart) -> Housekeeping:
    """What `home`, the records of `gathered` in the home currency, say about how they are kept."""
    terms = {term.meta.id: _payment_terms(term) for term in gathered.terms}
    parties = (*_listed(RecordKind.CUSTOMER, home.customers, terms), *_listed(RecordKind.VENDOR, home.vendors, terms))
    waiting, waits = _undeposited(home, chart)
    return Housekeeping(
        parties=parties,
        terms=dict(_terms_named(home, terms)),
        unsorted=tuple(_unsorted(home, chart)),
        waiting=waiting,
        waits=waits,
        foreign=tuple(_foreign(gathered, chart)),
    )


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


def _terms_named(home: Gathered, terms: dict[str, PaymentTerms]) -> Iterator[tuple[RecordRef, PaymentTerms]]:
    sides = ((RecordKind.INVOICE, home.invoices), (RecordKind.BILL, home.bills))
    for kind, documents in sides:
        for each in documents:
            named = terms.get(each.term_id or "")
            if named is not None and each.balance.cents > 0:
                yield RecordRef(kind, each.meta.id, each.number), named


def _undeposited(home: Gathered, chart: Chart) -> tuple[tuple[WaitingReceipt, ...], tuple[int, ...]]:
    """Payments that lie in undeposited funds, and how many days those lay there that were deposited since."""
    deposited = {
        linked.id: deposit.dated
        for deposit in home.deposits
        for line in deposit.lines
        for linked in line.linked
        if linked.kind == "Payment"
    }
    waiting, waits = [], []
    for payment in home.payments:
        into = chart.find(payment.deposit_account_id)
        if payment.total.cents <= 0 or (into is not None and into.subtype != "UndepositedFunds"):
            continue
        arrived = deposited.get(payment.meta.id)
        if arrived is not None:
            waits.append((arrived - payment.dated).days)
            continue
        ref = RecordRef(RecordKind.PAYMENT, payment.meta.id, payment.number)
        party = Party(payment.customer_id, payment.customer_name)
        waiting.append(WaitingReceipt(ref, party, payment.dated, payment.total))
    return tuple(waiting), tuple(sorted(waits))


def _unsorted(home: Gathered, chart: Chart) -> Iterator[UnsortedEntry]:
    names = {each.meta.id: each.full_name for each in chart.accounts if _SAYS_NOTHING.search(each.full_name)}
    if names:
        yield from _unsorted_splits(home, chart, names)
        yield from _unsorted_postings(home, names)
        yield from _unsorted_activity(home, chart, names)


def _unsorted_splits(home: Gathered, chart: Chart, names: dict[str, str]) -> Iterator[UnsortedEntry]:
    """Purchases and deposits, by their lines."""
    for purchase in home.purchases:
        for account, cents in _by_account(purchase.lines, names):
            card = RecordRef(RecordKind.ACCOUNT, purchase.account_id) if purchase.account_id in chart.cards else None
            yield UnsortedEntry(
                ref=RecordRef(RecordKind.PURCHASE, purchase.meta.id, purchase.number),
                dated=purchase.dated,
                amount=Money(cents if purchase.refund else -cents, chart.currency),
                account=account,
                party=purchase.party_name,
                memo=purchase.memo or _first_description(purchase.lines),
                card=card,
            )
    for deposit in home.deposits:
        for account, cents in _by_account(deposit.lines, names):
            ref = RecordRef(RecordKind.DEPOSIT, deposit.meta.id, deposit.number)
            memo = deposit.memo or _first_description(deposit.lines)
            party = next((line.party_name for line in deposit.lines if line.party_name), "")
            yield UnsortedEntry(ref, deposit.dated, Money(cents, chart.currency), account, party, memo)


def _unsorted_postings(home: Gathered, names: dict[str, str]) -> Iterator[UnsortedEntry]:
    """Bills in full, transfers, and lines of journal entries."""
    for bill in home.bills:
        account = next((names[each] for each in bill.account_ids if each in names), None)
        if account is not None and bill.total.cents:
            ref = RecordRef(RecordKind.BILL, bill.meta.id, bill.number)
            yield UnsortedEntry(ref, bill.dated, -bill.total, account, bill.vendor_name, bill.memo)
    for transfer in home.transfers:
        sides = ((transfer.from_account_id, transfer.amount), (transfer.to_account_id, -transfer.amount))
        for account_id, amount in sides:
            if account_id in names:
                ref = RecordRef(RecordKind.TRANSFER, transfer.meta.id)
                yield UnsortedEntry(ref, transfer.dated, amount, names[account_id], "", transfer.memo)
    for entry in home.journal_entries:
        for line in entry.lines:
            if line.account_id in names and line.amount.cents:
                ref = RecordRef(RecordKind.JOURNAL_ENTRY, entry.meta.id, entry.number)
                memo = entry.memo or line.description
                yield UnsortedEntry(ref, entry.dated, -line.amount, names[line.account_id], line.party_name, memo)


def _unsorted_activity(home: Gathered, chart: Chart, names: dict[str, str]) -> Iterator[UnsortedEntry]:
    for each in home.other_activity:
        other = chart.other_side(each)
        if other is not None and other.meta.id in names:
            ref = RecordRef(RecordKind.OTHER_ACTIVITY, each.id, each.number)
            yield UnsortedEntry(ref, each.dated, each.amount, names[other.meta.id], each.name, each.memo)


def _by_account(lines: Sequence[SplitLine], names: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Per unsorted account the sum of a record's lines on it, in cents; what adds up to nothing drops out."""
    booked = [line for line in lines if line.account_id in names]
    for account_id in dict.fromkeys(line.account_id for line in booked):
        cents = sum(line.amount.cents for line in booked if line.account_id == account_id)
        if account_id is not None and cents:
            yield names[account_id], cents


def _first_description(lines: Sequence[SplitLine]) -> str:
    return next((line.description for line in lines if line.description), "")


def _foreign(gathered: Gathered, chart: Chart) -> Iterator[RecordRef]:
    for kind, documents in ((RecordKind.INVOICE, gathered.invoices), (RecordKind.BILL, gathered.bills)):
        for each in documents:
            if each.balance.cents and each.balance.currency != chart.currency:
                yield RecordRef(kind, each.meta.id, each.number)
