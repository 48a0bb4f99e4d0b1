"""What a bookkeeper changes by hand now and then: dates, duplicates, categories, names that are no longer used."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from zlib import crc32

from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.chart import OFFICE_SUPPLIES, UNCATEGORIZED
from qbo_emulator.scenarios.company.streams import stream
from qbo_emulator.scenarios.life.desk import Desk
from qbo_emulator.scenarios.life.open_documents import created_at

_NOT_THERE_YET = 501
_LEFT_ALONE_DAYS, _UNUSED_DAYS, _RECENT_DAYS = 5, 200, 10
_EXPENSE_DETAIL = "AccountBasedExpenseLineDetail"

_Correction = Callable[[Desk, datetime, Random], None]


def correct_books(desk: Desk, at: datetime) -> None:
    """Make what corrections the day's dice ask for; a kind that the books can't carry out is left out."""
    for name, share, correction in _CORRECTIONS:
        dice = stream(desk.plan.seed, "bookkeeper", name, at.date().isoformat())
        if dice.random() < share:
            try:
                correction(desk, at, dice)
            except QboFault as refusal:
                if refusal.status != _NOT_THERE_YET:
                    desk.refused.append(f"{name}/{at.date()}: {refusal}")


def _restore_terms(desk: Desk, at: datetime, dice: Random) -> None:
    """A bill that was typed in without terms gets its vendor's, and the due date that follows."""
    bills = [one for one in _open_bills(desk, at) if "SalesTermRef" not in one and _terms_days(desk, one) is not None]
    if not bills:
        return
    bill = _one_of(bills, dice)
    name = desk.vendor_name(bill["VendorRef"]["value"])
    due = date.fromisoformat(bill["TxnDate"]) + timedelta(days=desk.vendors[name].terms.due_days)
    term = desk.bookkeeper.ids.get(f"term/{desk.vendors[name].terms.name}")
    terms = {"SalesTermRef": {"value": term}} if term else {}
    _change(desk, "Bill", bill, {"DueDate": due.isoformat(), **terms}, at)


def _redate_bill(desk: Desk, at: datetime, dice: Random) -> None:
    """The date on paper was read wrong: the bill is some days older, and due earlier."""
    bills = [one for one in _open_bills(desk, at) if not one.get("LinkedTxn") and _age_days(one, at) <= _RECENT_DAYS]
    if not bills:
        return
    days, bill = timedelta(days=dice.randint(1, 3)), _one_of(bills, dice)
    dates = {field: (date.fromisoformat(bill[field]) - days).isoformat() for field in ("TxnDate", "DueDate")}
    _change(desk, "Bill", bill, dates, at)


def _delete_duplicate(desk: Desk, at: datetime, _dice: Random) -> None:
    """A bill that was typed in twice and lay there for some days is deleted."""
    numbers = {(one["VendorRef"]["value"], one.get("DocNumber")) for one in desk.books.records("Bill")}
    for bill in _open_bills(desk, at):
        number = str(bill.get("DocNumber", ""))
        typed_again = number.endswith("-A") and (bill["VendorRef"]["value"], number.removesuffix("-A")) in numbers
        is_again = typed_again or bill["Id"] in desk.handover.doubled
        if is_again and _lay_there(bill, at) and not bill.get("LinkedTxn"):
            desk.books.delete("Bill", {"Id": bill["Id"], "SyncToken": bill["SyncToken"]}, at=at)
            return


def _void_invoice(desk: Desk, at: datetime, dice: Random) -> None:
    """A milestone was billed too early: its fresh invoice is voided."""
    fresh = [
        one
        for one in desk.books.records("Invoice")
        if one["Balance"] > 0
        and one["Balance"] == one["TotalAmt"]
        and ": " in str(one["Line"][0].get("Description", ""))
        and 1 <= _age_days(one, at) <= _RECENT_DAYS
        and created_at(one) < at
    ]
    if not fresh:
        return
    invoice = _one_of(fresh, dice)
    desk.books.void("Invoice", {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"]}, at=at)


def _deactivate_vendor(desk: Desk, at: datetime, _dice: Random) -> None:
    """A second spelling, or someone who sends no bills any more and has nothing open, is made inactive."""
    used = _recently_used_vendors(desk, at)
    for vendor in desk.books.records("Vendor"):
        is_planned = desk.vendor_name(vendor["Id"]) in desk.vendors or _is_paid_by_plan(desk, vendor)
        if vendor["Active"] and not vendor["Balance"] and vendor["Id"] not in used and not is_planned:
            _change(desk, "Vendor", vendor, {"Active": False}, at)
            return


def _categorize_purchase(desk: Desk, at: datetime, dice: Random) -> None:
    """A purchase that the bank feed left uncategorised is filed, mostly as supplies."""
    account, target = desk.account_id(UNCATEGORIZED), desk.account_id(OFFICE_SUPPLIES)
    waiting = [
        one
        for one in desk.books.records("Purchase")
        if one["Line"][0].get(_EXPENSE_DETAIL, {}).get("AccountRef", {}).get("value") == account and _lay_there(one, at)
    ]
    if not waiting:
        return
    purchase = _one_of(waiting, dice)
    line = purchase["Line"][0]
    filed = {**line, _EXPENSE_DETAIL: {**line[_EXPENSE_DETAIL], "AccountRef": {"value": target}}}
    _change(desk, "Purchase", purchase, {"Line": [filed, *purchase["Line"][1:]]}, at)


def _apply_payment(desk: Desk, at: datetime, _dice: Random) -> None:
    """A payment that nobody applied is applied to the customer's open invoice of that amount."""
    for payment in desk.books.records("Payment"):
        if not payment["UnappliedAmt"] or payment["UnappliedAmt"] != payment["TotalAmt"] or not _lay_there(payment, at):
            continue
        for invoice in desk.books.records("Invoice"):
            same_customer = invoice["CustomerRef"]["value"] == payment["CustomerRef"]["value"]
            if same_customer and invoice["Balance"] == payment["TotalAmt"]:
                linked = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
                lines = [{"Amount": payment["TotalAmt"], "LinkedTxn": linked}]
                _change(desk, "Payment", payment, {"Line": lines}, at)
                return


def _note_phone(desk: Desk, at: datetime, dice: Random) -> None:
    """A customer has a new telephone number."""
    customers = [one for one in desk.books.records("Customer") if one["Active"]]
    if not customers:
        return
    number = f"(312) 555-{dice.randint(100, 199):04d}"
    _change(desk, "Customer", _one_of(customers, dice), {"PrimaryPhone": {"FreeFormNumber": number}}, at)


_CORRECTIONS: Sequence[tuple[str, float, _Correction]] = (
    ("terms", 0.15, _restore_terms),
    ("date", 0.05, _redate_bill),
    ("duplicate", 0.25, _delete_duplicate),
    ("void", 0.006, _void_invoice),
    ("vendor", 0.02, _deactivate_vendor),
    ("category", 0.3, _categorize_purchase),
    ("apply", 0.1, _apply_payment),
    ("phone", 0.03, _note_phone),
)


def _change(desk: Desk, entity_type: str, entity: JsonObject, changes: JsonObject, at: datetime) -> None:
    identity = {"Id": entity["Id"], "SyncToken": entity["SyncToken"], "sparse": True}
    desk.books.update(entity_type, {**identity, **changes}, at=at)


def _one_of(candidates: Sequence[JsonObject], dice: Random) -> JsonObject:
    """Return one of them; which, doesn't depend on ids, nor on others that aren't chosen."""
    salt = dice.getrandbits(32)
    return min(candidates, key=lambda one: (crc32(f"{salt}/{_identity(one)}".encode()), int(one["Id"])))


def _identity(entity: JsonObject) -> tuple[object, ...]:
    fields = ("DisplayName", "VendorRef", "CustomerRef", "EntityRef", "TxnDate", "TotalAmt", "PrivateNote")
    return tuple(
        entity.get(field) if not field.endswith("Ref") else entity.get(field, {}).get("name") for field in fields
    )


def _open_bills(desk: Desk, at: datetime) -> Iterator[JsonObject]:
    return (one for one in desk.books.records("Bill") if one["Balance"] > 0 and created_at(one) < at)


def _terms_days(desk: Desk, bill: JsonObject) -> int | None:
    vendor = desk.vendors.get(desk.vendor_name(bill["VendorRef"]["value"]))
    return vendor.terms.due_days if vendor else None


def _recently_used_vendors(desk: Desk, at: datetime) -> set[str]:
    since = (at.date() - timedelta(days=_UNUSED_DAYS)).isoformat()
    billed = {
        one["VendorRef"]["value"]
        for kind in ("Bill", "BillPayment", "VendorCredit")
        for one in desk.books.records(kind)
        if one["TxnDate"] >= since
    }
    paid = {
        one["EntityRef"]["value"]
        for one in desk.books.records("Purchase")
        if one["TxnDate"] >= since and "EntityRef" in one
    }
    return billed | paid


def _is_paid_by_plan(desk: Desk, vendor: JsonObject) -> bool:
    plan, name = desk.plan, desk.vendor_name(vendor["Id"])
    payees = {
        plan.treasury.owner,
        plan.loan.lender,
        plan.payroll.provider,
        *(one.name for one in plan.subscriptions),
        *(one.payee for one in plan.standing),
        *(payee for kind in plan.spending for payee in kind.payees),
    }
    return name in payees


def _age_days(entity: JsonObject, at: datetime) -> int:
    return (at.date() - date.fromisoformat(entity["TxnDate"])).days


def _lay_there(entity: JsonObject, at: datetime) -> bool:
    return (at - created_at(entity)).days >= _LEFT_ALONE_DAYS
