"""The desk of decisions as programs and screens read it: bills, what was decided about them, batches and orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from oodaloo.domains.ap.payments import PayBy
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.decisions.approval import Outcome
from oodaloo.runway.decisions.finalize import Finalized, standing_of
from oodaloo.runway.decisions.queue import method_of
from oodaloo.runway.model.decisions import IN_WORDS, TABLE, DecisionState, Step, Who
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.refusals import UnknownBatchError
from oodaloo.runway.records import decisions, orders
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.orders import Batch, BatchState, OrderState, StandingOrder


@dataclass(frozen=True, slots=True)
class AmountView:
    """An exact amount: decimal digits with two places, such as "1234.50", and an ISO 4217 code."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class MethodView:
    """How a decision pays, and from which account in QuickBooks."""

    by: PayBy
    account_id: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision about a bill as it stands.

    `version` rises with each change: whoever changes it names the version they looked at. `steps` are what people can
    do with it next. It `pays` less than what is open where a `discount` is taken or a part is paid. `stale` says in
    what the bill has changed in QuickBooks since, `told` what became of it; both are empty where there is nothing to
    tell. `expected` is what it was expected to do when it was taken, on the cash picture `picture_id`. `approved_by`
    and `decided_by` are ids of people.
    """

    id: str
    version: int
    bill_id: str
    bill_number: str
    vendor_name: str
    state: DecisionState
    in_words: str
    steps: tuple[Step, ...]
    pays: AmountView
    discount: AmountView
    pay_on: date | None
    wake_on: date | None
    method: MethodView | None
    batch_id: str | None
    order_id: str | None
    stale: str
    told: str
    expected: str
    picture_id: str
    suggested: bool
    approved_by: str
    decided_by: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class BillView:
    """An open bill, with the decision about it that hasn't ended; None where nothing was decided yet."""

    id: str
    number: str
    vendor_id: str
    vendor_name: str
    category: str
    issued: date
    due: date
    total: AmountView
    open: AmountView
    decision: DecisionView | None


@dataclass(frozen=True, slots=True)
class BillsView:
    """The open bills of a business by due date, as of its own day, on the cash picture `picture_id`."""

    as_of: date
    picture_id: str
    bills: tuple[BillView, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What became of one bill of several: its decision, and why it isn't what was asked for, empty when it is."""

    bill_id: str
    decision: DecisionView | None
    refused: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """One payment of a batch; `bill_payment_id` is its id in QuickBooks once it is there, `told` what went wrong."""

    id: str
    vendor_name: str
    total: AmountView
    pay_on: date
    due_at: datetime
    state: OrderState
    decision_ids: tuple[str, ...]
    bill_payment_id: str
    told: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch that was finalized, or waits for somebody else's approval; `finalized_by` and `second_by` are people."""

    id: str
    state: BatchState
    pays: AmountView
    together: bool
    use_credits: bool
    expected: str
    picture_id: str
    finalized_by: str
    second_by: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WholeBatchView:
    """A batch with each decision and each payment of it as they stand."""

    batch: BatchView
    decisions: tuple[DecisionView, ...]
    orders: tuple[OrderView, ...]


async def bills_view(session: TenantSession, picture: CashPicture) -> BillsView:
    """The open bills of a picture with what was decided about them."""
    about = {each.seen.bill_id: each for each in await decisions.not_ended(session)}
    currency = picture.books.business.currency
    bills = sorted(picture.books.payables, key=lambda bill: (bill.due, bill.party.name, bill.ref.id))
    shown = tuple(_bill(bill, about.get(bill.ref.id), currency) for bill in bills)
    return BillsView(picture.books.as_of, picture.id, shown)


async def decisions_view(session: TenantSession, currency: Currency) -> tuple[DecisionView, ...]:
    """Every decision that hasn't ended, oldest first."""
    return tuple(decision_view(each, currency) for each in await decisions.not_ended(session))


async def one_decision_view(session: TenantSession, decision_id: str, currency: Currency) -> DecisionView:
    """One decision, ended ones too. Raises `UnknownDecisionError`."""
    return decision_view(await decisions.load(session, decision_id), currency)


async def decision_about_view(session: TenantSession, bill_id: str, currency: Currency) -> DecisionView | None:
    """The decision about a bill that hasn't ended, None where there is none."""
    found = await decisions.of_bill(session, bill_id)
    return decision_view(found, currency) if found else None


async def batches_view(session: TenantSession, currency: Currency) -> tuple[BatchView, ...]:
    """All batches, newest first."""
    return tuple(_batch(each, currency) for each in await orders.batches(session))


async def batch_view(session: TenantSession, batch_id: str, currency: Currency) -> WholeBatchView:
    """One batch with its decisions and payments. Raises `UnknownBatchError`."""
    found = await orders.batch(session, batch_id)
    if found is None:
        raise UnknownBatchError(f"There is no batch {batch_id}. Look at the list of batches again.")
    return finalized_view(await standing_of(session, found), currency)


def finalized_view(finalized: Finalized, currency: Currency) -> WholeBatchView:
    """A batch as an operation on it gives it."""
    return WholeBatchView(
        _batch(finalized.batch, currency),
        tuple(decision_view(each, currency) for each in finalized.decisions),
        tuple(map(_order, finalized.orders)),
    )


def outcomes_view(outcomes: Iterable[Outcome], currency: Currency) -> tuple[OutcomeView, ...]:
    """What became of each bill of several, in the order asked for."""
    return tuple(
        OutcomeView(each.bill_id, decision_view(each.decision, currency) if each.decision else None, each.refused)
        for each in outcomes
    )


def decision_view(decision: Decision, currency: Currency) -> DecisionView:
    """One decision."""
    method = method_of(decision) if decision.method else None
    return DecisionView(
        id=decision.id,
        version=decision.version,
        bill_id=decision.seen.bill_id,
        bill_number=decision.seen.number,
        vendor_name=decision.seen.vendor_name,
        state=decision.state,
        in_words=IN_WORDS[decision.state],
        steps=_steps_from(decision.state),
        pays=amount_view(Money(decision.cents, currency)),
        discount=amount_view(Money(decision.discount_cents, currency)),
        pay_on=decision.pay_on,
        wake_on=decision.wake_on,
        method=MethodView(method.by, method.account_id) if method else None,
        batch_id=decision.batch_id,
        order_id=decision.order_id,
        stale=decision.stale,
        told=decision.told,
        expected=decision.expected,
        picture_id=decision.picture_id,
        suggested=decision.suggested is not None,
        approved_by=decision.approved_by,
        decided_by=decision.decided_by,
        made_at=decision.made_at,
        changed_at=decision.changed_at,
    )


def _steps_from(state: DecisionState) -> tuple[Step, ...]:
    return tuple(rule.step for rule in TABLE if rule.state is state and rule.who is not Who.OODALOO)


def _bill(bill: OpenItem, decision: Decision | None, currency: Currency) -> BillView:
    return BillView(
        id=bill.ref.id,
        number=bill.ref.number,
        vendor_id=bill.party.id or "",
        vendor_name=bill.party.name,
        category=bill.category,
        issued=bill.issued,
        due=bill.due,
        total=amount_view(bill.total),
        open=amount_view(bill.open),
        decision=decision_view(decision, currency) if decision else None,
    )


def _batch(batch: Batch, currency: Currency) -> BatchView:
    return BatchView(
        id=batch.id,
        state=batch.state,
        pays=amount_view(Money(batch.cents, currency)),
        together=batch.manner.together,
        use_credits=batch.manner.use_credits,
        expected=batch.expected,
        picture_id=batch.picture_id,
        finalized_by=batch.finalized_by,
        second_by=batch.second_by,
        made_at=batch.made_at,
        changed_at=batch.changed_at,
    )


def _order(standing: StandingOrder) -> OrderView:
    order = standing.order
    return OrderView(
        id=order.id,
        vendor_name=order.vendor_name,
        total=amount_view(order.total),
        pay_on=order.pay_on,
        due_at=standing.due_at,
        state=standing.state,
        decision_ids=standing.decision_ids,
        bill_payment_id=standing.bill_payment_id,
        told=standing.told,
    )


def amount_view(money: Money) -> AmountView:
    """An amount."""
    return AmountView(str(money), money.currency)
