"""What is owed to vendors and paid out: bills, vendor credits, bill payments and purchases."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.company_file import PAYABLE, RECEIVABLE, CompanyFile
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    Link,
    body_lines,
    checked_lengths,
    enumerated,
    iso_date,
    line_amount,
    transaction_head,
)
from qbo_emulator.entities.terms import due_date
from qbo_emulator.faults import business_rule, invalid_enumeration, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_NOT_TAXED: Final[JsonObject] = {"value": "NON"}
_ACCOUNT_LINE: Final = "AccountBasedExpenseLineDetail"
_ITEM_LINE: Final = "ItemBasedExpenseLineDetail"
_PAY_TYPES: Final = frozenset({"Check", "CreditCard"})
_PAYMENT_TYPES: Final = frozenset({"Cash", "Check", "CreditCard"})
_TXN_TYPE_CODES: Final = {"Cash": "54", "Check": "3", "CreditCard": "1"}
_CARD_CREDIT_CODE: Final = "11"


def _bill(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _vendor_document(file, body, at)
    term = file.resolve("Term", body["SalesTermRef"], "SalesTermRef") if "SalesTermRef" in body else None
    if term is not None:
        entity["SalesTermRef"] = {"value": term["Id"]}
    if "DueDate" in body:
        entity["DueDate"] = iso_date(body["DueDate"], "DueDate")
    else:
        entity["DueDate"] = due_date(term, entity["TxnDate"]) if term is not None else entity["TxnDate"]
    return entity


def _vendor_document(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    vendor = file.resolve("Vendor", body.get("VendorRef"), "VendorRef")
    entity["VendorRef"] = {"value": vendor["Id"], "name": vendor["DisplayName"]}
    if "BillAddr" in vendor:
        entity.setdefault("VendorAddr", vendor["BillAddr"])
    entity["Line"] = _expense_lines(file, body, numbered=True)
    entity["APAccountRef"] = _payable_account(file, body, at)
    entity["TotalAmt"] = entity["Balance"] = _total(entity["Line"])
    return entity


def _payable_account(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    if "APAccountRef" in body:
        account, reference = file.account(body["APAccountRef"], "APAccountRef")
        if account["AccountType"] != PAYABLE:
            raise business_rule(f"{account['Name']} is not an Accounts Payable account.")
        return reference
    account = file.system_account("AccountsPayable", at)
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
        detail = line.get(detail_type)
        if detail is None:
            raise required_missing(f"Line.{detail_type}")
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
    if "ClassRef" in detail:
        written["ClassRef"] = detail["ClassRef"]
    return written


def _total(lines: list[JsonObject]) -> Decimal:
    total = money(sum((line["Amount"] for line in lines), ZERO), "TotalAmt")
    if total < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    return total


def _bill_payment(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    vendor = file.resolve("Vendor", body.get("VendorRef"), "VendorRef")
    entity["VendorRef"] = {"value": vendor["Id"], "name": vendor["DisplayName"]}
    if "PayType" not in body:
        raise required_missing("PayType")
    pay_type = enumerated(body["PayType"], _PAY_TYPES, "PayType")
    if "TotalAmt" not in body:
        raise required_missing("TotalAmt")
    if pay_type == "Check":
        entity["CheckPayment"] = _paid_from(file, body, "CheckPayment", "BankAccountRef", "Bank")
        entity["CheckPayment"].setdefault("PrintStatus", "NotSet")
    else:
        entity["CreditCardPayment"] = _paid_from(file, body, "CreditCardPayment", "CCAccountRef", "Credit Card")
    entity["TotalAmt"] = money(body["TotalAmt"], "TotalAmt")
    entity["Line"], applied = _bill_payment_lines(file, body, vendor["Id"])
    if entity["TotalAmt"] < 0 or applied > entity["TotalAmt"]:
        raise business_rule("The amount applied can't be more than the payment and the credits that it uses.")
    if "APAccountRef" in body:
        entity["APAccountRef"] = _payable_account(file, body, at)
    return entity


def _paid_from(file: CompanyFile, body: JsonObject, payment: str, reference: str, account_type: str) -> JsonObject:
    detail = body.get(payment)
    if detail is None:
        raise required_missing(payment)
    account, written = file.account(detail.get(reference), f"{payment}.{reference}")
    if account["AccountType"] != account_type:
        raise business_rule(f"{account['Name']} is not an account of type {account_type}.")
    return {**detail, reference: written}


def _bill_payment_lines(file: CompanyFile, body: JsonObject, vendor_id: str) -> tuple[list[JsonObject], Decimal]:
    lines: list[JsonObject] = []
    applied = ZERO
    used: dict[str, Decimal] = {}
    for line in body_lines(body):
        amount = line_amount(line, {})
        for linked in line.get("LinkedTxn", []):
            target_type, target = _linked_document(file, linked, vendor_id)
            share = min(amount, target["Balance"] - used.get(target["Id"], ZERO))
            if share <= 0:
                continue
            used[target["Id"]] = used.get(target["Id"], ZERO) + share
            applied += share if target_type == "Bill" else -share
            link = {"TxnId": target["Id"], "TxnType": target_type}
            lines.append({"Amount": share, "LinkedTxn": [link]})
    return lines, applied


def _linked_document(file: CompanyFile, linked: JsonObject, vendor_id: str) -> tuple[str, JsonObject]:
    target_type = linked.get("TxnType")
    if target_type not in ("Bill", "VendorCredit"):
        raise not_implemented(f"bill payments linked to {target_type}")
    target = file.resolve(target_type, {"value": linked.get("TxnId")}, "Line.LinkedTxn.TxnId")
    if target["VendorRef"]["value"] != vendor_id:
        raise business_rule("You can only link transactions of the vendor of this payment.")
    return target_type, target


def _bill_payment_links(payment: JsonObject) -> list[Link]:
    # Recorded: the bill shows BillPaymentCheck even when a card paid it.
    return [
        Link(line["LinkedTxn"][0]["TxnType"], line["LinkedTxn"][0]["TxnId"], line["Amount"], "BillPaymentCheck")
        for line in payment["Line"]
    ]


def _purchase(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    if "PaymentType" not in body:
        raise required_missing("PaymentType")
    payment_type = enumerated(body["PaymentType"], _PAYMENT_TYPES, "PaymentType")
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
    entity["TotalAmt"] = _total(entity["Line"])
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


def _bill_postings(file: CompanyFile, bill: JsonObject, _at: datetime) -> list[Posting]:
    owed = Posting(bill["APAccountRef"]["value"], -bill["TotalAmt"], bill["VendorRef"]["value"])
    return [owed, *_expense_postings(file, bill, 1)]


def _vendor_credit_postings(file: CompanyFile, credit: JsonObject, _at: datetime) -> list[Posting]:
    owed = Posting(credit["APAccountRef"]["value"], credit["TotalAmt"], credit["VendorRef"]["value"])
    return [owed, *_expense_postings(file, credit, -1)]


def _bill_payment_postings(file: CompanyFile, payment: JsonObject, at: datetime) -> list[Posting]:
    total = payment["TotalAmt"]
    if not total:
        return []
    check = payment["PayType"] == "Check"
    source = payment["CheckPayment"]["BankAccountRef"] if check else payment["CreditCardPayment"]["CCAccountRef"]
    payable = _payable_account(file, payment, at)
    return [
        Posting(payable["value"], total, payment["VendorRef"]["value"]),
        Posting(source["value"], -total),
    ]


def _purchase_postings(file: CompanyFile, purchase: JsonObject, _at: datetime) -> list[Posting]:
    sign = -1 if purchase.get("Credit") else 1
    paid = Posting(purchase["AccountRef"]["value"], purchase["TotalAmt"] * -sign)
    return [paid, *_expense_postings(file, purchase, sign)]


def _expense_postings(file: CompanyFile, document: JsonObject, sign: int) -> list[Posting]:
    payee = (document.get("EntityRef") or document.get("VendorRef") or {}).get("value")
    postings = []
    for line in document["Line"]:
        detail = line[line["DetailType"]]
        reference = detail.get("AccountRef")
        if reference is None:
            reference = file.resolve("Item", detail["ItemRef"], "ItemRef")["ExpenseAccountRef"]
        account = file.resolve("Account", reference, "AccountRef")
        concerns = payee if account["AccountType"] in (PAYABLE, RECEIVABLE) else None
        postings.append(Posting(account["Id"], line["Amount"] * sign, concerns))
    return postings


PURCHASES: Final = (
    EntityKind("Bill", TRANSACTION_IDS, _bill, _bill_postings, counted=True, signed=True),
    EntityKind("VendorCredit", TRANSACTION_IDS, _vendor_document, _vendor_credit_postings),
    EntityKind(
        "BillPayment",
        TRANSACTION_IDS,
        _bill_payment,
        _bill_payment_postings,
        links=_bill_payment_links,
        counted=True,
        only_plain_updates=True,
    ),
    EntityKind("Purchase", TRANSACTION_IDS, _purchase, _purchase_postings),
)
