"""Reports over HTTP: path, content type, faults."""

import json

import pytest
from emulator_support import OPENED, ServedMaker, invoice


@pytest.mark.recorded("vcr-2020/reports__profit_and_loss.json: bare report, no envelope")
async def test_a_report_over_http(serve: ServedMaker) -> None:
    """The answer is the report itself, all values as texts, and carries QuickBooks' headers."""
    served = serve()
    served.books.create("Invoice", invoice("120.50", TxnDate="2026-01-05"), at=OPENED)
    answer = await served.get(
        "reports/ProfitAndLoss", start_date="2026-01-01", end_date="2026-01-31", minorversion="75"
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json;charset=UTF-8")
    report = answer.json()
    assert list(report) == ["Header", "Columns", "Rows"]
    assert report["Rows"]["Row"][-1]["Summary"]["ColData"] == [{"value": "Net Income"}, {"value": "120.50"}]
    assert "qbo-version" in answer.headers


@pytest.mark.inferred("another method or path has no resource")
async def test_paths_below_reports(serve: ServedMaker) -> None:
    """POST, no name and too long a path are unsupported operations; an unknown report is 501."""
    served = serve()
    for answer in (
        await served.post("reports/BalanceSheet", {}),
        await served.get("reports"),
        await served.get("reports/BalanceSheet/1"),
    ):
        assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (400, "500")
    missing = await served.get("reports/InventoryValuationSummary")
    assert missing.status_code == 501
    assert "InventoryValuationSummary" in missing.text


@pytest.mark.inferred("codes of the entity API for the same mistakes")
async def test_a_bad_parameter_over_http(serve: ServedMaker) -> None:
    """A day that doesn't exist is a validation fault in QuickBooks' envelope."""
    served = serve()
    answer = await served.get("reports/BalanceSheet", end_date="2026-02-30")
    assert answer.status_code == 400
    fault = answer.json()["Fault"]
    assert (fault["type"], fault["Error"][0]["element"]) == ("ValidationFault", "end_date")


@pytest.mark.inferred("same books, same moment, same bytes")
async def test_the_same_question_has_the_same_answer(serve: ServedMaker) -> None:
    """Asked twice, a report is the same to the byte."""
    served = serve()
    served.books.create("Invoice", invoice("1", TxnDate="2026-01-05"), at=OPENED)
    first, second = [await served.get("reports/GeneralLedger") for _ in range(2)]
    assert first.content == second.content
    assert json.loads(first.content)["Header"]["ReportName"] == "GeneralLedger"
