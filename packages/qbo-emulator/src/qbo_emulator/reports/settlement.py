"""What is open on receivables and payables on a day, and which payments closed the rest."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from qbo_emulator.amounts import money
from qbo_emulator.books import Books
from qbo_emulator.company_file import PAYABLE, RECEIVABLE
from qbo_emulator.entries import OPENING
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import LedgerTransaction

DOCUMENTS: Final = {"Invoice": 1, "CreditMemo": -1, "Bill": 1, "VendorCredit": -1}
"""Documents that payments are applied to; 1 for those that are paid, -1 for those that are used up."""


_JOURNAL: Final = "JournalEntry"
_Changes: TypeAlias = defaultdict[tuple[str, str], list[tuple[str, Decimal]]]
"""(transaction id, name id) -> by how much what is open of it changed, with the ISO day."""


@dataclass(frozen=True, slots=True)
class Side:
    """Receivables or payables: the ledger's sign, the types that meet there, and where they name the other party."""

    account_type: str
    sign: int
    documents: tuple[str, str]
    payment: str
    party: str


RECEIVABLES: Final = Side(RECEIVABLE, 1, ("Invoice", "CreditMemo"), "Payment", "CustomerRef")
PAYABLES: Final = Side(PAYABLE, -1, ("Bill", "VendorCredit"), "BillPayment", "VendorRef")


@dataclass(frozen=True, slots=True)
class Application:
    """A part of a document, or of a journal entry's line, that a payment settled on an ISO day."""

    day: str
    payment: JsonObject
    target_id: str
    name_id: str
    """Whose part of the target it is."""
    direction: int
    """1 when the payment paid the target, -1 when it used a credit up."""
    amount: Decimal
    whole: Decimal
    """The target's whole amount; like `amount` positive and in the target's currency."""
    rate: Decimal
    """What one unit of that currency was worth at home."""

    def share_of(self, posted: Decimal) -> Decimal:
        """The same part of an amount that the whole target stands for, in cents."""
        return money(posted * self.amount / self.whole, "Amount")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A transaction's part for one customer or vendor, in home currency; positive when they owe, or are owed."""

    txn_type: str
    txn_id: str
    name_id: str
    """Blank when the posting names nobody."""
    day: str
    due: str
    amount: Decimal
    open: Decimal


def applications(books: Books, side: Side) -> Iterator[Application]:
    """Every application of payments, each on the later day of payment and target (inferred)."""
    journal = {one.txn_id: one for one in books.ledger.transactions() if one.txn_type == _JOURNAL}
    accounts = _accounts(books, side)
    for payment in books.records(side.payment):
        for line in payment.get("Line", ()):
            for linked in line.get("LinkedTxn", ()):
                entry = journal.get(linked["TxnId"]) if linked["TxnType"] == _JOURNAL else None
                record = books.file.store.get(linked["TxnType"], linked["TxnId"])
                if entry is not None:
                    yield from _to_journal(payment, line["Amount"], entry, side, accounts)
                elif record is not None and linked["TxnType"] in side.documents and record.entity["TotalAmt"]:
                    target = record.entity
                    yield Application(
                        max(payment["TxnDate"], target["TxnDate"]),
                        payment,
                        target["Id"],
                        target[side.party]["value"],
                        DOCUMENTS[linked["TxnType"]],
                        line["Amount"],
                        target["TotalAmt"],
                        _rate(target),
                    )


def _to_journal(
    payment: JsonObject, amount: Decimal, entry: LedgerTransaction, side: Side, accounts: Container[str]
) -> Iterator[Application]:
    name_id = payment[side.party]["value"]
    own = [each for each in entry.postings if each.account_id in accounts and each.name_id == name_id]
    whole = sum((each.amount if each.currency_amount is None else each.currency_amount for each in own), Decimal(0))
    if whole:
        day = max(payment["TxnDate"], entry.txn_date)
        direction = 1 if whole * side.sign > 0 else -1
        yield Application(day, payment, entry.txn_id, name_id, direction, amount, abs(whole), Decimal(1))


def open_items(books: Books, side: Side, as_of: str) -> list[OpenItem]:
    """What is open at the end of an ISO day, in the order of posting.

    The items sum to what the ledger shows on these accounts on that day. Documents that were adopted from
    recordings have no postings: they count with their recorded balances, in place of the opening entry.
    """
    posted = list(_posted(books, side))
    whole = {(item.txn_id, item.name_id): item.amount for item in posted}
    changes: _Changes = defaultdict(list)
    for one in applications(books, side):
        target = one.target_id, one.name_id
        share = one.share_of(whole.get(target, one.direction * one.whole * one.rate))
        changes[target].append((one.day, -share))
        changes[one.payment["Id"], one.payment[side.party]["value"]].append((one.day, share))
    items = [*posted, *_recorded(books, side, {item.txn_id for item in posted}, changes)]
    settled = (_settled(item, changes.get((item.txn_id, item.name_id), ()), as_of) for item in items)
    return [item for item in settled if item.open and item.day <= as_of]


def _settled(item: OpenItem, changes: Iterable[tuple[str, Decimal]], as_of: str) -> OpenItem:
    left = sum((change for day, change in changes if day <= as_of), item.amount)
    return OpenItem(item.txn_type, item.txn_id, item.name_id, item.day, item.due, item.amount, left)


def _accounts(books: Books, side: Side) -> frozenset[str]:
    return frozenset(one["Id"] for one in books.records("Account") if one["AccountType"] == side.account_type)


def _posted(books: Books, side: Side) -> Iterator[OpenItem]:
    accounts = _accounts(books, side)
    for transaction in books.ledger.transactions():
        if transaction.txn_type == OPENING:
            continue
        amounts: dict[str, Decimal] = {}
        for account_id, amount, name_id, *_ in transaction.postings:
            if account_id in accounts:
                amounts[name_id or ""] = amounts.get(name_id or "", Decimal(0)) + amount * side.sign
        for name_id, amount in amounts.items():
            record = books.file.store.get(transaction.txn_type, transaction.txn_id)
            day = transaction.txn_date
            due = record.entity.get("DueDate", day) if record is not None else day
            yield OpenItem(transaction.txn_type, transaction.txn_id, name_id, day, due, amount, amount)


def _recorded(books: Books, side: Side, posted: Container[str], changes: _Changes) -> Iterator[OpenItem]:
    """Documents and payments without postings, with what was open before any application."""
    for entity in (*side.documents, side.payment):
        for document in books.records(entity):
            if document["Id"] in posted:
                continue
            balance = money(_recorded_balance(entity, document) * _rate(document), "Balance")
            name_id = document[side.party]["value"]
            before = balance - sum((change for _, change in changes.get((document["Id"], name_id), ())), Decimal(0))
            day = document["TxnDate"]
            due = str(document.get("DueDate") or day)
            yield OpenItem(entity, document["Id"], name_id, day, due, before, before)


def _recorded_balance(entity: str, document: JsonObject) -> Decimal:
    if entity in DOCUMENTS:
        return DOCUMENTS[entity] * Decimal(document.get("Balance", 0))
    used = (
        line["Amount"] * DOCUMENTS.get(linked["TxnType"], 0)
        for line in document.get("Line", ())
        for linked in line.get("LinkedTxn", ())
    )
    return sum(used, Decimal(0)) - Decimal(document["TotalAmt"])


def _rate(document: JsonObject) -> Decimal:
    return Decimal(document.get("ExchangeRate", 1))
