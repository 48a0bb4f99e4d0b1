"""What if: the picture as it would be with a scenario's changes; its books stay as they are."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.model.earmarks import Decided, Earmark, EarmarkKind, PlannedDay
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import (
    Ask,
    Change,
    Drop,
    EndFlow,
    InvoiceChange,
    MoveBill,
    NewFlow,
    NotInPictureError,
    OneOff,
    PayToday,
    ReceiveOn,
    ResizeFlow,
    Scenario,
    SlipCustomer,
    SlipInvoice,
    Suppositions,
    SwitchOff,
    SwitchOn,
)


def supposed(picture: CashPicture, scenario: Scenario) -> CashPicture:
    """The picture with all changes made, one after the other; the same picture where there are none.

    A bill that is moved leaves spendable on its day, like a scheduled one: what was held for it before is released.
    One that is paid today is held for at once. A later change of the same bill, reserve or document replaces an earlier
    one; slips and changes of flows add up. Raises `NotInPictureError` for what the picture doesn't hold.
    """
    for change in scenario.changes:
        picture = _with(picture, change)
    return picture


def to_pay(picture: CashPicture, bill: RecordRef) -> Money:
    """What is left of an open bill after its vendor's credits; zero where they cover it. Raises `NotInPictureError`."""
    books = picture.books
    vendor = next((party_key(each.party) for each in books.payables if each.ref == bill), None)
    if vendor is None:
        raise NotInPictureError(f"Bill {bill.number or bill.id} isn't open (any more); choose among the open bills.")
    gone = {*picture.supposed.dropped, *(plan.bill for plan in picture.planned if plan.day is None)} - {bill}
    theirs = [each for each in books.payables if party_key(each.party) == vendor and each.ref not in gone]
    netted = net_of_credits(theirs, books.vendor_credits)
    return next((left for item, left in netted if item.ref == bill), Money.zero(books.business.currency))


def _with(picture: CashPicture, change: Change) -> CashPicture:
    match change:
        case MoveBill(bill, day, amount) if day > picture.books.as_of:
            return _moved(picture, bill, day, amount)
        case MoveBill(bill, _, amount):
            return _paid_today(picture, bill, amount)
        case PayToday(bill):
            return _paid_today(picture, bill, None)
        case Drop(document):
            return _dropped(picture, document)
        case ReceiveOn() | SlipInvoice() | Ask():
            return _of_invoice(picture, change)
        case SwitchOn(reserve):
            return replace(picture, earmarks=(*_without(picture, {reserve.key}), reserve))
        case SwitchOff(key):
            _check_key(key, {each.key for each in picture.earmarks}, "Nothing is set aside as")
            return replace(picture, earmarks=_without(picture, {key}))
        case _:
            return replace(picture, supposed=_supposing(picture, change))


def _supposing(picture: CashPicture, change: SlipCustomer | OneOff | NewFlow | ResizeFlow | EndFlow) -> Suppositions:
    before, flows = picture.supposed, {flow.key for flow in picture.recurring}
    match change:
        case SlipCustomer():
            return replace(before, slips=(*before.slips, change))
        case OneOff():
            return replace(before, one_offs=(*before.one_offs, change))
        case NewFlow():
            return replace(before, flows=(*before.flows, change))
        case ResizeFlow(key):
            _check_key(key, flows, "There is no recurring flow")
            return replace(before, resized=(*before.resized, change))
        case EndFlow(key):
            _check_key(key, flows, "There is no recurring flow")
            return replace(before, ended=(*before.ended, change))


def _moved(picture: CashPicture, bill: RecordRef, day: date, amount: Money | None) -> CashPicture:
    to_pay(picture, bill)
    released = _without(picture, _holds_of(picture, bill))
    return _planned(replace(picture, earmarks=released), PlannedDay(bill, Decided.SCHEDULED, day, amount))


def _paid_today(picture: CashPicture, bill: RecordRef, amount: Money | None) -> CashPicture:
    """One hold for all that leaves stands in for those that there were: money paid today is spoken for today."""
    leaving = amount or to_pay(picture, bill)
    hold = Earmark(f"paid today {bill.id}", EarmarkKind.HOLD, "Paid today", leaving, purpose=bill)
    held = (*_without(picture, _holds_of(picture, bill)), *(() if leaving.is_zero else (hold,)))
    today = PlannedDay(bill, Decided.PAY_NOW, picture.books.as_of, amount)
    return _planned(replace(picture, earmarks=held), today)


def _planned(picture: CashPicture, plan: PlannedDay) -> CashPicture:
    others = (each for each in picture.planned if each.bill != plan.bill)
    dropped = tuple(each for each in picture.supposed.dropped if each != plan.bill)
    return replace(picture, planned=(*others, plan), supposed=replace(picture.supposed, dropped=dropped))


def _dropped(picture: CashPicture, document: RecordRef) -> CashPicture:
    books = picture.books
    if all(each.ref != document for each in (*books.receivables, *books.payables)):
        number = document.number or document.id
        raise NotInPictureError(f"{document.kind} {number} isn't open (any more); choose among the open documents.")
    before = picture.supposed
    after = replace(
        before,
        invoices=tuple(each for each in before.invoices if each.invoice != document),
        dropped=(*(each for each in before.dropped if each != document), document),
    )
    return replace(
        picture,
        earmarks=_without(picture, _holds_of(picture, document)),
        planned=tuple(each for each in picture.planned if each.bill != document),
        supposed=after,
    )


def _of_invoice(picture: CashPicture, change: InvoiceChange) -> CashPicture:
    invoice, before = change.invoice, picture.supposed
    if all(each.ref != invoice for each in picture.books.receivables):
        number = invoice.number or invoice.id
        raise NotInPictureError(f"Invoice {number} isn't open (any more); choose among the open invoices.")
    others = (each for each in before.invoices if each.invoice != invoice)
    dropped = tuple(each for each in before.dropped if each != invoice)
    return replace(picture, supposed=replace(before, invoices=(*others, change), dropped=dropped))


def _holds_of(picture: CashPicture, bill: RecordRef) -> set[str]:
    return {each.key for each in picture.earmarks if each.kind is EarmarkKind.HOLD and each.purpose == bill}


def _without(picture: CashPicture, keys: Collection[str]) -> tuple[Earmark, ...]:
    return tuple(each for each in picture.earmarks if each.key not in keys)


def _check_key(key: str, known: Collection[str], what: str) -> None:
    if key not in known:
        raise NotInPictureError(f"{what} '{key}' in this picture; it may have gone since it was drawn up.")
