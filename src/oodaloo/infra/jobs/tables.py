"""Brings the tables of the library that runs durable work to the version that is installed."""

import asyncio
from importlib.metadata import version
from typing import Final

from sqlalchemy import select

from oodaloo.infra.db.session import Database
from oodaloo.infra.jobs.store import LibraryRow

_LIBRARY: Final = "dbos"


async def bring_job_tables(database: Database, owner_url: str, app_url: str) -> None:
    """Bring the library's tables in a migrated database up to date, when another version of it did so last.

    That is noted in a row of ours, since loading the library takes longer than most commands run. Raises
    `DatabaseUnreachableError` when the owner may not change the database.
    """
    installed = version(_LIBRARY)
    async with database.system(read_only=True) as session:
        if list(await session.scalars(select(LibraryRow.version))) == [installed]:
            return
    from oodaloo.infra.jobs.library import bring_tables  # as seldom as its tables change

    await asyncio.to_thread(bring_tables, owner_url, app_url)
    async with database.system() as session:
        await session.upsert(LibraryRow, [{"name": _LIBRARY, "version": installed}])
