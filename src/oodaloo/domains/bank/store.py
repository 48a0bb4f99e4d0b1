"""Tables of the bank domain. Private to it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.qbo.mirror.records import MirrorRow


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


class OtherActivityRow(TenantRow):
    """What only the general ledger shows on a bank account: one row for each transaction and account."""

    __tablename__ = "other_bank_activity"

    account_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    dated: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    memo: Mapped[str] = mapped_column(Text)
    split_id: Mapped[str] = mapped_column(String(40))
    split: Mapped[str] = mapped_column(Text)
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))


class LedgerReadingRow(TenantRow):
    """How far the general ledger was read; one row for each business.

    `state` says what the bank accounts and their mirrored transactions were like then: while it stays the same, the
    ledger shows nothing new.
    """

    __tablename__ = "ledger_reading"

    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text)
    failed: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(String(36))
    metered_reads: Mapped[int]
