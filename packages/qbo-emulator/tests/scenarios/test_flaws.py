"""Planted flaws: each can be seen in the books, and without them the books are the same but for them."""

from collections import Counter
from datetime import date
from typing import get_args

import pytest

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.build import BuiltCompany, PlantedFlaw
from qbo_emulator.scenarios.company.flaws import FlawKind

from .conftest import AS_OF, Build

pytestmark = pytest.mark.inferred("what real books get wrong; QuickBooks accepts all of it")


def test_every_kind_is_planted(agency: BuiltCompany) -> None:
    """18 months of history have a place for each kind."""
    counts = Counter(flaw.kind for flaw in agency.flaws)
    assert set(counts) == set(get_args(FlawKind))
    assert counts["uncategorized_purchase"] == 7
    assert counts["due_date_equals_bill_date"] == 4


def test_flaws_are_named_by_entity_and_id(agency: BuiltCompany) -> None:
    """Each names an entity that exists, with a reason."""
    assert all(agency.books.read(flaw.entity, flaw.id)["Id"] == flaw.id and flaw.why for flaw in agency.flaws)


def test_doubtful_due_dates_are_open_and_wrong(agency: BuiltCompany) -> None:
    """Due on the bill's own date, or two months after what the vendor's terms give."""
    for bill in _entities(agency, "due_date_equals_bill_date"):
        assert bill["DueDate"] == bill["TxnDate"]
        assert bill["Balance"] > 0
    for bill in _entities(agency, "due_date_far_from_terms"):
        assert _days(bill["TxnDate"], bill["DueDate"]) > 75
        assert bill["Balance"] > 0


def test_duplicate_bill_has_a_twin(agency: BuiltCompany) -> None:
    """Same vendor and amount, the number with a letter added, and nobody paid it."""
    (again,) = _entities(agency, "duplicate_bill")
    twins = [
        one
        for one in agency.books.records("Bill")
        if one["VendorRef"] == again["VendorRef"]
        and one["TotalAmt"] == again["TotalAmt"]
        and again["DocNumber"] == f"{one['DocNumber']}-A"
    ]
    assert len(twins) == 1
    assert again["Balance"] == again["TotalAmt"]


def test_unapplied_payment_settles_nothing(agency: BuiltCompany) -> None:
    """All of it is unapplied, while its customer has an open invoice of that amount."""
    (payment,) = _entities(agency, "unapplied_payment")
    assert payment["UnappliedAmt"] == payment["TotalAmt"] > 0
    open_invoices = [one for one in agency.books.records("Invoice") if one["CustomerRef"] == payment["CustomerRef"]]
    assert payment["TotalAmt"] in {one["Balance"] for one in open_invoices}


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


def test_duplicate_vendor_is_a_second_spelling_with_bills(agency: BuiltCompany) -> None:
    """Both names have bills."""
    (vendor,) = _entities(agency, "duplicate_vendor")
    billed = {one["VendorRef"]["name"] for one in agency.books.records("Bill")}
    assert {vendor["DisplayName"], vendor["DisplayName"].removesuffix(" LLC")} <= billed


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
    assert not any(one["DisplayName"].endswith(" LLC") for one in clean.books.records("Vendor"))
    open_days = [_days(one["TxnDate"], AS_OF.isoformat()) for one in clean.books.records("Invoice") if one["Balance"]]
    assert max(open_days) < 183
    assert not any("Uncategorized" in str(one["Line"]) for one in clean.books.records("Purchase"))
    assert all("SalesTermRef" in one for one in clean.books.records("Bill"))


def test_without_flaws_the_rest_is_the_same(build: Build, agency: BuiltCompany) -> None:
    """Every purchase but the uncategorised ones is in both books, and so is every bill but the duplicate."""
    clean = build(flaws="off")
    flawed_bills = [one for one in agency.books.records("Bill") if one["Id"] not in _ids(agency, "duplicate_bill")]
    assert _amounts(list(clean.books.records("Purchase"))) == _amounts(list(agency.books.records("Purchase")))
    assert _amounts(list(clean.books.records("Bill"))) == _amounts(flawed_bills)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_other_seeds_plant_their_own(build: Build, agency: BuiltCompany, seed: int) -> None:
    """All kinds again, on other records."""
    flaws = build(seed).flaws
    assert {flaw.kind for flaw in flaws} == set(get_args(FlawKind))
    assert {flaw.id for flaw in flaws} != {flaw.id for flaw in agency.flaws}


def test_a_short_history_plants_what_it_has_room_for(build: Build) -> None:
    """Two months of books can't hold an invoice that is open for half a year."""
    kinds = {flaw.kind for flaw in build(months="2").flaws}
    assert "stale_invoice" not in kinds
    assert "unapplied_payment" in kinds


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
