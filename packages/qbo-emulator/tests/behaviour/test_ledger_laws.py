"""Laws of the books under random sequences of documents: nothing is lost between documents and accounts."""

from collections.abc import Callable
from decimal import Decimal

import pytest
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
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting, UnbalancedError

CENTS = st.integers(min_value=1, max_value=10**7).map(lambda cents: f"{Decimal(cents) / 100:.2f}")


def sell(books: Books, amount: str, _pick: int) -> None:
    """Enter an invoice."""
    books.create("Invoice", invoice(amount), at=OPENED)


def credit_customer(books: Books, amount: str, _pick: int) -> None:
    """Enter a credit memo."""
    books.create("CreditMemo", invoice(amount), at=OPENED)


def be_paid(books: Books, amount: str, pick: int) -> None:
    """Enter a payment, for an invoice when there is one."""
    linked = [("Invoice", one["Id"], amount) for one in chosen(books, "Invoice", pick)]
    books.create("Payment", payment(amount, *linked), at=OPENED)


def bank_payment(books: Books, _amount: str, pick: int) -> None:
    """Deposit a payment that lies in Undeposited Funds."""
    held = [one for one in books.records("Payment") if "LinkedTxn" not in one]
    if held:
        books.create("Deposit", deposit_of(held[pick % len(held)]), at=OPENED)


def owe(books: Books, amount: str, _pick: int) -> None:
    """Enter a bill."""
    books.create("Bill", bill(amount), at=OPENED)


def be_credited(books: Books, amount: str, _pick: int) -> None:
    """Enter a vendor credit."""
    books.create("VendorCredit", bill(amount), at=OPENED)


def pay(books: Books, amount: str, pick: int) -> None:
    """Pay a bill, perhaps too much, perhaps again."""
    linked = [("Bill", one["Id"], amount) for one in chosen(books, "Bill", pick)]
    if linked:
        books.create("BillPayment", bill_payment(amount, *linked), at=OPENED)


def pay_with_credit(books: Books, _amount: str, pick: int) -> None:
    """Settle a bill with a vendor credit and no money."""
    for owed, credit in zip(chosen(books, "Bill", pick), chosen(books, "VendorCredit", pick), strict=False):
        share = str(min(owed["Balance"], credit["Balance"]))
        links = [("Bill", owed["Id"], share), ("VendorCredit", credit["Id"], share)]
        books.create("BillPayment", bill_payment("0", *links), at=OPENED)


def buy(books: Books, amount: str, _pick: int) -> None:
    """Pay rent at once."""
    books.create("Purchase", purchase(amount), at=OPENED)


def move(books: Books, amount: str, _pick: int) -> None:
    """Pay the card from Checking."""
    accounts = {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "3"}}
    books.create("Transfer", {**accounts, "Amount": Decimal(amount)}, at=OPENED)


def journal(books: Books, amount: str, _pick: int) -> None:
    """Book an expense against Savings."""
    books.create("JournalEntry", journal_entry(("Debit", "5", amount), ("Credit", "2", amount)), at=OPENED)


Step = tuple[Callable[[Books, str, int], None], str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [sell, credit_customer, be_paid, bank_payment, owe, be_credited, pay, pay_with_credit, buy, move, journal]
        ),
        CENTS,
        st.integers(min_value=0, max_value=50),
    ),
    max_size=25,
)


def books_after(steps: list[Step]) -> Books:
    """Small books in which the documents were entered one after the other."""
    books = small_books()
    for enter, amount, pick in steps:
        enter(books, amount, pick)
    return books


def chosen(books: Books, entity: str, pick: int) -> list[JsonObject]:
    """One document of a type, or none when there is none."""
    documents = list(books.records(entity))
    return [documents[pick % len(documents)]] if documents else []


def total(books: Books, entity: str, field: str) -> Decimal:
    """The sum of a field over all entities of a type."""
    return sum((Decimal(one[field]) for one in books.records(entity)), Decimal(0))


def account_of(books: Books, sub_type: str) -> Decimal:
    """The balance of the account that QuickBooks keeps for a purpose."""
    found = [one["CurrentBalance"] for one in books.records("Account") if one["AccountSubType"] == sub_type]
    return found[0] if found else Decimal(0)


def unapplied_to_bills(books: Books) -> Decimal:
    """What was paid to vendors beyond the bills it is linked to."""
    signs = {"Bill": 1, "VendorCredit": -1}
    linked = sum(
        (
            line["Amount"] * signs[line["LinkedTxn"][0]["TxnType"]]
            for one in books.records("BillPayment")
            for line in one["Line"]
        ),
        Decimal(0),
    )
    return total(books, "BillPayment", "TotalAmt") - linked


@pytest.mark.inferred("double entry: what bookkeeping is")
@given(STEPS)
def test_documents_and_accounts_agree(steps: list[Step]) -> None:
    """After any documents: debits = credits, and A/R and A/P are what the documents say is open."""
    books = books_after(steps)
    for transaction in books.ledger.transactions():
        assert sum(posting.amount for posting in transaction.postings) == 0
    open_sales = total(books, "Invoice", "Balance") - total(books, "CreditMemo", "Balance")
    assert account_of(books, "AccountsReceivable") == open_sales - total(books, "Payment", "UnappliedAmt")
    open_bills = total(books, "Bill", "Balance") - total(books, "VendorCredit", "Balance")
    assert -account_of(books, "AccountsPayable") == open_bills - unapplied_to_bills(books)
    held = sum(one["TotalAmt"] for one in books.records("Payment") if "LinkedTxn" not in one)
    assert account_of(books, "UndepositedFunds") == held


@pytest.mark.inferred("balances follow from the ledger and from nothing else")
@given(STEPS)
def test_shown_balances_are_the_ledgers(steps: list[Step]) -> None:
    """CurrentBalance is the ledger's for balance sheet accounts and 0 for others; names show their share."""
    books = books_after(steps)
    for account in books.records("Account"):
        shown = account["Classification"] in ("Asset", "Liability", "Equity")
        assert account["CurrentBalance"] == (books.ledger.balance(account["Id"]) if shown else 0)
    by_type = {one["AccountType"]: one["Id"] for one in books.records("Account")}
    receivable, payable = by_type.get("Accounts Receivable", "none"), by_type.get("Accounts Payable", "none")
    for customer in books.records("Customer"):
        assert customer["Balance"] == books.ledger.name_balance(receivable, customer["Id"])
    for vendor in books.records("Vendor"):
        assert vendor["Balance"] == -books.ledger.name_balance(payable, vendor["Id"])


@pytest.mark.inferred("double entry: what bookkeeping is")
def test_the_ledger_refuses_what_does_not_balance() -> None:
    """Debits of 10.00 against credits of 9.99 are not posted."""
    ledger = Ledger()
    legs = (Posting("1", Decimal("10.00")), Posting("2", Decimal("-9.99")))
    with pytest.raises(UnbalancedError, match=r"exceed credits by 0\.01"):
        ledger.post(LedgerTransaction("1", "JournalEntry", "2026-01-05", "", legs))
    assert list(ledger.transactions()) == []
    assert ledger.balance("1") == 0


@pytest.mark.inferred("taking a document out of the books leaves no trace in balances")
def test_removing_undoes_posting() -> None:
    """A removed transaction leaves the balances as they were."""
    ledger = Ledger()
    legs = (Posting("1", Decimal(5), "9"), Posting("2", Decimal(-5)))
    ledger.post(LedgerTransaction("1", "Invoice", "2026-01-05", "", legs))
    ledger.remove("1")
    assert ledger.balance("1") == ledger.name_balance("1", "9") == 0
