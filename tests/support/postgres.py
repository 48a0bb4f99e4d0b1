"""A PostgreSQL server for one test process, made from Debian's binaries and gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tools.programs import POSTGRESQL, find

OWNER_ROLE = "oodaloo_owner"
APP_ROLE = "oodaloo_app"
START_SECONDS = 60
# Speed instead of safety: the data is thrown away with the server.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "timezone": "UTC",
}


class PostgresMissingError(Exception):
    """PostgreSQL can't be run here; the message says why and how to get it."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached through a socket file in `folder`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def create_database(self, template: str = "template0") -> str:
        """Create a database owned by the owner role, with the app role allowed to use its tables; returns its name.

        `template` is the name of a database to copy; nobody may be connected to it.
        """
        name = f"test_{next(self._numbers)}"
        with self._connect("postgres") as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                    *map(sql.Identifier, (name, template, OWNER_ROLE))
                )
            )
        if template == "template0":
            with self._connect(name) as connection:
                connection.execute(_GRANTS)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, closing whatever is still connected to it."""
        with self._connect("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, role: str, database: str) -> str:
        """The SQLAlchemy URL under which `role` reaches `database`."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)


_GRANTS = sql.SQL(
    "GRANT ALL ON SCHEMA public TO {owner}; GRANT USAGE ON SCHEMA public TO {app};"
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};"
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SEQUENCES TO {app}"
).format(owner=sql.Identifier(OWNER_ROLE), app=sql.Identifier(APP_ROLE))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server in a temporary folder until the block ends; raises PostgresMissingError where that can't be."""
    initdb = find(POSTGRESQL)
    if initdb is None:
        raise PostgresMissingError(f"PostgreSQL is missing (on Debian: {POSTGRESQL.remedy})")
    account = _server_account()
    folder = Path(tempfile.mkdtemp(prefix="oodaloo-postgres-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    try:
        _make_cluster(initdb, folder, account)
        with _running(initdb.with_name("postgres"), folder, account):
            server = PostgresServer(folder)
            _create_roles(server)
            yield server
    finally:
        shutil.rmtree(folder)


def _server_account() -> pwd.struct_passwd:
    """The account that runs the server: our own, or `postgres` where we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissingError("PostgreSQL refuses to run as root and there is no user called postgres") from None


def _make_cluster(initdb: Path, folder: Path, account: pwd.struct_passwd) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [str(initdb), *options, str(folder / "data")],
        check=True,
        capture_output=True,
        cwd=folder,
        user=account.pw_uid,
        group=account.pw_gid,
    )


@contextmanager
def _running(postgres: Path, folder: Path, account: pwd.struct_passwd) -> Iterator[None]:
    settings = SETTINGS | {"unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(postgres), "-D", str(folder / "data"), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=account.pw_uid,
            group=account.pw_gid,
        )
    try:
        _wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown": closes connections, rolls back
        server.wait()


def _wait_until_ready(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL didn't start:\n{(folder / 'log').read_text()}") from None
            time.sleep(0.02)
        else:
            return


def _create_roles(server: PostgresServer) -> None:
    with server._connect("postgres") as connection:
        for role in (OWNER_ROLE, APP_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
