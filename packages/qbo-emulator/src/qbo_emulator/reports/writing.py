"""How QuickBooks writes a report: header, columns, rows and cells, all values as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from qbo_emulator.jsontypes import JsonObject

Amounts: TypeAlias = tuple[Decimal | None, ...]
"""One amount for each money column; None where nothing was ever posted."""

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the pairs of its MetaData, such as ColKey; none when QuickBooks writes no MetaData."""

    title: str
    kind: str
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Writes the rows of a report that has one label column and `width` money columns.

    Recorded: a column without postings is blank in rows and 0.00 in totals, but a report without any data is
    blank throughout.
    """

    width: int
    has_data: bool

    def row(self, label: str, amounts: Amounts, entity_id: str | None = None, group: str | None = None) -> JsonObject:
        """A leaf row."""
        return data_row(self._cells(label, amounts, entity_id), group=group)

    def heading(self, label: str, *, entity_id: str | None = None, own: Amounts | None = None) -> list[JsonObject]:
        """The Header of a section; `own` is what was posted on a parent account itself."""
        return self._cells(label, own or (None,) * self.width, entity_id)

    def total(self, label: str, amounts: Amounts) -> list[JsonObject]:
        """The Summary of a section."""
        filled = tuple(_ZERO if amount is None else amount for amount in amounts) if self.has_data else amounts
        return self._cells(label, filled, None)

    def _cells(self, label: str, amounts: Amounts, entity_id: str | None) -> list[JsonObject]:
        return [cell(label, entity_id), *(cell(amount_text(amount)) for amount in amounts)]


def report(header: JsonObject, columns: Iterable[Column], rows: list[JsonObject]) -> JsonObject:
    """The whole report; `Rows` is empty when there is no row."""
    return {
        "Header": header,
        "Columns": {"Column": [_column(column) for column in columns]},
        "Rows": {"Row": rows} if rows else {},
    }


def section(
    *,
    header: list[JsonObject] | None = None,
    rows: list[JsonObject] | None = None,
    summary: list[JsonObject] | None = None,
    group: str | None = None,
) -> JsonObject:
    """A section with the parts that it has, in QuickBooks' order."""
    written: JsonObject = {}
    if header is not None:
        written["Header"] = {"ColData": header}
    if rows:
        written["Rows"] = {"Row": rows}
    if summary is not None:
        written["Summary"] = {"ColData": summary}
    written["type"] = "Section"
    if group is not None:
        written["group"] = group
    return written


def data_row(cells: list[JsonObject], *, group: str | None = None) -> JsonObject:
    """A leaf row with its type."""
    written: JsonObject = {"ColData": cells, "type": "Data"}
    if group is not None:
        written["group"] = group
    return written


def cell(value: str, entity_id: str | None = None) -> JsonObject:
    """One cell; `id` is written when it is known."""
    return {"value": value} if entity_id is None else {"value": value, "id": entity_id}


def amount_text(amount: Decimal | None) -> str:
    """An amount with two decimals; blank for None."""
    return "" if amount is None else f"{amount + _ZERO:.2f}"


def added(vectors: Iterable[Amounts], width: int) -> Amounts:
    """The sum of amounts by column; None where all are None."""
    total: list[Decimal | None] = [None] * width
    for vector in vectors:
        for place, amount in enumerate(vector):
            if amount is not None:
                total[place] = (total[place] or _ZERO) + amount
    return tuple(total)


def negated(amounts: Sequence[Decimal | None]) -> Amounts:
    """The amounts with the other sign."""
    return tuple(None if amount is None else -amount for amount in amounts)


def _column(column: Column) -> JsonObject:
    written: JsonObject = {"ColTitle": column.title, "ColType": column.kind}
    if column.metadata:
        written["MetaData"] = [{"Name": name, "Value": value} for name, value in column.metadata]
    return written
