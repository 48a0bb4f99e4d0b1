"""Named reserves: set up and moved by people, filled by their rules as money is there, used up by what they are for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from oodaloo.domains.core import audit
from oodaloo.domains.core.permissions import Permission
from oodaloo.infra.db.session import Tenants, TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.reserve_needs import Need, needs_of, received, used_by
from oodaloo.runway.decisions.steps import Act, Cover, NoCoverError, Told
from oodaloo.runway.model.earmarks import EarmarkKind
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import UnknownReserveError
from oodaloo.runway.model.reserve_rules import FixedMonthly, NextPayment, ReserveRule, ShareOfReceipts
from oodaloo.runway.model.wording import money_text
from oodaloo.runway.records import reserves
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.reserves import EntryKind, Movement, Pot, StandingReserve

_ALL_BASIS_POINTS = 10_000
_LONGEST_MONTH = 31


class ReserveRefusedError(OodalooError):
    """A reserve can't be set up or moved like that; nothing was changed. Do what the message says."""


@dataclass(frozen=True, slots=True)
class NewReserve:
    """A reserve that somebody wants: `flow_key` is the recurring flow that uses it up, None where people say so."""

    label: str
    flow_key: str | None = None
    rule: ReserveRule | None = None


@dataclass(frozen=True, slots=True)
class Reserving:
    """What people and rules do with named reserves; each movement has its entry in the audit."""

    database: Tenants
    new_id: Callable[[], str]

    async def set_up(
        self, business_id: BusinessId, wanted: NewReserve, act: Act, picture: CashPicture
    ) -> StandingReserve:
        """Set up an empty reserve; its rule counts from now on.

        Raises `ReserveRefusedError` for a rule that can't be followed or a name that is taken, `NotPermittedError`.
        """
        _may(act)
        _check(wanted, picture)
        pot = Pot(self.new_id(), EarmarkKind.RESERVE, wanted.label.strip(), wanted.flow_key, wanted.rule)
        async with self.database.tenant(business_id) as session:
            await locked_desk(session)
            if any(each.pot.label.casefold() == pot.label.casefold() for each in await reserves.named(session)):
                raise ReserveRefusedError(f"There is a reserve called {pot.label} already. Choose another name.")
            await reserves.set_up(session, pot, at=act.at)
            await _note(session, "set_up_reserve", pot, act)
            reserve = StandingReserve(pot, 0, act.at)
            for need in (*received(reserve, picture), *used_by(reserve, picture)):  # what is there already isn't news
                await _move(session, reserve, replace(need, cents=0), act)
            return reserve

    async def set_aside(
        self, business_id: BusinessId, key: str, cents: int, act: Act, picture: CashPicture, *, overcommit: str = ""
    ) -> StandingReserve:
        """Set cash aside by hand.

        Raises `NoCoverError` when there isn't as much to spend, unless an owner gives a reason to `overcommit`;
        `UnknownReserveError`, `NotPermittedError`, `ReserveRefusedError` for an amount that is none.
        """
        _may(act)
        async with self.database.tenant(business_id) as session:
            reserve = await _named(session, key)
            free = await _free(session, picture)
            if cents > free:
                if not overcommit:
                    raise NoCoverError(
                        f"{_text(cents, picture)} can't be set aside: {_text(free, picture)} are there beyond the "
                        "buffer. Set less aside, release something, or let an owner over-commit with a reason."
                    )
                if act.member is not None:
                    act.member.require(Permission.OVERCOMMIT)
            need = Need(EntryKind.HOLD, _positive(cents), overcommit or "Set aside by hand")
            return await _move(session, reserve, need, act)

    async def give_back(self, business_id: BusinessId, key: str, cents: int, act: Act, reason: str) -> StandingReserve:
        """Let cash that was set aside be spendable again. Raises as `set_aside` does, but for cover."""
        _may(act)
        async with self.database.tenant(business_id) as session:
            reserve = await _named(session, key)
            if cents > reserve.cents:
                raise ReserveRefusedError(
                    f"{reserve.pot.label} doesn't hold as much. Give back what it holds, or less."
                )
            return await _move(session, reserve, Need(EntryKind.RELEASE, _positive(cents), reason), act)

    async def retire(self, business_id: BusinessId, key: str, act: Act) -> None:
        """Give back all that a reserve holds, and follow its rule no more; its entries stay."""
        _may(act)
        async with self.database.tenant(business_id) as session:
            reserve = await _named(session, key)
            if reserve.cents:
                await _move(session, reserve, Need(EntryKind.RELEASE, reserve.cents, "The reserve is closed"), act)
            await reserves.retire(session, key)
            await _note(session, "retire_reserve", reserve.pot, act)

    async def listed(self, business_id: BusinessId) -> tuple[StandingReserve, ...]:
        """The reserves with a name and what they hold."""
        async with self.database.tenant(business_id, read_only=True) as session:
            return await reserves.named(session)

    async def follow_rules(
        self, business_id: BusinessId, act: Act, picture: CashPicture
    ) -> tuple[StandingReserve, ...]:
        """Do what rules ask for after books were read; gives the reserves that changed, as they stand then.

        First what has gone out uses up what was set aside for it, then reserves fill, each receipt and month once, as
        far as there is cash beyond the buffer: a rule over-commits nothing, and catches up when cash is there.
        """
        async with self.database.tenant(business_id) as session:
            await locked_desk(session)
            before = await reserves.named(session)
            for reserve in before:
                await _use_up(session, reserve, act, picture)
            for reserve in sorted(await reserves.named(session), key=_turn):
                await _fill(session, reserve, act, picture)
            held = {each.pot.key: each.cents for each in before}
            return tuple(each for each in await reserves.named(session) if each.cents != held[each.pot.key])


async def _use_up(session: TenantSession, reserve: StandingReserve, act: Act, picture: CashPicture) -> None:
    """Take what has gone out from what was set aside for it, less what the holds of bills paid for it."""
    known = await reserves.sources(session, reserve.pot.key)
    for need in used_by(reserve, picture):
        if need.source not in known:
            by_holds = await reserves.consumed_for(session, need.bill_id) if need.bill_id else 0
            used = min(reserve.cents, max(0, need.cents - by_holds))
            reserve = await _move(session, reserve, replace(need, cents=used), act)


async def _fill(session: TenantSession, reserve: StandingReserve, act: Act, picture: CashPicture) -> None:
    """Set aside what the rule asks for and cash covers."""
    known = await reserves.sources(session, reserve.pot.key)
    for need in needs_of(reserve, picture):
        if need.source in known:
            continue
        free = await _free(session, picture)
        cents = min(need.cents, free) if need.in_parts else need.cents
        if 0 < cents <= free:
            reserve = await _move(session, reserve, replace(need, cents=cents), act)


def _turn(reserve: StandingReserve) -> tuple[bool, str]:
    """What a payroll or rent needs goes before what is only saved for later."""
    return not isinstance(reserve.pot.rule, NextPayment), reserve.pot.key


async def _free(session: TenantSession, picture: CashPicture) -> int:
    """The cents that can be set aside without touching the buffer or what is held."""
    return Cover.of(picture).free(await reserves.earmarks(session, picture.spendable.currency)).cents


async def _named(session: TenantSession, key: str) -> StandingReserve:
    await locked_desk(session)
    for each in await reserves.named(session):
        if each.pot.key == key:
            return each
    raise UnknownReserveError(f"This business has no reserve {key!r}. Look at the list of reserves again.")


async def _move(session: TenantSession, reserve: StandingReserve, need: Need, act: Act) -> StandingReserve:
    movement = Movement(need.kind, need.cents, act.actor, need.reason, act.at, source=need.source)
    written = await reserves.move(session, reserve.pot.key, movement)
    if not written or not need.cents:
        return reserve
    await _note(session, need.kind.value, reserve.pot, act, cents=str(need.cents), because=need.reason)
    sign = 1 if need.kind is EntryKind.HOLD else -1
    return replace(reserve, cents=reserve.cents + sign * need.cents)


async def _note(session: TenantSession, action: str, pot: Pot, act: Act, **facts: str) -> None:
    entry = act.entry(action, f"Reserve {pot.key}", told=Told(), facts={"label": pot.label, **facts})
    await audit.record(session, entry)


def _may(act: Act) -> None:
    if act.member is not None:
        act.member.require(Permission.SET_ASIDE)


def _positive(cents: int) -> int:
    if cents <= 0:
        raise ReserveRefusedError("Move an amount above zero.")
    return cents


def _text(cents: int, picture: CashPicture) -> str:
    return money_text(Money(cents, picture.spendable.currency), cents=True)


def _check(wanted: NewReserve, picture: CashPicture) -> None:
    if not wanted.label.strip():
        raise ReserveRefusedError("A reserve needs a name.")
    if wanted.flow_key is not None and all(flow.key != wanted.flow_key for flow in picture.recurring):
        raise ReserveRefusedError(f"There is no recurring flow {wanted.flow_key!r}. Choose one that is shown.")
    match wanted.rule:
        case NextPayment() if wanted.flow_key is None:
            raise ReserveRefusedError("To set the next payment aside, say which recurring flow the reserve is for.")
        case ShareOfReceipts(basis_points) if not 0 < basis_points <= _ALL_BASIS_POINTS:
            raise ReserveRefusedError("A share of receipts is more than 0 % and at most 100 %.")
        case FixedMonthly(cents, day) if cents <= 0 or not 1 <= day <= _LONGEST_MONTH:
            raise ReserveRefusedError("A monthly amount is above zero, on a day from 1 to 31.")
        case _:
            pass
