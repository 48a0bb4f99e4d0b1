"""The mirror read in one go, and kept decoded, so that the next reading asks only for what changed since."""

from bisect import insort
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeAlias, cast

import msgspec
from sqlalchemy import Integer, Select, bindparam, literal, null, or_, select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.changes import RecordVersionRow
from oodaloo.infra.qbo.mirror.records import Kind, Mirrored, ModelT, by_date_and_id, decoder_of
from oodaloo.infra.qbo.mirror.state import mirror_state
from oodaloo.kit.collector import without_collections
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.reuse import Reuse

AnyKind: TypeAlias = Kind[Any]

_MOST_RECORDS = 60_000
"""What is kept in a process, of all businesses together; a record and what is made of it take about 3 KB."""

_TOO_MUCH = timedelta(days=62)
"""How much further back than asked for what is kept may reach before it is read anew."""


_FEW = 50


@dataclass(frozen=True, slots=True)
class MirrorReading:
    """Every mirrored record of some kinds at one revision: those from `since` on, and older ones that are open.

    Records that closed or moved before `since` after an earlier reading may still be among them. `reuse` goes from
    one reading of a business to the next, in which unchanged records are the same objects.
    """

    revision: int
    since: date
    records: Mapping[str, tuple[Mirrored, ...]]
    reuse: Reuse

    def of(self, kind: Kind[ModelT]) -> tuple[ModelT, ...]:
        """The records of a kind, by date and then by QuickBooks' numeric id."""
        return cast("tuple[ModelT, ...]", self.records[kind.name])


@dataclass(slots=True)
class KeptMirrors:
    """Reads mirrors, and keeps the newest reading of each business in this process.

    What is kept is proved by the mirror's revision, which the reading transaction sees together with the rows: every
    change of a mirror is made under the lock of its revision, and numbers the rows that it brings and the versions
    that it ends. So other processes may change a mirror at any time.
    """

    most_records: int = _MOST_RECORDS
    _kept: OrderedDict[BusinessId, MirrorReading] = field(default_factory=OrderedDict)

    async def read(self, session: TenantSession, kinds: tuple[AnyKind, ...], since: date) -> MirrorReading:
        """What is mirrored of `kinds` now; `session` is one that only reads, and so sees one moment.

        Asks for the revision and, if it is another one than that kept, for what changed: two statements. Without
        anything kept that reaches back to `since`, everything is asked for: one statement more than the revision's.
        """
        state = await mirror_state(session)
        revision = state.revision if state else 0
        kept = self._kept.get(session.business_id)
        if kept is None or not _serves(kept, kinds, since, revision):
            reading = await _whole(session, kinds, since, revision)
        elif kept.revision < revision:
            reading = await _caught_up(session, kinds, kept, revision)
        else:
            reading = kept
        self._keep(session.business_id, reading)
        return reading

    def _keep(self, business_id: BusinessId, reading: MirrorReading) -> None:
        """Take over the newest; businesses that were read longest ago make room."""
        self._kept[business_id] = reading
        self._kept.move_to_end(business_id)
        sizes = {each: sum(map(len, kept.records.values())) for each, kept in self._kept.items()}
        while sum(sizes.values()) > self.most_records and len(self._kept) > 1:
            oldest, _ = self._kept.popitem(last=False)
            del sizes[oldest]


def _serves(kept: MirrorReading, kinds: Sequence[AnyKind], since: date, revision: int) -> bool:
    """Whether what is kept leads to what is asked for; a database put back to an earlier state is another one."""
    reaches = since - _TOO_MUCH <= kept.since <= since
    return reaches and kept.revision <= revision and kept.records.keys() == {kind.name for kind in kinds}


async def _whole(session: TenantSession, kinds: tuple[AnyKind, ...], since: date, revision: int) -> MirrorReading:
    rows = await session.rows_together(_everything(kinds), {"since": since})
    with without_collections():
        found = _decoded(kinds, rows)
        records = {name: tuple(sorted(some, key=by_date_and_id)) for name, some in found.items()}
    return MirrorReading(revision, since, records, Reuse())


async def _caught_up(
    session: TenantSession, kinds: tuple[AnyKind, ...], kept: MirrorReading, revision: int
) -> MirrorReading:
    """What was kept, less the versions that ended since then, with those that came."""
    rows = await session.rows_together(_changes(kinds), {"revision": kept.revision})
    came = _decoded(kinds, [(name, body) for name, _, body in rows if body is not None])
    ended: dict[str, set[str]] = {kind.name: set() for kind in kinds}
    for name, record_id, body in rows:
        if body is None and name in ended:
            ended[name].add(record_id)
    records = {name: _changed(some, ended[name], came[name]) for name, some in kept.records.items()}
    return MirrorReading(revision, kept.since, records, kept.reuse)


def _changed(records: tuple[Mirrored, ...], ended: Collection[str], came: Sequence[Mirrored]) -> tuple[Mirrored, ...]:
    """The same object when nothing changed. What came goes over what there was, also where no version ended by it."""
    gone = {*ended, *(record.meta.id for record in came)}
    if not gone:
        return records
    found = [record for record in records if record.meta.id not in gone]
    if len(came) > _FEW:
        return tuple(sorted([*found, *came], key=by_date_and_id))
    for record in came:
        insort(found, record, key=by_date_and_id)
    return tuple(found)


def _decoded(kinds: Sequence[AnyKind], rows: Sequence[Any]) -> dict[str, list[Mirrored]]:
    found: dict[str, list[Mirrored]] = {kind.name: [] for kind in kinds}
    decode = {kind.name: _decoder_of(kind).decode for kind in kinds}
    for name, body in rows:
        found[name].append(decode[name](body))
    return found


def _decoder_of(kind: Kind[ModelT]) -> msgspec.json.Decoder[ModelT]:
    return decoder_of(kind.model)


@lru_cache(maxsize=16)
def _everything(kinds: tuple[AnyKind, ...]) -> tuple[Select[str, str], ...]:
    """One select for each kind: its name, and the bodies of its records. Lists have no dates and come whole."""
    return tuple(
        select(literal(kind.name), kind.row.body).where(
            or_(kind.row.open_cents != 0, kind.row.dated >= bindparam("since"), kind.row.dated.is_(None))
        )
        for kind in kinds
    )


@lru_cache(maxsize=16)
def _changes(kinds: tuple[AnyKind, ...]) -> tuple[Select[str, str, Any], ...]:
    """The versions that ended after a revision, without bodies, and those that came."""
    newer = bindparam("revision", type_=Integer())
    ended = select(RecordVersionRow.entity, RecordVersionRow.id, null()).where(RecordVersionRow.revision > newer)
    came = (select(literal(kind.name), kind.row.id, kind.row.body).where(kind.row.revision > newer) for kind in kinds)
    return (ended, *came)
