"""Tables of the accounts payable domain. Private to it."""

from oodaloo.infra.qbo.mirror.records import MirrorRow


class VendorRow(MirrorRow):
    """Mirrored Vendor."""

    __tablename__ = "vendor"


class BillRow(MirrorRow):
    """Mirrored Bill."""

    __tablename__ = "bill"


class BillPaymentRow(MirrorRow):
    """Mirrored BillPayment."""

    __tablename__ = "bill_payment"


class VendorCreditRow(MirrorRow):
    """Mirrored VendorCredit."""

    __tablename__ = "vendor_credit"
