"""Reading vendors and what we owe and pay them; what is still open comes whatever its date."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import or_

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow, VendorRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind, load, names_of

DocumentT = TypeVar("DocumentT", Bill, BillPayment, VendorCredit)

VENDORS = Kind("Vendor", VendorRow, Vendor)
BILLS = Kind("Bill", BillRow, Bill)
BILL_PAYMENTS = Kind("BillPayment", BillPaymentRow, BillPayment)
VENDOR_CREDITS = Kind("VendorCredit", VendorCreditRow, VendorCredit)
KINDS = (VENDORS, BILLS, BILL_PAYMENTS, VENDOR_CREDITS)
"""What a picture reads of this domain."""


async def vendors(session: TenantSession) -> tuple[Vendor, ...]:
    """All vendors, inactive ones too."""
    return await load(session, VendorRow, Vendor)


async def bills(session: TenantSession, since: date) -> tuple[Bill, ...]:
    """Every open bill, and every bill from `since` on."""
    found = await load(session, BillRow, Bill, or_(BillRow.open_cents != 0, BillRow.dated >= since))
    return await _with_names(session, found)


async def bill_payments(session: TenantSession, since: date) -> tuple[BillPayment, ...]:
    """Bill payments from `since` on."""
    found = await load(session, BillPaymentRow, BillPayment, BillPaymentRow.dated >= since)
    return await _with_names(session, found)


async def vendor_credits(session: TenantSession, since: date) -> tuple[VendorCredit, ...]:
    """Every vendor credit with something left, and every vendor credit from `since` on."""
    found = await load(
        session, VendorCreditRow, VendorCredit, or_(VendorCreditRow.open_cents != 0, VendorCreditRow.dated >= since)
    )
    return await _with_names(session, found)


def vendors_in(reading: MirrorReading) -> tuple[Vendor, ...]:
    """`vendors` of a reading."""
    return reading.of(VENDORS)


def names_in(reading: MirrorReading) -> Mapping[str, str]:
    """What vendors are called now, by id."""
    return reading.reuse.whole(_names, reading.of(VENDORS))


def bills_in(reading: MirrorReading, since: date) -> tuple[Bill, ...]:
    """`bills` of a reading."""
    return reading.reuse.some(_bill, reading.of(BILLS), names_in(reading), since)


def bill_payments_in(reading: MirrorReading, since: date) -> tuple[BillPayment, ...]:
    """`bill_payments` of a reading."""
    return reading.reuse.some(_bill_payment, reading.of(BILL_PAYMENTS), names_in(reading), since)


def vendor_credits_in(reading: MirrorReading, since: date) -> tuple[VendorCredit, ...]:
    """`vendor_credits` of a reading."""
    return reading.reuse.some(_vendor_credit, reading.of(VENDOR_CREDITS), names_in(reading), since)


def _names(listed: Sequence[Vendor]) -> dict[str, str]:
    return {each.meta.id: each.name for each in listed}


def _bill(bill: Bill, names: Mapping[str, str], since: date) -> Bill | None:
    return _named(bill, names) if bill.balance.cents or bill.dated >= since else None


def _bill_payment(payment: BillPayment, names: Mapping[str, str], since: date) -> BillPayment | None:
    return _named(payment, names) if payment.dated >= since else None


def _vendor_credit(credit: VendorCredit, names: Mapping[str, str], since: date) -> VendorCredit | None:
    return _named(credit, names) if credit.balance.cents or credit.dated >= since else None


async def _with_names(session: TenantSession, documents: tuple[DocumentT, ...]) -> tuple[DocumentT, ...]:
    """The documents with their vendors' names of now."""
    names = await names_of(session, VENDORS.name)
    return tuple(_named(each, names) for each in documents)


def _named(document: DocumentT, names: Mapping[str, str]) -> DocumentT:
    """The same document when its vendor is called as it says."""
    now = names.get(document.vendor_id, document.vendor_name)
    return document if now == document.vendor_name else replace(document, vendor_name=now)
