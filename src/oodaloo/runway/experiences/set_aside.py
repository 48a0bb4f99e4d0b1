"""What is set aside, as programs and screens read it: reserves with a name, holds of bills, and each entry of both."""

from dataclasses import dataclass
from datetime import date, datetime

from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.experiences.decision_desk import AmountView, amount_view
from oodaloo.runway.model.earmarks import EarmarkKind
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ReserveRule, ShareOfReceipts
from oodaloo.runway.records import reserves
from oodaloo.runway.records.reserves import EntryKind, StandingReserve


@dataclass(frozen=True, slots=True)
class ReserveView:
    """A reserve with a name: what it holds, the recurring flow that uses it up, and its rule in words."""

    key: str
    label: str
    holds: AmountView
    flow_key: str | None
    rule: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class HoldView:
    """What is held for the payment of a bill; from `dated` on where it is scheduled, else from now on."""

    key: str
    label: str
    holds: AmountView
    dated: date | None


@dataclass(frozen=True, slots=True)
class SetAsideView:
    """Everything that is spoken for: `earmarked` is the sum of all of it, whatever its date."""

    reserves: tuple[ReserveView, ...]
    holds: tuple[HoldView, ...]
    earmarked: AmountView


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of the ledger: set aside, given back, or used up; `actor` is a person's id or "oodaloo"."""

    number: int
    kind: EntryKind
    amount: AmountView
    actor: str
    reason: str
    at: datetime


async def set_aside_view(session: TenantSession, currency: Currency) -> SetAsideView:
    """Everything that is set aside now."""
    aside = await reserves.earmarks(session, currency)
    named = await reserves.named(session)
    return SetAsideView(
        tuple(reserve_view(each, currency) for each in named),
        tuple(
            HoldView(each.key, each.label, amount_view(each.amount), each.dated)
            for each in aside
            if each.kind is EarmarkKind.HOLD
        ),
        amount_view(Money.total((each.amount for each in aside), currency)),
    )


async def entries_view(session: TenantSession, key: str, currency: Currency) -> tuple[EntryView, ...]:
    """The entries of one reserve or hold in their order."""
    return tuple(
        EntryView(
            each.number,
            each.movement.kind,
            amount_view(Money(each.movement.cents, currency)),
            each.movement.actor,
            each.movement.reason,
            each.movement.at,
        )
        for each in await reserves.entries(session, key)
    )


def reserve_view(reserve: StandingReserve, currency: Currency) -> ReserveView:
    """One reserve."""
    pot = reserve.pot
    return ReserveView(
        key=pot.key,
        label=pot.label,
        holds=amount_view(Money(reserve.cents, currency)),
        flow_key=pot.purpose if isinstance(pot.purpose, str) else None,
        rule=_in_words(pot.rule, currency),
        made_at=reserve.made_at,
    )


def _in_words(rule: ReserveRule | None, currency: Currency) -> str:
    match rule:
        case NextPayment():
            return "What its flow usually takes is set aside for the next payment."
        case ShareOfReceipts(basis_points):
            return f"{basis_points // 100}.{basis_points % 100:02d} % of what customers pay is set aside."
        case FixedMonthly(cents, day):
            return f"{Money(cents, currency)} {currency} is set aside on day {day} of each month."
        case None:
            return "It is moved by hand."
