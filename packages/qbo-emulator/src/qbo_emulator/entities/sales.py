"""What is sold: invoices, credit memos, sales receipts, refunds and estimates."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

from qbo_emulator.amounts import ZERO
from qbo_emulator.applications import Key, Link
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.currency import add_home_amounts
from qbo_emulator.entities.deposits import deposit_guard
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    Target,
    due_on,
    enumerated,
    named_reference,
    total_tax,
    transaction_head,
    voided_note,
)
from qbo_emulator.entities.sales_lines import sales_line_postings, sales_lines, voided_lines
from qbo_emulator.entities.terms import due_date
from qbo_emulator.faults import business_rule, not_implemented
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_DEFAULT_DUE_DAYS: Final = 30
_ESTIMATE_STATES: Final = frozenset({"Accepted", "Closed", "Pending", "Rejected"})
_SERIES: Final = "Sales"
_INCOMING: Final = frozenset({"Payment"})
"""Links of an invoice that come from the other side: a client that sends them back changes nothing."""


def _invoice(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at, _SERIES)
    for field in ("AllowIPNPayment", "AllowOnlinePayment"):
        entity.setdefault(field, False)
    for field in ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"):
        entity.setdefault(field, True)
    term = file.resolve("Term", body["SalesTermRef"], "SalesTermRef") if "SalesTermRef" in body else None
    if term is not None:
        entity["SalesTermRef"] = {"value": term["Id"], "name": term["Name"]}
        entity["DueDate"] = due_on(body, due_date(term, entity["TxnDate"]))
    else:
        day = date.fromisoformat(entity["TxnDate"]) + timedelta(days=_DEFAULT_DUE_DAYS)
        entity["DueDate"] = due_on(body, day.isoformat())
    given = [link for link in body.get("LinkedTxn", []) if link.get("TxnType") not in _INCOMING]
    entity["LinkedTxn"] = [_estimate_link(file, link, entity) for link in given]
    entity["Balance"] = entity["TotalAmt"]
    add_home_amounts(file, entity)
    return entity


def _credit_memo(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at, _SERIES)
    entity["Balance"] = entity["RemainingCredit"] = entity["TotalAmt"]
    add_home_amounts(file, entity)
    return entity


def _estimate(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at, "Estimate")
    entity["TxnStatus"] = enumerated(body.get("TxnStatus", "Pending"), _ESTIMATE_STATES, "TxnStatus")
    add_home_amounts(file, entity)
    return entity


def _sales_receipt(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at, _SERIES, customer_optional=True)
    if "DepositToAccountRef" in body:
        entity["DepositToAccountRef"] = file.account(body["DepositToAccountRef"], "DepositToAccountRef")[1]
    else:
        entity["DepositToAccountRef"] = named_reference(file.system_account("UndepositedFunds", at))
    entity["Balance"] = ZERO
    add_home_amounts(file, entity)
    return entity


def _refund_receipt(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at, _SERIES, customer_optional=True)
    entity["DepositToAccountRef"] = file.account(body.get("DepositToAccountRef"), "DepositToAccountRef")[1]
    entity["Balance"] = ZERO
    add_home_amounts(file, entity)
    return entity


def _sales_document(
    file: CompanyFile, body: JsonObject, at: datetime, series: str, *, customer_optional: bool = False
) -> JsonObject:
    if "ARAccountRef" in body:
        raise not_implemented("a second receivables account (ARAccountRef)")
    customer: JsonObject | None = None
    if "CustomerRef" in body or not customer_optional:
        customer = file.resolve("Customer", body.get("CustomerRef"), "CustomerRef")
    entity = transaction_head(file, body, at, customer)
    if customer is not None:
        entity["CustomerRef"] = {"value": customer["Id"], "name": customer["DisplayName"]}
        for field in ("BillAddr", "ShipAddr"):
            if field not in entity and field in customer:
                entity[field] = customer[field]
    if "ClassRef" in body:
        entity["ClassRef"] = named_reference(file.resolve("Class", body["ClassRef"], "ClassRef"))
    entity["Line"], total = sales_lines(file, body, at)
    entity["TxnTaxDetail"] = total_tax(body)
    entity["TotalAmt"] = total + entity["TxnTaxDetail"]["TotalTax"]
    if entity["TotalAmt"] < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    custom_numbers = file.preferences.get("SalesFormsPrefs", {}).get("CustomTxnNumbers")
    if not entity.get("DocNumber") and not custom_numbers:
        entity["DocNumber"] = file.next_document_number(series)
    if not entity.get("CustomField"):
        entity["CustomField"] = _custom_fields(file)
    entity["FreeFormAddress"] = True
    entity.update(_ship_from(file, body))
    entity.setdefault("ApplyTaxAfterDiscount", False)
    entity.setdefault("PrintStatus", "NeedToPrint")
    entity.setdefault("EmailStatus", "NotSet")
    return entity


def _custom_fields(file: CompanyFile) -> list[JsonObject]:
    # Recorded: the fields that Preferences name for sales stand empty on each document.
    groups = file.preferences.get("SalesFormsPrefs", {}).get("CustomField", [])
    told = {field.get("Name"): field for group in groups for field in group.get("CustomField", [])}
    used = [n for n in "123" if told.get(f"SalesFormsPrefs.UseSalesCustom{n}", {}).get("BooleanValue")]
    names = {n: told.get(f"SalesFormsPrefs.SalesCustomName{n}", {}).get("StringValue") for n in used}
    return [{"DefinitionId": n, "Name": name, "Type": "StringType"} for n, name in names.items() if name]


def _ship_from(file: CompanyFile, body: JsonObject) -> JsonObject:
    # Recorded: documents made through the API show the company's address, in two lines under a new id.
    address = file.require("CompanyInfo", "1").entity.get("CompanyAddr")
    if "ShipFromAddr" in body or not address or "Line1" not in address:
        return {}
    place = "{City}, {CountrySubDivisionCode}  {PostalCode}".format_map(defaultdict(str, address))
    return {"ShipFromAddr": {"Id": file.store.next_id("Address"), "Line1": address["Line1"], "Line2": place}}


def _estimate_link(file: CompanyFile, link: JsonObject, invoice: JsonObject) -> JsonObject:
    if link.get("TxnType") != "Estimate":
        raise not_implemented(f"invoices linked to {link.get('TxnType')}")
    estimate = file.resolve("Estimate", {"value": link.get("TxnId", "")}, "LinkedTxn.TxnId")
    if estimate["CustomerRef"]["value"] != invoice["CustomerRef"]["value"]:
        raise business_rule("You can only link transactions of the customer of this invoice.")
    used = estimate["TxnStatus"] == "Closed" and ("Estimate", estimate["Id"]) not in file.reopened
    if used or estimate["TxnStatus"] == "Rejected":
        raise business_rule("The estimate is closed or rejected and can't be invoiced.")
    return {"TxnId": estimate["Id"], "TxnType": "Estimate"}


def _invoice_links(invoice: JsonObject) -> list[Link]:
    return [
        Link("Estimate", link["TxnId"], ZERO, "Invoice")
        for link in invoice.get("LinkedTxn", [])
        if link["TxnType"] == "Estimate"
    ]


def _without_estimate(_file: CompanyFile, invoice: JsonObject, target: Key, _kept: object) -> JsonObject:
    kept = [link for link in invoice["LinkedTxn"] if (link["TxnType"], link["TxnId"]) != target]
    lines = [
        {name: value for name, value in line.items() if name != "LinkedTxn"} if line.get("LinkedTxn") else line
        for line in invoice["Line"]
    ]
    return invoice | {"LinkedTxn": kept, "Line": lines}


def _owed_postings(file: CompanyFile, document: JsonObject, at: datetime, sign: int) -> list[Posting]:
    receivable = file.system_account("AccountsReceivable", at, document["CurrencyRef"])["Id"]
    customer = document["CustomerRef"]["value"]
    owed = Posting(receivable, document["TotalAmt"] * sign, customer)
    return [owed, *_tax_posting(file, document, at, -sign), *sales_line_postings(document["Line"], -sign)]


def _paid_postings(file: CompanyFile, document: JsonObject, at: datetime, sign: int) -> list[Posting]:
    paid = Posting(document["DepositToAccountRef"]["value"], document["TotalAmt"] * sign)
    return [paid, *_tax_posting(file, document, at, -sign), *sales_line_postings(document["Line"], -sign)]


def _tax_posting(file: CompanyFile, document: JsonObject, at: datetime, sign: int) -> list[Posting]:
    tax = document["TxnTaxDetail"].get("TotalTax")
    return [Posting(file.system_account("SalesTaxPayable", at)["Id"], tax * sign)] if tax else []


def _invoice_postings(file: CompanyFile, invoice: JsonObject, at: datetime) -> list[Posting]:
    return _owed_postings(file, invoice, at, 1)


def _credit_memo_postings(file: CompanyFile, memo: JsonObject, at: datetime) -> list[Posting]:
    return _owed_postings(file, memo, at, -1)


def _sales_receipt_postings(file: CompanyFile, receipt: JsonObject, at: datetime) -> list[Posting]:
    return _paid_postings(file, receipt, at, 1)


def _refund_receipt_postings(file: CompanyFile, refund: JsonObject, at: datetime) -> list[Posting]:
    return _paid_postings(file, refund, at, -1)


def _voided(document: JsonObject) -> JsonObject:
    amounts = ("TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance")
    zeroed: JsonObject = {name: ZERO for name in amounts if name in document}
    unlinked: JsonObject = {"LinkedTxn": []} if "LinkedTxn" in document else {}
    return {
        **document,
        **zeroed,
        **unlinked,
        "PrivateNote": voided_note(document),
        "Line": voided_lines(document["Line"]),
        "TxnTaxDetail": {"TotalTax": ZERO},
    }


SALES: Final = (
    EntityKind(
        "Invoice",
        TRANSACTION_IDS,
        _invoice,
        _invoice_postings,
        links=_invoice_links,
        given_up=_without_estimate,
        target=Target(("Balance",)),
        counted=True,
        signed=True,
        numbering=_SERIES,
        unique_numbers=True,
        has_date=True,
        deletable=True,
        voided=_voided,
        sendable=True,
        takes_links=True,
        keeps=("InvoiceLink",),
    ),
    EntityKind(
        "CreditMemo",
        TRANSACTION_IDS,
        _credit_memo,
        _credit_memo_postings,
        # Recorded: an applied credit memo shows what remains, not what used it.
        target=Target(("Balance", "RemainingCredit"), shows_link=False),
        numbering=_SERIES,
        unique_numbers=True,
        has_date=True,
        deletable=True,
        sendable=True,
    ),
    EntityKind(
        "SalesReceipt",
        TRANSACTION_IDS,
        _sales_receipt,
        _sales_receipt_postings,
        # Recorded: a deposited receipt shows its deposit without becoming a new version.
        target=Target(new_version=False, dated=False),
        numbering=_SERIES,
        unique_numbers=True,
        has_date=True,
        deletable=True,
        voided=_voided,
        guard=deposit_guard,
        sendable=True,
    ),
    EntityKind(
        "RefundReceipt",
        TRANSACTION_IDS,
        _refund_receipt,
        _refund_receipt_postings,
        target=Target(new_version=False, dated=False),
        numbering=_SERIES,
        unique_numbers=True,
        has_date=True,
        deletable=True,
        guard=deposit_guard,
        sendable=True,
    ),
    EntityKind(
        "Estimate",
        TRANSACTION_IDS,
        _estimate,
        # Recorded: an invoiced estimate is Closed and dated anew, but no new version.
        target=Target(new_version=False, linked_status=("Closed", "Pending")),
        numbering="Estimate",
        deletable=True,
        sendable=True,
    ),
)
