"""What customers owe and pay: invoices, credit memos and payments."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    Link,
    body_lines,
    checked_lengths,
    iso_date,
    line_amount,
    transaction_head,
)
from qbo_emulator.entities.terms import due_date
from qbo_emulator.faults import business_rule, invalid_enumeration, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_NO_TAX: Final[JsonObject] = {"TotalTax": ZERO}
_NOT_TAXED: Final[JsonObject] = {"value": "NON"}
_SALES_LINE: Final = "SalesItemLineDetail"
_DEFAULT_DUE_DAYS: Final = 30
_NAME_VALUE: Final[JsonObject] = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
}


def _invoice(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at)
    for field in ("AllowIPNPayment", "AllowOnlinePayment"):
        entity.setdefault(field, False)
    for field in ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"):
        entity.setdefault(field, True)
    term = file.resolve("Term", body["SalesTermRef"], "SalesTermRef") if "SalesTermRef" in body else None
    if term is not None:
        entity["SalesTermRef"] = {"value": term["Id"], "name": term["Name"]}
    if "DueDate" in body:
        entity["DueDate"] = iso_date(body["DueDate"], "DueDate")
    elif term is not None:
        entity["DueDate"] = due_date(term, entity["TxnDate"])
    else:
        day = date.fromisoformat(entity["TxnDate"]) + timedelta(days=_DEFAULT_DUE_DAYS)
        entity["DueDate"] = day.isoformat()
    entity["LinkedTxn"] = []
    return entity


def _credit_memo(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = _sales_document(file, body, at)
    entity["RemainingCredit"] = entity["TotalAmt"]
    return entity


def _sales_document(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    customer = file.resolve("Customer", body.get("CustomerRef"), "CustomerRef")
    entity["CustomerRef"] = {"value": customer["Id"], "name": customer["DisplayName"]}
    if "ARAccountRef" in body:
        raise not_implemented("a second receivables account (ARAccountRef)")
    entity["Line"], total = _sales_lines(file, body)
    for field in ("BillAddr", "ShipAddr"):
        if field not in entity and field in customer:
            entity[field] = customer[field]
    if not entity.get("DocNumber"):
        entity["DocNumber"] = file.next_document_number()
    entity.setdefault("CustomField", [])
    entity["TxnTaxDetail"] = _NO_TAX
    entity["FreeFormAddress"] = True
    entity.update(_ship_from(file))
    entity["TotalAmt"] = entity["Balance"] = total
    entity.setdefault("ApplyTaxAfterDiscount", False)
    entity.setdefault("PrintStatus", "NeedToPrint")
    entity.setdefault("EmailStatus", "NotSet")
    return entity


def _ship_from(file: CompanyFile) -> JsonObject:
    # Recorded: documents made through the API show the company's address, in two lines under a new id.
    company = file.store.get("CompanyInfo", "1")
    address = company.entity.get("CompanyAddr") if company is not None else None
    if not address or "Line1" not in address:
        return {}
    place = "{City}, {CountrySubDivisionCode}  {PostalCode}".format_map(defaultdict(str, address))
    return {"ShipFromAddr": {"Id": file.store.next_id("Address"), "Line1": address["Line1"], "Line2": place}}


def _sales_lines(file: CompanyFile, body: JsonObject) -> tuple[list[JsonObject], Decimal]:
    lines: list[JsonObject] = []
    total = ZERO
    for line in body_lines(body):
        detail_type = line.get("DetailType")
        if detail_type == "SubTotalLineDetail":
            continue
        if detail_type is None:
            raise required_missing("Line.DetailType")
        number = len(lines) + 1
        head = {"Id": line.get("Id", str(number)), "LineNum": number}
        if detail_type == _SALES_LINE:
            lines.append(head | _sales_line(file, line))
            total += lines[-1]["Amount"]
        elif detail_type == "DescriptionOnly":
            described = {"Description": line["Description"]} if "Description" in line else {}
            detail = line.get("DescriptionLineDetail", {})
            lines.append(head | described | {"DetailType": detail_type, "DescriptionLineDetail": detail})
        elif detail_type in ("DiscountLineDetail", "GroupLineDetail", "TaxLineDetail"):
            raise not_implemented(f"sales lines of type {detail_type}")
        else:
            raise invalid_enumeration("Line.DetailType", detail_type)
    if not any(line["DetailType"] == _SALES_LINE for line in lines):
        raise required_missing("Line")
    total = money(total, "TotalAmt")
    if total < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    return [*lines, {"Amount": total, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}], total


def _sales_line(file: CompanyFile, line: JsonObject) -> JsonObject:
    detail = line.get(_SALES_LINE)
    if detail is None:
        raise required_missing(f"Line.{_SALES_LINE}")
    item = file.resolve("Item", detail.get("ItemRef"), f"Line.{_SALES_LINE}.ItemRef")
    account = item.get("IncomeAccountRef")
    if account is None:
        raise business_rule(f"The item {item['Name']} has no income account.")
    written: JsonObject = {"ItemRef": {"value": item["Id"], "name": item["FullyQualifiedName"]}}
    for field in ("ClassRef", "UnitPrice", "Qty"):
        if field in detail:
            written[field] = detail[field]
    written["ItemAccountRef"] = account
    written["TaxCodeRef"] = detail.get("TaxCodeRef", _NOT_TAXED)
    if "ServiceDate" in detail:
        written["ServiceDate"] = iso_date(detail["ServiceDate"], "ServiceDate")
    described = {"Description": line["Description"]} if "Description" in line else {}
    return {
        **described,
        "Amount": line_amount(line, detail),
        "DetailType": _SALES_LINE,
        _SALES_LINE: written,
        "CustomExtensions": [],
    }


def _payment(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    customer = file.resolve("Customer", body.get("CustomerRef"), "CustomerRef")
    entity["CustomerRef"] = {"value": customer["Id"], "name": customer["DisplayName"]}
    if "TotalAmt" not in body:
        raise required_missing("TotalAmt")
    total = money(body["TotalAmt"], "TotalAmt")
    lines, applied = _payment_lines(file, body, customer["Id"])
    if total < 0 or applied > total:
        raise business_rule("The amount applied can't be more than the payment and the credits that it uses.")
    if total:
        deposit_to = body.get("DepositToAccountRef")
        if deposit_to is None:
            deposit_to = {"value": file.system_account("UndepositedFunds", at)["Id"]}
        file.account(deposit_to, "DepositToAccountRef")
        entity["DepositToAccountRef"] = {"value": str(deposit_to["value"])}
    else:
        entity.pop("DepositToAccountRef", None)
    entity["TotalAmt"] = total
    entity["UnappliedAmt"] = total - applied
    entity.setdefault("ProcessPayment", False)
    entity["Line"] = lines
    return entity


def _payment_lines(file: CompanyFile, body: JsonObject, customer_id: str) -> tuple[list[JsonObject], Decimal]:
    lines: list[JsonObject] = []
    applied = ZERO
    used: dict[str, Decimal] = {}
    for line in body.get("Line", []):
        amount = line_amount(line, {})
        for linked in line.get("LinkedTxn", []):
            target_type, target = _linked_document(file, linked, customer_id)
            available = target["Balance"] - used.get(target["Id"], ZERO)
            share = min(amount, available)
            if share <= 0:
                continue
            used[target["Id"]] = used.get(target["Id"], ZERO) + share
            applied += share if target_type == "Invoice" else -share
            link = {"TxnId": target["Id"], "TxnType": target_type}
            lines.append({"Amount": share, "LinkedTxn": [link], "LineEx": _line_extension(target, available)})
    return lines, applied


def _linked_document(file: CompanyFile, linked: JsonObject, customer_id: str) -> tuple[str, JsonObject]:
    target_type = linked.get("TxnType")
    if target_type not in ("Invoice", "CreditMemo"):
        raise not_implemented(f"payments linked to {target_type}")
    target = file.resolve(target_type, {"value": linked.get("TxnId")}, "Line.LinkedTxn.TxnId")
    owner = file.resolve("Customer", target["CustomerRef"], "CustomerRef")
    if customer_id not in (owner["Id"], owner.get("ParentRef", {}).get("value")):
        raise business_rule("You can only link transactions of the customer of this payment.")
    return target_type, target


def _line_extension(target: JsonObject, open_balance: Decimal) -> JsonObject:
    pairs = {
        "txnId": target["Id"],
        "txnOpenBalance": f"{open_balance:.2f}",
        "txnReferenceNumber": target.get("DocNumber", ""),
    }
    tail = {"nil": False, "globalScope": True, "typeSubstituted": False}
    return {"any": [{**_NAME_VALUE, "value": {"Name": name, "Value": value}, **tail} for name, value in pairs.items()]}


def _payment_links(payment: JsonObject) -> list[Link]:
    return [
        Link(line["LinkedTxn"][0]["TxnType"], line["LinkedTxn"][0]["TxnId"], line["Amount"], "Payment")
        for line in payment["Line"]
    ]


def _sales_postings(file: CompanyFile, document: JsonObject, at: datetime, sign: int) -> list[Posting]:
    receivable = file.system_account("AccountsReceivable", at)["Id"]
    customer = document["CustomerRef"]["value"]
    postings = [Posting(receivable, document["TotalAmt"] * sign, customer)]
    postings += [
        Posting(line[_SALES_LINE]["ItemAccountRef"]["value"], line["Amount"] * -sign)
        for line in document["Line"]
        if line["DetailType"] == _SALES_LINE
    ]
    return postings


def _invoice_postings(file: CompanyFile, invoice: JsonObject, at: datetime) -> list[Posting]:
    return _sales_postings(file, invoice, at, 1)


def _credit_memo_postings(file: CompanyFile, memo: JsonObject, at: datetime) -> list[Posting]:
    return _sales_postings(file, memo, at, -1)


def _payment_postings(file: CompanyFile, payment: JsonObject, at: datetime) -> list[Posting]:
    total = payment["TotalAmt"]
    if not total:
        return []
    receivable = file.system_account("AccountsReceivable", at)["Id"]
    return [
        Posting(payment["DepositToAccountRef"]["value"], total),
        Posting(receivable, -total, payment["CustomerRef"]["value"]),
    ]


SALES: Final = (
    EntityKind(
        "Invoice",
        TRANSACTION_IDS,
        _invoice,
        _invoice_postings,
        counted=True,
        signed=True,
        document_series="Sales",
    ),
    EntityKind("CreditMemo", TRANSACTION_IDS, _credit_memo, _credit_memo_postings, document_series="Sales"),
    EntityKind(
        "Payment",
        TRANSACTION_IDS,
        _payment,
        _payment_postings,
        links=_payment_links,
        only_plain_updates=True,
    ),
)
