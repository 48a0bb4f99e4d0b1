"""What a report takes, what it refuses and how: never in silence, never with a failure of ours."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from behaviour.reports.reading import ask, column_keys, column_titles, paper
from behaviour.reports.story import story_books
from emulator_support import OPENED, small_books
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports import REPORTS
from qbo_emulator.reports.grid import UNITS
from qbo_emulator.reports.parameters import Parameters
from qbo_emulator.reports.periods import Calendar, Period, Unit, divided, title

NAMES = (
    *("BalanceSheet", "ProfitAndLoss", "CashFlow", "TrialBalance", "GeneralLedger", "TransactionList"),
    *("AgedReceivables", "AgedReceivableDetail", "AgedPayables", "AgedPayableDetail"),
    *("CustomerBalance", "VendorBalance"),
)
MACROS = {
    "Today": ("2016-03-09", "2016-03-09"),
    "Yesterday": ("2016-03-08", "2016-03-08"),
    "This Week": ("2016-03-06", "2016-03-12"),
    "Last Week": ("2016-02-28", "2016-03-05"),
    "This Week-to-date": ("2016-03-06", "2016-03-09"),
    "Last Week-to-date": ("2016-02-28", "2016-03-02"),
    "Next Week": ("2016-03-13", "2016-03-19"),
    "Next 4 Weeks": ("2016-03-13", "2016-04-09"),
    "This Month": ("2016-03-01", "2016-03-31"),
    "Last Month": ("2016-02-01", "2016-02-29"),
    "This Month-to-date": ("2016-03-01", "2016-03-09"),
    "Last Month-to-date": ("2016-02-01", "2016-02-09"),
    "Next Month": ("2016-04-01", "2016-04-30"),
    "This Fiscal Quarter": ("2016-01-01", "2016-03-31"),
    "Last Fiscal Quarter": ("2015-10-01", "2015-12-31"),
    "This Fiscal Quarter-to-date": ("2016-01-01", "2016-03-09"),
    "Last Fiscal Quarter-to-date": ("2015-10-01", "2015-12-09"),
    "Next Fiscal Quarter": ("2016-04-01", "2016-06-30"),
    "This Fiscal Year": ("2016-01-01", "2016-12-31"),
    "Last Fiscal Year": ("2015-01-01", "2015-12-31"),
    "This Fiscal Year-to-date": ("2016-01-01", "2016-03-09"),
    "Last Fiscal Year-to-date": ("2015-01-01", "2015-03-09"),
    "Next Fiscal Year": ("2017-01-01", "2017-12-31"),
    "Last Calendar Year-to-date": ("2015-01-01", "2015-03-09"),
    "Next Calendar Quarter": ("2016-04-01", "2016-06-30"),
}
"""Every documented macro, as of Wednesday 2016-03-09, when the documented cash flow sample was made."""


def refusal(name: str, **parameters: str) -> QboFault:
    """The fault that a report answers with."""
    with pytest.raises(QboFault) as caught:
        ask(story_books(), name, **parameters)
    return caught.value


@pytest.mark.documented("date_macro: supported values; the sample of CashFlow dates one of them")
@pytest.mark.parametrize("macro", MACROS)
def test_date_macros(macro: str) -> None:
    """Each macro means its days, in any case of letters; weeks start on Sunday."""
    calendar = Calendar(date(2016, 3, 9), 1)
    first, last = (date.fromisoformat(day) for day in MACROS[macro])
    assert calendar.macro(macro.upper()) == Period(first, last)


@pytest.mark.documented("Preferences.AccountingInfoPrefs.FirstMonthOfFiscalYear")
def test_fiscal_years_that_start_in_another_month() -> None:
    """In a company whose year starts in July, the BalanceSheet's net income starts there too."""
    books = story_books()
    books.set_preferences({"AccountingInfoPrefs": {"FirstMonthOfFiscalYear": "July"}})
    report = ask(books, "ProfitAndLoss", date_macro="This Fiscal Year-to-date")
    assert report["Header"]["StartPeriod"] == "2025-07-01"
    assert report["Header"]["DateMacro"] == "this fiscal year-to-date"
    lines = [line.strip() for line in paper(ask(books, "BalanceSheet"))]
    assert "Net Income | 600.00" in lines
    assert not any(line.startswith("Retained Earnings") for line in lines)


@pytest.mark.documented("the samples' headers: which report names which dates, basis and options")
def test_headers() -> None:
    """Macros are named in lower case and as calendar years; explicit dates name no macro."""
    books = story_books()

    def header(name: str, **parameters: str) -> JsonObject:
        return {key: value for key, value in ask(books, name, **parameters)["Header"].items() if key != "Time"}

    year = {"StartPeriod": "2026-01-01", "EndPeriod": "2026-02-28"}
    option = {"Name": "NoReportData", "Value": "false"}
    named = {"DateMacro": "this calendar year-to-date"}
    basis, currency = {"ReportBasis": "Accrual"}, {"Currency": "USD"}
    by = {"SummarizeColumnsBy": "Total"}
    standard = {"Name": "AccountingStandard", "Value": "GAAP"}
    assert header("ProfitAndLoss") == {
        "ReportName": "ProfitAndLoss", **named, **basis, **year, **by, **currency, "Option": [standard, option]
    }  # fmt: skip
    assert header("CashFlow", start_date="2026-01-01", end_date="2026-02-28") == {
        "ReportName": "CashFlow", **year, **by, **currency, "Option": [option]
    }  # fmt: skip
    day = {"Name": "report_date", "Value": "2026-02-28"}
    assert header("AgedPayables") == {
        "ReportName": "AgedPayables", "DateMacro": "today", "StartPeriod": "2026-02-28", "EndPeriod": "2026-02-28",
        **currency, "Option": [day, {"Name": "NoReportData", "Value": "true"}],
    }  # fmt: skip
    assert header("CustomerBalance", customer="1") == {
        "ReportName": "CustomerBalance", "DateMacro": "all", **currency, "Customer": "1", "Option": [day, option]
    }  # fmt: skip
    assert header("AgedReceivableDetail", report_date="2026-02-28") == {
        "ReportName": "AgedReceivableDetail", "EndPeriod": "2026-02-28", **currency, "Option": [day, option]
    }  # fmt: skip
    assert "StartPeriod" not in header("BalanceSheet", date_macro="All")


@pytest.mark.recorded("vcr-2020/reports__profit_and_loss.json: Time in Pacific, with seconds")
def test_time_is_pacific() -> None:
    """20:00 UTC in February is noon in California."""
    assert ask(small_books(), "BalanceSheet")["Header"]["Time"] == "2026-02-28T12:00:00-08:00"


@pytest.mark.inferred("a day is the company's: late in the evening of Greenwich it is still the day before")
def test_today_is_the_companys() -> None:
    """At 03:00 UTC on March 1 the report of today is February's."""
    report = ask(small_books(), "AgedReceivables", datetime(2026, 3, 1, 3, tzinfo=UTC))
    assert report["Header"]["EndPeriod"] == "2026-02-28"


@pytest.mark.recorded("reports/balance_sheet_with_year_summary.json: titles of years")
def test_titles_of_columns() -> None:
    """Whole units by their names, parts of them by their days."""
    spans: dict[Unit, tuple[str, str, list[str]]] = {
        "Year": ("2013-07-04", "2015-06-21", ["Jul 4 - Dec 31, 2013", "Jan - Dec 2014", "Jan 1 - Jun 21, 2015"]),
        "Quarter": ("2026-01-01", "2026-06-30", ["Jan - Mar, 2026", "Apr - Jun, 2026"]),
        "Month": ("2026-01-31", "2026-03-15", ["Jan 31, 2026", "Feb 2026", "Mar 1 - 15, 2026"]),
        "Week": ("2025-12-28", "2026-01-10", ["Dec 28, 2025 - Jan 3, 2026", "Jan 4 - 10, 2026"]),
        "Days": ("2026-01-01", "2026-01-02", ["Jan 1, 2026", "Jan 2, 2026"]),
    }
    for unit, (first, last, titles) in spans.items():
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        assert [title(each, unit) for each in divided(period, unit, 1)] == titles


@pytest.mark.inferred("cutting a period loses and doubles no day")
@given(
    st.dates(date(1999, 1, 1), date(2040, 1, 1)),
    st.integers(0, 900),
    st.sampled_from(UNITS),
    st.integers(1, 12),
)
def test_periods_follow_each_other(start: date, days: int, unit: Unit, first_month: int) -> None:
    """Parts are consecutive, start and end where the period does, and have different titles."""
    whole = Period(start, start + timedelta(days=days))
    parts = list(divided(whole, unit, first_month))
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(one.end + timedelta(days=1) == other.start for one, other in pairwise(parts))
    assert len({title(each, unit) for each in parts}) == len(parts)


@pytest.mark.documented("columns: the ones asked for, in that order")
def test_chosen_columns() -> None:
    """Columns come in the order asked for; debits and credits stand apart when asked for."""
    books = story_books()
    columns = "tx_date,txn_type,debt_amt,credit_amt,account_name"
    report = ask(books, "GeneralLedger", columns=columns, account="1", start_date="2026-02-20", end_date="2026-02-28")
    assert column_keys(report) == columns.split(",")
    assert paper(report)[2:4] == [
        "  2026-02-20 | Check |  | 300.00 | Checking",
        "  2026-02-27 | Payroll Check |  | 120.00 | Checking",
    ]
    assert paper(report)[-1] == "Total for Checking |  | 0.00 | 420.00 | "
    created = ask(books, "TransactionList", columns="create_date,txn_type", start_date="2026-02-25")
    assert paper(created) == ["2026-01-05T09:00:00-08:00 | Invoice", " | Payroll Check"]


@pytest.mark.documented("source_account_type: transactions by the account that they are about")
def test_source_account_type() -> None:
    """The general ledger of what came out of bank accounts leaves the card's purchase out."""
    report = ask(story_books(), "GeneralLedger", source_account_type="Bank", date_macro="All")
    printed = "\n".join(paper(report))
    assert "Payroll Check" in printed
    assert "Credit Card Expense" not in printed


@pytest.mark.documented("start_duedate, end_duedate, past_due")
def test_filters_of_aged_details() -> None:
    """Open documents by their due date or by how late they are."""
    books = story_books()
    asked = {"report_date": "2026-02-28", "columns": "doc_num"}
    assert "  1001" in paper(ask(books, "AgedReceivableDetail", end_duedate="2026-02-01", **asked))
    assert "  1001" not in paper(ask(books, "AgedReceivableDetail", start_duedate="2026-02-01", **asked))
    assert "  1002" not in paper(ask(books, "AgedReceivableDetail", past_due="40", **asked))


@pytest.mark.documented("AgedPayableDetail sample: without an amount column a total is a Header alone")
def test_details_without_amounts() -> None:
    """The total's text stands in the Header of a section that has nothing else."""
    report = ask(story_books(), "AgedReceivableDetail", columns="cust_name,due_date", report_date="2026-02-28")
    assert paper(report)[:3] == [
        "31 - 60 days past due | ",
        "  Acme | 2026-01-19",
        "Total for 31 - 60 days past due | ",
    ]
    assert list(report["Rows"]["Row"][1]) == ["Header", "type"]


@pytest.mark.inferred("a report of empty books is blank and says so")
@pytest.mark.parametrize("name", NAMES)
def test_reports_of_empty_books(name: str) -> None:
    """Every report can be asked of books without a transaction: no amount anywhere, NoReportData true."""
    report = ask(small_books(), name)
    assert report["Header"]["Option"][-1] == {"Name": "NoReportData", "Value": "true"}
    assert not any(char.isdigit() for line in paper(report) for char in line)


@pytest.mark.inferred("the name is compared like other parts of the path, in any case")
def test_names() -> None:
    """All twelve reports are there; another one answers 501 and names itself."""
    assert {kind.name for kind in REPORTS.values()} == set(NAMES)
    assert ask(small_books(), "balancesheet")["Header"]["ReportName"] == "BalanceSheet"
    fault = refusal("ProfitAndLossDetail")
    assert fault.status == 501
    assert "ProfitAndLossDetail" in fault.errors[0].detail


@pytest.mark.inferred("codes of the entity API for the same mistakes")
@pytest.mark.parametrize(
    ("name", "parameters", "code"),
    [
        ("BalanceSheet", {"end_date": "2026-02-30"}, "2080"),
        ("BalanceSheet", {"end_date": "20260228"}, "2080"),
        ("BalanceSheet", {"end_date": "2026-W01-1"}, "2080"),
        ("BalanceSheet", {"end_date": "0001-01-01"}, "2080"),
        ("BalanceSheet", {"date_macro": "Someday"}, "2170"),
        ("BalanceSheet", {"summarize_column_by": "Decade"}, "2170"),
        ("BalanceSheet", {"accounting_method": "Guess"}, "2170"),
        ("ProfitAndLoss", {"start_date": "2026-02-01", "end_date": "2026-01-01"}, "6000"),
        ("ProfitAndLoss", {"customer": "Acme"}, "2030"),
        ("ProfitAndLoss", {"customer": "99"}, "2500"),
        ("ProfitAndLoss", {"start_date": "1900-01-01", "summarize_column_by": "Days"}, "6000"),
        ("AgedPayables", {"aging_method": "Yesterday"}, "2170"),
        ("AgedPayables", {"num_periods": "0"}, "2080"),
        ("AgedPayables", {"num_periods": "9" * 5000}, "2080"),
        ("AgedPayableDetail", {"aging_period": "a month"}, "2080"),
        ("GeneralLedger", {"columns": "tx_date,colour"}, "2170"),
        ("GeneralLedger", {"account_type": "Cash"}, "2170"),
        ("TransactionList", {"group_by": "Mood"}, "2170"),
    ],
)
def test_bad_values(name: str, parameters: dict[str, str], code: str) -> None:
    """A value that QuickBooks can't take is a validation fault with the code for it."""
    fault = refusal(name, **parameters)
    assert (fault.status, fault.fault_type, fault.errors[0].code) == (400, "ValidationFault", code)


@pytest.mark.inferred("what QuickBooks can do and the emulator can't yet is said, not left out")
@pytest.mark.parametrize(
    ("name", "parameters", "named"),
    [
        ("BalanceSheet", {"accounting_method": "Cash"}, "accounting_method=Cash"),
        ("BalanceSheet", {"summarize_column_by": "Customers"}, "summarize_column_by=Customers"),
        ("ProfitAndLoss", {"summarize_column_by": "Classes"}, "summarize_column_by=Classes"),
        ("ProfitAndLoss", {"class": "1"}, "parameter class"),
        ("ProfitAndLoss", {"qzurl": "true"}, "parameter qzurl"),
        ("GeneralLedger", {"columns": "klass_name"}, "column klass_name"),
        ("GeneralLedger", {"sort_order": "descend"}, "parameter sort_order"),
        ("TransactionList", {"group_by": "Month"}, "group_by=Month"),
    ],
)
def test_what_is_not_there_yet(name: str, parameters: dict[str, str], named: str) -> None:
    """A documented parameter or value without effect here answers 501 and names itself and the report."""
    fault = refusal(name, **parameters)
    assert fault.status == 501
    assert named in fault.errors[0].detail
    assert name in fault.errors[0].detail


@pytest.mark.recorded("node-quickbooks and SDKs send format and minorversion with every report")
def test_parameters_of_no_report_are_ignored() -> None:
    """Names that no report knows, defaults and blank values change nothing."""
    books = story_books()
    plain = ask(books, "BalanceSheet")
    assert ask(books, "BalanceSheet", minorversion="75", format="json", qzurl="false", date_macro="") == plain


PARAMETERS = sorted({name for kind in REPORTS.values() for name in kind.takes})
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["2026-01-01", "all", "Month", "1", "-1", "Cash", "1,2", "²"]))


@pytest.mark.inferred("whatever is sent, a fault is QuickBooks' own")
@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(PARAMETERS), TEXTS, max_size=3))
def test_any_text_is_answered(name: str, parameters: dict[str, str]) -> None:
    """Any parameters give a report or a fault of QuickBooks' own."""
    try:
        status = 200 if ask(small_books(), name, **parameters)["Header"]["ReportName"] == name else 0
    except QboFault as fault:
        status = fault.status
    assert status in (200, 400, 501)


@pytest.mark.documented("ReportPrefs.ReportBasis is the default of accounting_method")
def test_preferred_basis() -> None:
    """A company that prefers cash basis gets it in ProfitAndLoss; the others say that they are on accrual."""
    books = story_books()
    books.set_preferences({"ReportPrefs": {"ReportBasis": "Cash"}})
    assert ask(books, "ProfitAndLoss")["Header"]["ReportBasis"] == "Cash"
    assert ask(books, "BalanceSheet")["Header"]["ReportBasis"] == "Accrual"
    assert column_titles(ask(books, "CashFlow")) == ["", "Total"]
    assert Parameters({}, books, OPENED).calendar.today == date(2026, 1, 5)
