"""Payments to vendors, by cheque or card, applied to bills and journal entries with what vendor credits give."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.applications import Key, Link
from qbo_emulator.company_file import PAYABLE, CompanyFile
from qbo_emulator.entities.kinds import TRANSACTION_IDS, EntityKind, body_lines, transaction_head, voided_note
from qbo_emulator.entities.purchases import payable_account
from qbo_emulator.entities.settling import (
    Side,
    applied,
    check_covered,
    given_up,
    payment_links,
    settled_parts,
)
from qbo_emulator.faults import business_rule, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting


def _belongs(_file: CompanyFile, document: JsonObject, vendor_id: str) -> bool:
    return bool(document["VendorRef"]["value"] == vendor_id)


_SIDE: Final = Side(
    "Vendor", "VendorRef", "Bill", "VendorCredit", PAYABLE, sign=-1, what="bill payments", belongs=_belongs
)


def _bill_payment(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    vendor = file.resolve("Vendor", body.get("VendorRef"), "VendorRef")
    entity = transaction_head(file, body, at, vendor)
    entity["VendorRef"] = {"value": vendor["Id"], "name": vendor["DisplayName"]}
    for field in ("PayType", "TotalAmt"):
        if field not in body:
            raise required_missing(field)
    if body["PayType"] == "Check":
        entity["CheckPayment"] = _paid_from(file, body, "CheckPayment", "BankAccountRef", "Bank")
        entity["CheckPayment"].setdefault("PrintStatus", "NotSet")
        entity.pop("CreditCardPayment", None)
    else:
        entity["CreditCardPayment"] = _paid_from(file, body, "CreditCardPayment", "CCAccountRef", "Credit Card")
        entity.pop("CheckPayment", None)
    entity["TotalAmt"] = money(body["TotalAmt"], "TotalAmt")
    body_lines(body)
    parts = settled_parts(file, _SIDE, body, vendor["Id"])
    check_covered(entity["TotalAmt"], applied(parts))
    entity["Line"] = [{"Amount": part.share, "LinkedTxn": [part.link]} for part in parts]
    if "APAccountRef" in body:
        entity["APAccountRef"] = payable_account(file, entity, at)
    return entity


def _paid_from(file: CompanyFile, body: JsonObject, payment: str, reference: str, account_type: str) -> JsonObject:
    detail = body.get(payment)
    if detail is None:
        raise required_missing(payment)
    account, written = file.account(detail.get(reference), f"{payment}.{reference}")
    if account["AccountType"] != account_type:
        raise business_rule(f"{account['Name']} is not an account of type {account_type}.")
    return {**detail, reference: written}


def _links(payment: JsonObject) -> list[Link]:
    # Recorded: the bill shows BillPaymentCheck even when a card paid it.
    return payment_links(payment, "BillPaymentCheck")


def _given_up(file: CompanyFile, payment: JsonObject, target: Key, kept: Decimal) -> JsonObject:
    return given_up(file, _SIDE, payment, target, kept)


def _postings(file: CompanyFile, payment: JsonObject, at: datetime) -> list[Posting]:
    total = payment["TotalAmt"]
    if not total:
        return []
    check = payment["PayType"] == "Check"
    source = payment["CheckPayment"]["BankAccountRef"] if check else payment["CreditCardPayment"]["CCAccountRef"]
    return [
        Posting(payable_account(file, payment, at)["value"], total, payment["VendorRef"]["value"]),
        Posting(source["value"], -total),
    ]


def _voided(payment: JsonObject) -> JsonObject:
    return {**payment, "PrivateNote": voided_note(payment), "TotalAmt": ZERO, "Line": []}


BILL_PAYMENT: Final = EntityKind(
    "BillPayment",
    TRANSACTION_IDS,
    _bill_payment,
    _postings,
    links=_links,
    given_up=_given_up,
    counted=True,
    has_date=True,
    deletable=True,
    voided=_voided,
)
