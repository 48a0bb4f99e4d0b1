"""Reading vendors and what we owe and pay them; what is still open comes whatever its date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import or_

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow, VendorRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.records import load, names_of

DocumentT = TypeVar("DocumentT", Bill, BillPayment, VendorCredit)


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


async def _with_names(session: TenantSession, documents: tuple[DocumentT, ...]) -> tuple[DocumentT, ...]:
    """The documents with their vendors' names of now."""
    names = await names_of(session, "Vendor")
    return tuple(
        each if names.get(each.vendor_id, each.vendor_name) == each.vendor_name else _renamed(each, names)
        for each in documents
    )


def _renamed(document: DocumentT, names: Mapping[str, str]) -> DocumentT:
    return replace(document, vendor_name=names[document.vendor_id])
