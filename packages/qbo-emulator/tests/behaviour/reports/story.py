"""A company whose two months fit on a page, so that every figure of its reports can be checked by hand.

| day | what happens | amount |
|---|---|---|
| 2025-12-15 | the owner puts money into Checking | 1,000 |
| 2025-12-20 | Acme is invoiced, due 2026-01-19 | 400 |
| 2026-01-10 | Acme pays a part, into Checking | 100 |
| 2026-01-15 | the landlord's bill arrives, due at once | 250 |
| 2026-02-03 | a cheque pays it | 250 |
| 2026-02-05 | paper, on the card | 30 |
| 2026-02-10 | from Checking to Savings | 200 |
| 2026-02-20 | a desk, by cheque | 300 |
| 2026-02-25 | Acme's job Berlin is invoiced, due 2026-03-27 | 600 |
| 2026-02-27 | QuickBooks Payroll writes a cheque that the API doesn't show | 120 |
"""

from datetime import date
from decimal import Decimal

from emulator_support import OPENED, bill, bill_payment, invoice, payment, small_books

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject


def story_books() -> Books:
    """The small books with the story in them.

    Further accounts: 6 Owner Investment, 7 Equipment, 8 Supplies with its sub-account 9 Paper, 10 Wages and
    11 Retained Earnings.
    """
    books = small_books()
    for fields in (
        {"Name": "Owner Investment", "AccountType": "Equity"},
        {"Name": "Equipment", "AccountType": "Fixed Asset"},
        {"Name": "Supplies", "AccountType": "Expense"},
        {"Name": "Paper", "AccountType": "Expense", "ParentRef": {"value": "8"}},
        {"Name": "Wages", "AccountType": "Expense"},
        {"Name": "Retained Earnings", "AccountType": "Equity", "AccountSubType": "RetainedEarnings"},
    ):
        books.create("Account", fields, at=OPENED)
    for entity, body in _documents():
        books.create(entity, body, at=OPENED)
    _pay(books)
    books.post_unlisted(
        txn_type="Payroll Check",
        txn_date=date(2026, 2, 27),
        memo="Ann Lee",
        postings=[("10", Decimal(120)), ("1", Decimal(-120))],
        at=OPENED,
    )
    return books


def _documents() -> list[tuple[str, JsonObject]]:
    moved = {"FromAccountRef": {"value": "1"}, "ToAccountRef": {"value": "2"}}
    return [
        ("JournalEntry", {"Line": [_leg("Debit", "1"), _leg("Credit", "6")], "TxnDate": "2025-12-15"}),
        ("Invoice", invoice("400", TxnDate="2025-12-20")),
        ("Bill", bill("250", TxnDate="2026-01-15", PrivateNote="January")),
        ("Purchase", _purchase("CreditCard", "3", "9", "30", "2026-02-05")),
        ("Transfer", {**moved, "Amount": Decimal(200), "TxnDate": "2026-02-10"}),
        ("Purchase", _purchase("Check", "1", "7", "300", "2026-02-20")),
        ("Invoice", invoice("600", TxnDate="2026-02-25", CustomerRef={"value": "2"})),
    ]


def _pay(books: Books) -> None:
    invoice_id = next(iter(books.records("Invoice")))["Id"]
    bill_id = next(iter(books.records("Bill")))["Id"]
    fields = {"TxnDate": "2026-01-10", "DepositToAccountRef": {"value": "1"}}
    books.create("Payment", payment("100", ("Invoice", invoice_id, "100"), **fields), at=OPENED)
    books.create("BillPayment", bill_payment("250", ("Bill", bill_id, "250"), TxnDate="2026-02-03"), at=OPENED)


def _leg(side: str, account_id: str) -> JsonObject:
    detail = {"PostingType": side, "AccountRef": {"value": account_id}}
    return {"Amount": Decimal(1000), "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}


def _purchase(payment_type: str, paid_from: str, account_id: str, amount: str, day: str) -> JsonObject:
    detail = {"AccountRef": {"value": account_id}}
    line = {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    return {"PaymentType": payment_type, "AccountRef": {"value": paid_from}, "Line": [line], "TxnDate": day}
