"""Refreshing keeps the mirror what QuickBooks is, with one call for all types, however people edit meanwhile."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.domains.ap import queries as ap
from oodaloo.domains.ar import queries as ar
from oodaloo.domains.bank import queries as bank
from oodaloo.kit.ids import BusinessId
from tests.support.counting import metered, minimum
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.gateway import gateway
from tests.support.mirrors import assert_mirrored
from tests.support.people import delete, edit, let_reads_lag, pass_time
from tests.support.product import connect, services_for
from tests.support.recordings import small_company, write

NOW = timedelta(0)
LONG_AGO = date(2020, 1, 1)
ONE_CALL = Counter(cdc=1)


async def synced(services: Services, quickbooks: Emulator) -> BusinessId:
    """A connected business whose books were just read; the journal is empty."""
    business_id = await connect(services, quickbooks)
    await services.sync(business_id)
    quickbooks.fresh()
    return business_id


async def test_what_people_do_takes_one_call(migrated: TestDatabase, own_company: Emulator) -> None:
    """Creating, changing, paying, voiding, deleting, retiring and bringing back: one CDC shows it all."""
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        bill = {"VendorRef": {"value": "4"}, "DueDate": "2026-11-01", "Line": [expense("75.00")]}
        edit(own_company, "create", "Bill", bill)
        edit(own_company, "update", "Invoice", {"Id": "101", "PrivateNote": "Called them"})
        edit(own_company, "create", "BillPayment", payment_of("201", "4", "1800.00"))
        edit(own_company, "void", "Invoice", {"Id": "103"})
        delete(own_company, "Bill", "202")
        edit(own_company, "update", "Item", {"Id": "1", "Active": False})
        edit(own_company, "update", "Customer", {"Id": "3", "Active": True, "DisplayName": "Old Client"})
        edit(own_company, "update", "Account", {"Id": "3", "Active": True})
        done = await services.refresh(business_id, max_age=NOW)
        asked = metered(own_company)
        async with services.database.tenant(business_id, read_only=True) as session:
            bills = {each.meta.id: str(each.balance) for each in await ap.bills(session, LONG_AGO)}
            customers = {each.name: each.active for each in await ar.customers(session)}
            accounts = {each.meta.id: each.active for each in await bank.accounts(session)}
    assert asked == ONE_CALL
    assert done.metered_reads <= 2  # the ledger report may be due
    assert bills["201"] == "0.00"
    assert "202" not in bills
    assert "75.00" in bills.values()
    assert customers["Old Client"]
    assert accounts["3"]
    await assert_mirrored(migrated, own_company)


async def test_nothing_new_takes_one_call_and_changes_nothing(migrated: TestDatabase, company: Emulator) -> None:
    """Where nothing happened, a check costs one read, and picture and revision stay."""
    async with services_for(migrated, company) as services:
        business_id = await synced(services, company)
        first = await services.refresh(business_id, max_age=NOW)
        assessed = await services.assessment(business_id)
        second = await services.refresh(business_id, max_age=NOW)
        assert await services.assessment(business_id) is assessed
    assert metered(company) == ONE_CALL + ONE_CALL
    assert first.revision == second.revision
    assert first.books_until <= second.books_until


async def test_a_lagging_answer_is_made_up_for(migrated: TestDatabase, own_company: Emulator) -> None:
    """While QuickBooks' reads lag, a check shows nothing; the next one reaches back far enough to show it."""
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        let_reads_lag(own_company, 20)
        edit(own_company, "update", "Bill", {"Id": "201", "PrivateNote": "Seen late"})
        delete(own_company, "Transfer", "151")
        before = await services.refresh(business_id, max_age=NOW)
        pass_time(own_company, seconds=20)
        after = await services.refresh(business_id, max_age=NOW)
        let_reads_lag(own_company, 0)
    assert before.revision < after.revision
    assert metered(own_company) == ONE_CALL + ONE_CALL
    await assert_mirrored(migrated, own_company)


async def test_a_gap_in_change_data_capture_is_made_up_for(migrated: TestDatabase, own_company: Emulator) -> None:
    """The newest change of each type is left out once: the overlap of the next check brings it."""
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        edit(own_company, "update", "Bill", {"Id": "201", "PrivateNote": "Left out"})
        own_company.fail("cdc_gap")
        await services.refresh(business_id, max_age=NOW)
        await services.refresh(business_id, max_age=NOW)
    assert metered(own_company) == ONE_CALL + ONE_CALL
    await assert_mirrored(migrated, own_company)


async def test_a_clock_that_is_off_loses_nothing(migrated: TestDatabase, own_company: Emulator) -> None:
    """A change stamped five minutes back, and an answer from five minutes ahead, are within what a check repeats."""
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        own_company.fail("clock_skew", seconds=300)
        await services.refresh(business_id, max_age=NOW)
        own_company.fail("clock_skew", seconds=-300)
        bill = own_company.call("GET", "bill/201").json()["Bill"]
        own_company.fail("clock_skew", seconds=-300)
        own_company.create("Bill", {**bill, "PrivateNote": "Stamped too early"})
        await services.refresh(business_id, max_age=NOW)
    await assert_mirrored(migrated, own_company)


@pytest.mark.parametrize("days_known", [True, False], ids=["by our clock", "by QuickBooks' refusal"])
async def test_a_connection_idle_for_over_a_month_reads_all_again(
    migrated: TestDatabase, tmp_path: Path, *, days_known: bool
) -> None:
    """Forty days later change data capture doesn't reach back: one refresh reads everything, in the fewest reads."""
    with emulator("--load", str(write(tmp_path / "idle", small_company()))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await synced(services, quickbooks)
        pass_time(quickbooks, days=40)
        edit(quickbooks, "update", "Bill", {"Id": "201", "PrivateNote": "Long after"})
        delete(quickbooks, "Transfer", "151")
        quickbooks.fresh()
        async with services_for(migrated, quickbooks, as_of="2026-11-11" if days_known else "2026-10-02") as services:
            done = await services.refresh(business_id, max_age=NOW)
        assert metered(quickbooks) == minimum(quickbooks)
        assert done.books_until.date() == date(2026, 11, 11)
        await assert_mirrored(migrated, quickbooks)


async def test_names_follow_without_their_documents(migrated: TestDatabase, own_company: Emulator) -> None:
    """A renamed vendor, customer and account show on documents that QuickBooks didn't send again."""
    async with services_for(migrated, own_company) as services:
        business_id = await synced(services, own_company)
        edit(own_company, "update", "Vendor", {"Id": "5", "DisplayName": "Cloudhost Ltd"})
        edit(own_company, "update", "Customer", {"Id": "1", "DisplayName": "Harbor Dental Group"})
        edit(own_company, "update", "Account", {"Id": "10", "Name": "Software and hosting"})
        await services.refresh(business_id, max_age=NOW)
        async with services.database.tenant(business_id, read_only=True) as session:
            vendors = {each.vendor_name for each in await ap.bills(session, LONG_AGO) if each.vendor_id == "5"}
            payees = {each.party_name for each in await bank.purchases(session, LONG_AGO)}
            customers = {each.customer_name for each in await ar.invoices(session, LONG_AGO) if each.customer_id == "1"}
        record = await services.record(business_id, "Purchase", "301")
    assert metered(own_company) == ONE_CALL
    assert (vendors, payees, customers) == ({"Cloudhost Ltd"}, {"Cloudhost Ltd"}, {"Harbor Dental Group"})
    assert record is not None
    assert record.party == "Cloudhost Ltd"
    assert "Software and hosting" in record.lines[0].text


async def test_documents_of_a_merged_vendor_are_read_again(migrated: TestDatabase, company: Emulator) -> None:
    """When a vendor is merged away, the types whose mirrored documents still name it are read again, and no others."""
    gone = {"LastUpdatedTime": "2026-10-02T09:00:00-07:00"}
    merged = {"domain": "QBO", "status": "Deleted", "Id": "5", "MetaData": gone}
    told = {"CDCResponse": [{"QueryResponse": [{"Vendor": [merged]}]}], "time": "2026-10-02T09:00:30.000-07:00"}
    body = json.dumps(told)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    answer = f"{head}Connection: close\r\n\r\n{body}".encode()
    async with (
        gateway(str(company.announced["base_url"])) as between,
        services_for(migrated, company, qbo_api_url=f"{between.url}/v3/company") as services,
    ):
        business_id = await synced(services, company)
        between.once[f"GET /v3/company/{company.realm_id}/cdc"] = [answer]
        await services.refresh(business_id, max_age=NOW)
        async with services.database.tenant(business_id, read_only=True) as session:
            vendors = [vendor.meta.id for vendor in await ap.vendors(session)]
    assert metered(company) == Counter({"Bill": 1, "VendorCredit": 1, "Purchase": 1, "cdc": 1})
    assert vendors == ["4"]


def expense(amount: str) -> dict[str, object]:
    """A line on the rent account."""
    detail = {"AccountRef": {"value": "9"}}
    return {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}


def payment_of(bill: str, vendor: str, amount: str) -> dict[str, object]:
    """A check that pays a bill."""
    return {
        "VendorRef": {"value": vendor},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "1"}},
        "TotalAmt": amount,
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}],
    }
