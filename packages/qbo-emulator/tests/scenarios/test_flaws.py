"""Planted flaws: each can be seen in the books, and without them the books are the same but for them."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.build import BuiltCompany
from qbo_emulator.scenarios.company.flaws.kinds import USUAL_FLAWS, FlawKind, LookalikeKind
from qbo_emulator.scenarios.living import PlantedFlaw

from .conftest import AS_OF, Build

pytestmark = pytest.mark.inferred("what real books get wrong; QuickBooks accepts all of it")


def test_every_kind_is_planted(agency: BuiltCompany) -> None:
    """18 months of history have a place for each kind that books usually have."""
    counts = Counter(flaw.kind for flaw in agency.flaws)
    assert set(counts) == USUAL_FLAWS
    assert counts["uncategorized_purchase"] == 7
    assert counts["due_date_equals_bill_date"] == 4


def test_flaws_are_named_by_entity_and_id(agency: BuiltCompany) -> None:
    """Each names an entity that exists, with a reason."""
    assert all(agency.books.read(flaw.entity, flaw.id)["Id"] == flaw.id and flaw.why for flaw in agency.flaws)


def test_doubtful_due_dates_are_open_and_wrong(agency: BuiltCompany) -> None:
    """Due on the bill's own date, or a month or more after what the vendor's terms give; no terms on either."""
    for bill in _entities(agency, "due_date_equals_bill_date"):
        assert bill["DueDate"] == bill["TxnDate"]
        assert bill["Balance"] > 0
        assert "SalesTermRef" not in bill
    for bill in _entities(agency, "due_date_far_from_terms"):
        assert _days(bill["TxnDate"], bill["DueDate"]) - _terms_days(agency, "Vendor", bill["VendorRef"]) > 30
        assert bill["Balance"] > 0
        assert "SalesTermRef" not in bill


def test_an_invoice_without_terms_is_due_after_30_days(agency: BuiltCompany) -> None:
    """As QuickBooks fills in, while its customer has other terms."""
    (invoice,) = _entities(agency, "invoice_due_date_filled_in")
    assert _days(invoice["TxnDate"], invoice["DueDate"]) == 30
    assert abs(_terms_days(agency, "Customer", invoice["CustomerRef"]) - 30) >= 15
    assert "SalesTermRef" not in invoice
    assert invoice["Balance"] > 0


@pytest.mark.parametrize("seed", range(1, 7))
def test_duplicate_bill_has_a_twin(build: Build, seed: int) -> None:
    """Same vendor and amount, a few days apart, its number typed in some way, and nobody paid it."""
    built = build(seed)
    (again,) = _entities(built, "duplicate_bill")
    twins = [
        one
        for one in built.books.records("Bill")
        if one["Id"] != again["Id"]
        and one["VendorRef"] == again["VendorRef"]
        and one["TotalAmt"] == again["TotalAmt"]
        and 0 <= _days(one["TxnDate"], again["TxnDate"]) <= 4
    ]
    assert twins
    assert again["Balance"] == again["TotalAmt"]


def test_unapplied_payment_settles_nothing(agency: BuiltCompany) -> None:
    """All of it is unapplied, while its customer has an open invoice of that amount."""
    (payment,) = _entities(agency, "unapplied_payment")
    assert payment["UnappliedAmt"] == payment["TotalAmt"] > 0
    open_invoices = [one for one in agency.books.records("Invoice") if one["CustomerRef"] == payment["CustomerRef"]]
    assert payment["TotalAmt"] in {one["Balance"] for one in open_invoices}


def test_a_payment_that_came_twice(agency: BuiltCompany) -> None:
    """Nothing of it is applied, and an earlier one of the same customer and amount settled an invoice."""
    (again,) = _entities(agency, "paid_twice")
    assert again["UnappliedAmt"] == again["TotalAmt"]
    assert any(
        one["CustomerRef"] == again["CustomerRef"] and one["TotalAmt"] == again["TotalAmt"] and not one["UnappliedAmt"]
        for one in agency.books.records("Payment")
    )


def test_a_forgotten_credit_was_passed_by(build: Build) -> None:
    """All of it is left, though bills of its vendor were paid in full since."""
    (credit,) = _entities(build(2), "forgotten_credit")
    assert credit["Balance"] == credit["TotalAmt"]
    assert _days(credit["TxnDate"], AS_OF.isoformat()) >= 35


def test_a_payment_that_was_booked_as_income(agency: BuiltCompany) -> None:
    """A deposit of the invoice's amount names no payment, and the invoice is still open in full."""
    deposit, invoice = _entities(agency, "payment_booked_as_income")
    account = deposit["Line"][0]["DepositLineDetail"]["AccountRef"]["name"]
    assert account == "Uncategorized Income"
    assert deposit["TotalAmt"] == invoice["Balance"] == invoice["TotalAmt"]


def test_stale_invoice_is_older_than_six_months(agency: BuiltCompany) -> None:
    """And nothing was ever paid on it."""
    (invoice,) = _entities(agency, "stale_invoice")
    assert _days(invoice["TxnDate"], AS_OF.isoformat()) > 183
    assert invoice["Balance"] == invoice["TotalAmt"]


def test_undeposited_payment_never_reached_the_bank(agency: BuiltCompany) -> None:
    """It was received more than three weeks ago and no deposit names it."""
    (payment,) = _entities(agency, "undeposited_payment")
    assert _days(payment["TxnDate"], AS_OF.isoformat()) >= 25
    assert not payment.get("LinkedTxn")


@pytest.mark.parametrize("seed", range(1, 7))
def test_second_spellings_have_documents(build: Build, seed: int) -> None:
    """Bills or invoices stand under both names, which aren't the same."""
    built = build(seed)
    for kind, document, reference in (("Vendor", "Bill", "VendorRef"), ("Customer", "Invoice", "CustomerRef")):
        (listed,) = (flaw for flaw in built.flaws if flaw.kind == f"duplicate_{kind.lower()}")
        name = built.books.read(kind, listed.id)["DisplayName"]
        named = {one[reference]["name"] for one in built.books.records(document)}
        (kept,) = (one for one in named if one in listed.why.partition(";")[0])
        assert {name, kept} <= named
        assert name != kept


def test_uncategorised_purchases_have_neither_payee_nor_category(agency: BuiltCompany) -> None:
    """As the bank feed leaves them."""
    for purchase in _entities(agency, "uncategorized_purchase"):
        assert "EntityRef" not in purchase
        detail = purchase["Line"][0]["AccountBasedExpenseLineDetail"]
        assert detail["AccountRef"]["name"] == "Uncategorized Expense"


def test_without_flaws_none_can_be_seen(build: Build) -> None:
    """No bill due on its own date against its terms, no unapplied money, nothing left uncategorised or undeposited."""
    clean = build(flaws="off")
    assert clean.flaws == ()
    assert not any(one["UnappliedAmt"] for one in clean.books.records("Payment"))
    assert clean.lookalikes == ()
    open_days = [_days(one["TxnDate"], AS_OF.isoformat()) for one in clean.books.records("Invoice") if one["Balance"]]
    assert max(open_days) < 183
    assert not any("Uncategorized" in str(one["Line"]) for one in clean.books.records("Purchase"))
    assert all("SalesTermRef" in one for one in clean.books.records("Bill"))


def test_without_flaws_the_rest_is_the_same(build: Build, agency: BuiltCompany) -> None:
    """Every purchase but the uncategorised ones is in both books, and so is every bill but the duplicate."""
    clean = build(flaws="off")
    twice = _ids(agency, "duplicate_bill")
    flawed_bills = [one for one in agency.books.records("Bill") if one["Id"] not in twice]
    assert _amounts(list(clean.books.records("Purchase"))) == _amounts(list(agency.books.records("Purchase")))
    assert _amounts(list(clean.books.records("Bill"))) == _amounts(flawed_bills)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_other_seeds_plant_their_own(build: Build, agency: BuiltCompany, seed: int) -> None:
    """All kinds again, on other records."""
    flaws = build(seed).flaws
    assert {flaw.kind for flaw in flaws} == USUAL_FLAWS
    assert {flaw.id for flaw in flaws} != {flaw.id for flaw in agency.flaws}


def test_a_short_history_plants_what_it_has_room_for(build: Build) -> None:
    """Two months of books can't hold an invoice that is open for half a year."""
    kinds = {flaw.kind for flaw in build(months="2").flaws}
    assert "stale_invoice" not in kinds
    assert "unapplied_payment" in kinds


def test_a_journal_entry_moves_receivables_away_from_their_invoices(build: Build) -> None:
    """Asked for by name; the account then stands 250 above its open documents."""
    built = build(flaws="receivable_adjusted_by_hand")
    (flaw,) = built.flaws
    account = built.books.read("Account", flaw.id)
    owed = sum(one["Balance"] for one in built.books.records("Invoice"))
    credits_left = sum(one["Balance"] for one in built.books.records("CreditMemo"))
    assert account["CurrentBalance"] - (owed - credits_left) == 250


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lookalikes_change_nothing_that_counts(build: Build, seed: int) -> None:
    """Each kind is there on a record of its own; what is owed, and what checking holds, is what it was without them."""
    plain, odd = build(seed, flaws="off"), build(seed, flaws="off", lookalikes="on")
    assert odd.flaws == ()
    assert {one.kind for one in odd.lookalikes} == set(get_args(LookalikeKind))
    assert all(odd.books.read(one.entity, one.id)["Balance"] > 0 for one in odd.lookalikes)
    for books in (plain.books, odd.books):
        assert sum(one["Balance"] for one in books.records("Bill")) == sum(
            one["Balance"] for one in plain.books.records("Bill")
        )
    names = ("Business Checking", "Accounts Payable (A/P)")
    assert [_balance(plain, name) for name in names] == [_balance(odd, name) for name in names]


def test_lookalikes_and_flaws_are_never_one_record(build: Build) -> None:
    """Whoever reports a lookalike is wrong."""
    both = build(3, flaws="on", lookalikes="on")
    flawed = {(flaw.entity, flaw.id) for flaw in both.flaws}
    assert not flawed & {(one.entity, one.id) for one in both.lookalikes}


def _balance(built: BuiltCompany, name: str) -> Decimal:
    return next(Decimal(one["CurrentBalance"]) for one in built.books.records("Account") if one["Name"] == name)


def _terms_days(built: BuiltCompany, kind: str, reference: JsonObject) -> int:
    listed = built.books.read(kind, reference["value"])
    term = listed.get("TermRef") or listed["SalesTermRef"]
    return int(built.books.read("Term", term["value"])["DueDays"])


def _entities(built: BuiltCompany, kind: FlawKind) -> list[JsonObject]:
    return [built.books.read(flaw.entity, flaw.id) for flaw in _planted(built, kind)]


def _ids(built: BuiltCompany, kind: FlawKind) -> set[str]:
    return {flaw.id for flaw in _planted(built, kind)}


def _planted(built: BuiltCompany, kind: FlawKind) -> list[PlantedFlaw]:
    return [flaw for flaw in built.flaws if flaw.kind == kind]


def _amounts(entities: list[JsonObject]) -> Counter[tuple[str, str]]:
    return Counter((one["TxnDate"], str(one["TotalAmt"])) for one in entities)


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
