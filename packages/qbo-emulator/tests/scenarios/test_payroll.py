"""Payroll: its dates, its tax pulls, and the three ways in which books show it."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.scenarios.company.build import BuiltCompany
from qbo_emulator.scenarios.company.business_days import is_business_day, on_or_before
from qbo_emulator.scenarios.company.chart import CHECKING
from qbo_emulator.scenarios.company.description import Span
from qbo_emulator.scenarios.company.payroll import pay_dates, pay_runs

from .conftest import AS_OF, Build

pytestmark = pytest.mark.inferred("how US agencies of this size run payroll; the API shows no payroll")
HISTORY = Span(date(2025, 4, 3), AS_OF)


def test_payday_falls_on_every_other_friday() -> None:
    """Three paydays checked by hand against a calendar of 2026."""
    dates = list(pay_dates(date(2026, 1, 9), Span(date(2026, 9, 1), date(2026, 10, 10))))
    assert dates == [date(2026, 9, 4), date(2026, 9, 18), date(2026, 10, 2)]


def test_payday_on_a_holiday_moves_to_the_business_day_before() -> None:
    """Christmas of 2026 and New Year's Day of 2027 are Fridays."""
    assert list(pay_dates(date(2026, 1, 9), Span(date(2026, 12, 20), date(2026, 12, 31)))) == [date(2026, 12, 24)]
    assert date(2026, 12, 31) in set(pay_dates(date(2026, 1, 2), Span(date(2026, 12, 1), date(2026, 12, 31))))


def test_some_months_have_three_paydays() -> None:
    """2026 in step with January 2 has 27: New Year's Day of 2027 is paid on December 31, the third of that month."""
    by_month = Counter(day.month for day in pay_dates(date(2026, 1, 2), Span(date(2026, 1, 1), date(2026, 12, 31))))
    assert {month for month, count in by_month.items() if count == 3} == {1, 7, 12}
    assert sum(by_month.values()) == 27


@given(st.dates(date(2021, 1, 1), date(2032, 1, 1)), st.integers(1, 800))
def test_paydays_are_fourteen_days_apart_before_holidays_move_them(start: date, days: int) -> None:
    """Whatever the span, every payday in it is found and is a business day."""
    span = Span(start, start + timedelta(days=days))
    anchor = date(2024, 1, 5)
    paydays = (on_or_before(anchor + timedelta(days=14 * step)) for step in range(-100, 300))
    assert list(pay_dates(anchor, span)) == [day for day in paydays if span.start <= day <= span.end]


def test_taxes_are_pulled_within_three_days_of_payday(agency: BuiltCompany) -> None:
    """Each payroll is followed by two pulls on business days, sometimes on payday itself."""
    runs = pay_runs(agency.plan.payroll, 1, HISTORY)
    pulls = [(run.pay_date, day) for run in runs for day in (run.federal_day, run.state_day)]
    assert all(timedelta(0) <= day - payday <= timedelta(days=3) and is_business_day(day) for payday, day in pulls)
    assert len({(day - payday).days for payday, day in pulls}) > 1


def test_nobody_is_paid_before_the_first_or_after_the_last_day(agency: BuiltCompany) -> None:
    """About 20 people are on each payroll; one joined and one left inside the history."""
    sizes = {len(run.slips) for run in pay_runs(agency.plan.payroll, 1, HISTORY)}
    assert sizes <= {18, 19, 20}
    assert len(sizes) > 1


def test_all_three_ways_move_the_bank_by_the_same(build: Build) -> None:
    """However payroll is recorded, checking has the same balance at the end of every day."""
    purchase, journal, quickbooks = (
        _daily_checking(build(payroll=kind)) for kind in ("purchase", "journal", "quickbooks")
    )
    assert purchase == journal == quickbooks


def test_a_provider_shows_as_purchases_to_one_payee(build: Build) -> None:
    """With `payroll=purchase` each payday is a check to the provider, and each tax a debit."""
    purchases = build(payroll="purchase").books.records("Purchase")
    to_provider = [one for one in purchases if one.get("EntityRef", {}).get("name") == "Ledgerpay Payroll"]
    checks = {one["TxnDate"] for one in to_provider if one["PaymentType"] == "Check"}
    assert checks == {run.pay_date.isoformat() for run in pay_runs(build().plan.payroll, 1, HISTORY)}


def test_journal_entries_name_no_payee(build: Build) -> None:
    """With `payroll=journal` payroll is three journal entries a period, none with a name on a line."""
    built = build(payroll="journal")
    entries = [one for one in built.books.records("JournalEntry") if "pay date" in one["PrivateNote"]]
    assert len(entries) >= 3 * (len(pay_runs(built.plan.payroll, 1, HISTORY)) - 1)
    assert not any("Entity" in line["JournalEntryLineDetail"] for entry in entries for line in entry["Line"])


def test_quickbooks_payroll_is_in_the_ledger_alone(build: Build) -> None:
    """With `payroll=quickbooks` every person's check is posted, and no entity shows it."""
    built = build(payroll="quickbooks")
    unlisted = [one for one in built.books.ledger.transactions() if not one.listed]
    checks = [one for one in unlisted if one.txn_type == "Payroll Check"]
    slips = sum(len(run.slips) for run in pay_runs(built.plan.payroll, 1, HISTORY))
    assert len(checks) == slips
    assert not any("pay date" in one.get("PrivateNote", "") for one in built.books.records("Purchase"))


def _daily_checking(built: BuiltCompany) -> dict[str, Decimal]:
    account = next(one["Id"] for one in built.books.records("Account") if one["Name"] == CHECKING)
    moves: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in built.books.ledger.transactions():
        for posting in transaction.postings:
            if posting.account_id == account:
                moves[transaction.txn_date] += posting.amount
    return dict(moves)
