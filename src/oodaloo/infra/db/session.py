"""The only ways to the database: a session bound to one business, and one that can touch listed system tables."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, FromClause, Join, Row, Select, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.sql import visitors

from oodaloo.infra.db.base import Base, TenantRow
from oodaloo.infra.db.engine import READ_ONLY
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_SelectT = TypeVar("_SelectT", bound=Select[*tuple[Any, ...]])
_ROWS_PER_STATEMENT = 500
_POSTGRES_TENANT = "oodaloo.business_id"


class TenantLeakError(OodalooError):
    """A statement tried to leave its business or its list of tables; this is a fault in Oodaloo, please report it."""


class TenantSession:
    """One transaction that sees and changes only the rows of `business_id`."""

    def __init__(self, session: AsyncSession, business_id: BusinessId) -> None:
        self._session = session
        self.business_id = business_id

    async def scalars(self, statement: Select[_T]) -> Sequence[_T]:
        """Every first column of a select over mapped tenant tables, this business's rows only."""
        return (await self._session.scalars(_within(statement, self.business_id))).all()

    async def rows(self, statement: Select[*_Ts]) -> Sequence[Row[*_Ts]]:
        """Every row of a select over mapped tenant tables, this business's rows only."""
        return (await self._session.execute(_within(statement, self.business_id))).all()

    async def upsert(self, row_type: type[TenantRow], values: Sequence[Mapping[str, object]]) -> None:
        """Insert `values`, or overwrite the rows that have the same primary key."""
        stamped = [{**value, "business_id": self.business_id} for value in values]
        await _upsert(self._session, row_type, stamped)

    async def delete(self, row_type: type[TenantRow], *criteria: ColumnElement[bool]) -> int:
        """Delete this business's rows that meet all `criteria`; returns how many they were."""
        statement = delete(row_type).where(row_type.business_id == self.business_id, *criteria)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))

    async def update(
        self, row_type: type[TenantRow], *criteria: ColumnElement[bool], values: Mapping[str, object]
    ) -> int:
        """Change this business's rows that meet all `criteria`; returns how many they were."""
        statement = update(row_type).where(row_type.business_id == self.business_id, *criteria).values(**values)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))


class SystemSession:
    """One transaction outside any business, for connecting, routing and ticks; it can touch only `tables`."""

    def __init__(self, session: AsyncSession, tables: frozenset[str]) -> None:
        self._session = session
        self._tables = tables

    async def scalars(self, statement: Select[_T]) -> Sequence[_T]:
        """Every first column of a select over system tables."""
        self._check(*_tables(statement))
        return (await self._session.scalars(statement)).all()

    async def rows(self, statement: Select[*_Ts]) -> Sequence[Row[*_Ts]]:
        """Every row of a select over system tables."""
        self._check(*_tables(statement))
        return (await self._session.execute(statement)).all()

    async def upsert(self, row_type: type[Base], values: Sequence[Mapping[str, object]]) -> None:
        """Insert `values`, or overwrite the rows that have the same primary key."""
        self._check(row_type.__table__)
        await _upsert(self._session, row_type, [dict(value) for value in values])

    async def delete(self, row_type: type[Base], *criteria: ColumnElement[bool]) -> int:
        """Delete rows that meet all `criteria`; returns how many they were."""
        self._check(row_type.__table__)
        return _row_count(await self._session.execute(delete(row_type).where(*criteria), execution_options=_UNSYNCED))

    async def update(self, row_type: type[Base], *criteria: ColumnElement[bool], values: Mapping[str, object]) -> int:
        """Change rows that meet all `criteria`; returns how many they were."""
        self._check(row_type.__table__)
        statement = update(row_type).where(*criteria).values(**values)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))

    def _check(self, *tables: FromClause) -> None:
        for table in tables:
            if not isinstance(table, Table) or table.name not in self._tables:
                raise TenantLeakError(f"Work outside a business may not touch {table}.")


@dataclass(frozen=True, slots=True)
class Database:
    """The door to all data: each `tenant` or `system` block is one transaction, committed at its end."""

    engine: AsyncEngine
    system_tables: frozenset[str]

    @asynccontextmanager
    async def tenant(self, business_id: BusinessId, *, read_only: bool = False) -> AsyncIterator[TenantSession]:
        """A transaction bound to one business; rolled back when the block raises."""
        async with self._transaction(read_only=read_only) as session:
            if self.engine.dialect.name == "postgresql":
                await session.execute(select(func.set_config(_POSTGRES_TENANT, business_id, True)))
            yield TenantSession(session, business_id)

    @asynccontextmanager
    async def system(self, *, read_only: bool = False) -> AsyncIterator[SystemSession]:
        """A transaction outside any business; rolled back when the block raises."""
        async with self._transaction(read_only=read_only) as session:
            yield SystemSession(session, self.system_tables)

    @asynccontextmanager
    async def _transaction(self, *, read_only: bool) -> AsyncIterator[AsyncSession]:
        engine = self.engine.execution_options(**{READ_ONLY: read_only})
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            yield session


_UNSYNCED = {"synchronize_session": False}


def _within(statement: _SelectT, business_id: BusinessId) -> _SelectT:
    """The same select, cut down to one business in each of its tables."""
    for table in _tables(statement):
        if "business_id" not in table.c:
            raise TenantLeakError(f"A business's session reads only tables that belong to a business, not {table}.")
        statement = statement.where(table.c.business_id == business_id)
    return statement


def _tables(statement: Select[*tuple[Any, ...]]) -> Iterator[Table]:
    """The tables that a select reads. What can't be seen through (subqueries, aliases) is refused."""
    if any(isinstance(element, Select) and element is not statement for element in visitors.iterate(statement)):
        raise TenantLeakError("A select inside a select can't be bound to its business or list of tables.")
    waiting = list(statement.get_final_froms())
    while waiting:
        source = waiting.pop()
        if isinstance(source, Join):
            waiting += [source.left, source.right]
        elif isinstance(source, Table):
            yield source
        else:
            raise TenantLeakError(f"{source} can't be bound to its business or list of tables.")


async def _upsert(session: AsyncSession, row_type: type[Base], values: Sequence[dict[str, object]]) -> None:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    keys = [column.name for column in row_type.__table__.primary_key]
    for start in range(0, len(values), _ROWS_PER_STATEMENT):
        chunk = values[start : start + _ROWS_PER_STATEMENT]
        statement = insert(row_type)
        changes = {name: statement.excluded[name] for name in chunk[0] if name not in keys}
        statement = (
            statement.on_conflict_do_update(index_elements=keys, set_=changes)
            if changes
            else statement.on_conflict_do_nothing(index_elements=keys)
        )
        connection = await session.connection()
        await connection.execute(statement, chunk)


def _row_count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
