"""Batches and payment orders as they are stored: what was ordered never changes, how it stands does."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, select

from oodaloo.domains.ap.payments import PaymentOrder, payment_body
from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.refusals import UnknownOrderError
from oodaloo.runway.records.tables import BatchRow, DecisionRow, PaymentOrderRow


class OrderState(StrEnum):
    """How an order stands. Waiting: its day hasn't come. Due: enqueued."""

    WAITING = "waiting"
    DUE = "due"
    EXECUTING = "executing"
    UNKNOWN = "unknown"
    EXECUTED = "executed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """How a batch stands; done when nothing of it is waiting, under way or unknown."""

    AWAITING_SECOND_APPROVAL = "awaiting_second_approval"
    FINALIZED = "finalized"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the payments of a batch are made up.

    `together`: several bills of one vendor, paid from the same account on the same day, become one payment;
    `use_credits`: the vendor's open credits are used up first, which then lessens what leaves the account.
    """

    together: bool = False
    use_credits: bool = False


SEPARATELY = Manner()
"""Each bill is paid by a payment of its own, without credits."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Decisions finalized together; `asked` is the hash of what was asked under its id."""

    id: str
    state: BatchState
    asked: str
    manner: Manner
    cents: int
    picture_id: str
    expected: str
    finalized_by: str
    made_at: datetime
    changed_at: datetime
    second_by: str = ""


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """A payment order with the batch and the decisions that it is of, when it is due, and how it stands."""

    order: PaymentOrder
    batch_id: str
    decision_ids: tuple[str, ...]
    due_at: datetime
    made_at: datetime
    state: OrderState
    changed_at: datetime
    bill_payment_id: str = ""
    told: str = ""


async def save_batch(session: TenantSession, batch: Batch) -> None:
    """Store a batch as it stands."""
    await session.upsert(BatchRow, [{**_batch_values(batch), "id": batch.id}])


async def batch(session: TenantSession, batch_id: str) -> Batch | None:
    """One batch, None when there is none of that id."""
    rows = await session.scalars(select(BatchRow).where(BatchRow.id == batch_id))
    return _batch(rows[0]) if rows else None


async def batches(session: TenantSession) -> tuple[Batch, ...]:
    """All batches, newest first."""
    rows = await session.scalars(select(BatchRow).order_by(BatchRow.made_at.desc(), BatchRow.id))
    return tuple(map(_batch, rows))


async def close_if_nothing_waits(session: TenantSession, batch_id: str, *, at: datetime) -> None:
    """End a batch that waits for a second approval when none of its decisions does any more."""
    waiting = select(DecisionRow.id).where(
        DecisionRow.batch_id == batch_id, DecisionRow.state == DecisionState.AWAITING_SECOND_APPROVAL.value
    )
    if not await session.scalars(waiting.limit(1)):
        ended = {"state": BatchState.CANCELLED.value, "changed_at": at}
        still = BatchRow.state == BatchState.AWAITING_SECOND_APPROVAL.value
        await session.update(BatchRow, BatchRow.id == batch_id, still, values=ended)


async def mint(session: TenantSession, standing: StandingOrder) -> None:
    """Store a new order. Raises ValueError when one of its id is there: orders never change."""
    order = standing.order
    payload = payment_body(order).decode()
    values = {
        "id": order.id,
        "batch_id": standing.batch_id,
        "vendor_id": order.vendor_id,
        "vendor_name": order.vendor_name,
        "cents": order.total.cents,
        "covers": msgspec.json.encode(_Covers(order, standing.decision_ids)).decode(),
        "requestid": order.requestid,
        "marker": order.marker,
        "payload": payload,
        "payload_hash": hashlib.sha256(payload.encode()).hexdigest(),
        "pay_on": order.pay_on,
        "due_at": standing.due_at,
        "not_after": order.not_after,
        "made_at": standing.made_at,
        "state": standing.state.value,
        "enqueued_at": None,
        "bill_payment_id": "",
        "told": "",
        "changed_at": standing.changed_at,
    }
    if not await session.insert_new(PaymentOrderRow, values):
        raise ValueError(f"There is a payment order {order.id} already.")


async def order_of(session: TenantSession, order_id: str) -> StandingOrder:
    """One order as it stands. Raises `UnknownOrderError`."""
    rows = await session.scalars(select(PaymentOrderRow).where(PaymentOrderRow.id == order_id))
    if not rows:
        raise UnknownOrderError(f"There is no payment order {order_id}. This is a fault in Oodaloo; please report it.")
    return _standing(rows[0])


async def orders_of(session: TenantSession, batch_id: str) -> tuple[StandingOrder, ...]:
    """The orders of a batch by pay date and vendor."""
    rows = await session.scalars(
        select(PaymentOrderRow)
        .where(PaymentOrderRow.batch_id == batch_id)
        .order_by(PaymentOrderRow.pay_on, PaymentOrderRow.vendor_name, PaymentOrderRow.id)
    )
    return tuple(map(_standing, rows))


async def are_any(session: TenantSession, *criteria: ColumnElement[bool]) -> bool:
    """Whether there is an order that meets `criteria`."""
    return bool(await session.scalars(select(PaymentOrderRow.id).where(*criteria).limit(1)))


async def note_enqueued(session: TenantSession, order_id: str, at: datetime) -> None:
    """Note when (real time) an order was enqueued last."""
    await session.update(PaymentOrderRow, PaymentOrderRow.id == order_id, values={"enqueued_at": at})


async def turn(
    session: TenantSession,
    standing: StandingOrder,
    *since: OrderState,
    to: OrderState,
    at: datetime,
    bill_payment_id: str = "",
    told: str = "",
) -> StandingOrder | None:
    """Let an order stand elsewhere, if it still stands as one of `since`; None when it doesn't any more."""
    values = {"state": to.value, "changed_at": at, "bill_payment_id": bill_payment_id, "told": told}
    changed = await session.update(
        PaymentOrderRow,
        PaymentOrderRow.id == standing.order.id,
        PaymentOrderRow.state.in_([state.value for state in since]),
        values=values,
    )
    if not changed:
        return None
    return replace(standing, state=to, changed_at=at, bill_payment_id=bill_payment_id, told=told)


@dataclass(frozen=True, slots=True)
class _Covers:
    """The parts of an order's row that nothing looks for."""

    order: PaymentOrder
    decision_ids: tuple[str, ...]


def _batch_values(batch: Batch) -> dict[str, object]:
    return {
        "state": batch.state.value,
        "asked": batch.asked,
        "manner": msgspec.json.encode(batch.manner).decode(),
        "cents": batch.cents,
        "picture_id": batch.picture_id,
        "expected": batch.expected,
        "finalized_by": batch.finalized_by,
        "second_by": batch.second_by,
        "made_at": batch.made_at,
        "changed_at": batch.changed_at,
    }


def _batch(row: BatchRow) -> Batch:
    return Batch(
        id=row.id,
        state=BatchState(row.state),
        asked=row.asked,
        manner=msgspec.json.decode(row.manner, type=Manner),
        cents=row.cents,
        picture_id=row.picture_id,
        expected=row.expected,
        finalized_by=row.finalized_by,
        made_at=row.made_at,
        changed_at=row.changed_at,
        second_by=row.second_by,
    )


def _standing(row: PaymentOrderRow) -> StandingOrder:
    covers = msgspec.json.decode(row.covers, type=_Covers)
    return StandingOrder(
        order=covers.order,
        batch_id=row.batch_id,
        decision_ids=covers.decision_ids,
        due_at=row.due_at,
        made_at=row.made_at,
        state=OrderState(row.state),
        changed_at=row.changed_at,
        bill_payment_id=row.bill_payment_id,
        told=row.told,
    )
