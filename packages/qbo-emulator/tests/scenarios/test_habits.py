"""Paying habits, as the books show them: days between due date and payment."""

from collections import defaultdict
from datetime import date
from statistics import median, pstdev

import pytest

from qbo_emulator.scenarios.company.build import BuiltCompany
from qbo_emulator.scenarios.company.business_days import in_month, on_or_after

pytestmark = pytest.mark.inferred("habits follow public figures on late payment; QuickBooks prescribes none")


def test_each_kind_of_payer_has_its_own_lateness(agency: BuiltCompany) -> None:
    """Prompt customers pay about when due, slow ones one to three weeks late, erratic ones vary most."""
    lateness = _lateness_by_style(agency)
    assert -5 <= median(lateness["prompt"]) <= 2
    assert 8 <= median(lateness["slow"]) <= 20
    assert median(lateness["prompt"]) < median(lateness["erratic"]) < median(lateness["slow"])
    assert pstdev(lateness["erratic"]) > 1.5 * pstdev(lateness["prompt"])


def test_twice_a_month_payers_pay_on_two_days_a_month(agency: BuiltCompany) -> None:
    """On the 10th and the 25th, or the business day after."""
    payers = {one.name for one in agency.plan.customers if one.habit.style == "twice_a_month"}
    days = {date.fromisoformat(one["TxnDate"]) for one in agency.books.records("Payment") if _payer(one) in payers}
    assert len(days) > 20
    assert all(day in {on_or_after(in_month(day.year, day.month, run)) for run in (10, 25)} for day in days)


def test_about_one_invoice_in_twenty_is_paid_in_parts(agency: BuiltCompany) -> None:
    """Counted over the invoices that are paid in full."""
    links = [one["LinkedTxn"] for one in agency.books.records("Invoice") if not one["Balance"]]
    in_parts = sum(1 for linked in links if len(linked) > 1)
    assert 0.02 <= in_parts / len(links) <= 0.10


def test_checks_wait_in_undeposited_funds_and_others_do_not(agency: BuiltCompany) -> None:
    """Who pays by check is deposited together within five days; the rest arrive in checking."""
    books, by_check = agency.books, {one.name for one in agency.plan.customers if one.habit.by_check}
    deposited = {
        line["LinkedTxn"][0]["TxnId"] for one in books.records("Deposit") for line in one["Line"] if "LinkedTxn" in line
    }
    payers = {_payer(one) for one in books.records("Payment") if one["Id"] in deposited}
    assert payers == by_check
    assert max(len(one["Line"]) for one in books.records("Deposit")) > 1


def test_vendors_are_paid_by_habit(agency: BuiltCompany) -> None:
    """Rent is paid before it is due, the media buyer more than a week after."""
    late: defaultdict[str, list[int]] = defaultdict(list)
    bills = {one["Id"]: one for one in agency.books.records("Bill")}
    for payment in agency.books.records("BillPayment"):
        for line in payment["Line"]:
            if line["LinkedTxn"][0]["TxnType"] == "Bill":
                bill = bills[line["LinkedTxn"][0]["TxnId"]]
                late[payment["VendorRef"]["name"]].append(_days(bill["DueDate"], payment["TxnDate"]))
    assert median(late["Fulton Works Properties"]) <= 1
    assert median(late["Broadline Media Buying"]) >= 8


def _lateness_by_style(built: BuiltCompany) -> dict[str, list[int]]:
    styles = {one.name: one.habit.style for one in built.plan.customers}
    due_dates = {one["Id"]: one["DueDate"] for one in built.books.records("Invoice")}
    lateness: defaultdict[str, list[int]] = defaultdict(list)
    for payment in built.books.records("Payment"):
        for line in payment["Line"]:
            # A second spelling of a customer isn't in the plan.
            if line["LinkedTxn"][0]["TxnType"] == "Invoice" and _payer(payment) in styles:
                due = due_dates[line["LinkedTxn"][0]["TxnId"]]
                lateness[styles[_payer(payment)]].append(_days(due, payment["TxnDate"]))
    return lateness


def _payer(payment: dict[str, object]) -> str:
    reference = payment["CustomerRef"]
    assert isinstance(reference, dict)
    return str(reference["name"])


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
