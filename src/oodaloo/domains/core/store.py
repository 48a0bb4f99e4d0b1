"""Tables of the core domain. Private to it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, TenantRow, UtcDateTime
from oodaloo.infra.qbo.mirror.records import MirrorRow


class BusinessRow(Base):
    """A tenant. Reachable without one, so that connecting and routing can find it."""

    __tablename__ = "business"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    realm_id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str] = mapped_column(String(60))
    buffer_cents: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentRow(Base):
    """A connection that was begun: `state` comes back from QuickBooks once, before `expires_at`."""

    __tablename__ = "consent"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonRow(Base):
    """Somebody who uses Oodaloo, whatever businesses they have a role in; `email` is lower case."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MembershipRow(TenantRow):
    """A person's role in a business."""

    __tablename__ = "membership"

    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiTokenRow(Base):
    """A personal API token for one business: only its SHA-256 is kept. `role` is the most that it may be used for.

    Reachable without a business, so that a request's token can tell which one it is about.
    """

    __tablename__ = "api_token"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"))
    business_id: Mapped[str] = mapped_column(String(36), ForeignKey("business.id"))
    role: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class RulesRow(TenantRow):
    """What a business has settled for itself: the sum above which a batch needs a second approval, None for no limit.

    A row of the business's own, so that it is read and changed in the transactions that it binds.
    """

    __tablename__ = "business_rules"

    approval_limit_cents: Mapped[int | None] = mapped_column(BigInteger)


class KeptAnswerRow(TenantRow):
    """The answer to a request that a person made under a key: told again, instead of doing the same twice.

    `asked` is the SHA-256 of the request, `body` the answer as JSON. It is written in the transaction of what it tells.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (Index("ix_kept_answer_made_at", "business_id", "made_at"),)

    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    asked: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntryRow(TenantRow):
    """One entry of the audit trail. The database itself refuses to change or delete it.

    `body` is the entry as JSON, `hash` the SHA-256 over `previous` (the hash of the entry before) and `body`.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(100), index=True)
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(TenantRow):
    """The end of a business's audit trail, and the lock that whoever adds to it holds."""

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class CompanyInfoRow(MirrorRow):
    """Mirrored CompanyInfo."""

    __tablename__ = "company_info"


class PreferencesRow(MirrorRow):
    """Mirrored Preferences."""

    __tablename__ = "preferences"


class TermRow(MirrorRow):
    """Mirrored Term."""

    __tablename__ = "term"
