"""AgedReceivableDetail and AgedPayableDetail: every open document, by how long it is past due."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.aging import Ageing, ageing, open_then
from qbo_emulator.reports.detail import Layout, layout, summed
from qbo_emulator.reports.documents import type_name
from qbo_emulator.reports.heading import accrual_only, header
from qbo_emulator.reports.parameters import Parameters, Span
from qbo_emulator.reports.periods import Period
from qbo_emulator.reports.settlement import RECEIVABLES, OpenItem, Side
from qbo_emulator.reports.writing import amount_text, cell, data_row, report, section
from qbo_emulator.store import Record
from qbo_emulator.wire import metadata_time

TAKES: Final = frozenset(
    {
        "accounting_method",
        "aging_method",
        "aging_period",
        "columns",
        "customer",
        "end_duedate",
        "num_periods",
        "past_due",
        "report_date",
        "start_duedate",
        "vendor",
    }
)
_RECEIVABLE_AMOUNTS: Final = {
    "subt_amount": "Amount",
    "subt_home_amount": "Amount",
    "subt_open_bal": "Open Balance",
    "subt_home_open_bal": "Open Balance",
}
_PAYABLE_AMOUNTS: Final = {key.replace("subt_", "subt_neg_"): title for key, title in _RECEIVABLE_AMOUNTS.items()}
_COMMON: Final = {
    "tx_date": ("Date", "Date"),
    "txn_type": ("Transaction Type", "String"),
    "doc_num": ("Num", "String"),
    "memo": ("Memo/Description", "String"),
    "due_date": ("Due Date", "Date"),
    "past_due": ("Past Due", "String"),
    "create_date": ("Create Date", "Date"),
    "last_mod_date": ("Last Modified", "Date"),
}
_RECEIVABLE_KINDS: Final = {
    **_COMMON,
    "cust_name": ("Customer", "String"),
    **{key: (title, "Money") for key, title in _RECEIVABLE_AMOUNTS.items()},
}
_PAYABLE_KINDS: Final = {
    **_COMMON,
    "vend_name": ("Vendor", "String"),
    **{key: (title, "Money") for key, title in _PAYABLE_AMOUNTS.items()},
}
_RECEIVABLE_DEFAULT: Final = ("tx_date", "txn_type", "doc_num", "cust_name", "due_date", "subt_amount", "subt_open_bal")
_PAYABLE_DEFAULT: Final = (
    *("tx_date", "txn_type", "doc_num", "vend_name", "due_date", "past_due"),
    *("subt_neg_amount", "subt_neg_open_bal"),
)


def aged_detail(parameters: Parameters, name: str, side: Side) -> JsonObject:
    """Every open document in a section for each bucket, the oldest bucket first, by due date within it.

    Layout documented: without an amount column a section's total is a section with a Header alone.
    """
    accrual_only(parameters, name)
    buckets = ageing(parameters)
    day = parameters.date("report_date") or parameters.calendar.today
    receivable = side is RECEIVABLES
    columns = layout(
        parameters,
        name,
        _RECEIVABLE_KINDS if receivable else _PAYABLE_KINDS,
        _RECEIVABLE_DEFAULT if receivable else _PAYABLE_DEFAULT,
    )
    writer = _Writer(parameters, columns, buckets, day)
    rows = writer.rows(_due_between(parameters, buckets, day, open_then(parameters, side, buckets, day)))
    span = Span(Period(day, day), None, shows_start=False)
    head = header(parameters, name, span, has_data=bool(rows), options={"report_date": day.isoformat()})
    return report(head, columns.columns(), rows)


def _due_between(parameters: Parameters, buckets: Ageing, day: date, items: list[OpenItem]) -> list[OpenItem]:
    first, last = parameters.date("start_duedate"), parameters.date("end_duedate")
    late = parameters.whole_number("past_due", -100_000, range(-100_000, 100_000))
    return [
        item
        for item in items
        if (first is None or item.due >= first.isoformat())
        and (last is None or item.due <= last.isoformat())
        and buckets.days_past_due(item, day) >= late
    ]


class _Writer:
    """Writes open items as rows below their buckets."""

    def __init__(self, parameters: Parameters, columns: Layout, buckets: Ageing, day: date) -> None:
        self._books = parameters.books
        self._layout = columns
        self._buckets = buckets
        self._day = day

    def rows(self, items: list[OpenItem]) -> list[JsonObject]:
        """A section for each bucket that has items, and the total of all."""
        rows = []
        for place, title in reversed(list(enumerate(self._buckets.long_titles()))):
            members = [item for item in items if self._buckets.place(item, self._day) == place]
            if members:
                rows += self._bucket(title, sorted(members, key=lambda item: (item.due, item.day)))
        if rows and self._layout.has_amounts():
            rows.append(section(summary=self._layout.subtotal("TOTAL", self._sums(items))))
        return rows

    def _bucket(self, title: str, items: list[OpenItem]) -> list[JsonObject]:
        header = self._layout.labelled(title)
        leaves = [data_row(self._cells(item)) for item in items]
        if self._layout.has_amounts():
            summary = self._layout.subtotal(f"Total for {title}", self._sums(items))
            return [section(header=header, rows=leaves, summary=summary)]
        total = section(header=self._layout.labelled(f"Total for {title}"))
        return [section(header=header, rows=leaves), total]

    def _sums(self, items: list[OpenItem]) -> Mapping[str, Decimal | None]:
        return summed((_amounts(item) for item in items), (*_RECEIVABLE_AMOUNTS, *_PAYABLE_AMOUNTS))

    def _cells(self, item: OpenItem) -> list[JsonObject]:
        amounts = _amounts(item)
        record = self._books.file.store.get(item.txn_type, item.txn_id)
        return [
            cell(amount_text(amounts[key])) if key in amounts else self._cell(key, item, record)
            for key in self._layout.keys
        ]

    def _cell(self, key: str, item: OpenItem, record: Record | None) -> JsonObject:
        document = record.entity if record is not None else {}
        match key:
            case "tx_date":
                return cell(item.day)
            case "txn_type":
                return cell(type_name(item.txn_type, document), item.txn_id)
            case "doc_num":
                return cell(str(document.get("DocNumber") or document.get("PaymentRefNum") or ""))
            case "cust_name" | "vend_name":
                named = self._books.file.store.get("Customer" if key == "cust_name" else "Vendor", item.name_id)
                entity = named.entity if named is not None else {}
                return cell(entity.get("FullyQualifiedName") or entity.get("DisplayName", ""), item.name_id)
            case "memo":
                return cell(str(document.get("PrivateNote", "")))
            case "due_date":
                return cell(item.due)
            case "past_due":
                return cell(str(self._buckets.days_past_due(item, self._day)))
            case "create_date":
                return cell(metadata_time(record.created_at) if record is not None else "")
            case _:
                return cell(metadata_time(record.updated_at) if record is not None else "")


def _amounts(item: OpenItem) -> dict[str, Decimal | None]:
    titles = {**_RECEIVABLE_AMOUNTS, **_PAYABLE_AMOUNTS}
    return {key: item.open if title == "Open Balance" else item.amount for key, title in titles.items()}
