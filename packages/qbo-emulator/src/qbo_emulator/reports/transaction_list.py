"""The TransactionList report: one row for each transaction of a period."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.reports.chart import DEBIT_TYPES
from qbo_emulator.reports.detail import Layout, layout, leg_cells, leg_kinds, summed
from qbo_emulator.reports.documents import Documents, Leg, Named
from qbo_emulator.reports.general_ledger import day_and_id, multicurrency, wanted_types
from qbo_emulator.reports.grid import whole_period
from qbo_emulator.reports.heading import header
from qbo_emulator.reports.parameters import YEAR_TO_DATE, Parameters
from qbo_emulator.reports.writing import data_row, report, section

NAME: Final = "TransactionList"
TAKES: Final = frozenset(
    {
        "account",
        "columns",
        "customer",
        "date_macro",
        "end_date",
        "group_by",
        "source_account_type",
        "start_date",
        "vendor",
    }
)
_DEFAULT: Final = ("tx_date", "txn_type", "doc_num", "is_no_post", "name", "memo", "account_name", "other_account")
_AMOUNT: Final = ("subt_nat_amount", "subt_nat_home_amount")
_KINDS: Final = leg_kinds(*((key, "Amount") for key in _AMOUNT))
_UNGROUPED: Final = "None"
_GROUPS: Final[dict[str, Callable[[Documents, Leg], Named]]] = {
    "Name": lambda _, leg: leg.party,
    "Customer": lambda _, leg: leg.party if leg.customer_id else Named(),
    "Vendor": lambda _, leg: leg.party if leg.vendor_id else Named(),
    "Account": lambda documents, leg: documents.account(leg.posting.account_id),
    "Transaction Type": lambda documents, leg: Named("", documents.type_name(leg.transaction)),
}
_OTHER_GROUPS: Final = (
    *("Employee", "Location", "Payment Method", "Day", "Week", "Month", "Quarter", "Year"),
    *("Fiscal Year", "Fiscal Quarter"),
)
_NO_GROUP: Final = "Not Specified"


def transaction_list(parameters: Parameters) -> JsonObject:
    """Everything in the ledger, transactions that no API entity shows included, by day and id.

    Account and amount are those of the posting that the document is about, with the account's natural sign.
    What posts nothing, such as a payment of 0.00 that only applies credits, is not listed.
    """
    span = parameters.span(YEAR_TO_DATE)
    columns = layout(parameters, NAME, _KINDS, (*_DEFAULT, _AMOUNT[multicurrency(parameters)]))
    group_by = parameters.choice("group_by", (_UNGROUPED, *_GROUPS, *_OTHER_GROUPS), _UNGROUPED)
    if group_by in _OTHER_GROUPS:
        parameters.refuse_choice("group_by", _OTHER_GROUPS, _UNGROUPED, NAME)
    documents = Documents(parameters.books)
    legs = _legs(parameters, documents)
    if group_by == _UNGROUPED:
        rows = [_row(columns, documents, leg) for leg in legs]
    else:
        rows = _grouped(columns, documents, legs, _GROUPS[group_by])
    return report(header(parameters, NAME, span, has_data=bool(rows)), columns.columns(), rows)


def _legs(parameters: Parameters, documents: Documents) -> list[Leg]:
    ledger = parameters.books.ledger
    period = whole_period(ledger, parameters.span(YEAR_TO_DATE), parameters.calendar.today)
    accounts = parameters.ids("account", "Account")
    customers, vendors = parameters.ids("customer", "Customer"), parameters.ids("vendor", "Vendor")
    sources = wanted_types(parameters, "source_account_type")
    found = []
    for transaction in sorted(ledger.transactions(), key=day_and_id):
        if not period.holds(transaction.txn_date):
            continue
        legs = documents.legs(transaction)
        main = documents.main_posting(transaction) or transaction.postings[0]
        leg = next(each for each in legs if each.posting is main)
        right_account = not accounts or any(each.account_id in accounts for each in transaction.postings)
        right_name = (not customers or leg.customer_id in customers) and (not vendors or leg.vendor_id in vendors)
        if right_account and right_name and (not sources or documents.types[main.account_id] in sources):
            found.append(leg)
    return found


def _amount(documents: Documents, leg: Leg) -> Decimal:
    natural = documents.types[leg.posting.account_id] in DEBIT_TYPES
    return leg.posting.amount if natural else -leg.posting.amount


def _row(columns: Layout, documents: Documents, leg: Leg) -> JsonObject:
    amounts = dict.fromkeys(_AMOUNT, _amount(documents, leg))
    return data_row(leg_cells(columns, documents, leg, amounts))


def _grouped(
    columns: Layout, documents: Documents, legs: Iterable[Leg], group_of: Callable[[Documents, Leg], Named]
) -> list[JsonObject]:
    groups: dict[Named, list[Leg]] = {}
    for leg in legs:
        groups.setdefault(group_of(documents, leg), []).append(leg)
    rows = []
    for group, members in sorted(groups.items(), key=lambda each: (not each[0].text, each[0].text.lower())):
        title = group.text or _NO_GROUP
        sums = summed((dict.fromkeys(_AMOUNT, _amount(documents, leg)) for leg in members), _AMOUNT)
        rows.append(
            section(
                header=columns.labelled(title, group.entity_id or None),
                rows=[_row(columns, documents, leg) for leg in members],
                summary=columns.subtotal(f"Total for {title}", sums),
            )
        )
    return rows
