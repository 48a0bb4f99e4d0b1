"""Recorded answers that came without their requests, and the requests that bring such answers."""

from typing import Any, Final, NamedTuple

FOLDERS: Final = ("cdc", "entities-2017", "entities-from-xml", "faults", "multicurrency-company-2019")
"""Where bare answers lie, next to the folders of interactions."""


class Request(NamedTuple):
    """What was asked, and a body of JSON or nothing."""

    method: str
    resource: str
    query: dict[str, str]
    body: str = ""


_TIMES: Final = {"CreateTime": "2015-10-01T14:42:07-07:00", "LastUpdatedTime": "2015-10-01T14:42:07-07:00"}
_ITEM: Final = {"Id": "3", "SyncToken": "1", "MetaData": _TIMES, "Name": "Concrete", "FullyQualifiedName": "Concrete"}
STOOD: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "faults/exq_update_item_error.json": ("Item", {**_ITEM, "Type": "Service", "Active": True}),
}
"""What the books hold for a request that its answer doesn't show."""

_CAPTURED: Final = (
    "Bill,BillPayment,CreditMemo,Deposit,Invoice,JournalEntry,Payment,Purchase,RefundReceipt,SalesReceipt,VendorCredit"
)
_BY_FILE: Final = {
    "cdc/cdc_bill_billpayment_2016.json": Request("GET", "cdc", {"entities": _CAPTURED, "changedSince": "2016-04-01"}),
    "cdc/cdc_empty.json": Request("GET", "cdc", {"entities": "Bill", "changedSince": "2016-01-01T00:00:00-08:00"}),
    "faults/exq_create_item_error.json": Request("POST", "item", {}, '{"Type": "Service"}'),
    "faults/exq_query_error.json": Request("GET", "query", {"query": "SELECT * FROM null"}),
    "faults/exq_read_item_error.json": Request("GET", "item/999", {}),
    "faults/exq_update_item_error.json": Request(
        "POST", "item", {}, '{"Id": "3", "SyncToken": "0", "Name": "Sand", "IncomeAccountRef": {"value": "9001"}}'
    ),
    "faults/query_validation_error.json": Request("GET", "query", {"query": "SELECT * FROM Customer STARTPOSITION 0"}),
}
_TAKEN_OUT: Final = {
    "multicurrency-company-2019/accounts.json": "Account",
    "multicurrency-company-2019/preferences.json": "Preferences",
    "multicurrency-company-2019/purchases.json": "Purchase",
}
UNASKED: Final = {
    "cdc/cdc_deleted_item.json": "a reduced documentation sample, as its times show",
    "entities-2017/fyle_tax_code_response.json": "a type without support",
    "entities-2017/go_account.json": "a documentation sample",
    "entities-2017/go_bill.json": "a documentation sample",
    "entities-from-xml/bill_payment_delete_success_response.json": "the payment was recorded without its lines",
    "entities-from-xml/deposits.json": "counts 7 but shows 5; see us-sandbox-2026/deposits.json",
    "entities-from-xml/invoice_void_success_response.json": "numbers became texts; see vcr-2020/void__invoice.json",
    "entities-from-xml/tax_codes.json": "a type without support",
    "entities-from-xml/tax_rates.json": "a type without support",
    "faults/customer_duplicate_error.json": "has an empty element; see vcr-2020/error__validation.json",
}
"""Bare answers that nothing is asked for, and why."""


def request_for(file: str, answer: Any) -> Request:  # noqa: ANN401 - any JSON
    """The request behind a bare answer."""
    if file in _BY_FILE:
        return _BY_FILE[file]
    ((name, content),) = [(name, each) for name, each in answer.items() if name not in ("time", "Fault")]
    if name == "QueryResponse":
        (listed,) = [name for name, each in content.items() if isinstance(each, list)]
        return Request("GET", "query", {"query": f"SELECT * FROM {listed} MAXRESULTS 1000"})  # noqa: S608
    return Request("GET", f"{name.lower()}/{content['Id']}", {})


def enveloped(file: str, content: Any) -> Any:  # noqa: ANN401 - any JSON
    """The answer around what a client library had taken out of it."""
    name = _TAKEN_OUT.get(file)
    if name is None:
        return content
    return {"QueryResponse": {name: content}} if isinstance(content, list) else {name: content}
