"""Tables of the bank domain. Private to it."""

from oodaloo.infra.qbo.mirror import MirrorRow


class AccountRow(MirrorRow):
    """Mirrored Account."""

    __tablename__ = "account"


class PurchaseRow(MirrorRow):
    """Mirrored Purchase."""

    __tablename__ = "purchase"


class DepositRow(MirrorRow):
    """Mirrored Deposit."""

    __tablename__ = "deposit"


class TransferRow(MirrorRow):
    """Mirrored Transfer."""

    __tablename__ = "transfer"


class JournalEntryRow(MirrorRow):
    """Mirrored JournalEntry."""

    __tablename__ = "journal_entry"
