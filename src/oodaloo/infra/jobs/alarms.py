"""What doesn't go on by itself, in words for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.stored import VERSION, RunState, StoredRun
from oodaloo.kit.ids import BusinessId


class Trouble(StrEnum):
    """What is wrong with a run."""

    WAITS = "waits"
    LASTS = "lasts"
    OTHER_VERSION = "other version"
    FAILED = "failed"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A run that a person has to look at; `since` is when it was enqueued, or when it ended badly."""

    run_id: str
    kind: str
    business_id: BusinessId
    trouble: Trouble
    since: datetime
    sentence: str


def alarm_of(run: StoredRun, now: datetime, rules: JobRules) -> Alarm | None:
    """What is wrong with a run at `now`; None when nothing is."""
    told = _told(run, now, rules)
    if told is None:
        return None
    trouble, sentence = told
    return Alarm(run.id, run.kind, run.business_id, trouble, run.ended_at or run.made_at, sentence)


def _told(run: StoredRun, now: datetime, rules: JobRules) -> tuple[Trouble, str] | None:
    match run.state:
        case RunState.DONE:
            return None
        case RunState.FAILED:
            return Trouble.FAILED, f"ended with an error: {run.error or 'it left no word'}"
        case RunState.CANCELLED | RunState.KILLED_TOO_OFTEN:
            return Trouble.GIVEN_UP, "was given up, as its workers died with it again and again"
        case RunState.WAITING | RunState.UNDER_WAY:
            pass
    if run.version != VERSION:
        return Trouble.OTHER_VERSION, f"is of version {run.version or 'none'}, which no worker takes"
    if now - run.made_at < rules.overdue:
        return None
    minutes = (now - run.made_at) // timedelta(minutes=1)
    if run.state is RunState.WAITING:
        return Trouble.WAITS, f"has been waiting for {minutes} minutes. Does a worker run?"
    return Trouble.LASTS, f"has not come to an end in {minutes} minutes"
