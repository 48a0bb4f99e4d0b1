"""What is mirrored never goes back: newer over older, the dead stay dead, and old versions are kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.domains.ap.queries import bills
from oodaloo.domains.ap.store import BillRow
from oodaloo.domains.core.queries import NO_CURRENCY, HomeCurrencies, home_currency
from oodaloo.domains.core.store import PreferencesRow
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.qbo.answers import Deletion
from oodaloo.infra.qbo.mirror.changes import READ_LAG, Mirror, RecordVersionRow
from oodaloo.infra.qbo.mirror.records import names_of
from oodaloo.infra.qbo.mirror.state import mirror_state
from oodaloo.kit.clock import FixedClock
from tests.support.rows import A_MOMENT, OURS, THEIRS

NOON = datetime(2026, 10, 2, 19, tzinfo=UTC)
DAY_ONE = NOON.date() - timedelta(days=400)


def mirror(now: datetime = A_MOMENT) -> Mirror:
    """The mirror of all types, at a product time."""
    return Mirror(ENTITY_TYPES, home_currency, FixedClock(now))


def a_bill(
    record_id: str, token: int, changed: datetime = NOON, *, balance: int = 100, vendor: str = "Pier 9"
) -> bytes:
    """A bill as QuickBooks sends it."""
    return json.dumps(
        {
            "Id": record_id,
            "SyncToken": str(token),
            "MetaData": {"CreateTime": "2026-09-01T09:00:00-07:00", "LastUpdatedTime": changed.isoformat()},
            "TxnDate": "2026-09-01",
            "VendorRef": {"value": "4", "name": vendor},
            "TotalAmt": 100,
            "Balance": balance,
        }
    ).encode()


async def balances(session: TenantSession) -> dict[str, int]:
    """What is open of each mirrored bill, in whole units."""
    return {bill.meta.id: bill.balance.cents // 100 for bill in await bills(session, DAY_ONE)}


async def versions(session: TenantSession) -> list[tuple[str, str, str]]:
    """Id, SyncToken and reason of each version that ended, in that order."""
    rows = await session.scalars(select(RecordVersionRow).order_by(RecordVersionRow.revision))
    return [(row.id, row.sync_token, row.why) for row in rows]


async def test_newer_goes_over_older_and_leaves_a_version(two_businesses: Database) -> None:
    """A higher SyncToken wins whatever comes first; what it replaced is kept with the time it was known."""
    async with two_businesses.tenant(OURS) as session:
        assert await mirror().keep(session, "Bill", [a_bill("1", 0), a_bill("2", 5)]) == 2
        assert await mirror(NOON).keep(session, "Bill", [a_bill("1", 1, balance=40), a_bill("2", 4, balance=40)]) == 1
        assert await balances(session) == {"1": 40, "2": 100}
        assert await versions(session) == [("1", "0", "replaced")]
        ended = (await session.scalars(select(RecordVersionRow)))[0]
        assert (ended.known_from, ended.known_until) == (A_MOMENT, NOON)


async def test_the_same_record_again_is_no_news(two_businesses: Database) -> None:
    """Repeating a record changes neither row nor revision; within one answer the newest version counts."""
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep(session, "Bill", [a_bill("1", 1, balance=7), a_bill("1", 0)])
        before = await mirror_state(session)
        assert await mirror().keep(session, "Bill", [a_bill("1", 1, balance=7)]) == 0
        after = await mirror_state(session)
        assert await balances(session) == {"1": 7}
    assert before is not None
    assert after is not None
    assert (before.revision, after.revision) == (1, 1)


async def test_a_record_that_is_read_in_another_way_is_read_anew(two_businesses: Database) -> None:
    """After a change of a model, the same record brings the new reading: news for pictures, no version of the past."""
    [bill_type] = [entity for entity in ENTITY_TYPES if entity.name == "Bill"]
    older = replace(bill_type, read=lambda source, home: replace(bill_type.read(source, home), vendor_name="unread"))
    async with two_businesses.tenant(OURS) as session:
        home = await home_currency(session)
        await mirror().keep_readings(session, bill_type, [older.reading(a_bill("1", 1), home)])
        assert await mirror(NOON).keep(session, "Bill", [a_bill("1", 1)]) == 1
        [row] = await session.scalars(select(bill_type.row))
        assert '"unread"' not in row.body
        assert row.known_from == A_MOMENT
        assert await versions(session) == []


@pytest.mark.parametrize(
    ("later", "answered_at", "taken"),
    [
        (timedelta(seconds=1), None, True),
        (timedelta(0), None, True),
        (timedelta(seconds=-1), None, False),
        (timedelta(minutes=-5), NOON + READ_LAG, False),
        (timedelta(minutes=-5), NOON + READ_LAG + timedelta(seconds=1), True),
    ],
    ids=["later", "same second", "earlier", "maybe a lagging read", "stamped by a slow clock"],
)
async def test_without_a_new_synctoken_the_time_decides(
    two_businesses: Database, later: timedelta, answered_at: datetime | None, *, taken: bool
) -> None:
    """Balances change without a new SyncToken: an earlier LastUpdatedTime counts only when no read lags so far."""
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep(session, "Bill", [a_bill("1", 3)])
        changed = a_bill("1", 3, NOON + later, balance=9)
        assert await mirror().keep(session, "Bill", [changed], answered_at=answered_at) == int(taken)
        assert await balances(session) == {"1": 9 if taken else 100}


async def test_what_was_deleted_never_comes_back(two_businesses: Database) -> None:
    """A lagging answer that still shows a deleted record, known before or not, is not believed."""
    gone = [Deletion("1", NOON), Deletion("7", NOON)]
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep(session, "Bill", [a_bill("1", 0), a_bill("2", 0)])
        first = await mirror().bury(session, "Bill", gone)
        again = await mirror().bury(session, "Bill", gone)
        assert [(each.deletion.id, each.is_news) for each in first] == [("1", True), ("7", True)]
        assert not any(each.is_news for each in again)
        assert await mirror().keep(session, "Bill", [a_bill("1", 9), a_bill("7", 0)]) == 0
        assert await balances(session) == {"2": 100}
        assert await versions(session) == [("1", "0", "deleted")]


async def test_what_was_created_is_kept_once(two_businesses: Database) -> None:
    """A created record is news of its own revision; one that a refresh has brought already stays as it is, or newer."""
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep_created(session, "Bill", [a_bill("1", 0)])
        await mirror().keep_created(session, "Bill", [a_bill("2", 0)])
        assert [await revision_of(session, record_id) for record_id in ("1", "2")] == [1, 2]
        await mirror().keep_created(session, "Bill", [a_bill("2", 0)])
        await mirror().keep(session, "Bill", [a_bill("3", 4, balance=40)])
        await mirror().keep_created(session, "Bill", [a_bill("3", 0)])
        assert await balances(session) == {"1": 100, "2": 100, "3": 40}
        assert await versions(session) == []
        state = await mirror_state(session)
        assert state is not None
        assert await revision_of(session, "3") <= state.revision


async def test_what_was_created_and_deleted_stays_deleted(two_businesses: Database) -> None:
    """Somebody who deletes a record before we note that we created it has the last word."""
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep(session, "Bill", [a_bill("1", 0)])
        await mirror().bury(session, "Bill", [Deletion("1", NOON), Deletion("2", NOON)])
        await mirror().keep_created(session, "Bill", [a_bill("1", 0), a_bill("2", 0), a_bill("3", 0)])
        assert await balances(session) == {"3": 100}


async def revision_of(session: TenantSession, record_id: str) -> int:
    """The change of the mirror that brought a bill."""
    return (await session.scalars(select(BillRow.revision).where(BillRow.id == record_id)))[0]


async def test_the_home_currency_is_remembered_once_it_is_known(two_businesses: Database) -> None:
    """Before the preferences are there nothing is remembered; afterwards they aren't read again."""
    currencies = HomeCurrencies()
    preferences = {"CurrencyPrefs": {"HomeCurrency": {"value": "CAD"}}, "AccountingInfoPrefs": {}}
    record = {**json.loads(a_bill("1", 0)), **preferences}
    async with two_businesses.tenant(OURS) as session:
        assert await currencies.of(session) == NO_CURRENCY
        await mirror().keep(session, "Preferences", [json.dumps(record).encode()])
        assert await currencies.of(session) == "CAD"
        await session.delete(PreferencesRow)
        assert await currencies.of(session) == "CAD"
    async with two_businesses.tenant(THEIRS) as session:
        assert await currencies.of(session) == NO_CURRENCY


async def test_what_a_whole_reading_did_not_show_goes_unless_it_is_fresh(two_businesses: Database) -> None:
    """Unseen rows leave with a version, fresh ones stay, and what was only unseen may come back."""
    [bill_type] = [entity for entity in ENTITY_TYPES if entity.name == "Bill"]
    async with two_businesses.tenant(OURS) as session:
        home = await home_currency(session)
        seen = [bill_type.reading(a_bill("1", 0), home)]
        await mirror().keep(
            session, "Bill", [a_bill("1", 0), a_bill("2", 0), a_bill("3", 0, NOON + timedelta(hours=1))]
        )
        await mirror().keep_readings(session, bill_type, seen, seen_in=1)
        assert await mirror().drop_unseen(session, bill_type, 1, NOON + timedelta(hours=1)) == 1
        assert await balances(session) == {"1": 100, "3": 100}
        assert await versions(session) == [("2", "0", "absent")]
        assert await mirror().keep(session, "Bill", [a_bill("2", 0)]) == 1


async def test_an_older_reading_takes_nothing_from_a_later_one(two_businesses: Database) -> None:
    """Two readings of a type side by side: what the later one has shown stays, and its mark is not set back."""
    [bill_type] = [entity for entity in ENTITY_TYPES if entity.name == "Bill"]
    async with two_businesses.tenant(OURS) as session:
        home = await home_currency(session)
        both = [bill_type.reading(a_bill(record_id, 0), home) for record_id in ("1", "2")]
        await mirror().keep_readings(session, bill_type, both, seen_in=2)
        await mirror().keep_readings(session, bill_type, both[:1], seen_in=1)
        assert await mirror().drop_unseen(session, bill_type, 1, NOON + timedelta(hours=1)) == 0
        assert await mirror().drop_unseen(session, bill_type, 2, NOON + timedelta(hours=1)) == 0
        assert await balances(session) == {"1": 100, "2": 100}


async def test_types_that_are_not_mirrored_are_ignored(two_businesses: Database) -> None:
    """An Estimate is nobody's here: nothing is kept, nothing fails."""
    async with two_businesses.tenant(OURS) as session:
        assert await mirror().keep(session, "Estimate", [b"{}"]) == 0
        assert await mirror().bury(session, "Estimate", [Deletion("1", NOON)]) == []
        assert await mirror_state(session) is None


async def test_names_are_those_of_the_newest_version(two_businesses: Database) -> None:
    """A vendor's new name is known at once, for the documents that QuickBooks doesn't send again."""
    times = {"CreateTime": "2026-09-01T09:00:00-07:00", "LastUpdatedTime": "2026-09-01T09:00:00-07:00"}
    async with two_businesses.tenant(OURS) as session:
        for token, name in enumerate(("Pier 9", "Pier Nine")):
            vendor = {"Id": "4", "SyncToken": str(token), "MetaData": times, "DisplayName": name}
            await mirror().keep(session, "Vendor", [json.dumps(vendor).encode()])
        assert await names_of(session, "Vendor", "Customer") == {"4": "Pier Nine"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.permutations(range(5)), st.integers(0, 5))
async def test_any_order_of_arrival_ends_the_same(two_businesses: Database, order: list[int], split: int) -> None:
    """Whatever order versions come in and however answers group them, the newest one stands at the end."""
    sources = [a_bill("1", token, balance=token) for token in order]
    async with two_businesses.tenant(OURS) as session:
        await mirror().keep(session, "Bill", sources[:split])
        await mirror().keep(session, "Bill", sources[split:])
        assert await balances(session) == {"1": 4}
        assert ("1", "4", "replaced") not in await versions(session)
