"""The rule of the permits on simulated time: QuickBooks' limits hold whatever happens to calls, and people go first."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.infra.qbo.calls import Lane, Service
from oodaloo.infra.qbo.smart_sync.limit_rules import Board, End, Grant, NotBefore, Rules, give_back, keep, take

RULES = Rules()
QUICKBOOKS = {  # what QuickBooks counts: which calls, how many, in how many seconds
    "second": (frozenset(Service), 10, 1.0),
    "minute": (frozenset(Service), 500, 60.0),
    "reports": (frozenset({Service.REPORTS}), 200, 60.0),
    "batch": (frozenset({Service.BATCH}), 40, 60.0),
}
STILL_ON_ITS_WAY_SECONDS = 4.0


@dataclass(frozen=True)
class Planned:
    """A call that somebody wants to make, how long it takes, when meanwhile QuickBooks counts it, and how it ends.

    An unknown end may come before QuickBooks counts the call. `end` None is the death of the process while it waits.
    """

    wanted_at: float
    lane: Lane = Lane.USER
    service: Service = Service.ACCOUNTING
    seconds: float = 0.06
    counted_after: float = 0.5
    end: End | None = End.ANSWERED
    process: int = 0


@dataclass(frozen=True)
class Made:
    """A call that was made."""

    planned: Planned
    began_at: float

    @property
    def waited_seconds(self) -> float:
        """From wanting to beginning."""
        return self.began_at - self.planned.wanted_at

    @property
    def ended_at(self) -> float:
        """When the caller knew how it ended, or gave up."""
        return self.began_at + self.planned.seconds

    @property
    def counted_at(self) -> float:
        """When QuickBooks counted it."""
        late = STILL_ON_ITS_WAY_SECONDS if self.planned.end is End.UNKNOWN else 0
        return self.began_at + (self.planned.seconds + late) * self.planned.counted_after


@dataclass
class World:
    """Processes at one board, which is stored as JSON; in each, the first in line asks again when it was told to.

    `clock` is what the shared clock shows at a real moment.
    """

    clock: Callable[[float], float] = lambda now: now
    stored: bytes = b"{}"
    made: list[Made] = field(default_factory=list)
    _lines: defaultdict[tuple[int, Service], list[tuple[Lane, int, Planned]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _events: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, plans: Iterable[Planned]) -> list[Made]:
        """Let everybody make their calls; gives them in the order in which they began."""
        for planned in plans:
            self._at(planned.wanted_at, lambda now, planned=planned: self._arrives(planned, now))  # type: ignore[misc]
        while self._events:
            now, _, happens = heapq.heappop(self._events)
            happens(now)
        return self.made

    def _arrives(self, planned: Planned, now: float) -> None:
        line = self._lines[planned.process, planned.service]
        place = (planned.lane, next(self._numbers), planned)
        heapq.heappush(line, place)
        if line[0] is place:
            self._asks(place, now)

    def _asks(self, place: tuple[Lane, int, Planned], now: float) -> None:
        planned = place[2]
        line = self._lines[planned.process, planned.service]
        if not line or line[0] is not place:
            return  # it has made its call, or somebody more urgent goes before it
        line_of = f"{planned.process} {planned.service}"
        board, answer = take(
            RULES, self._board(), self.clock(now), lane=planned.lane, service=planned.service, claimant=line_of
        )
        self._store(board)
        if isinstance(answer, NotBefore):
            assert answer.seconds_from_now > 0
            self._at(now + answer.seconds_from_now, lambda later: self._asks(place, later))
            return
        heapq.heappop(line)
        self._begins(planned, answer, now)
        if line:
            self._asks(line[0], now)

    def _begins(self, planned: Planned, grant: Grant, now: float) -> None:
        self.made.append(Made(planned, now))
        sign_of_life = RULES.lease_seconds / 3
        for number in range(1, int(planned.seconds / sign_of_life) + 1):
            self._at(
                now + number * sign_of_life,
                lambda later: self._store(keep(RULES, self._board(), self.clock(later), grant)),
            )
        end = planned.end
        if end is not None:
            self._at(now + planned.seconds, lambda later: self._ends(planned, grant, end, later))

    def _ends(self, planned: Planned, grant: Grant, end: End, now: float) -> None:
        self._store(give_back(RULES, self._board(), self.clock(now), grant, end))
        line = self._lines[planned.process, planned.service]
        if end is End.NOT_SENT and line:
            self._asks(line[0], now)

    def _at(self, moment: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), happens))

    def _board(self) -> Board:
        return msgspec.json.decode(self.stored, type=Board)

    def _store(self, board: Board) -> None:
        self.stored = msgspec.json.encode(board)


def refusals(made: Sequence[Made]) -> Counter[str]:
    """How often each of QuickBooks' limits would have refused, as it counts: sliding windows, and ten at once."""
    refused: Counter[str] = Counter()
    reached = [call for call in made if call.planned.end is not End.NOT_SENT]
    for name, (services, most, window_seconds) in QUICKBOOKS.items():
        moments = sorted(call.counted_at for call in reached if call.planned.service in services)
        refused[name] = sum(late - early < window_seconds for early, late in zip(moments, moments[most:], strict=False))
    changes = [(call.began_at, 1) for call in reached] + [(call.ended_at, -1) for call in reached]
    at_once = 0
    for _, change in sorted(changes):
        at_once += change
        refused["at once"] += at_once > 10
    return +refused


CALLS = st.builds(
    Planned,
    wanted_at=st.floats(0, 20),
    lane=st.sampled_from(Lane),
    service=st.sampled_from(Service),
    seconds=st.floats(0.001, 4.0),
    counted_after=st.floats(0, 1),
    end=st.sampled_from([End.ANSWERED, End.ANSWERED, End.ANSWERED, *End, None]),
    process=st.integers(0, 2),
)


@given(st.lists(CALLS, min_size=30, max_size=120))
@settings(max_examples=25)
def test_no_limit_is_exceeded_whatever_happens_to_calls(plans: list[Planned]) -> None:
    """Any latencies, any moment of counting, calls not sent, lost or orphaned: no limit refuses, and all are made."""
    made = World().run(plans)
    assert not refusals(made)
    assert len(made) == len(plans)


@given(st.integers(0), st.sampled_from(Lane), st.floats(0.01, 0.4), st.sampled_from(Service))
@settings(max_examples=5)
def test_the_minute_s_limits_hold_however_many_want(seed: int, lane: Lane, longest: float, other: Service) -> None:
    """Six hundred calls, all wanted at once: no minute counts more than 500, of them 200 reports or 40 batches."""
    dice = Random(seed)  # noqa: S311 (latencies, not secrets)
    plans = [
        Planned(0, lane, dice.choice([Service.ACCOUNTING, other]), dice.uniform(0, longest), dice.random())
        for _ in range(600)
    ]
    made = World().run(plans)
    assert not refusals(made)
    assert len(made) == len(plans)


@given(
    st.lists(CALLS, min_size=30, max_size=80),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 4000)), min_size=1, max_size=4),
)
@settings(max_examples=15)
def test_a_clock_that_is_set_back_loosens_nothing(plans: list[Planned], set_back: list[tuple[float, float]]) -> None:
    """The server's clock jumps back by up to an hour, several times: no limit refuses, nobody waits so long."""

    def clock(now: float) -> float:
        return 10_000 + now - sum(step for moment, step in set_back if moment <= now)

    made = World(clock).run(plans)
    assert not refusals(made)
    assert max(call.waited_seconds for call in made) < 180


def test_ten_calls_a_second_and_their_latency() -> None:
    """Thirty calls of 60 ms go out in waves of ten, each 1.065 s after the one before."""
    made = World().run([Planned(0)] * 30)
    waves = Counter(round(call.began_at, 3) for call in made)
    assert waves == {0.0: 10, 1.065: 10, 2.13: 10}


@pytest.mark.parametrize(
    ("lane", "in_quiet", "beside_people"), [(Lane.USER, 10, 10), (Lane.SYNC, 10, 9), (Lane.BULK, 7, 7)]
)
def test_a_lane_leaves_some_permits_to_people(lane: Lane, in_quiet: int, beside_people: int) -> None:
    """Bulk work never has more than seven calls under way, sync nine where a person called in the last minute."""
    for first, at_once in [(Planned(0, Lane.BULK), in_quiet), (Planned(0, Lane.USER), beside_people)]:
        made = World().run([first, *[Planned(50, lane, seconds=3.0)] * 12])
        assert sum(50 <= call.began_at < 53 for call in made) == at_once


@pytest.mark.parametrize(("lane", "in_a_minute"), [(Lane.USER, 500), (Lane.SYNC, 480), (Lane.BULK, 400)])
def test_a_lane_leaves_some_of_the_minute_to_more_urgent_ones(lane: Lane, in_a_minute: int) -> None:
    """Of a minute's 500 calls, sync makes at most 480 and bulk work 400; what bulk can make is less still."""
    made = World().run([Planned(0, lane, seconds=0.01)] * 520)
    assert sum(call.began_at < 60 for call in made) <= in_a_minute
    if lane is not Lane.BULK:
        assert sum(call.began_at < 60 for call in made) == in_a_minute


def test_a_call_not_sent_costs_nothing() -> None:
    """Its permit is free again at once, and the minute doesn't count it."""
    made = World().run([Planned(0, end=End.NOT_SENT, seconds=0.0)] * 600)
    assert max(call.began_at for call in made) < 1.1


def test_the_permits_of_a_dead_process_come_back() -> None:
    """Ten calls whose process dies block others for the length of a lease after its last sign of life, not longer."""
    made = World().run([*[Planned(0, end=None, seconds=2.5)] * 10, Planned(1)])
    assert made[-1].began_at == pytest.approx(2 + RULES.lease_seconds)


@given(
    st.lists(st.floats(5, 25), min_size=10, max_size=40),
    st.floats(0.02, 0.6),
    st.sampled_from([Lane.SYNC, Lane.BULK]),
)
@settings(max_examples=10)
def test_other_work_delays_nobody(clicks: list[float], seconds: float, other: Lane) -> None:
    """However much two processes have to do, a person's call begins at once while few others of people are recent.

    Where people alone use up what is theirs, the next permits are theirs too: nothing else begins while they wait.
    """
    work = [Planned(5, other, seconds=seconds, process=number % 2) for number in range(150)]
    moments = [0.0, *sorted(clicks)]
    people = [Planned(moment, seconds=seconds, process=number % 2) for number, moment in enumerate(moments)]
    made = World().run([*work, *people])
    of_people = [call for call in made if call.planned.lane is Lane.USER]
    theirs = RULES.kept_back[other]
    for call in of_people:
        wanted, began = call.planned.wanted_at, call.began_at
        recent = [
            before for before in of_people if wanted - seconds - RULES.cooling_seconds <= before.began_at < wanted
        ]
        same_moment = sum(also.planned.wanted_at == wanted for also in of_people)
        assert began == wanted or len(recent) + same_moment > theirs
        assert not [less for less in made if less.planned.lane is other and wanted < less.began_at < began]
    assert not refusals(made)
