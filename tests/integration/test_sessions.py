"""Sessions keep to their business or their tables, whatever they are asked."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    Select,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased

from oodaloo.domains.ap.store import BillRow, VendorRow
from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.engine import (
    DatabaseUnreachableError,
    open_engine,
    open_engine_at_once,
    open_quick_engine,
)
from oodaloo.infra.db.session import Database, TenantLeakError, TenantSession, changing
from oodaloo.infra.qbo.connection.tokens import ConnectionRow
from tests.support.databases import TestDatabase
from tests.support.product import cut_connections
from tests.support.rows import A_MOMENT, OURS, THEIRS, a_business, a_record

BILLS = BillRow.__table__
VENDORS = VendorRow.__table__
INCREMENTS = 200


async def fill(database: Database) -> None:
    """Give both businesses the bills 1 and 2 and the vendor 1, told apart by their source."""
    for business_id in (OURS, THEIRS):
        async with database.tenant(business_id) as session:
            await session.upsert(BillRow, [a_record("1", source=business_id), a_record("2", source=business_id)])
            await session.upsert(VendorRow, [a_record("1", source=business_id)])


async def sources(database: Database, business_id: Any) -> list[str]:  # noqa: ANN401 (a BusinessId)
    """What a business's bills hold."""
    async with database.tenant(business_id, read_only=True) as session:
        return sorted(await session.scalars(select(BillRow.source)))


SEEN: dict[str, Select[Any]] = {
    "mapped": select(BillRow.source),
    "or": select(BillRow.source).where(or_(BillRow.id == "1", BillRow.id == "2")),
    "their id": select(BillRow.source).where(BillRow.business_id == THEIRS),
    "core": select(BILLS.c.source),
    "joined": select(BillRow.source).join(VendorRow, VendorRow.id == BillRow.id),
    "outer joined": select(BillRow.source).join(VendorRow, VendorRow.id == BillRow.id, isouter=True),
    "joined the other way": select(VendorRow.source).select_from(BillRow).join(VendorRow, VendorRow.id == BillRow.id),
    "by criterion": select(BillRow.source).where(BillRow.id == VendorRow.id),
    "core join": select(BILLS.c.source).select_from(BILLS.join(VENDORS, BILLS.c.id == VENDORS.c.id)),
    "ordered by": select(BillRow.source).where(BillRow.id != VendorRow.id).order_by(VendorRow.source),
    "aggregate": select(func.max(BillRow.source)),
    "count": select(func.count()).select_from(BillRow),
}


async def test_a_select_sees_only_its_own_business(two_businesses: Database) -> None:
    """Mapped or Core, joined or not, by any criterion: no row of another business is seen or counted."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        for name, statement in SEEN.items():
            found = await session.scalars(statement)
            assert set(found) <= {"ours", 2}, name
            assert found or name == "their id", name


REFUSED: dict[str, Select[Any]] = {
    "in": select(BillRow.source).where(BillRow.id.in_(select(VendorRow.id))),
    "exists": select(BillRow.source).where(exists().where(VendorRow.id == BillRow.id)),
    "scalar": select(select(VendorRow.source).limit(1).scalar_subquery()).select_from(BillRow),
    "alias": select(aliased(BillRow).source),
    "subquery": select(select(BillRow.source).subquery().c.source),
    "cte": select(select(BillRow.source).cte().c.source),
    "literal": select(literal_column("(SELECT max(source) FROM bill)")).select_from(BillRow),
    "text column": select(text("source")).select_from(BillRow),
    "text criterion": select(BillRow.source).where(text("1 = 1")),
    "no table": select(func.set_config("oodaloo.business_id", "theirs", True)),
    "union": select(union(select(BillRow.source), select(VendorRow.source)).subquery().c.source),
    "system table": select(BusinessRow.name),
    "joined system table": select(BillRow.source).join(BusinessRow, BusinessRow.id == BillRow.business_id),
}


async def test_what_cannot_be_bound_is_refused(two_businesses: Database) -> None:
    """Subqueries, aliases, SQL as text and tables without a business don't get as far as the database."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        for statement in REFUSED.values():
            for read in (session.scalars, session.rows):
                with pytest.raises(TenantLeakError):
                    await read(statement)


async def test_deleting_and_changing_keep_to_the_business(two_businesses: Database) -> None:
    """A delete or update without criteria changes all of ours and none of theirs."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        assert await session.update(BillRow, values={"source": "changed"}) == 2
    assert await sources(two_businesses, OURS) == ["changed", "changed"]
    assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]
    async with two_businesses.tenant(OURS) as session:
        assert await session.delete(BillRow, BillRow.business_id == THEIRS) == 0
        assert await session.delete(BillRow) == 2
    assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]


async def test_an_upsert_lands_in_the_business(two_businesses: Database) -> None:
    """A row that names another business is stored in ours, and theirs of the same id stays as it is."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        await session.upsert(BillRow, [{**a_record("1", source="new"), "business_id": THEIRS}])
    assert await sources(two_businesses, OURS) == ["new", "ours"]
    assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]


Change = Callable[[TenantSession], Coroutine[Any, Any, int]]


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.delete(BillRow, BillRow.id.in_(select(VendorRow.id))),
        lambda session: session.delete(BillRow, BillRow.id == VendorRow.id),
        lambda session: session.delete(BillRow, text("1 = 1")),
        lambda session: session.update(BillRow, values={"source": select(VendorRow.source).scalar_subquery()}),
        lambda session: session.update(BillRow, BillRow.id == VendorRow.id, values={"source": "x"}),
        lambda session: session.update(BillRow, values={"source": VendorRow.source}),
        lambda session: session.update(BillRow, values={"business_id": THEIRS}),
    ],
    ids=["subselect", "other table", "text", "value of a select", "joined", "value of a table", "given away"],
)
async def test_a_change_that_looks_elsewhere_is_refused(two_businesses: Database, change: Change) -> None:
    """Criteria and values that reach into other rows, and giving rows away, are refused before anything happens."""
    await fill(two_businesses)
    with pytest.raises(TenantLeakError):
        async with two_businesses.tenant(OURS) as session:
            await change(session)
    assert await sources(two_businesses, OURS) == ["ours", "ours"]
    assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]


async def test_what_was_changed_is_what_is_read(two_businesses: Database) -> None:
    """Within one transaction a row that was read, then changed, is read as it is now."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        before = (await session.scalars(select(BillRow).where(BillRow.id == "1")))[0].source
        await session.update(BillRow, BillRow.id == "1", values={"source": "changed"})
        after = (await session.scalars(select(BillRow).where(BillRow.id == "1")))[0].source
        await session.upsert(BillRow, [a_record("1", source="upserted")])
        last = (await session.scalars(select(BillRow).where(BillRow.id == "1")))[0].source
    assert (before, after, last) == ("ours", "changed", "upserted")


async def test_a_block_that_raises_leaves_nothing(two_businesses: Database) -> None:
    """One block is one transaction: what it wrote before it raised is gone."""

    async def write_and_raise() -> None:
        async with two_businesses.tenant(OURS) as session:
            await session.upsert(BillRow, [a_record("1")])
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await write_and_raise()
    assert await sources(two_businesses, OURS) == []


async def test_work_without_a_business_touches_only_the_listed_tables(two_businesses: Database) -> None:
    """Outside a business only the system's tables can be read or changed."""
    await fill(two_businesses)
    async with two_businesses.system() as session:
        assert sorted(await session.scalars(select(BusinessRow.id))) == ["ours", "theirs"]
        attempts: list[Callable[[], Coroutine[Any, Any, object]]] = [
            lambda: session.scalars(select(BillRow.source)),
            lambda: session.rows(select(BusinessRow.id, BillRow.id)),
            lambda: session.scalars(select(BusinessRow.id).join(BillRow, BillRow.business_id == BusinessRow.id)),
            lambda: session.scalars(select(BusinessRow.id).where(exists().where(BillRow.id == BusinessRow.id))),
            lambda: session.upsert(BillRow, [{**a_record("9"), "business_id": OURS}]),
            lambda: session.delete(BillRow),
            lambda: session.update(BillRow, values={"source": "x"}),
            lambda: session.delete(BusinessRow, BusinessRow.id.in_(select(BillRow.business_id))),
        ]
        for attempt in attempts:
            with pytest.raises(TenantLeakError):
                await attempt()
    assert await sources(two_businesses, OURS) == ["ours", "ours"]


async def test_many_rows_are_stored_in_one_go(two_businesses: Database) -> None:
    """More rows than one statement takes are stored, and storing them again changes nothing."""
    rows = [a_record(str(number), source=f"{number}") for number in range(1, 1202)]
    for _ in range(2):
        async with two_businesses.tenant(OURS) as session:
            await session.upsert(BillRow, rows)
            await session.upsert(BillRow, [])
    assert len(await sources(two_businesses, OURS)) == len(rows)


async def test_concurrent_increments_lose_nothing(two_businesses: Database) -> None:
    """Two hundred transactions that each read a number, locking it, and write the next one end at two hundred."""
    realm = "realm-ours"
    connection = {
        "realm_id": realm,
        "state": "connected",
        "sealed_access_token": "",
        "sealed_refresh_token": "",
        "access_expires_at": A_MOMENT,
        "refresh_expires_at": A_MOMENT,
        "version": 0,
        "changed_at": A_MOMENT,
        "ended_because": "",
    }
    async with two_businesses.system() as session:
        await session.upsert(ConnectionRow, [connection])
    few = asyncio.Semaphore(10)

    async def increment() -> None:
        async with few, two_businesses.system() as session:
            (version,) = await session.scalars(select(ConnectionRow.version).with_for_update())
            await session.update(ConnectionRow, ConnectionRow.realm_id == realm, values={"version": version + 1})

    await asyncio.gather(*(increment() for _ in range(INCREMENTS)))
    async with two_businesses.system(read_only=True) as session:
        assert await session.scalars(select(ConnectionRow.version)) == [INCREMENTS]


async def test_compare_and_set_lets_one_win(two_businesses: Database) -> None:
    """Of many that read a row and change it only if nobody else has, one succeeds each round."""
    async with two_businesses.system() as session:
        await session.update(BusinessRow, BusinessRow.id == OURS, values={"buffer_cents": 7})

    async def take(number: int) -> int:
        async with two_businesses.system() as session:
            mine = BusinessRow.id == OURS
            return await session.update(
                BusinessRow, mine, BusinessRow.buffer_cents == 7, values={"buffer_cents": 100 + number}
            )

    assert sum(await asyncio.gather(*(take(number) for number in range(20)))) == 1


async def test_a_reader_does_not_wait_for_a_writer_nor_a_writer_for_a_reader(two_businesses: Database) -> None:
    """While one transaction reads, another writes and commits; while one writes, another reads what was before."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS, read_only=True) as reader:
        assert sorted(await reader.scalars(select(BillRow.source))) == ["ours", "ours"]
        async with two_businesses.tenant(OURS) as writer:
            await writer.update(BillRow, values={"source": "changed"})
            assert await sources(two_businesses, OURS) == ["ours", "ours"]
    assert await sources(two_businesses, OURS) == ["changed", "changed"]


async def test_what_only_reads_sees_one_moment(two_businesses: Database) -> None:
    """What others commit meanwhile doesn't show in a transaction that has begun to read."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS, read_only=True) as reader:
        assert await reader.scalars(select(VendorRow.source)) == ["ours"]
        async with two_businesses.tenant(OURS) as writer:
            await writer.update(BillRow, values={"source": "changed"})
        assert sorted(await reader.scalars(select(BillRow.source))) == ["ours", "ours"]


async def test_selects_asked_together_are_each_within_the_business(two_businesses: Database) -> None:
    """Several selects in one statement show the rows of one business, each of its own table."""
    await fill(two_businesses)
    together = (select(literal("bill"), BillRow.source), select(literal("vendor"), VendorRow.source))
    async with two_businesses.tenant(THEIRS, read_only=True) as session:
        found = await session.rows_together(together, {})
    assert sorted(map(tuple, found)) == [("bill", "theirs"), ("bill", "theirs"), ("vendor", "theirs")]


async def test_a_read_only_transaction_cannot_write(two_businesses: Database) -> None:
    """What said that it only reads is held to it by the database, and the next transaction may write again."""
    with pytest.raises((DBAPIError, DatabaseUnreachableError), match=r"(?i)read-?only"):
        async with two_businesses.tenant(OURS, read_only=True) as session:
            await session.upsert(BillRow, [a_record("1")])
    async with two_businesses.tenant(OURS) as session:
        await session.upsert(BillRow, [a_record("1")])
    assert len(await sources(two_businesses, OURS)) == 1


async def test_isolation_that_somebody_asked_for_changes_nothing_for_others(two_businesses: Database) -> None:
    """After a transaction with an isolation level of its own, its connection binds and keeps from writing as before."""
    await fill(two_businesses)
    for _ in range(2):
        async with two_businesses.engine.connect() as connection:
            await connection.execution_options(isolation_level="SERIALIZABLE")
            if two_businesses.engine.dialect.name == "postgresql":
                assert (await connection.execute(text("SHOW transaction_isolation"))).scalar() == "serializable"
        assert await sources(two_businesses, OURS) == ["ours", "ours"]
        assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]
        with pytest.raises((DBAPIError, DatabaseUnreachableError)):
            async with two_businesses.tenant(OURS, read_only=True) as session:
                await session.upsert(BillRow, [a_record("3")])


async def test_row_level_security_holds_for_raw_sql(two_businesses: Database, migrated: TestDatabase) -> None:
    """On PostgreSQL raw SQL sees and takes nothing without a business, and nothing of another one's with one."""
    if migrated.kind == "sqlite":
        return
    await fill(two_businesses)
    read, theirs = "SELECT DISTINCT source FROM bill", "UPDATE bill SET source = 'x' WHERE business_id = 'theirs'"
    taken = insert(VendorRow).values({**a_record("9"), "business_id": THEIRS})
    for url in (migrated.app_url, migrated.owner_url):
        engine = open_engine(url)
        assert await raw(engine, read) == []
        assert await raw(engine, read, business="ours") == [("ours",)]
        assert await raw(engine, f"{theirs} RETURNING id", business="ours") == []
        assert await raw(engine, f"{theirs} RETURNING id") == []
        for leak in (text("UPDATE bill SET business_id = 'theirs'"), taken):
            with pytest.raises(DBAPIError, match="row-level security"):
                await raw(engine, leak, business="ours")
        assert await raw(engine, read) == []  # nothing sticks to a connection that goes back to the pool
        await engine.dispose()


async def raw(engine: AsyncEngine, statement: Executable | str, *, business: str = "") -> list[tuple[object, ...]]:
    """Run one statement past all sessions, in a transaction that is bound to a business or to none."""
    async with engine.begin() as connection:
        if business:
            await connection.execute(text("SELECT set_config('oodaloo.business_id', :id, true)"), {"id": business})
        result = await connection.execute(text(statement) if isinstance(statement, str) else statement)
        return [tuple(row) for row in result] if result.returns_rows else []


async def test_a_connection_that_was_cut_is_replaced(two_businesses: Database, migrated: TestDatabase) -> None:
    """Transactions that begin on connections which the server has cut meanwhile go on with others."""
    for _ in range(2):
        await fill(two_businesses)
        await cut_connections(migrated)
        assert await sources(two_businesses, OURS) == ["ours", "ours"]
        await cut_connections(migrated)


@pytest.mark.postgresql
async def test_a_transaction_that_stands_still_is_ended(two_businesses: Database, migrated: TestDatabase) -> None:
    """Who does nothing in a transaction for too long loses it and is told; nothing of it is kept, and others go on."""
    engine = open_engine(migrated.app_url, most_idle_seconds=0.05)
    try:
        slow = Database(engine, two_businesses.system_tables)
        with pytest.raises(DatabaseUnreachableError, match="idle-in-transaction"):
            await _stand_still(slow, two_businesses)
        assert await sources(slow, OURS) == []
        await fill(slow)
    finally:
        await engine.dispose()


async def _stand_still(slow: Database, others: Database) -> None:
    """Insert a bill, wait until others can insert it too, and go on."""
    async with slow.tenant(OURS) as session:
        await session.upsert(BillRow, [a_record("1")])
        async with others.tenant(OURS) as other:
            await other.upsert(BillRow, [a_record("1")])
            await other.delete(BillRow, BillRow.id == "1")
        await session.scalars(select(BillRow.id))


@pytest.mark.postgresql
async def test_every_engine_ends_what_stands_still(migrated: TestDatabase) -> None:
    """A minute on each kind of engine that begins transactions of ours."""
    engine = open_engine(migrated.app_url)
    asked = text("SHOW idle_in_transaction_session_timeout")
    async with engine.connect() as connection:
        assert await connection.scalar(asked) == "1min"
    await engine.dispose()
    for at_once in (open_engine_at_once(migrated.app_url), open_quick_engine(migrated.app_url, "limits")):
        with at_once.connect() as connection:
            assert connection.scalar(asked) == "1min"
        at_once.dispose()


async def test_a_new_row_is_told_from_one_that_was_there(two_businesses: Database) -> None:
    """Inserting says whether it did; it doesn't where the key is taken, or where a row of another type forbids it."""
    await fill(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        assert not await session.insert_new(BillRow, a_record("1"))
        assert await session.insert_new(BillRow, a_record("3"))
        assert not await session.insert_new(BillRow, a_record("4"), unless=(VendorRow, {"id": "1"}))
        assert not await session.insert_new(BillRow, a_record("3"), unless=(VendorRow, {"id": "9"}))
        assert await session.insert_new(BillRow, a_record("5"), unless=(VendorRow, {"id": "9"}))
        assert sorted(await session.scalars(select(BillRow.id))) == ["1", "2", "3", "5"]
    async with two_businesses.tenant(THEIRS) as session:
        await session.upsert(VendorRow, [a_record("2")])
    async with two_businesses.tenant(OURS) as session:
        assert await session.insert_new(BillRow, a_record("6"), unless=(VendorRow, {"id": "2"}))


async def test_a_change_tells_what_it_left(two_businesses: Database) -> None:
    """What is asked of a change is how each of its own rows is afterwards."""
    await fill(two_businesses)
    moved = changing(BillRow, BillRow.id != "2", values={"source": BillRow.source + "!"}, telling=["id", "source"])
    async with two_businesses.tenant(OURS) as session:
        assert [tuple(row) for row in await session.changed(moved, {})] == [("1", "ours!")]
    assert await sources(two_businesses, THEIRS) == ["theirs", "theirs"]


async def test_a_business_that_is_not_there_can_hold_nothing(two_businesses: Database) -> None:
    """A row of an unknown business is refused by the database."""
    with pytest.raises(DBAPIError):
        async with two_businesses.tenant(type(OURS)("nobody")) as session:
            await session.upsert(BillRow, [a_record("1")])


async def test_one_company_is_one_business(two_businesses: Database) -> None:
    """Two businesses can't be of the same QuickBooks company."""
    with pytest.raises(DBAPIError):
        async with two_businesses.system() as session:
            await session.upsert(BusinessRow, [{**a_business(OURS), "id": "another"}])


async def test_what_is_made_out_once_keeps_to_whoever_asks(two_businesses: Database) -> None:
    """A select and a change made out once see and change the rows of the business whose session it is, and no other."""
    await fill(two_businesses)
    asked = select(BillRow.source).where(BillRow.id == bindparam("id"))
    change = changing(BillRow, BillRow.id == bindparam("its_id"), values={"open_cents": bindparam("cents")})
    for business_id in (OURS, THEIRS, OURS):
        async with two_businesses.tenant(business_id) as session:
            assert await session.scalars(asked, {"id": "1", "oodaloo_business": THEIRS}) == [business_id]
            assert [row.source for row in await session.rows(asked, {"id": "2"})] == [business_id]
            assert await session.change(change, {"its_id": "1", "cents": 5, "oodaloo_business": THEIRS}) == 1
    beyond: list[dict[str, Any]] = [
        {"business_id": bindparam("other")},
        {"source": select(VENDORS.c.source).scalar_subquery()},
    ]
    for values in beyond:
        with pytest.raises(TenantLeakError):
            changing(BillRow, values=values)
    with pytest.raises(TenantLeakError):
        changing(BillRow, VendorRow.id == bindparam("its_id"), values={"open_cents": 1})
