"""Work for a date: rows that say when they are due, claimed by one tick of however many."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from sqlalchemy import Column, ColumnElement, Table, select

from oodaloo.infra.db.base import TenantRow
from oodaloo.infra.db.session import TenantSession

RowT = TypeVar("RowT", bound=TenantRow)


async def claim_due(
    session: TenantSession,
    row_type: type[RowT],
    *due: ColumnElement[bool],
    claimed: Mapping[str, object],
    at_most: int = 100,
) -> Sequence[RowT]:
    """The business's rows that are `due`, as they were before this gave each the values `claimed`.

    The caller enqueues what they are about in the same transaction. Of several ticks at the same moment one gets a
    row; rows that another transaction is changing are left to the next tick. `claimed` makes a row due no more. A
    missed tick needs no making up: what was due then is due still.
    """
    key = _own_key(row_type)
    waiting = select(row_type).where(*due).order_by(key).limit(at_most).with_for_update(skip_locked=True)
    rows = await session.scalars(waiting)
    if rows:
        ids = [getattr(row, key.key) for row in rows]
        await session.update(row_type, key.in_(ids), values=claimed)
    return rows


def _own_key(row_type: type[TenantRow]) -> Column[object]:
    (key,) = (column for column in cast("Table", row_type.__table__).primary_key if column.name != "business_id")
    return key
