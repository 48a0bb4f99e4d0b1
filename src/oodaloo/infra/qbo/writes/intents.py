"""Intents: writes as they are stored, from being wanted in their owner's transaction to their known end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, cast

import msgspec
from sqlalchemy import Index, Row, String, Table, Text, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import Change, TenantSession, changing
from oodaloo.infra.qbo.writes.errors import (
    ChangedMeanwhileError,
    UnknownIntentError,
    WriteKeyReusedError,
    WriteRefusedError,
)
from oodaloo.infra.qbo.writes.write import LONGEST_KEY, Seen, Write, WriteOperation, body_to_send

CHANGED_MEANWHILE = "changed"
"""The code of a refusal of ours, because somebody changed what the write was decided upon."""


class IntentState(StrEnum):
    """What is known of a write: that QuickBooks doesn't have it, nothing, or how it ended."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


OPEN = (IntentState.INTENDED, IntentState.UNKNOWN)
_DOUBLED_AT_MOST = 8


class WriteIntentRow(TenantRow):
    """One write. `made_at` and `not_after` are product time, all other instants real time.

    `attempts` counts who took it up, and so tells the one who has it from those who had it before. It is theirs until
    `held_until`. From `visible_from` on, what the last attempt may have done shows in QuickBooks' answers.
    """

    __tablename__ = "write_intent"
    __table_args__ = (
        UniqueConstraint("key", "business_id", name="uq_write_intent_key"),
        Index("ix_write_intent_state", "state", "business_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    fingerprint: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(40))
    operation: Mapped[str] = mapped_column(String(10))
    record_id: Mapped[str] = mapped_column(String(40))
    requestid: Mapped[str] = mapped_column(String(50))
    wanted: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    marker: Mapped[str] = mapped_column(String(40))
    based_on: Mapped[str] = mapped_column(Text)
    send_to: Mapped[str] = mapped_column(Text)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    error: Mapped[str] = mapped_column(Text)
    error_code: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visible_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Intent:
    """A write as it stands.

    `payload` is what goes to QuickBooks, `answer` the record that came back (`record_id` is its id). `error` is the
    last thing that went wrong, or why it was refused.
    """

    id: str
    key: str
    entity: str
    operation: WriteOperation
    record_id: str
    requestid: str
    wanted: bytes
    payload: bytes
    marker: str
    based_on: tuple[Seen, ...]
    send_to: str
    not_after: datetime | None
    state: IntentState
    attempts: int
    answer: bytes
    error: str
    error_code: str
    made_at: datetime
    changed_at: datetime
    held_until: datetime | None
    visible_from: datetime | None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is carrying it out."""
        return self.held_until is not None and self.held_until > now

    @property
    def refusal(self) -> WriteRefusedError:
        """Why it was refused, as the error to raise."""
        kind = ChangedMeanwhileError if self.error_code == CHANGED_MEANWHILE else WriteRefusedError
        return kind(self.error, code=self.error_code)


@dataclass(frozen=True, slots=True)
class NewIntent:
    """What an intent gets besides its write: `made_at` is product time, `now` real time."""

    id: str
    requestid: str
    made_at: datetime
    now: datetime

    def of(self, write: Write) -> Intent:
        """The intent of a write that nobody has taken up. Raises ValueError for a key that can't be stored."""
        if not 0 < len(write.key) <= LONGEST_KEY:
            raise ValueError(f"The key {write.key!r} of a write must have 1 to {LONGEST_KEY} characters.")
        return Intent(
            id=self.id,
            key=write.key,
            entity=write.entity,
            operation=write.operation,
            record_id=write.record_id,
            requestid=write.requestid or self.requestid,
            wanted=write.body,
            payload=body_to_send(write.operation, write.base, write.body),
            marker=write.marker,
            based_on=write.based_on,
            send_to=write.send_to,
            not_after=write.not_after,
            state=IntentState.INTENDED,
            attempts=0,
            answer=b"",
            error="",
            error_code="",
            made_at=self.made_at,
            changed_at=self.now,
            held_until=None,
            visible_from=None,
        )


async def store(session: TenantSession, write: Write, new: "NewIntent") -> Intent:
    """The intent of this write: a new one, or the one that its key has had since before.

    Raises `WriteKeyReusedError` when the key stands for another write, and ValueError for a key that can't be stored.
    """
    intent = new.of(write)
    if await session.insert_new(WriteIntentRow, _values(intent, write.fingerprint)):
        return intent
    [stored] = await session.scalars(select(WriteIntentRow).where(WriteIntentRow.key == write.key))
    if stored.fingerprint != write.fingerprint:
        raise WriteKeyReusedError(
            f"The key {write.key!r} stands for another write of this business already. "
            "This is a fault in Oodaloo; please report it. Nothing was sent."
        )
    return _intent(stored)


async def store_taken(
    session: TenantSession, write: Write, new: "NewIntent", values: Mapping[str, object]
) -> Intent | None:
    """A new intent as it is before it is taken up, which happened along with storing it; None when its key is there.

    `values` are those of `take`. Raises ValueError for a key that can't be stored.
    """
    intent = new.of(write)
    taken = {**_values(intent, write.fingerprint), **_taking(intent, values)}
    return intent if await session.insert_new(WriteIntentRow, taken) else None


async def load(session: TenantSession, intent_id: str) -> Intent:
    """One intent. Raises `UnknownIntentError`."""
    rows = await session.rows(_BY_ID, {"id": intent_id})
    if not rows:
        raise UnknownIntentError(f"This business has no write {intent_id!r}.")
    return _intent(rows[0])


async def of_key(session: TenantSession, key: str) -> Intent | None:
    """The intent that a key has, None when it has none."""
    rows = await session.scalars(select(WriteIntentRow).where(WriteIntentRow.key == key))
    return _intent(rows[0]) if rows else None


async def open_intents(session: TenantSession, *states: IntentState) -> tuple[Intent, ...]:
    """The writes whose end isn't known, oldest first; only those in `states` when any are given."""
    wanted = WriteIntentRow.state.in_(states or OPEN)
    rows = await session.scalars(select(WriteIntentRow).where(wanted).order_by(WriteIntentRow.made_at))
    return tuple(_intent(row) for row in rows)


async def due_ids(session: TenantSession, now: datetime, patience: timedelta) -> Sequence[str]:
    """The writes that nobody has in hand and whose turn it is, oldest first.

    Unknown ones when they must show by now; intended ones after `patience`, twice as long after each vain attempt.
    """
    row = WriteIntentRow
    free = or_(row.held_until.is_(None), row.held_until <= now)
    left = select(row.id, row.state, row.attempts, row.changed_at, row.visible_from).where(row.state.in_(OPEN), free)

    def is_due(state: str, attempts: int, changed_at: datetime, visible_from: datetime | None) -> bool:
        if state == IntentState.UNKNOWN:
            return visible_from is None or visible_from <= now
        waited = now - changed_at
        return waited >= patience * (1 << min(attempts, _DOUBLED_AT_MOST))

    found = await session.rows(left.order_by(row.made_at))
    return [each.id for each in found if is_due(each.state, each.attempts, each.changed_at, each.visible_from)]


async def take(session: TenantSession, intent: Intent, values: Mapping[str, object]) -> bool:
    """Take an open intent up, unless somebody else has done so since it was read."""
    return await change(session, intent, _taking(intent, values))


async def change(session: TenantSession, intent: Intent, values: Mapping[str, object]) -> bool:
    """Change an open intent that we have taken up; False when another one has it now."""
    changed = {f"new_{name}": value for name, value in values.items()}
    ours = {"its_id": intent.id, "its_attempts": intent.attempts}
    return await session.change(_changing(tuple(values)), ours | changed) == 1


def _taking(intent: Intent, values: Mapping[str, object]) -> Mapping[str, object]:
    return {**values, "attempts": intent.attempts + 1}


_BY_ID = select(*cast("Table", WriteIntentRow.__table__).c).where(WriteIntentRow.id == bindparam("id"))


@cache
def _changing(names: tuple[str, ...]) -> Change:
    return changing(
        WriteIntentRow,
        WriteIntentRow.id == bindparam("its_id"),
        WriteIntentRow.attempts == bindparam("its_attempts"),
        or_(*(WriteIntentRow.state == state for state in OPEN)),  # quicker than IN, which is made out each time
        values={name: bindparam(f"new_{name}") for name in names},
    )


def _values(intent: Intent, fingerprint: str) -> dict[str, object]:
    return {
        "id": intent.id,
        "key": intent.key,
        "fingerprint": fingerprint,
        "entity": intent.entity,
        "operation": intent.operation.value,
        "record_id": intent.record_id,
        "requestid": intent.requestid,
        "wanted": intent.wanted.decode(),
        "payload": intent.payload.decode(),
        "marker": intent.marker,
        "based_on": msgspec.json.encode(intent.based_on).decode(),
        "send_to": intent.send_to,
        "not_after": intent.not_after,
        "state": intent.state.value,
        "attempts": intent.attempts,
        "answer": intent.answer.decode(),
        "error": intent.error,
        "error_code": intent.error_code,
        "made_at": intent.made_at,
        "changed_at": intent.changed_at,
        "held_until": intent.held_until,
        "visible_from": intent.visible_from,
    }


def _intent(row: WriteIntentRow | Row[*tuple[Any, ...]]) -> Intent:
    return Intent(
        id=row.id,
        key=row.key,
        entity=row.entity,
        operation=WriteOperation(row.operation),
        record_id=row.record_id,
        requestid=row.requestid,
        wanted=row.wanted.encode(),
        payload=row.payload.encode(),
        marker=row.marker,
        based_on=_SEEN.decode(row.based_on),
        send_to=row.send_to,
        not_after=row.not_after,
        state=IntentState(row.state),
        attempts=row.attempts,
        answer=row.answer.encode(),
        error=row.error,
        error_code=row.error_code,
        made_at=row.made_at,
        changed_at=row.changed_at,
        held_until=row.held_until,
        visible_from=row.visible_from,
    )


_SEEN = msgspec.json.Decoder(tuple[Seen, ...])
