"""A business's transaction in one hop: a payment doesn't wait for another thread at each of its statements."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Executable, Result, ScalarResult, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.session import POSTGRES_TENANT, TenantSession
from oodaloo.kit.ids import BusinessId

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Transactions on the database of a synchronous engine, each in a thread from its beginning to its commit."""

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
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                if self.engine.dialect.name == "postgresql":
                    session.execute(select(func.set_config(POSTGRES_TENANT, business_id, True)))
                # It has the part of AsyncSession that a TenantSession uses.
                bound = TenantSession(cast("AsyncSession", _Immediate(session)), business_id)
                return _result(work(bound))
        except OperationalError as error:
            raise DatabaseUnreachableError(self.engine.url, error.orig) from error


@dataclass(frozen=True, slots=True)
class _Immediate:
    """A session whose answers are there when they are awaited."""

    session: Session

    async def scalars(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        execution_options: Mapping[str, object],
    ) -> ScalarResult[Any]:
        return self.session.scalars(statement, parameters, execution_options=execution_options)

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        execution_options: Mapping[str, object],
    ) -> Result[Any]:
        return self.session.execute(statement, parameters, execution_options=execution_options)

    async def connection(self) -> "_ImmediateConnection":
        return _ImmediateConnection(self.session.connection())

    def get_bind(self) -> Engine | Connection:
        return self.session.get_bind()


@dataclass(frozen=True, slots=True)
class _ImmediateConnection:
    connection: Connection

    async def execute(self, statement: Executable, parameters: Any) -> Result[Any]:  # noqa: ANN401 (SQLAlchemy's own)
        return self.connection.execute(statement, parameters)


def _result(work: Coroutine[Any, Any, _T]) -> _T:
    try:
        work.send(None)
    except StopIteration as end:
        return cast("_T", end.value)
    work.close()
    raise RuntimeError("A transaction in one hop waited for something other than its session.")
