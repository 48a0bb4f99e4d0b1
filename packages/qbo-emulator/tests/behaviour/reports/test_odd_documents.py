"""Reports of what is rare: payments of journal entries, foreign currencies, voided and deleted documents."""

from decimal import Decimal

import pytest
from behaviour.reports.reading import amounts, ask, paper
from emulator_support import OPENED, bill, invoice, journal_entry, payment, small_books

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject


def owed_by_journal(books: Books, amount: str) -> JsonObject:
    """A journal entry that says that Acme owes something."""
    books.create("Invoice", invoice("1", TxnDate="2026-01-02"), at=OPENED)
    receivable = next(one["Id"] for one in books.records("Account") if one["AccountType"] == "Accounts Receivable")
    body = journal_entry(("Debit", receivable, amount), ("Credit", "4", amount))
    detail = body["Line"][0]["JournalEntryLineDetail"]
    detail["Entity"] = {"Type": "Customer", "EntityRef": {"value": "1"}}
    return books.create("JournalEntry", {**body, "TxnDate": "2026-01-03"}, at=OPENED)


def foreign_books() -> Books:
    """Small books that also keep euros, with a vendor (4, if names go on from there) who is owed in them."""
    books = small_books()
    books.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}})
    books.create("CompanyCurrency", {"Code": "EUR", "Name": "Euro"}, at=OPENED)
    return books


@pytest.mark.inferred("a payment closes what it is linked to, whatever its type")
def test_payments_of_journal_entries() -> None:
    """Acme owes 90 by a journal entry and pays 50 of them: 40 are open, of the entry and not of the payment."""
    books = small_books()
    entry = owed_by_journal(books, "90")
    books.create("Payment", payment("50", ("JournalEntry", entry["Id"], "50"), TxnDate="2026-01-20"), at=OPENED)
    report = ask(books, "AgedReceivableDetail", columns="txn_type,subt_amount,subt_open_bal")
    assert "  Journal Entry | 90.00 | 40.00" in paper(report)
    assert not any("Payment" in line for line in paper(report))
    assert amounts(ask(books, "CustomerBalance"), "TOTAL") == [41]


@pytest.mark.documented("reports are in the home currency")
def test_foreign_documents() -> None:
    """100 euros at 1.10 are 110 dollars in every report."""
    books = foreign_books()
    vendor = books.create("Vendor", {"DisplayName": "Atelier", "CurrencyRef": {"value": "EUR"}}, at=OPENED)
    body = bill("100", TxnDate="2026-01-10", VendorRef={"value": vendor["Id"]}, ExchangeRate=Decimal("1.1"))
    books.create("Bill", body, at=OPENED)
    assert amounts(ask(books, "VendorBalance"), "Atelier") == [110]
    assert amounts(ask(books, "ProfitAndLoss"), "Rent") == [110]
    assert amounts(ask(books, "BalanceSheet"), "Total Accounts Payable") == [110]
    assert amounts(ask(books, "AgedPayables"), "TOTAL")[-1] == 110
    assert paper(ask(books, "GeneralLedger", account="5"))[1].endswith("110.00 | 110.00")


@pytest.mark.inferred("what is voided or deleted has left the books")
def test_voided_and_deleted_documents() -> None:
    """A voided invoice and a deleted bill leave no amount behind, in no report."""
    books = small_books()
    sold = books.create("Invoice", invoice("70", TxnDate="2026-01-10"), at=OPENED)
    owed = books.create("Bill", bill("30", TxnDate="2026-01-10"), at=OPENED)
    books.void("Invoice", {"Id": sold["Id"], "SyncToken": "0"}, at=OPENED)
    books.delete("Bill", {"Id": owed["Id"], "SyncToken": "0"}, at=OPENED)
    for name in ("BalanceSheet", "ProfitAndLoss", "AgedReceivables", "AgedPayables", "TrialBalance"):
        printed = "\n".join(paper(ask(books, name)))
        assert "70" not in printed
        assert "30.00" not in printed
