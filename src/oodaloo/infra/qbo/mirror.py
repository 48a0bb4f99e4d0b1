"""The mirror: one table per QuickBooks record type, each row with our reading of the record and its original JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Date, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency, NotAnAmountError

_MAX_ID = 40


class MirrorRow(TenantRow):
    """A mirrored record: `body` is the domain's frozen value as JSON, `source` is what QuickBooks sent.

    `open_cents` is the document's open balance where it has one, `dated` its transaction date; both exist so that
    queries can choose without reading bodies. `run_id` names the sync run that saw the record last.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(_MAX_ID), primary_key=True)
    sync_token: Mapped[str] = mapped_column(String(_MAX_ID))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dated: Mapped[date | None] = mapped_column(Date)
    open_cents: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(String(36))


class Meta(Protocol):
    """Identity and version, as every domain record carries it."""

    @property
    def id(self) -> str:
        """QuickBooks' id."""
        ...

    @property
    def sync_token(self) -> str:
        """QuickBooks' version counter."""
        ...

    @property
    def updated_at(self) -> datetime:
        """When QuickBooks changed it last."""
        ...


class Mirrored(Protocol):
    """What a domain value needs for being mirrored."""

    @property
    def meta(self) -> Meta:
        """Identity and version."""
        ...


ModelT = TypeVar("ModelT", bound=Mirrored)


@dataclass(frozen=True, slots=True)
class EntityType(Generic[ModelT]):
    """How one QuickBooks record type is read and kept; each domain's sync.py registers its own.

    `read` turns a record's JSON into the domain's value, given the home currency. `has_active` marks list types,
    whose inactive records QuickBooks hides unless asked.
    """

    name: str
    row: type[MirrorRow]
    model: type[ModelT]
    read: Callable[[bytes, Currency], ModelT]
    has_active: bool = False
    dated: Callable[[ModelT], date | None] = lambda _record: None
    open_cents: Callable[[ModelT], int | None] = lambda _record: None

    def values(self, source: bytes, home: Currency, run_id: str) -> dict[str, object]:
        """The row of one record. Raises `QboMalformedAnswerError` for a missing, mistyped or absurd field."""
        try:
            record = self.read(source, home)
            text = source.decode()
        except (msgspec.MsgspecError, NotAnAmountError, UnicodeDecodeError) as error:
            raise QboMalformedAnswerError(
                f"QuickBooks sent a {self.name} that can't be read ({error}): {source[:200].decode(errors='replace')}"
            ) from None
        return {
            "id": record.meta.id,
            "sync_token": record.meta.sync_token,
            "updated_at": record.meta.updated_at,
            "dated": self.dated(record),
            "open_cents": self.open_cents(record),
            "body": msgspec.json.encode(record).decode(),
            "source": text,
            "run_id": run_id,
        }


async def load(
    session: TenantSession, row: type[MirrorRow], model: type[ModelT], *criteria: ColumnElement[bool]
) -> tuple[ModelT, ...]:
    """Every mirrored record of a type that meets `criteria`, by date and then by QuickBooks' numeric id."""
    bodies = await session.scalars(select(row.body).where(*criteria).order_by(row.dated))
    decoder = _decoder(model)
    records = [decoder.decode(body) for body in bodies]
    return tuple(sorted(records, key=_by_date_and_id))


async def load_source(session: TenantSession, row: type[MirrorRow], record_id: str) -> str | None:
    """The JSON that QuickBooks sent for one record, or None when the mirror has no such record."""
    found: Sequence[str] = await session.scalars(select(row.source).where(row.id == record_id))
    return found[0] if found else None


@lru_cache(maxsize=64)
def _decoder(model: type[ModelT]) -> msgspec.json.Decoder[ModelT]:
    return msgspec.json.Decoder(model)


def _by_date_and_id(record: Mirrored) -> tuple[date, int, str]:
    dated = getattr(record, "dated", None) or date.min
    number = record.meta.id
    return (dated, int(number) if number.isdigit() else 0, number)
