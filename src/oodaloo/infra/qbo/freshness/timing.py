"""How often each business's books are refreshed: one table over who looks, its local day, webhooks and the budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.smart_sync.metering import BudgetState

LOOKING = timedelta(minutes=15)
"""How long after their last page a person counts as looking."""

QUIET_AFTER = timedelta(days=10)
"""A business that nobody looked at for so long is quiet: the weekly ritual was left out."""

GATHERED = timedelta(seconds=3)
"""How long an announced change waits for those that come with it: a payment changes its bills and accounts too."""

_MONDAY_TO_FRIDAY = range(5)
_FRIDAY = 4
_DIGEST_MORNING = range(5, 9)
_WORKING_HOURS = range(7, 19)
_MONTH_BEGINS_UNTIL = 5
_MONTH_ENDS_WITHIN = timedelta(days=2)
_LONGEST_PAUSE = timedelta(hours=1)


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a business is refreshed now.

    `now`, `active_at` (when a person looked last) and `fresh_at` (as of when the books are) are product time.
    `waiting` is how long the oldest announced change has waited, None when none waits; `since_look` how long ago
    QuickBooks was last asked, None for never: both real time, like the pauses after `failures` in a row.
    `trusted`: webhooks have shown that they announce what changes.
    """

    now: datetime
    timezone: str
    active_at: datetime | None
    fresh_at: datetime | None
    waiting: timedelta | None
    since_look: timedelta | None
    failures: int
    trusted: bool
    budget: BudgetState


@dataclass(frozen=True, slots=True)
class Pace:
    """How a business is refreshed while one row of the table applies.

    The books get at most `oldest` old, or `oldest_trusted` where webhooks are trusted. Announced changes are fetched
    at once, but looks are `apart` that long however many come. `lane` is the part of QuickBooks' limits that is used.
    """

    when: str
    applies: Callable[["Situation", datetime], bool]
    oldest: timedelta
    oldest_trusted: timedelta
    apart: timedelta
    lane: Lane


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether a business is refreshed now, and otherwise until when its books may get older (product time).

    `when` is the row of the table that applies. `due_at` is None where nothing is read any more this month.
    """

    is_due: bool
    when: str
    due_at: datetime | None
    lane: Lane


def plan(situation: Situation) -> Plan:
    """What the table says of one situation; pure."""
    local = situation.now.astimezone(ZoneInfo(situation.timezone))
    pace = next(pace for pace in PACES if pace.applies(situation, local))
    stretch = STRETCHED[situation.budget][_looking(situation, local)]
    if stretch is None or (situation.budget is BudgetState.BULK_STOPPED and pace.lane is Lane.BULK):
        return Plan(False, pace.when, None, pace.lane)
    oldest = (pace.oldest_trusted if situation.trusted else pace.oldest) * stretch
    due_at = situation.now if situation.fresh_at is None else situation.fresh_at + oldest
    is_old = situation.now >= due_at
    is_told = (
        situation.waiting is not None and situation.waiting >= GATHERED and _is_past(situation, pace.apart * stretch)
    )
    rested = _is_past(situation, pause_after(situation.failures))
    return Plan((is_old or is_told) and rested, pace.when, due_at, pace.lane)


def pause_after(failures: int) -> timedelta:
    """How long to leave QuickBooks alone after so many failures in a row: 1, 2, 4 … minutes, at most an hour."""
    return min(_minutes(1) * 2 ** min(failures - 1, 10), _LONGEST_PAUSE) if failures else timedelta()


def _is_past(situation: Situation, pause: timedelta) -> bool:
    return situation.since_look is None or situation.since_look >= pause


def _looking(situation: Situation, _local: datetime) -> bool:
    return situation.active_at is not None and situation.now - situation.active_at < LOOKING


def _digest_morning(_situation: Situation, local: datetime) -> bool:
    return local.weekday() == _FRIDAY and local.hour in _DIGEST_MORNING


def _quiet(situation: Situation, _local: datetime) -> bool:
    return situation.active_at is None or situation.now - situation.active_at >= QUIET_AFTER


def _month_end(situation: Situation, local: datetime) -> bool:
    ends = (local + _MONTH_ENDS_WITHIN).month != local.month
    return (ends or local.day <= _MONTH_BEGINS_UNTIL) and _working_hours(situation, local)


def _working_hours(_situation: Situation, local: datetime) -> bool:
    return local.weekday() in _MONDAY_TO_FRIDAY and local.hour in _WORKING_HOURS


def _always(_situation: Situation, _local: datetime) -> bool:
    return True


PACES = (
    #    the first that applies                                    oldest       trusted      looks apart
    Pace("somebody is looking", _looking, _minutes(5), _minutes(30), _seconds(20), Lane.SYNC),
    Pace("Friday before the digest", _digest_morning, _hours(1), _hours(2), _hours(1), Lane.SYNC),
    Pace("nobody looked for ten days", _quiet, _hours(24), _hours(24), _hours(24), Lane.BULK),
    Pace("working hours around month-end", _month_end, _hours(1), _hours(12), _minutes(30), Lane.SYNC),
    Pace("working hours", _working_hours, _hours(3), _hours(24), _hours(1), Lane.SYNC),
    Pace("evening, night or weekend", _always, _hours(12), _hours(24), _hours(4), Lane.SYNC),
)
"""How old the books may get, and how far apart looks are, by who looks and the business's own local day."""

STRETCHED: Mapping[BudgetState, tuple[int | None, int | None]] = {
    #                          all others, while somebody looks
    BudgetState.FINE: (1, 1),
    BudgetState.WARNED: (2, 1),
    BudgetState.BULK_STOPPED: (4, 2),
    BudgetState.SPENT: (None, None),
}
"""How many times longer everything takes as the month's metered reads run out; None: nothing is read."""
