"""Runs of durable work without the library that carries them: steps are noted in memory, and may be died at."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.infra.jobs.workflow import JsonT, StepFailedError
from oodaloo.kit.ids import BusinessId
from tests.support.writing import SteppedClock


class DiedError(Exception):
    """The process is gone; nothing that it was about to do happens."""


@dataclass
class PlainRun:
    """A `Run` that keeps what its steps gave in `noted`, so that the same again goes on where it was.

    It dies once at each point of `dying`: `after` a step, when its effect is there and the note of it isn't. Pauses
    move `clock`.
    """

    database: Database
    business_id: BusinessId
    clock: SteppedClock
    id: str = "run"
    noted: dict[str, str] = field(default_factory=dict)
    dying: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)

    async def transaction(self, step: str, work: Callable[[TenantSession], Awaitable[JsonT]]) -> JsonT:
        """As `Run.transaction`: the note is kept with the effect."""
        if step not in self.noted:
            with _told(step):
                async with self.database.tenant(self.business_id) as session:
                    self.noted[step] = json.dumps(await work(session))
        return cast("JsonT", self._after(step))

    async def outside(self, step: str, work: Callable[[], Awaitable[JsonT]], *, timeout_seconds: float = 60) -> JsonT:
        """As `Run.outside`: who dies after it does it again. What is asked has time limits of its own."""
        assert timeout_seconds > 0
        if step not in self.noted:
            with _told(step):
                given = json.dumps(await work())
            if step in self.dying:
                self.dying.remove(step)
                raise DiedError
            self.noted[step] = given
        return cast("JsonT", self._after(step))

    async def pause(self, seconds: float) -> None:
        """As `Run.pause`, in no time."""
        self.clock.instant += timedelta(seconds=seconds)

    async def follows(self, change: str) -> bool:
        """As `Run.follows`."""
        return bool(change)

    def _after(self, step: str) -> object:
        self.steps.append(step)
        if step in self.dying:
            self.dying.remove(step)
            raise DiedError
        return json.loads(self.noted[step])


@contextmanager
def _told(step: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise StepFailedError(step, type(error).__name__, str(error)) from error
