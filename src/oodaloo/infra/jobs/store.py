"""Tables of durable work beside those of the library that runs it; they belong to no business."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime


class LeaseRow(Base):
    """A worker that lives, by the database's clock, until `expires_at`."""

    __tablename__ = "job_lease"

    worker: Mapped[str] = mapped_column(String(120), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryRow(Base):
    """How often a run was taken over from a dead process, and when that was given up."""

    __tablename__ = "job_recovery"

    run_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    times: Mapped[int]
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LibraryRow(Base):
    """The version of the library that its tables were last brought up to date by."""

    __tablename__ = "job_library"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
