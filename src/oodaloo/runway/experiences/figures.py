"""The words that every experience shares: worded figures, what opens behind them, sheets of rows."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.runway import DatedItem, ItemKind, PayrollCover
from oodaloo.runway.model.wording import MINUS, day_text, days_text, money_text, signed_money_text

_HUNDREDS = Decimal("1E+2")
_KIND_WORDS = {
    RecordKind.BILL_PAYMENT: "Bill payment",
    RecordKind.CREDIT_MEMO: "Credit memo",
    RecordKind.JOURNAL_ENTRY: "Journal entry",
    RecordKind.OTHER_ACTIVITY: "Other bank activity",
    RecordKind.VENDOR_CREDIT: "Vendor credit",
}


class Place(StrEnum):
    """The pages of a business that a figure can open."""

    CASH = "cash"
    RECEIVABLES = "receivables"
    PAYABLES = "payables"
    DAY = "day"
    FLOW = "flow"
    BURN = "burn"
    RECORD = "record"


class Tone(StrEnum):
    """How a figure bears on the business; always doubled by a word or a sign."""

    PLAIN = "plain"
    OK = "ok"
    RISK = "risk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Behind:
    """What opens when a figure is followed: `key` is an ISO date, a flow key or a record's id (with its `kind`)."""

    place: Place
    key: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A day together with its distance from the picture's day; screens never show one without the other."""

    day: date
    days: int
    day_text: str
    days_text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a sheet, with a second line of `detail`."""

    text: str
    behind: Behind | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Rows under one caption; `amounts` says which of the columns hold amounts, `empty` what to say without rows."""

    caption: str
    columns: tuple[str, ...]
    amounts: frozenset[int]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of documents behind one figure."""

    title: str
    figure: str
    sentence: str
    tables: tuple[SheetTable, ...]
    notes: tuple[str, ...] = ()


def when(day: date, as_of: date) -> When:
    """`day` with its days from `as_of`: "32 days", "today", "21 days ago"."""
    days = (day - as_of).days
    if days == 0:
        return When(day, days, day_text(day), "today")
    return When(day, days, day_text(day), days_text(days) if days > 0 else f"{days_text(-days)} ago")


def signed_text(money: Money, *, cents: bool = False) -> str:
    """The amount with its sign in words' place: "+$16,500" in, "−$61,240" out, "$0" for nothing."""
    return signed_money_text(money, cents=cents)


def forecast_text(money: Money) -> str:
    """A projected level, rounded half up to hundreds of currency units: "−$13,400"."""
    rounded = abs(money.amount).quantize(_HUNDREDS, rounding=ROUND_HALF_UP)
    text = money_text(Money.of(rounded.quantize(Decimal(1)), money.currency), cents=False)
    return MINUS + text if money.cents < 0 and rounded else text


def futures_text(payroll: PayrollCover) -> str:
    """In how many of 100 futures a payroll is covered: "87 of 100 futures"; never called certain, so "99+" at most."""
    covered = payroll.covered_in_100
    return f"{'99+' if covered == 100 else covered} of 100 futures"


def record_text(ref: RecordRef) -> str:
    """What people call the record: "Invoice 1042", "Journal entry" when it carries no number."""
    return f"{_KIND_WORDS.get(ref.kind, ref.kind.value)} {ref.number}".rstrip()


def behind_record(ref: RecordRef) -> Behind:
    """The page of one record."""
    return Behind(Place.RECORD, ref.id, ref.kind.value)


def behind_item(item: DatedItem) -> Behind:
    """The page that shows what a dated item rests on: its flow, its one document, or the weeks it is learned from."""
    if item.flow_key is not None:
        return Behind(Place.FLOW, item.flow_key)
    if item.kind is ItemKind.RESIDUAL:
        return Behind(Place.BURN)
    if len(item.records) == 1:
        return behind_record(item.records[0])
    return Behind(Place.DAY, item.dated.isoformat())
