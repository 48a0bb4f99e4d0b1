"""How far a business's mirror has come: one row, which is also the lock that whoever changes the mirror holds."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import TenantRow, UtcDateTime
from oodaloo.infra.db.session import TenantSession


class MirrorStateRow(TenantRow):
    """One business's mirror.

    `revision` rises with every change of what is mirrored, `readings` counts readings of whole types. `watermark` is
    QuickBooks' own time up to which every change has been asked for, None until a full sync has ended. In product
    time, `checked_at` is when that was last begun and `swept_at` when it last reached far back. `announced` is whether
    webhooks told what the checks found, None before there was anything to tell. Checks count up in `begun` and
    `ended`, and in real time `leased_until` belongs to the process that does one.
    """

    __tablename__ = "mirror_state"

    revision: Mapped[int] = mapped_column(default=0)
    readings: Mapped[int] = mapped_column(default=0)
    watermark: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    swept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced: Mapped[bool | None]
    begun: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


async def mirror_state(session: TenantSession) -> MirrorStateRow | None:
    """The state of this business's mirror, None before anything was ever mirrored."""
    rows = await session.scalars(_STATE, {})
    return rows[0] if rows else None


async def begin_reading(session: TenantSession) -> int:
    """The number of a reading of whole types that begins; later ones have higher numbers."""
    number = (await locked_state(session)).readings + 1
    await session.update(MirrorStateRow, values={"readings": number})
    return number


async def locked_state(session: TenantSession) -> MirrorStateRow:
    """The state, which nobody else can change before this transaction ends.

    Whoever changes the mirror takes this first: PostgreSQL would let two transactions compare a record with the same
    older version and then overwrite each other's. SQLite has one writer anyway.
    """
    rows = await session.scalars(_LOCKED, {})
    if not rows:
        await session.upsert(MirrorStateRow, [{}])
        rows = await session.scalars(_LOCKED, {})
    return rows[0]


_STATE = select(MirrorStateRow)
_LOCKED = select(MirrorStateRow).with_for_update()
