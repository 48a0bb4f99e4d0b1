"""Reading vendors and what we owe and pay them; what is still open comes whatever its date."""

from datetime import date

from sqlalchemy import or_

from oodaloo.domains.ap.model import Bill, BillPayment, Vendor, VendorCredit
from oodaloo.domains.ap.store import BillPaymentRow, BillRow, VendorCreditRow, VendorRow
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror import load


async def vendors(session: TenantSession) -> tuple[Vendor, ...]:
    """All vendors, inactive ones too."""
    return await load(session, VendorRow, Vendor)


async def bills(session: TenantSession, since: date) -> tuple[Bill, ...]:
    """Every open bill, and every bill from `since` on."""
    return await load(session, BillRow, Bill, or_(BillRow.open_cents != 0, BillRow.dated >= since))


async def bill_payments(session: TenantSession, since: date) -> tuple[BillPayment, ...]:
    """Bill payments from `since` on."""
    return await load(session, BillPaymentRow, BillPayment, BillPaymentRow.dated >= since)


async def vendor_credits(session: TenantSession, since: date) -> tuple[VendorCredit, ...]:
    """Every vendor credit with something left, and every vendor credit from `since` on."""
    return await load(
        session, VendorCreditRow, VendorCredit, or_(VendorCreditRow.open_cents != 0, VendorCreditRow.dated >= since)
    )
