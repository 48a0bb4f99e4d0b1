"""The BalanceSheet report: what the company has and owes at the end of each column."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Ledger
from qbo_emulator.reports.chart import (
    DEBIT_TYPES,
    PROFIT_TYPES,
    AccountNode,
    account_rows,
    account_types,
    has_postings,
    total_of,
    tree,
)
from qbo_emulator.reports.grid import UNITS, Grid, account_column, grid, summarized_by
from qbo_emulator.reports.heading import STANDARD, accrual_only, header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.periods import Calendar
from qbo_emulator.reports.writing import Amounts, Sheet, added, negated, report, section

NAME: Final = "BalanceSheet"
TAKES: Final = frozenset({"accounting_method", "date_macro", "end_date", "start_date", "summarize_column_by"})

_CURRENT_ASSETS: Final = (
    ("Bank", "Bank Accounts", "BankAccounts"),
    ("Accounts Receivable", "Accounts Receivable", "AR"),
    ("Other Current Asset", "Other current assets", "OtherCurrentAssets"),
)
_OTHER_ASSETS: Final = (("Fixed Asset", "Fixed Assets", "FixedAssets"), ("Other Asset", "Other Assets", "OtherAssets"))
_CURRENT_LIABILITIES: Final = (
    ("Accounts Payable", "Accounts Payable", "AP"),
    ("Credit Card", "Credit Cards", "CreditCards"),
    ("Other Current Liability", "Other Current Liabilities", "OtherCurrentLiabilities"),
)
_LONG_TERM: Final = (("Long Term Liability", "Long-Term Liabilities", "LongTermLiabilities"),)
_RETAINED: Final = "RetainedEarnings"


def balance_sheet(parameters: Parameters) -> JsonObject:
    """The report on accrual basis, in home currency; columns Total, Days, Week, Month, Quarter or Year.

    Layout recorded. Net Income is that of the fiscal year up to the column's end; the profit of earlier years
    stands in Retained Earnings.
    """
    basis = accrual_only(parameters, NAME)
    by = summarized_by(parameters, NAME, UNITS)
    span = parameters.span(YEAR_TO_DATE)
    columns = grid(parameters, span, by, keyed=True)
    page = _Page(parameters, columns)
    rows = [
        page.part("ASSETS", "TOTAL ASSETS", "TotalAssets", page.assets()),
        page.part("LIABILITIES AND EQUITY", "TOTAL LIABILITIES AND EQUITY", "TotalLiabilitiesAndEquity", page.claims()),
    ]
    head = header(parameters, NAME, span, has_data=page.sheet.has_data, basis=basis, by=by, options=STANDARD)
    return report(head, (account_column(keyed=True), *columns.columns), rows)


_Part = tuple[JsonObject, Amounts]
"""A section with its total."""


class _Page:
    """The balances at the ends of the columns, and the sections that show them."""

    def __init__(self, parameters: Parameters, columns: Grid) -> None:
        self._books = parameters.books
        ends = [period.end for period in columns.periods]
        types = account_types(self._books)
        balances, profits = _balances(self._books.ledger, types, [end.isoformat() for end in ends])
        self._amounts = balances
        self._net_income, self._earlier_profit = _profit_by_year(profits, ends, parameters.calendar)
        self.sheet = Sheet(len(ends), has_data=bool(balances) or bool(profits))

    def part(self, title: str, total: str, group: str, parts: list[_Part]) -> JsonObject:
        """ASSETS, or LIABILITIES AND EQUITY."""
        return self._section(title, total, group, parts)[0]

    def assets(self) -> list[_Part]:
        """The sections of assets that have accounts with postings."""
        current = self._grouped("Current Assets", "CurrentAssets", _CURRENT_ASSETS)
        return [*current, *self._typed(_OTHER_ASSETS)]

    def claims(self) -> list[_Part]:
        """Liabilities, when there are any, and equity."""
        current = self._grouped("Current Liabilities", "CurrentLiabilities", _CURRENT_LIABILITIES)
        parts = [*current, *self._typed(_LONG_TERM)]
        liabilities = [self._section("Liabilities", "Total Liabilities", "Liabilities", parts)] if parts else []
        return [*liabilities, self._equity()]

    def _grouped(self, title: str, group: str, kinds: Iterable[tuple[str, str, str]]) -> list[_Part]:
        parts = self._typed(kinds)
        return [self._section(title, f"Total {title}", group, parts)] if parts else []

    def _typed(self, kinds: Iterable[tuple[str, str, str]]) -> list[_Part]:
        return [part for kind in kinds if (part := self._of_type(*kind)) is not None]

    def _of_type(self, account_type: str, title: str, group: str) -> _Part | None:
        nodes = tree(self._books, account_type)
        if not has_postings(nodes, self._amounts):
            return None
        total = total_of(nodes, self._amounts, self.sheet.width)
        rows = account_rows(self.sheet, nodes, self._amounts)
        summary = self.sheet.total(f"Total {title}", total)
        return section(header=self.sheet.heading(title), rows=rows, summary=summary, group=group), total

    def _equity(self) -> _Part:
        nodes = tree(self._books, "Equity")
        accounts = self._books.records("Account")
        retained = next((one["Id"] for one in accounts if one["AccountSubType"] == _RETAINED), None)
        if retained is None:
            nodes = (*nodes, AccountNode(_RETAINED, None, "Retained Earnings", "Equity"))
        amounts = dict(self._amounts)
        if any(amount is not None for amount in self._earlier_profit):
            key = retained or _RETAINED
            amounts[key] = added((amounts.get(key, ()), self._earlier_profit), self.sheet.width)
        rows = account_rows(self.sheet, nodes, amounts)
        rows.append(self.sheet.row("Net Income", self._net_income, group="NetIncome"))
        total = added((total_of(nodes, amounts, self.sheet.width), self._net_income), self.sheet.width)
        summary = self.sheet.total("Total Equity", total)
        return section(header=self.sheet.heading("Equity"), rows=rows, summary=summary, group="Equity"), total

    def _section(self, title: str, total: str, group: str, parts: list[_Part]) -> _Part:
        amounts = added((amounts for _, amounts in parts), self.sheet.width)
        summary = self.sheet.total(total, amounts)
        rows = [row for row, _ in parts]
        return section(header=self.sheet.heading(title), rows=rows, summary=summary, group=group), amounts


def _balances(
    ledger: Ledger, types: Mapping[str, str], ends: list[str]
) -> tuple[dict[str, Amounts], dict[str, Decimal]]:
    """The natural balance of each balance sheet account at each end, and the profit of each day up to the last."""
    moved: defaultdict[str, list[Decimal | None]] = defaultdict(lambda: [None] * len(ends))
    profits: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in ledger.transactions():
        place = bisect_left(ends, transaction.txn_date)
        if place == len(ends):
            continue
        for account_id, amount, *_ in transaction.postings:
            if types[account_id] in PROFIT_TYPES:
                profits[transaction.txn_date] -= amount
            else:
                amounts = moved[account_id]
                amounts[place] = amount + (amounts[place] or 0)
    balances = {account_id: tuple(accumulate(amounts, _later)) for account_id, amounts in moved.items()}
    return {
        account_id: amounts if types[account_id] in DEBIT_TYPES else negated(amounts)
        for account_id, amounts in balances.items()
    }, profits


def _later(balance: Decimal | None, moved: Decimal | None) -> Decimal | None:
    if balance is None or moved is None:
        return balance if moved is None else moved
    return balance + moved


def _profit_by_year(profits: Mapping[str, Decimal], ends: list[date], calendar: Calendar) -> tuple[Amounts, Amounts]:
    """At each end: the profit of its fiscal year so far, and that of all earlier years."""
    days = sorted(profits)
    so_far = list(accumulate((profits[day] for day in days), initial=Decimal(0)))
    net_income, earlier = [], []
    for end in ends:
        opened = bisect_left(days, calendar.fiscal_year_start(end).isoformat())
        closed = bisect_right(days, end.isoformat())
        net_income.append(so_far[closed] - so_far[opened] if closed > opened else None)
        earlier.append(so_far[opened] if opened else None)
    return tuple(net_income), tuple(earlier)
