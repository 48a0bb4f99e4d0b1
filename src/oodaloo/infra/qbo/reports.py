"""QuickBooks' reports taken apart: flat rows in print order, cells by column key, amounts exact, and no wire shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec
from msgspec import Struct, field

from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency, Money, NotAnAmountError


class RowKind(StrEnum):
    """What a row is: a line of its own, the heading of a section, or the section's total."""

    DATA = "data"
    HEADING = "heading"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows, and the id of the record that it names; both blank where QuickBooks leaves them out."""

    text: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section around rows: what its heading says and names, and QuickBooks' group of it, such as BankAccounts."""

    heading: Cell
    group: str


_NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row. `sections` are those around it, outermost first; headings and summaries lie within their own.

    `label` is the row's first cell and `cells` are all of them by column key. A total's label stands in a column of its
    own where the first column holds amounts. `group` is QuickBooks' group of the row itself.
    """

    kind: RowKind
    sections: tuple[Section, ...]
    group: str
    label: Cell
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """What the cell of a column shows, blank when the report hasn't got it."""
        return self.cells.get(key, _NOTHING).text

    def id(self, key: str) -> str:
        """The id of the record that the cell of a column names, blank when it names none."""
        return self.cells.get(key, _NOTHING).id

    def amount(self, key: str, currency: Currency) -> Money | None:
        """The amount in a column, None for a blank cell. Raises `QboMalformedAnswerError` for other text."""
        text = self.text(key)
        try:
            return Money.of(text, currency) if text else None
        except NotAnAmountError as error:
            raise _malformed(self.label.text or key, error) from None

    def day(self, key: str) -> date | None:
        """The day in a column, None for anything else, such as the "Beginning Balance" of a ledger."""
        try:
            return date.fromisoformat(self.text(key))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name on the wire, the currency of its amounts, its column keys and its rows in print order.

    `has_data` is False where QuickBooks says that there is nothing to report; rows of zeros may stand there all the
    same.
    """

    name: str
    currency: Currency
    has_data: bool
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]


def read_report(body: bytes) -> Report:
    """The report of an answer. Raises `QboMalformedAnswerError`.

    A column's key is its ColKey; reports that don't carry one have it in ColType (detail reports), else the column's
    title in lower case stands for it, and the kind of what is named in the first column, such as "account".
    """
    try:
        answer = _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise _malformed("a report", error) from None
    header, keys = answer.header, tuple(_key(column) for column in answer.columns.column)
    options = {option.name: option.value for option in header.option}
    rows = tuple(_rows(answer.rows, keys, ()))
    return Report(header.report_name, Currency(header.currency), options.get("NoReportData") != "true", keys, rows)


class _Option(Struct, frozen=True, rename="pascal"):
    name: str
    value: str = ""


class _Header(Struct, frozen=True, rename="pascal"):
    report_name: str
    currency: str
    option: tuple[_Option, ...] = ()


class _Column(Struct, frozen=True, rename="pascal"):
    col_title: str = ""
    col_type: str = ""
    meta_data: tuple[_Option, ...] = ()


class _Columns(Struct, frozen=True, rename="pascal"):
    column: tuple[_Column, ...] = ()


class _ColData(Struct, frozen=True):
    value: str = ""
    id: str = ""


class _Cells(Struct, frozen=True, rename="pascal"):
    col_data: tuple[_ColData, ...] = ()


class _Row(Struct, frozen=True, rename="pascal"):
    header: _Cells | None = None
    rows: "_Rows | None" = None
    summary: _Cells | None = None
    col_data: tuple[_ColData, ...] = ()
    group: str = field(default="", name="group")


class _Rows(Struct, frozen=True, rename="pascal"):
    row: tuple[_Row, ...] = ()


class _Answer(Struct, frozen=True, rename="pascal"):
    header: _Header
    columns: _Columns
    rows: _Rows


_DECODER = msgspec.json.Decoder(_Answer)
_DISPLAY_TYPES = frozenset({"Account", "Customer", "Date", "Money", "Percent", "String", "Vendor", ""})


def _key(column: _Column) -> str:
    told = next((pair.value for pair in column.meta_data if pair.name == "ColKey"), "")
    if told or column.col_type not in _DISPLAY_TYPES:
        return told or column.col_type
    return (column.col_title or column.col_type).lower()


def _rows(below: _Rows, keys: tuple[str, ...], around: tuple[Section, ...]) -> Iterator[ReportRow]:
    for row in below.row:
        if row.col_data:
            yield _row(RowKind.DATA, row.col_data, keys, around, row.group)
        heading = row.header.col_data if row.header else ()
        if heading:
            named = Section(Cell(heading[0].value, heading[0].id), row.group)
            inside = (*around, named)
            yield _row(RowKind.HEADING, heading, keys, inside, row.group)
        else:
            inside = (*around, Section(_NOTHING, row.group)) if row.group else around
        yield from _rows(row.rows or _Rows(), keys, inside)
        if row.summary and row.summary.col_data:
            yield _row(RowKind.SUMMARY, row.summary.col_data, keys, inside, row.group)


def _row(
    kind: RowKind, found: tuple[_ColData, ...], keys: tuple[str, ...], sections: tuple[Section, ...], group: str
) -> ReportRow:
    cells = [Cell(each.value, each.id) for each in found]
    shown = cells[1:] if len(cells) > len(keys) else cells
    return ReportRow(kind, sections, group, cells[0], dict(zip(keys, shown, strict=False)))


def _malformed(about: str, error: Exception) -> QboMalformedAnswerError:
    return QboMalformedAnswerError(
        f"QuickBooks' report can't be read at {about} ({error}). Try again; if it stays, report it."
    )
