"""How tests ask for reports and read them: as lines on paper, by label, by group."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports import compute_report

END_OF_FEBRUARY: Final = datetime(2026, 2, 28, 20, 0, tzinfo=UTC)
"""Noon in California on the day on which the tests ask."""


def ask(books: Books, name: str, at: datetime = END_OF_FEBRUARY, /, **parameters: str) -> JsonObject:
    """A report of the books."""
    return compute_report(books, name, parameters, at)


def paper(report: JsonObject) -> list[str]:
    """Every line of a report as it would be printed: indented, cells separated by bars, blank cells kept."""
    return list(_printed(report["Rows"].get("Row", []), 0))


def lines(report: JsonObject) -> Iterator[tuple[list[str], JsonObject]]:
    """The texts of every row and every section's summary, with the row or section."""
    yield from _lines(report["Rows"].get("Row", []))


def amounts(report: JsonObject, label: str) -> list[Decimal]:
    """The amounts behind a label that occurs once; blank ones are zero."""
    [found] = [texts[1:] for texts, _ in lines(report) if texts[0] == label]
    return [Decimal(text or "0") for text in found]


def group_amounts(report: JsonObject, group: str) -> list[Decimal]:
    """The amounts of the row, or of the summary of the section, that belongs to a group; none when it is absent."""
    found = [texts[1:] for texts, row in lines(report) if row.get("group") == group]
    return [Decimal(text or "0") for text in found[0]] if found else []


def column_keys(report: JsonObject) -> list[str]:
    """The ColKey of each column."""
    return [
        pair["Value"] for one in report["Columns"]["Column"] for pair in one["MetaData"] if pair["Name"] == "ColKey"
    ]


def column_titles(report: JsonObject) -> list[str]:
    """The title of each column."""
    return [one["ColTitle"] for one in report["Columns"]["Column"]]


def _printed(rows: list[JsonObject], depth: int) -> Iterator[str]:
    for row in rows:
        for part in ("Header", "ColData"):
            if part in row:
                yield "  " * depth + " | ".join(_texts(row[part]))
        yield from _printed(row.get("Rows", {}).get("Row", []), depth + 1)
        if "Summary" in row:
            yield "  " * depth + " | ".join(_texts(row["Summary"]))


def _lines(rows: list[JsonObject]) -> Iterator[tuple[list[str], JsonObject]]:
    for row in rows:
        if "ColData" in row:
            yield _texts(row["ColData"]), row
        yield from _lines(row.get("Rows", {}).get("Row", []))
        if "Summary" in row:
            yield _texts(row["Summary"]), row


def _texts(part: JsonObject | list[JsonObject]) -> list[str]:
    cells = part["ColData"] if isinstance(part, dict) else part
    return [one["value"] for one in cells]
