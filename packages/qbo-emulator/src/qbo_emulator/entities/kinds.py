"""What the books need to know about an entity type: how to complete, post, link, void and refuse it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from qbo_emulator.amounts import ZERO, iso_date, money
from qbo_emulator.applications import Key, Link
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.currency import document_currency
from qbo_emulator.faults import amount_mismatch, invalid_enumeration, not_implemented, required_missing
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.ledger import Posting
from qbo_emulator.wire import pacific_date

TRANSACTION_IDS: Final = "Transaction"
"""The id sequence that all transaction types share."""
PLAIN_PROPERTIES: Final = frozenset({"DocNumber", "PrivateNote", "PaymentRefNum", "CustomField"})
"""Properties of a transaction that nothing else depends on."""
VOIDED: Final = "Voided"

Complete = Callable[[CompanyFile, JsonObject, datetime], JsonObject]
"""A request body -> the entity without identity, validated and with its defaults."""
Guard = Callable[[CompanyFile, JsonObject, JsonObject | None], None]
"""Refuses a change from one content to another, or to none when it is deleted or voided."""


@dataclass(frozen=True, slots=True)
class Target:
    """What being linked does to a document."""

    balances: tuple[str, ...] = ()
    """Which properties lose the linked amount."""
    shows_link: bool = True
    """Whether its LinkedTxn shows what is linked to it."""
    new_version: bool = True
    dated: bool = True
    """Whether LastUpdatedTime moves."""
    linked_status: tuple[str, str] | None = None
    """TxnStatus when linked, and when not any more."""


@dataclass(frozen=True, slots=True)
class EntityKind:
    """One entity type of QuickBooks."""

    name: str
    sequence: str
    """Which id sequence it draws from."""
    complete: Complete
    postings: Callable[[CompanyFile, JsonObject, datetime], list[Posting]] | None = None
    """What it posts; None for lists and for transactions that post nothing."""
    links: Callable[[JsonObject], list[Link]] | None = None
    """What it is applied to."""
    given_up: Callable[[CompanyFile, JsonObject, Key, Decimal], JsonObject] | None = None
    """It without what it applies to a document beyond an amount: for when that document shrinks or goes."""
    target: Target | None = None
    """What being linked does to it; None when nothing is linked to it."""
    order_by: str | None = None
    """Property of the default order, ascending; None is LastUpdatedTime descending."""
    counted: bool = False
    """Whether query answers carry totalCount."""
    signed: bool = False
    """Whether MetaData carries LastModifiedByRef."""
    numbering: str | None = None
    """The series in which its numbers count on."""
    unique_numbers: bool = False
    """Whether a number of the series can be given once only."""
    name_space: str | None = None
    has_date: bool = False
    """Whether its TxnDate can lie in a closed period."""
    takes_links: bool = False
    """Whether a body says what it is linked to in LinkedTxn; elsewhere that is computed."""
    deletable: bool = False
    needs_token_to_delete: bool = True
    voided: Callable[[JsonObject], JsonObject] | None = None
    """It with all amounts at zero; None when it can't be voided."""
    guard: Guard | None = None
    required_in_updates: tuple[str, ...] = ()
    sendable: bool = False
    """Whether it can be mailed and has a PDF."""
    afterwards: Callable[[CompanyFile, JsonObject, JsonObject, datetime], Iterable[tuple[str, JsonObject]]] | None = (
        None
    )
    """From body and stored entity: what QuickBooks enters by itself when one is created."""
    natural_key: Callable[[JsonObject], str] | None = None
    """What it is known by in place of an Id: entering the same key again changes the one that is there."""
    wraps: bool = False
    """Whether its body and its answers hold an entity of another type under that type's name."""
    keeps: tuple[str, ...] = ()
    """Properties that no request changes and every update keeps."""
    only_updated: bool = False
    """Whether it is there from the start, one of it, and its groups of properties are merged by an update."""

    @property
    def is_transaction(self) -> bool:
        """Whether it is a document rather than a list entity."""
        return self.sequence == TRANSACTION_IDS


def transaction_head(file: CompanyFile, body: JsonObject, at: datetime, party: JsonObject | None = None) -> JsonObject:
    """The properties that every transaction has, with TxnDate, CurrencyRef and ExchangeRate filled in.

    `party` is the customer or vendor whose currency the transaction must have.
    """
    entity = dict(body)
    entity["TxnDate"] = body.get("TxnDate") or pacific_date(at)
    entity.update(document_currency(file, entity, party))
    if "DepartmentRef" in body:
        department = file.resolve("Department", body["DepartmentRef"], "DepartmentRef")
        entity["DepartmentRef"] = named_reference(department)
    if "PaymentMethodRef" in body:
        method = file.resolve("PaymentMethod", body["PaymentMethodRef"], "PaymentMethodRef")
        entity["PaymentMethodRef"] = {"value": method["Id"], "name": method["Name"]}
    return entity


def named_reference(entity: JsonObject) -> JsonObject:
    """The reference to a list entity as QuickBooks writes it back."""
    name = entity.get("DisplayName") or entity.get("FullyQualifiedName") or entity["Name"]
    return {"value": entity["Id"], "name": name}


def line_class(file: CompanyFile, detail: JsonObject) -> JsonObject:
    """The ClassRef of a line's detail as QuickBooks writes it back, when the line has one."""
    if "ClassRef" not in detail:
        return {}
    return {"ClassRef": named_reference(file.resolve("Class", detail["ClassRef"], "Line.ClassRef"))}


def body_lines(body: JsonObject) -> list[JsonObject]:
    """The lines of a document; fault 2020 when there are none."""
    lines: list[JsonObject] = body.get("Line", [])
    if not lines:
        raise required_missing("Line")
    return lines


def line_detail(line: JsonObject, detail_type: str) -> JsonObject:
    """The detail of that type on a line; fault 2020 when it is missing."""
    detail: JsonObject | None = line.get(detail_type)
    if detail is None:
        raise required_missing(f"Line.{detail_type}")
    return detail


def line_amount(line: JsonObject, detail: JsonObject) -> Decimal:
    """The line's Amount; 2020 when missing, 6070 when it isn't Qty times UnitPrice.

    A quantity or price of 0 says nothing: clients in use send it for one that they leave open.
    """
    if "Amount" not in line:
        raise required_missing("Line.Amount")
    amount = money(line["Amount"], "Line.Amount")
    product = detail.get("UnitPrice", ZERO) * detail.get("Qty", ZERO)
    if product and money(product, "Line.Amount") != amount:
        raise amount_mismatch(amount)
    return amount


def enumerated(value: object, allowed: frozenset[str], element: str) -> str:
    """The value when it is one of those allowed; fault 2170 otherwise."""
    if not isinstance(value, str) or value not in allowed:
        raise invalid_enumeration(element, value)
    return value


def total_tax(body: JsonObject) -> JsonObject:
    """TxnTaxDetail with its TotalTax: what the body states, or the sum of its tax lines.

    501 for tax that QuickBooks would compute from a tax code, and for tax inside of prices.
    """
    if body.get("GlobalTaxCalculation") == "TaxInclusive":
        raise not_implemented("prices that include tax (GlobalTaxCalculation TaxInclusive)")
    detail: JsonObject = body.get("TxnTaxDetail", {})
    lines = [_tax_line(line) for line in detail.get("TaxLine", [])]
    if "TotalTax" in detail:
        total = detail["TotalTax"]
    elif lines:
        total = sum((line["Amount"] for line in lines), Decimal(0))
    elif "TxnTaxCodeRef" in detail:
        raise not_implemented("tax computed from TxnTaxDetail.TxnTaxCodeRef; send TotalTax or TaxLine")
    else:
        total = Decimal(0)
    written = {name: detail[name] for name in ("DefaultTaxCodeRef", "TxnTaxCodeRef") if name in detail}
    return written | {"TotalTax": money(total, "TxnTaxDetail.TotalTax")} | ({"TaxLine": lines} if lines else {})


def _tax_line(line: JsonObject) -> JsonObject:
    detail = line_detail(line, "TaxLineDetail")
    if "Amount" in line:
        amount = money(line["Amount"], "TaxLine.Amount")
    elif "TaxPercent" in detail and "NetAmountTaxable" in detail:
        amount = money(detail["TaxPercent"] * detail["NetAmountTaxable"] / 100, "TaxLine.Amount")
    else:
        raise required_missing("TaxLine.Amount")
    return {"Amount": amount, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def voided_note(entity: JsonObject) -> str:
    """The note of a voided document: recorded for one without a note, inferred for one that has one."""
    note = entity.get("PrivateNote")
    return f"{VOIDED} - {note}" if note else VOIDED


def required_text(body: JsonObject, field: str) -> str:
    """The text of a property; fault 2020 when it is missing or blank."""
    value = body.get(field)
    if not isinstance(value, str) or not value.strip():
        raise required_missing(field)
    return value


def due_on(body: JsonObject, otherwise: str) -> str:
    """The stated DueDate, or another date."""
    return iso_date(body["DueDate"], "DueDate") if "DueDate" in body else otherwise


def without_links(lines: list[JsonObject], target: Key, kept: Decimal) -> list[JsonObject]:
    """Payment lines that apply at most `kept` to a document; what remains of a line keeps its place."""
    remaining = kept
    written = []
    for line in lines:
        linked = line.get("LinkedTxn", [])
        if not linked or (linked[0]["TxnType"], linked[0]["TxnId"]) != target:
            written.append(line)
            continue
        share = min(line["Amount"], remaining)
        remaining -= share
        if share > 0:
            written.append(line | {"Amount": share})
    return written
