"""The databases that tests are given are what the product would meet, and each test has its own."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.databases import Databases, TestDatabase


async def run(url: str, *statements: str) -> list[object]:
    """Run statements in one transaction; return the first column of the last one's rows."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements[:-1]:
                await connection.execute(text(statement))
            result = await connection.execute(text(statements[-1]))
            return list(result.scalars()) if result.returns_rows else []
    finally:
        await engine.dispose()


async def test_the_app_works_in_tables_that_the_owner_made(database: TestDatabase) -> None:
    """What the owner creates, the app can fill and read."""
    await run(database.owner_url, "CREATE TABLE note (word TEXT)")
    assert await run(database.app_url, "INSERT INTO note VALUES ('rent')", "SELECT word FROM note") == ["rent"]


async def test_the_app_owns_nothing(database: TestDatabase) -> None:
    """On PostgreSQL the app can't create tables, so row-level security, which spares owners, binds it."""
    if database.kind == "sqlite":
        return
    with pytest.raises(ProgrammingError):
        await run(database.app_url, "CREATE TABLE note (word TEXT)")


async def test_a_copy_holds_what_the_original_holds(databases: Databases) -> None:
    """A migrated database can be copied for each test instead of being migrated again."""
    original = databases.empty()
    await run(original.owner_url, "CREATE TABLE note (word TEXT)", "INSERT INTO note VALUES ('rent')")
    copy = databases.copy(original)
    await run(original.owner_url, "DELETE FROM note")
    assert await run(copy.app_url, "SELECT word FROM note") == ["rent"]


async def test_databases_are_strangers(databases: Databases) -> None:
    """What is written to one database is in no other."""
    one, other = databases.empty(), databases.empty()
    await run(one.owner_url, "CREATE TABLE note (word TEXT)")
    await run(other.owner_url, "CREATE TABLE note (number INTEGER)")
