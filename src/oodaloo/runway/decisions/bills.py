"""Bills that can be decided about, as the cash picture shows them."""

from datetime import date

from oodaloo.kit.errors import OodalooError
from oodaloo.runway.calculators.payables.timing import bill_timings
from oodaloo.runway.model.payables import EarlyDiscount
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.wording import day_text
from oodaloo.runway.records.decisions import BillSeen


class BillNotPayableError(OodalooError):
    """The bill can't be paid: paid or deleted, in another currency, or nothing is open. Refresh, then look again."""


class NoDiscountError(OodalooError):
    """The vendor gives no discount for paying so, or not any more. Decide without it."""


def bill_in(picture: CashPicture, bill_id: str) -> OpenItem:
    """An open bill. Raises `BillNotPayableError`."""
    books = picture.books
    for item in books.payables:
        if item.ref.id == bill_id:
            return item
    raise BillNotPayableError(
        f"Bill {bill_id} isn't open in your books in {books.business.currency}: it was paid or deleted, nothing was "
        "ever open, or it is in another currency. Refresh, then look again."
    )


def seen_of(bill: OpenItem) -> BillSeen:
    """What a decision about this bill rests on."""
    return BillSeen(bill.ref.id, bill.ref.number, bill.party.id or "", bill.party.name, bill.open.cents, bill.due)


def changes_of(seen: BillSeen, picture: CashPicture) -> str:
    """In what the bill isn't what a decision saw, as a sentence; empty while it is."""
    now = next((item for item in picture.books.payables if item.ref.id == seen.bill_id), None)
    name = f"Bill {seen.number or seen.bill_id} of {seen.vendor_name}"
    if now is None:
        return f"{name} isn't open any more: it was paid or deleted in QuickBooks."
    changed = [
        what
        for what, is_changed in (
            ("the amount", now.open.cents != seen.open_cents),
            ("the vendor", (now.party.id or "") != seen.vendor_id),
            ("the due date", now.due != seen.due),
        )
        if is_changed
    ]
    return f"{name} was changed in QuickBooks: {' and '.join(changed)}." if changed else ""


def discount_on(picture: CashPicture, seen: BillSeen, pay_on: date) -> EarlyDiscount:
    """What the bill's terms give for paying it all on that day. Raises `NoDiscountError`."""
    timings = bill_timings(picture.books, picture.books.housekeeping.terms)
    timing = next((each for each in timings if each.bill.ref.id == seen.bill_id), None)
    name = f"bill {seen.number or seen.bill_id} of {seen.vendor_name}"
    if timing is None or timing.discount is None or timing.discount.amount.is_zero:
        raise NoDiscountError(f"The terms of {name} give no discount for paying early. Decide without it.")
    if pay_on > timing.discount.pay_by:
        raise NoDiscountError(
            f"The discount of {name} is for payments that leave by {day_text(timing.discount.pay_by)}. Take an earlier "
            "day, or decide without it."
        )
    return timing.discount
