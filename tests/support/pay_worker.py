"""A worker of the product that carries payments out and may die at any moment, chosen or not.

`python -m tests.support.pay_worker PLAN [STEP PHASE TIMES]` reads settings from the environment and works until it is
stopped. Given a step, it kills itself (-9) when it gets to that phase of it for so many times.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.bootstrap.workflows import bodies
from oodaloo.cli.running import run as run_to_the_end
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.jobs.engine import running  # what is loaded here, every fork has
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.workflow import Body, JsonT, Run
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.settings import load_settings
from oodaloo.kit.ids import BusinessId
from oodaloo.worker.loop import Worker
from tests.support.product import UNLIMITED
from tests.support.write_worker import HASTY

STEPS: Final = ("start", "intent", "pay", "confirm", "settle")
"""What a payment goes through when nobody else pays its bill."""

BEFORE, INSIDE, AFTER = "before", "inside", "after"
PHASES: Final = (BEFORE, INSIDE, AFTER)
"""Inside: the step's work is done, and not committed or not noted."""


@dataclass(frozen=True)
class Plan:
    """How a worker works: product time is what the file `clock` says, and what takes minutes takes moments.

    In `boards` each process has a file that says which steps it has under way.
    """

    clock: str
    lag_seconds: float
    lease_seconds: float
    rules: JobRules
    boards: str


@dataclass(frozen=True)
class FileClock:
    """Product time that a test sets for all processes."""

    path: Path

    def now(self) -> datetime:
        """What it was set to last."""
        return datetime.fromisoformat(self.path.read_text())

    def set(self, instant: datetime) -> None:
        """Let it be that instant from now on; whoever reads meanwhile gets the one before."""
        beside = self.path.with_suffix(".new")
        beside.write_text(instant.isoformat())
        beside.replace(self.path)


@dataclass
class Doom:
    """Where this process kills itself, if anywhere."""

    step: str = ""
    phase: str = ""
    times: int = 0

    def at(self, step: str, phase: str) -> None:
        """Die here, if it is the place and the time."""
        if (step, phase) == (self.step, self.phase):
            self.times -= 1
            if self.times <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Board:
    """Which steps this process has under way, for who looks after its death."""

    path: Path
    _under_way: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step is under way as long as the block runs."""
        self._note(name, 1)
        try:
            yield
        finally:
            self._note(name, -1)

    def _note(self, name: str, change: int) -> None:
        self._under_way[name] += change
        self.path.write_text(",".join((+self._under_way).elements()))


@dataclass(frozen=True)
class WatchedRun:
    """A run whose steps are shown on the board, and at which its process may die."""

    run: Run
    board: Board
    doom: Doom

    @property
    def business_id(self) -> BusinessId:
        """As of the run."""
        return self.run.business_id

    @property
    def id(self) -> str:
        """As of the run."""
        return self.run.id

    async def transaction(self, step: str, work: Callable[[TenantSession], Awaitable[JsonT]]) -> JsonT:
        """As `Run.transaction`."""

        async def watched(session: TenantSession) -> JsonT:
            done = await work(session)
            self.doom.at(step, INSIDE)
            return done

        with self._at(step):
            return await self.run.transaction(step, watched)

    async def outside(self, step: str, work: Callable[[], Awaitable[JsonT]], *, timeout_seconds: float = 60) -> JsonT:
        """As `Run.outside`."""
        name = step.rstrip(" 0123456789")

        async def watched() -> JsonT:
            done = await work()
            self.doom.at(name, INSIDE)
            return done

        with self._at(name):
            return await self.run.outside(step, watched, timeout_seconds=timeout_seconds)

    async def pause(self, seconds: float) -> None:
        """As `Run.pause`."""
        await self.run.pause(seconds)

    async def follows(self, change: str) -> bool:
        """As `Run.follows`."""
        return await self.run.follows(change)

    @contextmanager
    def _at(self, name: str) -> Iterator[None]:
        with self.board.step(name):
            self.doom.at(name, BEFORE)
            yield
            self.doom.at(name, AFTER)


def hasten(services: Services, plan: Plan) -> None:
    """Let payments be carried out with a plan's times."""
    lag, lease = timedelta(seconds=plan.lag_seconds), timedelta(seconds=plan.lease_seconds)
    services.writes = replace(services.writes, lag_allowance=lag, lease=lease)
    services.execution = replace(services.execution, writes=services.writes, look_again_after=lag)
    services.jobs.rules = plan.rules


def _watched(body: Body, board: Board, doom: Doom) -> Body:
    async def carry_out(run: Run, subject: str) -> None:
        await body(WatchedRun(run, board, doom), subject)

    return carry_out


async def work(plan: Plan, doom: Doom) -> None:
    """Look after books and payments until stopped."""
    rules: Rules = replace(UNLIMITED, lease_seconds=0.2)  # an unknown end keeps a permit for that long
    board = Board(Path(plan.boards) / str(os.getpid()))
    async with open_services(load_settings(), FileClock(Path(plan.clock)), patience=HASTY, rules=rules) as services:
        hasten(services, plan)
        watched = {kind: _watched(body, board, doom) for kind, body in bodies(services).items()}
        async with running(services.jobs, watched):
            await Worker(services, f"worker {os.getpid()}", shows_pages=False).run()


def main() -> None:
    """Work by the plan that the command line names."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    doom = Doom(sys.argv[2], sys.argv[3], int(sys.argv[4])) if len(sys.argv) > 2 else Doom()
    run_to_the_end(work(plan, doom), serves=True)


if __name__ == "__main__":
    main()
