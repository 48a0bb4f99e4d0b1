"""A company file: entities, ledger and the look-ups that every entity type needs to be validated and posted."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO
from qbo_emulator.faults import invalid_reference, object_not_found, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting
from qbo_emulator.store import Record, Store
from qbo_emulator.wire import metadata_time

RECEIVABLE: Final = "Accounts Receivable"
PAYABLE: Final = "Accounts Payable"
_BALANCE_SHEET: Final = frozenset({"Asset", "Liability", "Equity"})
_CURRENCY_NAMES: Final = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "AUD": "Australian Dollar",
}
_LIST_NAMES: Final = {
    "Account": "Accounts",
    "Customer": "Names",
    "Vendor": "Names",
    "Term": "Terms",
    "Item": "Items",
}
_SYSTEM_ACCOUNTS: Final = {
    "AccountsReceivable": ("Accounts Receivable (A/R)", RECEIVABLE, "Asset"),
    "AccountsPayable": ("Accounts Payable (A/P)", PAYABLE, "Liability"),
    "UndepositedFunds": ("Undeposited Funds", "Other Current Asset", "Asset"),
}


class CompanyFile:
    """What one company has: its records, its ledger, and indexes over both."""

    def __init__(self, realm_id: str, currency: str) -> None:
        self.realm_id = realm_id
        self.store = Store()
        self.ledger = Ledger()
        self.currency_ref = {"value": currency, "name": _CURRENCY_NAMES.get(currency, currency)}
        self.user_id = f"{int(realm_id) + 32}"
        self.names: dict[tuple[str, str], str] = {}
        """(name space, lower-case name) -> id, for duplicate names."""
        self.document_numbers: dict[tuple[str, str], tuple[str, str]] = {}
        """(series, DocNumber) -> (type, id), for duplicate numbers."""
        self._last_document_number = 1000
        self._system_accounts: dict[str, str] = {}

    def resolve(self, entity_type: str, reference: object, element: str) -> JsonObject:
        """The entity that a `{"value": id}` reference names.

        Fault 2020 when the reference is absent, 2500 when it names nothing, 610 when it names what is inactive.
        """
        if not isinstance(reference, dict) or "value" not in reference:
            raise required_missing(element)
        record = self.store.get(entity_type, str(reference["value"]))
        if record is None:
            raise invalid_reference(_LIST_NAMES.get(entity_type, entity_type), str(reference["value"]))
        if record.entity.get("Active") is False:
            raise object_not_found()
        return record.entity

    def account(self, reference: object, element: str) -> tuple[JsonObject, JsonObject]:
        """The account that a reference names, and the reference as QuickBooks writes it back."""
        account = self.resolve("Account", reference, element)
        return account, {"value": account["Id"], "name": account["FullyQualifiedName"]}

    def system_account(self, sub_type: str, at: datetime) -> JsonObject:
        """The account that QuickBooks keeps for a purpose; it makes one the first time it needs one."""
        known = self._system_accounts.get(sub_type)
        if known is None:
            known = self._find_account(sub_type) or self._open_account(sub_type, at)
            self._system_accounts[sub_type] = known
        record = self.store.get("Account", known)
        assert record is not None, f"system account {known} was stored"  # noqa: S101 - our own invariant
        return record.entity

    def next_document_number(self) -> str:
        """The number after the highest one that a sales document ever had."""
        return str(self._last_document_number + 1)

    def note_document_number(self, series: str, number: str, entity_type: str, entity_id: str) -> None:
        """Remember who has a number, and that later ones come after it."""
        self.document_numbers.setdefault((series, number), (entity_type, entity_id))
        if number.isdecimal() and len(number) < 10:
            self._last_document_number = max(self._last_document_number, int(number))

    def post(self, transaction: LedgerTransaction, at: datetime) -> None:
        """Post a transaction and carry the balances over to accounts, customers and vendors."""
        self.ledger.post(transaction)
        for posting in transaction.postings:
            self._reflect(posting, 1, at)

    def unpost(self, txn_id: str, at: datetime) -> None:
        """Take a transaction out of the ledger and out of the balances."""
        transaction = self.ledger.remove(txn_id)
        for posting in transaction.postings if transaction else ():
            self._reflect(posting, -1, at)

    def _reflect(self, posting: Posting, sign: int, at: datetime) -> None:
        amount = posting.amount * sign
        record = self.store.get("Account", posting.account_id)
        if record is None or not amount:
            return
        account = record.entity
        if shows_balance(account):
            account["CurrentBalance"] += amount
            record.touched(at, new_version=False)
            self._raise_through_parents("Account", record, "CurrentBalanceWithSubAccounts", amount, at)
        if posting.name_id is not None:
            self._reflect_name(account["AccountType"], posting.name_id, amount, at)

    def _reflect_name(self, account_type: str, name_id: str, amount: Decimal, at: datetime) -> None:
        if account_type == RECEIVABLE and (customer := self.store.get("Customer", name_id)):
            customer.entity["Balance"] += amount
            customer.touched(at, new_version=False)
            self._raise_through_parents("Customer", customer, "BalanceWithJobs", amount, at)
        elif account_type == PAYABLE and (vendor := self.store.get("Vendor", name_id)):
            vendor.entity["Balance"] -= amount
            vendor.touched(at, new_version=False)

    def _raise_through_parents(
        self, entity_type: str, record: Record, field: str, amount: Decimal, at: datetime
    ) -> None:
        current: Record | None = record
        while current is not None:
            current.entity[field] += amount
            current.touched(at, new_version=False)
            parent = current.entity.get("ParentRef")
            current = self.store.get(entity_type, parent["value"]) if parent else None

    def _find_account(self, sub_type: str) -> str | None:
        for record in self.store.records("Account"):
            if record.entity["AccountSubType"] == sub_type and record.entity["Active"]:
                return str(record.entity["Id"])
        return None

    def _open_account(self, sub_type: str, at: datetime) -> str:
        name, account_type, classification = _SYSTEM_ACCOUNTS[sub_type]
        account_id = self.store.next_id("Account")
        time = metadata_time(at)
        account: JsonObject = {
            "Name": name,
            "SubAccount": False,
            "FullyQualifiedName": name,
            "Active": True,
            "Classification": classification,
            "AccountType": account_type,
            "AccountSubType": sub_type,
            "CurrentBalance": ZERO,
            "CurrentBalanceWithSubAccounts": ZERO,
            "CurrencyRef": self.currency_ref,
            "domain": "QBO",
            "sparse": False,
            "Id": account_id,
            "SyncToken": "0",
            "MetaData": {"CreateTime": time, "LastUpdatedTime": time},
        }
        self.store.add("Account", "Account", Record(account, at, at))
        self.names["Account", name.lower()] = account_id
        return account_id


def shows_balance(account: JsonObject) -> bool:
    """Whether CurrentBalance follows the ledger: income, expense and retained earnings always show 0."""
    return account["Classification"] in _BALANCE_SHEET and account["AccountSubType"] != "RetainedEarnings"
