"""Fixtures that give a test databases of its own: on SQLite, and where its tier asks for it on PostgreSQL too."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import ClassVar, Literal, Protocol

import pytest

from tests.support.postgres import APP_ROLE, OWNER_ROLE, PostgresMissingError, PostgresServer, postgres_server

DatabaseKind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class TestDatabase:
    """One database; on PostgreSQL the owner migrates and the app, whom row-level security binds, does the work."""

    __test__: ClassVar[bool] = False

    kind: DatabaseKind
    owner_url: str
    app_url: str


class Databases(Protocol):
    """Makes databases of one kind that nobody else uses."""

    def empty(self) -> TestDatabase:
        """A database without tables."""
        ...

    def copy(self, original: TestDatabase) -> TestDatabase:
        """A database that holds what the original holds; nobody may be connected to the original."""
        ...


class SqliteDatabases:
    """Databases that are files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def empty(self) -> TestDatabase:
        """A file that doesn't exist yet."""
        url = f"sqlite+aiosqlite:///{self._folder / f'{next(self._numbers)}.sqlite3'}"
        return TestDatabase("sqlite", url, url)

    def copy(self, original: TestDatabase) -> TestDatabase:
        """A copy of the original's file."""
        made = self.empty()
        shutil.copyfile(_file(original), _file(made))
        return made


class PostgresDatabases:
    """Databases on the test server, dropped when they are closed."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._open = ExitStack()

    def empty(self) -> TestDatabase:
        """A database without tables."""
        return self._named(self._server.create_database())

    def copy(self, original: TestDatabase) -> TestDatabase:
        """A copy made from the original as template."""
        template = original.owner_url.partition("@/")[2].partition("?")[0]
        return self._named(self._server.create_database(template))

    def close(self) -> None:
        """Drop every database made here."""
        self._open.close()

    def _named(self, name: str) -> TestDatabase:
        self._open.callback(self._server.drop_database, name)
        return TestDatabase("postgresql", self._server.url(OWNER_ROLE, name), self._server.url(APP_ROLE, name))


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> DatabaseKind:
    """Which database this run of the test uses; tests/conftest.py gives a test one or both by its tier."""
    kind: DatabaseKind = request.param
    return kind


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """This process's PostgreSQL server, started when first asked for."""
    with ExitStack() as running:
        try:
            server = running.enter_context(postgres_server())
        except PostgresMissingError as missing:
            pytest.skip(str(missing))
        yield server


@pytest.fixture(scope="session")
def lasting_databases(
    database_kind: DatabaseKind, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Databases that last as long as the test process: originals to be migrated once and copied for each test."""
    with _databases(database_kind, request, tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture
def databases(database_kind: DatabaseKind, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """As many databases as the test wants, all gone after it."""
    with _databases(database_kind, request, tmp_path) as made:
        yield made


@pytest.fixture
def database(databases: Databases) -> TestDatabase:
    """One empty database."""
    return databases.empty()


@pytest.fixture
def database_url(database: TestDatabase) -> str:
    """The address under which the test may do anything in one empty database."""
    return database.owner_url


@contextmanager
def _databases(kind: DatabaseKind, request: pytest.FixtureRequest, folder: Path) -> Iterator[Databases]:
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    made = PostgresDatabases(request.getfixturevalue("postgres"))
    try:
        yield made
    finally:
        made.close()


def _file(database: TestDatabase) -> Path:
    return Path(database.owner_url.removeprefix("sqlite+aiosqlite:///"))
