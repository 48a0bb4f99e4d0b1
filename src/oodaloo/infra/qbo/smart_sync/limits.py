"""Permits to call QuickBooks, shared by all processes, so that its limits are never exceeded and people go first."""

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection, String, Text, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base
from oodaloo.infra.db.engine import DatabaseUnreachableError
from oodaloo.infra.db.quick import QuickDatabase, shared_seconds
from oodaloo.infra.qbo.calls import Call, Lane, Service
from oodaloo.infra.qbo.errors import QboError, QboNoAnswerError, QboUnreachableError
from oodaloo.infra.qbo.smart_sync import limit_rules
from oodaloo.infra.qbo.smart_sync.limit_rules import Board, End, Grant, NotBefore, Rules
from oodaloo.infra.qbo.smart_sync.metering import MeteredReads
from oodaloo.infra.repeating import repeating
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.ids import RealmId

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class QboBusyError(QboError):
    """Nothing was asked: QuickBooks' limits are used up by other work of ours. Try again in a minute."""


class LimitBoardRow(Base):
    """What all processes know of one app's calls to one company: a `Board` as JSON."""

    __tablename__ = "limit_board"

    client_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    realm_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    board: Mapped[str] = mapped_column(Text)


@dataclass(slots=True)
class Limits:
    """Gives out permits for the calls of one app, in this process and all others on the same database.

    `name` is this process's own, by which the others' waiting is told from ours.
    """

    quick: QuickDatabase
    metered: MeteredReads
    name: str
    rules: Rules = field(default_factory=Rules)
    _lines: dict[tuple[RealmId, Service], "_Line"] = field(default_factory=dict, init=False)

    @asynccontextmanager
    async def permit(self, realm_id: RealmId, call: Call, lane: Lane, *, give_up_at: float) -> AsyncIterator[None]:
        """The block may make `call` once; how it ends tells what QuickBooks has counted.

        No error means an answer, `QboUnreachableError` that nothing was sent, `QboNoAnswerError` and all that is no
        `QboError` (a cancellation too) that nobody knows, and any other `QboError` a refusal, which isn't metered.
        Raises `ReadBudgetError` when the lane may not read any more this month, and `QboBusyError` when there is no
        permit before `give_up_at` (monotonic seconds).
        """
        if call.metered_reads:
            await self.metered.check(lane, call.metered_reads)
        use = _Use(realm_id, call, self.metered.month)
        grant = await self._granted(use, lane, give_up_at)
        end, metered = End.UNKNOWN, True
        try:
            async with repeating(self.rules.lease_seconds / 3, partial(self._stay_alive, use, grant)):
                yield
            end = End.ANSWERED
        except QboError as error:
            end, metered = _seen(error)
            raise
        finally:
            self._end(use, grant, end, metered=metered)

    async def _granted(self, use: "_Use", lane: Lane, give_up_at: float) -> Grant:
        with self._line(use).place(lane) as place:
            while True:
                if not await place.comes(give_up_at):
                    break
                answer = await self._ask(use, lane)
                if isinstance(answer, Grant):
                    return answer
                if monotonic_seconds() + answer.seconds_from_now > give_up_at:
                    break
                await place.rest(answer.seconds_from_now)
        raise QboBusyError(
            "QuickBooks takes only so many calls a minute for one company, and ours are used up. Try again in a minute."
        )

    def _end(self, use: "_Use", grant: Grant, end: End, *, metered: bool) -> None:
        """Give the permit back; nobody waits for that, and an answer isn't lost when it fails."""
        self.quick.put_off(
            partial(self._give_back, use, grant, end, metered=metered),
            partial(self._ended, use, end),
            apart=metered or not use.call.metered_reads,
        )

    def _ended(self, use: "_Use", end: End, given_back: "asyncio.Future[None]") -> None:
        error = given_back.exception()
        if isinstance(error, DatabaseUnreachableError):
            _log.warning("A permit for QuickBooks wasn't given back and ends by itself: %s", error)
        elif error:
            raise error
        cooling_seconds = limit_rules.cooling_seconds(self.rules, end)
        given_back.get_loop().call_later(cooling_seconds, self._line(use).wake)

    async def _ask(self, use: "_Use", lane: Lane) -> Grant | NotBefore:
        """Ask the board once; what was granted to a caller that left meanwhile is given back."""
        taking = self.quick.run(partial(self._take, use, lane), apart=not use.call.metered_reads)
        asked = asyncio.ensure_future(taking)
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            answer = await asked
            if isinstance(answer, Grant):
                self._end(use, answer, End.NOT_SENT, metered=False)
            raise

    async def _stay_alive(self, use: "_Use", grant: Grant) -> bool:
        with suppress(DatabaseUnreachableError):  # the next sign of life may get through
            await self.quick.run(partial(self._keep, use, grant), apart=True)
        return True

    def _take(self, use: "_Use", lane: Lane, connection: Connection) -> Grant | NotBefore:
        asked = partial(
            limit_rules.take,
            self.rules,
            lane=lane,
            service=use.call.service,
            claimant=f"{self.name} {use.call.service}",
        )
        answer = self._changed(connection, use, asked)
        if isinstance(answer, Grant):
            self._count(connection, use, use.call.metered_reads)
        return answer

    def _give_back(self, use: "_Use", grant: Grant, end: End, connection: Connection, *, metered: bool) -> None:
        self._changed(
            connection, use, lambda board, now: (limit_rules.give_back(self.rules, board, now, grant, end), None)
        )
        if not metered:
            self._count(connection, use, -use.call.metered_reads)

    def _keep(self, use: "_Use", grant: Grant, connection: Connection) -> None:
        self._changed(connection, use, lambda board, now: (limit_rules.keep(self.rules, board, now, grant), None))

    def _count(self, connection: Connection, use: "_Use", reads: int) -> None:
        self.metered.count(connection, use.month, use.realm_id, use.call.about, reads)

    def _changed(self, connection: Connection, use: "_Use", rule: Callable[[Board, float], tuple[Board, _T]]) -> _T:
        """The answer of a rule to the board and the time on the clock of all processes, with the board as it wants it.

        The rule is asked again when somebody else changed the board meanwhile: it is exchanged for what was read, which
        takes fewer round trips than locking it first.
        """
        key = {"of_client": self.metered.client_id, "of_realm": use.realm_id}
        while True:
            found = connection.execute(_BOARD_NOW, key).one_or_none()
            if found is None:
                insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
                empty = {"client_id": self.metered.client_id, "realm_id": use.realm_id, "board": "{}"}
                connection.execute(insert(LimitBoardRow).on_conflict_do_nothing(), empty)
                continue
            read, now = found
            board, answer = rule(_BOARD.decode(read), now)
            written = msgspec.json.encode(board).decode()
            if connection.execute(_EXCHANGED, {**key, "read": read, "written": written}).rowcount:
                return answer

    def _line(self, use: "_Use") -> "_Line":
        return self._lines.setdefault((use.realm_id, use.call.service), _Line())


@dataclass(frozen=True, slots=True)
class _Use:
    """What a permit is for. The month is the one in which the call began, also for taking back."""

    realm_id: RealmId
    call: Call
    month: str


@dataclass(slots=True)
class _Line:
    """Who waits in this process for permits of one company and service: only the first asks the board."""

    _places: list["_Place"] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def place(self, lane: Lane) -> Iterator["_Place"]:
        """A place in line behind those that are as urgent, until the end of the block."""
        place = _Place(lane, next(self._numbers), self)
        heapq.heappush(self._places, place)
        try:
            yield place
        finally:
            self._places.remove(place)
            heapq.heapify(self._places)
            self.wake()

    def is_first(self, place: "_Place") -> bool:
        """Whether nobody is before this place."""
        return self._places[0] is place

    def wake(self) -> None:
        """Let the first look whether its turn has come or a permit is free already."""
        if self._places:
            self._places[0].news.set()


@dataclass(order=True, slots=True)
class _Place:
    lane: Lane
    number: int
    line: _Line = field(compare=False)
    news: asyncio.Event = field(default_factory=asyncio.Event, compare=False)

    async def comes(self, give_up_at: float) -> bool:
        """Wait to be the first; False when it takes too long."""
        while not self.line.is_first(self):
            if not await self.rest(give_up_at - monotonic_seconds()):
                return False
        return True

    async def rest(self, seconds: float) -> bool:
        """Wait for news at most so long; whether there were any."""
        try:
            async with asyncio.timeout(seconds):
                await self.news.wait()
        except TimeoutError:
            return False
        self.news.clear()
        return True


def _seen(error: QboError) -> tuple[End, bool]:
    """How a call ended that failed so, and whether QuickBooks may have metered it."""
    if isinstance(error, QboUnreachableError):
        return End.NOT_SENT, False
    if isinstance(error, QboNoAnswerError):
        return End.UNKNOWN, True
    return End.ANSWERED, False


_BOARD: Final = msgspec.json.Decoder(Board)
_THIS = (LimitBoardRow.client_id == bindparam("of_client"), LimitBoardRow.realm_id == bindparam("of_realm"))
_BOARD_NOW: Final = select(LimitBoardRow.board, shared_seconds()).where(*_THIS)
_EXCHANGED: Final = (
    update(LimitBoardRow).where(*_THIS, LimitBoardRow.board == bindparam("read")).values(board=bindparam("written"))
)
