"""What the books need to know about an entity type: how to complete, post and link it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from qbo_emulator.amounts import money
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.faults import (
    amount_mismatch,
    invalid_enumeration,
    invalid_number,
    not_implemented,
    required_missing,
    wrong_length,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting
from qbo_emulator.wire import pacific_date

TRANSACTION_IDS = "Transaction"
"""The id sequence that all transaction types share."""
PLAIN_PROPERTIES: Final = frozenset({"DocNumber", "PrivateNote", "PaymentRefNum", "CustomField"})
"""Properties of a transaction that nothing else depends on."""
_LONGEST = {"DocNumber": 21, "PrivateNote": 4000, "DisplayName": 500, "Name": 100, "AcctNum": 100}


class Link(NamedTuple):
    """A transaction's effect on another: `amount` leaves its open balance, `shown_as` is the name it records."""

    entity_type: str
    txn_id: str
    amount: Decimal
    shown_as: str


Complete = Callable[[CompanyFile, JsonObject, datetime], JsonObject]
"""A request body -> the entity without identity, validated and with its defaults."""


@dataclass(frozen=True, slots=True)
class EntityKind:
    """One entity type of QuickBooks."""

    name: str
    sequence: str
    """Which id sequence it draws from."""
    complete: Complete
    postings: Callable[[CompanyFile, JsonObject, datetime], list[Posting]] | None = None
    """What it posts; None for lists."""
    links: Callable[[JsonObject], list[Link]] | None = None
    order_by: str | None = None
    """Property of the default order, ascending; None is LastUpdatedTime descending."""
    counted: bool = False
    """Whether query answers carry totalCount."""
    signed: bool = False
    """Whether MetaData carries LastModifiedByRef."""
    document_series: str | None = None
    """Which numbers must be unique; None when duplicates are allowed."""
    name_space: str | None = None
    only_plain_updates: bool = False
    """Whether updates beyond PLAIN_PROPERTIES aren't carried out yet (501)."""


def checked_lengths(body: JsonObject) -> None:
    """Fault 2050 for a text that is longer than its field takes."""
    for field, longest in _LONGEST.items():
        value = body.get(field)
        if isinstance(value, str) and len(value) > longest:
            raise wrong_length(field, longest, len(value))


def transaction_head(file: CompanyFile, body: JsonObject, at: datetime) -> JsonObject:
    """The properties that every transaction has, with TxnDate and CurrencyRef filled in."""
    entity = dict(body)
    entity["TxnDate"] = iso_date(body.get("TxnDate") or pacific_date(at), "TxnDate")
    currency = body.get("CurrencyRef")
    if currency is not None and currency.get("value") != file.currency_ref["value"]:
        raise not_implemented(f"transactions in a foreign currency ({currency.get('value')})")
    tax = body.get("TxnTaxDetail")
    if tax and tax.get("TotalTax"):
        raise not_implemented("sales tax (TxnTaxDetail.TotalTax)")
    entity["CurrencyRef"] = file.currency_ref
    return entity


def body_lines(body: JsonObject) -> list[JsonObject]:
    """The lines of a document; fault 2020 when there are none."""
    lines = body.get("Line")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, dict) for line in lines):
        raise required_missing("Line")
    return lines


def line_amount(line: JsonObject, detail: JsonObject) -> Decimal:
    """The line's Amount; 2020 when missing, 6070 when it isn't Qty times UnitPrice."""
    if "Amount" not in line:
        raise required_missing("Line.Amount")
    amount = money(line["Amount"], "Line.Amount")
    if "UnitPrice" in detail and "Qty" in detail:
        product = money(detail["UnitPrice"] * detail["Qty"], "Line.Amount")
        if product != amount:
            raise amount_mismatch(amount)
    return amount


def iso_date(value: object, element: str) -> str:
    """The date as ISO text; fault 2080 when it isn't one."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise invalid_number(element, value) from error


def enumerated(value: object, allowed: frozenset[str], element: str) -> str:
    """The value when it is one of those allowed; fault 2170 otherwise."""
    if not isinstance(value, str) or value not in allowed:
        raise invalid_enumeration(element, value)
    return value
