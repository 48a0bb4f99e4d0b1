"""The chart of accounts as reports show it: account types in their sections, sub-accounts below their parents."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.writing import Amounts, Sheet, added, section

ASSET_TYPES: Final = ("Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset")
LIABILITY_TYPES: Final = ("Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability")
BALANCE_SHEET_TYPES: Final = (*ASSET_TYPES, *LIABILITY_TYPES, "Equity")
PROFIT_TYPES: Final = ("Income", "Cost of Goods Sold", "Expense", "Other Income", "Other Expense")
ALL_TYPES: Final = (*BALANCE_SHEET_TYPES, *PROFIT_TYPES)
DEBIT_TYPES: Final = frozenset((*ASSET_TYPES, "Cost of Goods Sold", "Expense", "Other Expense"))
"""Types whose natural balance is a debit."""


@dataclass(frozen=True, slots=True)
class AccountNode:
    """An account with its sub-accounts; `shown_id` is None for a line that stands for no account."""

    account_id: str
    shown_id: str | None
    name: str
    account_type: str
    children: tuple["AccountNode", ...] = ()


def account_types(books: Books) -> dict[str, str]:
    """Account id -> AccountType."""
    types = {account["Id"]: account["AccountType"] for account in books.records("Account")}
    return {node.account_id: node.account_type for node in outside(books)} | types


def outside(books: Books) -> tuple[AccountNode, ...]:
    """The other side of opening entries, when recordings hold no account for it: equity, as QuickBooks does it."""
    against = books.file.opening_against
    if not against or books.file.store.get("Account", against) is not None:
        return ()
    return (AccountNode(against, None, "Opening Balance Equity", "Equity"),)


def tree(books: Books, account_type: str) -> tuple[AccountNode, ...]:
    """The accounts of one type, inactive ones too, by name, sub-accounts below their parent."""
    accounts = {one["Id"]: one for one in books.records("Account") if one["AccountType"] == account_type}
    children: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for account in accounts.values():
        parent = account.get("ParentRef", {}).get("value", "")
        children[parent if parent in accounts else ""].append(account)
    return (*_nodes(children, ""), *(node for node in outside(books) if node.account_type == account_type))


def account_rows(sheet: Sheet, nodes: Iterable[AccountNode], amounts: Mapping[str, Amounts]) -> list[JsonObject]:
    """The rows of accounts that were posted to; a parent with such sub-accounts is a section."""
    rows = []
    for node in nodes:
        below = account_rows(sheet, node.children, amounts)
        own = amounts.get(node.account_id)
        if below:
            header = sheet.heading(node.name, entity_id=node.shown_id, own=own)
            summary = sheet.total(f"Total {node.name}", total_of((node,), amounts, sheet.width))
            rows.append(section(header=header, rows=below, summary=summary))
        elif own is not None:
            rows.append(sheet.row(node.name, own, node.shown_id))
    return rows


def total_of(nodes: Iterable[AccountNode], amounts: Mapping[str, Amounts], width: int) -> Amounts:
    """The sum over accounts and all of their sub-accounts."""
    nothing: Amounts = (None,) * width
    return added(
        (
            vector
            for node in nodes
            for vector in (amounts.get(node.account_id, nothing), total_of(node.children, amounts, width))
        ),
        width,
    )


def has_postings(nodes: Iterable[AccountNode], amounts: Collection[str]) -> bool:
    """Whether any of the accounts or their sub-accounts was posted to."""
    return any(node.account_id in amounts or has_postings(node.children, amounts) for node in nodes)


def _nodes(children: Mapping[str, list[JsonObject]], parent: str) -> tuple[AccountNode, ...]:
    ordered = sorted(children.get(parent, ()), key=lambda one: (one["Name"].lower(), int(one["Id"])))
    return tuple(
        AccountNode(one["Id"], one["Id"], one["Name"], one["AccountType"], _nodes(children, one["Id"]))
        for one in ordered
    )
