"""The sample company: the ids, names and types that recordings of the sandbox show."""

import json
from pathlib import Path
from typing import Any

import pytest

from qbo_emulator.books import Books
from qbo_emulator.scenarios.sample.lists import ACCOUNTS, CUSTOMERS, ITEMS, VENDORS

from .company_support import assert_books_agree, living

RECORDINGS = Path(__file__).parents[5] / "shared" / "qbo-samples" / "us-sandbox-2026"
# What whoever recorded them had changed in the sandbox: names of the first account, customer and item.
RENAMED = {("Account", "1"), ("Customer", "1"), ("Item", "1")}
FACTS = {
    "Account": ("Name", "FullyQualifiedName", "AccountType", "AccountSubType", "Classification", "SubAccount"),
    "Customer": ("DisplayName", "FullyQualifiedName", "Job"),
    "Vendor": ("DisplayName",),
    "Item": ("Name", "Type", "UnitPrice", "PurchaseCost"),
}


@pytest.fixture(scope="module")
def books() -> Books:
    """The sample company's books."""
    return living("sample").books


@pytest.mark.recorded("us-sandbox-2026/accounts.json")
@pytest.mark.parametrize("kind", sorted(FACTS))
def test_lists_are_what_the_recordings_show(books: Books, kind: str) -> None:
    """Each list entity of the sandbox has the recorded id, name and type; none is missing."""
    if not RECORDINGS.is_dir():
        pytest.skip("the recordings lie beside the repository, and are not there")
    recorded = _recorded(kind)
    ours = {one["Id"]: one for one in books.records(kind)}
    assert set(ours) == set(recorded)
    for entity_id, facts in recorded.items():
        if (kind, entity_id) not in RENAMED:
            told = {name: facts[name] for name in FACTS[kind] if name in facts}
            assert {name: ours[entity_id][name] for name in told} == pytest.approx(told)


@pytest.mark.inferred("a landscaper's half year is ours to tell")
def test_documents_are_there_and_agree(books: Books) -> None:
    """Invoices, payments, bills and purchases in a small company's number; stock is worth what its items cost."""
    assert_books_agree(books)
    for kind, least in (("Invoice", 20), ("Payment", 15), ("Bill", 30), ("BillPayment", 20), ("Purchase", 60)):
        assert sum(1 for _ in books.records(kind)) >= least
    stock = sum(one["QtyOnHand"] * one["PurchaseCost"] for one in books.records("Item") if one["TrackQtyOnHand"])
    inventory = next(one for one in books.records("Account") if one["Name"] == "Inventory Asset")
    assert inventory["CurrentBalance"] == stock


@pytest.mark.inferred("ids must not depend on the seed")
def test_no_list_entity_is_made_besides_those_of_the_sandbox() -> None:
    """Under another seed, and after four months of life, the lists are still the sandbox's."""
    company = living("sample", seed=8)
    counts = {kind: sum(1 for _ in company.books.records(kind)) for kind in FACTS}
    assert counts == {"Account": len(ACCOUNTS), "Customer": len(CUSTOMERS), "Vendor": len(VENDORS), "Item": len(ITEMS)}


def _recorded(kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(RECORDINGS.glob("*.json")):
        for interaction in json.loads(file.read_text())["interactions"]:
            answered = interaction["response"]["body"].get("QueryResponse", {}).get(kind, [])
            found |= {one["Id"]: one for one in answered}
    # Later ids were made by whoever recorded; the sandbox comes with these.
    last = {"Account": 90, "Customer": 29, "Vendor": 57, "Item": 18}[kind]
    return {entity_id: one for entity_id, one in found.items() if int(entity_id) <= last}
