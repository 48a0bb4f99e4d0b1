"""Spoiling a mirror on purpose: rows that are gone or changed, as no sync would leave them."""

from sqlalchemy import select

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.mirror.records import MirrorRow
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money


async def remove(services: Services, business_id: BusinessId, entity: str, record_id: str) -> None:
    """Take one record out of the mirror."""
    row = row_of(entity)
    async with services.database.tenant(business_id) as session:
        assert await session.delete(row, row.id == record_id) == 1


async def change(
    services: Services, business_id: BusinessId, entity: str, record_id: str, before: Money, after: Money
) -> None:
    """Put another amount wherever the mirror's reading of one record has the first, as from another source."""
    row = row_of(entity)
    async with services.database.tenant(business_id) as session:
        ((body, source),) = await session.rows(select(row.body, row.source).where(row.id == record_id))
        was, becomes = (f'"cents":{amount.cents},' for amount in (before, after))
        assert was in body
        planted = {"body": body.replace(was, becomes), "source": f"{source} "}
        await session.update(row, row.id == record_id, values=planted)


def row_of(entity: str) -> type[MirrorRow]:
    """The table of a record type."""
    return next(each.row for each in ENTITY_TYPES if each.name == entity)
