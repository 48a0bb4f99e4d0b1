"""Answers to reads, kept for whoever finds them fresh enough, and asked for once however many want them at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from oodaloo.infra.qbo.calls import Answer, Call, Lane
from oodaloo.kit.clock import Clock, monotonic_seconds
from oodaloo.kit.ids import RealmId

_MOST_BYTES: Final = 32 * 1024 * 1024

_Key = tuple[RealmId, str, str, tuple[tuple[str, str], ...], bytes | None]


@dataclass(frozen=True, slots=True)
class Stamped:
    """An answer and, for people to see, when QuickBooks gave it (product time)."""

    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment in real and in product time; the one that moved further counts, since a demo's days pass in seconds."""

    real_seconds: float
    product: datetime

    def is_within(self, max_age: timedelta, now: "_Moment") -> bool:
        real = timedelta(seconds=now.real_seconds - self.real_seconds)
        return max(real, now.product - self.product) <= max_age


@dataclass(slots=True)
class _Flight:
    """A call under way and how many wait for it; the last one to leave ends it, so that nobody can join it then."""

    asked: _Moment
    task: asyncio.Task[Stamped]
    waiting: int = 0


@dataclass(slots=True)
class KeptAnswers:
    """What this process has read lately. `clock` is product time; `most_bytes` bounds all bodies together."""

    clock: Clock
    most_bytes: int = _MOST_BYTES
    _kept: OrderedDict[_Key, tuple[_Moment, Stamped]] = field(default_factory=OrderedDict, init=False)
    _bytes: int = field(default=0, init=False)
    _flights: dict[tuple[_Key, Lane], _Flight] = field(default_factory=dict, init=False)

    async def fresh(
        self, realm_id: RealmId, call: Call, lane: Lane, max_age: timedelta, ask: Callable[[], Awaitable[Answer]]
    ) -> Stamped:
        """An answer that was asked for no longer than `max_age` ago; `ask` gets one where there is none.

        Who joins a call under way takes its lane, so a person doesn't join what waits in a less urgent lane.
        """
        key = (realm_id, call.method, call.path, tuple(sorted(call.parameters.items())), call.body)
        now = self._moment()
        kept = self._kept.get(key)
        if kept is not None and kept[0].is_within(max_age, now):
            self._kept.move_to_end(key)
            return kept[1]
        flights = (self._flights.get((key, urgent)) for urgent in Lane if urgent <= lane)
        joined = (flight for flight in flights if flight and flight.waiting and flight.asked.is_within(max_age, now))
        return await _landing(next(joined, None) or self._start((key, lane), now, ask))

    def forget(self, realm_id: RealmId) -> None:
        """Something has changed in this company: what is kept of it, or under way, is not given to later callers."""
        for key in [key for key in self._kept if key[0] == realm_id]:
            self._drop(key)
        for of in [of for of in self._flights if of[0][0] == realm_id]:
            del self._flights[of]

    def _start(self, of: tuple[_Key, Lane], asked: _Moment, ask: Callable[[], Awaitable[Answer]]) -> _Flight:
        async def fly() -> Stamped:
            try:
                stamped = Stamped(await ask(), self.clock.now())
                if self._flights.get(of) is flight:
                    self._keep(of[0], asked, stamped)
                return stamped
            finally:
                if self._flights.get(of) is flight:
                    del self._flights[of]

        flight = _Flight(asked, asyncio.create_task(fly()))
        flight.task.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # perhaps nobody is left to ask
        self._flights[of] = flight
        return flight

    def _keep(self, key: _Key, asked: _Moment, stamped: Stamped) -> None:
        self._drop(key)
        self._kept[key] = (asked, stamped)
        self._bytes += len(stamped.answer.body)
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= len(kept[1].answer.body) if kept else 0

    def _moment(self) -> _Moment:
        return _Moment(monotonic_seconds(), self.clock.now())


async def _landing(flight: _Flight) -> Stamped:
    flight.waiting += 1
    try:
        return await asyncio.shield(flight.task)
    finally:
        flight.waiting -= 1
        if not flight.waiting and not flight.task.done():
            flight.task.cancel()
            await asyncio.wait([flight.task])
