"""Webhooks on a bad day: announced before it shows, lost, doubled, late and out of order; the books come right."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.kit.ids import BusinessId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.people import edit, let_reads_lag
from tests.support.product import connect, services_for
from tests.support.recordings import JsonObject

NOW = timedelta(0)


@dataclass(frozen=True)
class Watch:
    """The small company, connected and read, and what its webhooks bring."""

    services: Services
    quickbooks: Emulator
    business_id: BusinessId

    async def announce(self, *bills: JsonObject) -> None:
        """Let a post about these bills come, signed and all."""
        events = [
            {
                "id": f"{bill['Id']} {bill['SyncToken']}",
                "type": "qbo.bill.created.v1",
                "time": bill["MetaData"]["LastUpdatedTime"],
                "intuitaccountid": self.quickbooks.realm_id,
                "intuitentityid": bill["Id"],
            }
            for bill in bills
        ]
        await self.services.inbox.receive(json.dumps(events).encode())

    async def look(self) -> int:
        """Ask QuickBooks what changed; how many announced changes wait afterwards."""
        await self.services.refresh(self.business_id, max_age=NOW, lane=Lane.SYNC)
        waiting = (await self.services.inbox.waiting()).get(self.quickbooks.realm_id)  # type: ignore[call-overload]
        return waiting.count if waiting else 0

    async def has(self, bill: JsonObject) -> bool:
        """Whether the mirror has a bill."""
        return await self.services.record(self.business_id, "Bill", str(bill["Id"])) is not None


@pytest.fixture
async def watch(migrated: TestDatabase, working_company: Emulator) -> AsyncIterator[Watch]:
    """The company before anything was announced; its reads don't lag afterwards."""
    async with services_for(migrated, working_company) as services:
        business_id = await connect(services, working_company)
        await services.sync(business_id)
        yield Watch(services, working_company, business_id)
    let_reads_lag(working_company, 0)


def enter_a_bill(quickbooks: Emulator, amount: float) -> JsonObject:
    """Somebody enters a bill."""
    detail = {"AccountRef": {"value": "10"}}
    line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}
    return edit(quickbooks, "create", "Bill", {"VendorRef": {"value": "5"}, "Line": [line]})


async def test_what_is_announced_before_it_shows_is_looked_for_again(watch: Watch) -> None:
    """QuickBooks' reads lag behind its webhook: the change waits, and the next look brings it."""
    let_reads_lag(watch.quickbooks, 3600)
    bill = enter_a_bill(watch.quickbooks, 11.11)
    await watch.announce(bill)
    assert await watch.look() == 1
    assert not await watch.has(bill)
    let_reads_lag(watch.quickbooks, 0)
    assert await watch.look() == 0
    assert await watch.has(bill)


async def test_doubles_and_latecomers_change_nothing(watch: Watch) -> None:
    """Announced twice, in another order, and again after it was fetched: one look brings all, none is left waiting."""
    bills = [enter_a_bill(watch.quickbooks, amount) for amount in (1.01, 2.02, 3.03)]
    await watch.announce(bills[2], bills[0])
    await watch.announce(bills[0], bills[1], bills[2])
    assert await watch.look() == 0
    assert all([await watch.has(bill) for bill in bills])
    await watch.announce(*bills)
    assert await watch.services.inbox.waiting() == {}


async def test_what_is_never_announced_is_found_all_the_same(watch: Watch) -> None:
    """A lost webhook costs freshness, not truth: any look brings what changed, announced or not."""
    bill = enter_a_bill(watch.quickbooks, 22.22)
    assert await watch.look() == 0
    assert await watch.has(bill)
