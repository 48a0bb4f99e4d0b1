"""Tables of the accounts receivable domain. Private to it."""

from oodaloo.infra.qbo.mirror.records import MirrorRow


class CustomerRow(MirrorRow):
    """Mirrored Customer."""

    __tablename__ = "customer"


class ItemRow(MirrorRow):
    """Mirrored Item."""

    __tablename__ = "item"


class InvoiceRow(MirrorRow):
    """Mirrored Invoice."""

    __tablename__ = "invoice"


class PaymentRow(MirrorRow):
    """Mirrored Payment."""

    __tablename__ = "payment"


class CreditMemoRow(MirrorRow):
    """Mirrored CreditMemo."""

    __tablename__ = "credit_memo"
