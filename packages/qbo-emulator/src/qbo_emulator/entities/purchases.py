"""What is bought: bills, vendor credits and purchases that are paid at once."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.company_file import PAYABLE, RECEIVABLE, CompanyFile
from qbo_emulator.entities.currency import add_home_amounts
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    Target,
    body_lines,
    due_on,
    enumerated,
    line_amount,
    line_class,
    line_detail,
    total_tax,
    transaction_head,
)
from qbo_emulator.entities.terms import due_date
from qbo_emulator.faults import business_rule, invalid_enumeration, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_NOT_TAXED: Final[JsonObject] = {"value": "NON"}
_ACCOUNT_LINE: Final = "AccountBasedExpenseLineDetail"
_ITEM_LINE: Final = "ItemBasedExpenseLineDetail"
_PAYMENT_TYPES: Final = frozenset({"Cash", "Check", "CreditCard"})
_TXN_TYPE_CODES: Final = {"Cash": "54", "Check": "3", "CreditCard": "1"}
_CARD_CREDIT_CODE: Final = "11"


def _bill(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _vendor_document(file, body, at)
    term = file.resolve("Term", body["SalesTermRef"], "SalesTermRef") if "SalesTermRef" in body else None
    if term is not None:
        entity["SalesTermRef"] = {"value": term["Id"]}
    issued = entity["TxnDate"]
    entity["DueDate"] = due_on(body, due_date(term, issued) if term is not None else issued)
    return entity


def _vendor_document(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    vendor = file.resolve("Vendor", body.get("VendorRef"), "VendorRef")
    entity = transaction_head(file, body, at, vendor)
    entity["VendorRef"] = {"value": vendor["Id"], "name": vendor["DisplayName"]}
    if "BillAddr" in vendor:
        entity.setdefault("VendorAddr", vendor["BillAddr"])
    entity["Line"] = _expense_lines(file, body, numbered=True)
    entity["APAccountRef"] = payable_account(file, entity, at)
    entity["TotalAmt"] = entity["Balance"] = _total(entity)
    add_home_amounts(file, entity)
    return entity


def payable_account(file: CompanyFile, document: JsonObject, at: datetime) -> JsonObject:
    """The reference to the payables account of a document: the one it names, else the one of its currency.

    Fault 6000 when it names an account of another type.
    """
    if "APAccountRef" in document:
        account, reference = file.account(document["APAccountRef"], "APAccountRef")
        if account["AccountType"] != PAYABLE:
            raise business_rule(f"{account['Name']} is not an Accounts Payable account.")
        return reference
    account = file.system_account("AccountsPayable", at, document["CurrencyRef"])
    return {"value": account["Id"], "name": account["FullyQualifiedName"]}


def _expense_lines(file: CompanyFile, body: JsonObject, *, numbered: bool) -> list[JsonObject]:
    lines: list[JsonObject] = []
    for number, line in enumerate(body_lines(body), start=1):
        written: JsonObject = {"Id": line.get("Id", str(number))}
        if numbered:
            written["LineNum"] = number
        if "Description" in line:
            written["Description"] = line["Description"]
        detail_type = line.get("DetailType")
        if detail_type not in (_ACCOUNT_LINE, _ITEM_LINE):
            raise _refused_line_type(detail_type)
        detail = line_detail(line, detail_type)
        written["Amount"] = line_amount(line, detail)
        if numbered:
            written["LinkedTxn"] = []
        written["DetailType"] = detail_type
        by_account = detail_type == _ACCOUNT_LINE
        written[detail_type] = _account_detail(file, detail) if by_account else _item_detail(file, detail)
        written["CustomExtensions"] = []
        lines.append(written)
    return lines


def _refused_line_type(detail_type: object) -> Exception:
    if detail_type is None:
        return required_missing("Line.DetailType")
    return invalid_enumeration("Line.DetailType", detail_type)


def _account_detail(file: CompanyFile, detail: JsonObject) -> JsonObject:
    written: JsonObject = _with_customer(file, detail)
    written["AccountRef"] = file.account(detail.get("AccountRef"), f"Line.{_ACCOUNT_LINE}.AccountRef")[1]
    written["BillableStatus"] = detail.get("BillableStatus", "NotBillable")
    written["TaxCodeRef"] = detail.get("TaxCodeRef", _NOT_TAXED)
    return written


def _item_detail(file: CompanyFile, detail: JsonObject) -> JsonObject:
    item = file.resolve("Item", detail.get("ItemRef"), f"Line.{_ITEM_LINE}.ItemRef")
    if "ExpenseAccountRef" not in item:
        raise business_rule(f"The item {item['Name']} has no expense account.")
    written = {"BillableStatus": detail.get("BillableStatus", "NotBillable"), **_with_customer(file, detail)}
    written["ItemRef"] = {"value": item["Id"], "name": item["FullyQualifiedName"]}
    for field in ("UnitPrice", "Qty"):
        if field in detail:
            written[field] = detail[field]
    written["TaxCodeRef"] = detail.get("TaxCodeRef", _NOT_TAXED)
    return written


def _with_customer(file: CompanyFile, detail: JsonObject) -> JsonObject:
    written: JsonObject = {}
    if "CustomerRef" in detail:
        customer = file.resolve("Customer", detail["CustomerRef"], "Line.CustomerRef")
        written["CustomerRef"] = {"value": customer["Id"], "name": customer["DisplayName"]}
    return written | line_class(file, detail)


def _total(entity: JsonObject) -> Decimal:
    total = money(sum((line["Amount"] for line in entity["Line"]), ZERO), "TotalAmt")
    if "TxnTaxDetail" in entity or "GlobalTaxCalculation" in entity:
        entity["TxnTaxDetail"] = total_tax(entity)
        total += entity["TxnTaxDetail"]["TotalTax"]
    if total < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    return total


def _purchase(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    if "PaymentType" not in body:
        raise required_missing("PaymentType")
    payment_type = enumerated(body["PaymentType"], _PAYMENT_TYPES, "PaymentType")
    entity = transaction_head(file, body, at)
    account, entity["AccountRef"] = file.account(body.get("AccountRef"), "AccountRef")
    if (account["AccountType"] == "Credit Card") != (payment_type == "CreditCard"):
        raise business_rule(f"{account['Name']} can't be used with the payment type {payment_type}.")
    if "EntityRef" in body:
        entity["EntityRef"] = _payee(file, body["EntityRef"])
    if payment_type == "CreditCard":
        entity["Credit"] = bool(body.get("Credit", False))
    elif body.get("Credit"):
        raise business_rule("Only credit card purchases can be credits.")
    if payment_type == "Check":
        entity.setdefault("PrintStatus", "NotSet")
    entity["Line"] = _expense_lines(file, body, numbered=False)
    entity["TotalAmt"] = _total(entity)
    code = _CARD_CREDIT_CODE if entity.get("Credit") else _TXN_TYPE_CODES[payment_type]
    entity["PurchaseEx"] = _purchase_extension(code)
    return entity


def _payee(file: CompanyFile, reference: JsonObject) -> JsonObject:
    kind = enumerated(reference.get("type", "Vendor"), frozenset({"Vendor", "Customer"}), "EntityRef.type")
    name = file.resolve(kind, reference, "EntityRef")
    return {"value": name["Id"], "name": name["DisplayName"], "type": kind}


def _purchase_extension(code: str) -> JsonObject:
    return {
        "any": [
            {
                "name": "{http://schema.intuit.com/finance/v3}NameValue",
                "declaredType": "com.intuit.schema.finance.v3.NameValue",
                "scope": "javax.xml.bind.JAXBElement$GlobalScope",
                "value": {"Name": "TxnType", "Value": code},
                "nil": False,
                "globalScope": True,
                "typeSubstituted": False,
            }
        ]
    }


def _bill_postings(file: CompanyFile, bill: JsonObject, at: datetime) -> list[Posting]:
    owed = Posting(bill["APAccountRef"]["value"], -bill["TotalAmt"], bill["VendorRef"]["value"])
    return [owed, *_expense_postings(file, bill, at, 1)]


def _vendor_credit_postings(file: CompanyFile, credit: JsonObject, at: datetime) -> list[Posting]:
    owed = Posting(credit["APAccountRef"]["value"], credit["TotalAmt"], credit["VendorRef"]["value"])
    return [owed, *_expense_postings(file, credit, at, -1)]


def _purchase_postings(file: CompanyFile, purchase: JsonObject, at: datetime) -> list[Posting]:
    sign = -1 if purchase.get("Credit") else 1
    paid = Posting(purchase["AccountRef"]["value"], purchase["TotalAmt"] * -sign)
    return [paid, *_expense_postings(file, purchase, at, sign)]


def _expense_postings(file: CompanyFile, document: JsonObject, at: datetime, sign: int) -> list[Posting]:
    payee = (document.get("EntityRef") or document.get("VendorRef") or {}).get("value")
    postings = []
    tax = document.get("TxnTaxDetail", {}).get("TotalTax")
    if tax:
        postings.append(Posting(file.system_account("SalesTaxPayable", at)["Id"], tax * sign))
    for line in document["Line"]:
        detail = line[line["DetailType"]]
        reference = detail.get("AccountRef")
        if reference is None:
            reference = file.require("Item", detail["ItemRef"]["value"]).entity["ExpenseAccountRef"]
        account = file.require("Account", reference["value"]).entity
        concerns = payee if account["AccountType"] in (PAYABLE, RECEIVABLE) else None
        postings.append(Posting(account["Id"], line["Amount"] * sign, concerns))
    return postings


PURCHASES: Final = (
    EntityKind(
        "Bill",
        TRANSACTION_IDS,
        _bill,
        _bill_postings,
        target=Target(("Balance",)),
        counted=True,
        signed=True,
        has_date=True,
        deletable=True,
    ),
    EntityKind(
        "VendorCredit",
        TRANSACTION_IDS,
        _vendor_document,
        _vendor_credit_postings,
        target=Target(("Balance",)),
        has_date=True,
        deletable=True,
    ),
    EntityKind("Purchase", TRANSACTION_IDS, _purchase, _purchase_postings, has_date=True, deletable=True),
)
