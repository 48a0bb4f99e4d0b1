"""What the mirror has replaced or taken out can be asked for, with when it went."""

from datetime import UTC, datetime, timedelta

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.domains.ap.model import Bill
from oodaloo.domains.ap.queries import BILLS, VENDORS
from oodaloo.domains.core.queries import home_currency
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.answers import Deletion
from oodaloo.infra.qbo.mirror.changes import Mirror, RecordVersionRow
from oodaloo.infra.qbo.mirror.versions import FormerVersion, former_versions, load_former_source
from oodaloo.kit.clock import FixedClock
from tests.support import wire
from tests.support.rows import A_MOMENT, OURS

LATER = A_MOMENT + timedelta(days=2)
DELETED = datetime(2026, 10, 4, 8, tzinfo=UTC)


def mirror(now: datetime) -> Mirror:
    """The mirror at a product time."""
    return Mirror(ENTITY_TYPES, home_currency, FixedClock(now))


def a_bill(record_id: str, token: int, dollars: int) -> bytes:
    """A bill as QuickBooks sends it."""
    day = A_MOMENT.date()
    fields = wire.a_document(("VendorRef", "4", "Pier 9"), day, 100 * dollars, 100 * dollars, due=day)
    return wire.sent(record_id, fields, token=token, created=A_MOMENT)


def told(former: FormerVersion) -> tuple[str, int, datetime | None]:
    """Id, dollars and when it went."""
    assert isinstance(former.record, Bill)
    return former.record.meta.id, former.record.total.cents // 100, former.gone_at


async def test_versions_say_whether_and_when_their_record_went(two_businesses: Database) -> None:
    """Replaced: it is there still. Deleted: QuickBooks' own time. Not shown any more: since when we know."""
    [bill_type] = [entity for entity in ENTITY_TYPES if entity.name == "Bill"]
    async with two_businesses.tenant(OURS) as session:
        await mirror(A_MOMENT).keep(session, "Bill", [a_bill("1", 0, 10), a_bill("2", 0, 20), a_bill("3", 0, 30)])
        await mirror(LATER).keep(session, "Bill", [a_bill("1", 1, 11)])
        await mirror(LATER).bury(session, "Bill", [Deletion("2", DELETED)])
        seen = [bill_type.reading(a_bill("1", 1, 11), await home_currency(session))]
        await mirror(LATER).keep_readings(session, bill_type, seen, seen_in=1)
        await mirror(LATER).drop_unseen(session, bill_type, 1, LATER)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        found = await former_versions(session, (BILLS, VENDORS), A_MOMENT)
        assert [told(each) for each in found["Bill"]] == [("1", 10, None), ("2", 20, DELETED), ("3", 30, LATER)]
        assert await former_versions(session, (BILLS,), LATER) == {}
        gone = await load_former_source(session, "Bill", "3")
        assert gone is not None
        assert (gone.gone_since, gone.source) == (LATER, a_bill("3", 0, 30).decode())
        assert await load_former_source(session, "Bill", "1") is None


async def test_what_an_older_program_wrote_is_left_out(two_businesses: Database) -> None:
    """A version whose body nobody can read any more is none, and stops no other."""
    async with two_businesses.tenant(OURS) as session:
        await mirror(A_MOMENT).keep(session, "Bill", [a_bill("1", 0, 10), a_bill("2", 0, 20)])
        await mirror(LATER).keep(session, "Bill", [a_bill("1", 1, 11), a_bill("2", 1, 21)])
        await session.update(RecordVersionRow, RecordVersionRow.id == "1", values={"body": '{"meta": 7}'})
    async with two_businesses.tenant(OURS, read_only=True) as session:
        found = await former_versions(session, (BILLS,), A_MOMENT)
    assert [told(each) for each in found["Bill"]] == [("2", 20, None)]
