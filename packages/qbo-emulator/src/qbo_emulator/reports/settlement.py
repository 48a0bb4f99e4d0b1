"""What is open on receivables and payables on a day, and which payments closed the rest."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import money
from qbo_emulator.books import Books
from qbo_emulator.company_file import PAYABLE, RECEIVABLE
from qbo_emulator.jsontypes import JsonObject

OPENING: Final = "Opening"
"""The type of the ledger entries that stand for recorded balances (`Books.post_opening`)."""
DOCUMENTS: Final = {"Invoice": 1, "CreditMemo": -1, "Bill": 1, "VendorCredit": -1}
"""Documents that payments are applied to; 1 for those that are paid, -1 for those that are used up."""


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
    """A part of a document that a payment settled on an ISO day."""

    day: str
    payment: JsonObject
    target: JsonObject
    direction: int
    """1 when the payment paid the document, -1 when it used a credit up."""
    amount: Decimal
    """In the document's currency."""

    def share_of(self, posted: Decimal) -> Decimal:
        """The same part of an amount that the whole document stands for, in cents."""
        return money(posted * self.amount / self.target["TotalAmt"], "Amount")


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
    """Every application of payments, each on the later day of payment and document (inferred)."""
    for payment in books.records(side.payment):
        for line in payment["Line"]:
            for linked in line.get("LinkedTxn", ()):
                record = books.file.store.get(linked["TxnType"], linked["TxnId"])
                if linked["TxnType"] in side.documents and record is not None and record.entity["TotalAmt"]:
                    day = max(payment["TxnDate"], record.entity["TxnDate"])
                    direction = DOCUMENTS[linked["TxnType"]]
                    yield Application(day, payment, record.entity, direction, line["Amount"])


def open_items(books: Books, side: Side, as_of: str) -> list[OpenItem]:
    """What is open at the end of an ISO day, in the order of posting.

    The items sum to what the ledger shows on these accounts on that day. Documents that were adopted from
    recordings have no postings: they count with their recorded balances, in place of the opening entry.
    """
    posted = list(_posted(books, side))
    whole = {item.txn_id: item.amount for item in posted}
    changes: defaultdict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for one in applications(books, side):
        total = whole.get(one.target["Id"], one.direction * _at_home(one.target, one.target["TotalAmt"]))
        share = one.share_of(total)
        changes[one.target["Id"]].append((one.day, -share))
        changes[one.payment["Id"]].append((one.day, share))
    items = [*posted, *_recorded(books, side, whole, changes)]
    settled = (_settled(item, changes.get(item.txn_id, ()), as_of) for item in items if item.day <= as_of)
    return [item for item in settled if item.open]


def _settled(item: OpenItem, changes: Iterable[tuple[str, Decimal]], as_of: str) -> OpenItem:
    left = sum((change for day, change in changes if day <= as_of), item.amount)
    return OpenItem(item.txn_type, item.txn_id, item.name_id, item.day, item.due, item.amount, left)


def _posted(books: Books, side: Side) -> Iterator[OpenItem]:
    accounts = {one["Id"] for one in books.records("Account") if one["AccountType"] == side.account_type}
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


def _recorded(
    books: Books, side: Side, posted: Container[str], changes: Mapping[str, list[tuple[str, Decimal]]]
) -> Iterator[OpenItem]:
    """Documents and payments without postings, with what was open before any application."""
    for entity in (*side.documents, side.payment):
        for document in books.records(entity):
            if document["Id"] in posted:
                continue
            balance = _at_home(document, _recorded_balance(entity, document))
            before = balance - sum((change for _, change in changes.get(document["Id"], ())), Decimal(0))
            day = document["TxnDate"]
            due = str(document.get("DueDate") or day)
            yield OpenItem(entity, document["Id"], document[side.party]["value"], day, due, before, before)


def _recorded_balance(entity: str, document: JsonObject) -> Decimal:
    if entity in DOCUMENTS:
        return DOCUMENTS[entity] * Decimal(document.get("Balance", 0))
    used = (
        line["Amount"] * DOCUMENTS.get(linked["TxnType"], 0)
        for line in document["Line"]
        for linked in line.get("LinkedTxn", ())
    )
    return sum(used, Decimal(0)) - Decimal(document["TotalAmt"])


def _at_home(document: JsonObject, amount: Decimal) -> Decimal:
    return money(amount * Decimal(document.get("ExchangeRate", 1)), "Amount")
