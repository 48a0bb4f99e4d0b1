"""Reports are read as flat rows, whatever their nesting, and keep what QuickBooks wrote to the cent."""

import json
from datetime import date
from pathlib import Path

import pytest

from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.infra.qbo.reports import Cell, Report, RowKind, read_report
from oodaloo.kit.money import Currency
from tests.support.bank_ledgers import a_report, a_row, a_section, cells
from tests.support.books import usd

USD = Currency("USD")
SAMPLES = Path(__file__).parents[3].parent / "shared" / "qbo-samples"


def recorded(path: str) -> Report:
    """A recorded report; the test is left out where there are no recordings."""
    if not SAMPLES.is_dir():
        pytest.skip("no recorded answers beside the repository")
    body = json.loads((SAMPLES / path).read_text())
    if "interactions" in body:
        body = body["interactions"][0]["response"]["body"]
    return read_report(json.dumps(body).encode())


def test_rows_come_flat_with_the_sections_around_them() -> None:
    """A parent account has its own amount in its heading, its children below it, and a total that is none of theirs."""
    children = [a_row(("Savings", "36"), "20.00"), a_row(("Vault", "37"), "")]
    parent = a_section([("Checking", "35"), "7.50"], children, ["Total Checking", "27.50"])
    banks = a_section(["Bank Accounts", ""], [parent], ["Total Bank Accounts", "27.50"], group="BankAccounts")
    report = a_report("BalanceSheet", ("account", "total"), [banks])
    read = [(row.kind, row.label.id, row.amount("total", USD)) for row in report.rows]
    assert read == [
        (RowKind.HEADING, "", None),
        (RowKind.HEADING, "35", usd("7.50")),
        (RowKind.DATA, "36", usd(20)),
        (RowKind.DATA, "37", None),
        (RowKind.SUMMARY, "", usd("27.50")),
        (RowKind.SUMMARY, "", usd("27.50")),
    ]
    assert [[each.heading.text for each in row.sections] for row in report.rows[2:5]] == 3 * [
        ["Bank Accounts", "Checking"]
    ]
    assert {section.group for row in report.rows for section in row.sections} == {"BankAccounts", ""}


def test_cells_are_found_by_their_column() -> None:
    """Text, the id that a cell names, days and amounts; a blank or missing cell is blank, no day and no amount."""
    row = a_row("2026-09-30", ("Payroll Check", "12"), "-1,5", "")
    report = a_report("GeneralLedger", ("tx_date", "txn_type", "subt_nat_amount", "memo"), [row])
    (read,) = report.rows
    assert (read.text("txn_type"), read.id("txn_type"), read.id("tx_date")) == ("Payroll Check", "12", "")
    assert read.day("tx_date") == date(2026, 9, 30)
    assert (read.day("memo"), read.amount("memo", USD), read.text("nothing")) == (None, None, "")
    with pytest.raises(QboMalformedAnswerError, match="report it"):
        read.amount("subt_nat_amount", USD)


def test_a_total_s_label_may_stand_in_a_column_of_its_own() -> None:
    """Where the first column holds amounts, the total's amounts are still found under their columns."""
    section = a_section(["Design income", ""], [a_row("337.50", "1.00")], ["Total for Design income", "637.50", "2.00"])
    report = a_report("ProfitAndLossDetail", ("subt_nat_amount", "tax_amount"), [section])
    total = report.rows[-1]
    assert total.label == Cell("Total for Design income")
    assert (total.amount("subt_nat_amount", USD), total.amount("tax_amount", USD)) == (usd("637.50"), usd(2))


def test_keys_where_quickbooks_gives_none() -> None:
    """Without ColKey, detail reports have their key in ColType, others are known by title or by what they name."""
    columns = [("", "Customer"), ("91 and over", "Money"), ("Total", "Money"), ("Amount", "subt_nat_home_amount")]
    body = {
        "Header": {"ReportName": "AgedReceivables", "Currency": "USD"},
        "Columns": {"Column": [{"ColTitle": title, "ColType": kind} for title, kind in columns]},
        "Rows": {"Row": [{"ColData": cells(("Jane", "4"), "", "37.50", "1")}]},
    }
    report = read_report(json.dumps(body).encode())
    assert report.columns == ("customer", "91 and over", "total", "subt_nat_home_amount")
    assert report.rows[0].amount("total", USD) == usd("37.50")


def test_nothing_to_report_is_told() -> None:
    """A report without data says so, with or without rows; what is no report is refused with what to do."""
    assert not a_report("AgedPayables", ("total",), [], nothing=True).has_data
    empty = b'{"Header":{"ReportName":"A","Currency":"USD"},"Columns":{},"Rows":{}}'
    assert read_report(empty).rows == ()
    with pytest.raises(QboMalformedAnswerError, match="Try again"):
        read_report(b'{"Header":{"Repo')


@pytest.mark.parametrize(
    ("path", "rows", "label", "key", "amount"),
    [
        (
            "reports/balance_sheet_with_year_summary.json",
            46,
            "Original Cost",
            "jan 1 - jun 21, 2015",
            "13495.00",
        ),
        ("reports/cashflow.json", 15, "Cash at end of period", "total", "2281.00"),
        ("reports/doc_aged_receivables.json", 2, "Jane Litigious", "total", "37.50"),
        ("reports/doc_aged_payable_detail.json", 7, "Cal Telephone", "amount", None),
        ("reports/doc_cash_flow.json", 10, "Cash at end of period", "total", "5000.00"),
        ("reports/profit_and_loss_2024-12.json", 41, "Landscaping Services", "total", "197.50"),
        ("reports/profitandlossdetailwithoptions.json", 145, "Net Income", "subt_nat_amount", "-1746.56"),
        ("vcr-2020/reports__profit_and_loss.json", 7, "Net Income", "total", None),
    ],
)
def test_recorded_reports_are_read_whole(path: str, rows: int, label: str, key: str, amount: str | None) -> None:
    """Every row of what QuickBooks really sent is there, and an amount of it stands where a person finds it."""
    report = recorded(path)
    assert len(report.rows) == rows
    found = next(row for row in report.rows if row.label.text == label)
    assert found.amount(key, USD) == (None if amount is None else usd(amount))


def test_a_recorded_report_without_data_says_so() -> None:
    """QuickBooks' own empty report has section headings and totals, and no data."""
    assert not recorded("vcr-2020/reports__profit_and_loss.json").has_data
    listed = recorded("reports/doc_transaction_list_by_customer.json")
    assert [row.id("txn_type") for row in listed.rows if row.kind is RowKind.DATA] == ["151"]
