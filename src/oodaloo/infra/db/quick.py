"""Transactions of a millisecond for what all processes count together: permits and tallies, never anybody's books."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from oodaloo.infra.db.base import Base
from oodaloo.infra.db.engine import DatabaseUnreachableError, open_quick_engine
from oodaloo.kit.clock import monotonic_seconds

_T = TypeVar("_T")


@dataclass(slots=True)
class QuickDatabase:
    """Runs short transactions one after the other in a thread of its own: one hop each instead of one a statement.

    On PostgreSQL row-level security keeps the rows of every business out of their reach; on SQLite the file that they
    are in has none.
    """

    engine: Engine
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "oodaloo-quick"), init=False)

    async def run(self, work: Callable[[Connection], _T]) -> _T:
        """What `work` returns, committed; it is done to its end even when the caller is cancelled meanwhile.

        Raises `DatabaseUnreachableError` when the database can't be used; nothing of the transaction is kept then.
        """
        return await self.begin(work)

    def begin(self, work: Callable[[Connection], _T]) -> "asyncio.Future[_T]":
        """The same without waiting: it is done before anything that is wanted later, and before `close` ends."""
        return asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        await asyncio.to_thread(self._thread.shutdown)
        self.engine.dispose()

    def _transaction(self, work: Callable[[Connection], _T], *, again: bool = True) -> _T:
        try:
            with self.engine.begin() as connection:
                return work(connection)
        except OperationalError as error:
            if again and error.connection_invalidated:  # the server was restarted since the last transaction
                return self._transaction(work, again=False)
            raise DatabaseUnreachableError(self.engine.url, error.orig) from error


def open_quick(url: str, beside: str, tables: Sequence[type[Base]]) -> QuickDatabase:
    """Quick transactions over `tables` of the migrated database at `url`.

    On SQLite they are made here, in a file of their own that is named as the database's with `beside` behind it.
    Raises `DatabaseUnreachableError` when there can't be such a file.
    """
    engine = open_quick_engine(url, beside)
    if engine.dialect.name == "sqlite":
        try:
            Base.metadata.create_all(engine, [Base.metadata.tables[row.__tablename__] for row in tables])
        except OperationalError as error:
            raise DatabaseUnreachableError(engine.url, error.orig) from None
    return QuickDatabase(engine)


def shared_seconds(connection: Connection) -> float:
    """Seconds on a clock that all processes share: PostgreSQL's own, or the machine's since it started.

    The first may be set back or forward. An embedded database is on one machine, whose second clock nobody sets.
    """
    if connection.dialect.name == "sqlite":
        return monotonic_seconds()
    return float(connection.scalar(_SERVER_SECONDS) or 0)


_SERVER_SECONDS = select(func.extract("epoch", func.clock_timestamp()))
