"""A business that is connected and never read, and its settings, for commands run as processes."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from oodaloo.kit.ids import BusinessId
from tests.support.databases import SqliteDatabases, TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import Told, connect, environment, run, services_for, settings_for
from tests.support.recordings import small_company, write


@dataclass(frozen=True)
class Desk:
    """Somebody at a terminal who has set everything up and connected the small company."""

    database: TestDatabase
    quickbooks: Emulator
    business_id: BusinessId
    folder: Path

    def run(self, *arguments: str, **changed: object) -> Told:
        """Run `oodaloo` with the settings, some of them changed."""
        settings = settings_for(self.database, self.quickbooks, **changed)
        return run(*arguments, settings=environment(settings), folder=self.folder)


@pytest.fixture
def desk(migrated: TestDatabase, company: Emulator, tmp_path: Path) -> Desk:
    """The small company, connected, on each database."""
    return a_desk(migrated, company, tmp_path)


@pytest.fixture
def desk_on_sqlite(company: Emulator, tmp_path: Path) -> Desk:
    """The same, once, for what doesn't depend on the database."""
    (tmp_path / "data").mkdir()
    return a_desk(SqliteDatabases(tmp_path / "data").empty(), company, tmp_path)


@pytest.fixture(scope="session")
def small_recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company as a directory for --load."""
    return write(tmp_path_factory.mktemp("small"), small_company())


def a_desk(database: TestDatabase, quickbooks: Emulator, folder: Path) -> Desk:
    """A desk whose business is connected and was never read."""

    async def connected() -> BusinessId:
        async with services_for(database, quickbooks) as services:
            return await connect(services, quickbooks)

    return Desk(database, quickbooks, asyncio.run(connected()), folder)
