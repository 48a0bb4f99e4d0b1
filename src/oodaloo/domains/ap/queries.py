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
    return reading.reuse.whole(_bills, reading.of(BILLS), names_in(reading), since)


def bill_payments_in(reading: MirrorReading, since: date) -> tuple[BillPayment, ...]:
    """`bill_payments` of a reading."""
    return reading.reuse.whole(_bill_payments, reading.of(BILL_PAYMENTS), names_in(reading), since)


def vendor_credits_in(reading: MirrorReading, since: date) -> tuple[VendorCredit, ...]:
    """`vendor_credits` of a reading."""
    return reading.reuse.whole(_vendor_credits, reading.of(VENDOR_CREDITS), names_in(reading), since)


def _names(listed: Sequence[Vendor]) -> dict[str, str]:
    return {each.meta.id: each.name for each in listed}


def _bills(of_any_age: Sequence[Bill], names: Mapping[str, str], since: date) -> tuple[Bill, ...]:
    return _named([each for each in of_any_age if each.balance.cents or each.dated >= since], names)


def _bill_payments(of_any_age: Sequence[BillPayment], names: Mapping[str, str], since: date) -> tuple[BillPayment, ...]:
    return _named([each for each in of_any_age if each.dated >= since], names)


def _vendor_credits(
    of_any_age: Sequence[VendorCredit], names: Mapping[str, str], since: date
) -> tuple[VendorCredit, ...]:
    return _named([each for each in of_any_age if each.balance.cents or each.dated >= since], names)


async def _with_names(session: TenantSession, documents: tuple[DocumentT, ...]) -> tuple[DocumentT, ...]:
    """The documents with their vendors' names of now."""
    return _named(documents, await names_of(session, VENDORS.name))


def _named(documents: Sequence[DocumentT], names: Mapping[str, str]) -> tuple[DocumentT, ...]:
    return tuple(
        each if names.get(each.vendor_id, each.vendor_name) == each.vendor_name else _renamed(each, names)
        for each in documents
    )


def _renamed(document: DocumentT, names: Mapping[str, str]) -> DocumentT:
    return replace(document, vendor_name=names[document.vendor_id])
