"""The ProfitAndLoss report: income and expenses of a period, on accrual or cash basis."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.balances_by_name import NOT_SPECIFIED
from qbo_emulator.reports.cash_basis import (
    UNAPPLIED_EXPENSE,
    UNAPPLIED_INCOME,
    Movement,
    accrual_movements,
    cash_movements,
)
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
from qbo_emulator.reports.documents import Documents, Leg
from qbo_emulator.reports.grid import BY_NAME, TOTAL, UNITS, Grid, account_column, grid, summarized_by, total_column
from qbo_emulator.reports.heading import BASES, STANDARD, header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.writing import Amounts, Column, Sheet, added, negated, report, section

NAME: Final = "ProfitAndLoss"
TAKES: Final = frozenset(
    {"accounting_method", "customer", "date_macro", "end_date", "start_date", "summarize_column_by", "vendor"}
)
_UNAPPLIED: Final = {
    UNAPPLIED_INCOME: ("Income", "Unapplied Cash Payment Income"),
    UNAPPLIED_EXPENSE: ("Expense", "Unapplied Cash Bill Payment Expense"),
}


def profit_and_loss(parameters: Parameters) -> JsonObject:
    """The report in home currency; columns Total, Days, Week, Month, Quarter, Year, Customers or Vendors.

    Layout recorded. The basis is the one asked for, else that of Preferences.ReportPrefs. With `customer` or
    `vendor` only postings that concern them count.
    """
    basis = parameters.choice("accounting_method", BASES, _preferred_basis(parameters))
    by = summarized_by(parameters, NAME, (*UNITS, *BY_NAME))
    span = parameters.span(YEAR_TO_DATE)
    periods = grid(parameters, span, by, keyed=True)
    movements = _within(parameters, basis, periods)
    columns, amounts = _by_name(parameters, movements, by) if by in BY_NAME else _by_period(movements, periods)
    sheet = Sheet(len(columns), has_data=bool(amounts))
    head = header(parameters, NAME, span, has_data=sheet.has_data, basis=basis, by=by, options=STANDARD)
    return report(head, (account_column(keyed=True), *columns), _rows(parameters, sheet, amounts))


def _preferred_basis(parameters: Parameters) -> str:
    for preferences in parameters.books.records("Preferences"):
        basis = preferences.get("ReportPrefs", {}).get("ReportBasis")
        if basis in BASES:
            return str(basis)
    return "Accrual"


def _within(parameters: Parameters, basis: str, periods: Grid) -> list[Movement]:
    """The movements of income and expense accounts in the days and for the names that are asked for."""
    books = parameters.books
    types = _types(parameters)
    first, last = periods.periods[0].start.isoformat(), periods.periods[-1].end.isoformat()
    movements = cash_movements(books) if basis == "Cash" else accrual_movements(books)
    found = [
        one for one in movements if one.amount and first <= one.day <= last and types[one.account_id] in PROFIT_TYPES
    ]
    customers, vendors = parameters.ids("customer", "Customer"), parameters.ids("vendor", "Vendor")
    if not customers and not vendors:
        return found
    leg_of = _legs(parameters)
    wanted = []
    for one in found:
        leg = leg_of(one)
        right_customer = not customers or (leg is not None and leg.customer_id in customers)
        right_vendor = not vendors or (leg is not None and leg.vendor_id in vendors)
        if right_customer and right_vendor:
            wanted.append(one)
    return wanted


def _legs(parameters: Parameters) -> Callable[[Movement], Leg | None]:
    documents = Documents(parameters.books)
    known: dict[str, list[Leg]] = {}

    def leg_of(movement: Movement) -> Leg | None:
        if movement.source is None:
            return None
        transaction, posting = movement.source
        if transaction.txn_id not in known:
            known[transaction.txn_id] = documents.legs(transaction)
        return next(leg for leg in known[transaction.txn_id] if leg.posting is posting)

    return leg_of


def _by_period(movements: Iterable[Movement], periods: Grid) -> tuple[list[Column], dict[str, Amounts]]:
    """A column for each period and, when there are several, one for their total."""
    width = len(periods.periods)
    place_of = periods.placer()
    cells: defaultdict[str, list[Decimal | None]] = defaultdict(lambda: [None] * width)
    for one in movements:
        place = place_of(one.day)
        if place is not None:
            cells[one.account_id][place] = one.amount + (cells[one.account_id][place] or 0)
    return _with_total([*periods.columns], cells, total_column(keyed=True))


def _by_name(parameters: Parameters, movements: list[Movement], by: str) -> tuple[list[Column], dict[str, Amounts]]:
    """A column for each customer or vendor that was posted to, one for nobody, and TOTAL."""
    leg_of = _legs(parameters)
    customers = by == "Customers"
    of_movement = []
    for one in movements:
        leg = leg_of(one)
        of_movement.append("" if leg is None else leg.customer_id if customers else leg.vendor_id)
    records = parameters.books.records("Customer" if customers else "Vendor")
    names = {one["Id"]: one.get("FullyQualifiedName") or one["DisplayName"] for one in records}
    ids = sorted(set(of_movement), key=lambda each: (not each, names.get(each, "").lower()))
    places = {name_id: place for place, name_id in enumerate(ids)}
    cells: defaultdict[str, list[Decimal | None]] = defaultdict(lambda: [None] * len(ids))
    for one, name_id in zip(movements, of_movement, strict=True):
        place = places[name_id]
        cells[one.account_id][place] = one.amount + (cells[one.account_id][place] or 0)
    columns = [Column(names.get(each, NOT_SPECIFIED), "Money", (("ColKey", each or NOT_SPECIFIED),)) for each in ids]
    # Recorded: by customers the total is spelled in capitals.
    total = Column(TOTAL.upper(), "Money", (("ColKey", "total"),))
    return _with_total(columns, cells, total, always=True)


def _with_total(
    columns: list[Column], cells: Mapping[str, list[Decimal | None]], total: Column, *, always: bool = False
) -> tuple[list[Column], dict[str, Amounts]]:
    if len(columns) == 1 and not always:
        return columns, {account_id: tuple(row) for account_id, row in cells.items()}
    rows = {account_id: (*row, *added(((each,) for each in row), 1)) for account_id, row in cells.items()}
    return [*columns, total], rows


def _rows(parameters: Parameters, sheet: Sheet, moved: Mapping[str, Amounts]) -> list[JsonObject]:
    types = _types(parameters)
    natural = {key: row if types[key] in DEBIT_TYPES else negated(row) for key, row in moved.items()}
    trees = {kind: _tree(parameters, kind) for kind in PROFIT_TYPES}
    totals = {kind: total_of(trees[kind], natural, sheet.width) for kind in PROFIT_TYPES}

    def part(kind: str, title: str, group: str, *, always: bool = False) -> list[JsonObject]:
        if not always and not has_postings(trees[kind], natural):
            return []
        rows = account_rows(sheet, trees[kind], natural)
        summary = sheet.total(f"Total {title}", totals[kind])
        return [section(header=sheet.heading(title), rows=rows, summary=summary, group=group)]

    def result(title: str, group: str, amounts: Amounts) -> JsonObject:
        return section(summary=sheet.total(title, amounts), group=group)

    width = sheet.width
    gross = added((totals["Income"], negated(totals["Cost of Goods Sold"])), width)
    operating = added((gross, negated(totals["Expense"])), width)
    other = added((totals["Other Income"], negated(totals["Other Expense"])), width)
    others = [
        *part("Other Income", "Other Income", "OtherIncome"),
        *part("Other Expense", "Other Expenses", "OtherExpenses"),
    ]
    return [
        *part("Income", "Income", "Income", always=True),
        *part("Cost of Goods Sold", "Cost of Goods Sold", "COGS"),
        result("Gross Profit", "GrossProfit", gross),
        *part("Expense", "Expenses", "Expenses", always=True),
        result("Net Operating Income", "NetOperatingIncome", operating),
        *others,
        *([result("Net Other Income", "NetOtherIncome", other)] if others else []),
        result("Net Income", "NetIncome", added((operating, other), width)),
    ]


def _types(parameters: Parameters) -> dict[str, str]:
    return {**account_types(parameters.books), **{key: kind for key, (kind, _) in _UNAPPLIED.items()}}


def _tree(parameters: Parameters, kind: str) -> tuple[AccountNode, ...]:
    unapplied = [AccountNode(key, None, name, kind) for key, (of_kind, name) in _UNAPPLIED.items() if of_kind == kind]
    nodes = [*tree(parameters.books, kind), *unapplied]
    return tuple(sorted(nodes, key=lambda node: node.name.lower()))
