"""Living on: time can be cut anywhere, what others did is respected, and nothing is ever paid twice."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.business_days import is_business_day, on_or_before
from qbo_emulator.scenarios.company.streams import OFFICE
from qbo_emulator.scenarios.life.company_life import PlannedLife
from qbo_emulator.scenarios.living import LivingCompany

from .company_support import (
    AS_OF,
    EVENING,
    after,
    all_transactions,
    assert_books_agree,
    assert_nothing_is_paid_twice,
    balance,
    created,
    digest,
    living,
    lowest_checking,
)

pytestmark = pytest.mark.inferred("how people run a small company; QuickBooks only records it")
NAME = "it-consulting-small"
DAYS = 40
MINUTES = DAYS * 24 * 60


@pytest.fixture(scope="module")
def undisturbed() -> LivingCompany:
    """A company that lived for 40 days in one step."""
    company = living(NAME)
    company.life.advance(company.books, start=EVENING, end=after(DAYS))
    return company


@settings(max_examples=5, deadline=None)
@given(cuts=st.lists(st.integers(1, MINUTES - 1), min_size=1, max_size=6, unique=True))
def test_one_step_or_several_give_the_same_bytes(undisturbed: LivingCompany, cuts: list[int]) -> None:
    """Wherever time is cut, in the night or in the middle of a morning."""
    company = living(NAME)
    instants = [EVENING, *(EVENING + timedelta(minutes=cut) for cut in sorted(cuts)), after(DAYS)]
    for start, end in pairwise(instants):
        company.life.advance(company.books, start=start, end=end)
    assert digest(company.books) == digest(undisturbed.books)


def test_going_back_or_nowhere_does_nothing() -> None:
    """An empty step, and one that ends before the history does, leave the books as they were."""
    company = living(NAME)
    before = digest(company.books)
    company.life.advance(company.books, start=EVENING, end=EVENING)
    company.life.advance(company.books, start=EVENING - timedelta(days=9), end=EVENING - timedelta(days=3))
    assert digest(company.books) == before


def test_two_processes_live_the_same_life() -> None:
    """Also under different hash seeds of the interpreter."""
    assert len({_digest_in_a_process(hash_seed) for hash_seed in ("1", "2")}) == 1


def test_everything_goes_on(undisturbed: LivingCompany) -> None:
    """Customers are billed and pay, vendors bill and are paid, the card is charged and paid, people get their pay."""
    new = [one for one in all_transactions(undisturbed.books) if created(one) > EVENING]
    assert all(EVENING < created(one) <= after(DAYS) for one in new)
    notes = {one.get("PrivateNote", "") for one in new}
    assert "Card payment, last statement" in notes
    assert any(note.startswith("Net pay") for note in notes)
    for kind in ("Invoice", "Payment", "Deposit", "Bill", "BillPayment", "Purchase", "Transfer"):
        assert any(created(one) > EVENING for one in undisturbed.books.records(kind)), kind
    assert isinstance(undisturbed.life, PlannedLife)
    assert undisturbed.life.refused == []


@pytest.mark.parametrize("name", ["agency", "creative-studio-small", "professional-services-small", "sample"])
def test_books_agree_after_four_months(name: str) -> None:
    """The ledger's laws hold, nothing is overpaid, and checking is never overdrawn, well beyond 13 weeks."""
    company = living(name, seed=1, **_short_history(name))
    company.life.advance(company.books, start=EVENING, end=after(120))
    assert_books_agree(company.books)
    assert_nothing_is_paid_twice(company.books)
    assert lowest_checking(company.books, "Checking" if name == "sample" else "Business Checking") >= 0


def test_payroll_keeps_its_rhythm() -> None:
    """Twice a month: the 15th and the last day, or the business day before, for half a year."""
    company = living(NAME, payroll="purchase")
    company.life.advance(company.books, start=EVENING, end=after(180))
    paid = {
        one["TxnDate"]
        for one in company.books.records("Purchase")
        if one.get("PrivateNote", "").startswith("Net pay") and one["TxnDate"] > AS_OF.isoformat()
    }
    ends = (date(2026, 10, 15), date(2026, 10, 31), date(2026, 11, 15), date(2026, 11, 30), date(2026, 12, 15))
    more = (date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 31), date(2027, 2, 15), date(2027, 2, 28))
    expected = {on_or_before(day).isoformat() for day in (*ends, *more, date(2027, 3, 15), date(2027, 3, 31))}
    assert paid == expected


def test_new_bills_have_new_numbers() -> None:
    """A vendor never sends the same number twice, apart from a bill that was typed in again under another number."""
    company = living(NAME)
    company.life.advance(company.books, start=EVENING, end=after(120))
    numbers = [
        (one["VendorRef"]["value"], one["DocNumber"]) for one in company.books.records("Bill") if "DocNumber" in one
    ]
    assert len(numbers) == len(set(numbers))


def test_a_bill_paid_by_someone_else_is_not_paid_again() -> None:
    """All open bills are paid by hand on the first evening: the pay runs find nothing left to pay on them."""
    company = living(NAME)
    open_ids = [one["Id"] for one in company.books.records("Bill") if one["Balance"]]
    paid = [_pay_bill(company.books, company.books.read("Bill", bill_id), EVENING)["Id"] for bill_id in open_ids]
    company.life.advance(company.books, start=EVENING, end=after(60))
    for bill_id, payment_id in zip(open_ids, paid, strict=True):
        assert company.books.read("Bill", bill_id)["Balance"] == 0
        assert [one["Id"] for one in _payments_of(company.books, bill_id)][-1] == payment_id
    assert_nothing_is_paid_twice(company.books)
    assert_books_agree(company.books)


def test_a_bill_paid_in_part_is_paid_the_rest(undisturbed: LivingCompany) -> None:
    """Half of a bill is paid by hand; its pay run pays the other half, on the day on which it would have paid all."""
    company = living(NAME)
    bill = next(
        one
        for one in company.books.records("Bill")
        if one["Balance"] == one["TotalAmt"] and not undisturbed.books.read("Bill", one["Id"])["Balance"]
    )
    half = (bill["TotalAmt"] / 2).quantize(Decimal("0.01"))
    _pay_bill(company.books, bill, EVENING, half)
    company.life.advance(company.books, start=EVENING, end=after(DAYS))
    by_life, planned = (_payments_of(books, bill["Id"])[-1] for books in (company.books, undisturbed.books))
    assert by_life["TxnDate"] == planned["TxnDate"]
    assert _settled(by_life, bill["Id"]) == bill["TotalAmt"] - half


def test_an_invoice_that_was_received_already_is_not_paid_again() -> None:
    """A payment typed in by hand, applied to the invoice or to nothing at all, is all the customer ever pays for it."""
    company = living(NAME, flaws="off")
    applied, unapplied = [one for one in company.books.records("Invoice") if one["Balance"] == one["TotalAmt"]][-2:]
    assert applied["CustomerRef"] != unapplied["CustomerRef"]
    _receive(company.books, applied, EVENING, linked=True)
    _receive(company.books, unapplied, EVENING, linked=False)
    company.life.advance(company.books, start=EVENING, end=after(90))
    for invoice in (applied, unapplied):
        links = [
            line
            for one in company.books.records("Payment")
            if created(one) > EVENING
            for line in one["Line"]
            if line["LinkedTxn"][0] == {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        ]
        assert links == []


def test_what_others_add_disturbs_nobody_else(undisturbed: LivingCompany) -> None:
    """A new customer with an invoice, and a new vendor with a bill, shift ids; all else happens as it would have."""
    company = living(NAME)
    _a_stranger(company.books, EVENING)
    company.life.advance(company.books, start=EVENING, end=after(DAYS))
    added = {"Newcomer Ltd", "Stranger Supplies"}
    happened = [one for one in _happenings(company.books) if one[3] not in added]
    assert happened == _happenings(undisturbed.books)
    assert company.books.read("Invoice", _of(company.books, "Invoice", "CustomerRef", "Newcomer Ltd"))["Balance"] == 0
    assert company.books.read("Bill", _of(company.books, "Bill", "VendorRef", "Stranger Supplies"))["Balance"] == 0


def test_reminded_customers_pay_sooner() -> None:
    """Reminding everyone who is late brings more money in within the next two weeks, and nobody pays twice."""
    silent, reminded = living("creative-studio-medium", months="6"), living("creative-studio-medium", months="6")
    for company in (silent, reminded):
        company.life.advance(company.books, start=EVENING, end=after(3))
    _remind(reminded.books, after(3))
    for company in (silent, reminded):
        company.life.advance(company.books, start=after(3), end=after(17))
    assert balance(reminded.books, "Accounts Receivable (A/R)") < balance(silent.books, "Accounts Receivable (A/R)")
    assert_books_agree(reminded.books)
    assert_nothing_is_paid_twice(reminded.books)


def test_a_bookkeeper_corrects_things_now_and_then() -> None:
    """Within three months bills without terms get theirs, and purchases that nobody filed are filed."""
    company = living(NAME)
    untyped, unfiled = _without_terms(company.books), _uncategorized(company.books)
    company.life.advance(company.books, start=EVENING, end=after(90))
    assert len(untyped & _without_terms(company.books)) < len(untyped)
    assert len(unfiled & _uncategorized(company.books)) < len(unfiled)


def test_a_deactivated_vendor_sends_no_more_bills() -> None:
    """Whoever was made inactive by someone else is left alone, and life goes on without it."""
    company = living(NAME, flaws="off")
    billed = Counter(one["VendorRef"]["value"] for one in company.books.records("Bill"))
    settled = [one for one in company.books.records("Vendor") if not one["Balance"]]
    vendor = max(settled, key=lambda one: billed[one["Id"]])
    bills = billed[vendor["Id"]]
    identity = {"Id": vendor["Id"], "SyncToken": vendor["SyncToken"], "sparse": True}
    company.books.update("Vendor", {**identity, "Active": False}, at=EVENING)
    company.life.advance(company.books, start=EVENING, end=after(60))
    assert bills == sum(1 for one in company.books.records("Bill") if one["VendorRef"]["value"] == vendor["Id"])
    assert isinstance(company.life, PlannedLife)
    assert company.life.refused


def test_people_work_on_business_days(undisturbed: LivingCompany) -> None:
    """Payments, deposits and pay runs are never entered on a weekend or a bank holiday."""
    for kind in ("Payment", "Deposit", "BillPayment", "Transfer"):
        for one in undisturbed.books.records(kind):
            assert is_business_day(created(one).astimezone(OFFICE).date())


def _short_history(name: str) -> dict[str, str]:
    return {"months": "4"} if name == "agency" else {}


def _digest_in_a_process(hash_seed: str) -> str:
    code = f"""
from scenarios.company_support import EVENING, after, digest, living
company = living({NAME!r}, seed=4)
company.life.advance(company.books, start=EVENING, end=after(30))
print(digest(company.books))
"""
    tests = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=tests, capture_output=True, text=True, check=True).stdout


def _pay_bill(books: Books, bill: JsonObject, at: datetime, amount: Decimal | None = None) -> JsonObject:
    checking = next(one["Id"] for one in books.records("Account") if one["Name"] == "Business Checking")
    cents = bill["Balance"] if amount is None else amount
    body = {
        "VendorRef": bill["VendorRef"],
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": checking}},
        "TotalAmt": cents,
        "Line": [{"Amount": cents, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}],
    }
    return books.create("BillPayment", body, at=at)


def _receive(books: Books, invoice: JsonObject, at: datetime, *, linked: bool) -> None:
    checking = next(one["Id"] for one in books.records("Account") if one["Name"] == "Business Checking")
    line = {"Amount": invoice["Balance"], "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    body = {
        "CustomerRef": invoice["CustomerRef"],
        "TotalAmt": invoice["Balance"],
        "DepositToAccountRef": {"value": checking},
        "Line": [line] if linked else [],
    }
    books.create("Payment", body, at=at)


def _a_stranger(books: Books, at: datetime) -> None:
    customer = books.create("Customer", {"DisplayName": "Newcomer Ltd"}, at=at)
    vendor = books.create("Vendor", {"DisplayName": "Stranger Supplies"}, at=at)
    item = next(iter(books.records("Item")))["Id"]
    rent = next(one["Id"] for one in books.records("Account") if one["Name"] == "Rent & Lease")
    sold = {"ItemRef": {"value": item}}
    line = {"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": sold}
    due = {"DueDate": (AS_OF + timedelta(days=7)).isoformat()}
    # A number of its own keeps the numbers of the company's invoices as they would have been.
    numbered = {"DocNumber": "N-1"}
    books.create("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line], **due, **numbered}, at=at)
    detail = {"AccountRef": {"value": rent}}
    cost = {"Amount": Decimal("80.00"), "DetailType": "AccountBasedExpenseLineDetail"}
    bought = [{**cost, "AccountBasedExpenseLineDetail": detail}]
    books.create("Bill", {"VendorRef": {"value": vendor["Id"]}, "Line": bought, **due}, at=at)


def _happenings(books: Books) -> list[tuple[str, str, str, str, str]]:
    return sorted(
        (kind, one["TxnDate"], str(one.get("TotalAmt", one.get("Amount"))), _who(one), one["MetaData"]["CreateTime"])
        for kind in ("Invoice", "Payment", "CreditMemo", "Bill", "BillPayment", "VendorCredit", "Purchase")
        for one in books.records(kind)
    )


def _who(one: JsonObject) -> str:
    reference = one.get("CustomerRef") or one.get("VendorRef") or one.get("EntityRef") or {}
    return str(reference.get("name", ""))


def _of(books: Books, kind: str, reference: str, name: str) -> str:
    return next(str(one["Id"]) for one in books.records(kind) if one[reference]["name"] == name)


def _payments_of(books: Books, bill_id: str) -> list[JsonObject]:
    return [one for one in books.records("BillPayment") if _settled(one, bill_id)]


def _settled(payment: JsonObject, bill_id: str) -> Decimal:
    wanted = {"TxnId": bill_id, "TxnType": "Bill"}
    return sum((line["Amount"] for line in payment["Line"] if line["LinkedTxn"][0] == wanted), Decimal(0))


def _remind(books: Books, at: datetime) -> None:
    today = at.astimezone(OFFICE).date().isoformat()
    late = [one["Id"] for one in books.records("Invoice") if one["Balance"] and one["DueDate"] < today]
    for invoice_id in late:
        books.send("Invoice", invoice_id, send_to="owner@customer.example", at=at)


def _without_terms(books: Books) -> set[str]:
    return {one["Id"] for one in books.records("Bill") if one["Balance"] and "SalesTermRef" not in one}


def _uncategorized(books: Books) -> set[str]:
    return {one["Id"] for one in books.records("Purchase") if "Uncategorized Expense" in str(one["Line"])}
