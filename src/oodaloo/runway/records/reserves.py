"""The ledger of reserves: what is set aside, given back and used up, entry by entry, and never below zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import and_, select

from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.refusals import ReserveBelowZeroError, UnknownReserveError
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ReserveRule, ShareOfReceipts
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.tables import DeskRow, ReserveEntryRow, ReserveRow

_BILL = "bill "
_FLOW = "flow "
_RULES: Final[Mapping[str, type[ReserveRule]]] = {
    "next_payment": NextPayment,
    "share_of_receipts": ShareOfReceipts,
    "fixed_monthly": FixedMonthly,
}
_NAMES: Final = {rule: name for name, rule in _RULES.items()}


class EntryKind(StrEnum):
    """Which way an entry goes: set aside, given back to spendable, or gone out for what it was set aside for."""

    HOLD = "hold"
    RELEASE = "release"
    CONSUME = "consume"


@dataclass(frozen=True, slots=True)
class Pot:
    """A reserve as it is set up: one decision's hold, or a pot with a name; without `rule` people alone move it."""

    key: str
    kind: EarmarkKind
    label: str
    purpose: RecordRef | str | None
    rule: ReserveRule | None = None


@dataclass(frozen=True, slots=True)
class StandingReserve:
    """A pot with a name as it stands: what it holds in cents, and when it was set up first."""

    pot: Pot
    cents: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """What is written into the ledger: `cents` positive, `actor` a person's id or Oodaloo's, `at` product time.

    `source` names what a rule makes it for: a second movement of the same source changes nothing.
    """

    kind: EntryKind
    cents: int
    actor: str
    reason: str
    at: datetime
    dated: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger in its place."""

    number: int
    reserve: str
    movement: Movement


async def set_up(session: TenantSession, pot: Pot, *, at: datetime) -> None:
    """Have a reserve of this key, empty; one that is there takes over label, purpose and rule, and is active again."""
    shown = {
        "kind": pot.kind.value,
        "label": pot.label,
        "purpose": _purpose_text(pot.purpose),
        "rule": _rule_text(pot.rule),
        "active": True,
    }
    fresh = {"key": pot.key, **shown, "cents": 0, "dated": None, "made_at": at}
    if not await session.insert_new(ReserveRow, fresh):
        await session.update(ReserveRow, ReserveRow.key == pot.key, values=shown)


async def move(session: TenantSession, key: str, movement: Movement) -> bool:
    """Write an entry; says whether it was written, which one of a known source isn't.

    A hold's `dated` becomes the reserve's, also when no cents are held; a release or use keeps it. Raises
    `ReserveBelowZeroError` for more than there is, `UnknownReserveError`, and ValueError for a negative amount.
    """
    if movement.cents < 0:
        raise ValueError(f"{movement.cents} cents can't be moved; the kind of a movement says which way it goes.")
    desk = await locked_desk(session)
    reserve = await _reserve(session, key)
    if movement.source and await _is_known(session, key, movement.source):
        return False
    sign = 1 if movement.kind is EntryKind.HOLD else -1
    left = reserve.cents + sign * movement.cents
    if left < 0:
        raise ReserveBelowZeroError(
            f"{reserve.label} holds {reserve.cents} cents; {movement.cents} can't be taken from it "
            f"({movement.kind.value}). This is a fault in Oodaloo; please report it."
        )
    await _write(session, desk, key, movement)
    dated = movement.dated if movement.kind is EntryKind.HOLD else reserve.dated
    await session.update(ReserveRow, ReserveRow.key == key, values={"cents": left, "dated": dated})
    return True


async def held(session: TenantSession, key: str) -> int:
    """The cents that a reserve holds; zero for one that was never set up."""
    found = await session.scalars(select(ReserveRow.cents).where(ReserveRow.key == key))
    return found[0] if found else 0


async def earmarks(session: TenantSession, currency: Currency) -> tuple[Earmark, ...]:
    """Everything that is set aside now, by key: what a cash picture shows as spoken for."""
    rows = await session.scalars(select(ReserveRow).where(ReserveRow.cents > 0).order_by(ReserveRow.key))
    return tuple(
        Earmark(
            key=row.key,
            kind=EarmarkKind(row.kind),
            label=row.label,
            amount=Money(row.cents, currency),
            dated=row.dated,
            purpose=_purpose(row.purpose),
        )
        for row in rows
    )


async def named(session: TenantSession) -> tuple[StandingReserve, ...]:
    """The reserves with a name that are in use, by key."""
    rows = await session.scalars(
        select(ReserveRow)
        .where(ReserveRow.kind == EarmarkKind.RESERVE.value, ReserveRow.active.is_(True))
        .order_by(ReserveRow.key)
    )
    return tuple(
        StandingReserve(
            Pot(row.key, EarmarkKind(row.kind), row.label, _purpose(row.purpose), _rule(row.rule)),
            row.cents,
            row.made_at,
        )
        for row in rows
    )


async def consumed_for(session: TenantSession, bill_id: str) -> int:
    """The cents that payments of a bill have taken from its holds."""
    used = (
        select(ReserveEntryRow.cents)
        .join(ReserveRow, and_(ReserveRow.key == ReserveEntryRow.reserve, ReserveRow.purpose == _BILL + bill_id))
        .where(ReserveEntryRow.kind == EntryKind.CONSUME.value)
    )
    return sum(await session.scalars(used))


async def sources(session: TenantSession, key: str) -> frozenset[str]:
    """What the entries of a reserve were made for, as far as rules made them."""
    named_ones = select(ReserveEntryRow.source).where(ReserveEntryRow.reserve == key, ReserveEntryRow.source != "")
    return frozenset(await session.scalars(named_ones))


async def retire(session: TenantSession, key: str) -> None:
    """Let a reserve that is empty be used no more; its entries stay. Raises `UnknownReserveError`."""
    await _reserve(session, key)
    await session.update(ReserveRow, ReserveRow.key == key, values={"active": False})


async def entries(session: TenantSession, key: str | None = None) -> tuple[Entry, ...]:
    """The ledger in its order, of one reserve where a key is given."""
    wanted = select(ReserveEntryRow).order_by(ReserveEntryRow.number)
    if key is not None:
        wanted = wanted.where(ReserveEntryRow.reserve == key)
    return tuple(_entry(row) for row in await session.scalars(wanted))


async def _write(session: TenantSession, desk: DeskRow, key: str, movement: Movement) -> None:
    number = desk.entries + 1
    row = {
        "number": number,
        "reserve": key,
        "kind": movement.kind.value,
        "cents": movement.cents,
        "dated": movement.dated,
        "source": movement.source,
        "actor": movement.actor,
        "reason": movement.reason,
        "at": movement.at,
    }
    if not await session.insert_new(ReserveEntryRow, row):
        raise AssertionError("whoever holds the desk has the next number")
    await session.update(DeskRow, values={"entries": number})


async def _reserve(session: TenantSession, key: str) -> ReserveRow:
    found = await session.scalars(select(ReserveRow).where(ReserveRow.key == key))
    if not found:
        raise UnknownReserveError(f"This business has no reserve {key!r}. Look at the list of reserves again.")
    return found[0]


async def _is_known(session: TenantSession, key: str, source: str) -> bool:
    known = select(ReserveEntryRow.number).where(ReserveEntryRow.reserve == key, ReserveEntryRow.source == source)
    return bool(await session.scalars(known.limit(1)))


def _purpose_text(purpose: RecordRef | str | None) -> str:
    if purpose is None:
        return ""
    return _BILL + purpose.id if isinstance(purpose, RecordRef) else _FLOW + purpose


def _purpose(text: str) -> RecordRef | str | None:
    if not text:
        return None
    bill = text.removeprefix(_BILL)
    return RecordRef(RecordKind.BILL, bill) if bill != text else text.removeprefix(_FLOW)


def _rule_text(rule: ReserveRule | None) -> str:
    return "" if rule is None else msgspec.json.encode({_NAMES[type(rule)]: rule}).decode()


def _rule(text: str) -> ReserveRule | None:
    if not text:
        return None
    [(name, content)] = msgspec.json.decode(text).items()
    found: ReserveRule = msgspec.convert(content, _RULES[name])
    return found


def _entry(row: ReserveEntryRow) -> Entry:
    movement = Movement(EntryKind(row.kind), row.cents, row.actor, row.reason, row.at, row.dated, row.source)
    return Entry(row.number, row.reserve, movement)
