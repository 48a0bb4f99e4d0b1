"""The shape of each recorded or documented report against ours: the same keys, groups, types and spelling.

A deviation stands in `EXTRA` (we write it, the sample doesn't) or `MISSING` with its reason, and fails when it is
gone.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from behaviour.reports.reading import ask, lines
from behaviour.reports.story import story_books
from emulator_support import OPENED, journal_entry

from qbo_emulator.books import Books
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.load import load_recordings

MONEY: Final = re.compile(r"(-?\d+\.\d\d)?")
REQUESTS: Final = {
    "reports/balance_sheet_with_year_summary.json": (
        "BalanceSheet",
        {"date_macro": "all", "summarize_column_by": "Year"},
    ),
    "reports/cashflow.json": ("CashFlow", {"start_date": "2026-01-01", "end_date": "2026-02-28"}),
    "reports/doc_cash_flow.json": ("CashFlow", {"date_macro": "This Fiscal Year-to-date"}),
    "reports/doc_aged_payable_detail.json": (
        "AgedPayableDetail",
        {"report_date": "2026-01-31", "columns": "vend_name,due_date"},
    ),
    "reports/doc_aged_receivables.json": (
        "AgedReceivables",
        {"date_macro": "this fiscal year-to-date", "customer": "1"},
    ),
    "reports/doc_transaction_list_by_customer.json": (
        "TransactionList",
        {"start_date": "2026-02-01", "end_date": "2026-02-28", "group_by": "Customer"},
    ),
    "reports/profit_and_loss_2024-12.json": (
        "ProfitAndLoss",
        {"start_date": "2026-01-01", "end_date": "2026-02-28"},
    ),
}
_COLUMN_KEYS: Final = "later minor versions carry the ColKey in MetaData (public recordings of 2025 and 2026)"
EXTRA: Final[dict[str, dict[str, str]]] = {
    "reports/cashflow.json": {
        "Header.Option[].Name": "the recording of 2014 is older than Option; the later sample has it",
        "Header.Option[].Value": "the recording of 2014 is older than Option; the later sample has it",
        "Row.group of Data": "the recording of 2014 has no group on Net Income; the later sample has it",
    },
    "reports/doc_aged_payable_detail.json": {
        "Columns.Column[].MetaData[].Name": _COLUMN_KEYS,
        "Columns.Column[].MetaData[].Value": _COLUMN_KEYS,
    },
    "reports/doc_transaction_list_by_customer.json": {
        "Columns.Column[].MetaData[].Name": _COLUMN_KEYS,
        "Columns.Column[].MetaData[].Value": _COLUMN_KEYS,
    },
}
MISSING: Final[dict[str, dict[str, str]]] = {}
GROUPS_WITHOUT_US: Final = {
    "reports/cashflow.json": {
        "FinancingActivites": "QuickBooks' misspelling of 2014; the later sample is spelled right"
    },
}
RECORDED_AT_DIFFERENT_MOMENTS: Final = {
    "Test Customer Final": "the list of payments was recorded before its last one",
    "Bob's Burger Joint": "the list of bills was recorded before its last one",
}


def recorded(samples: Path, name: str) -> JsonObject:
    """A recorded report."""
    report: JsonObject = json.loads((samples / name).read_text())
    return report


def ours(name: str) -> JsonObject:
    """The same report of the story's books, with a few more accounts so that every recorded section is there."""
    report, parameters = REQUESTS[name]
    return ask(fuller_books(), report, **parameters)


def fuller_books() -> Books:
    """The story's books with a loan, other current assets and liabilities, cost of sales and a desk in its place."""
    books = story_books()
    kinds = ("Long Term Liability", "Other Current Asset", "Other Current Liability", "Cost of Goods Sold")
    bodies: list[JsonObject] = [{"Name": f"Some {kind}", "AccountType": kind} for kind in kinds]
    bodies.append({"Name": "Desks", "AccountType": "Fixed Asset", "ParentRef": {"value": "7"}})
    for fields in bodies:
        made = books.create("Account", fields, at=OPENED)
        body = journal_entry(("Debit", made["Id"], "5"), ("Credit", "6", "5"))
        books.create("JournalEntry", {**body, "TxnDate": "2026-02-11"}, at=OPENED)
    return books


def paths(value: object, path: str = "") -> Iterator[str]:
    """The paths of all leaves, as if rows were not nested."""
    if isinstance(value, dict):
        for key, each in value.items():
            inner = f"{path}.{key}" if path else key
            yield from paths(each, "Row" if inner.endswith("Rows.Row") else inner)
        if path == "Row" and value.get("type") == "Data" and "group" in value:
            yield "Row.group of Data"
    elif isinstance(value, list):
        for each in value:
            yield from paths(each, path if path == "Row" else f"{path}[]")
    else:
        yield path


def groups(report: JsonObject) -> set[str]:
    """All group names."""
    return set(re.findall(r'"group": "(\w+)"', json.dumps(report)))


def money_cells(report: JsonObject) -> list[str]:
    """The texts below the columns of money, of rows that have all columns."""
    kinds = [one["ColType"] for one in report["Columns"]["Column"]]
    places = [place for place, kind in enumerate(kinds) if kind == "Money"]
    return [texts[place] for texts, _ in lines(report) if len(texts) == len(kinds) for place in places]


@pytest.mark.recorded("reports/*.json")
@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_keys(samples: Path, name: str) -> None:
    """Every key of the recorded report is in ours at the same place, and no other, but for named deviations."""
    theirs, made = set(paths(recorded(samples, name))), set(paths(ours(name)))
    assert made - theirs == set(EXTRA.get(name, {}))
    assert theirs - made == set(MISSING.get(name, {}))


@pytest.mark.recorded("reports/*.json")
@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_groups(samples: Path, name: str) -> None:
    """Every recorded group is one of ours, spelled the same."""
    missing = groups(recorded(samples, name)) - groups(ours(name))
    assert missing == set(GROUPS_WITHOUT_US.get(name, {}))


@pytest.mark.recorded("reports/*.json")
@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_spelling(samples: Path, name: str) -> None:
    """All leaves are texts; amounts have two decimals or are blank, in theirs as in ours."""
    for report in (recorded(samples, name), ours(name)):
        assert all(MONEY.fullmatch(text) for text in money_cells(report))
        assert '": null' not in json.dumps(report)
        assert all(isinstance(each, str) for each in leaves(report))


@pytest.mark.recorded("reports/*.json")
@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_header(samples: Path, name: str) -> None:
    """The header has the recorded parts in the recorded order."""
    theirs = [key for key in recorded(samples, name)["Header"] if not key.startswith("Option")]
    made = [key for key in ours(name)["Header"] if not key.startswith("Option")]
    if Path(name).name.startswith("doc_"):
        # Documentation samples list their keys in no order.
        assert sorted(made) == sorted(theirs)
    else:
        assert made == theirs


@pytest.mark.recorded("vcr-2020/reports__profit_and_loss.json")
def test_an_empty_profit_and_loss_to_the_byte(samples: Path) -> None:
    """Asked the recorded question, books without transactions give the recorded answer but for its time."""
    [interaction] = json.loads((samples / "vcr-2020" / "reports__profit_and_loss.json").read_text())["interactions"]
    body = json.loads(interaction["response"]["raw"])
    books = story_books()
    made = ask(books, "ProfitAndLoss", **interaction["request"]["query"])
    assert json.dumps({**made, "Header": {**made["Header"], "Time": body["Header"]["Time"]}}) == json.dumps(body)


@pytest.mark.recorded("us-sandbox-2026/*: balances of customers and vendors")
def test_ageing_of_recorded_documents_is_the_recorded_balance(samples: Path) -> None:
    """Loaded from recordings, what is open by documents is what QuickBooks says that each name owes or is owed."""
    books = load_recordings(samples / "us-sandbox-2026").books
    for entity, report in (("Customer", "CustomerBalance"), ("Vendor", "VendorBalance")):
        parsed = ask(books, report, datetime(2026, 5, 5, 20, tzinfo=UTC))
        cells = [row["ColData"] for _, row in lines(parsed) if "ColData" in row]
        shown = {label["id"]: Decimal(amount["value"]) for label, amount in cells}
        for name in books.records(entity):
            if name["DisplayName"] not in RECORDED_AT_DIFFERENT_MOMENTS:
                assert shown.get(name["Id"], Decimal(0)) == name["Balance"], name["DisplayName"]


@pytest.mark.recorded("reports/profit_and_loss_2024-12.json: an account's own amount stands in its Header")
def test_recorded_figures_add_up_as_ours_do(samples: Path) -> None:
    """In the recording and in ours, a section's own amount and its rows come to its total."""
    for report in (
        recorded(samples, "reports/profit_and_loss_2024-12.json"),
        ours("reports/profit_and_loss_2024-12.json"),
    ):
        for row in report["Rows"]["Row"]:
            if "Rows" in row:
                assert added_up(row) == Decimal(row["Summary"]["ColData"][1]["value"])


def added_up(row: JsonObject) -> Decimal:
    """The sum of a row or section by its leaves and own amounts."""
    if "ColData" in row:
        return Decimal(row["ColData"][1]["value"] or "0")
    own = Decimal(row["Header"]["ColData"][1]["value"] or "0")
    return own + sum((added_up(each) for each in row["Rows"]["Row"]), Decimal(0))


def leaves(value: object) -> Iterator[object]:
    """All leaves."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value
