"""Money between the company's own accounts: deposits, transfers and journal entries."""

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
    line_amount,
    transaction_head,
)
from qbo_emulator.faults import already_deposited, business_rule, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_DEPOSIT_LINE: Final = "DepositLineDetail"
_JOURNAL_LINE: Final = "JournalEntryLineDetail"
_SIGNS: Final = {"Debit": 1, "Credit": -1}
_NAME_TYPES: Final = frozenset({"Customer", "Vendor"})


def _deposit(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    entity["DepositToAccountRef"] = file.account(body.get("DepositToAccountRef"), "DepositToAccountRef")[1]
    seen: set[str] = set()
    entity["Line"] = [
        _linked_deposit_line(file, line, seen) if line.get("LinkedTxn") else _deposit_line(file, line, number)
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
    return entity


def _deposit_line(file: CompanyFile, line: JsonObject, number: int) -> JsonObject:
    detail = line.get(_DEPOSIT_LINE)
    if detail is None:
        raise required_missing(f"Line.{_DEPOSIT_LINE}")
    account, reference = file.account(detail.get("AccountRef"), f"Line.{_DEPOSIT_LINE}.AccountRef")
    written: JsonObject = {}
    if "Entity" in detail:
        written["Entity"] = _deposit_name(file, detail["Entity"])
    elif account["AccountType"] in (RECEIVABLE, PAYABLE):
        raise business_rule(f"A line on {account['Name']} needs a name (Entity).")
    written["AccountRef"] = reference
    for field in ("ClassRef", "PaymentMethodRef", "CheckNum"):
        if field in detail:
            written[field] = detail[field]
    described = {"Description": line["Description"]} if "Description" in line else {}
    return {
        "Id": line.get("Id", str(number)),
        "LineNum": number,
        **described,
        "Amount": line_amount(line, {}),
        "DetailType": _DEPOSIT_LINE,
        _DEPOSIT_LINE: written,
        "CustomExtensions": [],
    }


def _deposit_name(file: CompanyFile, entity: JsonObject) -> JsonObject:
    kind = enumerated(str(entity.get("type", "Customer")).title(), _NAME_TYPES, "Entity.type")
    name = file.resolve(kind, entity, "Entity")
    return {"value": name["Id"], "name": name["DisplayName"], "type": kind.upper()}


def _linked_deposit_line(file: CompanyFile, line: JsonObject, seen: set[str]) -> JsonObject:
    linked = line["LinkedTxn"][0]
    if linked.get("TxnType") != "Payment":
        raise not_implemented(f"deposits of {linked.get('TxnType')}")
    payment = file.resolve("Payment", {"value": linked.get("TxnId")}, "Line.LinkedTxn.TxnId")
    deposited = any(link["TxnType"] == "Deposit" for link in payment.get("LinkedTxn", []))
    if deposited or payment["Id"] in seen:
        raise already_deposited(payment["Id"])
    seen.add(payment["Id"])
    held_in = file.resolve("Account", payment.get("DepositToAccountRef"), "Line.LinkedTxn.TxnId")
    if held_in["AccountSubType"] != "UndepositedFunds":
        raise already_deposited(payment["Id"])
    amount = line_amount(line, {}) if "Amount" in line else payment["TotalAmt"]
    if amount != payment["TotalAmt"]:
        raise business_rule("The amount of a deposited payment can't be changed.")
    written: JsonObject = {
        "Amount": amount,
        "LinkedTxn": [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
    }
    if _DEPOSIT_LINE in line:
        written[_DEPOSIT_LINE] = line[_DEPOSIT_LINE]
    return written


def _deposit_links(deposit: JsonObject) -> list[Link]:
    return [
        Link("Payment", line["LinkedTxn"][0]["TxnId"], line["Amount"], "Deposit")
        for line in deposit["Line"]
        if "LinkedTxn" in line
    ]


def _deposit_postings(file: CompanyFile, deposit: JsonObject, at: datetime) -> list[Posting]:
    postings = [Posting(deposit["DepositToAccountRef"]["value"], deposit["TotalAmt"])]
    if "CashBack" in deposit:
        cash_back = deposit["CashBack"]
        postings.append(Posting(cash_back["AccountRef"]["value"], cash_back["Amount"]))
    for line in deposit["Line"]:
        if "LinkedTxn" in line:
            held_in = file.system_account("UndepositedFunds", at)["Id"]
            postings.append(Posting(held_in, -line["Amount"]))
        else:
            detail = line[_DEPOSIT_LINE]
            name_id = detail.get("Entity", {}).get("value")
            postings.append(Posting(detail["AccountRef"]["value"], -line["Amount"], name_id))
    return postings


def _transfer(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    if "Amount" not in body:
        raise required_missing("Amount")
    for field in ("FromAccountRef", "ToAccountRef"):
        entity[field] = file.account(body.get(field), field)[1]
    entity["Amount"] = money(body["Amount"], "Amount")
    if entity["FromAccountRef"]["value"] == entity["ToAccountRef"]["value"]:
        raise business_rule("You can't transfer funds from an account to itself.")
    return entity


def _transfer_postings(_file: CompanyFile, transfer: JsonObject, _at: datetime) -> list[Posting]:
    return [
        Posting(transfer["ToAccountRef"]["value"], transfer["Amount"]),
        Posting(transfer["FromAccountRef"]["value"], -transfer["Amount"]),
    ]


def _journal_entry(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    checked_lengths(body)
    entity = transaction_head(file, body, at)
    entity.setdefault("Adjustment", False)
    entity["Line"] = [_journal_line(file, line, n) for n, line in enumerate(body_lines(body))]
    entity["TxnTaxDetail"] = {}
    # Recorded: TotalAmt is 0 whatever the lines say.
    entity["TotalAmt"] = ZERO
    if sum((_signed_amount(line) for line in entity["Line"]), ZERO):
        raise business_rule(
            "Transaction is not in balance. Make sure the total amount in the Debit column "
            "equals the total amount in the Credit column."
        )
    return entity


def _journal_line(file: CompanyFile, line: JsonObject, number: int) -> JsonObject:
    if line.get("DetailType") != _JOURNAL_LINE:
        raise required_missing("Line.DetailType")
    detail = line.get(_JOURNAL_LINE)
    if detail is None:
        raise required_missing(f"Line.{_JOURNAL_LINE}")
    posting_type = enumerated(detail.get("PostingType"), frozenset(_SIGNS), f"Line.{_JOURNAL_LINE}.PostingType")
    account, reference = file.account(detail.get("AccountRef"), f"Line.{_JOURNAL_LINE}.AccountRef")
    written: JsonObject = {"PostingType": posting_type}
    if "Entity" in detail:
        written["Entity"] = _journal_name(file, detail["Entity"])
    _require_name(account, written.get("Entity"))
    written["AccountRef"] = reference
    for field in ("ClassRef", "DepartmentRef"):
        if field in detail:
            written[field] = detail[field]
    described = {"Description": line["Description"]} if "Description" in line else {}
    return {
        "Id": line.get("Id", str(number)),
        **described,
        "Amount": line_amount(line, {}),
        "DetailType": _JOURNAL_LINE,
        _JOURNAL_LINE: written,
        "CustomExtensions": [],
    }


def _journal_name(file: CompanyFile, entity: JsonObject) -> JsonObject:
    kind = enumerated(entity.get("Type"), _NAME_TYPES, "Entity.Type")
    name = file.resolve(kind, entity.get("EntityRef"), "Entity.EntityRef")
    return {"Type": kind, "EntityRef": {"value": name["Id"], "name": name["DisplayName"]}}


def _require_name(account: JsonObject, entity: JsonObject | None) -> None:
    needed = {RECEIVABLE: "Customer", PAYABLE: "Vendor"}.get(account["AccountType"])
    if needed and (entity is None or entity["Type"] != needed):
        raise business_rule(
            f"When you use {account['AccountType']}, you must choose a {needed.lower()} in the Name field."
        )


def _signed_amount(line: JsonObject) -> Decimal:
    return money(line["Amount"] * _SIGNS[line[_JOURNAL_LINE]["PostingType"]], "Amount")


def _journal_postings(_file: CompanyFile, entry: JsonObject, _at: datetime) -> list[Posting]:
    return [
        Posting(
            line[_JOURNAL_LINE]["AccountRef"]["value"],
            _signed_amount(line),
            line[_JOURNAL_LINE].get("Entity", {}).get("EntityRef", {}).get("value"),
        )
        for line in entry["Line"]
    ]


BANKING: Final = (
    EntityKind(
        "Deposit",
        TRANSACTION_IDS,
        _deposit,
        _deposit_postings,
        links=_deposit_links,
        counted=True,
        only_plain_updates=True,
    ),
    EntityKind("Transfer", TRANSACTION_IDS, _transfer, _transfer_postings),
    EntityKind("JournalEntry", TRANSACTION_IDS, _journal_entry, _journal_postings, counted=True),
)
