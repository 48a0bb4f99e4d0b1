"""The agency: size, money that makes sense, dates that hold, and the same bytes each time."""

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenario import ScenarioOptionError, ScenarioRequest
from qbo_emulator.scenarios import SCENARIOS
from qbo_emulator.scenarios.company.build import BuiltCompany, history_start
from qbo_emulator.scenarios.company.chart import CHECKING, SAVINGS
from qbo_emulator.scenarios.company.description import Span
from qbo_emulator.scenarios.company.events import account_moves
from qbo_emulator.scenarios.company.history import plan_history
from qbo_emulator.scenarios.company.sales import plan_sales, without_new_projects

from .conftest import AS_OF, Build

pytestmark = pytest.mark.inferred("a plausible agency is ours to describe; QuickBooks says nothing about it")
TRANSACTIONS = (
    *("Invoice", "Payment", "CreditMemo", "Deposit", "Bill", "BillPayment", "VendorCredit"),
    *("Purchase", "Transfer", "JournalEntry"),
)
LISTS = ("Account", "Customer", "Vendor", "Term", "Item")


def test_history_has_at_least_three_thousand_transactions(agency: BuiltCompany) -> None:
    """18 months of an agency of 20 people."""
    assert sum(1 for _ in _transactions(agency.books)) >= 3000


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_a_year_bills_about_two_and_a_half_million(build: Build, seed: int) -> None:
    """Invoices less credit memos of the last 365 days."""
    assert Decimal(2_400_000) <= _billed(build(seed).books, AS_OF - timedelta(days=365)) <= Decimal(2_600_000)


def test_the_year_leaves_a_modest_profit(agency: BuiltCompany) -> None:
    """Income less expenses of the last year, before draws and income taxes, is between 2 and 15 % of income."""
    classes = {one["Id"]: one["Classification"] for one in agency.books.records("Account")}
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in agency.books.ledger.transactions():
        if transaction.txn_date > (AS_OF - timedelta(days=365)).isoformat():
            for posting in transaction.postings:
                totals[classes[posting.account_id]] -= posting.amount
    profit = totals["Revenue"] + totals["Expense"]
    assert Decimal("0.02") <= profit / totals["Revenue"] <= Decimal("0.15")


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_checking_is_never_overdrawn(build: Build, seed: int) -> None:
    """The owner draws on savings and the credit line in time, under every seed."""
    daily = _daily_balance(build(seed).books, CHECKING)
    assert min(daily.values()) > 0


def test_open_documents_are_of_a_healthy_size(agency: BuiltCompany) -> None:
    """Receivables are 30 to 50 days of billing (a busy month has just been billed); 25 to 40 bills are open."""
    books = agency.books
    receivable = sum(one["Balance"] for one in books.records("Invoice"))
    a_day = _billed(books, AS_OF - timedelta(days=365)) / 365
    open_bills = [one["Balance"] for one in books.records("Bill") if one["Balance"]]
    assert 30 <= receivable / a_day <= 50
    assert 25 <= len(open_bills) <= 40
    assert 40_000 <= sum(open_bills) <= 90_000


def test_cash_runs_short_in_the_coming_weeks_but_not_today(agency: BuiltCompany) -> None:
    """If nobody acts and no project is sold, the banks hold two weeks' costs today and nothing five to 13 weeks on."""
    span = Span(history_start(AS_OF, 18), AS_OF)
    history = plan_history(agency.plan, span)
    foreseen = without_new_projects((*history.known, *history.coming), AS_OF)
    moves: defaultdict[date, int] = defaultdict(int)
    for event in foreseen:
        if event.txn_date <= AS_OF or not event.key.startswith(("move/Line", "distribution")):
            moves[event.txn_date] += sum(
                cents for account, cents in account_moves(event) if account in (CHECKING, SAVINGS)
            )
    days = sorted(moves)
    balances = dict(zip(days, accumulate(moves[day] for day in days), strict=True))
    first_short = min(day for day, cents in balances.items() if day > AS_OF and cents < 0)
    assert balances[max(day for day in days if day <= AS_OF)] > 8_000_000
    assert 35 <= (first_short - AS_OF).days <= 91
    assert min(cents for day, cents in balances.items() if (day - AS_OF).days <= 91) > -12_000_000


def test_january_and_july_are_quiet(agency: BuiltCompany) -> None:
    """Project billing per day in the two quiet months is below that of the other months."""
    project_items = {"Campaign Production", "Website Build", "Video Production"}
    by_month: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice in agency.books.records("Invoice"):
        if invoice["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] in project_items:
            by_month[invoice["TxnDate"][:7]] += invoice["TotalAmt"]
    whole = {month: cents for month, cents in by_month.items() if "2025-05" <= month <= "2026-09"}
    quiet = [total for month, total in whole.items() if month[5:] in ("01", "07")]
    busy = [total for month, total in whole.items() if month[5:] not in ("01", "07")]
    assert sum(quiet) / len(quiet) < sum(busy) / len(busy)


def test_cash_sources_of_a_real_agency_are_all_there(agency: BuiltCompany) -> None:
    """Card payments, savings, a loan, owner draws, estimated taxes, fees, interest, credits, undeposited funds."""
    books = agency.books
    balances = {one["Name"]: one["CurrentBalance"] for one in books.records("Account")}
    assert balances["Business Card"] < 0
    assert 0 < -balances["Term Loan"] < 95_000 * Decimal("1.1")
    assert balances["Owner Draws"] > 0
    assert balances["Estimated Taxes"] > 0
    notes = {one.get("PrivateNote") for kind in ("Purchase", "Deposit", "Transfer") for one in books.records(kind)}
    assert notes >= {"Bank service charge", "Interest", "Loan payment", "Card payment, last statement"}
    assert any(one["LinkedTxn"] for one in books.records("Payment") if one.get("LinkedTxn"))
    assert any(True for _ in books.records("CreditMemo"))
    assert any(True for _ in books.records("VendorCredit"))


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 11, 21), date(2028, 2, 29)])
def test_nothing_is_dated_or_entered_after_the_last_day(build: Build, as_of: date) -> None:
    """Only due dates lie in the future, also when history ends on a Saturday or a leap day."""
    for one in _transactions(build(as_of=as_of).books):
        assert one["TxnDate"] <= as_of.isoformat()
        assert _created(one).date() <= as_of


def test_records_are_entered_in_office_hours_on_the_day_or_soon_after(agency: BuiltCompany) -> None:
    """Apart from what was brought over on the first day, CreateTime is 0 to 11 days after the date, a few not on it."""
    opened = history_start(AS_OF, 18)
    later = [one for one in _transactions(agency.books) if date.fromisoformat(one["TxnDate"]) > opened]
    delays = [(_created(one).date() - date.fromisoformat(one["TxnDate"])).days for one in later]
    assert min(delays) == 0
    assert max(delays) <= 11
    assert 0 < sum(1 for days in delays if days) < len(delays) / 4
    assert {_created(one).hour for one in later} <= set(range(6, 16)), "8:30 to 17:30 in Chicago, told in Pacific time"


def test_documents_open_on_the_first_day_were_brought_over(agency: BuiltCompany) -> None:
    """Invoices and bills from before the books began were typed in together on the first day."""
    opened = history_start(AS_OF, 18)
    earlier = [one for one in _transactions(agency.books) if date.fromisoformat(one["TxnDate"]) < opened]
    assert len(earlier) > 30
    assert {_created(one).date() for one in earlier} == {opened}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), as_of=st.dates(date(2023, 1, 1), date(2030, 12, 31)))
def test_books_of_any_seed_and_day_agree_with_themselves(seed: int, as_of: date) -> None:
    """Debits are credits, A/R and A/P are their open documents net of credits, and checking stays above zero."""
    books = SCENARIOS["agency"].build(ScenarioRequest(seed, as_of, "9341450000000002", 1, {"months": "4"}))
    assert sum(p.amount for t in books.ledger.transactions() for p in t.postings) == 0
    open_invoices = _sum(books, "Invoice", "Balance") - _sum(books, "CreditMemo", "Balance")
    assert _balance(books, "Accounts Receivable (A/R)") == open_invoices - _sum(books, "Payment", "UnappliedAmt")
    assert -_balance(books, "Accounts Payable (A/P)") == _sum(books, "Bill", "Balance") - _sum(
        books, "VendorCredit", "Balance"
    )
    assert min(_daily_balance(books, CHECKING).values()) > 0


def test_the_same_request_gives_the_same_bytes_in_two_processes() -> None:
    """Also under different hash seeds of the interpreter."""
    digests = {_digest_in_a_process(hash_seed) for hash_seed in ("1", "2")}
    assert len(digests) == 1


def test_another_seed_is_another_company(build: Build) -> None:
    """Amounts, customers and habits differ."""
    first, second = build(1), build(2)
    assert _digest(first.books) != _digest(second.books)
    assert {one.name for one in first.plan.customers} != {one.name for one in second.plan.customers}


def test_a_new_customer_disturbs_nobody_else(agency: BuiltCompany) -> None:
    """Leaving one customer out leaves every other customer's invoices and payments as they were."""
    plan, gone = agency.plan, agency.plan.customers[3]
    span = Span(date(2025, 1, 1), date(2025, 12, 31))
    fewer = replace(plan, customers=tuple(one for one in plan.customers if one is not gone))
    kept = {event for event in plan_sales(fewer, span) if not event.key.startswith("deposit/")}
    assert kept == {
        event
        for event in plan_sales(plan, span)
        if not event.key.startswith("deposit/") and getattr(event, "customer", "") != gone.name
    }


@pytest.mark.parametrize("options", [{"payrol": "journal"}, {"payroll": "cash"}, {"flaws": "some"}, {"months": "0"}])
def test_options_that_cannot_be_are_refused(options: dict[str, str]) -> None:
    """The message says what is possible."""
    with pytest.raises(ScenarioOptionError, match=r"payroll=journal\|purchase\|quickbooks, flaws=on\|off or some of"):
        SCENARIOS["agency"].build(ScenarioRequest(1, AS_OF, "1", 1, options))


def _digest_in_a_process(hash_seed: str) -> str:
    code = """
import hashlib
from datetime import date
from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios import SCENARIOS
books = SCENARIOS["agency"].build(ScenarioRequest(5, date(2026, 10, 2), "9341450000000005", 1, {"months": "6"}))
digest = hashlib.sha256()
for kind in ("Account", "Customer", "Vendor", "Term", "Item", "Invoice", "Payment", "CreditMemo", "Deposit", "Bill",
             "BillPayment", "VendorCredit", "Purchase", "Transfer", "JournalEntry", "CompanyInfo", "Preferences"):
    for one in books.records(kind):
        digest.update(books.read_encoded(kind, one["Id"]))
digest.update(repr(list(books.ledger.transactions())).encode())
print(digest.hexdigest())
"""
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout


def _digest(books: Books) -> str:
    digest = hashlib.sha256()
    for kind in (*LISTS, *TRANSACTIONS, "CompanyInfo", "Preferences"):
        for one in books.records(kind):
            digest.update(books.read_encoded(kind, one["Id"]))
    for transaction in books.ledger.transactions():
        digest.update(repr(transaction).encode())
    return digest.hexdigest()


def _transactions(books: Books) -> list[JsonObject]:
    return [one for kind in TRANSACTIONS for one in books.records(kind)]


def _billed(books: Books, after: date) -> Decimal:
    invoices = (one["TotalAmt"] for one in books.records("Invoice") if one["TxnDate"] > after.isoformat())
    memos = (one["TotalAmt"] for one in books.records("CreditMemo") if one["TxnDate"] > after.isoformat())
    return sum(invoices, Decimal(0)) - sum(memos, Decimal(0))


def _daily_balance(books: Books, name: str) -> dict[str, Decimal]:
    account = next(one["Id"] for one in books.records("Account") if one["Name"] == name)
    moves: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in books.ledger.transactions():
        for posting in transaction.postings:
            if posting.account_id == account:
                moves[transaction.txn_date] += posting.amount
    days = sorted(moves)
    return dict(zip(days, accumulate(moves[day] for day in days), strict=True))


def _balance(books: Books, name: str) -> Decimal:
    return next(Decimal(one["CurrentBalance"]) for one in books.records("Account") if one["Name"] == name)


def _sum(books: Books, kind: str, field: str) -> Decimal:
    return sum((one[field] for one in books.records(kind)), Decimal(0))


def _created(one: JsonObject) -> datetime:
    return datetime.fromisoformat(one["MetaData"]["CreateTime"])
