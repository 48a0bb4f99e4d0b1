"""What is stuck is told, and what goes well isn't."""

from datetime import UTC, datetime, timedelta

import pytest

from oodaloo.infra.jobs.alarms import Trouble, alarm_of
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.jobs.stored import VERSION, RunState, StoredRun, run_id_of
from oodaloo.kit.ids import BusinessId

MADE = datetime(2026, 10, 2, 13, tzinfo=UTC)
RULES = JobRules(overdue=timedelta(minutes=15))
SOON, LATE = MADE + timedelta(minutes=14), MADE + timedelta(minutes=16)


def a_run(state: RunState, *, version: str = VERSION, error: str = "") -> StoredRun:
    """A run that was enqueued at one o'clock; it ended, if it did, a minute later."""
    ended = None if state in (RunState.WAITING, RunState.UNDER_WAY) else MADE + timedelta(minutes=1)
    run_id = run_id_of(BusinessId("ours"), "pay 7/8")
    return StoredRun(run_id, "pay", state, "payments", "one", version, MADE, ended, error=error)


@pytest.mark.parametrize(
    ("run", "now", "trouble"),
    [
        (a_run(RunState.WAITING), SOON, None),
        (a_run(RunState.WAITING), LATE, Trouble.WAITS),
        (a_run(RunState.UNDER_WAY), SOON, None),
        (a_run(RunState.UNDER_WAY), LATE, Trouble.LASTS),
        (a_run(RunState.WAITING, version="0"), SOON, Trouble.OTHER_VERSION),
        (a_run(RunState.DONE), LATE, None),
        (a_run(RunState.FAILED), SOON, Trouble.FAILED),
        (a_run(RunState.CANCELLED), SOON, Trouble.GIVEN_UP),
        (a_run(RunState.KILLED_TOO_OFTEN), SOON, Trouble.GIVEN_UP),
    ],
)
def test_what_is_wrong(run: StoredRun, now: datetime, trouble: Trouble | None) -> None:
    """Each way to be stuck has its word; what is done, or may still be, has none."""
    alarm = alarm_of(run, now, RULES)
    assert (alarm.trouble if alarm else None) is trouble


def test_it_is_told_whose_it_is_and_since_when() -> None:
    """An alarm names the business, the moment it began and what went wrong; keys may have slashes in them."""
    alarm = alarm_of(a_run(RunState.FAILED, error="no such bill"), LATE, RULES)
    assert alarm is not None
    assert alarm.business_id == "ours"
    assert alarm.since == MADE + timedelta(minutes=1)
    assert alarm.sentence == "ended with an error: no such bill"
