"""Brings a database to the schema that this code expects."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from oodaloo.infra.db.engine import DatabaseUnreachableError, open_engine
from oodaloo.kit.errors import OodalooError

_ADVISORY_LOCK = 7_044_911  # any constant of our own: two processes that start together migrate one after the other
_ALEMBIC = threading.Lock()  # Alembic keeps the migration under way in module globals, of which a process has one set
_POLL_SECONDS = 0.01


class DatabaseNewerError(OodalooError):
    """The database was written by a newer Oodaloo. Update Oodaloo; this version leaves the data untouched."""


async def migrate(owner_url: str, app_url: str) -> None:
    """Bring the database at `owner_url` up to date and let the role of `app_url` use its tables.

    Raises `DatabaseNewerError` before anything is changed when the schema is newer than this code, and
    `DatabaseUnreachableError` when it can't be opened or the owner may not change it.
    """
    engine = open_engine(owner_url)
    try:
        async with _alone(), engine.begin() as connection:
            await connection.run_sync(_upgrade, make_url(app_url).username)
    except DatabaseError as error:
        raise DatabaseUnreachableError(engine.url, error.orig) from None
    finally:
        await engine.dispose()


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """One migration at a time in this process, on whatever loop or thread it runs; waiting can be cancelled."""
    while not _ALEMBIC.acquire(blocking=False):  # noqa: ASYNC110 (an asyncio lock knows one loop only)
        await asyncio.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        _ALEMBIC.release()


def _upgrade(connection: Connection, app_role: str | None) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    config = Config()
    config.set_main_option("script_location", "oodaloo.infra.db:migrations")
    config.attributes["connection"] = connection
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql" and app_role:
        _grant(connection, app_role)


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise DatabaseNewerError(
            f"The database has schema {', '.join(sorted(unknown))}, which is newer than this Oodaloo. "
            "Update Oodaloo, or point OODALOO_DATABASE_URL at another database; nothing was changed."
        )


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
