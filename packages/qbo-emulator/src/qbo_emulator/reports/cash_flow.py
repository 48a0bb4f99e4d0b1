"""The CashFlow report: how net income and changes of other balances became a change of cash."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.chart import BALANCE_SHEET_TYPES, PROFIT_TYPES
from qbo_emulator.reports.grid import UNITS, Grid, account_column, grid, summarized_by, total_column
from qbo_emulator.reports.heading import header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.writing import Amounts, Sheet, added, negated, report, section

NAME: Final = "CashFlow"
TAKES: Final = frozenset({"date_macro", "end_date", "start_date", "summarize_column_by"})
_ADJUSTMENTS: Final = "Adjustments to reconcile Net Income to Net Cash provided by operations:"
_OPERATING_TYPES: Final = (
    "Accounts Receivable",
    "Other Current Asset",
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
)
_INVESTING_TYPES: Final = ("Fixed Asset", "Other Asset")
_FINANCING_TYPES: Final = ("Long Term Liability", "Equity")
_OPERATING: Final = "Operating"
_INVESTING: Final = "Investing"
_FINANCING: Final = "Financing"
_CASH: Final = "Cash"
_PROFIT: Final = "Profit"


def cash_flow(parameters: Parameters) -> JsonObject:
    """The report on accrual basis, as QuickBooks' always is; columns Total, Days, Week, Month, Quarter or Year.

    Cash is what stands on bank accounts and in Undeposited Funds; accumulated depreciation counts as operating
    (both as QuickBooks' users describe it).
    """
    by = summarized_by(parameters, NAME, UNITS)
    span = parameters.span(YEAR_TO_DATE)
    periods = grid(parameters, span, by, keyed=False)
    page = _Page(parameters, periods)
    columns = periods.columns if len(periods.columns) == 1 else (*periods.columns, total_column(keyed=False))
    head = header(parameters, NAME, span, has_data=page.sheet.has_data, by=by)
    return report(head, (account_column(keyed=False), *columns), page.rows())


class _Page:
    """What moved in each column, and the sections that show it."""

    def __init__(self, parameters: Parameters, periods: Grid) -> None:
        self._accounts = {one["Id"]: one for one in parameters.books.records("Account")}
        self._width = len(periods.periods)
        self._opening, self._moved = self._movements(parameters, periods)
        self.sheet = Sheet(self._width + (self._width > 1), has_data=bool(self._moved or self._opening))

    def rows(self) -> list[JsonObject]:
        """The whole report."""
        net_income = self._sum(_PROFIT)
        operating_rows = [self.sheet.row("Net Income", self._totalled(net_income), group="NetIncome")]
        operating_rows += self._adjustments()
        operating = self._added(net_income, self._sum(_OPERATING))
        rows = [self._activities(_OPERATING, operating_rows, operating)]
        for kind in (_INVESTING, _FINANCING):
            leaves = self._leaves(kind)
            if leaves:
                rows.append(self._activities(kind, leaves, self._sum(kind)))
        increase = self._added(operating, self._sum(_INVESTING), self._sum(_FINANCING))
        rows.append(self._result("Net cash increase for period", "CashIncrease", self._totalled(increase)))
        return [*rows, *self._cash(increase)]

    def _cash(self, increase: Amounts) -> list[JsonObject]:
        steps = (amount or Decimal(0) for amount in increase)
        levels = list(accumulate(steps, initial=self._opening))
        begins, ends = levels[:-1], levels[1:]
        if self._width > 1:
            begins, ends = [*begins, begins[0]], [*ends, ends[-1]]
        blank = not self.sheet.has_data
        beginning = self._result("Cash at beginning of period", "BeginningCash", tuple(begins))
        ending: Amounts = (None,) * len(ends) if blank else tuple(ends)
        return [*([beginning] if any(begins) else []), self._result("Cash at end of period", "EndingCash", ending)]

    def _adjustments(self) -> list[JsonObject]:
        leaves = self._leaves(_OPERATING)
        if not leaves:
            return []
        summary = self.sheet.total(f"Total {_ADJUSTMENTS}", self._totalled(self._sum(_OPERATING)))
        return [
            section(header=self.sheet.heading(_ADJUSTMENTS), rows=leaves, summary=summary, group="OperatingAdjustments")
        ]

    def _activities(self, kind: str, rows: list[JsonObject], total: Amounts) -> JsonObject:
        summary = self.sheet.total(f"Net cash provided by {kind.lower()} activities", self._totalled(total))
        title = f"{kind} activities".upper()
        return section(header=self.sheet.heading(title), rows=rows, summary=summary, group=f"{kind}Activities")

    def _result(self, title: str, group: str, amounts: Amounts) -> JsonObject:
        return section(summary=self.sheet.total(title, amounts), group=group)

    def _leaves(self, kind: str) -> list[JsonObject]:
        ids = [account_id for account_id in self._moved if _kind(self._accounts[account_id]) == kind]
        return [
            self.sheet.row(
                account["FullyQualifiedName"], self._totalled(negated(self._moved[account["Id"]])), account["Id"]
            )
            for account in sorted((self._accounts[each] for each in ids), key=_order)
        ]

    def _sum(self, kind: str) -> Amounts:
        return added(
            (negated(moved) for each, moved in self._moved.items() if _kind(self._accounts[each]) == kind), self._width
        )

    def _added(self, *amounts: Amounts) -> Amounts:
        return added(amounts, self._width)

    def _totalled(self, amounts: Amounts) -> Amounts:
        return amounts if self._width == 1 else (*amounts, *added(((each,) for each in amounts), 1))

    def _movements(self, parameters: Parameters, periods: Grid) -> tuple[Decimal, Mapping[str, Amounts]]:
        """The cash before the first period, and what moved on each account in each period, debits positive."""
        first = periods.periods[0].start.isoformat()
        opening = Decimal(0)
        cells: defaultdict[str, list[Decimal | None]] = defaultdict(lambda: [None] * self._width)
        place_of = periods.placer()
        kinds = {account_id: _kind(account) for account_id, account in self._accounts.items()}
        for transaction in parameters.books.ledger.transactions():
            place = place_of(transaction.txn_date)
            for account_id, amount, *_ in transaction.postings:
                if place is not None:
                    cells[account_id][place] = amount + (cells[account_id][place] or 0)
                elif transaction.txn_date < first and kinds[account_id] == _CASH:
                    opening += amount
        return opening, {account_id: tuple(row) for account_id, row in cells.items()}


def _kind(account: JsonObject) -> str:
    account_type, sub_type = account["AccountType"], account["AccountSubType"]
    if account_type == "Bank" or sub_type == "UndepositedFunds":
        return _CASH
    if account_type in PROFIT_TYPES:
        return _PROFIT
    if account_type in _OPERATING_TYPES or sub_type == "AccumulatedDepreciation":
        return _OPERATING
    return _INVESTING if account_type in _INVESTING_TYPES else _FINANCING


def _order(account: JsonObject) -> tuple[int, str]:
    return BALANCE_SHEET_TYPES.index(account["AccountType"]), account["FullyQualifiedName"].lower()
