"""The ledger of metered reads is what QuickBooks counts, whatever goes wrong, and its budget stops work in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.calls import Lane, Operation, write_call
from oodaloo.infra.qbo.errors import QboError, QboThrottledError
from oodaloo.infra.qbo.smart_sync.metering import Budget, BudgetState, MeteredReads, ReadBudgetError
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import RealmId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import connect, services_for

QUERY = "SELECT * FROM Term"
DETAILS: dict[str, dict[str, Any]] = {"status": {"status": 403}, "slow": {"delay_ms": 50}}


@pytest.fixture
def company(working_company: Emulator) -> Emulator:
    """The small company that tests enter records into: others count what is in theirs."""
    return working_company


@pytest.fixture
async def services(migrated: TestDatabase, company: Emulator) -> AsyncIterator[Services]:
    """The product, connected with the small company, whose reads of this month are forgotten."""
    forget(company)
    async with services_for(migrated, company, qbo_monthly_reads=40) as running:
        await connect(running, company)
        yield running
    forget(company)


def forget(company: Emulator) -> None:
    """Let QuickBooks have counted nothing, and allow everything."""
    company.http.post("/_emulator/metering", json={"allowance": None, "used": 0}).raise_for_status()


def counted(company: Emulator) -> int:
    """The reads that QuickBooks has counted."""
    summary: dict[str, Any] = company.http.get("/_emulator/metering").json()
    return sum(month["core_plus"] for month in summary["counted"])


async def read(services: Services, company: Emulator, lane: Lane = Lane.SYNC) -> None:
    """One metered read."""
    await services.smart_sync.query(RealmId(company.realm_id), "Term", QUERY, lane=lane)


async def read_on(services: Services, company: Emulator, lane: Lane) -> None:
    """More reads than there is budget for."""
    for _ in range(50):
        await read(services, company, lane)


@pytest.mark.parametrize(
    "fault",
    ["error_before", "throttle_json", "throttle_xml", "token_expired", "lost_answer", "truncate", "status", "slow"],
)
async def test_the_ledger_is_what_quickbooks_counts(services: Services, company: Emulator, fault: str) -> None:
    """After failed, refused, lost and repeated calls, both say the same number."""
    company.fail(fault, times=2, **DETAILS.get(fault, {}))
    for _ in range(5):
        with suppress(QboError):
            await read(services, company)
    used = await services.limits.metered.used()
    assert counted(company) == sum(used[RealmId(company.realm_id)].values()) >= 4


@pytest.mark.parametrize(("fault", "too_many"), [("drop_before", 1), ("error_after", -1)])
async def test_what_nobody_can_know_differs_by_the_calls_in_question(
    services: Services, company: Emulator, fault: str, too_many: int
) -> None:
    """A call without any answer counts for us, for QuickBooks may have heard it; a 5xx doesn't, as Intuit says."""
    company.fail(fault)
    await read(services, company)
    assert (await services.limits.metered.budget()).used == counted(company) + too_many


async def test_writes_are_free_and_reads_are_told_apart(services: Services, company: Emulator) -> None:
    """The ledger says what the reads of each company were about; a write is in none of them."""
    realm_id = RealmId(company.realm_id)
    await read(services, company)
    await services.smart_sync.changes(realm_id, ["Bill", "Invoice"], datetime.now(UTC), lane=Lane.USER)
    await services.smart_sync.report(realm_id, "AgedPayables", {}, lane=Lane.USER)
    body = b'{"DisplayName": "Paper Mill"}'
    await services.smart_sync.write(realm_id, write_call("Vendor", Operation.CREATE, body, "w1"), lane=Lane.USER)
    assert await services.limits.metered.used() == {realm_id: {"Term": 1, "changes": 1, "AgedPayables": 1}}
    assert counted(company) == 3


async def test_bulk_work_stops_before_the_block(services: Services, company: Emulator) -> None:
    """Of 40 reads bulk work uses 36, sync goes on to the last, and people are told by QuickBooks itself."""
    company.http.post("/_emulator/metering", json={"allowance": 40}).raise_for_status()
    with pytest.raises(ReadBudgetError, match=r"36 of the 40 metered reads .* OODALOO_QBO_MONTHLY_READS"):
        await read_on(services, company, Lane.BULK)
    assert counted(company) == 36
    assert (await services.limits.metered.budget()).state is BudgetState.BULK_STOPPED
    with pytest.raises(ReadBudgetError, match="40 of the 40"):
        await read_on(services, company, Lane.SYNC)
    assert counted(company) == 40
    with pytest.raises(QboThrottledError):
        await read(services, company, Lane.USER)
    write = write_call("Vendor", Operation.CREATE, b'{"DisplayName": "Ink Works"}', "w2")
    await services.smart_sync.write(RealmId(company.realm_id), write, lane=Lane.BULK)


async def test_processes_add_up(migrated: TestDatabase, services: Services, company: Emulator) -> None:
    """What another process has read counts for this one's budget."""
    async with services_for(migrated, company, qbo_monthly_reads=40) as other:
        await asyncio.gather(*(read(running, company, Lane.USER) for running in (services, other) for _ in range(18)))
        assert (await services.limits.metered.budget()) == Budget("2026-10", 36, 40)
        with pytest.raises(ReadBudgetError):
            await read(other, company, Lane.BULK)


async def test_a_month_begins_at_midnight_in_california(services: Services, company: Emulator) -> None:
    """The last evening of September counts for September, and October begins with nothing used."""
    metered = services.limits.metered
    await read(services, company)
    for instant, month in [("2026-11-01T06:59:59+00:00", "2026-10"), ("2026-11-01T07:00:00+00:00", "2026-11")]:
        at = MeteredReads(metered.quick, metered.client_id, 40, FixedClock(datetime.fromisoformat(instant)))
        assert await at.budget() == Budget(month, 1 if month == "2026-10" else 0, 40)
    assert await metered.used("2026-09") == {}
