"""How bills that the books show as open are paid in pay runs, once, and only while there is money for them."""

from datetime import date, datetime, timedelta

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios.company.chart import CARD, CHECKING
from qbo_emulator.scenarios.company.description import Terms, VendorPlan
from qbo_emulator.scenarios.company.events import BillsPaid, Share
from qbo_emulator.scenarios.company.habits import bill_payment_day
from qbo_emulator.scenarios.company.streams import OFFICE, stream
from qbo_emulator.scenarios.life.desk import Desk
from qbo_emulator.scenarios.life.open_documents import OpenDocuments, created_at, in_cents, still_there

_AGAIN_MARK = "-A"


def pay_vendor(desk: Desk, documents: OpenDocuments, vendor_id: str, at: datetime) -> BillsPaid | None:
    """Return the payment of the vendor's bills whose pay run has come, less its credits.

    None when no bill is due, or when checking doesn't hold enough: then they wait for the next run.
    """
    day, name = at.date(), desk.vendor_name(vendor_id)
    due = [
        bill
        for bill in still_there(desk.books, "Bill", documents.bills[vendor_id])
        if bill["Balance"] > 0 and (run := planned_run(desk, bill, name)) is not None and run <= day
    ]
    if not due:
        return None
    bills = tuple((desk.document("Bill", bill), in_cents(bill["Balance"])) for bill in due)
    vendor = desk.vendors.get(name)
    payment = BillsPaid(
        key=f"paid/{name}/{day}",
        txn_date=day,
        at=at,
        vendor=name,
        bills=bills,
        credits=_usable_credits(desk, documents, vendor_id, sum(cents for _, cents in bills)),
        source=CARD if vendor and vendor.paid_by_card else CHECKING,
    )
    if payment.source == CHECKING and payment.cents > desk.balance_cents(CHECKING):
        return None
    return payment


def planned_run(desk: Desk, bill: JsonObject, vendor_name: str) -> date | None:
    """Return the pay run in which an open bill is paid; None for one that is never paid, being a duplicate."""
    entered = created_at(bill)
    if entered <= desk.handover.known_at:
        return desk.handover.pay_runs.get(bill["Id"])
    if str(bill.get("DocNumber", "")).endswith(_AGAIN_MARK):
        return None
    # Not by id: ids depend on what others entered meanwhile.
    dice = stream(desk.plan.seed, "pay run", vendor_name, bill["TxnDate"], str(in_cents(bill["TotalAmt"])))
    received = entered.astimezone(OFFICE).date()
    due = date.fromisoformat(bill["DueDate"])
    vendor = desk.vendors.get(vendor_name) or _stranger(vendor_name)
    if "SalesTermRef" not in bill:
        # People know the vendor's terms even when whoever typed the bill in left them out.
        due = max(due, date.fromisoformat(bill["TxnDate"]) + timedelta(days=vendor.terms.due_days))
    return bill_payment_day(vendor, received, due, dice)


def _stranger(name: str) -> VendorPlan:
    return VendorPlan(name, "", "", Terms("", 0), "monthly", 0, 0.0)


def _usable_credits(desk: Desk, documents: OpenDocuments, vendor_id: str, owed_cents: int) -> tuple[Share, ...]:
    """Return the open vendor credits that together are less than what is owed."""
    used: list[Share] = []
    for credit in still_there(desk.books, "VendorCredit", documents.vendor_credits[vendor_id]):
        cents = in_cents(credit["Balance"])
        if 0 < cents < owed_cents - sum(part for _, part in used):
            used.append((desk.document("VendorCredit", credit), cents))
    return tuple(used)
