"""A business's transaction in one hop: a payment doesn't wait for another thread at each of its statements."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Executable, Result, ScalarResult, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from oodaloo.infra.db.engine import BUSINESS, DatabaseUnreachableError, begun, is_lost
from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.ids import BusinessId

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Transactions on the database of `open_engine_at_once`, each in a thread from its beginning to its commit."""

    engine: Engine
    _running: set["asyncio.Task[Any]"] = field(default_factory=set, init=False)

    async def tenant(self, business_id: BusinessId, work: Callable[[TenantSession], Coroutine[Any, Any, _T]]) -> _T:
        """What `work` returns, committed; it goes on to its end also when the caller is cancelled.

        `work` may await nothing but its session. Raises `DatabaseUnreachableError` when the database can't be used;
        nothing of the transaction is kept then.
        """
        running = asyncio.create_task(asyncio.to_thread(self._transaction, business_id, work))
        self._running.add(running)
        running.add_done_callback(self._ended)
        return await asyncio.shield(running)

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        await asyncio.gather(*self._running, return_exceptions=True)
        await asyncio.to_thread(self.engine.dispose)

    def _ended(self, ended: "asyncio.Task[Any]") -> None:
        self._running.discard(ended)
        if not ended.cancelled():
            ended.exception()  # asyncio complains when nobody is there any more to hear of it

    def _transaction(self, business_id: BusinessId, work: Callable[[TenantSession], Coroutine[Any, Any, _T]]) -> _T:
        try:
            with self.engine.connect() as connection, begun(connection.execution_options(**{BUSINESS: business_id})):
                # It has the part of AsyncSession that a TenantSession uses.
                bound = TenantSession(cast("AsyncSession", _Immediate(connection)), business_id)
                return _result(work(bound))
        except DBAPIError as error:
            if not is_lost(error):
                raise
            raise DatabaseUnreachableError(self.engine.url, error.orig) from error


@dataclass(slots=True)
class _Immediate:
    """Statements on a connection; only those that give mapped rows take the way through a session, which is longer."""

    _connection: Connection
    _session: Session | None = field(default=None, init=False)

    @property
    def session(self) -> Session:
        """A session in the connection's transaction."""
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False)
        return self._session

    async def scalars(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        execution_options: Mapping[str, object],
    ) -> ScalarResult[Any]:
        return (await self.execute(statement, parameters, execution_options=execution_options)).scalars()

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        execution_options: Mapping[str, object],
    ) -> Result[Any]:
        if parameters is not None and _has_only_columns(statement):
            return self._connection.execute(statement, parameters)
        return self.session.execute(statement, parameters, execution_options=execution_options)

    async def connection(self) -> "_ImmediateConnection":
        return _ImmediateConnection(self._connection)

    async def run_sync(self, work: Callable[[Session], _T]) -> _T:
        return work(self.session)

    def get_bind(self) -> Engine | Connection:
        return self._connection


@dataclass(frozen=True, slots=True)
class _ImmediateConnection:
    connection: Connection

    async def execute(
        self,
        statement: Executable,
        parameters: Any,  # noqa: ANN401 (SQLAlchemy's own)
        *,
        execution_options: Mapping[str, object] | None = None,
    ) -> Result[Any]:
        return self.connection.execute(statement, parameters, execution_options=execution_options)


@lru_cache(maxsize=1000)
def _has_only_columns(statement: Executable) -> bool:
    """Whether a select that is made once and asked often gives plain values and no mapped rows."""
    if not isinstance(statement, Select):
        return False
    return all(each["expr"] is not each["entity"] for each in statement.column_descriptions)


def _result(work: Coroutine[Any, Any, _T]) -> _T:
    try:
        work.send(None)
    except StopIteration as end:
        return cast("_T", end.value)
    work.close()
    raise RuntimeError("A transaction in one hop waited for something other than its session.")
