"""Reading whole record types: several at once, each page by page, the next page asked for while one is stored."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.answers import Page
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.mirror.changes import Mirror
from oodaloo.infra.qbo.mirror.records import AnyEntityType
from oodaloo.infra.qbo.mirror.state import locked_state
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress, SyncStepRow, advance, count_work, progress_of, steps
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS, SmartSync
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency

AT_ONCE = 8
"""Calls under way at a time.

Less than the ten that QuickBooks lets start in a second, so that in each second there is room for the next pages of
what was found to be long, and for people.
"""

ON_THEIR_WAY = 16
"""Pages asked for and not stored yet, at most: as many are lost, and paid for twice, when the process dies."""


@dataclass(frozen=True, slots=True)
class Company:
    """Whom to read for: the business, its company in QuickBooks, and how urgently."""

    business_id: BusinessId
    realm_id: RealmId
    lane: Lane


@dataclass(frozen=True, slots=True)
class WholeTypes:
    """Reads the types of a run that aren't done. The first of the mirror's types says which currency amounts are in."""

    database: Database
    smart_sync: SmartSync
    mirror: Mirror

    async def read(self, company: Company, run_id: str, on_progress: Callable[[SyncProgress], None]) -> int:
        """Read what isn't done of a run, and give how many pages (one metered read each) that took.

        Each page is stored together with the position after it. After the first failure nothing more is asked for;
        what was asked for already is still stored, then the failure is raised. Raises `SyncSupersededError` when
        another run of the business was started meanwhile.
        """
        async with self.database.tenant(company.business_id, read_only=True) as session:
            undone = {step.entity: step for step in await steps(session, run_id, SyncStepRow.done.is_(False))}
        first, *others = self.mirror.types
        in_order = (first, *sorted(others, key=lambda entity_type: entity_type.has_active))
        places = [_Place(each, undone[each.name], undone[each.name].pages) for each in in_order if each.name in undone]
        work = _Work(self, company, run_id, on_progress, deque(places))
        if places:
            await work.do()
        return work.pages


def is_last(page: Page, position: int) -> bool:
    """Whether a page, whose first record stands at the 1-based `position`, is the last one of its type.

    A page that isn't full is. A full one is when QuickBooks tells the total (totalCount is "the total count of records
    that satisfy the filter condition" in Intuit's own schema) and the page reaches it. Some types come without a
    total: an exact multiple of a page can't be told from more to come then, by whatever client, and one more page,
    an empty one, is the only way to know.
    """
    if len(page.records) < PAGE_ROWS:
        return True
    return page.total is not None and position - 1 + len(page.records) >= page.total


@dataclass(frozen=True, slots=True)
class _Place:
    """The page of a type that is read next, counted from 0."""

    entity_type: AnyEntityType
    step: SyncStepRow
    page: int

    @property
    def position(self) -> int:
        """Where the page begins, counted from 1."""
        return self.page * PAGE_ROWS + 1


@dataclass(slots=True)
class _Work:
    """One reading under way. `waiting` begins with the next pages of what is begun, then what may be long."""

    whole: WholeTypes
    company: Company
    run_id: str
    on_progress: Callable[[SyncProgress], None]
    waiting: deque[_Place]
    pages: int = 0
    _failure: OodalooError | None = None
    _home: Currency | None = None
    _home_is_decided: asyncio.Event = field(default_factory=asyncio.Event)
    _on_their_way: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ON_THEIR_WAY))
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _counted_until: float = field(default_factory=monotonic_seconds)

    async def do(self) -> None:
        if not self._is_first_type(self.waiting[0]):
            await self._learn_home()
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(AT_ONCE):
                    tasks.create_task(self._ask(tasks))
        except ExceptionGroup as faults:
            raise faults.exceptions[0] from None
        if self._failure:
            raise self._failure

    async def _ask(self, tasks: asyncio.TaskGroup) -> None:
        """Ask for page after page, and leave each to be stored; pages of a type are stored in their order."""
        while True:
            await self._on_their_way.acquire()
            if not self.waiting or self._failure:
                self._on_their_way.release()
                return
            place = self.waiting.popleft()
            try:
                page = await self.whole.smart_sync.page(
                    self.company.realm_id,
                    place.entity_type.name,
                    position=place.position,
                    inactive_too=place.entity_type.has_active,
                    lane=self.company.lane,
                )
            except OodalooError as error:
                self._fail(place, error)
                self._on_their_way.release()
                return
            self.pages += 1
            last = is_last(page, place.position)
            if not last:
                self.waiting.appendleft(replace(place, page=place.page + 1))
            tasks.create_task(self._keep(place, page, last=last))

    async def _keep(self, place: _Place, page: Page, *, last: bool) -> None:
        try:
            progress = await self._kept(place, page, last=last)
        except OodalooError as error:
            self._fail(place, error)
            return
        finally:
            self._on_their_way.release()
        if progress is not None:
            self.on_progress(progress)

    async def _kept(self, place: _Place, page: Page, *, last: bool) -> SyncProgress | None:
        is_first_type = self._is_first_type(place)
        if not is_first_type:
            await self._home_is_decided.wait()
            if self._home is None:
                return None  # the first type failed; without it nobody knows what the amounts of the others mean
        async with self._storing:
            progress = await self._store(place, page, last=last)
            if is_first_type:
                await self._learn_home()
        return progress

    async def _store(self, place: _Place, page: Page, *, last: bool) -> SyncProgress:
        mirror, step = self.whole.mirror, place.step
        async with self.whole.database.tenant(self.company.business_id) as session:
            await locked_state(session)
            home = self._home or await mirror.home_currency(session)
            readings = [place.entity_type.reading(source, home) for source in page.records]
            if await advance(session, step, place.page, records=len(readings), read_at=page.at, is_last=last):
                await mirror.keep_readings(
                    session, place.entity_type, readings, answered_at=page.at, seen_in=step.reading
                )
            await count_work(session, self.run_id, metered_reads=1, seconds=self._seconds())
            return await progress_of(session, self.run_id, [each.name for each in mirror.types])

    async def _learn_home(self) -> None:
        async with self.whole.database.tenant(self.company.business_id, read_only=True) as session:
            self._home = await self.whole.mirror.home_currency(session)
        self._home_is_decided.set()

    def _is_first_type(self, place: _Place) -> bool:
        return place.entity_type is self.whole.mirror.types[0]

    def _fail(self, place: _Place, error: OodalooError) -> None:
        self._failure = self._failure or error
        if self._is_first_type(place):
            self._home_is_decided.set()

    def _seconds(self) -> float:
        """Seconds since the last time that they were counted."""
        since, self._counted_until = self._counted_until, monotonic_seconds()
        return self._counted_until - since
