"""The desk: the lock under which a business's decisions and reserves change, and the count of their changes."""

from sqlalchemy import select

from oodaloo.infra.db.session import TenantSession
from oodaloo.runway.records.tables import DeskRow


async def locked_desk(session: TenantSession) -> DeskRow:
    """The desk, which nobody else can change before this transaction ends; its revision is one higher from now on.

    Whoever decides takes this first: whether there is cover depends on what others hold at the same moment.
    """
    locked = select(DeskRow).with_for_update()
    rows = await session.scalars(locked)
    if not rows:
        await session.insert_new(DeskRow, {})
        rows = await session.scalars(locked)
    desk = rows[0]
    await session.update(DeskRow, values={"revision": desk.revision + 1})
    return desk


async def revision(session: TenantSession) -> int:
    """How often decisions or reserves of this business have changed."""
    found = await session.scalars(select(DeskRow.revision))
    return found[0] if found else 0
