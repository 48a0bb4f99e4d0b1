"""Payroll that runs inside QuickBooks is seen through the general ledger, once a day, and is counted once."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import httpx2
import pytest

from oodaloo.bootstrap.services import Services
from oodaloo.domains.bank import queries as bank
from oodaloo.domains.bank.model import LedgerReading, OtherActivity
from oodaloo.infra.qbo.calls import Lane
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.runway import RunwayState
from tests.support.books import usd
from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import AS_OF, Emulator, emulator
from tests.support.product import connect, services_for
from tests.support.recordings import JsonObject

IDENTITY = ("Id", "SyncToken")


PAYROLLS = ("quickbooks", "journal")
"""Run inside QuickBooks, where only the ledger shows it, or entered as journal entries."""


@pytest.fixture(scope="module")
def young_agencies() -> Iterator[dict[str, Emulator]]:
    """The agency with either payroll, and with no older books than one reading of the ledger covers."""
    with ExitStack() as running:
        company = ("--scenario", "agency", "--as-of", AS_OF, "--option", "months=5")
        yield {each: running.enter_context(emulator(*company, "--option", f"payroll={each}")) for each in PAYROLLS}


def ledger_reads(quickbooks: Emulator) -> list[JsonObject]:
    """The general ledgers that were asked for and answered."""
    asked = [request for request in quickbooks.journal() if request["path"].endswith("/reports/GeneralLedger")]
    return [request for request in asked if request["status"] == httpx2.codes.OK]


async def kept(services: Services, business_id: BusinessId) -> tuple[tuple[OtherActivity, ...], LedgerReading | None]:
    """All other bank activity, and how far the ledger was read."""
    async with services.database.tenant(business_id, read_only=True) as session:
        return await bank.other_activity(session, date.min), await bank.ledger_reading(session)


NEARLY = 0.02
"""How far two shares of futures may be apart whose draws, and what was learned by draws, have nothing in common."""


def later(services: Services, elapsed: timedelta) -> None:
    """Move product time as far as the ledger's reader is told it."""
    services.ledger = replace(services.ledger, clock=FixedClock(services.ledger.clock.now() + elapsed))


async def test_payroll_gives_one_runway_however_it_is_entered(
    migrated_original: TestDatabase, databases: Databases, young_agencies: dict[str, Emulator]
) -> None:
    """Run by QuickBooks, payroll is a regular flow found in one read of the ledger, counted with the sync's.

    Entered as journal entries, which are in the ledger too, it is counted once: each day ends with the same cash. Its
    futures are drawn anew, as all records have other ids, and give the same dates and nearly the same chances.
    """
    assessed = []
    for payroll, quickbooks in young_agencies.items():
        quickbooks.fresh()
        async with services_for(databases.copy(migrated_original), quickbooks) as services:
            business_id = await connect(services, quickbooks)
            done = await services.sync(business_id)
            told = await services.last_sync(business_id)
            assessed.append(await services.assessment(business_id))
            activity, reading = await kept(services, business_id)
        unlisted = {"Payroll Check", "Tax Payment"} if payroll == "quickbooks" else set()
        assert {each.kind for each in activity} == unlisted
        assert reading is not None
        assert not reading.failed
        assert len(ledger_reads(quickbooks)) == 1
        assert told is not None
        assert told.metered_reads == done.metered_reads + 1 == len(quickbooks.journal())
    inside, entered = assessed
    (flow,) = (each for each in inside.picture.recurring if each.label == "Payroll")
    assert {hit.ref.kind for hit in flow.hits} == {RecordKind.OTHER_ACTIVITY}
    assert inside.runway.state is RunwayState.DATED
    assert [day.spendable for day in inside.projection.days] == [day.spendable for day in entered.projection.days]
    assert inside.runway.covered_until == entered.runway.covered_until
    assert inside.runway.cautious_until == entered.runway.cautious_until
    for ours, theirs in zip(inside.runway.payrolls, entered.runway.payrolls, strict=True):
        assert (ours.day, ours.amount) == (theirs.day, theirs.amount)
        assert abs(ours.missed - theirs.missed) < NEARLY


async def test_the_ledger_is_read_once_a_day_and_only_after_changes(
    migrated: TestDatabase, own_company: Emulator
) -> None:
    """Not twice on one day, not while nothing moved, again once something did, and after a week in any case."""
    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)

        async def reads_after(elapsed: timedelta) -> int:
            later(services, elapsed)
            before = len(ledger_reads(own_company))
            await services.refresh(business_id, max_age=timedelta(0))
            return len(ledger_reads(own_company)) - before

        await services.sync(business_id)
        assert len(ledger_reads(own_company)) == 1
        assert await reads_after(timedelta(hours=2)) == 0
        assert await reads_after(timedelta(days=1)) == 0
        own_company.create("Purchase", a_check("45.00"))
        assert await reads_after(timedelta(hours=2)) == 1
        own_company.create("Purchase", a_check("46.00"))
        assert await reads_after(timedelta(hours=2)) == 0
        assert await reads_after(timedelta(days=1)) == 1
        assert await reads_after(timedelta(days=8)) == 1


async def test_sales_without_invoices_are_seen_and_led_to(migrated: TestDatabase, own_company: Emulator) -> None:
    """A sales receipt into the bank is money from its customer, and its page says what the ledger says of it."""
    sold = own_company.create("SalesReceipt", a_sales_receipt("250.00"))
    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        await services.sync(business_id)
        activity, _ = await kept(services, business_id)
        picture = (await services.assessment(business_id)).picture
        record = await services.record(business_id, RecordKind.OTHER_ACTIVITY, str(sold["Id"]))
        unknown = await services.record(business_id, RecordKind.OTHER_ACTIVITY, "0")
    (receipt,) = activity
    assert (receipt.id, receipt.kind, receipt.amount) == (sold["Id"], "Sales Receipt", usd(250))
    (movement,) = (each for each in picture.books.movements if each.ref.kind is RecordKind.OTHER_ACTIVITY)
    assert movement.party is not None
    assert (movement.amount, movement.party.name) == (usd(250), "Quill Books")
    assert record is not None
    assert (record.party, record.dated, record.lines[0].text) == ("Quill Books", receipt.dated, "Checking")
    assert unknown is None


async def test_what_leaves_the_ledger_leaves_the_picture(migrated: TestDatabase, own_company: Emulator) -> None:
    """A receipt that was deleted is gone with the next reading, one that was changed is there once."""
    kept_one, gone = (own_company.create("SalesReceipt", a_sales_receipt(amount)) for amount in ("250.00", "99.00"))
    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        await services.sync(business_id)
        before, _ = await kept(services, business_id)
        own_company.delete("SalesReceipt", gone)
        own_company.create("SalesReceipt", a_sales_receipt("275.00") | {name: kept_one[name] for name in IDENTITY})
        later(services, timedelta(days=1))
        await services.refresh(business_id, max_age=timedelta(0))
        after, _ = await kept(services, business_id)
    assert sorted(each.amount for each in before) == [usd(99), usd(250)]
    assert [(each.id, each.amount) for each in after] == [(kept_one["Id"], usd(275))]


async def test_a_ledger_that_can_t_be_read_leaves_the_sync_whole(migrated: TestDatabase, own_company: Emulator) -> None:
    """A refused report is noted with its reason and costs no mirror; an hour later it is asked for again."""
    own_company.create("SalesReceipt", a_sales_receipt("250.00"))
    own_company.http.post(
        "/_emulator/faults", json={"action": "status", "status": 400, "body": "{}", "match": {"operation": "reports"}}
    ).raise_for_status()
    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        await services.sync(business_id)
        refused, failed = await kept(services, business_id)
        told = (await services.assessment(business_id)).runway.because
        await services.refresh(business_id, max_age=timedelta(0))
        assert (await kept(services, business_id))[1] == failed
        later(services, timedelta(hours=1))
        await services.refresh(business_id, max_age=timedelta(0))
        activity, healed = await kept(services, business_id)
    assert refused == ()
    assert failed is not None
    assert failed.read_at is None
    assert "QuickBooks refused" in failed.failed
    assert any("general ledger" in sentence for sentence in told)
    assert healed is not None
    assert (healed.failed, len(activity)) == ("", 1)


async def test_a_record_that_comes_into_the_mirror_is_counted_once(
    migrated: TestDatabase, own_company: Emulator
) -> None:
    """A check entered between mirror and ledger is other activity until the mirror has it, and then no more."""
    async with services_for(migrated, own_company) as services:
        business_id = await connect(services, own_company)
        await services.sync(business_id)
        made = own_company.create("Purchase", a_check("45.00"))
        later(services, timedelta(days=8))
        await services.ledger.refresh(await services.business(business_id), lane=Lane.SYNC)
        early, _ = await kept(services, business_id)
        await services.refresh(business_id, max_age=timedelta(0))
        moved = (await services.assessment(business_id)).picture.books.movements
    assert [each.id for each in early] == [made["Id"]]
    assert [each.ref.kind for each in moved if each.ref.id == made["Id"]] == [RecordKind.PURCHASE]


def a_check(amount: str) -> JsonObject:
    """Software paid from checking yesterday."""
    detail = {"AccountRef": {"value": "10"}}
    line = {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    return {"TxnDate": "2026-10-01", "PaymentType": "Check", "AccountRef": {"value": "1"}, "Line": [line]}


def a_sales_receipt(amount: str) -> JsonObject:
    """Hours sold to Quill Books yesterday, paid into checking."""
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {
        "TxnDate": "2026-10-01",
        "CustomerRef": {"value": "2"},
        "DepositToAccountRef": {"value": "1"},
        "Line": [line],
    }
