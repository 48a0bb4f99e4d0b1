"""A run of durable work as it is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from oodaloo.kit.ids import BusinessId

VERSION: Final = "1"
"""Stored with each run; a worker takes only runs of its own. It never changes: changed steps ask `Run.follows`."""


class RunState(StrEnum):
    """How it stands with a run, by the library's own words."""

    WAITING = "ENQUEUED"
    UNDER_WAY = "PENDING"
    DONE = "SUCCESS"
    FAILED = "ERROR"
    CANCELLED = "CANCELLED"
    KILLED_TOO_OFTEN = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


OPEN: Final = (RunState.WAITING, RunState.UNDER_WAY)
ENDED: Final = tuple(state for state in RunState if state not in OPEN)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run. `subject` and `error` are empty where they weren't asked for; `worker` had it last."""

    id: str
    kind: str
    state: RunState
    queue: str
    worker: str
    version: str
    made_at: datetime
    ended_at: datetime | None
    subject: str = ""
    error: str = ""

    @property
    def business_id(self) -> BusinessId:
        """Whose work it is."""
        return BusinessId(self.id.partition(_PARTS)[0])


def run_id_of(business_id: BusinessId, key: str) -> str:
    """The id of a business's run, so that two businesses may use the same key."""
    return f"{business_id}{_PARTS}{key}"


_PARTS = "/"
