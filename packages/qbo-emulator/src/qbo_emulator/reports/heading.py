"""The Header of a report."""

from collections.abc import Mapping
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.parameters import Parameters, Span
from qbo_emulator.wire import metadata_time

BASES: Final = ("Accrual", "Cash")
STANDARD: Final = {"AccountingStandard": "GAAP"}
"""The option that only ProfitAndLoss and BalanceSheet carry."""


def header(
    parameters: Parameters,
    name: str,
    span: Span,
    *,
    has_data: bool,
    basis: str | None = None,
    by: str | None = None,
    options: Mapping[str, str] | None = None,
) -> JsonObject:
    """The Header with the parts that QuickBooks writes for this report, in its order (recorded)."""
    written: JsonObject = {"Time": metadata_time(parameters.at), "ReportName": name}
    if span.macro is not None:
        written["DateMacro"] = span.macro
    if basis is not None:
        written["ReportBasis"] = basis
    if span.period is not None:
        if span.shows_start:
            written["StartPeriod"] = span.period.start.isoformat()
        written["EndPeriod"] = span.period.end.isoformat()
    if by is not None:
        written["SummarizeColumnsBy"] = by
    written["Currency"] = parameters.books.file.currency_ref["value"]
    for field, parameter in (("Customer", "customer"), ("Vendor", "vendor")):
        given = parameters.shown(parameter)
        if given is not None:
            written[field] = given
    shown = {**(options or {}), "NoReportData": "false" if has_data else "true"}
    written["Option"] = [{"Name": option, "Value": value} for option, value in shown.items()]
    return written


def accrual_only(parameters: Parameters, report: str) -> str:
    """The basis of a report that we compute on accrual basis alone; 501 when cash basis is asked for.

    A company that prefers cash basis gets accrual here, and the Header says so.
    """
    return parameters.refuse_choice("accounting_method", BASES, "Accrual", report)
