"""What the tests of living companies share: a built company, its digest, and the laws that its books obey."""

import hashlib
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from qbo_emulator.books import Books
from qbo_emulator.clock import evening_of
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios import LIVING
from qbo_emulator.scenarios.company.chart import CHECKING
from qbo_emulator.scenarios.living import LivingCompany

AS_OF = date(2026, 10, 2)
EVENING = evening_of(AS_OF)
LISTS = ("Account", "Customer", "Vendor", "Term", "Item")
TRANSACTIONS = (
    *("Invoice", "Payment", "CreditMemo", "Deposit", "Bill", "BillPayment", "VendorCredit"),
    *("Purchase", "Transfer", "JournalEntry"),
)


def living(name: str, seed: int = 1, **options: str) -> LivingCompany:
    """A company as of the evening of Friday 2026-10-02, with its life before it."""
    return LIVING[name].build(ScenarioRequest(seed, AS_OF, "9341450000000003", 1, options))


def after(days: int) -> datetime:
    """The evening that many days later."""
    return EVENING + timedelta(days=days)


def digest(books: Books) -> str:
    """A hash over every entity's bytes and every posting."""
    found = hashlib.sha256()
    for kind in (*LISTS, *TRANSACTIONS, "CompanyInfo", "Preferences"):
        for one in books.records(kind):
            found.update(books.read_encoded(kind, one["Id"]))
    for transaction in books.ledger.transactions():
        found.update(repr(transaction).encode())
    return found.hexdigest()


def assert_books_agree(books: Books) -> None:
    """Debits are credits, and A/R and A/P are their open documents net of credits and unapplied payments."""
    assert sum(p.amount for t in books.ledger.transactions() for p in t.postings) == 0
    owed_to_us = total(books, "Invoice", "Balance") - total(books, "CreditMemo", "Balance")
    assert balance(books, "Accounts Receivable (A/R)") == owed_to_us - total(books, "Payment", "UnappliedAmt")
    owed = total(books, "Bill", "Balance") - total(books, "VendorCredit", "Balance")
    assert -balance(books, "Accounts Payable (A/P)") == owed


def assert_nothing_is_paid_twice(books: Books) -> None:
    """No document is settled beyond its amount, and no payment to a vendor exceeds what it settles."""
    for kind in ("Invoice", "Bill"):
        assert all(0 <= one["Balance"] <= one["TotalAmt"] for one in books.records(kind))
    for payment in books.records("BillPayment"):
        signs = {"Bill": 1, "VendorCredit": -1}
        settled = sum(line["Amount"] * signs[line["LinkedTxn"][0]["TxnType"]] for line in payment["Line"])
        assert settled == payment["TotalAmt"]


def lowest_checking(books: Books, name: str = CHECKING) -> Decimal:
    """The lowest balance that checking had at the end of a day."""
    account = next(one["Id"] for one in books.records("Account") if one["Name"] == name)
    moves: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in books.ledger.transactions():
        for posting in transaction.postings:
            if posting.account_id == account:
                moves[transaction.txn_date] += posting.amount
    return min(accumulate(moves[day] for day in sorted(moves)))


def balance(books: Books, name: str) -> Decimal:
    """An account's balance, debit-positive."""
    return next(Decimal(one["CurrentBalance"]) for one in books.records("Account") if one["Name"] == name)


def total(books: Books, kind: str, field: str) -> Decimal:
    """The sum of a field over every entity of a type."""
    return sum((one[field] for one in books.records(kind)), Decimal(0))


def all_transactions(books: Books) -> list[JsonObject]:
    """Every transaction that an entity shows."""
    return [one for kind in TRANSACTIONS for one in books.records(kind)]


def created(one: JsonObject) -> datetime:
    """The moment in which an entity was entered."""
    return datetime.fromisoformat(one["MetaData"]["CreateTime"])
