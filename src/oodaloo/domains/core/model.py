"""What a business is, and the parts that every QuickBooks record has in common."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Business:
    """The tenant: one company in QuickBooks. `buffer` is the spendable cash its owner never wants to go below."""

    id: BusinessId
    name: str
    realm_id: RealmId
    currency: Currency
    country: str
    timezone: str
    buffer: Money


@dataclass(frozen=True, slots=True)
class RecordMeta:
    """Identity and version of a QuickBooks record; `sync_token` rises with each change."""

    id: str
    sync_token: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """The other end of a link between transactions; `kind` is QuickBooks' TxnType, such as "BillPaymentCheck"."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Application:
    """The part of a payment or credit that settles one other document."""

    kind: str
    id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Term:
    """Payment terms: full payment within `due_days`, optionally a discount for paying within `discount_days`."""

    meta: RecordMeta
    name: str
    active: bool
    due_days: int | None
    discount_percent: Decimal | None
    discount_days: int | None


@dataclass(frozen=True, slots=True)
class CompanyInfo:
    """The company as QuickBooks knows it; `country` (two letters) and `timezone` are empty where we can't tell."""

    meta: RecordMeta
    name: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """Company preferences that decide how amounts are read."""

    meta: RecordMeta
    home_currency: Currency
    multi_currency: bool


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of a record as people read it."""

    text: str
    amount: Money | None


FactValue: TypeAlias = Money | datetime | date | str


@dataclass(frozen=True, slots=True)
class RecordView:
    """One mirrored record: its header as labelled facts, its lines, and the records that it links to."""

    kind: str
    id: str
    number: str
    dated: date | None
    party: str
    facts: tuple[tuple[str, FactValue], ...]
    lines: tuple[RecordLine, ...]
    linked: tuple[LinkedRecord, ...]
    quickbooks_url: str | None
