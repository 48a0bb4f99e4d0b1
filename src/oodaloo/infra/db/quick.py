"""Transactions of a millisecond for what all processes count together: permits and tallies, never anybody's books."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Double, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from oodaloo.infra.db.base import Base
from oodaloo.infra.db.engine import APART, SECONDS_FUNCTION, DatabaseUnreachableError, is_lost, open_quick_engine

_T = TypeVar("_T")
_PUT_OFF_SECONDS = 0.005  # a payment has been noted by then, and its thread doesn't want the interpreter any more


@dataclass(slots=True)
class QuickDatabase:
    """Runs short transactions one after the other in a thread of its own: one hop each instead of one a statement.

    On PostgreSQL row-level security keeps the rows of every business out of their reach; on SQLite the file that they
    are in has none.
    """

    engine: Engine
    _waiting: list[Callable[[], None]] = field(default_factory=list, init=False)
    _timer: asyncio.TimerHandle | None = field(default=None, init=False)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "oodaloo-quick"), init=False)

    async def run(self, work: Callable[[Connection], _T], *, apart: bool = False) -> _T:
        """What `work` returns, committed; it is done to its end even when the caller is cancelled meanwhile.

        `apart` makes each of its statements a transaction by itself, which takes fewer round trips. Raises
        `DatabaseUnreachableError` when the database can't be used; nothing of a transaction is kept then. `work` is
        begun anew where the server turns out to have cut the connection.
        """
        self._begin_put_off()
        return await self._begin(work, apart=apart)

    def put_off(
        self,
        work: Callable[[Connection], _T],
        then: Callable[["asyncio.Future[_T]"], object],
        *,
        apart: bool = False,
    ) -> None:
        """Do `work` in some milliseconds, when who wants it has gone on, and call `then` with how it ended.

        It is done before anything that is wanted later, and before `close` ends.
        """
        self._waiting.append(lambda: self._begin(work, apart=apart).add_done_callback(then))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PUT_OFF_SECONDS, self._begin_put_off)

    async def close(self) -> None:
        """Finish what was begun or put off and let go of the database."""
        self._begin_put_off()
        await asyncio.to_thread(self._thread.shutdown)
        self.engine.dispose()

    def _begin(self, work: Callable[[Connection], _T], *, apart: bool) -> "asyncio.Future[_T]":
        return asyncio.get_running_loop().run_in_executor(self._thread, self._done, work, apart)

    def _begin_put_off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        for begin in waiting:
            begin()

    def _done(self, work: Callable[[Connection], _T], apart: bool, *, again: bool = True) -> _T:
        try:
            with self.engine.connect() as connection, connection.execution_options(**{APART: apart}).begin():
                return work(connection)
        except DBAPIError as error:
            if not is_lost(error):
                raise
            if again and error.connection_invalidated:  # the server was restarted since the last transaction
                return self._done(work, apart, again=False)
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


class shared_seconds(FunctionElement[float]):  # noqa: N801 (an SQL function)
    """Seconds on a clock that all processes share: PostgreSQL's own, or the machine's since it started.

    The first may be set back or forward. An embedded database is on one machine, whose second clock nobody sets.
    """

    type = Double()
    inherit_cache = True


@compiles(shared_seconds)
def _asked_of_the_server(_element: shared_seconds, _compiler: SQLCompiler, **_: object) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


@compiles(shared_seconds, "sqlite")
def _asked_of_us(_element: shared_seconds, _compiler: SQLCompiler, **_: object) -> str:
    return f"{SECONDS_FUNCTION}()"
