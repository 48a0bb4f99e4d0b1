"""A sync that is killed at any moment and run again ends in the mirror that an undisturbed one makes."""

import asyncio
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.mirror.whole_types import ON_THEIR_WAY
from oodaloo.kit.ids import BusinessId
from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import AS_OF, POLL_SECONDS, Emulator, emulator, reads
from tests.support.forked import ROOT, Forks, forks
from tests.support.mirrors import Mirror, mirror_of, sources_in, sources_of
from tests.support.product import EXECUTABLE, connect, environment, services_for, settings_for

KILLS = 20
LATENCY_MS = 10
SIDE_BY_SIDE = 2  # rounds at a time, each on a company of its own
STOP_SECONDS = 20
CLOSING = 1  # the call of change data capture that ends a sync


@dataclass(frozen=True)
class Company:
    """A company of the emulator: its database with the connection only, and the mirror of an undisturbed sync."""

    realm_id: str
    business_id: BusinessId
    connected: TestDatabase
    undisturbed: Mirror
    pages: int


@dataclass(frozen=True)
class Moment:
    """When a sync is killed: a while after QuickBooks has heard so many calls and so many pages are stored."""

    heard: int
    stored: int
    delay_seconds: float


@pytest.fixture(scope="module")
def slow_agencies() -> Iterator[Emulator]:
    """Two agencies behind a QuickBooks that takes its time."""
    arguments = ["--companies", str(SIDE_BY_SIDE), "--as-of", AS_OF, "--latency-ms", str(LATENCY_MS)]
    with emulator("--scenario", "agency", *arguments) as running:
        yield running


@pytest.fixture(scope="module")
def forked() -> Iterator[Forks]:
    """Where killed processes come from."""
    with forks() as running:
        yield running


async def test_killed_at_any_moment_it_goes_on(
    migrated: TestDatabase, databases: Databases, slow_agencies: Emulator, forked: Forks
) -> None:
    """Twenty times `oodaloo sync` is killed (-9) and run again: same mirror, only pages on their way are read twice."""
    dice = random.Random(20261002)  # noqa: S311 (moments, not secrets)
    companies = [await prepare(databases, migrated, slow_agencies, realm) for realm in slow_agencies.realm_ids]
    moments = [a_moment(dice, companies[0].pages, late=number % 2 == 1) for number in range(KILLS)]
    stored = []
    for start in range(0, KILLS, SIDE_BY_SIDE):
        slow_agencies.fresh()
        rounds = [
            kill_and_go_on(company, databases.copy(company.connected), slow_agencies, moment, forked)
            for company, moment in zip(companies, moments[start : start + SIDE_BY_SIDE], strict=True)
        ]
        stored += await asyncio.gather(*rounds)
    assert min(stored) < companies[0].pages / 2 < max(stored), "the kills were not spread over the sync"


async def prepare(databases: Databases, migrated: TestDatabase, quickbooks: Emulator, realm_id: str) -> Company:
    """Connect a company, keep that, and sync a copy without disturbing it."""
    connected = databases.copy(migrated)
    async with services_for(connected, quickbooks) as services:
        business_id = await connect(services, quickbooks, realm_id=realm_id)
    whole = databases.copy(connected)
    async with services_for(whole, quickbooks) as services:
        done = await services.sync(business_id)
    assert done.records > 3000
    pages = done.metered_reads - CLOSING
    return Company(realm_id, business_id, connected, await mirror_of(whole), pages)


def a_moment(dice: random.Random, pages: int, *, late: bool) -> Moment:
    """Somewhere in a sync of so many pages; late ones come when much of it may be stored."""
    heard, stored = dice.randint(0, pages), dice.randint(1, pages - 2)
    return Moment(heard, stored if late else 0, dice.uniform(0, 2.5 * LATENCY_MS) / 1000)


async def kill_and_go_on(
    company: Company, database: TestDatabase, quickbooks: Emulator, moment: Moment, forked: Forks
) -> int:
    """Kill a sync at a moment, run it again, compare; gives how many pages the killed one stored."""
    async with services_for(database, quickbooks, as_of=None) as services:
        await kill_at(moment, company, services, quickbooks, forked)
        killed = await services.sync_progress(company.business_id)
        if killed and killed.finished_at:
            assert await mirror_of(database) == company.undisturbed
            return company.pages  # the kill came too late
        done = await services.sync(company.business_id)
    answered = Counter(reads(quickbooks.journal(company.realm_id)))
    assert len(answered) == company.pages
    assert answered.total() - len(answered) <= ON_THEIR_WAY, "a stored page was read again"
    assert CLOSING <= done.metered_reads - company.pages <= 2 * CLOSING
    assert await mirror_of(database) == company.undisturbed
    return killed.metered_reads if killed else 0


async def kill_at(moment: Moment, company: Company, services: Services, quickbooks: Emulator, forked: Forks) -> None:
    """Run `oodaloo sync` as a process and kill it."""
    settings = environment(services.settings)
    victim = forked.start("sync", company.business_id, settings=settings, folder=ROOT / "tests")
    while not await has_come(moment, company, services, quickbooks):
        assert not forked.has_ended(victim), "the sync ended before it was killed"
        await asyncio.sleep(POLL_SECONDS)
    await asyncio.sleep(moment.delay_seconds)
    await asyncio.to_thread(forked.kill, victim)


async def has_come(moment: Moment, company: Company, services: Services, quickbooks: Emulator) -> bool:
    """Whether QuickBooks has heard so many calls, and so many pages are stored."""
    if len(quickbooks.journal(company.realm_id)) < moment.heard:
        return False
    progress = await services.sync_progress(company.business_id) if moment.stored else None
    return not moment.stored or (progress is not None and progress.metered_reads >= moment.stored)


def a_sync(
    business_id: BusinessId, database: TestDatabase, quickbooks: Emulator, folder: Path
) -> "subprocess.Popen[str]":
    """`oodaloo sync` as a process."""
    return subprocess.Popen(
        [str(EXECUTABLE), "sync", business_id],
        cwd=folder,
        env=environment(settings_for(database, quickbooks)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_asked_to_stop_it_says_so_and_goes_on_later(
    migrated: TestDatabase, company: Emulator, tmp_path: Path
) -> None:
    """SIGTERM in mid-sync ends with status 1 and one line, is noted with the run, and the next sync resumes."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
    company.fail("delay", entity="Bill", delay_ms=30_000)
    process = a_sync(business_id, migrated, company, tmp_path)
    async with services_for(migrated, company) as services:
        while not await all_but_one_are_read(services, business_id):  # noqa: ASYNC110 (another process's progress)
            await asyncio.sleep(POLL_SECONDS)
    process.send_signal(signal.SIGTERM)
    out, err = await asyncio.to_thread(process.communicate, timeout=STOP_SECONDS)
    assert (process.returncode, out, err) == (1, "", "Stopped.\n")
    async with services_for(migrated, company, as_of=None) as services:
        stopped = await services.sync_progress(business_id)
        assert stopped is not None
        assert "interrupted" in stopped.failed
        assert stopped.entity == "Bill"
        done = await services.sync(business_id)
    assert done.run_id == stopped.run_id
    assert max(Counter(reads(company.journal(company.realm_id))).values()) == 1
    assert await sources_of(migrated) == sources_in(company)


async def all_but_one_are_read(services: Services, business_id: BusinessId) -> bool:
    """Whether a sync waits for one type only."""
    progress = await services.sync_progress(business_id)
    return progress is not None and progress.types_done == len(ENTITY_TYPES) - 1


async def test_two_syncs_at_once_end_in_one_mirror(migrated: TestDatabase, company: Emulator) -> None:
    """Two processes that sync the same business at the same time leave one whole mirror."""
    async with services_for(migrated, company) as one, services_for(migrated, company) as other:
        business_id = await connect(one, company)
        await asyncio.gather(one.sync(business_id), other.sync(business_id))
    assert await sources_of(migrated) == sources_in(company)
