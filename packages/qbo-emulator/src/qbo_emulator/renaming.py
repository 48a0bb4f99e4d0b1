"""A new name for a list entity shows at once wherever it is referred to, without new versions (recorded)."""

from typing import Final

from qbo_emulator.company_file import CompanyFile
from qbo_emulator.jsontypes import JsonObject

_REFERENCES: Final = {
    "Account": frozenset(
        {
            "AccountRef",
            "APAccountRef",
            "BankAccountRef",
            "CCAccountRef",
            "DepositToAccountRef",
            "ExpenseAccountRef",
            "FromAccountRef",
            "IncomeAccountRef",
            "ItemAccountRef",
            "ToAccountRef",
        }
    ),
    # Customers and vendors share one id sequence, so an id says which of them is meant.
    "Customer": frozenset({"CustomerRef", "EntityRef", "Entity"}),
    "Vendor": frozenset({"VendorRef", "EntityRef", "Entity"}),
    "Item": frozenset({"ItemRef"}),
    "Term": frozenset({"SalesTermRef"}),
}
_REFERRING: Final = (
    "Item",
    "Invoice",
    "Payment",
    "CreditMemo",
    "Bill",
    "BillPayment",
    "VendorCredit",
    "Purchase",
    "Deposit",
    "Transfer",
    "JournalEntry",
)


def carry_name(file: CompanyFile, entity_type: str, renamed: JsonObject) -> None:
    """Write a list entity's name into everything that refers to it, and into its children's full names."""
    shown = "DisplayName" if "DisplayName" in renamed else "FullyQualifiedName"
    name = renamed.get(shown) or renamed["Name"]
    for referring in _REFERRING:
        for record in file.store.records(referring):
            if _relabel(record.entity, _REFERENCES[entity_type], renamed["Id"], name):
                record.relabelled()
    if "FullyQualifiedName" in renamed:
        _carry_to_children(file, entity_type, renamed)


def _carry_to_children(file: CompanyFile, entity_type: str, parent: JsonObject) -> None:
    for record in file.store.records(entity_type):
        child = record.entity
        if child.get("ParentRef", {}).get("value") == parent["Id"]:
            own = child.get("DisplayName") or child["Name"]
            child["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{own}"
            record.relabelled()
            carry_name(file, entity_type, child)


def _relabel(place: JsonObject, references: frozenset[str], entity_id: str, name: str) -> bool:
    changed = False
    for key, value in place.items():
        if isinstance(value, list):
            for each in value:
                changed |= isinstance(each, dict) and _relabel(each, references, entity_id, name)
        elif isinstance(value, dict) and key in references and value.get("value") == entity_id:
            # Documents share reference objects, so the object is replaced rather than changed.
            place[key] = {**value, "name": name} if "name" in value else value
            changed |= value.get("name", name) != name
        elif isinstance(value, dict):
            changed |= _relabel(value, references, entity_id, name)
    return changed
