"""What counts on cash basis, and when."""

from decimal import Decimal

import pytest
from behaviour.reports.reading import amounts, ask, paper
from emulator_support import OPENED, bill, bill_payment, invoice, payment, small_books

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject


def january(books: Books) -> JsonObject:
    """January's profit on cash basis."""
    return ask(books, "ProfitAndLoss", accounting_method="Cash", start_date="2026-01-01", end_date="2026-01-31")


@pytest.mark.documented("accounting_method=Cash")
def test_unpaid_documents_do_not_count() -> None:
    """An open invoice and an open bill leave the report blank."""
    books = small_books()
    books.create("Invoice", invoice("100", TxnDate="2026-01-10"), at=OPENED)
    books.create("Bill", bill("40", TxnDate="2026-01-10"), at=OPENED)
    report = january(books)
    assert report["Header"]["Option"][-1] == {"Name": "NoReportData", "Value": "true"}
    assert paper(report)[-1] == "Net Income | "


@pytest.mark.inferred("lines of a part-paid document count in proportion")
def test_part_payments_count_in_proportion() -> None:
    """Two thirds of an invoice over 100 and 50 are paid in two steps: 66.67 and 33.33, 100.00 in all."""
    books = small_books()
    books.create("Account", {"Name": "Design", "AccountType": "Income"}, at=OPENED)
    item = books.create("Item", {"Name": "Logo", "IncomeAccountRef": {"value": "6"}}, at=OPENED)
    [line] = invoice("50")["Line"]
    second = {**line, "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}}}
    body = invoice("100", TxnDate="2026-01-10")
    sold = books.create("Invoice", {**body, "Line": [*body["Line"], second]}, at=OPENED)
    for amount, day in (("50", "2026-01-20"), ("50", "2026-01-21")):
        books.create("Payment", payment(amount, ("Invoice", sold["Id"], amount), TxnDate=day), at=OPENED)
    report = january(books)
    assert amounts(report, "Fees") == [Decimal("66.67")]
    assert amounts(report, "Design") == [Decimal("33.33")]
    assert amounts(report, "Net Income") == [100]


@pytest.mark.documented("QuickBooks' accounts Unapplied Cash Payment Income and … Bill Payment Expense")
def test_money_without_a_document_counts_by_itself() -> None:
    """What Acme paid in advance and what the landlord got too much are lines of their own."""
    books = small_books()
    books.create("Payment", payment("80", TxnDate="2026-01-10"), at=OPENED)
    owed = books.create("Bill", bill("40", TxnDate="2026-01-10"), at=OPENED)
    books.create("BillPayment", bill_payment("45", ("Bill", owed["Id"], "40"), TxnDate="2026-01-11"), at=OPENED)
    report = january(books)
    assert amounts(report, "Unapplied Cash Payment Income") == [80]
    assert amounts(report, "Unapplied Cash Bill Payment Expense") == [5]
    assert amounts(report, "Rent") == [40]


@pytest.mark.inferred("a payment before its invoice counts as unapplied until the invoice's day")
def test_payment_before_the_invoice() -> None:
    """Paid in January for a February invoice: unapplied in January, turned into fees in February."""
    books = small_books()
    sold = books.create("Invoice", invoice("60", TxnDate="2026-02-05"), at=OPENED)
    books.create("Payment", payment("60", ("Invoice", sold["Id"], "60"), TxnDate="2026-01-25"), at=OPENED)
    report = ask(
        books,
        "ProfitAndLoss",
        accounting_method="Cash",
        summarize_column_by="Month",
        start_date="2026-01-01",
        end_date="2026-02-28",
    )
    assert amounts(report, "Unapplied Cash Payment Income") == [60, -60, 0]
    assert amounts(report, "Fees") == [0, 60, 60]
