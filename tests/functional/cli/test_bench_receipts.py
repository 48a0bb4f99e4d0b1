"""`oodaloo bench receipts` keeps its contract on clean and on dirty files, and ends as commands end."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.product import Told, run
from tests.support.receivables import LATE_PAYMENTS, needs_late_payments, wholesale

FIGURES = {
    "rows",
    "dropped",
    "mae_issue_days",
    "mae_remaining_days",
    "wape_28d",
    "wape_weeks",
    "coverage80_weekly",
    "coverage80_28d",
    "pinball_days",
    "seconds",
    "baselines",
}
OF_A_BASELINE = {"mae_issue_days", "mae_remaining_days", "wape_28d", "wape_weeks", "pinball_days"}
COLUMNS = ("--counterparty", "who", "--issued", "issued", "--due", "due", "--paid", "paid", "--amount", "amount")
HEADER = "who,issued,due,paid,amount"


def measured(path: Path, *options: str, columns: Iterable[str] = COLUMNS) -> Told:
    """What the command says about a file."""
    return run("bench", "receipts", str(path), *columns, "--json", *options, folder=path.parent)


def figures(told: Told) -> dict[str, Any]:
    """Its one JSON object, which holds what the contract promises and no number that isn't one."""
    assert told.status == 0, told.err
    found = json.loads(told.out, parse_constant=pytest.fail)
    assert set(found) == FIGURES
    assert set(found["baselines"]) == {"due_date", "global_median", "customer_median"}
    assert all(set(baseline) == OF_A_BASELINE for baseline in found["baselines"].values())
    assert len(found["wape_weeks"]) == 4
    return dict(found)


def clean_rows(size: int) -> list[tuple[str, str, str, str, str]]:
    """Made-up invoices as cells of text."""
    return [
        (
            each.customer,
            f"{each.issued:%Y-%m-%d}",
            f"{each.due:%Y-%m-%d}",
            f"{each.payments[0].day:%Y-%m-%d}" if each.payments else "",
            f"{each.cents / 100:.2f}",
        )
        for each in wholesale(size, seed=4)
    ]


def file_of(folder: Path, rows: Iterable[Iterable[str]], header: str = HEADER) -> Path:
    """A plain file of comma-separated values."""
    path = folder / "clean.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    return path


def test_a_dirty_file_says_the_same_as_a_clean_one(tmp_path: Path) -> None:
    """The same 400 documents, once plain, once in Windows-1252 with semicolons, day first, decimal commas and junk.

    The junk is dropped and counted: no amount, an amount of nothing, a date that isn't one, paid before issue.
    """
    clean = clean_rows(400)
    dirty = tmp_path / "dirty.csv"
    lines = ["Débiteurs", "", "Amount;Who;Issued;Due;Paid;Notes;Notes"]
    for who, *days, amount in clean:
        european = f"{float(amount):,.2f}".translate(str.maketrans(",.", ".,"))
        dates = ["/".join(reversed(day.split("-"))) if day else "NULL" for day in days]
        lines.append(";".join([f"{european} €", f'"{who}"', *dates, "dû", ""]))
    lines += [";x;03/01/2024;03/02/2024;;;", "0,00 €;x;03/01/2024;03/02/2024;;;", "5,00 €;x;31/02/2024;03/03/2024;;;"]
    lines += ["5,00 €;x;03/02/2024;03/03/2024;02/02/2024;;", ";;;;;;"]
    dirty.write_bytes("\r\n".join(lines).encode("cp1252"))
    plain, mixed = figures(measured(file_of(tmp_path, clean))), measured(dirty)
    other = figures(mixed)
    assert (plain["rows"], plain["dropped"]) == (400, 0)
    assert (other["rows"], other["dropped"]) == (404, 4)
    for counted in ("rows", "dropped", "seconds"):
        plain.pop(counted), other.pop(counted)
    assert other == plain
    assert "1 of 404 rows dropped: paid before issue" in mixed.err.splitlines()


@pytest.mark.parametrize("size", [1, 29])
def test_hardly_any_rows_are_no_failure(size: int, tmp_path: Path) -> None:
    """What can be scored is, the rest is null."""
    assert figures(measured(file_of(tmp_path, clean_rows(400)[:size])))["rows"] == size


def test_no_rows_are_nulls(tmp_path: Path) -> None:
    """A header alone: nothing is scored, and not as 0."""
    found = figures(measured(file_of(tmp_path, [])))
    assert found["rows"] == found["dropped"] == 0
    assert found["wape_weeks"] == [None] * 4
    assert {found[name] for name in FIGURES - {"rows", "dropped", "seconds", "baselines", "wape_weeks"}} == {None}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--paid": "settled"}, "no column 'settled' in"),
        ({"--date-format": "%d.%m.%Y"}, "see --date-format"),
    ],
)
def test_a_wrong_call_is_one_line(changed: dict[str, str], said: str, tmp_path: Path) -> None:
    """Status 2, and what is wrong with columns or format."""
    options = {**dict(zip(COLUMNS[::2], COLUMNS[1::2], strict=True)), **changed}
    path = file_of(tmp_path, clean_rows(20))
    told = measured(path, columns=[word for pair in options.items() for word in pair])
    assert told.status == 2
    assert said in told.error


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Status 2 and its name."""
    told = measured(tmp_path / "nowhere.csv")
    assert (told.status, told.out) == (2, "")
    assert "nowhere.csv" in "".join(told.err.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", "").split())


def test_a_file_that_breaks_off_in_a_cell(tmp_path: Path) -> None:
    """Status 1 and where to look: a quotation mark swallows the rest."""
    told = measured(file_of(tmp_path, [('"Alder',), *clean_rows(4_000)]))
    assert told.status == 1
    assert "quotation mark" in told.error


@needs_late_payments
def test_the_late_payment_histories_by_the_command(tmp_path: Path) -> None:
    """The aims on real payments are reached by the command as it is typed."""
    names = ("customerID", "InvoiceDate", "DueDate", "SettledDate", "InvoiceAmount")
    columns = [word for pair in zip(COLUMNS[::2], names, strict=True) for word in pair]
    found = figures(measured(LATE_PAYMENTS, columns=columns))
    assert (found["rows"], found["dropped"]) == (2466, 0)
    assert found["mae_issue_days"] <= 5.9
    assert found["mae_remaining_days"] <= 5.6
    assert found["wape_28d"] <= 0.036
    assert all(week <= aim for week, aim in zip(found["wape_weeks"], (0.13, 0.15, 0.175, 0.22), strict=True))
    assert 0.75 <= found["coverage80_weekly"] <= 0.85
    assert 0.75 <= found["coverage80_28d"] <= 0.85
