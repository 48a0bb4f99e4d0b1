"""The sample company's lists put into new books under the ids that the sandbox shows."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company import chart
from qbo_emulator.scenarios.sample.lists import ACCOUNTS, CUSTOMERS, ITEMS, TERMS, VENDORS, SampleItem, SampleName
from qbo_emulator.wire import metadata_time

_CLASSES = {
    "Asset": ("Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset"),
    "Liability": ("Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability"),
    "Equity": ("Equity",),
    "Revenue": ("Income", "Other Income"),
    "Expense": ("Cost of Goods Sold", "Expense", "Other Expense"),
}
_CLASS_OF = {account_type: name for name, types in _CLASSES.items() for account_type in types}
_DOLLAR = {"value": "USD", "name": "United States Dollar"}
_PLAYED_BY: dict[str, int] = {
    chart.CHECKING: 35,
    chart.SAVINGS: 36,
    chart.CARD: 41,
    chart.CREDIT_LINE: 43,
    chart.TERM_LOAN: 44,
    chart.UNDEPOSITED: 4,
    chart.RECEIVABLE: 84,
    chart.PAYABLE: 33,
    chart.OPENING_EQUITY: 34,
    chart.OWNER_DRAWS: 34,
    chart.OWNER_INVESTMENT: 34,
    chart.INTEREST_EARNED: 25,
    chart.INTEREST_PAID: 8,
    chart.BANK_CHARGES: 8,
    chart.UNCATEGORIZED: 31,
    chart.OFFICE_SUPPLIES: 15,
    chart.EQUIPMENT: 38,
}
"""Which of the sandbox's accounts stands in for an account that every company's plan speaks of."""


def adopt_lists(books: Books, at: datetime) -> dict[str, str]:
    """Put accounts, terms, items, customers and vendors into the books; return their ids by the bookkeeper's keys."""
    full_names = _full_names()
    for account in ACCOUNTS:
        books.adopt("Account", {**_account(account.id, full_names), **_identity(account.id, at)})
    for term_id, name, due_days in TERMS:
        term = {"Name": name, "Active": True, "Type": "STANDARD", "DiscountPercent": Decimal(0)}
        books.adopt("Term", {**term, "DueDays": due_days, "DiscountDays": 0, **_identity(term_id, at)})
    for item in ITEMS:
        books.adopt("Item", {**_item(item, full_names, at), **_identity(item.id, at)})
    for customer in CUSTOMERS:
        books.adopt("Customer", {**_customer(customer), **_identity(customer.id, at)})
    for vendor in VENDORS:
        books.adopt("Vendor", {**_vendor(vendor), **_identity(vendor.id, at)})
    return dict(_keys(full_names))


def _keys(full_names: dict[int, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"account/{name}", str(account_id)) for account_id, name in full_names.items())
    yield from ((f"account/{name}", str(account_id)) for name, account_id in _PLAYED_BY.items())
    yield from ((f"term/{name}", str(term_id)) for term_id, name, _ in TERMS)
    yield from ((f"item/{item.name}", str(item.id)) for item in ITEMS)
    yield from ((f"customer/{customer.name}", str(customer.id)) for customer in CUSTOMERS)
    yield from ((f"vendor/{vendor.name}", str(vendor.id)) for vendor in VENDORS)


def _full_names() -> dict[int, str]:
    names: dict[int, str] = {}
    for account in ACCOUNTS:
        # A parent always has the lower id.
        names[account.id] = f"{names[account.parent]}:{account.name}" if account.parent else account.name
    return names


def _identity(entity_id: int, at: datetime) -> JsonObject:
    time = metadata_time(at)
    metadata = {"CreateTime": time, "LastUpdatedTime": time}
    return {"domain": "QBO", "sparse": False, "Id": str(entity_id), "SyncToken": "0", "MetaData": metadata}


def _account(account_id: int, full_names: dict[int, str]) -> JsonObject:
    account = next(one for one in ACCOUNTS if one.id == account_id)
    parent = {"ParentRef": {"value": str(account.parent)}} if account.parent else {}
    return {
        "Name": account.name,
        "SubAccount": account.parent is not None,
        **parent,
        "FullyQualifiedName": full_names[account_id],
        "Active": True,
        "Classification": _CLASS_OF[account.account_type],
        "AccountType": account.account_type,
        "AccountSubType": account.subtype,
        "CurrentBalance": Decimal(0),
        "CurrentBalanceWithSubAccounts": Decimal(0),
        "CurrencyRef": _DOLLAR,
    }


def _item(item: SampleItem, full_names: dict[int, str], at: datetime) -> JsonObject:
    stock = item.quantity is not None
    entity: JsonObject = {
        "Name": item.name,
        "Active": True,
        "FullyQualifiedName": item.name,
        "Taxable": item.taxable,
        "UnitPrice": Decimal(item.price),
        "Type": "Inventory" if stock else "Service",
        "IncomeAccountRef": _named(item.income, full_names),
        "PurchaseCost": Decimal(item.cost),
        "TrackQtyOnHand": stock,
    }
    if item.description:
        entity["Description"] = item.description
    if item.expense is not None:
        entity["ExpenseAccountRef"] = _named(item.expense, full_names)
    if stock:
        entity |= {"AssetAccountRef": _named(81, full_names), "QtyOnHand": item.quantity}
        entity |= {"PurchaseDesc": item.description, "InvStartDate": at.date().isoformat()}
    return entity


def _named(account_id: int, full_names: dict[int, str]) -> JsonObject:
    return {"value": str(account_id), "name": full_names[account_id]}


def _customer(customer: SampleName) -> JsonObject:
    parent = next((one for one in CUSTOMERS if one.id == customer.parent), None)
    placed = {"ParentRef": {"value": str(parent.id)}, "Level": 1} if parent else {}
    return {
        **_name(customer),
        "FullyQualifiedName": f"{parent.name}:{customer.name}" if parent else customer.name,
        **placed,
        "Job": parent is not None,
        "Taxable": False,
        "BillWithParent": False,
        "Balance": Decimal(0),
        "BalanceWithJobs": Decimal(0),
        "PreferredDeliveryMethod": "Print",
        "IsProject": False,
    }


def _vendor(vendor: SampleName) -> JsonObject:
    return {**_name(vendor), "Balance": Decimal(0), "Vendor1099": False}


def _name(one: SampleName) -> JsonObject:
    given, _, family = one.name.partition(" ")
    person = {"CompanyName": one.name} if one.company else {"GivenName": given, "FamilyName": family}
    address = {"BillAddr": {"Id": str(one.id), "City": one.city}} if one.city else {}
    return {
        "DisplayName": one.name,
        **person,
        **address,
        "PrintOnCheckName": one.name,
        "Active": True,
        "CurrencyRef": _DOLLAR,
    }
