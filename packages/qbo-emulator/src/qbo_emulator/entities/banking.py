"""Money between the company's own accounts: transfers and journal entries."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, money
from qbo_emulator.company_file import PAYABLE, RECEIVABLE, CompanyFile
from qbo_emulator.entities.kinds import (
    TRANSACTION_IDS,
    EntityKind,
    Target,
    body_lines,
    enumerated,
    line_amount,
    line_class,
    line_detail,
    named_reference,
    transaction_head,
)
from qbo_emulator.faults import business_rule, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting

_JOURNAL_LINE: Final = "JournalEntryLineDetail"
_SIGNS: Final = {"Debit": 1, "Credit": -1}
_NAME_TYPES: Final = frozenset({"Customer", "Vendor"})


def _transfer(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = transaction_head(file, body, at)
    if "Amount" not in body:
        raise required_missing("Amount")
    for field in ("FromAccountRef", "ToAccountRef"):
        entity[field] = file.account(body.get(field), field)[1]
    entity["Amount"] = money(body["Amount"], "Amount")
    if entity["Amount"] < 0:
        raise business_rule("Transaction amount must be 0 or greater.")
    if entity["FromAccountRef"]["value"] == entity["ToAccountRef"]["value"]:
        raise business_rule("You can't transfer funds from an account to itself.")
    return entity


def _transfer_postings(_file: CompanyFile, transfer: JsonObject, _at: datetime) -> list[Posting]:
    return [
        Posting(transfer["ToAccountRef"]["value"], transfer["Amount"]),
        Posting(transfer["FromAccountRef"]["value"], -transfer["Amount"]),
    ]


def _journal_entry(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    entity = transaction_head(file, body, at)
    entity.setdefault("Adjustment", False)
    entity["Line"] = [_journal_line(file, line, n) for n, line in enumerate(body_lines(body))]
    entity["TxnTaxDetail"] = {}
    # Recorded: TotalAmt is 0 whatever the lines say.
    entity["TotalAmt"] = ZERO
    if sum((_signed_amount(line) for line in _posted(entity)), ZERO):
        raise business_rule(
            "Transaction is not in balance. Make sure the total amount in the Debit column "
            "equals the total amount in the Credit column."
        )
    return entity


def _journal_line(file: CompanyFile, line: JsonObject, number: int) -> JsonObject:
    described = {"Description": line["Description"]} if "Description" in line else {}
    if line.get("DetailType") == "DescriptionOnly":
        return {"Id": line.get("Id", str(number)), **described, "DetailType": "DescriptionOnly"}
    if line.get("DetailType") != _JOURNAL_LINE:
        raise required_missing("Line.DetailType")
    detail = line_detail(line, _JOURNAL_LINE)
    posting_type = enumerated(detail.get("PostingType"), frozenset(_SIGNS), f"Line.{_JOURNAL_LINE}.PostingType")
    account, reference = file.account(detail.get("AccountRef"), f"Line.{_JOURNAL_LINE}.AccountRef")
    written: JsonObject = {"PostingType": posting_type}
    if "Entity" in detail:
        written["Entity"] = _journal_name(file, detail["Entity"])
    _require_name(account, written.get("Entity"))
    written["AccountRef"] = reference
    written |= line_class(file, detail)
    if "DepartmentRef" in detail:
        department = file.resolve("Department", detail["DepartmentRef"], f"Line.{_JOURNAL_LINE}.DepartmentRef")
        written["DepartmentRef"] = named_reference(department)
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


def _posted(entry: JsonObject) -> list[JsonObject]:
    return [line for line in entry["Line"] if line["DetailType"] == _JOURNAL_LINE]


def _signed_amount(line: JsonObject) -> Decimal:
    return money(line["Amount"] * _SIGNS[line[_JOURNAL_LINE]["PostingType"]], "Amount")


def _journal_postings(_file: CompanyFile, entry: JsonObject, _at: datetime) -> list[Posting]:
    return [
        Posting(
            line[_JOURNAL_LINE]["AccountRef"]["value"],
            _signed_amount(line),
            line[_JOURNAL_LINE].get("Entity", {}).get("EntityRef", {}).get("value"),
        )
        for line in _posted(entry)
    ]


BANKING: Final = (
    EntityKind("Transfer", TRANSACTION_IDS, _transfer, _transfer_postings, counted=True, has_date=True, deletable=True),
    EntityKind(
        "JournalEntry",
        TRANSACTION_IDS,
        _journal_entry,
        _journal_postings,
        # A journal entry doesn't say what settles it.
        target=Target(shows_link=False, new_version=False, dated=False),
        counted=True,
        has_date=True,
        deletable=True,
    ),
)
