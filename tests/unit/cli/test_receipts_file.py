"""Rows become documents, and each row that doesn't is counted with its reason."""

from datetime import date
from pathlib import Path

import pytest

from oodaloo.cli.receipts_file import ColumnNames, NothingReadableError, ReceiptsFile, read_documents
from oodaloo.runway.model.receipts import Document, PartPayment

NAMES = ColumnNames("who", "issued", "due", "paid", "amount")
HEADER = "who,issued,due,paid,amount\n"
GOOD = "Alder,2026-01-05,2026-02-04,2026-02-10,100.00\n"


def read(folder: Path, rows: str, *, date_format: str | None = None) -> ReceiptsFile:
    """What is read from a file of these rows."""
    path = folder / "file.csv"
    path.write_text(HEADER + rows)
    return read_documents(path, NAMES, date_format)


def test_a_paid_and_an_open_document(tmp_path: Path) -> None:
    """$100 paid in one go, and $50 without a paid date, which are open to the end."""
    found = read(tmp_path, GOOD + "Birch,2026-01-06,2026-02-05,,50\n")
    first, second = found.documents
    assert first == Document(
        "000000000",
        "Alder",
        date(2026, 1, 5),
        date(2026, 2, 4),
        10_000,
        (PartPayment(date(2026, 2, 10), 10_000),),
    )
    assert (second.customer, second.cents, second.payments) == ("Birch", 5_000, ())
    assert (found.rows, found.dropped.total(), found.notes) == (2, 0, ())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-01-05,2026-02-04,2026-02-10,100", "no counterparty"),
        ("Alder,,2026-02-04,2026-02-10,100", "no issued"),
        ("Alder,2026-01-05,NULL,2026-02-10,100", "no due"),
        ("Alder,2026-01-05,2026-02-04,2026-02-10,", "no amount"),
        ("Alder,2026-01-05,2026-02-04,soon,100", "paid can't be read"),
        ("Alder,2026-13-05,2026-02-04,2026-02-10,100", "issued can't be read"),
        ("Alder,2026-01-05,2026-02-04,2026-02-10,many", "amount can't be read"),
        ("Alder,2026-01-05,2026-02-04,2026-02-10,0", "amount not above 0"),
        ("Alder,2026-01-05,2026-02-04,2026-02-10,(5)", "amount not above 0"),
        ("Alder,2026-01-05,2026-02-04,2026-02-10,1e15", "amount of 10^15 or more"),
        ("Alder,2026-01-05,2026-02-04,2026-01-04,100", "paid before issue"),
        ("Alder", "no issued"),
    ],
)
def test_a_row_that_is_left_out_says_why(row: str, reason: str, tmp_path: Path) -> None:
    """Beside a good row, one that lacks something, can't be read, or isn't a receivable."""
    found = read(tmp_path, GOOD + row + "\n")
    assert len(found.documents) == 1
    assert (found.rows, dict(found.dropped)) == (2, {reason: 1})


@pytest.mark.parametrize("paid", ["", "NULL", "NaN", "NaT", "None", "-", "0000-00-00"])
def test_words_for_nothing_are_open(paid: str, tmp_path: Path) -> None:
    """However a program writes that there is no payment, the document is open."""
    assert read(tmp_path, f"Alder,2026-01-05,2026-02-04,{paid},100\n").documents[0].payments == ()


def test_a_column_of_which_nothing_can_be_read_is_a_wrong_call(tmp_path: Path) -> None:
    """The wrong column or the wrong format: one value is shown, and what says otherwise."""
    with pytest.raises(NothingReadableError, match="'issued' can be read, for example '2026-01-05'; see --date-format"):
        read(tmp_path, GOOD, date_format="%d.%m.%Y")
    with pytest.raises(NothingReadableError, match="'amount' can be read, for example 'much'"):
        read(tmp_path, "Alder,2026-01-05,2026-02-04,2026-02-10,much\n")


def test_no_rows_and_no_payments_are_no_failure(tmp_path: Path) -> None:
    """A header alone, and documents of which none was paid."""
    assert read(tmp_path, "").rows == 0
    assert len(read(tmp_path, "Alder,2026-01-05,2026-02-04,,100\n").documents) == 1


def test_small_units_keep_their_proportions(tmp_path: Path) -> None:
    """Amounts in millions with four decimals: 1.2345 and 0.0001 are 12,345 to 1."""
    rows = "Alder,2026-01-05,2026-02-04,,1.2345\nBirch,2026-01-05,2026-02-04,,0.0001\n"
    assert [each.cents for each in read(tmp_path, rows).documents] == [12_345, 1]


def test_a_slip_of_the_pen_is_left_out(tmp_path: Path) -> None:
    """Of 252 rows one is dated 2176 and one paid in 2096; of two rows, nobody knows which one is the slip."""
    slips = "Alder,2176-01-05,2176-02-04,,100\n" + GOOD.replace("2026-02-10", "2096-02-10")
    found = read(tmp_path, GOOD * 250 + slips)
    assert dict(found.dropped) == {"dated years from all others": 2}
    assert read(tmp_path, GOOD + "Alder,2176-01-05,2176-02-04,,100\n").dropped.total() == 0
