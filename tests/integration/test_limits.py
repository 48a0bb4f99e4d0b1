"""Permits meet their database: shared by processes, come back from the dead, and never wait for a sync's writes."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import msgspec
import pytest

from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.quick import open_quick
from oodaloo.infra.qbo.calls import Call, Lane, Operation, query_call, write_call
from oodaloo.infra.qbo.errors import QboServerError, QboUnreachableError
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.limits import LimitBoardRow, Limits, QboBusyError
from oodaloo.infra.qbo.smart_sync.metering import MeteredReads, MeteredReadsRow
from oodaloo.kit.clock import FixedClock, monotonic_seconds
from oodaloo.kit.ids import BusinessId, RealmId
from tests.support.calling import Plan
from tests.support.databases import TestDatabase
from tests.support.emulators import POLL_SECONDS, Emulator, emulator
from tests.support.forked import ROOT, Forks, forks
from tests.support.product import connect, cut_connections, environment, opened, services_for, settings_for
from tests.support.recordings import small_company, write
from tests.support.rows import A_MOMENT, a_business

OURS, THEIRS = RealmId("1"), RealmId("2")
CALL = query_call("Bill", "SELECT * FROM Bill")
A_WRITE = write_call("Bill", Operation.CREATE, b"{}", "a request")
NOTHING = dict.fromkeys(Lane, 0)
ONE_PERMIT = Rules(permits=1, cooling_seconds=0.0, kept_back=NOTHING, kept_back_in_quiet=NOTHING, apart_seconds=NOTHING)


@asynccontextmanager
async def limits_of(database: TestDatabase, rules: Rules, name: str = "a process") -> AsyncIterator[Limits]:
    """The limits as one process has them."""
    quick = open_quick(database.app_url, "limits", (LimitBoardRow, MeteredReadsRow))
    try:
        yield Limits(quick, MeteredReads(quick, "app", 1_000, FixedClock(A_MOMENT)), name, rules)
    finally:
        await quick.close()


def soon() -> float:
    """A moment by which nothing should have to be waited for any more."""
    return monotonic_seconds() + 20


class Callers:
    """Calls under permits that last until they are told to end."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self._end = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def call(self, limits: Limits, lane: Lane, name: str = "", realm_id: RealmId = OURS) -> asyncio.Task[None]:
        """Want a permit, and keep it until `end`."""
        self._tasks.append(asyncio.create_task(self._call(limits, lane, name, realm_id)))
        return self._tasks[-1]

    async def begun(self, calls: int) -> None:
        """Wait until so many have a permit."""
        while len(self.began) < calls:  # noqa: ASYNC110 (several conditions, one way to wait)
            await asyncio.sleep(POLL_SECONDS)

    async def end(self) -> None:
        """Let all end, and wait for it."""
        self._end.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _call(self, limits: Limits, lane: Lane, name: str, realm_id: RealmId) -> None:
        async with limits.permit(realm_id, CALL, lane, give_up_at=soon()):
            self.began.append(name or lane.name)
            await self._end.wait()


async def is_free(limits: Limits, lane: Lane = Lane.USER, realm_id: RealmId = OURS, *, within: float = 0.0) -> bool:
    """Whether a lane gets a permit now, or within so many seconds; it is given back as not used."""
    try:
        async with limits.permit(realm_id, CALL, lane, give_up_at=monotonic_seconds() + within):
            raise QboUnreachableError("Only looked.")
    except QboBusyError:
        return False
    except QboUnreachableError:
        return True


async def test_people_find_a_permit_while_bulk_work_has_all_of_its(migrated: TestDatabase) -> None:
    """Two processes' bulk work gets seven permits together, sync two more, and the tenth is left for people."""
    rules = Rules(apart_seconds=NOTHING)
    callers = Callers()
    async with limits_of(migrated, rules, "one") as one, limits_of(migrated, rules, "two") as two:
        assert await is_free(one), "a person is about"
        for number in range(12):
            callers.call((one, two)[number % 2], Lane.BULK)
        await callers.begun(7)
        assert not await is_free(one, Lane.BULK)
        for number in range(4):
            callers.call((one, two)[number % 2], Lane.SYNC)
        await callers.begun(9)
        assert not await is_free(two, Lane.SYNC)
        assert await is_free(two)
        assert sorted(callers.began) == ["BULK"] * 7 + ["SYNC"] * 2
        for task in callers._tasks:
            task.cancel()
        await callers.end()


async def test_another_company_has_permits_of_its_own(migrated: TestDatabase) -> None:
    """QuickBooks counts each company for itself, and so do we."""
    callers = Callers()
    async with limits_of(migrated, ONE_PERMIT) as limits:
        callers.call(limits, Lane.USER)
        await callers.begun(1)
        assert not await is_free(limits)
        assert await is_free(limits, realm_id=THEIRS)
        await callers.end()


async def test_those_who_wait_go_by_urgency_then_by_turn(migrated: TestDatabase) -> None:
    """However late a person comes, the next permit is theirs; after them sync, then bulk work, each in turn."""
    held, wanted = Callers(), Callers()
    async with limits_of(migrated, ONE_PERMIT) as limits:
        held.call(limits, Lane.BULK)
        await held.begun(1)
        order = [Lane.BULK, Lane.SYNC, Lane.BULK, Lane.USER, Lane.SYNC, Lane.USER]
        for number, lane in enumerate(order):
            wanted.call(limits, lane, f"{lane.name} {number}")
            await asyncio.sleep(0)
        wanted._end.set()
        await held.end()
        await wanted.begun(len(order))
        await wanted.end()
    assert wanted.began == ["USER 3", "USER 5", "SYNC 1", "SYNC 4", "BULK 0", "BULK 2"]


async def test_a_permit_not_used_is_free_at_once(migrated: TestDatabase) -> None:
    """Where nothing was sent, nobody waits for the permit to cool; where QuickBooks failed, it does."""
    async with limits_of(migrated, replace(ONE_PERMIT, cooling_seconds=60.0)) as limits:
        assert await is_free(limits)
        assert await is_free(limits)
        with pytest.raises(QboServerError):
            async with limits.permit(OURS, CALL, Lane.USER, give_up_at=soon()):
                raise QboServerError("QuickBooks failed.")
        assert not await is_free(limits)


async def test_a_call_that_takes_long_keeps_its_permit(migrated: TestDatabase) -> None:
    """A caller that lives gives signs of life: its permit outlasts its lease."""
    callers = Callers()
    async with limits_of(migrated, replace(ONE_PERMIT, lease_seconds=1.2)) as limits:
        callers.call(limits, Lane.USER)
        await callers.begun(1)
        assert not await is_free(limits, within=1.6)
        await callers.end()
        assert await is_free(limits)


async def test_who_leaves_while_waiting_takes_nothing_along(migrated: TestDatabase) -> None:
    """Callers are cancelled at every moment of asking, waiting and being granted; then the permit is still there."""
    async with limits_of(migrated, replace(ONE_PERMIT, lease_seconds=0.5)) as limits:
        for turns in range(0, 60, 2):
            callers = Callers()
            leaving = [callers.call(limits, lane) for lane in (Lane.USER, Lane.BULK)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in leaving:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)
        assert await is_free(limits, within=20)
        assert all(not line._places for line in limits._lines.values())


async def test_the_first_calls_of_a_company_may_come_together(migrated: TestDatabase) -> None:
    """Processes that make a company's very first calls at the same time find one board."""
    async with limits_of(migrated, ONE_PERMIT, "one") as one, limits_of(migrated, ONE_PERMIT, "two") as two:
        for realm_id in map(RealmId, "abcdefgh"):
            callers = Callers()
            for limits in (one, two):
                callers.call(limits, Lane.USER, realm_id=realm_id)
            await callers.begun(1)
            assert not await is_free(one, realm_id=realm_id)
            await callers.end()
            assert len(callers.began) == 2


async def test_a_sync_that_writes_holds_nobody_up(migrated: TestDatabase) -> None:
    """While another transaction has the embedded database's only write lock, permits are given out all the same."""
    async with opened(migrated) as database, limits_of(migrated, ONE_PERMIT) as limits, database.system() as session:
        await session.upsert(BusinessRow, [a_business(BusinessId("ours"))])
        assert await is_free(limits)


async def test_a_database_that_was_restarted_is_found_again(migrated: TestDatabase) -> None:
    """Permits for reads and for writes are given out after the server has cut the connection."""
    async with limits_of(migrated, ONE_PERMIT) as limits:
        for call in (CALL, A_WRITE):
            async with limits.permit(OURS, call, Lane.USER, give_up_at=soon()):
                pass
            await cut_connections(migrated)
            async with limits.permit(OURS, call, Lane.USER, give_up_at=soon()):
                pass
            await cut_connections(migrated)


@pytest.mark.parametrize("call", [CALL, A_WRITE], ids=["metered", "free"])
async def test_nobody_gets_a_permit_that_somebody_else_has(migrated: TestDatabase, call: Call) -> None:
    """Two processes whose many callers want three permits all at once never hold more, and all get theirs."""
    rules = replace(ONE_PERMIT, permits=3)
    held, most, done = 0, 0, 0

    async def work(limits: Limits) -> None:
        nonlocal held, most, done
        async with limits.permit(OURS, call, Lane.USER, give_up_at=soon()):
            held += 1
            most = max(most, held)
            await asyncio.sleep(0.01)
            held -= 1
        done += 1

    async with limits_of(migrated, rules, "one") as one, limits_of(migrated, rules, "two") as two:
        await asyncio.gather(*(work(limits) for limits in (one, two) * 20))
    assert most <= 3
    assert done == 40


@pytest.fixture(scope="module")
def limited() -> Iterator[Emulator]:
    """The small company behind a QuickBooks that counts as Intuit does and takes its time."""
    with TemporaryDirectory() as folder:
        recorded = write(Path(folder) / "small", small_company())
        with emulator("--load", str(recorded), "--latency-ms", "20", limits="intuit") as running:
            yield running


@pytest.fixture(scope="module")
def calling() -> Iterator[Forks]:
    """Where processes come from that call QuickBooks."""
    with forks("tests.support.calling") as running:
        yield running


async def test_two_processes_stay_within_intuit_s_limits(
    migrated: TestDatabase, limited: Emulator, calling: Forks, tmp_path: Path
) -> None:
    """Two processes with 14 calls each, all at once, some of them slow: QuickBooks refuses none."""
    limited.fresh()
    async with services_for(migrated, limited) as services:
        await connect(services, limited)
    for delay_ms in (0, 300, 900, 50, 600):
        limited.fail("delay", times=3, nth=2, delay_ms=delay_ms)
    settings = environment(settings_for(migrated, limited))
    plans = [Plan(RealmId(limited.realm_id), Lane.USER, 14, 14, str(tmp_path / f"told {i}")) for i in range(2)]
    running = [start(calling, plan, settings, tmp_path) for plan in plans]
    await asyncio.to_thread(ended, calling, running)
    heard = limited.journal()
    assert {request["status"] for request in heard} == {200}
    assert len(heard) == 28
    moments = sorted(datetime.fromisoformat(request["at"]) for request in heard)
    assert all(late - early >= timedelta(seconds=1) for early, late in zip(moments, moments[10:], strict=False))


async def test_the_permits_of_a_killed_process_come_back(
    migrated: TestDatabase, company: Emulator, calling: Forks, tmp_path: Path
) -> None:
    """A process is killed (-9) while it has all permits; when their leases have run out, calls are made again."""
    async with services_for(migrated, company) as services:
        await connect(services, company)
        realm_id = RealmId(company.realm_id)
        company.fail("delay", times=10, delay_ms=30_000)
        plan = Plan(realm_id, Lane.USER, 10, 10, str(tmp_path / "told"), lease_seconds=1.0)
        victim = start(calling, plan, environment(settings_for(migrated, company)), tmp_path)
        await asyncio.to_thread(company.wait_for_faults)
        assert not await is_free(services.limits, realm_id=realm_id)
        calling.kill(victim)
        assert await is_free(services.limits, realm_id=realm_id, within=20)


def start(calling: Forks, plan: Plan, settings: Mapping[str, str], folder: Path) -> int:
    """Start a process that works through a plan; gives its id."""
    written = folder / f"{uuid4()}.json"
    written.write_bytes(msgspec.json.encode(plan))
    return calling.start(str(written), settings=settings, folder=ROOT)


def ended(calling: Forks, running: Iterable[int]) -> None:
    """Wait until all have come to their own end."""
    for process in running:
        while not calling.has_ended(process):
            time.sleep(POLL_SECONDS)
        calling.kill(process)
