"""Random months of bookkeeping: documents of every kind, on random days around a year's end."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from emulator_support import (
    OPENED,
    bill,
    bill_payment,
    deposit_of,
    invoice,
    journal_entry,
    payment,
    purchase,
    small_books,
)
from hypothesis import strategies as st

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject

FIRST_DAY = date(2025, 11, 15)
LAST_DAY = FIRST_DAY + timedelta(days=150)
DAYS = st.integers(min_value=0, max_value=150).map(lambda days: FIRST_DAY + timedelta(days=days))
CENTS = st.integers(min_value=1, max_value=10**6).map(lambda cents: f"{Decimal(cents) / 100:.2f}")

Step = tuple[Callable[[Books, str, int, str], None], str, int, date]


def sell(books: Books, amount: str, pick: int, day: str) -> None:
    """Invoice Acme or its job over two lines, falling due some weeks later."""
    due = (date.fromisoformat(day) + timedelta(days=pick)).isoformat()
    body = invoice(amount, TxnDate=day, DueDate=due, CustomerRef={"value": str(pick % 2 + 1)})
    books.create("Invoice", {**body, "Line": [*body["Line"], *invoice("0.07")["Line"]]}, at=OPENED)


def credit_customer(books: Books, amount: str, _pick: int, day: str) -> None:
    """Give Acme a credit memo."""
    books.create("CreditMemo", invoice(amount, TxnDate=day), at=OPENED)


def be_paid(books: Books, amount: str, pick: int, day: str) -> None:
    """Take a payment by Acme, for an invoice when there is one, perhaps dated before it."""
    linked = [("Invoice", one["Id"], amount) for one in chosen(books, "Invoice", pick, "1")]
    held = {} if pick % 2 else {"DepositToAccountRef": {"value": "1"}}
    books.create("Payment", payment(amount, *linked, TxnDate=day, **held), at=OPENED)


def use_credit(books: Books, _amount: str, pick: int, day: str) -> None:
    """Settle an invoice with a credit memo and no money."""
    for owed, credit in zip(chosen(books, "Invoice", pick, "1"), chosen(books, "CreditMemo", pick, "1"), strict=False):
        share = str(min(owed["Balance"], credit["Balance"]))
        links = [("Invoice", owed["Id"], share), ("CreditMemo", credit["Id"], share)]
        books.create("Payment", payment("0", *links, TxnDate=day), at=OPENED)


def bank_payment(books: Books, _amount: str, pick: int, day: str) -> None:
    """Deposit a payment that lies in Undeposited Funds."""
    undeposited = {one["Id"] for one in books.records("Account") if one["AccountSubType"] == "UndepositedFunds"}
    held = [
        one
        for one in books.records("Payment")
        if "LinkedTxn" not in one and one.get("DepositToAccountRef", {}).get("value") in undeposited
    ]
    if held:
        books.create("Deposit", deposit_of(held[pick % len(held)], TxnDate=day), at=OPENED)


def owe(books: Books, amount: str, _pick: int, day: str) -> None:
    """Enter a bill."""
    books.create("Bill", bill(amount, TxnDate=day), at=OPENED)


def be_credited(books: Books, amount: str, _pick: int, day: str) -> None:
    """Enter a vendor credit."""
    books.create("VendorCredit", bill(amount, TxnDate=day), at=OPENED)


def pay(books: Books, amount: str, pick: int, day: str) -> None:
    """Pay a bill, perhaps too much, perhaps again."""
    linked = [("Bill", one["Id"], amount) for one in chosen(books, "Bill", pick)]
    if linked:
        books.create("BillPayment", bill_payment(amount, *linked, TxnDate=day), at=OPENED)


def pay_with_credit(books: Books, _amount: str, pick: int, day: str) -> None:
    """Settle a bill with a vendor credit and no money."""
    for owed, credit in zip(chosen(books, "Bill", pick), chosen(books, "VendorCredit", pick), strict=False):
        share = str(min(owed["Balance"], credit["Balance"]))
        links = [("Bill", owed["Id"], share), ("VendorCredit", credit["Id"], share)]
        books.create("BillPayment", bill_payment("0", *links, TxnDate=day), at=OPENED)


def buy(books: Books, amount: str, _pick: int, day: str) -> None:
    """Pay rent at once."""
    books.create("Purchase", purchase(amount, TxnDate=day), at=OPENED)


def move(books: Books, amount: str, _pick: int, day: str) -> None:
    """Pay the card from Checking."""
    accounts = {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "3"}}
    books.create("Transfer", {**accounts, "Amount": Decimal(amount), "TxnDate": day}, at=OPENED)


def journal(books: Books, amount: str, _pick: int, day: str) -> None:
    """Book an expense against Savings."""
    body = journal_entry(("Debit", "5", amount), ("Credit", "2", amount))
    books.create("JournalEntry", {**body, "TxnDate": day}, at=OPENED)


def pay_wages(books: Books, amount: str, _pick: int, day: str) -> None:
    """Write a payroll cheque that no API entity shows."""
    postings = [("5", Decimal(amount)), ("1", -Decimal(amount))]
    books.post_unlisted(
        txn_type="Payroll Check", txn_date=date.fromisoformat(day), memo="Pay", postings=postings, at=OPENED
    )


_KINDS = (
    *(sell, credit_customer, be_paid, use_credit, bank_payment, owe, be_credited, pay, pay_with_credit),
    *(buy, move, journal, pay_wages),
)
STEPS = st.lists(st.tuples(st.sampled_from(_KINDS), CENTS, st.integers(min_value=0, max_value=120), DAYS), max_size=25)


def books_after(steps: list[Step]) -> Books:
    """Small books in which the documents were entered one after the other."""
    books = small_books()
    for enter, amount, pick, day in steps:
        enter(books, amount, pick, day.isoformat())
    return books


def chosen(books: Books, entity: str, pick: int, customer_id: str | None = None) -> list[JsonObject]:
    """One document of a type, of one customer where that matters, or none when there is none."""
    documents = [one for one in books.records(entity) if customer_id in (None, one.get("CustomerRef", {}).get("value"))]
    return [documents[pick % len(documents)]] if documents else []
