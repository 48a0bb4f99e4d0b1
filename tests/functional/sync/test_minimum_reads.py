"""A full sync takes the fewest metered reads that any client could do with, whatever happens while it reads."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.counting import PAGE, metered, minimum, minimum_for
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.many import a_buyer, many_purchases, purchases, transfers
from tests.support.mirrors import assert_mirrored, sources_in
from tests.support.people import delete
from tests.support.product import connect, services_for
from tests.support.recordings import write

LONG_MS = 600
NOW = timedelta(0)


async def test_an_agency_takes_the_minimum(migrated: TestDatabase, agency: Emulator) -> None:
    """Thousands of records of all types: the journal has exactly the minimum of calls for each type, and one CDC."""
    async with services_for(migrated, agency) as services:
        done = await services.sync(await connect(services, agency))
    asked = metered(agency)
    assert asked == minimum(agency)
    assert done.metered_reads == asked.total()


@pytest.mark.parametrize(("bought", "moved"), [(PAGE, 2 * PAGE), (PAGE + 1, PAGE), (PAGE - 1, PAGE + 1)])
async def test_full_pages(migrated: TestDatabase, tmp_path: Path, bought: int, moved: int) -> None:
    """Around multiples of 1,000: one more page is asked for only where QuickBooks doesn't tell the total."""
    records = [*a_buyer(), *purchases(bought), *transfers(moved)]
    with emulator("--load", str(write(tmp_path / "full", records))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            done = await services.sync(await connect(services, quickbooks))
        asked = metered(quickbooks)
        assert asked == minimum(quickbooks)
        assert (asked["Purchase"], asked["Transfer"]) == (bought // PAGE + 1, max(1, -(-moved // PAGE)))
        await assert_mirrored(migrated, quickbooks)
    assert done.records == len(records)


async def test_a_deletion_between_two_pages_rereads_that_type_only(migrated: TestDatabase, tmp_path: Path) -> None:
    """A purchase of page 1 is deleted before page 2: only purchases are read again, and one more CDC closes them."""
    with emulator("--load", str(write(tmp_path / "many", many_purchases(2 * PAGE + 7)))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            quickbooks.fail("delay", entity="Purchase", nth=2, delay_ms=LONG_MS)
            reading = asyncio.create_task(services.sync(business_id))
            await asyncio.to_thread(quickbooks.wait_for_faults)
            await asyncio.to_thread(delete, quickbooks, "Purchase", "10005")
            await reading
        assert metered(quickbooks) == minimum(quickbooks) + Counter({"Purchase": 3, "cdc": 1})
        await assert_mirrored(migrated, quickbooks)
        assert len(sources_in(quickbooks)["Purchase"]) == 2 * PAGE + 6


async def test_a_deletion_that_shifts_nothing_costs_nothing(migrated: TestDatabase, tmp_path: Path) -> None:
    """What is deleted on the page that is still to come, or in a type of one page, is told by the one CDC."""
    records = [*many_purchases(PAGE + 7), *transfers(20)]
    with emulator("--load", str(write(tmp_path / "many", records))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            quickbooks.fail("delay", entity="Purchase", nth=2, delay_ms=LONG_MS)
            reading = asyncio.create_task(services.sync(business_id))
            await asyncio.to_thread(quickbooks.wait_for_faults)
            for entity, gone in (("Purchase", f"{10_000 + PAGE + 3}"), ("Transfer", "50003")):
                await asyncio.to_thread(delete, quickbooks, entity, gone)
            await reading
        assert metered(quickbooks) == minimum(quickbooks)
        await assert_mirrored(migrated, quickbooks)


async def test_a_deletion_that_change_data_capture_tells_late_is_healed(migrated: TestDatabase, tmp_path: Path) -> None:
    """The closing CDC misses a deletion between two pages; when a later check shows it, the type is read again."""
    with emulator("--load", str(write(tmp_path / "many", many_purchases(PAGE + 7)))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            quickbooks.fail("delay", entity="Purchase", nth=2, delay_ms=LONG_MS)
            reading = asyncio.create_task(services.sync(business_id))
            await asyncio.to_thread(quickbooks.wait_for_faults)
            quickbooks.fail("cdc_gap")
            await asyncio.to_thread(delete, quickbooks, "Purchase", "10005")
            await reading
            assert metered(quickbooks) == minimum(quickbooks)
            quickbooks.fresh()
            await services.refresh(business_id, max_age=NOW)
        assert metered(quickbooks) == Counter({"Purchase": 2, "cdc": 2})
        await assert_mirrored(migrated, quickbooks)


def test_the_minimum_is_what_the_theory_says() -> None:
    """Zero records take a page, 1,000 one or two, 1,001 two; one CDC is added to all."""
    counts = {"Account": 0, "Vendor": 999, "Purchase": 1000, "Invoice": 1000, "Bill": 1001}
    assert minimum_for(counts) == Counter(Account=1, Vendor=1, Purchase=2, Invoice=1, Bill=2, cdc=1)
