"""Moving a decision on: the table's row, the right to it, the hold, the record and the audit, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from oodaloo.domains.core import audit
from oodaloo.domains.core.audit import OODALOO, AuditEntry
from oodaloo.domains.core.people import Member
from oodaloo.domains.core.permissions import NotPermittedError, Permission
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.decisions import DecisionState, HoldChange, Rule, Step, Who, rule_for
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.wording import money_text
from oodaloo.runway.records import decisions, orders, reserves
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.reserves import EntryKind, Movement, Pot

_NAME: Final = "Oodaloo"
_PERMISSION: Final[Mapping[Who, Permission]] = {
    Who.PREPARER: Permission.PREPARE,
    Who.APPROVER: Permission.APPROVE,
    Who.FINALIZER: Permission.FINALIZE,
}


class NoCoverError(OodalooError):
    """There isn't enough to spend for the hold. Release something, delay the bill, or let an owner over-commit."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and when: `member` None is Oodaloo itself; `at` is product time, `recorded_at` real time.

    `picture_id` is what was known, empty where it doesn't matter.
    """

    member: Member | None
    at: datetime
    recorded_at: datetime
    picture_id: str = ""

    @property
    def actor(self) -> str:
        """The id under which it is written down."""
        return self.member.person.id if self.member else OODALOO

    @property
    def name(self) -> str:
        """What the actor is called."""
        return self.member.person.name if self.member else _NAME

    def entry(self, action: str, subject: str, *, told: "Told", facts: Mapping[str, str]) -> AuditEntry:
        """The audit of it; `facts` stand before those that are told."""
        return AuditEntry(
            at=self.at,
            recorded_at=self.recorded_at,
            actor=self.actor,
            actor_name=self.name,
            action=action,
            subject=subject,
            picture_id=self.picture_id,
            expected=told.expected,
            happened=told.happened,
            facts={**facts, **told.facts},
        )


@dataclass(frozen=True, slots=True)
class Cover:
    """What may be held at most: the cash of the picture, and the buffer that stays in any case.

    `overcommit` is the reason for which an owner holds more than that, empty where nobody does.
    """

    cash: Money
    buffer: Money
    overcommit: str = ""

    @classmethod
    def of(cls, picture: CashPicture, *, overcommit: str = "") -> "Cover":
        """The cover that a picture shows."""
        return cls(picture.books.cash, picture.books.business.buffer, overcommit)

    def missing(self, earmarks: Iterable[Earmark]) -> Money:
        """What is short of the buffer once everything that is held without a date is gone; zero where nothing is."""
        return max(-self._beyond_buffer(earmarks), Money.zero(self.cash.currency))

    def free(self, earmarks: Iterable[Earmark]) -> Money:
        """What can still be held without touching the buffer; zero where nothing can."""
        return max(self._beyond_buffer(earmarks), Money.zero(self.cash.currency))

    def _beyond_buffer(self, earmarks: Iterable[Earmark]) -> Money:
        held = Money.total((each.amount for each in earmarks if each.dated is None), self.cash.currency)
        return self.cash - held - self.buffer


@dataclass(frozen=True, slots=True)
class Told:
    """What the audit says of a step: a sentence on what is expected of it or has happened, and details."""

    expected: str = ""
    happened: str = ""
    facts: dict[str, str] = field(default_factory=dict)


async def advance(
    session: TenantSession, before: Decision, step: Step, act: Act, cover: Cover | None, *, to: Decision, told: Told
) -> Decision:
    """Take a step from `before`; `to` has what it changes but the state, which the table gives. Gives what is stored.

    Raises `IllegalStepError`, `NotPermittedError`, `DecisionMovedError`, and `NoCoverError` when the step would hold
    more than `cover` allows. Nothing is changed by what it raises as long as the transaction is rolled back.
    """
    rule = rule_for(before.state, step, bill=before.seen.number or before.seen.bill_id)
    _check_right(rule, act)
    await locked_desk(session)
    after = replace(to, state=rule.then, changed_at=act.at)
    await _change_hold(session, rule.hold, after, act, cover)
    stored = await decisions.save(session, after, seen_version=before.version)
    if stored.ended and before.state is DecisionState.AWAITING_SECOND_APPROVAL and stored.batch_id:
        await orders.close_if_nothing_waits(session, stored.batch_id, at=act.at)
    await write_down(session, step.value, stored, act, told)
    return stored


async def write_down(session: TenantSession, action: str, decision: Decision, act: Act, told: Told) -> None:
    """The audit of something that happened to a decision."""
    facts = {
        "decision": decision.id,
        "vendor": decision.seen.vendor_name,
        "state": decision.state.value,
        "cents": str(decision.cents),
        **({"pay_on": decision.pay_on.isoformat()} if decision.pay_on else {}),
        **({"wake_on": decision.wake_on.isoformat()} if decision.wake_on else {}),
    }
    await audit.record(session, act.entry(action, f"Bill {decision.seen.bill_id}", told=told, facts=facts))


def _check_right(rule: Rule, act: Act) -> None:
    if rule.who is Who.OODALOO:
        if act.member is not None:
            raise NotPermittedError("Only Oodaloo itself says how a payment went; nobody can do that by hand.")
    elif act.member is not None:
        act.member.require(_PERMISSION[rule.who])


async def _change_hold(
    session: TenantSession, change: HoldChange, decision: Decision, act: Act, cover: Cover | None
) -> None:
    if change is HoldChange.NOTHING:
        return
    key, now_held = decision.hold_key, await reserves.held(session, decision.hold_key)
    reason = f"Bill {decision.seen.number or decision.seen.bill_id} of {decision.seen.vendor_name}"
    if change is HoldChange.CONSUME:
        await _move(session, key, EntryKind.CONSUME, min(decision.cents, now_held), act, reason)
        await _move(session, key, EntryKind.RELEASE, max(0, now_held - decision.cents), act, reason)
        return
    if change is HoldChange.RELEASE:
        await _move(session, key, EntryKind.RELEASE, now_held, act, reason)
        return
    dated = decision.pay_on if change is HoldChange.HOLD_DATED else None
    await reserves.set_up(session, _pot(decision), at=act.at)
    if now_held > decision.cents:
        await _move(session, key, EntryKind.RELEASE, now_held - decision.cents, act, reason)
    more = max(0, decision.cents - now_held)
    await reserves.move(session, key, Movement(EntryKind.HOLD, more, act.actor, reason, act.at, dated=dated))
    if dated is None and cover is not None:
        await _check_cover(session, cover, decision, act)


async def _move(session: TenantSession, key: str, kind: EntryKind, cents: int, act: Act, reason: str) -> None:
    if cents:
        await reserves.move(session, key, Movement(kind, cents, act.actor, reason, act.at))


async def _check_cover(session: TenantSession, cover: Cover, decision: Decision, act: Act) -> None:
    """Whether the buffer stays with everything that is held without a date, this hold included."""
    missing = cover.missing(await reserves.earmarks(session, cover.cash.currency))
    if missing.is_zero or _is_overcommitted(cover, act):
        return
    raise NoCoverError(
        f"Holding {money_text(_money(decision, cover.cash.currency), cents=True)} for "
        f"{decision.seen.vendor_name} would leave {money_text(missing, cents=True)} too little to spend. "
        "Release or schedule something, delay this bill, or let an owner over-commit with a reason."
    )


async def check_covered(session: TenantSession, cover: Cover, act: Act) -> None:
    """Whether the buffer stays with everything that is held without a date. Raises `NoCoverError`."""
    missing = cover.missing(await reserves.earmarks(session, cover.cash.currency))
    if not missing.is_zero and not _is_overcommitted(cover, act):
        raise NoCoverError(
            f"{money_text(missing, cents=True)} too little is there for all that is held and the buffer. "
            "Schedule or delay something, pay less, or let an owner over-commit with a reason."
        )


def _is_overcommitted(cover: Cover, act: Act) -> bool:
    """Whether somebody who may says why more is held than there is. Raises `NotPermittedError` for others."""
    if cover.overcommit and act.member is not None:
        act.member.require(Permission.OVERCOMMIT)
    return bool(cover.overcommit)


def _pot(decision: Decision) -> Pot:
    bill = RecordRef(RecordKind.BILL, decision.seen.bill_id, decision.seen.number)
    return Pot(decision.hold_key, EarmarkKind.HOLD, decision.seen.vendor_name, bill)


def _money(decision: Decision, currency: Currency) -> Money:
    return Money(decision.cents, currency)
