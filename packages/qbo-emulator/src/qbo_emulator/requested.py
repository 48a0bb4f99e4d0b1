"""What a request asks for: the properties that it may set, the content that an update asks for, and what forbids it."""

from typing import Final

from qbo_emulator.bodies import as_stored
from qbo_emulator.company_file import CompanyFile
from qbo_emulator.entities.kinds import PLAIN_PROPERTIES, EntityKind
from qbo_emulator.entries import IDENTITY, unique_name
from qbo_emulator.faults import (
    books_closed,
    business_rule,
    deleted_object,
    duplicate_document_number,
    duplicate_name,
    invalid_id,
    not_implemented,
    object_not_found,
    required_missing,
    stale_object,
)
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.store import Record

_COMPUTED: Final = frozenset(
    {
        *IDENTITY,
        "Balance",
        "BalanceWithJobs",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
        "HomeBalance",
        "HomeTotalAmt",
        "RemainingCredit",
        "UnappliedAmt",
        "FullyQualifiedName",
        "Level",
        "Classification",
        "DeliveryInfo",
        "FileAccessUri",
        "TempDownloadUri",
        "Size",
        "InvoiceLink",
    }
)
_NOT_LINKED_YET: Final = frozenset(
    {"PurchaseOrder", "ReimburseCharge", "StatementCharge", "TimeActivity", "SalesOrder"}
)
_INACTIVE_MARK: Final = " (deleted)"


def given_properties(kind: EntityKind, body: JsonObject) -> JsonObject:
    """What a body sets, as it is kept; what QuickBooks computes is left out.

    Faults of `as_stored`; 501 for links to types that the emulator lacks.
    """
    given = {name: value for name, value in as_stored(kind.name, body).items() if name not in _COMPUTED}
    if "LinkedTxn" in given:
        _refuse_unknown_links(kind, given)
        if not kind.takes_links:
            del given["LinkedTxn"]
    if kind.name in ("Customer", "Vendor") and body.get("Balance") and "Id" not in body:
        raise not_implemented(f"opening balances of names ({kind.name}.Balance)")
    return given


def asked_for(kind: EntityKind, record: Record, given: JsonObject, *, sparse: bool) -> JsonObject:
    """The whole content that an update asks for, to be completed."""
    computed = IDENTITY if kind.takes_links else (*IDENTITY, "LinkedTxn")
    before = {name: value for name, value in record.entity.items() if name not in computed}
    if kind.only_updated:
        return _merged_groups(before, given)
    if sparse:
        asked = {**before, **given}
    else:
        # Recorded: a full update keeps the number of a document.
        asked = ({"DocNumber": before["DocNumber"]} if "DocNumber" in before else {}) | given
    return _named_by_activity(before, asked)


def is_plain(record: Record, given: JsonObject, *, sparse: bool) -> bool:
    """Whether an update changes only what nothing else depends on."""
    return sparse and _changed(record.entity, given) <= PLAIN_PROPERTIES


def current_record(file: CompanyFile, kind: EntityKind, body: JsonObject, *, needs_token: bool = True) -> Record:
    """The record that a body's Id and SyncToken name.

    Fault 2020 when they are missing, 610 when there is no such record, 5010 for another SyncToken.
    """
    if body.get("Id") is None:
        raise required_missing("Id")
    record = stored_record(file, kind, str(body["Id"]))
    token = body.get("SyncToken")
    if token is None and needs_token:
        raise required_missing("SyncToken")
    if token is not None and str(token) != record.entity["SyncToken"]:
        raise stale_object()
    return record


def stored_record(file: CompanyFile, kind: EntityKind, entity_id: str) -> Record:
    """The record of an id; fault 2030 when it isn't a number, 610 when there is none."""
    if not entity_id.isdecimal():
        raise invalid_id(entity_id)
    record = file.store.get(kind.name, entity_id)
    if record is None:
        deleted = any(each.entity_id == entity_id for each in file.store.deletions(kind.name))
        raise deleted_object() if deleted else object_not_found()
    return record


def check_period(file: CompanyFile, kind: EntityKind, *contents: JsonObject) -> None:
    """Fault 6210 when a content is dated in a period that is closed."""
    if not kind.has_date:
        return
    closed = file.preferences.get("AccountingInfoPrefs", {}).get("BookCloseDate")
    if closed and any(content["TxnDate"] <= closed for content in contents):
        raise books_closed()


def check_name(file: CompanyFile, kind: EntityKind, content: JsonObject, own_id: str | None) -> None:
    """Fault 6240 when something else has the name."""
    if kind.name_space is not None:
        holder = file.holder_of_name(kind.name_space, unique_name(content))
        if holder is not None and holder != own_id:
            raise duplicate_name()


def check_number(file: CompanyFile, kind: EntityKind, content: JsonObject, own_id: str | None) -> None:
    """Fault 6140 when another document of the series has the number."""
    number = content.get("DocNumber")
    if kind.numbering is None or not kind.unique_numbers or not number:
        return
    holder = file.holder_of_number(kind.numbering, number)
    if holder is not None and holder[1] != own_id:
        raise duplicate_document_number(number, *holder)


def check_parent(file: CompanyFile, kind: EntityKind, content: JsonObject, own_id: str) -> None:
    """Fault 6000 when something would stand below itself."""
    parent = content.get("ParentRef")
    seen: set[str] = set()
    while parent and parent["value"] not in seen:
        if parent["value"] == own_id:
            raise business_rule("The same object can't be the parent or child of itself.")
        seen.add(parent["value"])
        above = file.store.get(kind.name, parent["value"])
        parent = above.entity.get("ParentRef") if above is not None else None


def _refuse_unknown_links(kind: EntityKind, given: JsonObject) -> None:
    for link in given["LinkedTxn"]:
        if link.get("TxnType") in _NOT_LINKED_YET:
            raise not_implemented(f"{kind.name} linked to {link['TxnType']}")


def _changed(before: JsonObject, given: JsonObject) -> set[str]:
    """The properties that are set to something else; a reference without its name is the same one."""
    return {name for name, value in given.items() if _referred(before.get(name)) != _referred(value)}


def _referred(value: object) -> object:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _merged_groups(before: JsonObject, given: JsonObject) -> JsonObject:
    merged = dict(before)
    for name, value in given.items():
        both_groups = isinstance(value, dict) and isinstance(before.get(name), dict)
        merged[name] = before[name] | value if both_groups else value
    return merged


def _named_by_activity(before: JsonObject, asked: JsonObject) -> JsonObject:
    """Recorded: deactivating marks the name; inferred: activating takes the mark off again."""
    was, now = before.get("Active"), asked.get("Active", True)
    if was is None or was is now:
        return asked
    field = "DisplayName" if "DisplayName" in before else "Name"
    name = str(asked.get(field, before[field]))
    if now:
        return asked | {field: name.removesuffix(_INACTIVE_MARK)}
    return asked | {field: name if name.endswith(_INACTIVE_MARK) else name + _INACTIVE_MARK}
