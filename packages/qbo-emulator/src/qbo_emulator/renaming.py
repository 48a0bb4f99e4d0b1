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
            "DiscountAccountRef",
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
    "Item": frozenset({"ItemRef", "GroupItemRef"}),
    "Term": frozenset({"SalesTermRef"}),
    "Class": frozenset({"ClassRef"}),
    "Department": frozenset({"DepartmentRef"}),
    "PaymentMethod": frozenset({"PaymentMethodRef"}),
}
_REFERRING: Final = (
    "Item",
    "Invoice",
    "Payment",
    "CreditMemo",
    "SalesReceipt",
    "RefundReceipt",
    "Estimate",
    "Bill",
    "BillPayment",
    "VendorCredit",
    "Purchase",
    "Deposit",
    "Transfer",
    "JournalEntry",
    "RecurringTransaction",
)


def carry_name(file: CompanyFile, entity_type: str, renamed: JsonObject) -> None:
    """Write a list entity's name into everything that refers to it, and into its children's full names."""
    references = _REFERENCES.get(entity_type)
    if references is None:
        return
    shown = "DisplayName" if "DisplayName" in renamed else "FullyQualifiedName"
    name = renamed.get(shown) or renamed["Name"]
    for referring in _REFERRING:
        for record in file.store.records(referring):
            relabelled = _relabelled(record.entity, references, renamed["Id"], name)
            if relabelled is not record.entity:
                file.store.put(record, relabelled)
    if "FullyQualifiedName" in renamed:
        _carry_to_children(file, entity_type, renamed)


def _carry_to_children(file: CompanyFile, entity_type: str, parent: JsonObject) -> None:
    for record in list(file.store.records(entity_type)):
        child = record.entity
        if child.get("ParentRef", {}).get("value") == parent["Id"]:
            own = child.get("DisplayName") or child["Name"]
            renamed = child | {"FullyQualifiedName": f"{parent['FullyQualifiedName']}:{own}"}
            file.store.put(record, renamed)
            carry_name(file, entity_type, renamed)


def _relabelled(place: JsonObject, references: frozenset[str], entity_id: str, name: str) -> JsonObject:
    """The place itself when it doesn't refer to the entity, else a copy with the new name."""
    changed: JsonObject = {}
    for key, value in place.items():
        if isinstance(value, list):
            parts = [
                _relabelled(each, references, entity_id, name) if isinstance(each, dict) else each for each in value
            ]
            if any(new is not old for new, old in zip(parts, value, strict=True)):
                changed[key] = parts
        elif isinstance(value, dict):
            if key in references and value.get("value") == entity_id:
                if value.get("name", name) != name:
                    changed[key] = {**value, "name": name}
            elif (part := _relabelled(value, references, entity_id, name)) is not value:
                changed[key] = part
    return place | changed if changed else place
