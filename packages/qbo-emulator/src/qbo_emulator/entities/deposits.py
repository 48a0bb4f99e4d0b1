"""Deposits: payments and receipts that lay in Undeposited Funds, and other money, brought to the bank."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.applications import Link
from qbo_emulator.company_file import PAYABLE, RECEIVABLE, CompanyFile
from qbo_emulator.entities.currency import add_home_amounts
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    body_lines,
    enumerated,
    line_amount,
    line_class,
    line_detail,
    transaction_head,
)
from qbo_emulator.faults import already_deposited, business_rule, not_implemented
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_LINE: Final = "DepositLineDetail"
_NAME_TYPES: Final = frozenset({"Customer", "Vendor"})
_SIGNS: Final = {"Payment": 1, "SalesReceipt": 1, "RefundReceipt": -1}
_FIXED_ONCE_DEPOSITED: Final = ("TotalAmt", "DepositToAccountRef", "CustomerRef", "CurrencyRef", "ExchangeRate")


def deposit_guard(_file: CompanyFile, before: JsonObject, after: JsonObject | None) -> None:
    """Fault 6540 for a deposited payment or receipt that would go, or change in what was deposited."""
    if not any(link["TxnType"] == "Deposit" for link in before.get("LinkedTxn", [])):
        return
    if after is None or any(_value(before, name) != _value(after, name) for name in _FIXED_ONCE_DEPOSITED):
        raise already_deposited()


def _value(entity: JsonObject, name: str) -> object:
    value = entity.get(name)
    return value.get("value") if isinstance(value, dict) else value


def _deposit(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = transaction_head(file, body, at)
    entity["DepositToAccountRef"] = file.account(body.get("DepositToAccountRef"), "DepositToAccountRef")[1]
    seen: set[tuple[str, str]] = set()
    entity["Line"] = [
        _linked_line(file, line, seen) if line.get("LinkedTxn") else _other_line(file, line, number)
        for number, line in enumerate(body_lines(body), start=1)
    ]
    total = sum((line["Amount"] for line in entity["Line"]), ZERO)
    if "CashBack" in body:
        cash_back = dict(body["CashBack"])
        cash_back["AccountRef"] = file.account(cash_back.get("AccountRef"), "CashBack.AccountRef")[1]
        cash_back["Amount"] = money(cash_back.get("Amount", 0), "CashBack.Amount")
        entity["CashBack"] = cash_back
        total -= cash_back["Amount"]
    if total < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    entity["TotalAmt"] = money(total, "TotalAmt")
    entity["TxnTaxDetail"] = {}
    add_home_amounts(file, entity)
    return entity


def _other_line(file: CompanyFile, line: JsonObject, number: int) -> JsonObject:
    detail = line_detail(line, _LINE)
    account, reference = file.account(detail.get("AccountRef"), f"Line.{_LINE}.AccountRef")
    written: JsonObject = {}
    if "Entity" in detail:
        written["Entity"] = _name(file, detail["Entity"])
    elif account["AccountType"] in (RECEIVABLE, PAYABLE):
        raise business_rule(f"A line on {account['Name']} needs a name (Entity).")
    written |= line_class(file, detail)
    written["AccountRef"] = reference
    if "PaymentMethodRef" in detail:
        method = file.resolve("PaymentMethod", detail["PaymentMethodRef"], f"Line.{_LINE}.PaymentMethodRef")
        written["PaymentMethodRef"] = {"value": method["Id"], "name": method["Name"]}
    if "CheckNum" in detail:
        written["CheckNum"] = detail["CheckNum"]
    described = {"Description": line["Description"]} if "Description" in line else {}
    return {
        "Id": line.get("Id", str(number)),
        "LineNum": number,
        **described,
        "Amount": line_amount(line, {}),
        "DetailType": _LINE,
        _LINE: written,
        "CustomExtensions": [],
    }


def _name(file: CompanyFile, entity: JsonObject) -> JsonObject:
    kind = enumerated(entity.get("type", "Customer").title(), _NAME_TYPES, "Entity.type")
    name = file.resolve(kind, entity, "Entity")
    return {"value": name["Id"], "name": name["DisplayName"], "type": kind.upper()}


def _linked_line(file: CompanyFile, line: JsonObject, seen: set[tuple[str, str]]) -> JsonObject:
    linked = line["LinkedTxn"][0]
    txn_type = linked.get("TxnType", "")
    if txn_type not in _SIGNS:
        raise not_implemented(f"deposits of {txn_type}")
    held = file.resolve(txn_type, {"value": linked.get("TxnId", "")}, "Line.LinkedTxn.TxnId")
    key = (txn_type, held["Id"])
    deposited = any(link["TxnType"] == "Deposit" for link in held.get("LinkedTxn", []))
    if key in seen or (deposited and key not in file.reopened):
        raise already_deposited()
    seen.add(key)
    held_in = file.resolve("Account", held.get("DepositToAccountRef"), "Line.LinkedTxn.TxnId")
    if held_in["AccountSubType"] != "UndepositedFunds":
        raise already_deposited()
    whole = held["TotalAmt"] * _SIGNS[txn_type]
    amount = line_amount(line, {}) if "Amount" in line else whole
    if amount != whole:
        raise business_rule("The amount of a deposited payment can't be changed.")
    written: JsonObject = {
        "Amount": amount,
        "LinkedTxn": [{"TxnId": held["Id"], "TxnType": txn_type, "TxnLineId": "0"}],
    }
    if _LINE in line:
        written[_LINE] = line[_LINE]
    return written


def _links(deposit: JsonObject) -> list[Link]:
    return [
        Link(line["LinkedTxn"][0]["TxnType"], line["LinkedTxn"][0]["TxnId"], line["Amount"], "Deposit")
        for line in deposit["Line"]
        if line.get("LinkedTxn") and line["LinkedTxn"][0]["TxnType"] in _SIGNS
    ]


def _postings(file: CompanyFile, deposit: JsonObject, at: datetime) -> list[Posting]:
    postings = [Posting(deposit["DepositToAccountRef"]["value"], deposit["TotalAmt"])]
    if "CashBack" in deposit:
        cash_back = deposit["CashBack"]
        postings.append(Posting(cash_back["AccountRef"]["value"], cash_back["Amount"]))
    undeposited = sum((line["Amount"] for line in deposit["Line"] if line.get("LinkedTxn")), Decimal(0))
    if undeposited:
        postings.append(Posting(file.system_account("UndepositedFunds", at)["Id"], -undeposited))
    for line in deposit["Line"]:
        if not line.get("LinkedTxn"):
            detail = line[_LINE]
            name_id = detail.get("Entity", {}).get("value")
            postings.append(Posting(detail["AccountRef"]["value"], -line["Amount"], name_id))
    return postings


DEPOSIT: Final = EntityKind(
    "Deposit",
    TRANSACTION_IDS,
    _deposit,
    _postings,
    links=_links,
    counted=True,
    has_date=True,
    deletable=True,
    # Live: unlike others, a sparse update of a deposit without this is refused.
    required_in_updates=("DepositToAccountRef",),
)
