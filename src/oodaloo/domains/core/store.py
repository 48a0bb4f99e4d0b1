"""Tables of the core domain. Private to it."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
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


class CompanyInfoRow(MirrorRow):
    """Mirrored CompanyInfo."""

    __tablename__ = "company_info"


class PreferencesRow(MirrorRow):
    """Mirrored Preferences."""

    __tablename__ = "preferences"


class TermRow(MirrorRow):
    """Mirrored Term."""

    __tablename__ = "term"
