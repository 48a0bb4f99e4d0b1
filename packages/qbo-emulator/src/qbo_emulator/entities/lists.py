"""The lists: accounts, customers, vendors, terms and items."""

import hashlib
from datetime import datetime
from typing import Final

from qbo_emulator.amounts import ZERO, shortest
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import EntityKind, checked_lengths, enumerated
from qbo_emulator.faults import business_rule, invalid_enumeration, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject

_CLASSIFICATION_AND_SUB_TYPE: Final = {
    "Bank": ("Asset", "CashOnHand"),
    "Accounts Receivable": ("Asset", "AccountsReceivable"),
    "Other Current Asset": ("Asset", "OtherCurrentAssets"),
    "Fixed Asset": ("Asset", "OtherFixedAssets"),
    "Other Asset": ("Asset", "OtherLongTermAssets"),
    "Accounts Payable": ("Liability", "AccountsPayable"),
    "Credit Card": ("Liability", "CreditCard"),
    "Other Current Liability": ("Liability", "OtherCurrentLiabilities"),
    "Long Term Liability": ("Liability", "OtherLongTermLiabilities"),
    "Equity": ("Equity", "OpeningBalanceEquity"),
    "Income": ("Revenue", "ServiceFeeIncome"),
    "Other Income": ("Revenue", "OtherMiscellaneousIncome"),
    "Cost of Goods Sold": ("Expense", "SuppliesMaterialsCogs"),
    "Expense": ("Expense", "OtherMiscellaneousServiceCost"),
    "Other Expense": ("Expense", "OtherMiscellaneousExpense"),
}
_ITEM_TYPES: Final = frozenset({"Service", "NonInventory"})
_STOCK_ITEM_TYPES: Final = frozenset({"Inventory", "Group", "Category", "Bundle"})
_NUMBERS_OF_TERM: Final = (
    "DueDays",
    "DiscountDays",
    "DayOfMonthDue",
    "DueNextMonthDays",
    "DiscountDayOfMonth",
)


def _account(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    checked_lengths(body)
    name = _required_text(body, "Name")
    if ":" in name or '"' in name:
        raise business_rule("The name of an account can't contain a colon or double quotes.")
    if body.get("OpeningBalance"):
        raise not_implemented("Account.OpeningBalance (post the opening balance with a JournalEntry)")
    account_type = body.get("AccountType")
    if account_type is None:
        raise required_missing("AccountType")
    if account_type not in _CLASSIFICATION_AND_SUB_TYPE:
        raise invalid_enumeration("AccountType", account_type)
    classification, sub_type = _CLASSIFICATION_AND_SUB_TYPE[account_type]
    return {
        **body,
        **_place_in_tree(file, "Account", body, name),
        "SubAccount": "ParentRef" in body,
        "Active": body.get("Active", True),
        "Classification": classification,
        "AccountSubType": body.get("AccountSubType", sub_type),
        "CurrentBalance": ZERO,
        "CurrentBalanceWithSubAccounts": ZERO,
        "CurrencyRef": file.currency_ref,
    }


def _customer(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    entity = _named(file, body)
    if "SalesTermRef" in body:
        file.resolve("Term", body["SalesTermRef"], "SalesTermRef")
    entity.update(_place_in_tree(file, "Customer", body, entity["DisplayName"]))
    entity.setdefault("Taxable", True)
    entity["Job"] = "ParentRef" in body
    entity.setdefault("BillWithParent", False)
    entity["Balance"] = entity["BalanceWithJobs"] = ZERO
    entity.setdefault("PreferredDeliveryMethod", "Print")
    entity.setdefault("IsProject", False)
    return entity


def _vendor(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    entity = _named(file, body)
    if "TermRef" in body:
        file.resolve("Term", body["TermRef"], "TermRef")
    entity["Balance"] = ZERO
    entity.setdefault("Vendor1099", False)
    return entity


def _named(file: CompanyFile, body: JsonObject) -> JsonObject:
    checked_lengths(body)
    person = " ".join(
        str(body[part]) for part in ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix") if part in body
    )
    display_name = body.get("DisplayName") or person
    if not display_name:
        raise required_missing("DisplayName")
    entity = _with_address_ids(file, body)
    entity["DisplayName"] = display_name
    entity.setdefault("PrintOnCheckName", body.get("CompanyName") or person or display_name)
    entity.setdefault("Active", True)
    entity["CurrencyRef"] = file.currency_ref
    identity = f"{file.realm_id}:{display_name}".encode()
    entity.setdefault("V4IDPseudonym", "002098" + hashlib.sha256(identity).hexdigest()[:32])
    return entity


def _with_address_ids(file: CompanyFile, body: JsonObject) -> JsonObject:
    entity = dict(body)
    for field in ("BillAddr", "ShipAddr"):
        address = body.get(field)
        if isinstance(address, dict) and "Id" not in address:
            entity[field] = {"Id": file.store.next_id("Address"), **address}
    return entity


def _term(_file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    checked_lengths(body)
    _required_text(body, "Name")
    standard = "DueDays" in body
    if not standard and "DayOfMonthDue" not in body:
        raise required_missing("DueDays")
    entity = dict(body)
    for field in _NUMBERS_OF_TERM:
        if field in body:
            entity[field] = int(shortest(body[field], field))
    entity["Type"] = "STANDARD" if standard else "DATE_DRIVEN"
    entity.setdefault("Active", True)
    entity.setdefault("DiscountPercent", ZERO)
    if standard:
        entity.setdefault("DiscountDays", 0)
    return entity


def _item(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    checked_lengths(body)
    name = _required_text(body, "Name")
    item_type = body.get("Type", "Service")
    if item_type in _STOCK_ITEM_TYPES:
        raise not_implemented(f"items of type {item_type}")
    entity = {**body, **_place_in_tree(file, "Item", body, name)}
    entity["Type"] = enumerated(item_type, _ITEM_TYPES, "Type")
    for field in ("IncomeAccountRef", "ExpenseAccountRef"):
        if field in body:
            entity[field] = file.account(body[field], field)[1]
    if "IncomeAccountRef" not in body and "ExpenseAccountRef" not in body:
        raise required_missing("IncomeAccountRef")
    entity.setdefault("Active", True)
    entity.setdefault("Taxable", False)
    entity.setdefault("UnitPrice", ZERO)
    entity.setdefault("PurchaseCost", ZERO)
    entity["TrackQtyOnHand"] = False
    entity.setdefault("DeferredRevenue", False)
    return entity


def _place_in_tree(file: CompanyFile, entity_type: str, body: JsonObject, name: str) -> JsonObject:
    parent_ref = body.get("ParentRef")
    if parent_ref is None:
        return {"FullyQualifiedName": name}
    parent = file.resolve(entity_type, parent_ref, "ParentRef")
    place: JsonObject = {
        "ParentRef": {"value": parent["Id"]},
        "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{name}",
    }
    if entity_type != "Account":
        place["Level"] = parent.get("Level", 0) + 1
    return place


def _required_text(body: JsonObject, field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value.strip():
        raise required_missing(field)
    return value


LISTS: Final = (
    EntityKind("Account", "Account", _account, order_by="Name", name_space="Account"),
    EntityKind("Customer", "Name", _customer, order_by="FullyQualifiedName", name_space="Name"),
    EntityKind("Vendor", "Name", _vendor, order_by="DisplayName", name_space="Name"),
    EntityKind("Term", "Term", _term, order_by="Name", name_space="Term"),
    EntityKind("Item", "Item", _item, order_by="FullyQualifiedName", name_space="Item"),
)
