"""Whose turn it is to be refreshed: when people looked last, which worker is at it, and what failed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, Text, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.quick import QuickDatabase
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId

LEASE = timedelta(minutes=2)
"""How long a worker that died keeps a business; one that lives renews it. Real time."""


class TurnRow(Base):
    """A business's turn. `active_at` and `fresh_at` are product time, all others real time."""

    __tablename__ = "refresh_turn"

    business_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fresh_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trusted: Mapped[bool]
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_by: Mapped[str] = mapped_column(String(80))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int]
    failed: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Turn:
    """A business's turn as it stands.

    `active_at`: when a person looked at it last; `fresh_at`: as of when the books were last brought up to date; both
    product time. `trusted`: whether webhooks had told what was found then. `looked_at`: when a worker last tried, real
    time. `failures` in a row, the newest of them in `failed`.
    """

    active_at: datetime | None = None
    fresh_at: datetime | None = None
    trusted: bool = False
    looked_at: datetime | None = None
    failures: int = 0
    failed: str = ""
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of all businesses, shared by every process. `wall_clock` is real time, which leases are in."""

    quick: QuickDatabase
    wall_clock: Clock

    async def all(self) -> Mapping[BusinessId, Turn]:
        """The turn of each business that has one."""
        now = self.wall_clock.now()
        rows = await self.quick.run(lambda connection: connection.execute(select(TurnRow.__table__)).all())
        return {BusinessId(row.business_id): _turn(row, now) for row in rows}

    async def note_activity(self, business_id: BusinessId, at: datetime) -> None:
        """A person looked at this business; `at` is product time."""
        await self._change(business_id, {"active_at": at})

    async def take(self, business_id: BusinessId, holder: str) -> bool:
        """Whether the turn is `holder`'s now; False while another one holds it."""
        now = self.wall_clock.now()
        free = or_(TurnRow.held_until.is_(None), TurnRow.held_until < now)
        taken = {"held_by": holder, "held_until": now + LEASE, "looked_at": now}
        return await self._change(business_id, taken, free) > 0

    async def keep(self, business_ids: Collection[BusinessId], holder: str) -> None:
        """Hold these turns for another `LEASE`; a turn that somebody else took over meanwhile stays theirs."""
        held = TurnRow.business_id.in_(sorted(business_ids)), TurnRow.held_by == holder
        kept = update(TurnRow).where(*held).values(held_until=self.wall_clock.now() + LEASE)
        await self.quick.run(lambda connection: connection.execute(kept))

    async def note_fresh(self, business_id: BusinessId, at: datetime, *, trusted: bool) -> None:
        """The books were brought up to date as of `at`, product time, by whoever; `trusted` as in `Turn`."""
        await self._change(business_id, {"fresh_at": at, "trusted": trusted, "failures": 0, "failed": ""})

    async def end(self, business_id: BusinessId, holder: str) -> None:
        """Give the turn back after the books were brought up to date."""
        await self._give_back(business_id, holder, {})

    async def fail(self, business_id: BusinessId, holder: str, reason: str) -> None:
        """Give the turn back after a failure, and why."""
        await self._give_back(business_id, holder, {"failures": TurnRow.failures + 1, "failed": reason})

    async def release(self, business_id: BusinessId, holder: str) -> None:
        """Give the turn back untried, as when the worker is stopped."""
        await self._give_back(business_id, holder, {"looked_at": None})

    async def _give_back(self, business_id: BusinessId, holder: str, noted: Mapping[str, object]) -> None:
        returned = {**noted, "held_by": "", "held_until": None}
        await self._change(business_id, returned, TurnRow.held_by == holder)

    async def _change(
        self, business_id: BusinessId, values: Mapping[str, object], *criteria: ColumnElement[bool]
    ) -> int:
        """Change the business's row, made if there is none, where it meets the criteria; 1 if it did, else 0."""

        def change(connection: Connection) -> int:
            kind = postgresql if connection.dialect.name == "postgresql" else sqlite
            opened = {"business_id": business_id, "trusted": False, "held_by": "", "failures": 0, "failed": ""}
            connection.execute(kind.insert(TurnRow).on_conflict_do_nothing(), opened)
            statement = update(TurnRow).where(TurnRow.business_id == business_id, *criteria).values(values)
            return connection.execute(statement).rowcount

        return await self.quick.run(change)


def _turn(row: Row[Any], now: datetime) -> Turn:
    is_held = row.held_until is not None and row.held_until >= now
    noted = row.active_at, row.fresh_at, row.trusted, row.looked_at, row.failures, row.failed
    return Turn(*noted, is_held=is_held)
