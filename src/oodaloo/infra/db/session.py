"""The only ways to the database: a session bound to one business, and one that can touch listed system tables."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar, TypeVarTuple, cast

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Insert,
    Join,
    Row,
    Select,
    SelectBase,
    Table,
    TextClause,
    Update,
    bindparam,
    delete,
    exists,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import ReturningUpdate

from oodaloo.infra.db.base import Base, TenantRow
from oodaloo.infra.db.engine import BUSINESS, POSTGRES_TENANT, READ_ONLY, DatabaseUnreachableError, begun, is_lost
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_SelectT = TypeVar("_SelectT", bound=Select[*tuple[Any, ...]])
_ROWS_PER_STATEMENT = 500


class TenantLeakError(OodalooError):
    """A statement tried to leave its business or its list of tables; this is a fault in Oodaloo, please report it."""


class TenantSession:
    """One transaction that sees and changes only the rows of `business_id`."""

    def __init__(self, session: AsyncSession, business_id: BusinessId) -> None:
        self._session = session
        self.business_id = business_id

    async def scalars(self, statement: Select[_T], parameters: Mapping[str, object] | None = None) -> Sequence[_T]:
        """Every first column of a select over mapped tenant tables, this business's rows only.

        With `parameters` the select is one that is made once and asked often, with a `bindparam` for each: making a
        statement and looking through it takes ten times as long as running it.
        """
        if parameters is None:
            bound = _within(statement, self.business_id)
            return (await self._session.scalars(bound, execution_options=_AS_STORED)).all()
        given = {**parameters, _BUSINESS: self.business_id}
        return (await self._session.scalars(_within_any(statement), given, execution_options=_AS_STORED)).all()

    async def rows(
        self, statement: Select[*_Ts], parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[*_Ts]]:
        """Every row of a select over mapped tenant tables, this business's rows only; `parameters` as in `scalars`."""
        if parameters is None:
            bound = _within(statement, self.business_id)
            return (await self._session.execute(bound, execution_options=_AS_STORED)).all()
        given = {**parameters, _BUSINESS: self.business_id}
        return (await self._session.execute(_within_any(statement), given, execution_options=_AS_STORED)).all()

    async def rows_together(
        self, statements: tuple[Select[*_Ts], ...], parameters: Mapping[str, object]
    ) -> Sequence[Row[*_Ts]]:
        """Every row of several selects with the same columns, asked in one statement; made once, as in `rows`."""
        given = {**parameters, _BUSINESS: self.business_id}
        return (await self._session.execute(_together(statements), given, execution_options=_AS_STORED)).all()

    async def upsert(self, row_type: type[TenantRow], values: Sequence[Mapping[str, object]]) -> None:
        """Insert `values`, or overwrite the rows that have the same primary key."""
        stamped = [{**value, "business_id": self.business_id} for value in values]
        await _upsert(self._session, row_type, stamped)

    async def insert_new(
        self,
        row_type: type[TenantRow],
        value: Mapping[str, object],
        *,
        unless: tuple[type[TenantRow], Mapping[str, object]] | None = None,
    ) -> bool:
        """Insert a row, unless one with the same primary or unique key is there; says whether it is new.

        A transaction that is inserting the same key right now is waited for. It isn't inserted either when there is a
        row of the other type named in `unless` that has the values named there.
        """
        stamped = {**value, "business_id": self.business_id}
        on_postgresql = _on_postgresql(self._session)
        if unless is None:
            statement = _insert_new(row_type, on_postgresql=on_postgresql)
        else:
            other, named = unless
            statement = _insert_unless(row_type, tuple(stamped), other, tuple(named), on_postgresql=on_postgresql)
            stamped |= {f"{_OTHER}{name}": each for name, each in named.items()}
        connection = await self._session.connection()
        return _row_count(await connection.execute(statement, stamped, execution_options=_COUNTED)) == 1

    async def delete(self, row_type: type[TenantRow], *criteria: ColumnElement[bool]) -> int:
        """Delete this business's rows that meet all `criteria`; returns how many they were."""
        _check_confined(row_type, criteria)
        statement = delete(row_type).where(row_type.business_id == self.business_id, *criteria)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))

    async def update(
        self, row_type: type[TenantRow], *criteria: ColumnElement[bool], values: Mapping[str, object]
    ) -> int:
        """Change this business's rows that meet all `criteria`; returns how many they were."""
        _check_change(row_type, criteria, values)
        statement = update(row_type).where(row_type.business_id == self.business_id, *criteria).values(**values)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))

    async def change(self, change: "Change", parameters: Mapping[str, object]) -> int:
        """Make a change that was made out before, with its parameters; returns how many rows it met."""
        connection = await self._session.connection()
        return _row_count(await connection.execute(change.statement, {**parameters, _BUSINESS: self.business_id}))

    async def changed(self, change: "Change", parameters: Mapping[str, object]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Like `change`; gives what the change tells of each row as it is then."""
        connection = await self._session.connection()
        return (await connection.execute(change.statement, {**parameters, _BUSINESS: self.business_id})).all()

    @asynccontextmanager
    async def part(self) -> AsyncIterator["TenantSession"]:
        """A part of this transaction: when the block raises, what it did is taken back and everything else stays."""
        async with self._session.begin_nested():
            yield self

    async def beside(self, work: Callable[[Session], _T]) -> _T:
        """What `work` returns, done in this same transaction on tables that belong to no business.

        Only machinery of `infra` that keeps such tables may ask for it: nothing binds what it does to the business.
        """
        return await self._session.run_sync(work)


class Tenants(Protocol):
    """Where transactions of a business come from: the database, or a transaction of it that is open already."""

    def tenant(self, business_id: BusinessId, *, read_only: bool = False) -> AbstractAsyncContextManager[TenantSession]:
        """A transaction bound to one business; what was done in it is taken back when the block raises."""
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """An open transaction as if it were the database: each block is a part of it, kept or taken back by itself.

    What is done at this door is committed by whoever opened the transaction, all of it or nothing.
    """

    session: TenantSession

    @asynccontextmanager
    async def tenant(self, business_id: BusinessId, *, read_only: bool = False) -> AsyncIterator[TenantSession]:  # noqa: ARG002 (a part can't be less than its whole)
        """A part of the transaction. Raises `TenantLeakError` for another business than its own."""
        if business_id != self.session.business_id:
            raise TenantLeakError("A transaction of one business can't be joined for another one.")
        async with self.session.part() as session:
            yield session


@dataclass(frozen=True, slots=True)
class Change:
    """An update of one business's rows that is made out once and made often: `changing` mints it."""

    statement: Update | ReturningUpdate[*tuple[Any, ...]]


def changing(
    row_type: type[TenantRow],
    *criteria: ColumnElement[bool],
    values: Mapping[str, object],
    telling: Sequence[str] = (),
) -> Change:
    """What `TenantSession.update` would do, with a `bindparam` for each value that differs from time to time.

    `telling` names the columns that `TenantSession.changed` gives.
    """
    _check_change(row_type, criteria, values)
    table = cast("Table", row_type.__table__)
    ours = table.c.business_id == bindparam(_BUSINESS)
    made_out = update(table).where(ours, *criteria).values(**values)
    return Change(made_out.returning(*(table.c[name] for name in telling)) if telling else made_out)


class SystemSession:
    """One transaction outside any business, for connecting, routing and ticks; it can touch only `tables`."""

    def __init__(self, session: AsyncSession, tables: frozenset[str]) -> None:
        self._session = session
        self._tables = tables

    async def scalars(self, statement: Select[_T]) -> Sequence[_T]:
        """Every first column of a select over system tables."""
        self._check(*_tables(statement))
        return (await self._session.scalars(statement, execution_options=_AS_STORED)).all()

    async def rows(self, statement: Select[*_Ts]) -> Sequence[Row[*_Ts]]:
        """Every row of a select over system tables."""
        self._check(*_tables(statement))
        return (await self._session.execute(statement, execution_options=_AS_STORED)).all()

    async def upsert(self, row_type: type[Base], values: Sequence[Mapping[str, object]]) -> None:
        """Insert `values`, or overwrite the rows that have the same primary key."""
        self._check(row_type.__table__)
        await _upsert(self._session, row_type, [dict(value) for value in values])

    async def delete(self, row_type: type[Base], *criteria: ColumnElement[bool]) -> int:
        """Delete rows that meet all `criteria`; returns how many they were."""
        self._check(row_type.__table__)
        _check_confined(row_type, criteria)
        return _row_count(await self._session.execute(delete(row_type).where(*criteria), execution_options=_UNSYNCED))

    async def update(self, row_type: type[Base], *criteria: ColumnElement[bool], values: Mapping[str, object]) -> int:
        """Change rows that meet all `criteria`; returns how many they were."""
        self._check(row_type.__table__)
        _check_confined(row_type, (*criteria, *values.values()))
        statement = update(row_type).where(*criteria).values(**values)
        return _row_count(await self._session.execute(statement, execution_options=_UNSYNCED))

    def _check(self, *tables: FromClause) -> None:
        for table in tables:
            if not isinstance(table, Table) or table.name not in self._tables:
                raise TenantLeakError(f"Work outside a business may not touch {table}.")


async def bound(session: AsyncSession, business_id: BusinessId) -> TenantSession:
    """A transaction that somebody else has begun and will end, bound to one business from here on."""
    if _on_postgresql(session):
        await session.execute(select(func.set_config(POSTGRES_TENANT, business_id, True)))
    return TenantSession(session, business_id)


@dataclass(frozen=True, slots=True)
class Database:
    """The door to all data: each `tenant` or `system` block is one transaction, committed at its end.

    A block raises `DatabaseUnreachableError` when the database can't be used; nothing of it is kept then.
    """

    engine: AsyncEngine
    system_tables: frozenset[str]

    @asynccontextmanager
    async def tenant(self, business_id: BusinessId, *, read_only: bool = False) -> AsyncIterator[TenantSession]:
        """A transaction bound to one business; rolled back when the block raises.

        With `read_only` everything in it is read as of one moment.
        """
        async with self._transaction(**{READ_ONLY: read_only, BUSINESS: business_id}) as session:
            yield TenantSession(session, business_id)

    @asynccontextmanager
    async def system(self, *, read_only: bool = False) -> AsyncIterator[SystemSession]:
        """A transaction outside any business; rolled back when the block raises."""
        async with self._transaction(**{READ_ONLY: read_only}) as session:
            yield SystemSession(session, self.system_tables)

    @asynccontextmanager
    async def _transaction(self, **options: object) -> AsyncIterator[AsyncSession]:
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(**options)
                await connection.run_sync(begun)
                async with AsyncSession(connection, expire_on_commit=False) as session:
                    yield session
                await connection.commit()
        except DBAPIError as error:
            if not is_lost(error):
                raise
            raise DatabaseUnreachableError(self.engine.url, error.orig) from error


_COUNTED = {"preserve_rowcount": True}  # else psycopg's count of inserted rows is gone when it is asked for
_UNSYNCED = {"synchronize_session": False}
_SHAPES: dict[object, Sequence[Table]] = {}
_MOST_SHAPES = 1000
_BUSINESS = "oodaloo_business"
_OTHER = "oodaloo_other_"
_AS_STORED = {"populate_existing": True}  # else a row that was read before shows what it was before


def _within(statement: _SelectT, business_id: BusinessId | BindParameter[str]) -> _SelectT:
    """The same select, cut down to one business in each of its tables."""
    for table in _tables(statement):
        if "business_id" not in table.c:
            raise TenantLeakError(f"A business's session reads only tables that belong to a business, not {table}.")
        statement = statement.where(table.c.business_id == business_id)
    return statement


def _tables(statement: Select[*tuple[Any, ...]]) -> Sequence[Table]:
    """The tables that a select reads, at least one. What can't be seen through is refused.

    Looking through a select takes longer than most of them run, so that it happens once for all of a shape:
    SQLAlchemy's own key for selects that differ only in their parameters.
    """
    shape = statement._generate_cache_key()
    if shape is None:
        return _tables_of(statement)
    if shape.key not in _SHAPES:
        if len(_SHAPES) >= _MOST_SHAPES:
            _SHAPES.clear()
        _SHAPES[shape.key] = _tables_of(statement)
    return _SHAPES[shape.key]


def _tables_of(statement: Select[*tuple[Any, ...]]) -> list[Table]:
    for part in visitors.iterate(statement):
        if part is not statement:
            _check_transparent(part)
    tables: list[Table] = []
    waiting = list(statement.get_final_froms())
    while waiting:
        source = waiting.pop()
        if isinstance(source, Join):
            waiting += [source.left, source.right]
        elif isinstance(source, Table):
            tables.append(source)
        else:
            raise TenantLeakError(f"{source} can't be bound to its business or list of tables.")
    if not tables:
        raise TenantLeakError("A select without a table can't be bound to its business or list of tables.")
    return tables


@lru_cache(maxsize=_MOST_SHAPES)
def _within_any(statement: _SelectT) -> _SelectT:
    """The same select, cut down to the business that comes as a parameter."""
    return _within(statement, bindparam(_BUSINESS))


@lru_cache(maxsize=_MOST_SHAPES)
def _together(statements: tuple[Select[*_Ts], ...]) -> CompoundSelect[*_Ts]:
    return union_all(*(_within_any(each) for each in statements))


def _check_change(
    row_type: type[TenantRow], criteria: Iterable[ColumnElement[bool]], values: Mapping[str, object]
) -> None:
    _check_confined(row_type, (*criteria, *values.values()))
    if "business_id" in values:
        raise TenantLeakError("A row can't be given to another business.")


def _check_confined(row_type: type[Base], elements: Iterable[object]) -> None:
    """Refuse criteria and values that look beyond the table that is changed."""
    for element in elements:
        clause = element.__clause_element__() if hasattr(element, "__clause_element__") else element
        for part in visitors.iterate(clause) if isinstance(clause, ClauseElement) else ():
            _check_transparent(part)
            table = getattr(part, "table", None)
            if table is not None and table is not row_type.__table__:
                raise TenantLeakError(f"A change of {row_type.__table__} can't look at {table}.")


def _check_transparent(part: visitors.ExternallyTraversible) -> None:
    """Refuse selects within statements and SQL as text: nobody can tell which rows they reach."""
    literal = isinstance(part, ColumnClause) and part.is_literal and part.name != "*"  # count(*) is harmless
    if literal or isinstance(part, SelectBase | TextClause):
        raise TenantLeakError("A select inside a statement, or SQL as text, can't be bound to its business or tables.")


async def _upsert(session: AsyncSession, row_type: type[Base], values: Sequence[dict[str, object]]) -> None:
    on_postgresql = _on_postgresql(session)
    for start in range(0, len(values), _ROWS_PER_STATEMENT):
        chunk = values[start : start + _ROWS_PER_STATEMENT]
        statement = _upsert_statement(row_type, tuple(chunk[0]), on_postgresql=on_postgresql)
        connection = await session.connection()
        await connection.execute(statement, chunk)


@lru_cache(maxsize=200)
def _upsert_statement(row_type: type[Base], columns: tuple[str, ...], *, on_postgresql: bool) -> Insert:
    statement = _insert(row_type, on_postgresql=on_postgresql)
    keys = [column.name for column in row_type.__table__.primary_key]
    changes = {name: statement.excluded[name] for name in columns if name not in keys}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


@lru_cache(maxsize=200)
def _insert_new(row_type: type[Base], *, on_postgresql: bool) -> Insert:
    return _insert(row_type, on_postgresql=on_postgresql).on_conflict_do_nothing()


@lru_cache(maxsize=200)
def _insert_unless(
    row_type: type[TenantRow],
    columns: tuple[str, ...],
    other: type[TenantRow],
    names: tuple[str, ...],
    *,
    on_postgresql: bool,
) -> Insert:
    table, others = cast("Table", row_type.__table__), cast("Table", other.__table__)
    same = [others.c[name] == bindparam(f"{_OTHER}{name}") for name in names]
    found = exists().where(others.c.business_id == bindparam("business_id"), *same)
    values = select(*(bindparam(name, type_=table.c[name].type) for name in columns)).where(~found)
    return _insert(row_type, on_postgresql=on_postgresql).from_select(columns, values).on_conflict_do_nothing()


def _insert(row_type: type[Base], *, on_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(row_type) if on_postgresql else sqlite.insert(row_type)


def _on_postgresql(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _row_count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
