"""The TrialBalance report: every account's balance as a debit or a credit."""

from collections import defaultdict
from decimal import Decimal
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.chart import ALL_TYPES, PROFIT_TYPES, account_types
from qbo_emulator.reports.grid import account_column, summarized_by, whole_period
from qbo_emulator.reports.heading import accrual_only, header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.writing import Amounts, Column, Sheet, added, report, section

NAME: Final = "TrialBalance"
TAKES: Final = frozenset({"accounting_method", "date_macro", "end_date", "start_date", "summarize_column_by"})
_RETAINED: Final = "Retained Earnings"


def trial_balance(parameters: Parameters) -> JsonObject:
    """The balances at the end date; income and expenses since the fiscal year's start, earlier ones as retained.

    Documented: rows without `type`, one of the two columns blank, equal totals. Accounts whose balance is zero
    are left out (inferred).
    """
    basis = accrual_only(parameters, NAME)
    summarized_by(parameters, NAME, ())
    span = parameters.span(YEAR_TO_DATE)
    end = whole_period(parameters.books.ledger, span, parameters.calendar.today).end
    balances = _balances(parameters, end.isoformat(), parameters.calendar.fiscal_year_start(end).isoformat())
    sheet = Sheet(2, has_data=any(balances.values()))
    accounts = sorted(parameters.books.records("Account"), key=_order)
    lines = [(one["FullyQualifiedName"], one["Id"], balances.pop(one["Id"], Decimal(0))) for one in accounts]
    lines += [(name, None, balance) for name, balance in balances.items()]
    shown = [(name, account_id, _sides(balance)) for name, account_id, balance in lines if balance]
    rows = [{"ColData": sheet.row(name, sides, account_id)["ColData"]} for name, account_id, sides in shown]
    total = added((sides for _, _, sides in shown), sheet.width)
    rows.append(section(summary=sheet.total("TOTAL", total), group="GrandTotal"))
    head = header(parameters, NAME, span, has_data=sheet.has_data, basis=basis)
    return report(head, [account_column(keyed=False), Column("Debit", "Money"), Column("Credit", "Money")], rows)


def _balances(parameters: Parameters, end: str, year_start: str) -> dict[str, Decimal]:
    books = parameters.books
    types = account_types(books)
    accounts = books.records("Account")
    retained = next((one["Id"] for one in accounts if one["AccountSubType"] == "RetainedEarnings"), _RETAINED)
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transaction in books.ledger.transactions():
        if transaction.txn_date > end:
            continue
        for account_id, amount, *_ in transaction.postings:
            earlier = transaction.txn_date < year_start and types[account_id] in PROFIT_TYPES
            balances[retained if earlier else account_id] += amount
    return balances


def _sides(balance: Decimal) -> Amounts:
    return (balance, None) if balance > 0 else (None, -balance)


def _order(account: JsonObject) -> tuple[int, str]:
    return ALL_TYPES.index(account["AccountType"]), account["FullyQualifiedName"].lower()
