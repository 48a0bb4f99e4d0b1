"""Migrations bring any database to the schema that the code expects, or leave it alone and say why."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, table, text

from oodaloo.bootstrap.registry import ENTITY_TYPES, SYSTEM_TABLES
from oodaloo.infra.db.base import Base, TenantRow
from oodaloo.infra.db.engine import DatabaseUnreachableError, open_engine
from oodaloo.infra.db.migrate import DatabaseNewerError, migrate
from tests.support.databases import Databases, TestDatabase


def differences(connection: Connection) -> list[object]:
    """What would have to change for the database to have the tables that the code maps."""
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def contents(database: TestDatabase) -> dict[str, list[tuple[object, ...]]]:
    """Every table with its rows, as the owner sees them."""
    engine = open_engine(database.owner_url)
    try:
        async with engine.begin() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            rows = {}
            for name in names:
                found = await connection.execute(select(text("*")).select_from(table(name)))
                rows[name] = [tuple(row) for row in found]
            return rows
    finally:
        await engine.dispose()


async def test_an_empty_database_becomes_what_the_code_maps(database: TestDatabase) -> None:
    """After migrating, no mapped table, column, type or constraint is missing, and none is too much."""
    await migrate(database.owner_url, database.app_url)
    engine = open_engine(database.owner_url)
    try:
        async with engine.begin() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


def test_every_table_is_the_system_s_or_a_business_s() -> None:
    """Each mapped table is listed as a system table or belongs to one business, and each type has its own."""
    tenant = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantRow)}
    assert tenant | SYSTEM_TABLES == set(Base.metadata.tables)
    assert not tenant & SYSTEM_TABLES
    assert len({entity.row for entity in ENTITY_TYPES}) == len(ENTITY_TYPES)


async def test_migrating_again_changes_nothing(migrated: TestDatabase) -> None:
    """A database that is up to date stays as it is."""
    before = await contents(migrated)
    await migrate(migrated.owner_url, migrated.app_url)
    assert await contents(migrated) == before


async def test_several_at_once_don_t_disturb_each_other(databases: Databases) -> None:
    """Databases that one process migrates at the same time all end with the whole schema."""
    several = [databases.empty() for _ in range(6)]
    await asyncio.gather(*(migrate(database.owner_url, database.app_url) for database in several))
    tables = [set(await contents(database)) for database in several]
    assert all(names == set(Base.metadata.tables) | {"alembic_version"} for names in tables)


async def test_a_newer_database_is_left_alone(migrated: TestDatabase) -> None:
    """A schema that this code doesn't know is refused with its name and what to do, and nothing is changed."""
    engine = open_engine(migrated.owner_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    before = await contents(migrated)
    with pytest.raises(DatabaseNewerError, match=r"schema 9999, which is newer .* Update Oodaloo"):
        await migrate(migrated.owner_url, migrated.app_url)
    assert await contents(migrated) == before


async def test_every_business_s_table_has_its_policy_on_postgresql(migrated: TestDatabase) -> None:
    """On PostgreSQL row-level security is on and forced for each table that belongs to businesses."""
    if migrated.kind == "sqlite":
        return
    engine = open_engine(migrated.owner_url)
    async with engine.begin() as connection:
        found = await connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        )
        protected = set(found.scalars())
    await engine.dispose()
    assert protected == set(Base.metadata.tables) - SYSTEM_TABLES


async def test_a_place_without_a_database_is_one_clear_line(tmp_path: Path, database: TestDatabase) -> None:
    """Neither a folder that can't be, nor a file that is no database, nor a server that isn't there is a traceback."""
    (tmp_path / "file").write_text("this is not a database, and never was one; it has enough bytes to be read as one")
    places = {
        "sqlite": [f"sqlite+aiosqlite:///{tmp_path / 'file'}", f"sqlite+aiosqlite:///{tmp_path / 'file' / 'inside'}"],
        "postgresql": [
            f"postgresql+psycopg://me:secret@/none?host={tmp_path}",
            database.owner_url.replace("/test_", "/gone_"),
        ],
    }
    for url in places[database.kind]:
        with pytest.raises(DatabaseUnreachableError, match="Check OODALOO_DATABASE_URL") as refused:
            await migrate(url, url)
        assert "\n" not in str(refused.value)
        assert "secret" not in str(refused.value)


async def test_an_owner_without_rights_is_one_clear_line(database: TestDatabase) -> None:
    """A role that may not create tables is told, not traced."""
    if database.kind == "sqlite":
        return
    with pytest.raises(DatabaseUnreachableError, match="permission denied"):
        await migrate(database.app_url, database.app_url)
