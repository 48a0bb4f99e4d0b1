"""One engine per process, with the settings that keep each database honest."""

from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from oodaloo.kit.errors import OodalooError

_BUSY_TIMEOUT_MS = 15_000

READ_ONLY = "oodaloo_read_only"
"""Execution option of transactions that never write, so that on SQLite they don't take the write lock."""


class DatabaseUnreachableError(OodalooError):
    """The database can't be used. Check OODALOO_DATABASE_URL and that the server runs."""

    def __init__(self, url: URL, cause: object) -> None:
        told = " ".join(str(cause).split())  # drivers tell it on several lines
        super().__init__(
            f"The database at {url.render_as_string()} can't be used ({told}). "
            "Check OODALOO_DATABASE_URL and that the server runs."
        )


class _RawConnection(Protocol):
    def cursor(self) -> Any: ...  # noqa: ANN401 (the driver's own cursor)


def open_engine(url: str) -> AsyncEngine:
    """An engine for `url` (SQLite through aiosqlite or PostgreSQL through psycopg).

    SQLite runs in WAL mode and begins writing transactions with BEGIN IMMEDIATE: with the driver's default,
    two transactions that read and then write lose updates. Raises `DatabaseUnreachableError` when there can't be a
    file where `url` says.
    """
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_pre_ping=True)
    database = make_url(url).database
    try:
        Path(database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(make_url(url), error) from None
    engine = create_async_engine(url, connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT_MS / 1000})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def open_engine_at_once(url: str) -> Engine:
    """Like `open_engine`, for transactions that write and are over before anything else is awaited."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(
        make_url(url).set(drivername="sqlite"),
        connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_quick_sqlite)
    return engine


def open_quick_engine(url: str, beside: str) -> Engine:
    """An engine whose commits survive a killed process but not a power cut, and which is used from one thread.

    On PostgreSQL it is the same database; on SQLite the file that is named as the database's with `beside` behind it,
    since a page of records holds the database's only write lock for long. Raises `DatabaseUnreachableError`.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, connect_args={"options": "-c synchronous_commit=off"})
    main = Path(make_url(url).database or "")
    engine = create_engine(
        make_url(url).set(drivername="sqlite", database=str(main.with_name(f"{main.stem}-{beside}{main.suffix}"))),
        connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_quick_sqlite)
    event.listen(engine, "begin", _begin_quick_sqlite)
    return engine


def _prepare_sqlite(connection: _RawConnection, _record: object, synchronous: str = "FULL") -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_quick_sqlite(connection: _RawConnection, record: object) -> None:
    _prepare_sqlite(connection, record, "NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_quick_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
