"""One engine per process, with the settings that keep each database honest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, RootTransaction, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.errors import OodalooError

_BUSY_TIMEOUT_MS = 15_000
_KEPT_OPEN: Final = 20  # by who works for as many at once
_LEFT_TO_US: Final = {"autocommit": True}  # psycopg would take a round trip of its own to begin

MOST_IDLE_SECONDS: Final = 60.0
"""For so long a transaction of ours may do nothing before PostgreSQL ends it: a process stands still with its locks."""

READ_ONLY = "oodaloo_read_only"
"""Execution option of transactions that never write.

On SQLite they don't take the write lock; on PostgreSQL they see one moment of the database, however many statements
they ask, as they do on SQLite anyway.
"""

BUSINESS = "oodaloo_business"
"""Execution option with the id of the business that a transaction is bound to."""

APART = "oodaloo_apart"
"""Execution option of what isn't one transaction: each statement is one by itself."""

POSTGRES_TENANT = "oodaloo.business_id"
"""The setting of a transaction by which row-level security knows its business."""

SECONDS_FUNCTION = "oodaloo_seconds"
"""The SQL function by which `open_quick_engine`'s connections to SQLite tell the machine's seconds since it started."""


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
    def create_function(self, name: str, narg: int, func: Callable[[], float], /) -> None: ...


def open_engine(url: str, *, most_idle_seconds: float = MOST_IDLE_SECONDS) -> AsyncEngine:
    """An engine for `url` (SQLite through aiosqlite or PostgreSQL through psycopg).

    SQLite runs in WAL mode and begins writing transactions with BEGIN IMMEDIATE: with the driver's default,
    two transactions that read and then write lose updates. A connection that PostgreSQL has cut meanwhile shows when a
    transaction begins (`begun`): to ask before each would take a round trip. PostgreSQL ends a transaction that does
    nothing for `most_idle_seconds`. Raises `DatabaseUnreachableError` when there can't be a file where `url` says.
    """
    if not url.startswith("sqlite"):
        on_server = create_async_engine(url, connect_args=_ours(most_idle_seconds))
        event.listen(on_server.sync_engine, "begin", _begin_postgresql)
        return on_server
    return _open_embedded(url)


def _open_embedded(url: str, *, kept_open: int = 5) -> AsyncEngine:
    """SQLite, with so many connections that stay open: to open one takes a thread and longer than most transactions."""
    database = make_url(url).database
    try:
        Path(database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(make_url(url), error) from None
    arguments = {"isolation_level": None, "timeout": _BUSY_TIMEOUT_MS / 1000}
    engine = create_async_engine(url, pool_size=kept_open, connect_args=arguments)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def open_engine_at_once(url: str) -> Engine:
    """Like `open_engine`, for transactions that write and are over before anything else is awaited."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, connect_args=_ours(MOST_IDLE_SECONDS))
        event.listen(engine, "begin", _begin_postgresql)
        return engine
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
        engine = create_engine(url, connect_args=_ours(MOST_IDLE_SECONDS, "synchronous_commit=off"))
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    main = Path(make_url(url).database or "")
    engine = create_engine(
        make_url(url).set(drivername="sqlite", database=str(main.with_name(f"{main.stem}-{beside}{main.suffix}"))),
        connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_quick_sqlite)
    event.listen(engine, "begin", _begin_quick_sqlite)
    return engine


def begun(connection: Connection) -> RootTransaction:
    """A transaction, also where the server has cut the connection while nobody used it."""
    try:
        return connection.begin()
    except OperationalError as error:
        if not error.connection_invalidated:
            raise
        return connection.begin()


def open_guest_engine(url: str, *, most_idle_seconds: float) -> Engine:
    """An engine for who keeps tables of his own in the database at `url`, and begins his transactions himself.

    On SQLite such a transaction takes the write lock when it first writes, not when it begins: it may look at what is
    there while another connection of the same process is writing. PostgreSQL ends a transaction that does nothing for
    `most_idle_seconds`, so that a process that stands still doesn't keep its locks.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, connect_args=_watched(most_idle_seconds))
    engine = create_engine(
        make_url(url).set(drivername="sqlite"),
        connect_args={"isolation_level": "IMMEDIATE", "timeout": _BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def open_async_guest_engine(url: str, *, most_idle_seconds: float) -> AsyncEngine:
    """Like `open_guest_engine`, for who works on our tables; on SQLite such transactions begin as ours do."""
    if not url.startswith("sqlite"):
        return create_async_engine(
            url, pool_pre_ping=True, pool_size=_KEPT_OPEN, connect_args=_watched(most_idle_seconds)
        )
    return _open_embedded(url, kept_open=_KEPT_OPEN)


def is_lost(error: DBAPIError) -> bool:
    """Whether an error says that the database can't be used, or that it has ended our transaction: nothing is kept."""
    return isinstance(error, OperationalError) or error.connection_invalidated


def _ours(most_idle_seconds: float, *settings: str) -> dict[str, object]:
    """Arguments of a connection to PostgreSQL whose transactions begin with ours."""
    told = (f"idle_in_transaction_session_timeout={round(most_idle_seconds * 1000)}", *settings)
    return {**_LEFT_TO_US, "options": " ".join(f"-c {each}" for each in told)}


def _watched(most_idle_seconds: float) -> dict[str, str | int]:
    """Arguments of a connection to PostgreSQL that neither side keeps when the other one is gone."""
    return {
        "options": f"-c idle_in_transaction_session_timeout={round(most_idle_seconds * 1000)}",
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }


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
    connection.create_function(SECONDS_FUNCTION, 0, monotonic_seconds)


def _begin_postgresql(connection: Connection) -> None:
    """Begin and name the business in one round trip.

    SQLAlchemy lets the driver begin on a connection for which somebody once asked for an isolation level.
    """
    options = connection.get_execution_options()
    driver = connection.connection.dbapi_connection
    if options.get(APART) or driver is None:
        return
    told = ["BEGIN"] if driver.autocommit else []
    if options.get(READ_ONLY):
        told.append("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    if (business_id := options.get(BUSINESS)) is not None:
        told.append(f"SET LOCAL {POSTGRES_TENANT} = {sql.quote(business_id)}")
    if told:
        connection.exec_driver_sql("; ".join(told), execution_options={"no_parameters": True})


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    if connection.info.get(READ_ONLY) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.info[READ_ONLY] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_quick_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(APART):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
