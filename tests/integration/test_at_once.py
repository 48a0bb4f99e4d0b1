"""Transactions in one hop have the rights of all others, and keep all or nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from oodaloo.domains.ap.store import BillRow
from oodaloo.infra.db.at_once import AtOnce
from oodaloo.infra.db.engine import open_engine_at_once
from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId
from tests.support.databases import TestDatabase
from tests.support.product import cut_connections
from tests.support.rows import OURS, THEIRS, a_record

ADDITIONS = 12


@pytest_asyncio.fixture
async def at_once(two_businesses: Database) -> AsyncIterator[AtOnce]:
    """Transactions in one hop on the database of two businesses."""
    url = two_businesses.engine.url.render_as_string(hide_password=False)
    opened = AtOnce(open_engine_at_once(url))
    yield opened
    await opened.close()


async def keep(session: TenantSession, record_id: str) -> list[str]:
    """Keep a bill; gives the ids of all that the session sees."""
    await session.upsert(BillRow, [a_record(record_id)])
    return sorted(await session.scalars(select(BillRow.id)))


async def test_a_business_sees_and_changes_its_own(at_once: AtOnce) -> None:
    """What one business keeps the other doesn't see."""
    assert await at_once.tenant(OURS, lambda session: keep(session, "1")) == ["1"]
    assert await at_once.tenant(THEIRS, lambda session: keep(session, "2")) == ["2"]

    async def without_criteria(session: TenantSession) -> int:
        return await session.delete(BillRow)

    assert await at_once.tenant(OURS, without_criteria) == 1
    assert await at_once.tenant(THEIRS, lambda session: keep(session, "2")) == ["2"]


async def test_what_fails_leaves_nothing(at_once: AtOnce) -> None:
    """An error takes the whole transaction back and is told as it is."""

    async def failing(session: TenantSession) -> None:
        await keep(session, "1")
        raise OodalooError("second thoughts")

    with pytest.raises(OodalooError, match="second thoughts"):
        await at_once.tenant(OURS, failing)
    assert await at_once.tenant(OURS, lambda session: keep(session, "2")) == ["2"]


async def test_a_business_may_be_called_anything(at_once: AtOnce) -> None:
    """A business's id is never taken for SQL; one that nobody knows sees nothing and can keep nothing."""
    stranger = BusinessId("'; DROP TABLE bill; -- 100% \\")
    await at_once.tenant(OURS, lambda session: keep(session, "1"))

    async def look(session: TenantSession) -> Sequence[str]:
        return await session.scalars(select(BillRow.id))

    assert await at_once.tenant(stranger, look) == []
    with pytest.raises(IntegrityError):
        await at_once.tenant(stranger, lambda session: keep(session, "2"))
    assert await at_once.tenant(OURS, look) == ["1"]


async def test_mapped_rows_and_columns_are_read_alike(at_once: AtOnce) -> None:
    """Selects of columns go another way than those of mapped rows, with the same results."""
    row, ids = select(BillRow).where(BillRow.id == bindparam("id")), select(BillRow.id, BillRow.source)

    async def read(session: TenantSession) -> list[object]:
        await keep(session, "1")
        mapped = (await session.scalars(row, {"id": "1"}))[0]
        columns = (await session.rows(ids.where(BillRow.id == bindparam("id")), {"id": "1"}))[0]
        return [(mapped.id, mapped.source), tuple(columns), tuple((await session.rows(ids))[0])]

    first, *others = await at_once.tenant(OURS, read)
    assert others == [first, first]


async def test_a_connection_that_was_cut_is_replaced(at_once: AtOnce, migrated: TestDatabase) -> None:
    """A transaction that begins on a connection which the server has cut meanwhile goes on with another one."""
    assert await at_once.tenant(OURS, lambda session: keep(session, "1")) == ["1"]
    await cut_connections(migrated)
    assert await at_once.tenant(OURS, lambda session: keep(session, "2")) == ["1", "2"]


async def test_it_waits_for_nothing_else(at_once: AtOnce) -> None:
    """A transaction that awaits anything besides its session is refused, and leaves nothing."""

    async def dawdling(session: TenantSession) -> None:
        await keep(session, "1")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="something other than its session"):
        await at_once.tenant(OURS, dawdling)
    assert await at_once.tenant(OURS, lambda session: keep(session, "2")) == ["2"]


async def test_closing_waits_for_what_was_begun(at_once: AtOnce, two_businesses: Database) -> None:
    """A transaction whose caller has left is done to its end before the database is let go of."""
    leaving = asyncio.create_task(at_once.tenant(OURS, lambda session: keep(session, "1")))
    await asyncio.sleep(0)
    leaving.cancel()
    await at_once.close()
    assert leaving.cancelled()
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert await session.scalars(select(BillRow.id)) == ["1"]


async def test_many_at_once_lose_nothing(at_once: AtOnce, two_businesses: Database) -> None:
    """Transactions in one hop and others that add to the same number at the same time add up."""

    async def add(session: TenantSession) -> None:
        await session.update(BillRow, BillRow.id == "1", values={"open_cents": BillRow.open_cents + 1})

    async def add_slowly() -> None:
        async with two_businesses.tenant(OURS) as session:
            await add(session)

    await at_once.tenant(OURS, lambda session: keep(session, "1"))
    additions = [at_once.tenant(OURS, add) for _ in range(ADDITIONS)]
    await asyncio.gather(*additions, *(add_slowly() for _ in range(ADDITIONS)))
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert await session.scalars(select(BillRow.open_cents)) == [2 * ADDITIONS]
