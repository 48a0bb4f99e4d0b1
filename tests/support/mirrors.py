"""What a database mirrors, read past the product's own code, to be compared with QuickBooks and with other mirrors."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy import Connection, text

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.infra.db.engine import open_engine
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.recordings import JsonObject

Mirror: TypeAlias = dict[str, list[Mapping[str, object]]]

_OF_ONE_BUSINESS = "SELECT set_config('oodaloo.business_id', :id, true)"
_OF_A_RUN = ("seen_in", "known_from", "business_id", "revision")


async def mirror_of(database: TestDatabase) -> Mirror:
    """Every mirrored row of every business, by table and id, without what depends on which run brought it, and when."""
    engine = open_engine(database.app_url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_read)
    finally:
        await engine.dispose()


async def sources_of(database: TestDatabase) -> dict[str, list[JsonObject]]:
    """What QuickBooks sent, by record type and in the order of ids."""
    mirror = await mirror_of(database)
    return {
        entity.name: [exact(str(row["source"])) for row in mirror[entity.row.__tablename__]] for entity in ENTITY_TYPES
    }


def sources_in(quickbooks: Emulator) -> dict[str, list[JsonObject]]:
    """What QuickBooks has, asked directly, by record type and in the order of ids; inactive list records too."""
    return {
        entity.name: sorted(
            quickbooks.all_of(entity.name, active="true, false" if entity.has_active else ""), key=_by_number
        )
        for entity in ENTITY_TYPES
    }


def without_labels(record: object) -> object:
    """A record without the names that QuickBooks shows for what it refers to: those change without a new version."""
    if isinstance(record, list):
        return [without_labels(each) for each in record]
    if not isinstance(record, dict):
        return record
    label = ("name",) if "value" in record else ("FullyQualifiedName",)
    return {key: without_labels(value) for key, value in record.items() if key not in label}


async def assert_mirrored(database: TestDatabase, quickbooks: Emulator) -> None:
    """The mirror is what a full query of QuickBooks shows now, but for labels."""
    mirrored, wanted = await sources_of(database), sources_in(quickbooks)
    for entity, records in wanted.items():
        ours = {each["Id"]: without_labels(each) for each in mirrored[entity]}
        theirs = {each["Id"]: without_labels(each) for each in records}
        wrong = {key: (ours.get(key), theirs.get(key)) for key in ours | theirs if ours.get(key) != theirs.get(key)}
        assert not wrong, f"{entity}, ours and QuickBooks': {wrong}"


def exact(source: str) -> JsonObject:
    """A record with its numbers as they were written."""
    record: JsonObject = json.loads(source, parse_float=str)
    return record


def _read(connection: Connection) -> Mirror:
    mirror: Mirror = {entity.row.__tablename__: [] for entity in ENTITY_TYPES}
    for business_id in list(connection.execute(text("SELECT id FROM business")).scalars()):
        if connection.dialect.name == "postgresql":
            connection.execute(text(_OF_ONE_BUSINESS), {"id": business_id})
        for entity in ENTITY_TYPES:
            rows = connection.execute(entity.row.__table__.select().where(entity.row.business_id == business_id))
            mirror[entity.row.__tablename__] += [
                {name: value for name, value in row._mapping.items() if name not in _OF_A_RUN} for row in rows
            ]
    return {
        table: sorted(rows, key=lambda row: (len(str(row["id"])), str(row["id"]))) for table, rows in mirror.items()
    }


def _by_number(record: Mapping[str, object]) -> tuple[int, str]:
    return len(str(record["Id"])), str(record["Id"])
