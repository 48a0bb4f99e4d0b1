"""Pictures of past days through the product's services: what is gone can be looked at, what is to come can't."""

from datetime import date
from pathlib import Path

import pytest

from oodaloo.bootstrap.services import DayAheadError, NeverSyncedError
from oodaloo.runway.model.reference import RecordKind
from tests.support.books import usd
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.people import delete
from tests.support.product import connect, services_for
from tests.support.recordings import small_company, write

YESTERDAY, TOMORROW = date(2026, 10, 1), date(2026, 10, 3)


async def test_a_deleted_bill_is_there_on_the_day_before(migrated: TestDatabase, tmp_path: Path) -> None:
    """The bill that somebody deleted today is open in yesterday's picture, and its page says that it is gone."""
    with emulator("--load", str(write(tmp_path / "small", small_company()))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            await services.sync(business_id)
            delete(quickbooks, "Bill", "202")
            await services.sync(business_id, start_over=True)
            today = (await services.assessment(business_id)).picture.books
            yesterday = await services.picture_on(business_id, YESTERDAY)
            record = await services.record(business_id, "Bill", "202")
    assert "202" not in {item.ref.id for item in today.payables}
    assert {item.ref.id: item.open for item in yesterday.picture.books.payables}["202"] == usd("345.67")
    assert "202" in {ref.id for ref in yesterday.notes.put_back}
    assert record is not None
    assert record.facts[0][0] == "Not in QuickBooks since"
    assert usd("345.67") in [value for _, value in record.facts]


async def test_yesterday_rests_on_documents(migrated: TestDatabase, company: Emulator) -> None:
    """Every figure of a past picture points to records that can be opened; what is dated today isn't in it."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        await services.sync(business_id)
        books = (await services.picture_on(business_id, YESTERDAY)).picture.books
        refs = {
            *(item.ref for item in (*books.receivables, *books.payables)),
            *(credit.ref for credit in books.unapplied_receipts),
            *(movement.ref for movement in books.movements),
            *(account.ref for account in books.accounts),
        }
        opened = [await services.record(business_id, ref.kind.value, ref.id) for ref in refs]
    assert len(refs) > 5
    assert None not in opened
    assert books.as_of == YESTERDAY
    assert all(movement.dated <= YESTERDAY for movement in books.movements)
    assert {ref.kind for ref in refs} > {RecordKind.ACCOUNT, RecordKind.INVOICE, RecordKind.BILL}


async def test_a_day_to_come_and_books_that_were_never_read(migrated: TestDatabase, company: Emulator) -> None:
    """Both are refused, each with what to do."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        with pytest.raises(NeverSyncedError, match="oodaloo sync"):
            await services.picture_on(business_id, YESTERDAY)
        with pytest.raises(DayAheadError, match=r"2026-10-03 is still to come for .* Ask for a day up to 2026-10-02"):
            await services.picture_on(business_id, TOMORROW)
