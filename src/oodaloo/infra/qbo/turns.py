"""Whose turn it is to be refreshed: when people looked last, which worker is at it, and what failed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base, UtcDateTime
from oodaloo.infra.db.session import Database
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId

LEASE = timedelta(minutes=2)
"""How long a worker that died keeps a business; one that lives renews it. Real time."""


class TurnRow(Base):
    """A business's turn. `active_at` and `fresh_at` are product time, all others real time."""

    __tablename__ = "refresh_turn"

    business_id: Mapped[str] = mapped_column(String(36), ForeignKey("business.id"), primary_key=True)
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fresh_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_by: Mapped[str] = mapped_column(String(80))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int]
    failed: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Turn:
    """A business's turn as it stands.

    `active_at`: when a person looked at it last; `fresh_at`: as of when the books were last brought up to date; both
    product time. `looked_at`: when a worker last tried, real time. `failures` in a row, the newest of them in `failed`.
    """

    active_at: datetime | None = None
    fresh_at: datetime | None = None
    looked_at: datetime | None = None
    is_held: bool = False
    failures: int = 0
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of all businesses, shared by every process. `wall_clock` is real time, which leases are in."""

    database: Database
    wall_clock: Clock

    async def all(self) -> Mapping[BusinessId, Turn]:
        """The turn of each business that has one."""
        async with self.database.system(read_only=True) as session:
            rows = await session.scalars(select(TurnRow))
        now = self.wall_clock.now()
        return {BusinessId(row.business_id): _turn(row, now) for row in rows}

    async def note_activity(self, business_id: BusinessId, at: datetime) -> None:
        """A person looked at this business; `at` is product time."""
        await self._change(business_id, {"active_at": at})

    async def take(self, business_id: BusinessId, holder: str) -> bool:
        """Whether the turn is `holder`'s now; False while another one holds it."""
        now = self.wall_clock.now()
        await self._open(business_id)
        free = or_(TurnRow.held_until.is_(None), TurnRow.held_until < now)
        async with self.database.system() as session:
            taken = await session.update(
                TurnRow,
                TurnRow.business_id == business_id,
                free,
                values={"held_by": holder, "held_until": now + LEASE, "looked_at": now},
            )
        return taken > 0

    async def keep(self, business_ids: Collection[BusinessId], holder: str) -> None:
        """Hold these turns for another `LEASE`; a turn that somebody else took over meanwhile stays theirs."""
        held = (TurnRow.business_id.in_(sorted(business_ids)), TurnRow.held_by == holder)
        async with self.database.system() as session:
            await session.update(TurnRow, *held, values={"held_until": self.wall_clock.now() + LEASE})

    async def end(self, business_id: BusinessId, holder: str, *, fresh_at: datetime) -> None:
        """Give the turn back after the books were brought up to date as of `fresh_at`, product time."""
        await self._give_back(business_id, holder, {"fresh_at": fresh_at, "failures": 0, "failed": ""})

    async def fail(self, business_id: BusinessId, holder: str, reason: str) -> None:
        """Give the turn back after a failure, and why."""
        await self._give_back(business_id, holder, {"failures": TurnRow.failures + 1, "failed": reason})

    async def _give_back(self, business_id: BusinessId, holder: str, noted: Mapping[str, object]) -> None:
        released = {**noted, "held_by": "", "held_until": None}
        async with self.database.system() as session:
            await session.update(
                TurnRow, TurnRow.business_id == business_id, TurnRow.held_by == holder, values=released
            )

    async def _change(self, business_id: BusinessId, values: Mapping[str, object]) -> None:
        await self._open(business_id)
        async with self.database.system() as session:
            await session.update(TurnRow, TurnRow.business_id == business_id, values=values)

    async def _open(self, business_id: BusinessId) -> None:
        """Make the row where there is none; it may be made twice at once."""
        async with self.database.system(read_only=True) as session:
            known = await session.scalars(select(TurnRow.business_id).where(TurnRow.business_id == business_id))
        if not known:
            async with self.database.system() as session:
                await session.upsert(TurnRow, [{"business_id": business_id}])


def _turn(row: TurnRow, now: datetime) -> Turn:
    is_held = row.held_until is not None and row.held_until >= now
    return Turn(row.active_at, row.fresh_at, row.looked_at, is_held, row.failures, row.failed)
