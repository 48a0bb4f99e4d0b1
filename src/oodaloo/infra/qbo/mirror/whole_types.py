"""Reading whole record types: several at once, each page by page, stored while nothing else has to be received."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from oodaloo.infra.db.at_once import AtOnce
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.answers import Page
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.mirror.changes import READ_LAG, Mirror
from oodaloo.infra.qbo.mirror.records import AnyEntityType
from oodaloo.infra.qbo.mirror.state import locked_state
from oodaloo.infra.qbo.mirror.sync_runs import Run, SyncProgress, SyncStepRow, advance, progress_of, steps
from oodaloo.infra.qbo.smart_sync.doors import PAGE_ROWS, SmartSync
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency

PATIENCE_SECONDS = 0.05
"""How long a page that has come waits to be stored, and a type to be begun, while other answers are on their way.

Storing holds up receiving, and a permit comes back a second after its answer is received. A full page has a next one,
which goes before types that may be short.
"""

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
class Came:
    """What a reading brought: how many pages, one metered read each.

    `began` is QuickBooks' time from when on changes may be missing in what the run has read, None when they can't be.
    """

    pages: int
    began: datetime | None


@dataclass(frozen=True, slots=True)
class WholeTypes:
    """Reads the types of a run that aren't done. The first of the mirror's types says which currency amounts are in."""

    database: Database
    at_once: AtOnce
    smart_sync: SmartSync
    mirror: Mirror

    @asynccontextmanager
    async def reading(
        self, company: Company, run: Run, on_progress: Callable[[SyncProgress], None]
    ) -> AsyncIterator[Came]:
        """Read what isn't done of a run. The block begins when all pages have come, and ends when all are stored.

        Each page is stored together with the position after it. After the first failure nothing more is asked for;
        what was asked for already is still stored, then the failure is raised, also one of the block. Raises
        `SyncSupersededError` when another run of the business was started meanwhile.
        """
        async with self.database.tenant(company.business_id, read_only=True) as session:
            unclosed = await steps(session, run.id, SyncStepRow.closed.is_(False))
        came_at = [step.read_from for step in unclosed if step.read_from]
        work = _Work(self, company, run, on_progress, deque(self._places(unclosed)), came_at)
        failed: OodalooError | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                if work.waiting:
                    await work.ask(tasks)
                if not work.failure:
                    try:
                        yield Came(work.pages, missing_from(work.came_at))
                    except OodalooError as error:
                        failed = error
        except ExceptionGroup as faults:
            raise faults.exceptions[0] from None
        if failed := work.failure or failed:
            raise failed

    def _places(self, unclosed: Iterable[SyncStepRow]) -> Iterator["_Place"]:
        """Where reading goes on, with what may be long first: documents come before lists."""
        undone = {step.entity: step for step in unclosed if not step.done}
        first, *others = self.mirror.types
        for each in (first, *sorted(others, key=lambda entity_type: entity_type.has_active)):
            if each.name in undone:
                yield _Place(each, undone[each.name], undone[each.name].pages)


def missing_from(came_at: Collection[datetime]) -> datetime | None:
    """From when on changes may be missing in pages that came at these times of QuickBooks', None without any."""
    return min(came_at) - READ_LAG if came_at else None


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
    run: Run
    on_progress: Callable[[SyncProgress], None]
    waiting: deque[_Place]
    came_at: list[datetime]
    pages: int = 0
    failure: OodalooError | None = None
    _home: Currency | None = None
    _home_is_decided: asyncio.Event = field(default_factory=asyncio.Event)
    _all_came: bool = False
    _on_their_way: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ON_THEIR_WAY))
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, tasks: asyncio.TaskGroup) -> None:
        """Ask until all pages have come, and leave each to be stored."""
        if not self._is_first_type(self.waiting[0]):
            await self._learn_home()
        await asyncio.wait([tasks.create_task(self._ask(tasks)) for _ in range(AT_ONCE)])
        self._all_came = True

    async def _ask(self, tasks: asyncio.TaskGroup) -> None:
        """Ask for page after page; pages of a type are stored in their order."""
        while True:
            await self._on_their_way.acquire()
            place = await self._next()
            if place is None:
                self._on_their_way.release()
                return
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
            self.came_at.append(page.at)
            last = is_last(page, place.position)
            if not last:
                self.waiting.appendleft(replace(place, page=place.page + 1))
            tasks.create_task(self._keep(place, page, last=last))

    async def _next(self) -> _Place | None:
        """The page to ask for next, None when there is none or all is lost."""
        if self.waiting and not self.waiting[0].page:
            await self._quiet(PATIENCE_SECONDS)
        return self.waiting.popleft() if self.waiting and not self.failure else None

    async def _keep(self, place: _Place, page: Page, *, last: bool) -> None:
        patient_until = monotonic_seconds() + PATIENCE_SECONDS
        try:
            progress = await self._kept(place, page, last=last, patient_until=patient_until)
        except OodalooError as error:
            self._fail(place, error)
            return
        finally:
            self._on_their_way.release()
        if progress is not None:
            self.on_progress(progress)

    async def _kept(self, place: _Place, page: Page, *, last: bool, patient_until: float) -> SyncProgress | None:
        if not self._is_first_type(place):
            await self._home_is_decided.wait()
            if self._home is None:
                return None  # the first type failed; without it nobody knows what the amounts of the others mean
        async with self._storing:
            if not self._all_came:
                await self._quiet(patient_until - monotonic_seconds())
            progress, home = await self.whole.at_once.tenant(
                self.company.business_id, partial(self._store, place, page, last)
            )
        if self._is_first_type(place):
            self._know_home(home)
        return progress

    async def _store(
        self, place: _Place, page: Page, last: bool, session: TenantSession
    ) -> tuple[SyncProgress, Currency]:
        mirror, step = self.whole.mirror, place.step
        await locked_state(session)
        home = self._home or await mirror.home_currency(session)
        readings = [place.entity_type.reading(source, home) for source in page.records]
        if await advance(session, step, place.page, records=len(readings), read_at=page.at, is_last=last):
            await mirror.keep_readings(session, place.entity_type, readings, answered_at=page.at, seen_in=step.reading)
            if last and await mirror.is_seen(session, place.entity_type, step.reading):
                self.run.complete[place.entity_type.name] = step.reading
        await self.run.count_work(session, metered_reads=1)
        progress = await progress_of(session, self.run.id, [each.name for each in mirror.types])
        return progress, self._home or await mirror.home_currency(session)

    async def _learn_home(self) -> None:
        async with self.whole.database.tenant(self.company.business_id, read_only=True) as session:
            self._know_home(await self.whole.mirror.home_currency(session))

    def _know_home(self, home: Currency) -> None:
        self._home = home
        self._home_is_decided.set()

    async def _quiet(self, at_most_seconds: float) -> None:
        await self.whole.smart_sync.quiet(self.company.realm_id, at_most_seconds=at_most_seconds)

    def _is_first_type(self, place: _Place) -> bool:
        return place.entity_type is self.whole.mirror.types[0]

    def _fail(self, place: _Place, error: OodalooError) -> None:
        self.failure = self.failure or error
        if self._is_first_type(place):
            self._home_is_decided.set()
