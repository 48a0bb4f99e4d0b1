"""What the document behind a posting says of it: type, number, name, description and the account on the other side."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import LedgerTransaction, Posting
from qbo_emulator.reports.chart import account_types, outside
from qbo_emulator.store import Record

SPLIT: Final = "-Split-"
_TYPE_NAMES: Final = {
    "CreditMemo": "Credit Memo",
    "SalesReceipt": "Sales Receipt",
    "RefundReceipt": "Refund",
    "VendorCredit": "Vendor Credit",
    "JournalEntry": "Journal Entry",
    "Purchase": "Expense",
}
_BILL_PAYMENT_NAMES: Final = {"Check": "Bill Payment (Check)", "CreditCard": "Bill Payment (Credit Card)"}
_PURCHASE_NAMES: Final = {
    "1": "Credit Card Expense",
    "3": "Check",
    "11": "Credit Card Credit",
    "31": "Cash Expense",
    "54": "Expense",
}
"""The TxnType code of a Purchase -> the name in reports (recorded for 1, 3, 31 and 54)."""


@dataclass(frozen=True, slots=True)
class Named:
    """An account, customer or vendor as a cell shows it; blank when there is none."""

    entity_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting with what its document says."""

    transaction: LedgerTransaction
    posting: Posting
    party: Named
    customer_id: str
    vendor_id: str
    memo: str
    split: Named


@dataclass(frozen=True, slots=True)
class _Line:
    description: str
    name_id: str


_NO_LINE: Final = _Line("", "")


def type_name(txn_type: str, document: JsonObject) -> str:
    """A type as reports name it, after what the document says of how it was paid."""
    if txn_type == "BillPayment":
        return _BILL_PAYMENT_NAMES[document.get("PayType", "Check")]
    if txn_type == "Purchase":
        codes = [each["value"]["Value"] for each in document.get("PurchaseEx", {}).get("any", ())]
        return _PURCHASE_NAMES.get("".join(codes), _TYPE_NAMES["Purchase"])
    return _TYPE_NAMES.get(txn_type, txn_type)


class Documents:
    """Looks things up in one company's records; made anew for each report, because records change."""

    def __init__(self, books: Books) -> None:
        self._file = books.file
        self.types = account_types(books)
        self._accounts = {one["Id"]: Named(one["Id"], one["FullyQualifiedName"]) for one in books.records("Account")}
        self._accounts |= {node.account_id: Named("", node.name) for node in outside(books)}
        self._customers = {one["Id"]: _name(one) for one in books.records("Customer")}
        self._vendors = {one["Id"]: _name(one) for one in books.records("Vendor")}

    def account(self, account_id: str) -> Named:
        """An account with its full name."""
        return self._accounts[account_id]

    def record(self, transaction: LedgerTransaction) -> Record | None:
        """The stored document; None for what no API entity shows."""
        return self._file.store.get(transaction.txn_type, transaction.txn_id) if transaction.listed else None

    def document(self, transaction: LedgerTransaction) -> JsonObject:
        """The stored document's content; empty for what no API entity shows."""
        record = self.record(transaction)
        return record.entity if record is not None else {}

    def type_name(self, transaction: LedgerTransaction) -> str:
        """The transaction type as reports name it."""
        return type_name(transaction.txn_type, self.document(transaction))

    def main_posting(self, transaction: LedgerTransaction) -> Posting | None:
        """The posting that the document is about, such as an invoice's receivable; None in a journal entry."""
        if transaction.txn_type == "JournalEntry":
            return None
        if transaction.txn_type == "BillPayment":
            return self._first(transaction, "Bank", "Credit Card")
        return transaction.postings[0] if transaction.listed else self._first(transaction, "Bank")

    def legs(self, transaction: LedgerTransaction) -> list[Leg]:
        """Every posting of a transaction, with its line's description and name where they can be told."""
        document = self.document(transaction)
        lines = self._lines(document)
        main = self.main_posting(transaction)
        party = _party(document)
        found = []
        for posting in transaction.postings:
            line = _NO_LINE if posting is main or not lines[posting.account_id] else lines[posting.account_id].pop(0)
            name_id = posting.name_id or party or line.name_id
            memo = line.description or transaction.memo
            split = self._split(transaction, posting, main)
            customer_id = next((each for each in (line.name_id, name_id) if each in self._customers), "")
            vendor_id = name_id if name_id in self._vendors else ""
            named = self._customers.get(name_id) or self._vendors.get(name_id) or Named()
            found.append(Leg(transaction, posting, named, customer_id, vendor_id, memo, split))
        return found

    def _first(self, transaction: LedgerTransaction, *account_types: str) -> Posting | None:
        return next((each for each in transaction.postings if self.types[each.account_id] in account_types), None)

    def _split(self, transaction: LedgerTransaction, posting: Posting, main: Posting | None) -> Named:
        others = [each for each in transaction.postings if each is not posting]
        if len(others) == 1:
            return self._accounts[others[0].account_id]
        if main is not None and posting is not main:
            return self._accounts[main.account_id]
        return Named("", SPLIT)

    def _lines(self, document: JsonObject) -> defaultdict[str, list[_Line]]:
        lines: defaultdict[str, list[_Line]] = defaultdict(list)
        for line in document.get("Line", ()):
            detail = line.get(line.get("DetailType", ""), {})
            account_id = self._line_account(detail)
            if account_id:
                lines[account_id].append(_Line(line.get("Description", ""), _line_name(detail)))
        return lines

    def _line_account(self, detail: JsonObject) -> str:
        reference = detail.get("ItemAccountRef") or detail.get("AccountRef")
        if reference is None and "ItemRef" in detail:
            item = self._file.store.get("Item", detail["ItemRef"]["value"])
            reference = item.entity.get("ExpenseAccountRef") if item is not None else None
        return str(reference["value"]) if reference else ""


def _name(one: JsonObject) -> Named:
    return Named(one["Id"], one.get("FullyQualifiedName") or one["DisplayName"])


def _party(document: JsonObject) -> str:
    for field in ("CustomerRef", "VendorRef", "EntityRef"):
        if field in document:
            return str(document[field]["value"])
    return ""


def _line_name(detail: JsonObject) -> str:
    entity = detail.get("Entity", {})
    reference = detail.get("CustomerRef") or entity.get("EntityRef") or entity
    return str(reference.get("value", ""))
