"""Some columns of a delimited text file, whatever its encoding, its delimiter and what stands above its header."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from oodaloo.kit.errors import OodalooError, UsageError

_DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINES_ABOVE_HEADER: Final = 50
_CHUNK_BYTES: Final = 1 << 20


class NoSuchColumnError(UsageError):
    """The file has no column of the name that was given; the message lists those that it has."""


class NotATableError(OodalooError):
    """The file isn't delimited text; the message says where reading it stopped."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The wanted cells of each row that isn't blank, stripped, in the order of the names; `notes` say what was assumed.

    A row that is too short has empty cells at its end.
    """

    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """How the file is divided, in which of its rows the header is, and which places the wanted names have in it."""

    delimiter: str
    row: int
    places: tuple[int, ...]
    notes: tuple[str, ...]


def read_columns(path: Path, names: Sequence[str]) -> Columns:
    """The columns `names` of a file in UTF-8, UTF-16 or UTF-32 (with its mark) or else Windows-1252.

    The delimiter (comma, semicolon, tab or bar) is the one at which the names are found, in one of the first 50 lines.
    Case and spacing of a name are ignored where none is equal; of equal names the first counts. Raises
    `NoSuchColumnError` and `NotATableError`.
    """
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            header = _header(list(islice(file, _LINES_ABOVE_HEADER)), names, path)
            file.seek(0)
            return Columns(tuple(_cells(csv.reader(file, delimiter=header.delimiter), header)), header.notes)
    except (csv.Error, UnicodeError) as error:
        message = f"{path} can't be read as delimited text ({error}); a quotation mark that is never closed does that."
        raise NotATableError(message) from None


def _cells(reader: Iterator[list[str]], header: _Header) -> Iterator[tuple[str, ...]]:
    for row in islice(reader, header.row + 1, None):
        if any(cell and not cell.isspace() for cell in row):
            yield tuple(row[place].strip() if place < len(row) else "" for place in header.places)


def _encoding(path: Path) -> str:
    """By the mark at its start; else UTF-8 where all of it is that."""
    with path.open("rb") as file:
        start = file.read(4)
        marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
        if marked is not None:
            return marked
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _header(lines: Sequence[str], names: Sequence[str], path: Path) -> _Header:
    best: list[str] = []
    for delimiter in _DELIMITERS:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
            places = [_places(name, row) for name in names]
            if all(places):
                notes = (_twice(name, found) for name, found in zip(names, places, strict=True) if len(found) > 1)
                return _Header(delimiter, number, tuple(found[0] for found in places), tuple(dict.fromkeys(notes)))
            best = max(best, row, key=lambda each: (sum(bool(_places(name, each)) for name in names), len(each)))
    missing = ", ".join(f"'{name}'" for name in names if not _places(name, best))
    has = ", ".join(cell.strip() for cell in best) or "none"
    raise NoSuchColumnError(f"There is no column {missing} in {path}; its columns: {has}.")


def _places(name: str, row: Sequence[str]) -> list[int]:
    """Where the name stands: as it was given, else but for case and spacing."""
    exact = [place for place, cell in enumerate(row) if cell.strip() == name.strip()]
    return exact or [place for place, cell in enumerate(row) if _plain(cell) == _plain(name)]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _twice(name: str, found: Sequence[int]) -> str:
    return f"there are {len(found)} columns '{name}'; the first one was read"
