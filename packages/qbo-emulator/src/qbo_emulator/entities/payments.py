"""Payments of customers, applied to invoices and journal entries with what credit memos give."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.applications import Key, Link
from qbo_emulator.company_file import RECEIVABLE, CompanyFile
from qbo_emulator.entities.deposits import deposit_guard
from qbo_emulator.entities.kinds import TRANSACTION_IDS, EntityKind, Target, transaction_head, voided_note
from qbo_emulator.entities.settling import (
    Settled,
    Side,
    applied,
    check_covered,
    given_up,
    payment_links,
    settled_parts,
    unapplied,
)
from qbo_emulator.faults import not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_NAME_VALUE: Final[JsonObject] = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
}


def _belongs(file: CompanyFile, document: JsonObject, customer_id: str) -> bool:
    owner = file.resolve("Customer", document.get("CustomerRef"), "CustomerRef")
    return customer_id in (owner["Id"], owner.get("ParentRef", {}).get("value"))


_SIDE: Final = Side(
    "Customer", "CustomerRef", "Invoice", "CreditMemo", RECEIVABLE, sign=1, what="payments", belongs=_belongs
)


def _payment(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    if "ARAccountRef" in body:
        raise not_implemented("a second receivables account (ARAccountRef)")
    customer = file.resolve("Customer", body.get("CustomerRef"), "CustomerRef")
    entity = transaction_head(file, body, at, customer)
    entity["CustomerRef"] = {"value": customer["Id"], "name": customer["DisplayName"]}
    if "TotalAmt" not in body:
        raise required_missing("TotalAmt")
    total = money(body["TotalAmt"], "TotalAmt")
    parts = settled_parts(file, _SIDE, body, customer["Id"])
    check_covered(total, applied(parts))
    if total:
        deposit_to = body.get("DepositToAccountRef")
        if deposit_to is None:
            deposit_to = {"value": file.system_account("UndepositedFunds", at)["Id"]}
        account, _ = file.account(deposit_to, "DepositToAccountRef")
        entity["DepositToAccountRef"] = {"value": account["Id"]}
    else:
        entity.pop("DepositToAccountRef", None)
    if "PaymentMethodRef" in entity:
        entity["PaymentMethodRef"] = {"value": entity["PaymentMethodRef"]["value"]}
    entity["TotalAmt"] = total
    entity["UnappliedAmt"] = total - applied(parts)
    entity.setdefault("ProcessPayment", False)
    entity["Line"] = [_line(part) for part in parts]
    return entity


def _line(part: Settled) -> JsonObject:
    pairs = {
        "txnId": part.document["Id"],
        "txnOpenBalance": f"{part.open_balance:.2f}",
        "txnReferenceNumber": part.document.get("DocNumber", ""),
    }
    tail = {"nil": False, "globalScope": True, "typeSubstituted": False}
    extension = [{**_NAME_VALUE, "value": {"Name": name, "Value": value}, **tail} for name, value in pairs.items()]
    return {"Amount": part.share, "LinkedTxn": [part.link], "LineEx": {"any": extension}}


def _links(payment: JsonObject) -> list[Link]:
    return payment_links(payment, "Payment")


def _given_up(file: CompanyFile, payment: JsonObject, target: Key, kept: Decimal) -> JsonObject:
    changed = given_up(file, _SIDE, payment, target, kept)
    return changed | {"UnappliedAmt": unapplied(file, _SIDE, changed)}


def _postings(file: CompanyFile, payment: JsonObject, at: datetime) -> list[Posting]:
    total = payment["TotalAmt"]
    if not total:
        return []
    receivable = file.system_account("AccountsReceivable", at, payment["CurrencyRef"])["Id"]
    return [
        Posting(payment["DepositToAccountRef"]["value"], total),
        Posting(receivable, -total, payment["CustomerRef"]["value"]),
    ]


def _voided(payment: JsonObject) -> JsonObject:
    return {**payment, "PrivateNote": voided_note(payment), "TotalAmt": ZERO, "UnappliedAmt": ZERO, "Line": []}


PAYMENT: Final = EntityKind(
    "Payment",
    TRANSACTION_IDS,
    _payment,
    _postings,
    links=_links,
    given_up=_given_up,
    # Recorded: a deposited payment shows its deposit without becoming a new version.
    target=Target(new_version=False, dated=False),
    has_date=True,
    deletable=True,
    voided=_voided,
    guard=deposit_guard,
    sendable=True,
)
