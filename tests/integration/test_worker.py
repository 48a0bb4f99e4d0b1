"""The worker: what is due is refreshed once whoever ticks, what fails waits, and nothing is left held."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.infra.db.quick import open_quick
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.freshness.turns import LEASE, Turn, TurnRow, Turns
from oodaloo.kit.clock import FixedClock, SystemClock
from oodaloo.kit.ids import BusinessId
from oodaloo.worker.loop import Worker
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.people import edit
from tests.support.product import connect, services_for
from tests.support.writing import a_bill_in, payment_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OURS, THEIRS = BusinessId("ours"), BusinessId("theirs")


@dataclass(frozen=True)
class Shift:
    """A business whose books were read, and what a worker needs to look after them."""

    services: Services
    quickbooks: Emulator
    business_id: BusinessId

    def worker(self, name: str = "first") -> Worker:
        """A worker of that name."""
        return Worker(self.services, name, shows_pages=True)

    async def grow_old(self) -> None:
        """Let the books be two days old."""
        await self.services.schedule.turns.note_fresh(
            self.business_id, self.services.clock.now() - timedelta(days=2), trusted=False
        )

    async def turn(self) -> Turn:
        """The business's turn as it stands."""
        return await self.services.schedule.turn(self.business_id)

    def looks(self) -> int:
        """How often QuickBooks was asked what changed."""
        return sum(request["operation"] == "cdc" for request in self.quickbooks.journal())


@pytest.fixture
async def shift(migrated: TestDatabase, working_company: Emulator) -> AsyncIterator[Shift]:
    """The small company, connected and read, its journal empty."""
    async with services_for(migrated, working_company) as services:
        business_id = await connect(services, working_company)
        await services.sync(business_id)
        working_company.fresh()
        yield Shift(services, working_company, business_id)


async def ticked(*workers: Worker) -> None:
    """Let workers tick at the same moment, and wait for what comes of it."""
    await asyncio.gather(*(worker.tick() for worker in workers))
    await asyncio.gather(*(worker.settled() for worker in workers))


async def test_fresh_books_are_left_alone(shift: Shift) -> None:
    """Right after a complete reading nothing is due, and ticks cost no read."""
    worker = shift.worker()
    for _ in range(3):
        await ticked(worker)
    assert shift.quickbooks.journal() == []


async def test_what_is_due_is_refreshed_once_by_however_many_workers(shift: Shift) -> None:
    """Five workers that tick at once ask QuickBooks once, and leave the turn free and the books fresh."""
    await shift.grow_old()
    await ticked(*(shift.worker(f"worker {number}") for number in range(5)))
    assert shift.looks() == 1
    turn = await shift.turn()
    assert (turn.fresh_at, turn.is_held, turn.failures) == (shift.services.clock.now(), False, 0)


async def test_the_kept_assessment_follows(shift: Shift) -> None:
    """After a refresh that brought a bill, what pages show has it, and it is computed already."""
    before = await shift.services.assessment(shift.business_id)
    line = {"Amount": 77.77, "DetailType": "AccountBasedExpenseLineDetail"}
    detail = {"AccountBasedExpenseLineDetail": {"AccountRef": {"value": "10"}}}
    edit(shift.quickbooks, "create", "Bill", {"VendorRef": {"value": "5"}, "Line": [{**line, **detail}]})
    await shift.grow_old()
    await ticked(shift.worker())
    after = await shift.services.assessment(shift.business_id)
    assert after.payables.open.cents - before.payables.open.cents == 7777
    assert after.projection is (await shift.services.assessment(shift.business_id)).projection


async def test_a_failure_is_told_and_waited_for(shift: Shift) -> None:
    """QuickBooks fails: the reason is kept, the next ticks leave it alone, and success forgets it."""
    shift.quickbooks.fail("status", times=100, status=500)
    await shift.grow_old()
    worker = shift.worker()
    await ticked(worker)
    turn = await shift.turn()
    assert (turn.failures, turn.is_held) == (1, False)
    assert "QuickBooks" in turn.failed
    asked = len(shift.quickbooks.journal())
    await ticked(worker)
    assert len(shift.quickbooks.journal()) == asked
    shift.quickbooks.heal()
    await shift.services.refresh(shift.business_id, max_age=timedelta(0), lane=Lane.USER)
    assert (await shift.turn()).failures == 0


async def test_a_business_that_was_never_read_is_read(migrated: TestDatabase, company: Emulator) -> None:
    """A first reading that nobody began, or that was cut off, is done by the worker."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        await ticked(Worker(services, "first", shows_pages=True))
        assert (await services.assessment(business_id)).picture.books.cash.cents > 0


async def test_a_dead_connection_is_left_alone(shift: Shift) -> None:
    """Once QuickBooks has ended the connection nothing is due, however old the books get."""
    shift.quickbooks.revoke_tokens()
    await shift.grow_old()
    await ticked(shift.worker())
    assert "connection" in (await shift.turn()).failed
    assert await shift.services.plans() == {}


async def test_a_worker_that_is_stopped_gives_its_turn_back(shift: Shift) -> None:
    """Stopped in the middle of a call, it leaves nothing held, and the next worker goes on at once."""
    shift.quickbooks.fail("delay", times=1, delay_ms=20_000)
    await shift.grow_old()
    running = asyncio.create_task(shift.worker().run())
    while not (await shift.turn()).is_held:  # noqa: ASYNC110 (what the database holds sets no event)
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    turn = await shift.turn()
    assert (turn.is_held, turn.failures) == (False, 0)
    shift.quickbooks.heal()
    await ticked(shift.worker("second"))
    assert (await shift.turn()).fresh_at == shift.services.clock.now()


async def test_writes_that_were_left_lying_are_finished(shift: Shift) -> None:
    """A payment that was wanted and never sent, as after a crash, is carried out by the next worker's first tick."""
    paid = a_bill_in(shift.quickbooks, "40.00")
    async with shift.services.database.tenant(shift.business_id) as session:
        await shift.services.writes.prepare(session, payment_of("left lying", paid))
    shift.services.writes.wall_clock = FixedClock(SystemClock().now() + timedelta(hours=1))
    await ticked(shift.worker())
    assert await shift.services.writes.open_writes(shift.business_id) == ()
    sent = [each for each in shift.quickbooks.journal() if (each["method"], each["entity"]) == ("POST", "BillPayment")]
    assert len(sent) == 1


async def test_activity_is_noted_once_a_minute(shift: Shift) -> None:
    """However many pages are looked at, one row is written a minute; looking makes the business active."""
    for _ in range(50):
        await shift.services.schedule.note_activity(shift.business_id)
    assert (await shift.turn()).active_at == shift.services.clock.now()
    (plan,) = (await shift.services.plans()).values()
    assert plan.when == "somebody is looking"


async def test_a_turn_is_one_worker_s_until_its_lease_runs_out(migrated: TestDatabase) -> None:
    """Two take turns: the second gets none while the first holds it, and gets it when the first one has died."""
    quick = open_quick(migrated.app_url, "news", (TurnRow,))
    turns, later = Turns(quick, FixedClock(NOW)), Turns(quick, FixedClock(NOW + LEASE + timedelta(seconds=1)))
    assert await turns.take(OURS, "first")
    assert not await turns.take(OURS, "second")
    assert await turns.take(THEIRS, "second")
    assert await later.take(OURS, "second")
    await later.fail(OURS, "first", "too late")
    assert (await later.all())[OURS].failures == 0
    await later.end(OURS, "second")
    assert not (await later.all())[OURS].is_held
    await quick.close()


async def test_a_worker_that_lives_keeps_its_turn(migrated: TestDatabase) -> None:
    """A lease that is renewed doesn't run out; a turn that somebody else took over isn't taken back by renewing."""
    quick = open_quick(migrated.app_url, "news", (TurnRow,))

    def at(elapsed: timedelta) -> Turns:
        return Turns(quick, FixedClock(NOW + elapsed))

    assert await at(timedelta()).take(OURS, "first")
    await at(LEASE / 2).keep([OURS], "first")
    assert not await at(LEASE * 1.2).take(OURS, "second")
    assert await at(LEASE * 2).take(OURS, "second")
    await at(LEASE * 2).keep([OURS], "first")
    assert await at(LEASE * 3.1).take(OURS, "third")
    await quick.close()
