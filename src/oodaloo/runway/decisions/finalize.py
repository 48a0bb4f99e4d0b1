"""Finalizing a batch: everything is validated or nothing happens, then each payment goes its own way."""

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import msgspec

from oodaloo.domains.ap.payments import BillPart, CreditPart, PaymentOrder
from oodaloo.domains.core import audit
from oodaloo.domains.core.permissions import NotPermittedError
from oodaloo.infra.db.session import Tenants, TenantSession
from oodaloo.infra.qbo.writes.write import marker_for
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.bills import NoDiscountError, changes_of, discount_on
from oodaloo.runway.decisions.queue import NotAPayDayError, check_pay_day, method_of
from oodaloo.runway.decisions.steps import Act, Cover, Told, advance, check_covered
from oodaloo.runway.model.decisions import DRAFTS, IN_WORDS, DecisionState, IllegalStepError, Step
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.refusals import UnknownBatchError
from oodaloo.runway.records import decisions, orders
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.desk import locked_desk
from oodaloo.runway.records.orders import SEPARATELY, Batch, BatchState, Manner, OrderState, StandingOrder

PAID_AT: Final = time(9)
"""The local time at which a scheduled payment is recorded on its day."""

LATE_AT_MOST: Final = timedelta(days=5)
"""An order that couldn't be carried out for so long isn't any more: somebody has to decide anew."""

MOST_IN_A_BATCH: Final = 200
"""How many decisions may be finalized together."""


class BatchRefusedError(OodalooError):
    """The batch can't be finalized as it is; nothing was. Mend what is listed, or leave it out."""

    def __init__(self, problems: Sequence["Problem"]) -> None:
        super().__init__(
            "The batch wasn't finalized, and nothing was paid: " + " ".join(problem.sentence for problem in problems)
        )
        self.problems = tuple(problems)


class BatchReusedError(OodalooError):
    """The batch id was used for other decisions before. Finalize under a new id."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a decision keeps its batch from being finalized."""

    decision_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision that is to be finalized, in the version that was looked at."""

    decision_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch as somebody asks for it: its id is theirs, so that asking twice finalizes once."""

    batch_id: str
    wanted: tuple[Wanted, ...]
    manner: Manner = SEPARATELY

    @classmethod
    def about(cls, batch_id: str, wanted: tuple[Wanted, ...], *, together: bool, use_credits: bool) -> "Asked":
        """The same for doors, which see no records; the two say how payments are made up, as in `Manner`."""
        return cls(batch_id, wanted, Manner(together, use_credits))

    @property
    def fingerprint(self) -> str:
        """A hash of what is asked for, in whatever order."""
        content = (sorted((each.decision_id, each.version) for each in self.wanted), self.manner)
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class Finalized:
    """A batch with its decisions and orders as they stand."""

    batch: Batch
    decisions: tuple[Decision, ...]
    orders: tuple[StandingOrder, ...]


class Enqueue(Protocol):
    """Has an order carried out as soon as the caller's transaction is committed."""

    def __call__(self, session: TenantSession, order_id: str) -> Awaitable[object]:
        """Enqueue it, once however often it is asked for."""
        ...


class _RolledBackError(Exception):
    """Ends the transaction of a preview."""


@dataclass(frozen=True, slots=True)
class Finalizing:
    """Finalizes batches. `limit_of` gives the sum above which a second person approves, None for no limit."""

    database: Tenants
    enqueue: Enqueue
    limit_of: Callable[[TenantSession], Awaitable[Money | None]]
    new_id: Callable[[], str]

    async def finalize(
        self,
        business_id: BusinessId,
        asked: Asked,
        act: Act,
        picture: CashPicture,
        *,
        expected: str,
        overcommit: str = "",
        dry_run: bool = False,
    ) -> Finalized:
        """Validate everything, then mint the orders, or wait for a second approval above the business's limit.

        `dry_run` does the same and takes it all back. Asking again under the same id gives what became of it. Raises
        `BatchRefusedError` with every problem, `BatchReusedError`, `NotPermittedError`, and `NoCoverError` when cash
        has shrunk below what is held and the buffer, unless an owner gives a reason to `overcommit`.
        """
        done: list[Finalized] = []
        with suppress(_RolledBackError):
            async with self.database.tenant(business_id) as session:
                done.append(await self._finalize(session, asked, act, picture, expected, overcommit))
                if dry_run:
                    raise _RolledBackError
        return done[0]

    async def approve_second(self, business_id: BusinessId, batch_id: str, act: Act, picture: CashPicture) -> Finalized:
        """Approve a batch that waits for it, as somebody who neither approved nor decided nor finalized any of it.

        Raises `NotPermittedError`, `BatchRefusedError` when something has changed since, `UnknownBatchError`, and
        `IllegalStepError` when it doesn't wait for one.
        """
        async with self.database.tenant(business_id) as session:
            batch, waiting = await _waiting(session, batch_id)
            _check_second(act, batch, waiting)
            _refuse([problem for each in waiting if (problem := _problem(each, picture))])
            passed = [await _advanced(session, each, Step.APPROVE_SECOND, act) for each in waiting]
            approved = replace(batch, state=BatchState.FINALIZED, second_by=act.actor, changed_at=act.at)
            minted = await self._mint(session, approved, passed, act, picture)
            return await _noted(session, "approve_second", approved, act, minted)

    async def refuse_second(self, business_id: BusinessId, batch_id: str, act: Act, picture: CashPicture) -> Finalized:
        """Refuse a batch that waits for a second approval: its decisions are staged again. Raises as approving does."""
        async with self.database.tenant(business_id) as session:
            batch, waiting = await _waiting(session, batch_id)
            cover, back = Cover.of(picture), []
            for each in waiting:
                blank = replace(each.undecided(), batch_id=None)
                back.append(await advance(session, each, Step.REFUSE_SECOND, act, cover, to=blank, told=Told()))
            refused = replace(batch, state=BatchState.REFUSED, second_by=act.actor, changed_at=act.at)
            return await _noted(session, "refuse_second", refused, act, _Minted(tuple(back), ()))

    async def _finalize(
        self, session: TenantSession, asked: Asked, act: Act, picture: CashPicture, expected: str, overcommit: str
    ) -> Finalized:
        await locked_desk(session)
        known = await orders.batch(session, asked.batch_id)
        if known is not None:
            return await _again(session, known, asked)
        drafts = await _drafts(session, asked, picture)
        paying = [each for each in drafts if each.state is not DecisionState.DELAYED]
        if any(each.state is DecisionState.PAY_NOW for each in paying):
            await check_covered(session, Cover.of(picture, overcommit=overcommit), act)
        total = Money(sum(each.cents for each in paying), picture.spendable.currency)
        limit = await self.limit_of(session)
        waits = limit is not None and total > limit
        batch = Batch(
            id=asked.batch_id,
            state=BatchState.AWAITING_SECOND_APPROVAL if waits else BatchState.FINALIZED,
            asked=asked.fingerprint,
            manner=asked.manner,
            cents=total.cents,
            picture_id=act.picture_id,
            expected=expected,
            finalized_by=act.actor,
            made_at=act.at,
            changed_at=act.at,
        )
        of_batch = [replace(each, batch_id=batch.id) for each in drafts]
        pairs = list(zip(drafts, of_batch, strict=True))
        if waits:
            asked_for = [
                await advance(
                    session,
                    before,
                    Step.ASK_SECOND if before in paying else Step.FINALIZE,  # a delay needs nobody's approval
                    act,
                    None,
                    to=to,
                    told=Told(expected=to.expected),
                )
                for before, to in pairs
            ]
            return await _noted(session, "ask_second", batch, act, _Minted(tuple(asked_for), ()), overcommit)
        passed = [
            await advance(session, before, Step.FINALIZE, act, None, to=to, told=Told(expected=to.expected))
            for before, to in pairs
        ]
        minted = await self._mint(session, batch, passed, act, picture)
        return await _noted(session, "finalize", batch, act, minted, overcommit)

    async def _mint(
        self, session: TenantSession, batch: Batch, passed: Sequence[Decision], act: Act, picture: CashPicture
    ) -> "_Minted":
        """An order for each payment, and those of today enqueued in this same transaction."""
        standing, of_batch = [], {each.id: each for each in passed}
        left = {each.ref.id: each.remaining.cents for each in picture.books.vendor_credits}
        for group in _groups([each for each in passed if each.state is DecisionState.FINALIZED], batch.manner):
            order_id = self.new_id()
            order = _order(group, order_id, self.new_id(), batch.manner, picture, left, act.at)
            today = order.pay_on <= picture.books.as_of
            due_at = act.at if today else _local(order.pay_on, picture.books.business.timezone)
            state = OrderState.DUE if today else OrderState.WAITING
            minted = StandingOrder(order, batch.id, tuple(each.id for each in group), due_at, act.at, state, act.at)
            await orders.mint(session, minted)
            for each in group:
                of_batch[each.id] = await decisions.save(
                    session, replace(each, order_id=order_id), seen_version=each.version
                )
            if today:
                await self.enqueue(session, order_id)
            standing.append(minted)
        return _Minted(tuple(of_batch.values()), tuple(standing))


@dataclass(frozen=True, slots=True)
class _Minted:
    decisions: tuple[Decision, ...]
    orders: tuple[StandingOrder, ...]


async def _again(session: TenantSession, batch: Batch, asked: Asked) -> Finalized:
    """What became of a batch that was asked for before."""
    if batch.asked != asked.fingerprint:
        raise BatchReusedError(f"Batch {batch.id} was about other decisions. Finalize these under a new id.")
    return await standing_of(session, batch)


async def standing_of(session: TenantSession, batch: Batch) -> Finalized:
    """A batch with its decisions and orders as they stand now."""
    return Finalized(batch, await decisions.of_batch(session, batch.id), await orders.orders_of(session, batch.id))


async def _drafts(session: TenantSession, asked: Asked, picture: CashPicture) -> list[Decision]:
    """The drafts that are to be finalized, all of them as they were looked at. Raises `BatchRefusedError`."""
    if not 0 < len(asked.wanted) <= MOST_IN_A_BATCH:
        raise BatchRefusedError([Problem("", f"A batch has 1 to {MOST_IN_A_BATCH} decisions.")])
    found, problems = [], []
    for wanted in asked.wanted:
        decision = await decisions.load(session, wanted.decision_id)
        problem = _moved(decision, wanted) or _problem(decision, picture)
        if problem is not None:
            problems.append(problem)
        found.append(decision)
    _refuse(problems)
    return found


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise BatchRefusedError(problems)


def _moved(decision: Decision, wanted: Wanted) -> Problem | None:
    name = f"Bill {decision.seen.number or decision.seen.bill_id} of {decision.seen.vendor_name}"
    if decision.state not in DRAFTS:
        return Problem(decision.id, f"{name} {IN_WORDS[decision.state]}; nothing of it can be finalized.")
    if decision.version != wanted.version:
        return Problem(decision.id, f"{name} was decided anew by somebody since you looked.")
    return None


def _problem(decision: Decision, picture: CashPicture) -> Problem | None:
    """Why a draft can't be carried out any more, None when it can."""
    stale = changes_of(decision.seen, picture)
    if stale:
        return Problem(decision.id, stale)
    if decision.pay_on is not None and decision.pay_on > picture.books.as_of:
        try:
            check_pay_day(decision.pay_on, picture.books.as_of, picture.books.business.calendar)
        except NotAPayDayError as error:
            return Problem(decision.id, str(error))
    if decision.discount_cents:
        try:
            discount_on(picture, decision.seen, _pay_day(decision, picture))
        except NoDiscountError as error:
            return Problem(decision.id, str(error))
    return None


def _pay_day(decision: Decision, picture: CashPicture) -> date:
    """The day that a decision names, or today where that has passed."""
    return max(decision.pay_on or picture.books.as_of, picture.books.as_of)


def _groups(passed: Sequence[Decision], manner: Manner) -> list[list[Decision]]:
    """The decisions of each payment: one bill, or all of one vendor from one account on one day."""
    if not manner.together:
        return [[each] for each in passed]
    groups: defaultdict[tuple[object, ...], list[Decision]] = defaultdict(list)
    for each in passed:
        groups[each.seen.vendor_id, each.method, each.pay_on].append(each)
    return list(groups.values())


def _order(
    group: Sequence[Decision],
    order_id: str,
    requestid: str,
    manner: Manner,
    picture: CashPicture,
    left: dict[str, int],
    now: datetime,
) -> PaymentOrder:
    """What pays a group; `left` are the cents that credits have, and is less by what it uses of them."""
    books, first = picture.books, group[0]
    currency = books.business.currency
    pay_on = _pay_day(first, picture)
    parts = tuple(
        BillPart(
            each.seen.bill_id,
            Money(each.cents, currency),
            Money(each.seen.open_cents, currency),
            Money(each.discount_cents, currency),
        )
        for each in group
    )
    due = now if pay_on <= books.as_of else _local(pay_on, books.business.timezone)
    return PaymentOrder(
        id=order_id,
        requestid=requestid,
        marker=marker_for(f"payment {order_id}"),
        vendor_id=first.seen.vendor_id,
        vendor_name=first.seen.vendor_name,
        method=method_of(first),
        pay_on=pay_on,
        not_after=min(
            (due + LATE_AT_MOST, *(_end_of_discount(each, pay_on, picture) for each in group if each.discount_cents))
        ),
        bills=parts,
        credits=_credits(first.seen.vendor_id, parts, picture, left) if manner.use_credits else (),
    )


def _end_of_discount(decision: Decision, pay_on: date, picture: CashPicture) -> datetime:
    """The end of the last day on which the discount is given: a later payment would be of another amount."""
    last = discount_on(picture, decision.seen, pay_on).pay_by
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(picture.books.business.timezone))


def _credits(
    vendor_id: str, parts: Sequence[BillPart], picture: CashPicture, left: dict[str, int]
) -> tuple[CreditPart, ...]:
    """The vendor's open credits, oldest first, as far as the bills go."""
    to_pay = sum(part.paid.cents for part in parts)
    used = []
    for credit in sorted(picture.books.vendor_credits, key=lambda each: (each.dated, each.ref.id)):
        cents = min(to_pay, left[credit.ref.id])
        if credit.party.id == vendor_id and cents > 0:
            used.append(CreditPart(credit.ref.id, Money(cents, credit.remaining.currency)))
            left[credit.ref.id] -= cents
            to_pay -= cents
    return tuple(used)


def _local(day: date, timezone: str) -> datetime:
    """When a payment of that day is due: nine o'clock there, also on the days on which clocks change."""
    return datetime.combine(day, PAID_AT, ZoneInfo(timezone))


async def _waiting(session: TenantSession, batch_id: str) -> tuple[Batch, tuple[Decision, ...]]:
    await locked_desk(session)
    batch = await orders.batch(session, batch_id)
    if batch is None:
        raise UnknownBatchError(f"There is no batch {batch_id}. Look at the list of batches again.")
    of_batch = await decisions.of_batch(session, batch_id)
    waiting = tuple(each for each in of_batch if each.state is DecisionState.AWAITING_SECOND_APPROVAL)
    if not waiting:
        raise IllegalStepError(f"Nothing of batch {batch_id} waits for a second approval any more. Look at it again.")
    return batch, waiting


def _check_second(act: Act, batch: Batch, waiting: Sequence[Decision]) -> None:
    involved = {batch.finalized_by, *(who for each in waiting for who in (each.approved_by, each.decided_by))}
    if act.actor in involved:
        raise NotPermittedError(
            "A second approval is somebody else's: you approved, decided or finalized something of this batch."
        )


async def _advanced(session: TenantSession, decision: Decision, step: Step, act: Act) -> Decision:
    return await advance(session, decision, step, act, None, to=decision, told=Told(expected=decision.expected))


async def _noted(
    session: TenantSession, action: str, batch: Batch, act: Act, minted: _Minted, overcommit: str = ""
) -> Finalized:
    """Store a batch as it stands, with its entry in the audit."""
    await orders.save_batch(session, batch)
    because = {"overcommitted_because": overcommit} if overcommit else {}
    facts = {"cents": str(batch.cents), "decisions": " ".join(each.id for each in minted.decisions), **because}
    entry = act.entry(action, f"Batch {batch.id}", told=Told(expected=batch.expected), facts=facts)
    await audit.record(session, entry)
    return Finalized(batch, minted.decisions, await orders.orders_of(session, batch.id))
