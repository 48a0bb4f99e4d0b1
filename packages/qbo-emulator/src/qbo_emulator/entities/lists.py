"""The lists: accounts, customers, vendors, terms and items."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.company_file import SYSTEM_ACCOUNTS, CompanyFile
from qbo_emulator.entities.currency import list_currency
from qbo_emulator.entities.kinds import EntityKind, enumerated, named_reference, required_text
from qbo_emulator.faults import (
    business_rule,
    has_balance,
    invalid_number,
    missing_name,
    not_implemented,
    required_missing,
)
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
_ITEM_TYPES: Final = frozenset({"Service", "NonInventory", "Group", "Category"})
_RANGES_OF_TERM: Final = {
    "DueDays": (0, 999),
    "DiscountDays": (0, 999),
    "DayOfMonthDue": (1, 31),
    "DueNextMonthDays": (0, 999),
    "DiscountDayOfMonth": (0, 31),
    "DiscountPercent": (0, 100),
}
_OPENING_SIGNS: Final = {
    "Bank": 1,
    "Other Current Asset": 1,
    "Fixed Asset": 1,
    "Other Asset": 1,
    "Credit Card": -1,
    "Other Current Liability": -1,
    "Long Term Liability": -1,
    "Equity": -1,
}


def _account(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    name = required_text(body, "Name")
    if ":" in name or '"' in name:
        raise business_rule("The name of an account can't contain a colon or double quotes.")
    account_type = body.get("AccountType")
    if account_type is None:
        raise required_missing("AccountType")
    if body.get("OpeningBalance") and account_type not in _OPENING_SIGNS:
        raise business_rule("This account type doesn't support opening balances.")
    classification, sub_type = _CLASSIFICATION_AND_SUB_TYPE[account_type]
    given = {field: value for field, value in body.items() if field not in ("OpeningBalance", "OpeningBalanceDate")}
    return {
        **given,
        **place_in_tree(file, "Account", body, name),
        "SubAccount": "ParentRef" in body,
        "Active": body.get("Active", True),
        "Classification": classification,
        "AccountSubType": body.get("AccountSubType", sub_type),
        "CurrentBalance": ZERO,
        "CurrentBalanceWithSubAccounts": ZERO,
        "CurrencyRef": list_currency(file, body),
    }


def _opening_balance(
    file: CompanyFile, body: JsonObject, account: JsonObject, at: datetime
) -> Iterator[tuple[str, JsonObject]]:
    """Recorded: the opening balance of a bank account is a deposit from Opening Balance Equity."""
    amount = money(body.get("OpeningBalance") or 0, "OpeningBalance")
    if not amount:
        return
    equity = named_reference(file.system_account("OpeningBalanceEquity", at))
    dated = {"TxnDate": body["OpeningBalanceDate"]} if "OpeningBalanceDate" in body else {}
    note = {**dated, "PrivateNote": "Opening Balance", "CurrencyRef": {"value": account["CurrencyRef"]["value"]}}
    own = {"value": account["Id"]}
    if account["AccountType"] == "Bank" and amount > 0:
        line = {"Amount": amount, "DetailType": "DepositLineDetail", "DepositLineDetail": {"AccountRef": equity}}
        yield "Deposit", {**note, "DepositToAccountRef": own, "Line": [line]}
        return
    debit = amount * _OPENING_SIGNS[account["AccountType"]] > 0
    sides = (("Debit", own), ("Credit", equity)) if debit else (("Debit", equity), ("Credit", own))
    details = [{"PostingType": side, "AccountRef": reference} for side, reference in sides]
    kind = "JournalEntryLineDetail"
    lines = [{"Amount": abs(amount), "DetailType": kind, kind: detail} for detail in details]
    yield "JournalEntry", {**note, "Line": lines}


def _account_guard(_file: CompanyFile, before: JsonObject, after: JsonObject | None) -> None:
    if after is None:
        return
    if before["AccountType"] != after["AccountType"] and before["CurrentBalance"]:
        raise business_rule("The type of an account that has a balance can't be changed.")
    if before["Active"] and not after["Active"]:
        if before["CurrentBalanceWithSubAccounts"] or before["CurrentBalance"]:
            raise has_balance("Account")
        if before["AccountSubType"] in SYSTEM_ACCOUNTS:
            raise business_rule(f"{before['Name']} is an account that QuickBooks needs; it can't be made inactive.")


def _customer_guard(_file: CompanyFile, before: JsonObject, after: JsonObject | None) -> None:
    # Live: a customer with a balance stays active. Nothing is known of vendors.
    if after is not None and before["Active"] and not after["Active"] and before["BalanceWithJobs"]:
        raise has_balance("Customer")


def _customer(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    entity = _named(file, body)
    if "SalesTermRef" in body:
        file.resolve("Term", body["SalesTermRef"], "SalesTermRef")
    entity.update(place_in_tree(file, "Customer", body, entity["DisplayName"]))
    entity.setdefault("Taxable", True)
    entity["Job"] = "ParentRef" in body
    entity.setdefault("BillWithParent", False)
    entity["Balance"] = entity["BalanceWithJobs"] = ZERO
    entity.setdefault("PreferredDeliveryMethod", "Print")
    entity.setdefault("IsProject", False)
    tax = file.preferences.get("TaxPrefs", {})
    if tax.get("UsingSalesTax") and "TaxGroupCodeRef" in tax:
        # Recorded: a company that collects sales tax gives its tax code to each customer.
        entity.setdefault("DefaultTaxCodeRef", tax["TaxGroupCodeRef"])
    return entity


def _vendor(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    entity = _named(file, body)
    if "TermRef" in body:
        file.resolve("Term", body["TermRef"], "TermRef")
    entity["Balance"] = ZERO
    entity.setdefault("Vendor1099", False)
    return entity


def _named(file: CompanyFile, body: JsonObject) -> JsonObject:
    person = " ".join(
        str(body[part]) for part in ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix") if part in body
    )
    display_name = body.get("DisplayName") or person
    if not display_name.strip():
        raise missing_name()
    if ":" in display_name:
        raise business_rule("The name can't contain a colon.")
    entity = _with_address_ids(file, body)
    entity["DisplayName"] = display_name
    entity.setdefault("PrintOnCheckName", body.get("CompanyName") or person or display_name)
    entity.setdefault("Active", True)
    entity["CurrencyRef"] = list_currency(file, body)
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
    required_text(body, "Name")
    standard = "DueDays" in body
    if not standard and "DayOfMonthDue" not in body:
        raise required_missing("DueDays")
    entity = dict(body)
    for field, (least, most) in _RANGES_OF_TERM.items():
        if not least <= body.get(field, least) <= most:
            raise invalid_number(field, body[field])
    entity["Type"] = "STANDARD" if standard else "DATE_DRIVEN"
    entity.setdefault("Active", True)
    entity.setdefault("DiscountPercent", ZERO)
    if standard:
        entity.setdefault("DiscountDays", 0)
    return entity


def _item(file: CompanyFile, body: JsonObject, _at: datetime) -> JsonObject:
    name = required_text(body, "Name")
    item_type = body.get("Type", "Service")
    if item_type == "Inventory":
        raise not_implemented("stock (items of type Inventory)")
    entity = {**body, **place_in_tree(file, "Item", body, name)}
    entity["Type"] = enumerated(item_type, _ITEM_TYPES, "Type")
    entity.setdefault("Active", True)
    if item_type == "Category":
        return entity
    if item_type == "Group":
        return entity | _group(file, body)
    for field in ("IncomeAccountRef", "ExpenseAccountRef"):
        if field in body:
            entity[field] = file.account(body[field], field)[1]
    if "IncomeAccountRef" not in body and "ExpenseAccountRef" not in body:
        raise required_missing("IncomeAccountRef")
    entity.setdefault("Taxable", False)
    entity.setdefault("UnitPrice", ZERO)
    entity.setdefault("PurchaseCost", ZERO)
    entity["TrackQtyOnHand"] = False
    entity.setdefault("DeferredRevenue", False)
    return entity


def _group(file: CompanyFile, body: JsonObject) -> JsonObject:
    components = body.get("ItemGroupDetail", {}).get("ItemGroupLine")
    if not components:
        raise required_missing("ItemGroupDetail.ItemGroupLine")
    written = []
    for component in components:
        item = file.resolve("Item", component.get("ItemRef"), "ItemGroupLine.ItemRef")
        if item["Type"] not in ("Service", "NonInventory"):
            raise business_rule(f"{item['Name']} can't be part of a group.")
        reference = {"value": item["Id"], "name": item["FullyQualifiedName"], "type": item["Type"]}
        written.append({"ItemRef": reference} | ({"Qty": component["Qty"]} if "Qty" in component else {}))
    return {"ItemGroupDetail": {"ItemGroupLine": written}, "PrintGroupedItems": body.get("PrintGroupedItems", False)}


def place_in_tree(file: CompanyFile, entity_type: str, body: JsonObject, name: str) -> JsonObject:
    """FullyQualifiedName, and for what stands below another ParentRef and Level."""
    parent_ref = body.get("ParentRef")
    if parent_ref is None:
        return {"FullyQualifiedName": name}
    parent = file.resolve(entity_type, parent_ref, "ParentRef")
    place: JsonObject = {
        "ParentRef": {"value": parent["Id"]},
        "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{name}",
    }
    if entity_type in ("Customer", "Item"):
        place["Level"] = parent.get("Level", 0) + 1
    return place


LISTS: Final = (
    EntityKind(
        "Account",
        "Account",
        _account,
        order_by="Name",
        name_space="Account",
        guard=_account_guard,
        afterwards=_opening_balance,
        keeps=("CurrentBalance", "CurrentBalanceWithSubAccounts"),
    ),
    EntityKind(
        "Customer",
        "Name",
        _customer,
        order_by="FullyQualifiedName",
        name_space="Name",
        guard=_customer_guard,
        keeps=("V4IDPseudonym", "Balance", "BalanceWithJobs", "CurrencyRef"),
    ),
    EntityKind(
        "Vendor",
        "Name",
        _vendor,
        order_by="DisplayName",
        name_space="Name",
        keeps=("V4IDPseudonym", "Balance", "CurrencyRef"),
    ),
    EntityKind("Term", "Term", _term, order_by="Name", name_space="Term"),
    EntityKind("Item", "Item", _item, order_by="FullyQualifiedName", name_space="Item"),
)
