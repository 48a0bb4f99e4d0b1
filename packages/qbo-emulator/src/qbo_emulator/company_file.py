"""A company file: entities, ledger and the look-ups that every entity type needs to be validated and posted."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO
from qbo_emulator.applications import Applications, Key
from qbo_emulator.faults import invalid_reference, object_not_found, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger, LedgerTransaction, Posting
from qbo_emulator.store import Record, Store
from qbo_emulator.undo import Undo
from qbo_emulator.wire import metadata_time

RECEIVABLE: Final = "Accounts Receivable"
PAYABLE: Final = "Accounts Payable"
_BALANCE_SHEET: Final = frozenset({"Asset", "Liability", "Equity"})
CURRENCY_NAMES: Final = {
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan",
    "DKK": "Danish Krone",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "HKD": "Hong Kong Dollar",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
    "NOK": "Norwegian Krone",
    "NZD": "New Zealand Dollar",
    "PLN": "Polish Zloty",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "USD": "United States Dollar",
    "ZAR": "South African Rand",
}
"""Currency code -> its name in QuickBooks."""
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
    "OpeningBalanceEquity": ("Opening Balance Equity", "Equity", "Equity"),
    "SalesTaxPayable": ("Sales Tax Payable", "Other Current Liability", "Liability"),
    "DiscountsRefundsGiven": ("Discounts given", "Income", "Revenue"),
}
SYSTEM_ACCOUNTS: Final = frozenset(_SYSTEM_ACCOUNTS)
"""The sub-types of accounts that QuickBooks keeps for its own purposes and makes when it needs them."""


class CompanyFile:
    """What one company has: its records, its ledger, and indexes over both."""

    def __init__(self, realm_id: str, currency: str) -> None:
        self.realm_id = realm_id
        self.undo = Undo()
        self.store = Store(self.undo)
        self.ledger = Ledger(self.undo)
        self.applications = Applications(self.undo)
        self.currency_ref = {"value": currency, "name": CURRENCY_NAMES.get(currency, currency)}
        self.user_id = f"{int(realm_id) + 32}"
        self.reopened: dict[Key, Decimal] = {}
        """What the transaction that is being changed is applied to so far: open again while it is changed."""
        self.opening_against = ""
        """The account on the other side of opening entries, and their day: for books from recordings."""
        self.opening_day = ""
        self._names: dict[tuple[str, str], str] = {}
        self._document_numbers: dict[tuple[str, str], Key] = {}
        self._last_document_numbers: dict[str, int] = {}
        self._system_accounts: dict[tuple[str, str], str] = {}

    @property
    def preferences(self) -> JsonObject:
        """Preferences as they are now."""
        return self.require("Preferences", "1").entity

    @property
    def is_multi_currency(self) -> bool:
        """Whether documents can be in other currencies than the home currency."""
        return bool(self.preferences.get("CurrencyPrefs", {}).get("MultiCurrencyEnabled"))

    def require(self, entity_type: str, entity_id: str) -> Record:
        """The record of something that is known to exist."""
        record = self.store.get(entity_type, entity_id)
        assert record is not None, f"{entity_type} {entity_id} was stored"  # noqa: S101 - our own invariant
        return record

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

    def system_account(self, sub_type: str, at: datetime, currency_ref: JsonObject | None = None) -> JsonObject:
        """The account that QuickBooks keeps for a purpose and currency; it makes one when it first needs one."""
        currency = (currency_ref or self.currency_ref)["value"]
        known = self._system_accounts.get((sub_type, currency))
        if known is None or self.store.get("Account", known) is None:
            known = self._find_account(sub_type, currency) or self._open_account(
                sub_type, at, currency_ref or self.currency_ref
            )
            self._system_accounts[sub_type, currency] = known
        return self.require("Account", known).entity

    def next_document_number(self, series: str) -> str:
        """The number after the highest one that a document of this series ever had."""
        return str(self._last_document_numbers.get(series, 1000) + 1)

    def holder_of_number(self, series: str, number: str) -> Key | None:
        """Which document of a series has a number."""
        return self._document_numbers.get((series, number))

    def take_number(self, series: str, number: str, holder: Key) -> None:
        """Remember who has a number, and that later ones come after it."""
        key = (series, number)
        if key not in self._document_numbers:
            self.undo.note(lambda: self._document_numbers.pop(key, None))
            self._document_numbers[key] = holder
        last = self._last_document_numbers.get(series, 1000)
        if number.isdecimal() and last < int(number[:10]) and len(number) < 10:
            self.undo.note(lambda: self._last_document_numbers.__setitem__(series, last))
            self._last_document_numbers[series] = int(number)

    def free_number(self, series: str, number: str, holder: Key) -> None:
        """A document doesn't have a number any more."""
        key = (series, number)
        if self._document_numbers.get(key) == holder:
            self.undo.note(lambda: self._document_numbers.__setitem__(key, holder))
            del self._document_numbers[key]

    def holder_of_name(self, space: str, name: str) -> str | None:
        """The id of what has a name (any case) in a name space."""
        return self._names.get((space, name))

    def take_name(self, space: str, name: str, holder: str) -> None:
        """Remember who has a name."""
        before = self._names.get((space, name))
        self.undo.note(lambda: self._set_name((space, name), before))
        self._names[space, name] = holder

    def free_name(self, space: str, name: str) -> None:
        """Nobody has a name any more."""
        before = self._names.pop((space, name), None)
        self.undo.note(lambda: self._set_name((space, name), before))

    def _set_name(self, key: tuple[str, str], holder: str | None) -> None:
        if holder is None:
            self._names.pop(key, None)
        else:
            self._names[key] = holder

    def open_balance(self, entity_type: str, document: JsonObject) -> Decimal:
        """What can still be applied to a document, by the transaction that is being entered or changed."""
        return Decimal(document["Balance"]) + self.reopened.get((entity_type, document["Id"]), ZERO)

    def post(self, transaction: LedgerTransaction, at: datetime) -> None:
        """Post a transaction, in the place of the one of its id, and carry the balances over to whom it concerns."""
        if transaction.txn_id in self.ledger:
            before = self.ledger.replace(transaction)
            self._reflect([*transaction.postings, *(_reversed(posting) for posting in before.postings)], at)
        else:
            self.ledger.post(transaction)
            self._reflect(transaction.postings, at)

    def unpost(self, txn_id: str, at: datetime) -> None:
        """Take a transaction out of the ledger and out of the balances."""
        transaction = self.ledger.remove(txn_id)
        if transaction is not None:
            self._reflect([_reversed(posting) for posting in transaction.postings], at)

    def raise_parents(self, entity_type: str, entity: JsonObject, field: str, amount: Decimal, at: datetime) -> None:
        """Add an amount to a property of everything that an entity stands below."""
        seen = {entity["Id"]}
        parent = entity.get("ParentRef")
        while parent and parent["value"] not in seen:
            above = self.store.get(entity_type, parent["value"])
            if above is None:
                return
            seen.add(above.entity_id)
            self._raise(above, (field,), amount, at)
            parent = above.entity.get("ParentRef")

    def _reflect(self, postings: Iterable[Posting], at: datetime) -> None:
        accounts: dict[str, Decimal] = {}
        names: dict[tuple[str, str], Decimal] = {}
        for posting in postings:
            record = self.store.get("Account", posting.account_id)
            if record is None:
                continue
            account = record.entity
            in_currency = posting.amount if posting.currency_amount is None else posting.currency_amount
            amount = in_currency if self._is_foreign(account) else posting.amount
            accounts[posting.account_id] = accounts.get(posting.account_id, ZERO) + amount
            if posting.name_id is not None:
                key = (account["AccountType"], posting.name_id)
                names[key] = names.get(key, ZERO) + in_currency
        for account_id, amount in accounts.items():
            self._reflect_account(account_id, amount, at)
        for (account_type, name_id), amount in names.items():
            self._reflect_name(account_type, name_id, amount, at)

    def _reflect_account(self, account_id: str, amount: Decimal, at: datetime) -> None:
        record = self.require("Account", account_id)
        if amount and shows_balance(record.entity):
            fields = ("CurrentBalance", "CurrentBalanceWithSubAccounts")
            self._raise(record, fields, amount, at)
            self.raise_parents("Account", record.entity, fields[1], amount, at)

    def _reflect_name(self, account_type: str, name_id: str, amount: Decimal, at: datetime) -> None:
        if not amount:
            return
        if account_type == RECEIVABLE and (customer := self.store.get("Customer", name_id)):
            self._raise(customer, ("Balance", "BalanceWithJobs"), amount, at)
            self.raise_parents("Customer", customer.entity, "BalanceWithJobs", amount, at)
        elif account_type == PAYABLE and (vendor := self.store.get("Vendor", name_id)):
            self._raise(vendor, ("Balance",), -amount, at)

    def _raise(self, record: Record, fields: tuple[str, ...], amount: Decimal, at: datetime) -> None:
        entity = record.entity.copy()
        for field in fields:
            entity[field] = entity.get(field, ZERO) + amount
        self.store.put(record, entity, at)

    def _is_foreign(self, account: JsonObject) -> bool:
        currency = account.get("CurrencyRef")
        return currency is not None and currency["value"] != self.currency_ref["value"]

    def _find_account(self, sub_type: str, currency: str) -> str | None:
        for record in self.store.records("Account"):
            account = record.entity
            in_currency = account.get("CurrencyRef", self.currency_ref)["value"] == currency
            if account["AccountSubType"] == sub_type and account["Active"] and in_currency:
                return record.entity_id
        return None

    def _open_account(self, sub_type: str, at: datetime, currency_ref: JsonObject) -> str:
        name, account_type, classification = _SYSTEM_ACCOUNTS[sub_type]
        if currency_ref["value"] != self.currency_ref["value"]:
            # Recorded: Accounts Payable (A/P) - GBP.
            name = f"{name} - {currency_ref['value']}"
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
            "CurrencyRef": currency_ref,
            "domain": "QBO",
            "sparse": False,
            "Id": account_id,
            "SyncToken": "0",
            "MetaData": {"CreateTime": time, "LastUpdatedTime": time},
        }
        self.store.add("Account", "Account", Record(account, account_id, at, at))
        self.take_name("Account", name.lower(), account_id)
        return account_id


def shows_balance(account: JsonObject) -> bool:
    """Whether CurrentBalance follows the ledger: income, expense and retained earnings always show 0."""
    return account["Classification"] in _BALANCE_SHEET and account["AccountSubType"] != "RetainedEarnings"


def _reversed(posting: Posting) -> Posting:
    in_currency = posting.currency_amount
    return Posting(posting.account_id, -posting.amount, posting.name_id, None if in_currency is None else -in_currency)
