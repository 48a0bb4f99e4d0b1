"""Applying money to documents: what payments of customers and to vendors have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO
from qbo_emulator.applications import Key, Link
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import line_amount, without_links
from qbo_emulator.faults import business_rule, not_implemented
from qbo_emulator.jsontypes import JsonObject

_JOURNAL: Final = "JournalEntry"


@dataclass(frozen=True, slots=True)
class Side:
    """Payments of customers, or payments to vendors."""

    party: str
    """The name's entity type."""
    reference: str
    """The payment's property that names it."""
    owing: str
    """What is paid: Invoice or Bill."""
    credit: str
    """What can pay: CreditMemo or VendorCredit."""
    account_type: str
    sign: int
    """Of a journal line that is owed: 1 for a debit."""
    what: str
    """What the payments are called in a refusal."""
    belongs: Callable[[CompanyFile, JsonObject, str], bool]
    """Whether a document is one that the name can settle."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a document that a payment settles; `share` counts against the payment when it `uses` a credit."""

    entity_type: str
    document: JsonObject
    open_balance: Decimal
    share: Decimal
    direction: int
    """1 for what is owed, -1 for a credit that is used."""

    @property
    def link(self) -> JsonObject:
        """The LinkedTxn of the payment's line."""
        return {"TxnId": self.document["Id"], "TxnType": self.entity_type}


def settled_parts(file: CompanyFile, side: Side, body: JsonObject, name_id: str) -> list[Settled]:
    """What the lines of a payment settle, each at most what is still open; paid documents drop out (live)."""
    parts: list[Settled] = []
    used: dict[Key, Decimal] = {}
    for line in body.get("Line", []):
        amount = line_amount(line, {})
        for linked in line.get("LinkedTxn", []):
            entity_type, document = _document(file, side, linked, name_id)
            key = (entity_type, document["Id"])
            whole, direction = _open(file, side, entity_type, document, name_id)
            still_open = whole - used.get(key, ZERO)
            share = min(amount, still_open)
            if share > 0:
                used[key] = used.get(key, ZERO) + share
                parts.append(Settled(entity_type, document, still_open, share, direction))
    return parts


def applied(parts: list[Settled]) -> Decimal:
    """How much of a payment its parts take: what is owed less the credits that are used."""
    return sum((part.share * part.direction for part in parts), ZERO)


def check_covered(total: Decimal, needed: Decimal) -> None:
    """Fault 6000 when more is applied than the payment and the credits that it uses."""
    if total < 0 or needed > total:
        raise business_rule("The amount applied can't be more than the payment and the credits that it uses.")


def payment_links(payment: JsonObject, shown_as: str) -> list[Link]:
    """What a payment is applied to."""
    return [
        Link(linked["TxnType"], linked["TxnId"], line["Amount"], shown_as)
        for line in payment.get("Line", [])
        for linked in line.get("LinkedTxn", [])[:1]
    ]


def given_up(file: CompanyFile, side: Side, payment: JsonObject, target: Key, kept: Decimal) -> JsonObject:
    """A payment that applies at most `kept` to a document; less credit also settles less of what is owed."""
    name_id = payment[side.reference]["value"]
    lines = without_links(payment["Line"], target, kept)
    excess = -_left_over(file, side, payment | {"Line": lines}, name_id)
    for line in reversed(lines):
        if excess > 0 and _direction(file, side, line, name_id) > 0:
            linked = line["LinkedTxn"][0]
            share = min(excess, line["Amount"])
            excess -= share
            lines = without_links(lines, (linked["TxnType"], linked["TxnId"]), line["Amount"] - share)
    return payment | {"Line": lines}


def unapplied(file: CompanyFile, side: Side, payment: JsonObject) -> Decimal:
    """What a payment is not applied with."""
    return _left_over(file, side, payment, payment[side.reference]["value"])


def _left_over(file: CompanyFile, side: Side, payment: JsonObject, name_id: str) -> Decimal:
    taken = sum((_direction(file, side, line, name_id) * line["Amount"] for line in payment["Line"]), ZERO)
    return Decimal(payment["TotalAmt"]) - taken


def _direction(file: CompanyFile, side: Side, line: JsonObject, name_id: str) -> int:
    linked = line["LinkedTxn"][0]
    if linked["TxnType"] == _JOURNAL:
        return 1 if _journal_amount(file, side, linked["TxnId"], name_id) > 0 else -1
    return -1 if linked["TxnType"] == side.credit else 1


def _document(file: CompanyFile, side: Side, linked: JsonObject, name_id: str) -> tuple[str, JsonObject]:
    entity_type = linked.get("TxnType")
    if entity_type not in (side.owing, side.credit, _JOURNAL):
        raise not_implemented(f"{side.what} linked to {entity_type}")
    document = file.resolve(entity_type, {"value": linked.get("TxnId", "")}, "Line.LinkedTxn.TxnId")
    if entity_type != _JOURNAL and not side.belongs(file, document, name_id):
        raise business_rule(f"You can only link transactions of the {side.party.lower()} of this payment.")
    return entity_type, document


def _open(file: CompanyFile, side: Side, entity_type: str, document: JsonObject, name_id: str) -> tuple[Decimal, int]:
    if entity_type != _JOURNAL:
        return file.open_balance(entity_type, document), -1 if entity_type == side.credit else 1
    key = (entity_type, document["Id"])
    amount = _journal_amount(file, side, document["Id"], name_id)
    settled = file.applications.applied(key) - file.reopened.get(key, ZERO)
    return abs(amount) - settled, 1 if amount > 0 else -1


def _journal_amount(file: CompanyFile, side: Side, entry_id: str, name_id: str) -> Decimal:
    """What a journal entry says that a name owes (or is owed), positive like an invoice or a bill."""
    amount = ZERO
    for line in file.require(_JOURNAL, entry_id).entity["Line"]:
        detail = line.get("JournalEntryLineDetail", {})
        if detail.get("Entity", {}).get("EntityRef", {}).get("value") != name_id:
            continue
        account = file.require("Account", detail["AccountRef"]["value"]).entity
        if account["AccountType"] == side.account_type:
            amount += line["Amount"] * side.sign * (1 if detail["PostingType"] == "Debit" else -1)
    return amount
