"""The product in tests: migrated databases, services built as its doors build them, and its command as a process."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import text

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.registry import SYSTEM_TABLES
from oodaloo.bootstrap.services import Services
from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.db.session import Database
from oodaloo.infra.jobs.tables import bring_job_tables
from oodaloo.infra.qbo.calls import Lane, Service
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.policy import Patience
from oodaloo.infra.settings import Settings, load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.clock import FixedClock, SystemClock
from oodaloo.kit.ids import BusinessId
from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import AS_OF, Emulator

EXECUTABLE = Path(sys.executable).with_name("oodaloo")
KEY = new_key("test")
QUICK = Patience(first_wait_seconds=0.01, longest_wait_seconds=0.05, throttle_wait_seconds=0.05, rest_seconds=0.3)
"""As many attempts as the product makes, without its long waits."""
UNLIMITED = Rules(
    cooling_seconds=0.001,
    per_minute=dict.fromkeys(Service, 1_000_000),
    apart_seconds=dict.fromkeys(Lane, 0.0),
)
"""Ten calls at a time as in the product, at any pace: for emulators that have no limits either."""
PUBLIC_URL = "http://127.0.0.1:8000"
COMMAND_SECONDS = 60


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that a failed command leaves on stderr; fails when there is more, or anything on stdout."""
        lines = self.err.splitlines()
        assert self.out == ""
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture(scope="session")
def migrated_original(lasting_databases: Databases) -> TestDatabase:
    """A migrated database that nobody is connected to, to be copied."""
    original = lasting_databases.empty()
    asyncio.run(_migrate(original))
    return original


@pytest.fixture
def migrated(migrated_original: TestDatabase, databases: Databases) -> TestDatabase:
    """A migrated database without any business."""
    return databases.copy(migrated_original)


async def _migrate(database: TestDatabase) -> None:
    await migrate(database.owner_url, database.app_url)
    async with opened(database) as door:
        await bring_job_tables(door, database.owner_url, database.app_url)


@asynccontextmanager
async def opened(database: TestDatabase) -> AsyncIterator[Database]:
    """The door to a migrated database, as the app's role."""
    engine = open_engine(database.app_url)
    try:
        yield Database(engine, SYSTEM_TABLES)
    finally:
        await engine.dispose()


async def cut_connections(database: TestDatabase) -> None:
    """End all other connections of the app, as a restart does; an embedded database has none to be cut."""
    if database.kind == "postgresql":
        engine = open_engine(database.app_url)
        async with engine.connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            await connection.execute(text(f"{others} AND usename = current_user AND datname = current_database()"))
        await engine.dispose()


def settings_for(database: TestDatabase, quickbooks: Emulator, **fixed: object) -> Settings:
    """The settings that connect a database with an emulator; `fixed` ones go before."""
    return load_settings(
        **{
            "database_url": database.app_url,
            "database_owner_url": database.owner_url,
            "encryption_keys": KEY,
            "qbo_client_id": quickbooks.client_id,
            "qbo_client_secret": quickbooks.client_secret,
            "qbo_api_url": quickbooks.api_url,
            "qbo_discovery_url": quickbooks.discovery_url,
            "public_url": PUBLIC_URL,
            **fixed,
        }
    )


@asynccontextmanager
async def services_for(
    database: TestDatabase,
    quickbooks: Emulator,
    *,
    as_of: str | None = AS_OF,
    patience: Patience = QUICK,
    rules: Rules = UNLIMITED,
    **fixed: object,
) -> AsyncIterator[Services]:
    """The product's services on the morning of a day (None: now), as fast as an emulator without limits answers."""
    clock = FixedClock(datetime.combine(date.fromisoformat(as_of), time(15), UTC)) if as_of else SystemClock()
    settings = settings_for(database, quickbooks, **fixed)
    async with open_services(settings, clock, patience=patience, rules=rules) as services:
        yield services


async def connect(services: Services, quickbooks: Emulator, *, realm_id: str = "") -> BusinessId:
    """Connect a company as a person does, through the consent page."""
    brought = quickbooks.consent(await services.begin_connect(), realm_id=realm_id)
    return await services.finish_connect(code=brought["code"], realm_id=brought["realmId"], state=brought["state"])


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a command these settings, and nothing of ours besides PATH and the like."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OODALOO_")}
    given = {f"OODALOO_{name.upper()}": str(value) for name, value in settings if value is not None}
    return inherited | given


def run(*arguments: str, settings: Mapping[str, str] | None = None, folder: Path) -> Told:
    """Run `oodaloo` to its end in a folder without `.env`; `settings` is its whole environment."""
    ended = subprocess.run(
        [str(EXECUTABLE), *arguments],
        cwd=folder,
        env=dict(settings) if settings is not None else environment_without_settings(),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return Told(ended.returncode, ended.stdout, ended.stderr)


def environment_without_settings() -> dict[str, str]:
    """The environment of somebody who has set nothing up yet."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OODALOO_")}
