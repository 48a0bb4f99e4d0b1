"""Workers that are started again whenever they end, as a supervisor does."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.support.forked import ROOT, Forks
from tests.support.job_worker import Plan

POLL_SECONDS = 0.05


@dataclass
class Crew:
    """So many workers at any time. `ended` says how each one that ended did, as `os.waitpid` tells it."""

    forked: Forks
    plan: Path
    count: int
    alive: list[int] = field(default_factory=list)
    ended: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        """Start another one for each that has ended."""
        for pid in [pid for pid in self.alive if self.forked.has_ended(pid)]:
            self.alive.remove(pid)
            self.ended[pid] = self.forked.kill(pid)
        while len(self.alive) < self.count:
            settings = {name: value for name, value in os.environ.items() if not name.startswith("OODALOO_")}
            self.alive.append(self.forked.start(str(self.plan), settings=settings, folder=ROOT))

    async def work_until(self, is_over: Callable[[], Coroutine[Any, Any, bool]], *, seconds: float) -> None:
        """Keep them at work until something is so; fails when it isn't after so many seconds."""
        async with asyncio.timeout(seconds):
            while True:
                await asyncio.to_thread(self.look)
                if await is_over():
                    return
                await asyncio.sleep(POLL_SECONDS)


@contextmanager
def crew(forked: Forks, plan: Plan, path: Path, count: int) -> Iterator[Crew]:
    """Workers by a plan, all killed at the end."""
    path.write_bytes(msgspec.json.encode(plan))
    hired = Crew(forked, path, count)
    try:
        yield hired
    finally:
        for pid in hired.alive:
            os.kill(pid, signal.SIGCONT)
            forked.kill(pid)
