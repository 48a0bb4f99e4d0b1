"""Reports with a row for each customer or vendor: AgedReceivables, AgedPayables, CustomerBalance, VendorBalance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.aging import ageing, concerning, open_then
from qbo_emulator.reports.grid import summarized_by
from qbo_emulator.reports.heading import accrual_only, header
from qbo_emulator.reports.parameters import ALL_DATES, Parameters, Span
from qbo_emulator.reports.periods import Period
from qbo_emulator.reports.settlement import RECEIVABLES, Side, open_items
from qbo_emulator.reports.writing import Amounts, Column, Sheet, added, report, section

_FILTERS: Final = frozenset({"customer", "vendor"})
AGEING_TAKES: Final = _FILTERS | {
    "aging_method",
    "aging_period",
    "date_macro",
    "num_periods",
    "report_date",
    "summarize_column_by",
}
BALANCE_TAKES: Final = _FILTERS | {"accounting_method", "date_macro", "report_date", "summarize_column_by"}
NOT_SPECIFIED: Final = "Not Specified"


@dataclass(frozen=True, slots=True)
class _Name:
    """A customer or vendor, with a customer's jobs."""

    name_id: str
    text: str
    jobs: tuple["_Name", ...] = ()


def aged_summary(parameters: Parameters, name: str, side: Side) -> JsonObject:
    """What customers owe, or vendors are owed, by how long it is past due.

    Documented: columns Current, 1 - 30, …, 91 and over, Total; rows without `type`, except below a customer with
    jobs. What has no due date, such as a credit or an unapplied payment, ages from its own date.
    """
    summarized_by(parameters, name, ())
    buckets = ageing(parameters)
    span = _as_of(parameters, "today")
    day = span.period.end if span.period else parameters.calendar.today
    items = open_then(parameters, side, buckets, day)
    cells: defaultdict[str, list[Decimal | None]] = defaultdict(lambda: [None] * (buckets.count + 1))
    for item in items:
        for place in (buckets.place(item, day), buckets.count):
            cells[item.name_id][place] = item.open + (cells[item.name_id][place] or 0)
    columns = [*(Column(title, "Money") for title in buckets.titles()), Column("Total", "Money")]
    amounts = {name_id: tuple(row) for name_id, row in cells.items()}
    return _by_name(parameters, name, side, span, {"report_date": day.isoformat()}, columns, amounts)


def balance_summary(parameters: Parameters, name: str, side: Side) -> JsonObject:
    """The open balance of each customer or vendor at the end of report_date (default today)."""
    accrual_only(parameters, name)
    summarized_by(parameters, name, ())
    span = _as_of(parameters, ALL_DATES)
    day = span.period.end if span.period else parameters.calendar.today
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in concerning(parameters, side, open_items(parameters.books, side, day.isoformat())):
        sums[item.name_id] += item.open
    amounts: dict[str, Amounts] = {name_id: (amount,) for name_id, amount in sums.items() if amount}
    return _by_name(parameters, name, side, span, {"report_date": day.isoformat()}, [Column("Total", "Money")], amounts)


def _as_of(parameters: Parameters, default_macro: str) -> Span:
    day = parameters.date("report_date")
    return parameters.span(default_macro) if day is None else Span(Period(day, day), None)


def _by_name(
    parameters: Parameters,
    name: str,
    side: Side,
    span: Span,
    options: Mapping[str, str],
    columns: list[Column],
    amounts: Mapping[str, Amounts],
) -> JsonObject:
    sheet = Sheet(len(columns), has_data=bool(amounts))
    entity = "Customer" if side is RECEIVABLES else "Vendor"
    rows = _rows(sheet, _names(parameters.books, entity), amounts, typed=False)
    if "" in amounts:
        rows.append(_untyped(sheet.row(NOT_SPECIFIED, amounts[""])))
    total = added(amounts.values(), sheet.width)
    rows.append(section(summary=sheet.total("TOTAL", total), group="GrandTotal"))
    head = header(parameters, name, span, has_data=sheet.has_data, options=options)
    return report(head, [Column("", entity), *columns], rows)


def _rows(sheet: Sheet, names: Iterable[_Name], amounts: Mapping[str, Amounts], *, typed: bool) -> list[JsonObject]:
    rows = []
    for name in names:
        below = _rows(sheet, name.jobs, amounts, typed=True)
        own = amounts.get(name.name_id)
        if below:
            rows.append(_with_jobs(sheet, name, own, below, amounts))
        elif own is not None:
            row = sheet.row(name.text, own, name.name_id)
            rows.append(row if typed else _untyped(row))
    return rows


def _with_jobs(
    sheet: Sheet, name: _Name, own: Amounts | None, below: list[JsonObject], amounts: Mapping[str, Amounts]
) -> JsonObject:
    # Seen on the sandbox: a customer who owes nothing apart from the jobs shows a total of 0.00.
    shown = own or (*(None,) * (sheet.width - 1), Decimal(0))
    total = added((amounts[each] for each in _all_ids(name) if each in amounts), sheet.width)
    return section(
        header=sheet.heading(name.text, entity_id=name.name_id, own=shown),
        rows=below,
        summary=sheet.total(f"Total {name.text}", total),
    )


def _all_ids(name: _Name) -> list[str]:
    return [name.name_id, *(each for job in name.jobs for each in _all_ids(job))]


def _untyped(row: JsonObject) -> JsonObject:
    return {"ColData": row["ColData"]}


def _names(books: Books, entity: str) -> tuple[_Name, ...]:
    children: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for one in books.records(entity):
        children[one.get("ParentRef", {}).get("value", "")].append(one)
    return _below(children, "")


def _below(children: Mapping[str, list[JsonObject]], parent: str) -> tuple[_Name, ...]:
    ordered = sorted(children.get(parent, ()), key=lambda one: (one["DisplayName"].lower(), int(one["Id"])))
    return tuple(_Name(one["Id"], one["DisplayName"], _below(children, one["Id"])) for one in ordered)
