"""Reports computed from the books, in QuickBooks' row format: /v3/company/{realm}/reports/{name}."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from qbo_emulator.books import Books
from qbo_emulator.faults import not_implemented
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports import (
    aged_detail,
    balance_sheet,
    balances_by_name,
    cash_flow,
    general_ledger,
    profit_and_loss,
    transaction_list,
    trial_balance,
)
from qbo_emulator.reports.parameters import Parameters
from qbo_emulator.reports.settlement import PAYABLES, RECEIVABLES


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report: its name on the wire, the query parameters that it carries out, and how it is computed."""

    name: str
    takes: frozenset[str]
    compute: Callable[[Parameters], JsonObject]


def compute_report(books: Books, name: str, given: Mapping[str, str], at: datetime) -> JsonObject:
    """The report of this name with these query parameters as of a moment, ready to be encoded.

    Raises QboFault: 501 for a report, or a documented parameter or value of it, that isn't computed here; 400
    with QuickBooks' codes for values that it can't take. Parameters that no report knows are ignored.
    """
    kind = REPORTS.get(name.lower())
    if kind is None:
        raise not_implemented(f"the report {name}")
    parameters = Parameters(given, books, at)
    parameters.refuse_others(kind.name, kind.takes)
    return kind.compute(parameters)


def _by_side(name: str, side: object, takes: frozenset[str], compute: Callable[..., JsonObject]) -> ReportKind:
    return ReportKind(name, takes, partial(compute, name=name, side=side))


REPORTS: Final = {
    kind.name.lower(): kind
    for kind in (
        ReportKind(balance_sheet.NAME, balance_sheet.TAKES, balance_sheet.balance_sheet),
        ReportKind(profit_and_loss.NAME, profit_and_loss.TAKES, profit_and_loss.profit_and_loss),
        ReportKind(cash_flow.NAME, cash_flow.TAKES, cash_flow.cash_flow),
        ReportKind(trial_balance.NAME, trial_balance.TAKES, trial_balance.trial_balance),
        ReportKind(general_ledger.NAME, general_ledger.TAKES, general_ledger.general_ledger),
        ReportKind(transaction_list.NAME, transaction_list.TAKES, transaction_list.transaction_list),
        *(
            _by_side(name, side, balances_by_name.AGEING_TAKES, balances_by_name.aged_summary)
            for name, side in (("AgedReceivables", RECEIVABLES), ("AgedPayables", PAYABLES))
        ),
        *(
            _by_side(name, side, aged_detail.TAKES, aged_detail.aged_detail)
            for name, side in (("AgedReceivableDetail", RECEIVABLES), ("AgedPayableDetail", PAYABLES))
        ),
        *(
            _by_side(name, side, balances_by_name.BALANCE_TAKES, balances_by_name.balance_summary)
            for name, side in (("CustomerBalance", RECEIVABLES), ("VendorBalance", PAYABLES))
        ),
    )
}
"""Lower-case name -> report; a further report is one more entry."""
