"""The wanted columns are found in whatever program wrote the file."""

import codecs
from pathlib import Path

import pytest

from oodaloo.cli.delimited import NoSuchColumnError, NotATableError, read_columns

CAFE = ("Café Zoë", "7.50")
TEXT = "who,when,amount\nCafé Zoë,today,7.50\n"


def written(folder: Path, content: str | bytes) -> Path:
    """A file with that content."""
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", " | ").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("Café Zoë", '"Café Zoë"').encode(),
        f"sep=,\n{TEXT}".encode(),
        f"Receivables of 2026\n\nas of today, in USD\n{TEXT}".encode(),
        f"\n\n{TEXT}\n,,\n\n".encode(),
        TEXT.replace("who", " Who ").encode(),
        TEXT.rstrip().encode(),
    ],
)
def test_the_same_row_from_many_programs(content: bytes, tmp_path: Path) -> None:
    """Encodings, delimiters, line ends, titles above the header and blank rows below change nothing."""
    assert read_columns(written(tmp_path, content), ["who", "amount"]).rows == (CAFE,)


def test_rows_of_any_length(tmp_path: Path) -> None:
    """What a short row lacks is empty, what a long one has too much is left aside."""
    path = written(tmp_path, "who,amount\nAlder\nBirch,5,7,9\n")
    assert read_columns(path, ["who", "amount"]).rows == (("Alder", ""), ("Birch", "5"))


def test_a_cell_may_hold_anything_in_quotes(tmp_path: Path) -> None:
    """Delimiters, line ends and quotation marks in quotes belong to the cell."""
    path = written(tmp_path, 'who,amount\n"Alder, ""A""\nInc.",5\n')
    assert read_columns(path, ["who", "amount"]).rows == (('Alder, "A"\nInc.', "5"),)


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    """The first column counts and that is said; an equal name goes before one that differs in case."""
    read = read_columns(written(tmp_path, "Due,due,amount,amount\n1,2,3,4\n"), ["due", "amount"])
    assert read.rows == (("2", "3"),)
    assert read.notes == ("there are 2 columns 'amount'; the first one was read",)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Beside it stand the columns that the file has, by the delimiter that fits best."""
    with pytest.raises(NoSuchColumnError, match=r"no column 'paid' in .*; its columns: who, amount\."):
        read_columns(written(tmp_path, "who;amount\nAlder;1,5\n"), ["who", "paid"])
    with pytest.raises(NoSuchColumnError, match="its columns: none"):
        read_columns(written(tmp_path, ""), ["who"])


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    """It swallows the rest of the file; that is told, and not read as one long name."""
    with pytest.raises(NotATableError, match="quotation mark"):
        read_columns(written(tmp_path, 'who,amount\n"Alder,5\n' + "Birch,6\n" * 20_000), ["who", "amount"])


def test_what_is_no_text_is_no_table(tmp_path: Path) -> None:
    """A picture has no such columns."""
    with pytest.raises(NoSuchColumnError):
        read_columns(written(tmp_path, bytes(range(256)) * 50), ["who"])
