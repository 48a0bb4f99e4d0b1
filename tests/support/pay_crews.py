"""Workers who carry payments out and are killed or stopped again and again, and replaced as a supervisor does."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path

from oodaloo.infra.jobs.leases import EXIT_STATUS
from tests.support.forked import ROOT, Forks
from tests.support.pay_worker import PHASES, STEPS

BETWEEN = "between steps"
_STOPPED_SECONDS = (1.0, 5.0)


@dataclass
class PayCrew:
    """So many workers at any time, of whom `kills` in all die while `total` payments are made.

    A share die by themselves at a step chosen beforehand, one of so many times that it is reached, the rest anywhere.
    `by_step` counts what each had under way, one of it where it was more; `ends` how workers ended otherwise.
    """

    forked: Forks
    plan: Path
    boards: Path
    settings: Mapping[str, str]
    count: int
    dice: random.Random
    total: int
    kills: int
    stops: int
    doomed_share: float = 0.5
    doomed_within: int = 6
    killed: int = 0
    stopped: int = 0
    by_step: Counter[str] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    _alive: dict[int, str] = field(default_factory=dict)
    _wake_at: dict[int, float] = field(default_factory=dict)
    _due: list[float] = field(default_factory=list)
    _dooms: Iterator[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        places = list(product(STEPS, PHASES))
        self.dice.shuffle(places)
        places.sort(key=lambda place: PHASES.index(place[1]))  # each step once, before one comes a second time
        self._dooms = cycle(places)
        share = 0.9 * self.total / (self.kills + self.stops or 1)
        self._due = [(number + self.dice.random()) * share for number in range(self.kills + self.stops)]

    def look(self, settled: int) -> None:
        """Replace who has ended, and kill or stop somebody when enough payments are settled since the last time."""
        self._wake()
        for pid in [pid for pid in self._alive if self.forked.has_ended(pid)]:
            self._bury(pid, self._alive.pop(pid))
        while len(self._alive) < self.count:
            self._hire()
        if self._due and settled >= self._due[0]:
            self._strike()

    def end(self) -> None:
        """Kill all of them."""
        for pid in self._alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            self.forked.kill(pid)
        self._alive.clear()

    def _hire(self) -> None:
        may_die = bool(self._due) and self.killed + self._doomed < self.kills
        doomed = next(self._dooms) if may_die and self.dice.random() < self.doomed_share else None
        place: Sequence[str] = (*doomed, str(self.dice.randint(1, self.doomed_within))) if doomed else ()
        pid = self.forked.start(str(self.plan), *place, settings=self.settings, folder=ROOT)
        self._alive[pid] = doomed[0] if doomed else ""

    @property
    def _doomed(self) -> int:
        return sum(1 for doom in self._alive.values() if doom)

    def _bury(self, pid: int, doom: str) -> None:
        end = os.waitstatus_to_exitcode(self.forked.kill(pid))
        if end == -signal.SIGKILL:
            self._count(doom)
        else:
            self.ends[end] += 1

    def _strike(self) -> None:
        """Kill a worker who is at work, or stop him for a while."""
        working = [pid for pid, doom in self._alive.items() if not doom and (self.boards / str(pid)).exists()]
        working = [pid for pid in working if pid not in self._wake_at]
        if self.killed + self._doomed >= self.kills and not self._may_stop():
            self._due.pop(0)
        elif working:
            self._due.pop(0)
            pid = self.dice.choice(working)
            if self._may_stop() and (self.killed + self._doomed >= self.kills or self.dice.random() < 0.5):
                self.stopped += 1
                self._wake_at[pid] = time.monotonic() + self.dice.uniform(*_STOPPED_SECONDS)
                os.kill(pid, signal.SIGSTOP)
                return
            time.sleep(self.dice.uniform(0, 0.05))
            if not self.forked.has_ended(pid):
                del self._alive[pid]
                self.forked.kill(pid)
                under_way = sorted(set((self.boards / str(pid)).read_text().split(",")) - {""})
                self._count(self.dice.choice(under_way or [BETWEEN]))

    def _may_stop(self) -> bool:
        return self.stopped < self.stops

    def _count(self, step: str) -> None:
        self.killed += 1
        self.by_step[step] += 1

    def _wake(self) -> None:
        now = time.monotonic()
        for pid in [pid for pid, moment in self._wake_at.items() if moment <= now]:
            del self._wake_at[pid]
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    @property
    def fenced(self) -> int:
        """How often a worker ended itself, as others thought him dead."""
        return self.ends[EXIT_STATUS]
