"""A mirror is as fresh as the caller asks for: no call when it is, one when many ask, and proven webhooks count."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.domains.ap.store import BillRow
from oodaloo.infra.qbo.errors import QboValidationError
from oodaloo.infra.qbo.freshness.refresh import SWEPT_EACH, NoAnnouncements
from oodaloo.infra.qbo.mirror.state import MirrorStateRow
from oodaloo.infra.qbo.mirror.sync_runs import SyncStepRow
from oodaloo.kit.ids import BusinessId, RealmId
from tests.support.counting import metered, minimum
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.mirrors import assert_mirrored
from tests.support.people import edit, pass_time
from tests.support.product import QUICK, UNLIMITED, connect, services_for, settings_for
from tests.support.writing import SteppedClock

NOW = timedelta(0)
HOUR = timedelta(hours=1)
MORNING = datetime(2026, 10, 2, 16, tzinfo=UTC)
ONE_CALL = Counter(cdc=1)


class Announced:
    """Announcements as a test makes them."""

    def __init__(self) -> None:
        self.waiting: int | None = None
        self.settled: list[int] = []

    async def pending(self, realm_id: RealmId) -> int | None:  # noqa: ARG002 (the protocol's)
        """What was announced and not settled."""
        return self.waiting

    async def settle(self, realm_id: RealmId, number: int) -> None:  # noqa: ARG002 (the protocol's)
        """Note it, and wait for the next."""
        self.settled.append(number)
        self.waiting = None


@asynccontextmanager
async def stepped(database: TestDatabase, quickbooks: Emulator) -> AsyncIterator[tuple[Services, SteppedClock]]:
    """The product's services on a clock that goes on when the test says so."""
    clock = SteppedClock(MORNING)
    async with open_services(settings_for(database, quickbooks), clock, patience=QUICK, rules=UNLIMITED) as services:
        yield services, clock


async def synced(services: Services, quickbooks: Emulator) -> BusinessId:
    """A connected business whose books were just read; the journal is empty."""
    business_id = await connect(services, quickbooks)
    await services.sync(business_id)
    quickbooks.fresh()
    return business_id


async def test_what_is_fresh_enough_costs_nothing(migrated: TestDatabase, company: Emulator) -> None:
    """Within the age that the caller accepts nothing is asked; beyond it one call is."""
    async with stepped(migrated, company) as (services, clock):
        business_id = await synced(services, company)
        clock.instant += HOUR
        kept = await services.refresh(business_id, max_age=2 * HOUR)
        assert (kept.metered_reads, kept.checked_at, metered(company)) == (0, MORNING, Counter())
        fresh = await services.refresh(business_id, max_age=HOUR)
        assert fresh.checked_at == MORNING + HOUR
    assert metered(company) == ONE_CALL


async def test_a_business_that_was_never_read_is_read_in_full(migrated: TestDatabase, company: Emulator) -> None:
    """The first refresh is a full sync, in the minimum of reads, and gives an assessment and the company's name."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        company.fresh()
        await services.refresh(business_id, max_age=HOUR)
        assert metered(company) == minimum(company)
        assert (await services.business(business_id)).name == "Tern & Co"
        assert (await services.assessment(business_id)).receivables.count == 3


async def test_a_type_that_an_update_brought_is_read(migrated: TestDatabase, company: Emulator) -> None:
    """Books that were read before a type was mirrored are read in full once, since no change tells of its records."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        async with services.database.tenant(business_id) as session:
            await session.delete(SyncStepRow, SyncStepRow.entity == "Bill")
            await session.delete(BillRow)
        await services.refresh(business_id, max_age=NOW)
    assert metered(company) == minimum(company)
    await assert_mirrored(migrated, company)


async def test_many_who_ask_at_once_share_a_check(migrated: TestDatabase, company: Emulator) -> None:
    """Twenty in each of two processes ask for the books as of now: all get them from one check, or two at the most."""
    async with services_for(migrated, company) as one, services_for(migrated, company) as other:
        business_id = await synced(one, company)
        company.fail("delay", delay_ms=100)
        asked = [each.refresh(business_id, max_age=NOW) for each in (one, other) for _ in range(20)]
        freshness = await asyncio.gather(*asked)
    assert ONE_CALL <= metered(company) <= ONE_CALL + ONE_CALL
    assert sum(each.metered_reads for each in freshness) == metered(company).total()


async def test_a_check_that_failed_leaves_the_way_free(migrated: TestDatabase, company: Emulator) -> None:
    """When QuickBooks refuses, the caller hears it, the mirror stays, and the next check is made at once."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        company.fail("status", times=100, status=400, body='{"Fault":{"Error":[{"code":"4001"}]}}')
        with pytest.raises(QboValidationError):
            await services.refresh(business_id, max_age=NOW)
        company.heal()
        await services.refresh(business_id, max_age=NOW)
        assert (await services.assessment(business_id)).receivables.count == 3


async def test_a_dead_process_keeps_nobody_waiting_for_long(migrated: TestDatabase, company: Emulator) -> None:
    """The lease of a check whose process died runs out, and then another process does it."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        async with services.database.tenant(business_id) as session:
            soon = datetime.now(UTC) + timedelta(milliseconds=300)
            await session.update(MirrorStateRow, values={"leased_until": soon, "begun": MirrorStateRow.begun + 1})
        await services.refresh(business_id, max_age=NOW)
    assert metered(company) == ONE_CALL


async def test_the_first_check_of_a_day_reaches_far_back(migrated: TestDatabase, company: Emulator) -> None:
    """Once a day a check asks for three days instead of minutes, for the same one read."""
    async with stepped(migrated, company) as (services, clock):
        business_id = await synced(services, company)
        await services.refresh(business_id, max_age=NOW)
        clock.instant += SWEPT_EACH
        await services.refresh(business_id, max_age=NOW)
        await services.refresh(business_id, max_age=NOW)
    reached = [since(each) for each in company.journal() if each["operation"] == "cdc"]
    back = [reached[0] - each for each in reached]
    assert [each > timedelta(days=2) for each in back] == [False, True, False]
    assert metered(company) == Counter(cdc=3)


async def test_webhooks_are_trusted_once_they_announced_what_was_found(
    migrated: TestDatabase, own_company: Emulator
) -> None:
    """Announced changes make trust: then silence is freshness. A change that nobody announced ends it."""
    announced = Announced()
    async with stepped(migrated, own_company) as (services, clock):
        refresher = replace(services.refresher, announcements=announced)
        services.refresher = refresher
        business_id = await synced(services, own_company)
        announced.waiting = 7
        edit(own_company, "update", "Bill", {"Id": "201", "PrivateNote": "Announced"})
        assert (await services.refresh(business_id, max_age=NOW)).trusted
        assert announced.settled == [7]
        clock.instant += 3 * HOUR
        assert (await services.refresh(business_id, max_age=HOUR)).metered_reads == 0
        announced.waiting = 8
        assert (await services.refresh(business_id, max_age=HOUR)).metered_reads > 0
        edit(own_company, "update", "Bill", {"Id": "201", "PrivateNote": "Not announced"})
        pass_time(own_company, seconds=600)
        clock.instant += 3 * HOUR
        assert not (await services.refresh(business_id, max_age=NOW)).trusted
        clock.instant += 3 * HOUR
        assert (await services.refresh(business_id, max_age=HOUR)).metered_reads > 0


async def test_without_webhooks_nobody_relies_on_them(migrated: TestDatabase, company: Emulator) -> None:
    """Where none come, nothing is pending, nothing is settled, and a check follows age alone."""
    async with stepped(migrated, company) as (services, clock):
        services.refresher = replace(services.refresher, announcements=NoAnnouncements())
        business_id = await synced(services, company)
        clock.instant += HOUR
        freshness = await services.refresh(business_id, max_age=HOUR)
    assert not freshness.trusted
    assert metered(company) == ONE_CALL


def since(request: dict[str, dict[str, str]]) -> datetime:
    """From when on a call of change data capture asks."""
    return datetime.fromisoformat(request["query"]["changedSince"])
