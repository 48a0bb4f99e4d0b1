"""The books on cash basis: documents count when they are paid, line by line in proportion.

What a customer paid without an invoice, or we paid without a bill, is income or expense of its own until it is
applied, on the accounts that QuickBooks keeps for that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.books import Books
from qbo_emulator.ledger import LedgerTransaction, Posting
from qbo_emulator.reports.chart import account_types
from qbo_emulator.reports.settlement import PAYABLES, RECEIVABLES, Application, Side, applications

UNAPPLIED_INCOME: Final = "UnappliedCashPaymentIncome"
UNAPPLIED_EXPENSE: Final = "UnappliedCashBillPaymentExpense"
"""Account subtypes of what was paid and not applied; they stand for the account where a company lacks it."""
_SIDES: Final = (RECEIVABLES, PAYABLES)
_KIND_OF_DOCUMENT: Final = {name: side.account_type for side in _SIDES for name in side.documents}
_UNAPPLIED: Final = ((RECEIVABLES, UNAPPLIED_INCOME), (PAYABLES, UNAPPLIED_EXPENSE))


class Movement(NamedTuple):
    """A debit-positive amount on an account on an ISO day, with the posting that it comes from, if any."""

    day: str
    account_id: str
    amount: Decimal
    source: tuple[LedgerTransaction, Posting] | None = None


def accrual_movements(books: Books) -> Iterator[Movement]:
    """The ledger's postings as they stand."""
    for transaction in books.ledger.transactions():
        for posting in transaction.postings:
            yield Movement(transaction.txn_date, posting.account_id, posting.amount, (transaction, posting))


def cash_movements(books: Books) -> Iterator[Movement]:
    """The same books without receivables and payables: money in and out, by what it was for.

    Over all time the movements sum to zero, as the postings do. Amounts are in home currency and cents.
    """
    types = account_types(books)
    settled = {side.account_type: _by_document(books, side) for side in _SIDES}
    unapplied = {side.account_type: _unapplied_account(books, sub_type) for side, sub_type in _UNAPPLIED}
    taken = {side.account_type: _taken_from_unapplied(books, side, types) for side in _SIDES}
    for transaction in books.ledger.transactions():
        kind = _KIND_OF_DOCUMENT.get(transaction.txn_type)
        if kind is not None:
            yield from _as_paid(transaction, kind, types, settled[kind].get(transaction.txn_id, []))
            continue
        for posting in transaction.postings:
            kind = types[posting.account_id]
            source = transaction, posting
            if kind not in unapplied:
                yield Movement(transaction.txn_date, posting.account_id, posting.amount, source)
                continue
            days = taken[kind].pop(transaction.txn_id, {})
            days[transaction.txn_date] = days.get(transaction.txn_date, ZERO) + posting.amount
            yield from (Movement(day, unapplied[kind], amount, source) for day, amount in days.items() if amount)
    for kind, payments in taken.items():
        # Payments of 0.00, which only apply credits, have no postings of their own.
        for days in payments.values():
            yield from (Movement(day, unapplied[kind], amount) for day, amount in days.items() if amount)


def _as_paid(
    document: LedgerTransaction, kind: str, types: dict[str, str], settled: list[Application]
) -> Iterator[Movement]:
    """The lines of a document, each time by the part that was paid; running sums keep them exact to the cent."""
    lines = [posting for posting in document.postings if types[posting.account_id] != kind]
    total = sum((line.amount for line in lines), ZERO)
    if not total:
        for line in lines:
            yield Movement(document.txn_date, line.account_id, line.amount, (document, line))
        return
    before = [ZERO] * len(lines)
    paid = ZERO
    for one in settled:
        paid += one.share_of(total)
        after = list(_shares(lines, paid / total))
        for line, old, new in zip(lines, before, after, strict=True):
            yield Movement(one.day, line.account_id, new - old, (document, line))
        before = after


def _shares(lines: Iterable[Posting], part: Decimal) -> Iterator[Decimal]:
    so_far = shared = ZERO
    for line in lines:
        so_far += line.amount
        share = money(so_far * part, "Amount") - shared
        shared += share
        yield share


def _taken_from_unapplied(books: Books, side: Side, types: dict[str, str]) -> dict[str, dict[str, Decimal]]:
    """Payment id -> what its applications take out of it again, by day."""
    totals = {
        document.txn_id: -sum((p.amount for p in document.postings if types[p.account_id] != side.account_type), ZERO)
        for document in books.ledger.transactions()
        if document.txn_type in side.documents
    }
    taken: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for one in applications(books, side):
        if one.target_id in totals:
            days = taken[one.payment["Id"]]
            days[one.day] = days.get(one.day, ZERO) + one.share_of(totals[one.target_id])
    return taken


def _by_document(books: Books, side: Side) -> dict[str, list[Application]]:
    found: defaultdict[str, list[Application]] = defaultdict(list)
    for one in sorted(applications(books, side), key=lambda each: each.day):
        found[one.target_id].append(one)
    return found


def _unapplied_account(books: Books, sub_type: str) -> str:
    accounts = books.records("Account")
    return next((str(one["Id"]) for one in accounts if one["AccountSubType"] == sub_type), sub_type)
