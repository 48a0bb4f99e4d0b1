"""Which announced changes the mirror shows by now; QuickBooks may announce one before its own reads show it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.full_sync import AnyEntityType
from oodaloo.infra.qbo.webhooks.posts import Announcement

_GONE = frozenset({"delete", "deleted"})
_MERGED = frozenset({"merge", "merged"})  # which of the two records stays isn't told in every format
_WHOLE_SECOND = timedelta(seconds=1)  # records carry whole seconds, announcements fractions


async def arrived(
    session: TenantSession, types: Iterable[AnyEntityType], announcements: Sequence[Announcement]
) -> frozenset[str]:
    """The keys of those changes that this business's mirror shows, and of those that it couldn't show at all."""
    rows = {entity_type.name.lower(): entity_type.row for entity_type in types}
    found: set[str] = set()
    for entity in {one.entity for one in announcements}:
        some = [one for one in announcements if one.entity == entity]
        row = rows.get(entity)
        if row is None:
            found.update(one.key for one in some)
            continue
        of_these = row.id.in_(sorted({one.record_id for one in some}))
        rows_there = await session.rows(select(row.id, row.updated_at).where(of_these))
        mirrored = {there.id: there.updated_at for there in rows_there}
        found.update(one.key for one in some if _is_shown(one, mirrored))
    return frozenset(found)


def _is_shown(one: Announcement, mirrored: Mapping[str, datetime]) -> bool:
    if one.changed_at is None or one.operation in _MERGED:
        return True
    if one.operation in _GONE:
        return one.record_id not in mirrored
    return one.record_id in mirrored and mirrored[one.record_id] > one.changed_at - _WHOLE_SECOND
