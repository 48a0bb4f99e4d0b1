"""What records were before: the versions that the mirror has replaced or taken out, for questions about the past."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.changes import Ending, RecordVersionRow, TombstoneRow
from oodaloo.infra.qbo.mirror.kept import AnyKind
from oodaloo.infra.qbo.mirror.records import Kind, Mirrored, ModelT, decoder_of


@dataclass(frozen=True, slots=True)
class FormerVersion:
    """A version that was mirrored once.

    `gone_at` is when the record left QuickBooks with it, as far as is known: QuickBooks' own time of a deletion, else
    the product time since which it wasn't shown any more. None when another version replaced this one.
    """

    record: Mirrored
    gone_at: datetime | None


async def former_versions(
    session: TenantSession, kinds: tuple[AnyKind, ...], ended_after: datetime
) -> Mapping[str, tuple[FormerVersion, ...]]:
    """The versions of some kinds of records that ended after a product time, by kind, in the order in which they did.

    One that was written by a program whose records were others, and can't be read any more, is left out.
    """
    decoders = {kind.name: _decoder_of(kind) for kind in kinds}
    version = RecordVersionRow
    ended = (
        select(version.entity, version.id, version.body, version.why, version.known_until)
        .where(version.entity.in_(decoders), version.known_until > ended_after)
        .order_by(version.revision)
    )
    graves = select(TombstoneRow.entity, TombstoneRow.id, TombstoneRow.deleted_at).where(
        TombstoneRow.entity.in_(decoders)
    )
    deleted = {(row.entity, row.id): row.deleted_at for row in await session.rows(graves)}
    found: defaultdict[str, list[FormerVersion]] = defaultdict(list)
    for row in await session.rows(ended):
        replaced = row.why == Ending.REPLACED
        gone_at = None if replaced else deleted.get((row.entity, row.id), row.known_until)
        with suppress(msgspec.ValidationError):
            found[row.entity].append(FormerVersion(decoders[row.entity].decode(row.body), gone_at))
    return {name: tuple(some) for name, some in found.items()}


@dataclass(frozen=True, slots=True)
class FormerSource:
    """What QuickBooks last sent of a record that isn't mirrored any more, and since when it isn't (product time)."""

    source: str
    gone_since: datetime


async def load_former_source(session: TenantSession, entity: str, record_id: str) -> FormerSource | None:
    """The last version of a record that has left the mirror, None when there never was one."""
    version = RecordVersionRow
    last = (
        select(version.source, version.known_until)
        .where(version.entity == entity, version.id == record_id, version.why != Ending.REPLACED)
        .order_by(version.revision.desc())
        .limit(1)
    )
    rows = await session.rows(last)
    return FormerSource(rows[0].source, rows[0].known_until) if rows else None


def _decoder_of(kind: Kind[ModelT]) -> msgspec.json.Decoder[ModelT]:
    return decoder_of(kind.model)
