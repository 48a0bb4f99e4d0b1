"""Carrying a stored write out as a durable run does: again while that may help soon, and with a clear end."""

from enum import StrEnum
from typing import Final

from oodaloo.infra.jobs.workflow import Run, StepFailedError
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboError, QboForbiddenError, ReconnectNeededError
from oodaloo.infra.qbo.smart_sync.metering import ReadBudgetError
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.errors import WriteRefusedError

_FIRST_PAUSE_SECONDS: Final = 1
_ATTEMPT_SECONDS: Final = 600
"""Longer than SmartSync waits for a permit and then for an answer; a step that takes longer stands still."""


class Attempt(StrEnum):
    """How an attempt at a write ended. Stopped: QuickBooks can't be asked before a person connects it again."""

    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


async def attempted(run: Run, intent_id: str, writes: Writes, step: str) -> tuple[Attempt, str]:
    """Carry a stored write out, and again as long as that may help soon: how it ended, and the record's id or why.

    The second pause outlasts who died with it in hand, the third QuickBooks' lag.
    """
    pauses = (_FIRST_PAUSE_SECONDS, writes.lease.total_seconds(), writes.lag_allowance.total_seconds() + 1)
    attempt, told = await _attempt(run, intent_id, writes, step)
    for number, seconds in enumerate(pauses, start=2):
        if attempt is not Attempt.UNKNOWN:
            break
        await run.pause(seconds)
        attempt, told = await _attempt(run, intent_id, writes, f"{step} {number}")
    return attempt, told


async def _attempt(run: Run, intent_id: str, writes: Writes, step: str) -> tuple[Attempt, str]:
    async def carried_out() -> tuple[str, str]:
        attempt, told = await _carried_out(run, intent_id, writes, Lane.SYNC)
        return attempt.value, told

    try:
        attempt, told = await run.outside(step, carried_out, timeout_seconds=_ATTEMPT_SECONDS)
    except StepFailedError as error:
        return Attempt.UNKNOWN, str(error)
    return Attempt(attempt), told


async def _carried_out(run: Run, intent_id: str, writes: Writes, lane: Lane) -> tuple[Attempt, str]:
    """Payments leave way to people, who go before; only when reads are spent, looking for one goes as theirs do."""
    try:
        done = await writes.carry_out(run.business_id, intent_id, lane=lane)
    except WriteRefusedError as error:
        return Attempt.REFUSED, str(error)
    except ReadBudgetError as error:
        if lane is Lane.USER:
            return Attempt.UNKNOWN, str(error)
        return await _carried_out(run, intent_id, writes, Lane.USER)
    except (ReconnectNeededError, QboForbiddenError) as error:
        return Attempt.STOPPED, str(error)
    except QboError as error:
        return Attempt.UNKNOWN, str(error)
    return Attempt.DONE, done.record_id
