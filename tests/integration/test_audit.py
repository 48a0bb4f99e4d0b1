"""The audit trail: in one chain, kept by the database, and whoever rewrites it is found out."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from oodaloo.domains.core import audit
from oodaloo.domains.core.audit import AuditEntry
from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.db.session import Database
from tests.support.databases import TestDatabase
from tests.support.rows import A_MOMENT, OURS, THEIRS


def an_entry(subject: str = "Bill 7", *, action: str = "approve") -> AuditEntry:
    """Somebody did something."""
    return AuditEntry(A_MOMENT, A_MOMENT, "ansel", "Ansel", action, subject, facts={"cents": "100"})


async def written(database: Database, count: int) -> None:
    """So many entries, each in a transaction of its own."""
    for number in range(count):
        async with database.tenant(OURS) as session:
            await audit.record(session, an_entry(f"Bill {number}"))


async def test_entries_are_sealed_in_their_order(two_businesses: Database) -> None:
    """Each is numbered and sealed with all before; another business has a trail of its own."""
    await written(two_businesses, 3)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        trail = await audit.trail(session)
        assert [(each.number, each.entry.subject) for each in trail] == [(1, "Bill 0"), (2, "Bill 1"), (3, "Bill 2")]
        assert [each.number for each in await audit.trail(session, subject="Bill 1")] == [2]
        verdict = await audit.verify(session)
    assert (verdict.entries, verdict.hash, verdict.broken_at) == (3, trail[-1].hash, None)
    async with two_businesses.tenant(THEIRS, read_only=True) as session:
        assert (await audit.verify(session)).entries == 0


async def test_writers_at_the_same_moment_make_one_chain(two_businesses: Database) -> None:
    """Twelve transactions side by side: twelve entries, one chain, none lost."""

    async def one(number: int) -> None:
        async with two_businesses.tenant(OURS) as session:
            await audit.record(session, an_entry(f"Bill {number}"))

    await asyncio.gather(*map(one, range(12)))
    async with two_businesses.tenant(OURS, read_only=True) as session:
        verdict = await audit.verify(session)
        assert {each.entry.subject for each in await audit.trail(session)} == {f"Bill {n}" for n in range(12)}
    assert (verdict.entries, verdict.broken_at) == (12, None)


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET body = '{}'", "DELETE FROM audit_entry"])
async def test_the_database_refuses_to_rewrite_it(
    two_businesses: Database, migrated: TestDatabase, change: str
) -> None:
    """Neither the app nor the owner of the database can change or delete an entry."""
    await written(two_businesses, 2)
    engine = open_engine(migrated.owner_url)
    try:
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with engine.begin() as connection:
                await connection.execute(text(change))
    finally:
        await engine.dispose()


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit_entry SET body = replace(body, 'Bill 2', 'Bill 9') WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 4", 4),
    ],
    ids=["changed", "left out", "cut off"],
)
async def test_whoever_gets_past_that_is_found_out(
    two_businesses: Database, migrated: TestDatabase, change: str, broken_at: int
) -> None:
    """An owner who takes the triggers away and rewrites the past breaks the chain where he did it."""
    await written(two_businesses, 4)
    engine = open_engine(migrated.owner_url)
    try:
        async with engine.begin() as connection:
            if migrated.kind == "postgresql":
                await connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
                await connection.execute(text("ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY"))
            else:
                await connection.execute(text("DROP TRIGGER audit_entry_kept_from_update"))
                await connection.execute(text("DROP TRIGGER audit_entry_kept_from_delete"))
            await connection.execute(text(change))
    finally:
        await engine.dispose()
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert (await audit.verify(session)).broken_at == broken_at
