"""A full sync mirrors a whole company, once, and keeps in step with what QuickBooks has now."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import NeverSyncedError, Services
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.core.queries import UnknownBusinessError
from oodaloo.infra.qbo.errors import QboError
from oodaloo.infra.qbo.mirror.changes import READ_LAG
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress, SyncStepRow, SyncSupersededError
from oodaloo.infra.qbo.mirror.whole_types import ON_THEIR_WAY
from oodaloo.kit.ids import BusinessId
from tests.support.counting import metered, minimum
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator, reads
from tests.support.many import many_purchases
from tests.support.mirrors import assert_mirrored, mirror_of, sources_in, sources_of
from tests.support.people import edit
from tests.support.product import connect, services_for
from tests.support.recordings import small_company, write

PAGE = 1000
ALL_OF_A_SMALL_COMPANY = len(ENTITY_TYPES) + 1


class StoppedError(Exception):
    """What a test raises to stop a sync between two pages."""


def stop_after(records: int) -> Callable[[SyncProgress], None]:
    """Stop a sync at the first page after which so many records are stored."""

    def stop(progress: SyncProgress) -> None:
        if progress.records >= records:
            raise StoppedError

    return stop


async def test_the_agency_s_mirror_is_what_quickbooks_has(migrated: TestDatabase, agency: Emulator) -> None:
    """Thousands of records of every type arrive to the letter; counts and metered reads are those of the journal."""
    async with services_for(migrated, agency) as services:
        business_id = await connect(services, agency)
        done = await services.sync(business_id)
    journal = agency.journal(agency.realm_id)
    asked = metered(agency)
    wanted = sources_in(agency)
    assert done.records == sum(len(records) for records in wanted.values()) > 3000
    assert done.metered_reads == asked.total() == len(journal) - 1  # besides, the ledger report is read
    assert {request["method"] for request in journal} == {"GET"}
    mirrored = await sources_of(migrated)
    for entity, records in wanted.items():
        assert mirrored[entity] == records, entity
        assert records, f"the agency has no {entity}"


async def test_a_written_out_company_is_mirrored_with_inactive_records(
    migrated: TestDatabase, company: Emulator
) -> None:
    """Every record of the small company arrives, what is inactive marked as that, and the business learns its name."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        done = await services.sync(business_id)
        business = await services.business(business_id)
        async with services.database.tenant(business_id, read_only=True) as session:
            accounts = {account.name: account.active for account in await bank.accounts(session)}
            customers = {customer.name: customer.active for customer in await ar.customers(session)}
    assert (business.name, business.currency, business.country) == ("Tern & Co", "USD", "US")
    assert not accounts["Old Checking (deleted)"]
    assert accounts["Checking"]
    assert not customers["Old Client (deleted)"]
    counted = Counter(record.entity for record in small_company())
    mirrored = await sources_of(migrated)
    assert {entity: len(records) for entity, records in mirrored.items()} == dict(counted)
    assert mirrored == sources_in(company)
    assert done.records == sum(counted.values())
    assert done.metered_reads == ALL_OF_A_SMALL_COMPANY


async def test_reading_again_changes_nothing(migrated: TestDatabase, company: Emulator) -> None:
    """A second sync reads everything once more and leaves the same mirror, at the same revision."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        first = await services.sync(business_id)
        before, assessed = await mirror_of(migrated), await services.assessment(business_id)
        second = await services.sync(business_id)
        assert await services.assessment(business_id) is assessed
    assert await mirror_of(migrated) == before
    assert first.run_id != second.run_id
    assert (second.records, second.metered_reads) == (first.records, first.metered_reads)


async def test_what_is_deleted_or_changed_in_quickbooks_is_so_in_the_mirror(
    migrated: TestDatabase, company: Emulator, tmp_path: Path
) -> None:
    """After a bill was deleted long ago, an invoice paid and a name changed, the next full sync shows just that."""
    async with services_for(migrated, company) as services:
        await services.sync(await connect(services, company))
    before = await sources_of(migrated)
    later = [record for record in small_company() if (record.entity, record.id) != ("Bill", "202")]
    invoice = next(record for record in later if (record.entity, record.id) == ("Invoice", "103"))
    invoice.body.update({"Balance": 0, "SyncToken": "1"})
    with emulator("--load", str(write(tmp_path / "later", later))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            await services.sync(business_id)
            assert [business.id for business in await services.businesses()] == [business_id]
        assert await sources_of(migrated) == sources_in(quickbooks)
    after = await sources_of(migrated)
    assert {bill["Id"] for bill in before["Bill"]} - {bill["Id"] for bill in after["Bill"]} == {"202"}
    assert {each["Id"]: each["Balance"] for each in after["Invoice"]}["103"] == 0


async def test_an_interrupted_sync_reads_no_stored_page_twice(migrated: TestDatabase, tmp_path: Path) -> None:
    """After a stop between two pages of one type, the next sync asks for those that were under way and no others."""
    with emulator("--load", str(write(tmp_path / "many", many_purchases(2 * PAGE + 7)))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            with pytest.raises(StoppedError):
                await services.sync(business_id, on_progress=stop_after(PAGE))
            stopped = await services.sync_progress(business_id)
            assert stopped is not None
            assert stopped.finished_at is None
            done = await services.sync(business_id)
        asked = Counter(reads(quickbooks.journal()))
        assert asked.total() - len(asked) <= ON_THEIR_WAY
        assert [text for text in sorted(asked) if "Purchase" in text] == [
            f"SELECT * FROM Purchase ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE}"  # noqa: S608
            for position in (1, PAGE + 1, 2 * PAGE + 1)
        ]
        assert min(times for text, times in asked.items() if "Purchase" in text) == 1
        assert done.run_id == stopped.run_id
        assert done.metered_reads == len(asked) + 1
        assert await sources_of(migrated) == sources_in(quickbooks)
        assert done.records == sum(len(records) for records in sources_in(quickbooks).values())


async def test_starting_over_begins_a_new_run(migrated: TestDatabase, company: Emulator) -> None:
    """Asked to start over, a sync doesn't go on with what was interrupted but reads all of it."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        with pytest.raises(StoppedError):
            await services.sync(business_id, on_progress=stop_after(5))
        done = await services.sync(business_id, start_over=True)
    assert done.metered_reads == ALL_OF_A_SMALL_COMPANY
    assert await sources_of(migrated) == sources_in(company)


async def test_an_old_interrupted_run_is_not_resumed(migrated: TestDatabase, company: Emulator) -> None:
    """Yesterday's half of a run is gone on with, because change data capture tells the rest; after a week it isn't."""
    async with services_for(migrated, company, as_of="2026-09-24") as services:
        business_id = await connect(services, company)
        with pytest.raises(StoppedError):
            await services.sync(business_id, on_progress=stop_after(5))
        stopped = await services.sync_progress(business_id)
        assert stopped is not None
    async with services_for(migrated, company, as_of="2026-09-25") as services:
        with pytest.raises(StoppedError):
            await services.sync(business_id, on_progress=stop_after(0))
        resumed = await services.sync_progress(business_id)
        assert resumed is not None
        assert resumed.run_id == stopped.run_id
    async with services_for(migrated, company, as_of="2026-10-02") as services:
        done = await services.sync(business_id)
    assert done.run_id != stopped.run_id
    assert done.metered_reads == ALL_OF_A_SMALL_COMPANY


async def test_a_run_that_was_overtaken_stops_and_takes_nothing_away(migrated: TestDatabase, company: Emulator) -> None:
    """While one sync waits for an answer, another starts over: the first stops, the second's mirror is whole."""
    company.fail("delay", entity="Bill", delay_ms=1000)
    async with services_for(migrated, company) as slow, services_for(migrated, company) as fast:
        business_id = await connect(slow, company)
        first = asyncio.create_task(slow.sync(business_id))
        await asyncio.to_thread(company.wait_for_faults)
        second = await fast.sync(business_id, start_over=True)
        with pytest.raises(SyncSupersededError):
            await first
        newest = await slow.sync_progress(business_id)
    assert newest is not None
    assert (newest.run_id, newest.failed) == (second.run_id, "")
    assert await sources_of(migrated) == sources_in(company)


async def test_two_that_work_on_one_run_count_each_record_once(migrated: TestDatabase, company: Emulator) -> None:
    """Two processes on the same run leave one whole mirror; its records are counted once, its reads are all reads."""
    async with services_for(migrated, company) as one, services_for(migrated, company) as other:
        business_id = await connect(one, company)
        with pytest.raises(StoppedError):
            await one.sync(business_id, on_progress=stop_after(1))
        company.fresh()
        company.fail("delay", entity="Bill", delay_ms=1000)  # else one may be through before the other has begun
        ended = await asyncio.gather(one.sync(business_id), other.sync(business_id))
        finished = await one.last_sync(business_id)
    assert finished is not None
    assert {done.run_id for done in ended} == {finished.run_id}
    assert finished.records == len(small_company())
    assert await sources_of(migrated) == sources_in(company)


async def test_progress_tells_what_is_stored(migrated: TestDatabase, company: Emulator) -> None:
    """Each page is told with running counts and the first type that is missing; the last one leaves nothing to read."""
    told: list[SyncProgress] = []
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        assert await services.sync_progress(business_id) is None
        done = await services.sync(business_id, on_progress=told.append)
        assert await services.sync_progress(business_id) == done
    assert [each.types_done for each in told] == list(range(1, len(ENTITY_TYPES) + 1))
    assert told[0].entity == "CompanyInfo"
    assert told[-1].entity is None
    assert [each.records for each in told] == sorted(each.records for each in told)
    assert done.finished_at is not None
    assert done.failed == ""


async def test_two_companies_in_one_database_stay_apart(migrated: TestDatabase, tmp_path: Path) -> None:
    """Two businesses with records of the same ids each see their own."""
    with (
        emulator("--load", str(write(tmp_path / "one", small_company()))) as one,
        emulator("--load", str(write(tmp_path / "two", many_purchases(300), realm_id="9130350000000088"))) as two,
    ):
        async with services_for(migrated, one) as services:
            first = await connect(services, one)
            await services.sync(first)
        async with services_for(migrated, two) as services:
            second = await connect(services, two)
            await services.sync(second)
            names = [await name_and_purchases(services, each) for each in (first, second)]
    assert names == [("Tern & Co", 2), ("Buyers", 300)]


async def test_amounts_of_several_currencies_stay_apart(migrated: TestDatabase, tmp_path: Path) -> None:
    """An invoice in euros is mirrored in euros, and no sum of dollars holds it."""
    records = small_company()
    invoice = next(record for record in records if (record.entity, record.id) == ("Invoice", "103"))
    invoice.body.update({"CurrencyRef": {"value": "EUR", "name": "Euro"}, "ExchangeRate": 1.25})
    with emulator("--load", str(write(tmp_path / "euros", records))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            await services.sync(business_id)
            async with services.database.tenant(business_id, read_only=True) as session:
                balances = {each.meta.id: each.balance for each in await ar.invoices(session, date(2026, 1, 1))}
            owed = (await services.assessment(business_id)).receivables
    assert (str(balances["103"]), balances["103"].currency) == ("750.00", "EUR")
    assert (str(owed.open), owed.open.currency, owed.count) == ("4400.00", "USD", 2)


async def test_what_changes_while_reading_is_told_by_the_closing_call(
    migrated: TestDatabase, own_company: Emulator
) -> None:
    """A vendor entered and an invoice changed after their pages came are mirrored, in the minimum of reads."""
    own_company.fail("delay", entity="Bill", delay_ms=1500)
    one_is_missing = asyncio.Event()

    def look(progress: SyncProgress) -> None:
        if progress.types_done == len(ENTITY_TYPES) - 1:
            one_is_missing.set()

    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        reading = asyncio.create_task(services.sync(business_id, on_progress=look))
        await one_is_missing.wait()
        await asyncio.to_thread(edit, own_company, "create", "Vendor", {"DisplayName": "Newcomer"})
        await asyncio.to_thread(edit, own_company, "update", "Invoice", {"Id": "101", "PrivateNote": "Meanwhile"})
        await reading
    assert metered(own_company) == minimum(own_company)
    await assert_mirrored(migrated, own_company)


async def test_what_another_process_had_read_long_before_is_closed_as_well(
    migrated: TestDatabase, own_company: Emulator
) -> None:
    """While change data capture answers, a page of an hour ago is stored: it is asked once more, from then on."""
    own_company.fail("delay", match={"operation": "cdc"}, delay_ms=1500)
    all_are_stored = asyncio.Event()

    def look(progress: SyncProgress) -> None:
        if progress.types_done == len(ENTITY_TYPES):
            all_are_stored.set()

    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        reading = asyncio.create_task(services.sync(business_id, on_progress=look))
        await all_are_stored.wait()
        async with services.database.tenant(business_id) as session:
            [first] = await session.scalars(select(SyncStepRow).where(SyncStepRow.entity == "Preferences"))
            assert first.read_from is not None
            long_before = first.read_from - timedelta(hours=1)
            await session.update(SyncStepRow, SyncStepRow.entity == "Vendor", values={"read_from": long_before})
        done = await reading
    asked = [request["query"]["changedSince"] for request in own_company.journal() if request["operation"] == "cdc"]
    assert [datetime.fromisoformat(since) for since in asked] == [first.read_from - READ_LAG, long_before - READ_LAG]
    assert done.metered_reads == minimum(own_company).total() + 1


async def test_asking_before_reading_is_told(migrated: TestDatabase, company: Emulator) -> None:
    """An assessment before the first sync, and anything about a business that isn't there, says what to do."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        with pytest.raises(NeverSyncedError, match=f"oodaloo sync {business_id}"):
            await services.assessment(business_id)
        with pytest.raises(UnknownBusinessError, match="oodaloo doctor"):
            await services.sync(BusinessId("nobody"))
        company.revoke_tokens(company.realm_id)
        company.expire_tokens(company.realm_id)
        with pytest.raises(QboError):
            await services.sync(business_id)
        with pytest.raises(NeverSyncedError):
            await services.assessment(business_id)


async def name_and_purchases(services: Services, business_id: BusinessId) -> tuple[str, int]:
    """A business's name and how many purchases its mirror holds."""
    async with services.database.tenant(business_id, read_only=True) as session:
        purchases = await bank.purchases(session, since=date(2020, 1, 1))
    return (await services.business(business_id)).name, len(purchases)
