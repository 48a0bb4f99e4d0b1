"""How a batch gets on: each decision with its state and what became of it, readable at any moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from oodaloo.infra.db.session import Database
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.refusals import UnknownBatchError
from oodaloo.runway.records import decisions, orders
from oodaloo.runway.records.orders import Batch, OrderState, StandingOrder
from oodaloo.runway.records.tables import PaymentOrderRow

_MOVING: Final = frozenset({OrderState.DUE, OrderState.EXECUTING, OrderState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ProgressItem:
    """One decision of a batch. `told` is what became of it, or why it isn't known; `cents` what it pays.

    `order` is how its payment stands, None for what isn't paid or waits for a second approval.
    """

    decision_id: str
    bill_id: str
    bill_number: str
    vendor_name: str
    cents: int
    state: DecisionState
    told: str
    pay_on: date | None
    wake_on: date | None
    order: StandingOrder | None


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """A batch and its decisions as they stand at one moment."""

    batch: Batch
    items: tuple[ProgressItem, ...]

    @property
    def counts(self) -> Mapping[DecisionState, int]:
        """How many decisions stand where."""
        return Counter(item.state for item in self.items)

    @property
    def settled(self) -> bool:
        """Whether nothing is under way or unknown; what is scheduled may still wait for its day."""
        return not any(item.order is not None and item.order.state in _MOVING for item in self.items)


async def is_settled(database: Database, business_id: BusinessId, batch_id: str) -> bool:
    """Whether nothing of a batch is under way or unknown; quicker than its whole progress, for who waits for that."""
    moving = PaymentOrderRow.state.in_([state.value for state in _MOVING])
    async with database.tenant(business_id, read_only=True) as session:
        return not await orders.are_any(session, PaymentOrderRow.batch_id == batch_id, moving)


async def progress_of(database: Database, business_id: BusinessId, batch_id: str) -> BatchProgress:
    """How a batch gets on. Raises `UnknownBatchError`."""
    async with database.tenant(business_id, read_only=True) as session:
        batch = await orders.batch(session, batch_id)
        if batch is None:
            raise UnknownBatchError(f"There is no batch {batch_id}. Look at the list of batches again.")
        of_batch = await decisions.of_batch(session, batch_id)
        standing = {each.order.id: each for each in await orders.orders_of(session, batch_id)}
    return BatchProgress(
        batch,
        tuple(
            ProgressItem(
                decision_id=each.id,
                bill_id=each.seen.bill_id,
                bill_number=each.seen.number,
                vendor_name=each.seen.vendor_name,
                cents=each.cents,
                state=each.state,
                told=each.told,
                pay_on=each.pay_on,
                wake_on=each.wake_on,
                order=standing.get(each.order_id or ""),
            )
            for each in of_batch
        ),
    )
