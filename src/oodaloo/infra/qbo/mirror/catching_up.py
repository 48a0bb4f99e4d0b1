"""Bringing a mirror up to now: what isn't read whole, then what changed meanwhile, until nothing was missed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.change_capture import Captured, capture, changed_since, count_of
from oodaloo.infra.qbo.mirror.changes import READ_LAG, Burial, Mirror
from oodaloo.infra.qbo.mirror.records import AnyEntityType, Reading, count
from oodaloo.infra.qbo.mirror.state import MirrorStateRow, locked_state, mirror_state
from oodaloo.infra.qbo.mirror.sync_runs import (
    Run,
    SyncProgress,
    SyncStepRow,
    begin_again,
    close,
    read_on,
    steps,
)
from oodaloo.infra.qbo.mirror.whole_types import Came, Company, WholeTypes, missing_from
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS
from oodaloo.kit.errors import OodalooError

OVERLAP = timedelta(minutes=10)
"""How far each asking for changes reaches back before the last one.

It outlasts what QuickBooks' reads lag behind its writes, and clocks of its servers that are some minutes apart. What
is mirrored already costs nothing: change data capture is one metered read whatever it finds.
"""

_ROUNDS = 5
_SHORT_ROWS = 2 * PAGE_ROWS  # more than 1,000 changes take two pages of a window, and a count


class BooksInMotionError(OodalooError):
    """The books change faster than they can be read whole. Try again when whoever edits or imports has finished."""


@dataclass(slots=True)
class CaughtUp:
    """What catching up found: the records that were news, how many deletions were, and what it cost.

    `at` is QuickBooks' time up to which the mirror is complete, apart from what its reads lag.
    """

    at: datetime
    changed: list[Reading] = field(default_factory=list)
    deleted: int = 0
    metered_reads: int = 0


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Reads and applies changes with the means of `whole`."""

    whole: WholeTypes

    async def run(
        self,
        company: Company,
        run_id: str,
        since: datetime | None,
        on_progress: Callable[[SyncProgress], None],
    ) -> CaughtUp:
        """Read what the run hasn't read yet, then everything that changed since `since` (else since that reading).

        A deletion between the pages of a type has moved rows past the reader: that type is read again, and so are
        documents that still name what was merged away. Each time, change data capture closes the gap. Raises
        `QboValidationError` when `since` is longer ago than QuickBooks' change data capture reaches, and
        `BooksInMotionError` when deletions keep coming between the pages.
        """
        noted = {"checked_at": self._mirror.clock.now()}
        if since is None:
            noted["swept_at"] = noted["checked_at"]
        run = Run(run_id)
        async with self.whole.reading(company, run, on_progress) as came:
            since = since or await self._reading_began(company, came)
            captured = await self._capture(company, since)
        found, covered_from = CaughtUp(since, metered_reads=came.pages), since
        met: set[str] = set()
        for rounds_left in reversed(range(_ROUNDS)):
            await self._apply(company, run, captured, found)
            for entity in captured.cut:
                await self._read_window(company, run, entity, since, found, again=entity in met)
            met.update(captured.cut)
            found.at = captured.at
            async with self.whole.reading(company, run, on_progress) as came:
                found.metered_reads += came.pages
                if came.pages and rounds_left:
                    since = captured.at - READ_LAG
                    captured = await self._capture(company, since)
            if not came.pages:
                began = await self._close(company, run, captured.at, covered_from, noted)
                if began is None:
                    return found
                since = covered_from = began
                captured = await self._capture(company, since)
        raise BooksInMotionError(
            "The books change faster than they can be read whole. Try again when whoever edits or imports has finished."
        )

    @property
    def _mirror(self) -> Mirror:
        return self.whole.mirror

    @property
    def _entities(self) -> list[str]:
        return [each.name for each in self._mirror.types]

    async def _capture(self, company: Company, since: datetime) -> Captured:
        return await capture(self.whole.smart_sync, company.realm_id, self._entities, since, company.lane)

    async def _reading_began(self, company: Company, came: Came) -> datetime:
        """From when on changes may be missing in what the run has read."""
        if came.began:
            return came.began
        async with self.whole.database.tenant(company.business_id, read_only=True) as session:
            state = await mirror_state(session)
        if state is None or state.watermark is None:
            raise AssertionError("a run that is closed has set the watermark")
        return state.watermark - OVERLAP

    async def _apply(self, company: Company, run: Run, captured: Captured, found: CaughtUp) -> None:
        """Take over what was captured, and let types begin again whose pages can't be trusted any more."""
        found.metered_reads += len(captured.answers)

        async def applied(session: TenantSession) -> None:
            await locked_state(session)
            home = await self._mirror.home_currency(session)
            for answer in captured.answers:
                for each in self._mirror.types:
                    readings = [each.reading(source, home) for source in answer.changed.get(each.name, ())]
                    found.changed += await self._mirror.keep_readings(session, each, readings, answered_at=answer.at)
                    burials = await self._mirror.bury(session, each.name, answer.deleted.get(each.name, ()))
                    found.deleted += sum(burial.is_news for burial in burials)
                    await self._begin_again(session, run.id, each, burials)
            await run.count_work(session, metered_reads=len(captured.answers))

        await self.whole.at_once.tenant(company.business_id, applied)

    async def _begin_again(
        self, session: TenantSession, run_id: str, entity_type: AnyEntityType, burials: Sequence[Burial]
    ) -> None:
        """Let what a deletion makes doubtful be read again: the pages after it, and documents that name the deleted."""
        if not burials:
            return
        for step in await steps(session, run_id, SyncStepRow.entity == entity_type.name):
            if any(step.was_shifted_by(burial.seen_in, burial.deletion.at) for burial in burials):
                await begin_again(session, run_id, entity_type.name)
        merged = [burial.deletion.id for burial in burials if burial.is_news]
        for each in self._mirror.types if entity_type.referred_as and merged else ():
            if await _names_any(session, each, entity_type.referred_as, merged):
                await begin_again(session, run_id, each.name)

    async def _read_window(
        self, company: Company, run: Run, entity: str, since: datetime, found: CaughtUp, *, again: bool
    ) -> None:
        """Read the changes of a type that are too many for change data capture, and count whether that was all.

        Queries say nothing of deletions: where QuickBooks has another number of records, the whole type is read again.
        So is a type of so few pages that a window and a count would take no fewer reads. `again` is when it was cut
        before: what a count could tell is known then.
        """
        smart_sync, database = self.whole.smart_sync, self.whole.database
        [entity_type] = [each for each in self._mirror.types if each.name == entity]
        async with database.tenant(company.business_id, read_only=True) as session:
            [step] = await steps(session, run.id, SyncStepRow.entity == entity)
            home = await self._mirror.home_currency(session)
            is_short = await count(session, entity_type.row) <= _SHORT_ROWS
        if is_short and not again:
            async with database.tenant(company.business_id) as session:
                await begin_again(session, run.id, entity)
            return
        async for page in changed_since(smart_sync, company.realm_id, entity_type, since, company.lane):
            readings = [entity_type.reading(source, home) for source in page.records]
            async with database.tenant(company.business_id) as session:
                found.changed += await self._mirror.keep_readings(
                    session, entity_type, readings, answered_at=page.at, seen_in=step.reading
                )
                await read_on(session, step, until=page.at)
                await run.count_work(session, metered_reads=1)
            found.metered_reads += 1
        if not again:
            there = await count_of(smart_sync, company.realm_id, entity_type, company.lane)
            async with database.tenant(company.business_id) as session:
                if there != await count(session, entity_type.row):
                    await begin_again(session, run.id, entity)
                await run.count_work(session, metered_reads=1)
            found.metered_reads += 1

    async def _close(
        self, company: Company, run: Run, at: datetime, covered_from: datetime, noted: Mapping[str, datetime]
    ) -> datetime | None:
        """Nothing was missed: what no page showed leaves the mirror, which is complete up to QuickBooks' time `at`.

        Unless another process on the same run has stored what it had read before `covered_from`: then nothing is done,
        and the time is given from when on changes may be missing.
        """

        async def closed(session: TenantSession) -> datetime | None:
            state = await locked_state(session)
            unclosed = await steps(session, run.id, SyncStepRow.closed.is_(False))
            began = missing_from([step.read_from for step in unclosed if step.read_from])
            if began and began < covered_from:
                return began
            for step in unclosed:
                entity_type = self._mirror.type_of(step.entity)
                is_complete = run.complete.get(step.entity) == step.reading
                if entity_type and step.done and step.read_from and not is_complete:
                    await self._mirror.drop_unseen(session, entity_type, step.reading, step.read_from)
            await close(session, run.id)
            watermark = max(at, state.watermark or at)
            await session.update(MirrorStateRow, values={**noted, "watermark": watermark})
            return None

        return await self.whole.at_once.tenant(company.business_id, closed)


async def _names_any(
    session: TenantSession, entity_type: AnyEntityType, fields: Iterable[str], ids: Iterable[str]
) -> bool:
    """Whether a mirrored record of a type refers to one of `ids` by a field with one of these endings."""
    body = entity_type.row.body
    patterns = [f'%{name}":{opening}"{each}"%' for name in fields for each in ids for opening in ("", "[%")]
    found = select(entity_type.row.id).where(or_(*(body.like(pattern) for pattern in patterns))).limit(1)
    return bool(await session.scalars(found))
