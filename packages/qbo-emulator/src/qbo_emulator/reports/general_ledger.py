"""The GeneralLedger report: every posting of a period, account by account, with running balances."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import LedgerTransaction
from qbo_emulator.reports.chart import ALL_TYPES, BALANCE_SHEET_TYPES, DEBIT_TYPES, AccountNode, tree
from qbo_emulator.reports.detail import Layout, layout, leg_cells, leg_kinds, summed
from qbo_emulator.reports.documents import Documents, Leg
from qbo_emulator.reports.grid import summarized_by, whole_period
from qbo_emulator.reports.heading import accrual_only, header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.writing import amount_text, cell, data_row, report, section

NAME: Final = "GeneralLedger"
TAKES: Final = frozenset(
    {
        "account",
        "account_type",
        "accounting_method",
        "columns",
        "customer",
        "date_macro",
        "end_date",
        "source_account_type",
        "start_date",
        "summarize_column_by",
        "vendor",
    }
)
_DEFAULT: Final = ("tx_date", "txn_type", "doc_num", "name", "memo", "split_acc")
_AMOUNT: Final = ("subt_nat_amount", "subt_nat_home_amount")
_BALANCE: Final = ("rbal_nat_amount", "rbal_nat_home_amount")
_DEBIT: Final = ("debt_amt", "debt_home_amt")
_CREDIT: Final = ("credit_amt", "credit_home_amt")
_KINDS: Final = leg_kinds(
    *((key, "Amount") for key in _AMOUNT),
    *((key, "Balance") for key in _BALANCE),
    *((key, "Debit") for key in _DEBIT),
    *((key, "Credit") for key in _CREDIT),
)
ACCOUNT_TYPES: Final = {
    "AccountsPayable": "Accounts Payable",
    "AccountsReceivable": "Accounts Receivable",
    "Bank": "Bank",
    "CostOfGoodsSold": "Cost of Goods Sold",
    "CreditCard": "Credit Card",
    "Equity": "Equity",
    "Expense": "Expense",
    "FixedAsset": "Fixed Asset",
    "Income": "Income",
    "LongTermLiability": "Long Term Liability",
    "NonPosting": "Non-Posting",
    "OtherAsset": "Other Asset",
    "OtherCurrentAsset": "Other Current Asset",
    "OtherCurrentLiability": "Other Current Liability",
    "OtherExpense": "Other Expense",
    "OtherIncome": "Other Income",
}
"""The documented values of account_type and source_account_type -> Account.AccountType."""


def general_ledger(parameters: Parameters) -> JsonObject:
    """The report on accrual basis in home currency, transactions that no API entity shows included.

    Amounts and balances have each account's natural sign. Balance sheet accounts start with what stood on them
    before the period, income and expenses with nothing. `account`, `account_type`, `customer` and `vendor`
    choose postings, `source_account_type` transactions by the account they are about.
    """
    basis = accrual_only(parameters, NAME)
    summarized_by(parameters, NAME, ())
    span = parameters.span(YEAR_TO_DATE)
    home = multicurrency(parameters)
    columns = layout(parameters, NAME, _KINDS, (*_DEFAULT, _AMOUNT[home], _BALANCE[home]))
    documents = Documents(parameters.books)
    accounts = _collected(parameters, documents)
    rows = [
        row
        for account_type in ALL_TYPES
        for node in tree(parameters.books, account_type)
        for row in _Writer(columns, documents, accounts).rows(node)
    ]
    head = header(parameters, NAME, span, has_data=bool(rows), basis=basis)
    return report(head, columns.columns(), rows)


def multicurrency(parameters: Parameters) -> bool:
    """Whether the company keeps several currencies; the default amount columns are then the home ones."""
    return any(
        one.get("CurrencyPrefs", {}).get("MultiCurrencyEnabled") is True
        for one in parameters.books.records("Preferences")
    )


def wanted_types(parameters: Parameters, name: str) -> frozenset[str]:
    """The account types that a parameter such as account_type lists; empty for no limit."""
    return frozenset(ACCOUNT_TYPES[parameters.checked(name, word, ACCOUNT_TYPES)] for word in parameters.listed(name))


@dataclass(slots=True)
class _Account:
    """What one account shows: its balance before the period, debits positive, and its postings in it."""

    opening: Decimal | None = None
    legs: list[Leg] = field(default_factory=list)


def _collected(parameters: Parameters, documents: Documents) -> Mapping[str, _Account]:
    """The chosen postings by account, in the order of days and ids."""
    ledger = parameters.books.ledger
    period = whole_period(ledger, parameters.span(YEAR_TO_DATE), parameters.calendar.today)
    first, last = period.start.isoformat(), period.end.isoformat()
    chosen = _Choice(parameters, documents)
    accounts: defaultdict[str, _Account] = defaultdict(_Account)
    for transaction in sorted(ledger.transactions(), key=day_and_id):
        if transaction.txn_date > last or not chosen.transaction(transaction):
            continue
        earlier = transaction.txn_date < first
        if earlier and not chosen.by_name:
            for account_id, amount, *_ in transaction.postings:
                if chosen.account(account_id) and documents.types[account_id] in BALANCE_SHEET_TYPES:
                    accounts[account_id].opening = (accounts[account_id].opening or ZERO) + amount
            continue
        if not any(chosen.account(posting.account_id) for posting in transaction.postings):
            continue
        for leg in documents.legs(transaction):
            if chosen.account(leg.posting.account_id) and chosen.leg(leg):
                _collect(accounts[leg.posting.account_id], leg, documents, earlier=earlier)
    return {account_id: account for account_id, account in accounts.items() if account.legs or account.opening}


def _collect(account: _Account, leg: Leg, documents: Documents, *, earlier: bool) -> None:
    if not earlier:
        account.legs.append(leg)
    elif documents.types[leg.posting.account_id] in BALANCE_SHEET_TYPES:
        account.opening = (account.opening or ZERO) + leg.posting.amount


def day_and_id(transaction: LedgerTransaction) -> tuple[str, int]:
    """The order of transactions in detail reports."""
    number = transaction.txn_id
    return transaction.txn_date, int(number) if number.isdecimal() else 0


class _Choice:
    """Which postings the filters let through."""

    def __init__(self, parameters: Parameters, documents: Documents) -> None:
        self._documents = documents
        self._accounts = parameters.ids("account", "Account")
        self._types = wanted_types(parameters, "account_type")
        self._source_types = wanted_types(parameters, "source_account_type")
        self._customers = parameters.ids("customer", "Customer")
        self._vendors = parameters.ids("vendor", "Vendor")
        self.by_name = bool(self._customers or self._vendors)

    def transaction(self, transaction: LedgerTransaction) -> bool:
        """By the type of the account that the transaction is about."""
        if not self._source_types:
            return True
        main = self._documents.main_posting(transaction) or transaction.postings[0]
        return self._documents.types[main.account_id] in self._source_types

    def account(self, account_id: str) -> bool:
        """By account and its type."""
        right_type = not self._types or self._documents.types[account_id] in self._types
        return right_type and (not self._accounts or account_id in self._accounts)

    def leg(self, leg: Leg) -> bool:
        """By customer and vendor."""
        right_customer = not self._customers or leg.customer_id in self._customers
        return right_customer and (not self._vendors or leg.vendor_id in self._vendors)


class _Writer:
    """Writes accounts as sections.

    Recorded: a parent's own postings stand in a section without a header, and its total says that it includes
    the sub-accounts; a parent without own postings shows neither its id nor that.
    """

    def __init__(self, columns: Layout, documents: Documents, accounts: Mapping[str, _Account]) -> None:
        self._layout = columns
        self._documents = documents
        self._accounts = accounts

    def rows(self, node: AccountNode) -> list[JsonObject]:
        """The section of an account, if it or a sub-account has anything to show."""
        below = [row for child in node.children for row in self.rows(child)]
        account = self._accounts.get(node.account_id)
        if account is None and not below:
            return []
        own, sums = self._own(account, node) if account is not None else ([], None)
        summary = self._layout.subtotal(f"Total for {node.name}", sums or {})
        header = self._layout.labelled(node.name, node.shown_id if own else None)
        if not below:
            return [section(header=header, rows=own, summary=summary)]
        total = summed(self._sums_below(node), self._summed_keys())
        title = f"Total for {node.name} with sub-accounts" if own else f"Total for {node.name}"
        rows = [*([section(rows=own, summary=summary)] if own else []), *below]
        return [section(header=header, rows=rows, summary=self._layout.subtotal(title, total))]

    def _own(self, account: _Account, node: AccountNode) -> tuple[list[JsonObject], dict[str, Decimal | None]]:
        sign = 1 if node.account_type in DEBIT_TYPES else -1
        balance = (account.opening or ZERO) * sign
        rows = [self._beginning(balance)] if account.opening else []
        for leg in account.legs:
            amount = leg.posting.amount * sign
            balance += amount
            amounts = _amounts(leg, amount, balance)
            rows.append(data_row(leg_cells(self._layout, self._documents, leg, amounts)))
        return rows, self._sums(account, sign)

    def _beginning(self, balance: Decimal) -> JsonObject:
        texts = [cell(amount_text(balance) if key in _BALANCE else "") for key in self._layout.keys[1:]]
        return data_row([cell("Beginning Balance"), *texts])

    def _sums(self, account: _Account, sign: int) -> dict[str, Decimal | None]:
        return summed((_amounts(leg, leg.posting.amount * sign, None) for leg in account.legs), self._summed_keys())

    def _sums_below(self, node: AccountNode) -> list[dict[str, Decimal | None]]:
        account = self._accounts.get(node.account_id)
        sign = 1 if node.account_type in DEBIT_TYPES else -1
        own = [self._sums(account, sign)] if account is not None else []
        return [*own, *(sums for child in node.children for sums in self._sums_below(child))]

    def _summed_keys(self) -> list[str]:
        return [key for key in self._layout.keys if key in (*_AMOUNT, *_DEBIT, *_CREDIT)]


def _amounts(leg: Leg, amount: Decimal, balance: Decimal | None) -> dict[str, Decimal | None]:
    posted = leg.posting.amount
    debit, credit = (posted, None) if posted >= 0 else (None, -posted)
    return {
        **dict.fromkeys(_AMOUNT, amount),
        **dict.fromkeys(_BALANCE, balance),
        **dict.fromkeys(_DEBIT, debit),
        **dict.fromkeys(_CREDIT, credit),
    }
