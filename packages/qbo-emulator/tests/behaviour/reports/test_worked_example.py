"""Each report of a company whose two months fit on a page; see `story`."""

import pytest
from behaviour.reports.reading import amounts, ask, column_titles, paper
from behaviour.reports.story import story_books
from emulator_support import OPENED, purchase, small_books

from qbo_emulator.books import Books

PERIOD = {"start_date": "2026-01-01", "end_date": "2026-02-28"}


@pytest.fixture(scope="module")
def company() -> Books:
    """The story's books; reports don't change them."""
    return story_books()


@pytest.mark.recorded("reports/balance_sheet_with_year_summary.json: layout")
def test_balance_sheet(company: Books) -> None:
    """What was earned last year is retained, this year's is net income, and both sides agree."""
    assert paper(ask(company, "BalanceSheet", end_date="2026-02-28")) == [
        "ASSETS | ",
        "  Current Assets | ",
        "    Bank Accounts | ",
        "      Checking | 230.00",
        "      Savings | 200.00",
        "    Total Bank Accounts | 430.00",
        "    Accounts Receivable | ",
        "      Accounts Receivable (A/R) | 900.00",
        "    Total Accounts Receivable | 900.00",
        "  Total Current Assets | 1330.00",
        "  Fixed Assets | ",
        "    Equipment | 300.00",
        "  Total Fixed Assets | 300.00",
        "TOTAL ASSETS | 1630.00",
        "LIABILITIES AND EQUITY | ",
        "  Liabilities | ",
        "    Current Liabilities | ",
        "      Accounts Payable | ",
        "        Accounts Payable (A/P) | 0.00",
        "      Total Accounts Payable | 0.00",
        "      Credit Cards | ",
        "        Card | 30.00",
        "      Total Credit Cards | 30.00",
        "    Total Current Liabilities | 30.00",
        "  Total Liabilities | 30.00",
        "  Equity | ",
        "    Owner Investment | 1000.00",
        "    Retained Earnings | 400.00",
        "    Net Income | 200.00",
        "  Total Equity | 1600.00",
        "TOTAL LIABILITIES AND EQUITY | 1630.00",
    ]


@pytest.mark.recorded("reports/profit_and_loss_2024-12.json: layout")
def test_profit_and_loss(company: Books) -> None:
    """A sub-account stands in a section of its parent; the payroll cheque is an expense like others."""
    assert paper(ask(company, "ProfitAndLoss", **PERIOD)) == [
        "Income | ",
        "  Fees | 600.00",
        "Total Income | 600.00",
        "Gross Profit | 600.00",
        "Expenses | ",
        "  Rent | 250.00",
        "  Supplies | ",
        "    Paper | 30.00",
        "  Total Supplies | 30.00",
        "  Wages | 120.00",
        "Total Expenses | 400.00",
        "Net Operating Income | 200.00",
        "Net Income | 200.00",
    ]


@pytest.mark.documented("accounting_method=Cash")
def test_profit_and_loss_on_cash_basis(company: Books) -> None:
    """Income is what Acme paid; the new invoice doesn't count, the paid bill, the card and the cheque do."""
    report = ask(company, "ProfitAndLoss", accounting_method="Cash", **PERIOD)
    assert report["Header"]["ReportBasis"] == "Cash"
    shown = {line[0]: line[-1] for line in (row.strip().split(" | ") for row in paper(report))}
    assert shown["Fees"] == "100.00"
    assert (shown["Rent"], shown["Paper"], shown["Wages"]) == ("250.00", "30.00", "120.00")
    assert shown["Net Income"] == "-300.00"


@pytest.mark.documented("CashFlow sample; cash is bank accounts and Undeposited Funds")
def test_cash_flow(company: Books) -> None:
    """Net income of 200 became 570 less cash: Acme owes more, the card lent 30, the desk cost 300."""
    assert paper(ask(company, "CashFlow", **PERIOD)) == [
        "OPERATING ACTIVITIES | ",
        "  Net Income | 200.00",
        "  Adjustments to reconcile Net Income to Net Cash provided by operations: | ",
        "    Accounts Receivable (A/R) | -500.00",
        "    Accounts Payable (A/P) | 0.00",
        "    Card | 30.00",
        "  Total Adjustments to reconcile Net Income to Net Cash provided by operations: | -470.00",
        "Net cash provided by operating activities | -270.00",
        "INVESTING ACTIVITIES | ",
        "  Equipment | -300.00",
        "Net cash provided by investing activities | -300.00",
        "Net cash increase for period | -570.00",
        "Cash at beginning of period | 1000.00",
        "Cash at end of period | 430.00",
    ]


@pytest.mark.documented("TrialBalance sample: rows without type, one side blank, equal totals")
def test_trial_balance(company: Books) -> None:
    """Last year's income is in Retained Earnings, so both sides come to 2,030."""
    report = ask(company, "TrialBalance", **PERIOD)
    assert paper(report) == [
        "Checking | 230.00 | ",
        "Savings | 200.00 | ",
        "Accounts Receivable (A/R) | 900.00 | ",
        "Equipment | 300.00 | ",
        "Card |  | 30.00",
        "Owner Investment |  | 1000.00",
        "Retained Earnings |  | 400.00",
        "Fees |  | 600.00",
        "Rent | 250.00 | ",
        "Supplies:Paper | 30.00 | ",
        "Wages | 120.00 | ",
        "TOTAL | 2030.00 | 2030.00",
    ]
    assert "type" not in report["Rows"]["Row"][0]


@pytest.mark.inferred("a fiscal year's first day belongs to it")
def test_the_first_day_of_the_year() -> None:
    """Rent paid on January 1 is this year's expense in TrialBalance and BalanceSheet, not retained."""
    books = small_books()
    books.create("Purchase", purchase("70", TxnDate="2026-01-01"), at=OPENED)
    assert paper(ask(books, "TrialBalance")) == [
        "Checking |  | 70.00",
        "Rent | 70.00 | ",
        "TOTAL | 70.00 | 70.00",
    ]
    assert "    Net Income | -70.00" in paper(ask(books, "BalanceSheet"))


@pytest.mark.recorded("public sandbox report of August 2026: jobs stand in a section of their customer")
def test_aged_receivables(company: Books) -> None:
    """Acme's 300 are 40 days late; the job's 600 aren't due; empty buckets are blank, but 0.00 in totals."""
    report = ask(company, "AgedReceivables", report_date="2026-02-28")
    assert column_titles(report) == ["", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total"]
    assert paper(report) == [
        "Acme |  |  | 300.00 |  |  | 300.00",
        "  Berlin | 600.00 |  |  |  |  | 600.00",
        "Total Acme | 600.00 | 0.00 | 300.00 | 0.00 | 0.00 | 900.00",
        "TOTAL | 600.00 | 0.00 | 300.00 | 0.00 | 0.00 | 900.00",
    ]


@pytest.mark.documented("AgedPayables sample: rows carry no type, the total is the group GrandTotal")
def test_aged_payables(company: Books) -> None:
    """At the end of January the rent was 16 days late; a week later it was paid."""
    report = ask(company, "AgedPayables", report_date="2026-01-31")
    assert paper(report) == [
        "Landlord |  | 250.00 |  |  |  | 250.00",
        "TOTAL | 0.00 | 250.00 | 0.00 | 0.00 | 0.00 | 250.00",
    ]
    [row, total] = report["Rows"]["Row"]
    assert list(row) == ["ColData"]
    assert (total["type"], total["group"]) == ("Section", "GrandTotal")
    later = ask(company, "AgedPayables", report_date="2026-02-07")
    assert later["Header"]["Option"][-1] == {"Name": "NoReportData", "Value": "true"}


@pytest.mark.recorded("public sandbox report of September 2026: columns and section titles of the detail")
def test_aged_details(company: Books) -> None:
    """The oldest bucket comes first; a document shows its whole amount and what is open of it."""
    assert paper(ask(company, "AgedReceivableDetail", report_date="2026-02-28")) == [
        "31 - 60 days past due |  |  |  |  |  | ",
        "  2025-12-20 | Invoice | 1001 | Acme | 2026-01-19 | 400.00 | 300.00",
        "Total for 31 - 60 days past due |  |  |  |  | 400.00 | 300.00",
        "Current |  |  |  |  |  | ",
        "  2026-02-25 | Invoice | 1002 | Acme:Berlin | 2026-03-27 | 600.00 | 600.00",
        "Total for Current |  |  |  |  | 600.00 | 600.00",
        "TOTAL |  |  |  |  | 1000.00 | 900.00",
    ]
    payable = ask(company, "AgedPayableDetail", report_date="2026-01-31")
    assert "  2026-01-15 | Bill |  | Landlord | 2026-01-15 | 16 | 250.00 | 250.00" in paper(payable)


@pytest.mark.documented("CustomerBalance and VendorBalance samples")
def test_balances_by_name(company: Books) -> None:
    """Customers with what they owe, jobs below; vendors with nothing open are left out."""
    customers = ask(company, "CustomerBalance")
    assert customers["Header"]["DateMacro"] == "all"
    assert paper(customers) == ["Acme | 300.00", "  Berlin | 600.00", "Total Acme | 900.00", "TOTAL | 900.00"]
    assert paper(ask(company, "VendorBalance", report_date="2026-01-31")) == ["Landlord | 250.00", "TOTAL | 250.00"]
    assert paper(ask(company, "VendorBalance")) == ["TOTAL | "]


@pytest.mark.recorded("public sandbox report of August 2026: Beginning Balance row, running balance, total of amounts")
def test_general_ledger(company: Books) -> None:
    """Checking in February, the payroll cheque included: 1,100 at first, 230 at last."""
    report = ask(company, "GeneralLedger", start_date="2026-02-01", end_date="2026-02-28", account="1")
    assert paper(report) == [
        "Checking |  |  |  |  |  |  | ",
        "  Beginning Balance |  |  |  |  |  |  | 1100.00",
        "  2026-02-03 | Bill Payment (Check) |  | Landlord |  | Accounts Payable (A/P) | -250.00 | 850.00",
        "  2026-02-10 | Transfer |  |  |  | Savings | -200.00 | 650.00",
        "  2026-02-20 | Check |  |  |  | Equipment | -300.00 | 350.00",
        "  2026-02-27 | Payroll Check |  |  | Ann Lee | Wages | -120.00 | 230.00",
        "Total for Checking |  |  |  |  |  | -870.00 | ",
    ]


@pytest.mark.recorded("public sandbox ProfitAndLossDetail of 2025: sections of parents and sub-accounts")
def test_general_ledger_of_sub_accounts(company: Books) -> None:
    """A parent that nothing was posted on shows no id; its total is that of the sub-accounts."""
    report = ask(company, "GeneralLedger", account_type="Expense", **PERIOD)
    assert [line for line in paper(report) if "Paper" in line or "Supplies" in line] == [
        "Supplies |  |  |  |  |  |  | ",
        "  Paper |  |  |  |  |  |  | ",
        "  Total for Paper |  |  |  |  |  | 30.00 | ",
        "Total for Supplies |  |  |  |  |  | 30.00 | ",
    ]
    [parent] = [row for row in report["Rows"]["Row"] if row["Header"]["ColData"][0]["value"] == "Supplies"]
    assert "id" not in parent["Header"]["ColData"][0]


@pytest.mark.documented("TransactionList: default columns, -Split-, group_by")
def test_transaction_list(company: Books) -> None:
    """Every transaction once, with the account that it is about, the payroll cheque included."""
    report = ask(company, "TransactionList", **PERIOD)
    assert paper(report) == [
        "2026-01-10 | Payment |  | Yes | Acme |  | Checking | Accounts Receivable (A/R) | 100.00",
        "2026-01-15 | Bill |  | Yes | Landlord | January | Accounts Payable (A/P) | Rent | 250.00",
        "2026-02-03 | Bill Payment (Check) |  | Yes | Landlord |  | Checking | Accounts Payable (A/P) | -250.00",
        "2026-02-05 | Credit Card Expense |  | Yes |  |  | Card | Supplies:Paper | 30.00",
        "2026-02-10 | Transfer |  | Yes |  |  | Savings | Checking | 200.00",
        "2026-02-20 | Check |  | Yes |  |  | Checking | Equipment | -300.00",
        "2026-02-25 | Invoice | 1002 | Yes | Acme:Berlin |  | Accounts Receivable (A/R) | Fees | 600.00",
        "2026-02-27 | Payroll Check |  | Yes |  | Ann Lee | Checking | Wages | -120.00",
    ]
    grouped = ask(company, "TransactionList", group_by="Vendor", vendor="3", **PERIOD)
    assert amounts(grouped, "Total for Landlord")[-1] == 0


@pytest.mark.inferred("columns of months add up to their total, as on paper")
def test_columns_by_month(company: Books) -> None:
    """January and February side by side; whole months are named by the month alone."""
    report = ask(company, "ProfitAndLoss", summarize_column_by="Month", **PERIOD)
    assert column_titles(report) == ["", "Jan 2026", "Feb 2026", "Total"]
    assert amounts(report, "Rent") == [250, 0, 250]
    assert amounts(report, "Net Income") == [-250, 450, 200]
    balance = ask(company, "BalanceSheet", summarize_column_by="Month", **PERIOD)
    assert column_titles(balance) == ["", "Jan 2026", "Feb 2026"]
    assert amounts(balance, "Total Bank Accounts") == [1100, 430]
    cash = ask(company, "CashFlow", summarize_column_by="Month", **PERIOD)
    assert amounts(cash, "Net cash increase for period") == [100, -670, -570]
    assert amounts(cash, "Cash at beginning of period") == [1000, 1100, 1000]


@pytest.mark.inferred("a posting concerns the customer or vendor of its line, else of its document")
def test_columns_and_filters_by_name(company: Books) -> None:
    """Fees belong to the job, rent to the landlord, the rest to nobody; filters take the same postings."""
    by_customer = ask(company, "ProfitAndLoss", summarize_column_by="Customers", **PERIOD)
    assert column_titles(by_customer) == ["", "Acme:Berlin", "Not Specified", "TOTAL"]
    assert amounts(by_customer, "Net Income") == [600, -400, 200]
    by_vendor = ask(company, "ProfitAndLoss", summarize_column_by="Vendors", **PERIOD)
    assert amounts(by_vendor, "Total Expenses") == [250, 150, 400]
    job = ask(company, "ProfitAndLoss", customer="2", **PERIOD)
    assert job["Header"]["Customer"] == "2"
    assert amounts(job, "Net Income") == [600]
    aged = ask(company, "AgedReceivables", customer="1", report_date="2026-02-28")
    assert paper(aged)[-1] == "TOTAL | 0.00 | 0.00 | 300.00 | 0.00 | 0.00 | 300.00"


@pytest.mark.documented("aging_method, aging_period, num_periods")
def test_ageing_options(company: Books) -> None:
    """Three periods of 15 days; by the method Current days count to today and what is paid since is gone."""
    report = ask(company, "AgedReceivables", report_date="2026-02-28", num_periods="3", aging_period="15")
    assert column_titles(report)[1:-1] == ["Current", "1 - 15", "16 - 30", "31 and over"]
    assert paper(report)[0] == "Acme |  |  |  | 300.00 | 300.00"
    assert paper(ask(company, "AgedReceivables", report_date="2026-01-05"))[0] == "Acme | 400.00 |  |  |  |  | 400.00"
    today = ask(company, "AgedReceivables", report_date="2026-01-05", aging_method="Current")
    assert paper(today)[0] == "Acme |  |  | 300.00 |  |  | 300.00"
