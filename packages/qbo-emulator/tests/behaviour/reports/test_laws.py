"""Laws that tie the reports to the ledger and to each other, under random months of bookkeeping."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from behaviour.reports.reading import amounts, ask, group_amounts, lines
from behaviour.reports.sequences import DAYS, FIRST_DAY, LAST_DAY, STEPS, Step, books_after
from hypothesis import given

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.cash_basis import cash_movements

AFTERWARDS = datetime(2026, 5, 1, 19, 0, tzinfo=UTC)
WHOLE = {"start_date": FIRST_DAY.isoformat(), "end_date": LAST_DAY.isoformat()}
DEBIT_TYPES = ("Bank", "Accounts Receivable", "Other Current Asset", "Expense")


def report(books: Books, name: str, **parameters: str) -> JsonObject:
    """A report asked for after all that happened."""
    return ask(books, name, AFTERWARDS, **parameters)


def total(report: JsonObject, group: str) -> Decimal:
    """The last amount of a group; zero when the report hasn't got it."""
    return (group_amounts(report, group) or [Decimal(0)])[-1]


def ledger_balances(books: Books, day: date) -> dict[str, Decimal]:
    """Account id -> what was posted up to a day, debits positive."""
    balances: dict[str, Decimal] = {}
    for transaction in books.ledger.transactions():
        for posting in transaction.postings:
            if transaction.txn_date <= day.isoformat():
                balances[posting.account_id] = balances.get(posting.account_id, Decimal(0)) + posting.amount
    return balances


def of_type(books: Books, balances: Mapping[str, Decimal], *account_types: str) -> Decimal:
    """The sum over accounts of some types."""
    ids = [one["Id"] for one in books.records("Account") if one["AccountType"] in account_types]
    return sum((balances.get(each, Decimal(0)) for each in ids), Decimal(0))


@pytest.mark.inferred("double entry: assets are what others have a claim on")
@given(STEPS, DAYS)
def test_the_balance_sheet_balances(steps: list[Step], day: date) -> None:
    """On any day assets = liabilities + equity, and every section is what the ledger says."""
    books = books_after(steps)
    sheet = report(books, "BalanceSheet", end_date=day.isoformat())
    assert total(sheet, "TotalAssets") == total(sheet, "TotalLiabilitiesAndEquity")
    assert total(sheet, "TotalLiabilitiesAndEquity") == total(sheet, "Liabilities") + total(sheet, "Equity")
    balances = ledger_balances(books, day)
    assert total(sheet, "BankAccounts") == of_type(books, balances, "Bank")
    assert total(sheet, "AR") == of_type(books, balances, "Accounts Receivable")
    assert total(sheet, "AP") == -of_type(books, balances, "Accounts Payable")


@pytest.mark.inferred("net income is one figure, whichever report shows it")
@given(STEPS, DAYS)
def test_net_income_agrees(steps: list[Step], day: date) -> None:
    """ProfitAndLoss of the fiscal year so far, BalanceSheet and CashFlow show the same net income."""
    books = books_after(steps)
    year = {"start_date": f"{day.year}-01-01", "end_date": day.isoformat()}
    profit = total(report(books, "ProfitAndLoss", **year), "NetIncome")
    assert profit == total(report(books, "BalanceSheet", end_date=day.isoformat()), "NetIncome")
    assert profit == total(report(books, "CashFlow", **year), "NetIncome")


@pytest.mark.inferred("double entry: debits = credits")
@given(STEPS, DAYS)
def test_the_trial_balance_has_equal_sides(steps: list[Step], day: date) -> None:
    """On any day both columns come to the same sum, and both to the sum of their rows."""
    trial = report(books_after(steps), "TrialBalance", end_date=day.isoformat())
    debit, credit = group_amounts(trial, "GrandTotal")
    assert debit == credit
    rows = [texts for texts, row in lines(trial) if "group" not in row]
    assert sum((Decimal(texts[1] or "0") for texts in rows), Decimal(0)) == debit


@pytest.mark.inferred("ageing splits the A/R and A/P accounts and adds nothing")
@given(STEPS, DAYS)
def test_ageing_is_the_account(steps: list[Step], day: date) -> None:
    """On any day buckets sum to totals, totals to the account, and details and balances by name agree."""
    books = books_after(steps)
    balances = ledger_balances(books, day)
    for kind, name, sign in (("Receivable", "Customer", 1), ("Payable", "Vendor", -1)):
        account = sign * of_type(books, balances, f"Accounts {kind}")
        aged = report(books, f"Aged{kind}s", report_date=day.isoformat())
        *buckets, grand = group_amounts(aged, "GrandTotal")
        assert grand == sum(buckets) == account
        detail = report(books, f"Aged{kind}Detail", report_date=day.isoformat())
        open_amounts = [Decimal(texts[-1]) for texts, row in lines(detail) if row.get("type") == "Data"]
        assert sum(open_amounts, Decimal(0)) == account
        assert total(report(books, f"{name}Balance", report_date=day.isoformat()), "GrandTotal") == account


@pytest.mark.inferred("what is open is what the documents say, net of credits and of what was paid in advance")
@given(STEPS)
def test_ageing_is_the_documents(steps: list[Step]) -> None:
    """Once everything has happened, ageing is open invoices less credits, open bills less vendor credits."""
    books = books_after(steps)

    def balance(entity: str, field: str = "Balance") -> Decimal:
        return sum((one[field] for one in books.records(entity)), Decimal(0))

    aged = report(books, "AgedReceivables")
    unapplied = balance("Payment", "UnappliedAmt")
    assert total(aged, "GrandTotal") == balance("Invoice") - balance("CreditMemo") - unapplied
    detail = report(books, "AgedReceivableDetail")
    shown = {row["ColData"][1]["id"]: Decimal(texts[-1]) for texts, row in lines(detail) if row.get("type") == "Data"}
    for one in books.records("Invoice"):
        assert shown.get(one["Id"], Decimal(0)) == one["Balance"]


@pytest.mark.inferred("a running balance starts where the account stood and ends where it stands")
@given(STEPS, DAYS, DAYS)
def test_running_balances_end_at_the_account(steps: list[Step], one_day: date, other_day: date) -> None:
    """In any period beginning balance + amounts = last running balance = the account's balance at its end."""
    books = books_after(steps)
    first, last = min(one_day, other_day), max(one_day, other_day)
    ledger = report(books, "GeneralLedger", start_date=first.isoformat(), end_date=last.isoformat())
    balances = ledger_balances(books, last)
    accounts = {one["Id"]: one for one in books.records("Account")}
    for section in ledger["Rows"].get("Row", []):
        account = accounts[section["Header"]["ColData"][0]["id"]]
        rows = [[one["value"] for one in row["ColData"]] for row in section["Rows"]["Row"]]
        beginning = Decimal(rows[0][-1]) if rows[0][0] == "Beginning Balance" else Decimal(0)
        moved = sum((Decimal(row[-2] or "0") for row in rows), Decimal(0))
        assert Decimal(section["Summary"]["ColData"][-2]["value"]) == moved
        assert Decimal(rows[-1][-1]) == beginning + moved
        if account["Classification"] in ("Asset", "Liability", "Equity"):
            sign = 1 if account["AccountType"] in DEBIT_TYPES else -1
            assert Decimal(rows[-1][-1]) == sign * balances[account["Id"]]


@pytest.mark.documented("QuickBooks' support: the statement's cash is bank accounts and Undeposited Funds")
@given(STEPS, DAYS, DAYS)
def test_cash_flow_is_the_change_of_cash(steps: list[Step], one_day: date, other_day: date) -> None:
    """In any period beginning + increase = ending, and the ending is what the ledger holds in cash."""
    books = books_after(steps)
    first, last = min(one_day, other_day), max(one_day, other_day)
    flow = report(books, "CashFlow", start_date=first.isoformat(), end_date=last.isoformat())
    increase, ending = total(flow, "CashIncrease"), total(flow, "EndingCash")
    assert total(flow, "BeginningCash") + increase == ending
    activities = ("OperatingActivities", "InvestingActivities", "FinancingActivities")
    assert increase == sum(total(flow, group) for group in activities)
    balances = ledger_balances(books, last)
    held = [one["Id"] for one in books.records("Account") if one["AccountSubType"] == "UndepositedFunds"]
    undeposited = sum((balances.get(each, Decimal(0)) for each in held), Decimal(0))
    assert ending == of_type(books, balances, "Bank") + undeposited


@pytest.mark.inferred("columns cut a period into parts and lose nothing")
@given(STEPS)
def test_columns_sum_to_the_total(steps: list[Step]) -> None:
    """By months, weeks, customers or vendors: every row's columns sum to its total, and the totals are the same."""
    books = books_after(steps)
    for basis in ("Accrual", "Cash"):
        whole = report(books, "ProfitAndLoss", accounting_method=basis, **WHOLE)
        for by in ("Month", "Week", "Quarter", "Customers", "Vendors"):
            parts = report(books, "ProfitAndLoss", accounting_method=basis, summarize_column_by=by, **WHOLE)
            for texts, _ in lines(parts):
                values = [Decimal(text or "0") for text in texts[1:]]
                assert sum(values[:-1]) == values[-1]
            assert amounts(parts, "Net Income")[-1:] == amounts(whole, "Net Income")


@pytest.mark.documented("accounting_method=Cash: income when customers pay, expenses when bills are paid")
@given(STEPS)
def test_cash_basis_follows_the_money(steps: list[Step]) -> None:
    """Over all time the profit on cash basis is what money accounts gained, so unpaid documents are left out."""
    books = books_after(steps)
    profit = report(books, "ProfitAndLoss", accounting_method="Cash", date_macro="all")
    balances = ledger_balances(books, LAST_DAY)
    money = of_type(books, balances, "Bank", "Credit Card", "Other Current Asset")
    assert total(profit, "NetIncome") == money
    assert sum((one.amount for one in cash_movements(books)), Decimal(0)) == 0
