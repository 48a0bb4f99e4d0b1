"""Decisions about bills as they are stored: one at a time for each bill, moved on by the rows of the one table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, select

from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.model.decisions import ENDED, WATCHED, DecisionState
from oodaloo.runway.model.refusals import DecisionMovedError, UnknownDecisionError
from oodaloo.runway.records.tables import DecisionRow


@dataclass(frozen=True, slots=True)
class BillSeen:
    """What a decision saw of its bill and must still be so: who is paid, the open balance in cents, and when due."""

    bill_id: str
    number: str
    vendor_id: str
    vendor_name: str
    open_cents: int
    due: date


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the suggested plan had drafted: how much was taken over unchanged is measured by it."""

    step: str
    pay_on: date | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it stands; `version` rises with each change.

    `cents` is what will be paid by it, `discount_cents` what the vendor gives for paying early; `method` is how, as the
    payables domain writes it, empty until it is decided. `stale` says why the bill isn't what the decision saw any
    more, `told` what became of it. `picture_id` is what was known when it was taken, `expected` what it was expected
    to do.
    """

    id: str
    seen: BillSeen
    state: DecisionState
    cents: int
    made_at: datetime
    changed_at: datetime
    version: int = 0
    discount_cents: int = 0
    pay_on: date | None = None
    wake_on: date | None = None
    method: str = ""
    batch_id: str | None = None
    order_id: str | None = None
    stale: str = ""
    picture_id: str = ""
    expected: str = ""
    suggested: Suggestion | None = None
    approved_by: str = ""
    decided_by: str = ""
    told: str = ""

    @property
    def hold_key(self) -> str:
        """The key of its hold in the ledger of reserves."""
        return f"bill:{self.id}"

    @property
    def pays_all(self) -> bool:
        """Whether nothing is left open of the bill by it."""
        return self.cents + self.discount_cents == self.seen.open_cents

    def undecided(self) -> "Decision":
        """The same before anybody said how much is paid, when and how."""
        return replace(
            self, cents=self.seen.open_cents, discount_cents=0, pay_on=None, wake_on=None, method="", decided_by=""
        )

    @property
    def ended(self) -> bool:
        """Whether nothing follows any more."""
        return self.state in ENDED


async def save_new(session: TenantSession, decision: Decision) -> bool:
    """Store a decision; False when its bill has one that hasn't ended."""
    return await session.insert_new(DecisionRow, _values(decision))


async def save(session: TenantSession, decision: Decision, *, seen_version: int) -> Decision:
    """Store a decision that was changed from `seen_version`, and give it with its new version.

    Raises `DecisionMovedError` when it has another version by now.
    """
    values = {**_values(decision), "version": seen_version + 1}
    del values["id"]
    changed = await session.update(
        DecisionRow, DecisionRow.id == decision.id, DecisionRow.version == seen_version, values=values
    )
    if not changed:
        raise DecisionMovedError(
            f"The decision about bill {decision.seen.number or decision.seen.bill_id} of {decision.seen.vendor_name} "
            "has been changed since you saw it. Look at it again, then decide."
        )
    return replace(decision, version=seen_version + 1)


async def load(session: TenantSession, decision_id: str) -> Decision:
    """One decision. Raises `UnknownDecisionError`."""
    rows = await session.scalars(select(DecisionRow).where(DecisionRow.id == decision_id))
    if not rows:
        raise UnknownDecisionError(f"There is no decision {decision_id!r} here. Look at the queue again.")
    return _decision(rows[0])


async def of_bill(session: TenantSession, bill_id: str) -> Decision | None:
    """The decision about a bill that hasn't ended, None when there is none."""
    rows = await session.scalars(select(DecisionRow).where(DecisionRow.open_key == bill_id))
    return _decision(rows[0]) if rows else None


async def not_ended(session: TenantSession) -> tuple[Decision, ...]:
    """Every decision that hasn't ended, oldest first."""
    ended = [state.value for state in ENDED]
    rows = await session.scalars(
        select(DecisionRow).where(DecisionRow.state.not_in(ended)).order_by(DecisionRow.made_at, DecisionRow.id)
    )
    return tuple(map(_decision, rows))


async def of_batch(session: TenantSession, batch_id: str) -> tuple[Decision, ...]:
    """The decisions that were finalized in a batch, oldest first."""
    rows = await session.scalars(
        select(DecisionRow).where(DecisionRow.batch_id == batch_id).order_by(DecisionRow.made_at, DecisionRow.id)
    )
    return tuple(map(_decision, rows))


async def of_ids(session: TenantSession, decision_ids: Sequence[str]) -> tuple[Decision, ...]:
    """Decisions by their ids, oldest first."""
    rows = await session.scalars(
        select(DecisionRow).where(DecisionRow.id.in_(decision_ids)).order_by(DecisionRow.made_at, DecisionRow.id)
    )
    return tuple(map(_decision, rows))


async def ids_of(session: TenantSession, *criteria: ColumnElement[bool], at_most: int) -> Sequence[str]:
    """The ids of some decisions that meet `criteria`."""
    return await session.scalars(select(DecisionRow.id).where(*criteria).order_by(DecisionRow.id).limit(at_most))


async def are_any_watched(session: TenantSession) -> bool:
    """Whether there is a decision that a change in QuickBooks could overtake."""
    watched = [state.value for state in WATCHED]
    return bool(await session.scalars(select(DecisionRow.id).where(DecisionRow.state.in_(watched)).limit(1)))


async def delayed_until_after(session: TenantSession, today: date) -> tuple[Decision, ...]:
    """Delays that were carried out and whose wake date hasn't come, the newest of each bill."""
    rows: Sequence[DecisionRow] = await session.scalars(
        select(DecisionRow)
        .where(DecisionRow.state == DecisionState.EXECUTED.value, DecisionRow.wake_on > today)
        .order_by(DecisionRow.changed_at)
    )
    return tuple({row.bill_id: _decision(row) for row in rows}.values())


def _values(decision: Decision) -> dict[str, object]:
    return {
        "id": decision.id,
        "bill_id": decision.seen.bill_id,
        "open_key": decision.id if decision.ended else decision.seen.bill_id,
        "state": decision.state.value,
        "version": decision.version,
        "batch_id": decision.batch_id,
        "order_id": decision.order_id,
        "cents": decision.cents,
        "discount_cents": decision.discount_cents,
        "pay_on": decision.pay_on,
        "wake_on": decision.wake_on,
        "method": decision.method,
        "seen": msgspec.json.encode(decision.seen).decode(),
        "stale": decision.stale,
        "picture_id": decision.picture_id,
        "expected": decision.expected,
        "suggested": msgspec.json.encode(decision.suggested).decode() if decision.suggested else "",
        "approved_by": decision.approved_by,
        "decided_by": decision.decided_by,
        "told": decision.told,
        "made_at": decision.made_at,
        "changed_at": decision.changed_at,
    }


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        id=row.id,
        seen=msgspec.json.decode(row.seen, type=BillSeen),
        state=DecisionState(row.state),
        cents=row.cents,
        made_at=row.made_at,
        changed_at=row.changed_at,
        version=row.version,
        discount_cents=row.discount_cents,
        pay_on=row.pay_on,
        wake_on=row.wake_on,
        method=row.method,
        batch_id=row.batch_id,
        order_id=row.order_id,
        stale=row.stale,
        picture_id=row.picture_id,
        expected=row.expected,
        suggested=msgspec.json.decode(row.suggested, type=Suggestion) if row.suggested else None,
        approved_by=row.approved_by,
        decided_by=row.decided_by,
        told=row.told,
    )
