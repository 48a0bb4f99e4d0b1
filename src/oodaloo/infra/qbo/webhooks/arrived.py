"""Which announced changes the mirror shows by now; QuickBooks may announce one before its own reads show it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.changes import TombstoneRow
from oodaloo.infra.qbo.mirror.records import AnyEntityType
from oodaloo.infra.qbo.webhooks.posts import Announcement

_GONE = frozenset({"delete", "deleted"})
_MERGED = frozenset({"merge", "merged"})  # which of the two records stays isn't told in every format
_WHOLE_SECOND = timedelta(seconds=1)  # records carry whole seconds, announcements fractions


async def arrived(
    session: TenantSession, types: Iterable[AnyEntityType], announcements: Sequence[Announcement]
) -> frozenset[str]:
    """The keys of those changes that this business's mirror shows, and of those that it couldn't show at all."""
    by_name = {entity_type.name.lower(): entity_type for entity_type in types}
    found: set[str] = set()
    for entity in {one.entity for one in announcements}:
        some = [one for one in announcements if one.entity == entity]
        entity_type = by_name.get(entity)
        known = await _known(session, entity_type, some) if entity_type else None
        found.update(one.key for one in some if known is None or _is_shown(one, known))
    return frozenset(found)


async def _known(
    session: TenantSession, entity_type: AnyEntityType, announcements: Sequence[Announcement]
) -> Mapping[str, datetime | None]:
    """When the mirror's version of each of these records was made; None where it knows that the record is gone."""
    ids = sorted({one.record_id for one in announcements})
    row = entity_type.row
    there = await session.rows(select(row.id, row.updated_at).where(row.id.in_(ids)))
    buried = select(TombstoneRow.id).where(TombstoneRow.entity == entity_type.name, TombstoneRow.id.in_(ids))
    return {**dict.fromkeys(await session.scalars(buried)), **{one.id: one.updated_at for one in there}}


def _is_shown(one: Announcement, known: Mapping[str, datetime | None]) -> bool:
    if one.changed_at is None or one.operation in _MERGED:
        return True
    made_at = known.get(one.record_id)
    if made_at is None:  # gone, or not there yet
        return one.record_id in known or one.operation in _GONE
    return one.operation not in _GONE and made_at > one.changed_at - _WHOLE_SECOND
