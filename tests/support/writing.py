"""Writes for tests: what is wanted of the small company, and the part of the product that carries it out."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from oodaloo.bootstrap import Services
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.write import Write, marker_for, seen
from tests.support.emulators import Emulator
from tests.support.recordings import JsonObject

VENDOR, CHECKING, SOFTWARE = "5", "1", "10"
DATED = "2026-10-02"
SOON = timedelta(milliseconds=50)


def hasty(services: Services, *, lag: timedelta = SOON, lease: timedelta = timedelta(seconds=30)) -> Writes:
    """The services' writes, for a QuickBooks in which what is sent shows after `lag`."""
    return replace(services.writes, lag_allowance=lag, lease=lease)


def a_bill_in(quickbooks: Emulator, amount: str = "100.00", *, note: str = "") -> bytes:
    """A new open bill of Cloudhost, entered by a person; as QuickBooks has it."""
    return as_bytes(quickbooks.create("Bill", bill(amount, note)))


def an_invoice_in(quickbooks: Emulator, amount: str = "100.00") -> bytes:
    """A new open invoice to Harbor Dental, entered by a person; as QuickBooks has it."""
    line = {"Amount": float(amount), "DetailType": "SalesItemLineDetail"}
    detail = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": float(amount)}
    body = {"CustomerRef": {"value": "1"}, "TxnDate": DATED, "Line": [{**line, "SalesItemLineDetail": detail}]}
    return as_bytes(quickbooks.create("Invoice", {**body, "BillEmail": {"Address": "desk@harbor.example"}}))


def payment_of(key: str, bill_record: bytes, **options: object) -> Write:
    """A cheque for the whole of a bill, decided upon its balance."""
    read = json.loads(bill_record)
    line = {"Amount": read["Balance"], "LinkedTxn": [{"TxnId": read["Id"], "TxnType": "Bill"}]}
    body = {
        "VendorRef": {"value": read["VendorRef"]["value"]},
        "TxnDate": DATED,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
        "TotalAmt": read["Balance"],
        "PrivateNote": f"Paid by {marker_for(key)}",
        "Line": [line],
    }
    based_on = [seen("Bill", bill_record, "Balance")]
    return Write.create(key, "BillPayment", as_bytes(body), marker=marker_for(key), based_on=based_on)


def creation_of(key: str, entity: str, amount: str = "25.00") -> Write:
    """A new bill or vendor credit of Cloudhost."""
    return Write.create(key, entity, as_bytes(bill(amount, marker_for(key))), marker=marker_for(key))


def bill(amount: str, note: str) -> JsonObject:
    """A bill, or a credit, of Cloudhost for software."""
    detail = {"AccountRef": {"value": SOFTWARE}}
    line = {"Amount": float(amount), "DetailType": "AccountBasedExpenseLineDetail"}
    lines = [{**line, "AccountBasedExpenseLineDetail": detail}]
    return {"VendorRef": {"value": VENDOR}, "TxnDate": DATED, "PrivateNote": note, "Line": lines}


def as_bytes(record: Mapping[str, object]) -> bytes:
    """A record as JSON; amounts that were read as text are numbers again."""
    return json.dumps(record).encode()
