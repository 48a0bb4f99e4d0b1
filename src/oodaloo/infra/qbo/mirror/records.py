"""The mirror: one table per QuickBooks record type, each row with our reading of the record and its original JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Date, Index, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.errors import QboMalformedAnswerError
from oodaloo.kit.money import Currency, NotAnAmountError

_MAX_ID = 40


class MirrorRow(TenantRow):
    """A mirrored record: `body` is the domain's frozen value as JSON, `source` is what QuickBooks sent.

    `open_cents` is the document's open balance where it has one, `dated` its transaction date; both exist so that
    queries can choose without reading bodies. `known_from` is the product time since which we know this version,
    `seen_in` is the number of the reading of the whole type that showed the record last (0 when none has yet), and
    `revision` the change of the mirror that brought this version (0 from before that was noted).
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(_MAX_ID), primary_key=True)
    sync_token: Mapped[str] = mapped_column(String(_MAX_ID))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dated: Mapped[date | None] = mapped_column(Date)
    open_cents: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    known_from: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_in: Mapped[int]
    revision: Mapped[int]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index]:
        """What changed since a revision is found without looking through everything."""
        return (Index(f"ix_{cls.__tablename__}_revision", "business_id", "revision"),)


class RecordNameRow(TenantRow):
    """What a customer, vendor, item or term is called now.

    QuickBooks shows a new name on every document at once but doesn't send those documents again, so that documents
    take their names from here when they are loaded.
    """

    __tablename__ = "record_name"

    entity: Mapped[str] = mapped_column(String(_MAX_ID), primary_key=True)
    id: Mapped[str] = mapped_column(String(_MAX_ID), primary_key=True)
    name: Mapped[str] = mapped_column(Text)


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
class Kind(Generic[ModelT]):
    """One mirrored record type: its name in QuickBooks, its table, and the domain's value of it."""

    name: str
    row: type[MirrorRow]
    model: type[ModelT]


@dataclass(frozen=True, slots=True)
class EntityType(Kind[ModelT]):
    """How one QuickBooks record type is read and kept; each domain's sync.py registers its own.

    `read` turns a record's JSON into the domain's value, given the home currency. `has_active` marks list types,
    whose inactive records QuickBooks hides unless asked. `named` is what documents call the record, where they do.
    `referred_as` are endings of the fields by which mirrored documents refer to records of this type.
    """

    read: Callable[[bytes, Currency], ModelT]
    has_active: bool = False
    dated: Callable[[ModelT], date | None] = lambda _record: None
    open_cents: Callable[[ModelT], int | None] = lambda _record: None
    named: Callable[[ModelT], str | None] = lambda _record: None
    referred_as: tuple[str, ...] = ()

    def reading(self, source: bytes, home: Currency) -> "Reading":
        """One record as it will be kept. Raises `QboMalformedAnswerError` for a missing, mistyped or absurd field."""
        try:
            record = self.read(source, home)
            text = source.decode()
        except (msgspec.MsgspecError, NotAnAmountError, UnicodeDecodeError) as error:
            raise QboMalformedAnswerError(
                f"QuickBooks sent a {self.name} that can't be read ({error}): {source[:200].decode(errors='replace')}"
            ) from None
        values: dict[str, object] = {
            "id": record.meta.id,
            "sync_token": record.meta.sync_token,
            "updated_at": record.meta.updated_at,
            "dated": self.dated(record),
            "open_cents": self.open_cents(record),
            "body": msgspec.json.encode(record).decode(),
            "source": text,
        }
        return Reading(record.meta, text, self.named(record), values)


AnyEntityType: TypeAlias = EntityType[Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """One record that QuickBooks sent: its version, its JSON, what documents call it, and its columns."""

    meta: Meta
    source: str
    name: str | None
    values: dict[str, object]


async def load(
    session: TenantSession, row: type[MirrorRow], model: type[ModelT], *criteria: ColumnElement[bool]
) -> tuple[ModelT, ...]:
    """Every mirrored record of a type that meets `criteria`, by date and then by QuickBooks' numeric id."""
    everything = _bodies(row)
    bodies = await (session.scalars(everything.where(*criteria)) if criteria else session.scalars(everything, {}))
    decoder = decoder_of(model)
    records = [decoder.decode(body) for body in bodies]
    return tuple(sorted(records, key=by_date_and_id))


async def load_source(session: TenantSession, row: type[MirrorRow], record_id: str) -> str | None:
    """The JSON that QuickBooks sent for one record, or None when the mirror has no such record."""
    found: Sequence[str] = await session.scalars(select(row.source).where(row.id == record_id))
    return found[0] if found else None


async def count(session: TenantSession, row: type[MirrorRow], *criteria: ColumnElement[bool]) -> int:
    """How many records of a type that meet `criteria` are mirrored."""
    return (await session.scalars(select(func.count(row.id)).where(*criteria)))[0]


async def names_of(session: TenantSession, *entities: str) -> dict[str, str]:
    """What the records of some types are called now, by id; QuickBooks counts customers and vendors in one sequence."""
    named = select(RecordNameRow.id, RecordNameRow.name).where(RecordNameRow.entity.in_(entities))
    return {row[0]: row[1] for row in await session.rows(named)}


async def all_names(session: TenantSession) -> dict[tuple[str, str], str]:
    """What the records of every type that documents name are called now, by type and id."""
    named = select(RecordNameRow.entity, RecordNameRow.id, RecordNameRow.name)
    return {(row[0], row[1]): row[2] for row in await session.rows(named)}


@lru_cache(maxsize=64)
def _bodies(row: type[MirrorRow]) -> Select[str]:
    return select(row.body).order_by(row.dated)


@lru_cache(maxsize=64)
def decoder_of(model: type[ModelT]) -> msgspec.json.Decoder[ModelT]:
    """Reads the bodies of rows."""
    return msgspec.json.Decoder(model)


def by_date_and_id(record: Mirrored) -> tuple[date, int, str]:
    """The order in which records are given: by date, then by QuickBooks' numeric id."""
    dated = getattr(record, "dated", None) or date.min
    number = record.meta.id
    return (dated, int(number) if number.isdigit() else 0, number)
