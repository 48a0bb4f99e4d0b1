"""Tables of reserves, decisions, batches and payment orders."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime


class DeskRow(TenantRow):
    """One row a business: the lock that whoever changes its decisions or reserves holds.

    `revision` rises with each change of what a picture shows of them, `entries` numbers the entries of the ledger.
    """

    __tablename__ = "desk"

    revision: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(BigInteger, default=0)


class ReserveEntryRow(TenantRow):
    """One entry of the ledger of reserves. The database itself refuses to change or delete it.

    `cents` is positive, `kind` says which way it goes. `source` names what a rule made it for, once for each
    `reserve`; empty for entries that people or decisions make.
    """

    __tablename__ = "reserve_entry"
    __table_args__ = (Index("ix_reserve_entry_reserve", "business_id", "reserve", "source"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reserve: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    cents: Mapped[int] = mapped_column(BigInteger)
    dated: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(100))
    actor: Mapped[str] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReserveRow(TenantRow):
    """What a key of the ledger stands for: a hold for one decision, or a reserve with a name and a rule.

    `cents` and `dated` are the sum of its entries and its newest date, kept so that a picture needs one row for each;
    `purpose` is the bill, flow or class that consumes it, `rule` JSON, empty where people move it by hand.
    """

    __tablename__ = "reserve"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    cents: Mapped[int] = mapped_column(BigInteger)
    dated: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionRow(TenantRow):
    """A decision about one bill, from the moment it is approved or drafted to its end.

    `open_key` is the bill's id until the decision has ended, and its own id after that: no bill has two at a time.
    `version` rises with each change. `seen` is what the decision saw of the bill, as JSON; `stale` says why that isn't
    so any more, empty while it is. `cents` is what is to be paid by it, `discount_cents` what
    paying early saves, `method` how, as JSON.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("business_id", "open_key", name="uq_decision_business_id"),
        Index("ix_decision_state", "business_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bill_id: Mapped[str] = mapped_column(String(40))
    open_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(30))
    version: Mapped[int]
    batch_id: Mapped[str | None] = mapped_column(String(36))
    order_id: Mapped[str | None] = mapped_column(String(36))
    cents: Mapped[int] = mapped_column(BigInteger)
    discount_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    pay_on: Mapped[date | None]
    wake_on: Mapped[date | None]
    method: Mapped[str] = mapped_column(Text)
    seen: Mapped[str] = mapped_column(Text)
    stale: Mapped[str] = mapped_column(Text)
    picture_id: Mapped[str] = mapped_column(String(40))
    expected: Mapped[str] = mapped_column(Text)
    suggested: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(36))
    decided_by: Mapped[str] = mapped_column(String(36))
    told: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BatchRow(TenantRow):
    """Decisions that were finalized together. `asked` is the hash of what was asked, so that it is asked once.

    `manner` is how payments are made up, as JSON.
    """

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(30))
    asked: Mapped[str] = mapped_column(String(64))
    manner: Mapped[str] = mapped_column(Text)
    cents: Mapped[int] = mapped_column(BigInteger)
    picture_id: Mapped[str] = mapped_column(String(40))
    expected: Mapped[str] = mapped_column(Text)
    finalized_by: Mapped[str] = mapped_column(String(36))
    second_by: Mapped[str] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaymentOrderRow(TenantRow):
    """One payment as it was finalized. All but the last five columns never change.

    `payload` is the BillPayment as it goes to QuickBooks, `covers` the bills with their decisions, parts, credits and
    discounts, as JSON. It is carried out from `due_at` on, by `not_after` at the latest (both product time);
    `enqueued_at` is real time.
    """

    __tablename__ = "payment_order"
    __table_args__ = (Index("ix_payment_order_state", "business_id", "state", "due_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(36))
    vendor_id: Mapped[str] = mapped_column(String(40))
    vendor_name: Mapped[str] = mapped_column(Text)
    cents: Mapped[int] = mapped_column(BigInteger)
    covers: Mapped[str] = mapped_column(Text)
    requestid: Mapped[str] = mapped_column(String(50))
    marker: Mapped[str] = mapped_column(String(40))
    payload: Mapped[str] = mapped_column(Text)
    payload_hash: Mapped[str] = mapped_column(String(64))
    pay_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    enqueued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bill_payment_id: Mapped[str] = mapped_column(String(40))
    told: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
