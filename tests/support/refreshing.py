"""A business's days on simulated time: when people look, when its books change, and when QuickBooks is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oodaloo.infra.qbo.freshness.timing import Situation, plan
from oodaloo.infra.qbo.smart_sync.metering import BudgetState

ZONE = "America/New_York"


@dataclass(frozen=True)
class Life:
    """What happens at a business: `visits` from one instant to another, and `changes` of its books.

    With `webhooks` each change is announced when it happens; `trusted` says that they were found to tell everything.
    """

    begins: datetime
    ends: datetime
    visits: Sequence[tuple[datetime, datetime]] = ()
    changes: Sequence[datetime] = ()
    webhooks: bool = False
    trusted: bool = False
    timezone: str = ZONE
    budget: BudgetState = BudgetState.FINE
    last_visit: datetime | None = None


@dataclass
class Lived:
    """When QuickBooks was asked and by which row of the table, and how the books stood at each tick."""

    looks: list[datetime] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    ticks: list["Tick"] = field(default_factory=list)

    def looks_between(self, first: datetime, last: datetime) -> int:
        """How often QuickBooks was asked from `first` until before `last`."""
        return sum(first <= look < last for look in self.looks)


@dataclass(frozen=True)
class Tick:
    """One tick: how old the books are, how long an announced change has waited, and whether somebody looks."""

    at: datetime
    age: timedelta
    waiting: timedelta | None
    somebody_looks: bool


def live(life: Life, step: timedelta = timedelta(minutes=1)) -> Lived:
    """Let a life pass tick by tick as the worker does, with books that were read when it began."""
    lived = Lived()
    now, fresh_at, looked_at = life.begins, life.begins, life.begins
    active_at = life.last_visit
    changes = sorted(life.changes)
    oldest_change = 0
    while now < life.ends:
        looking = any(first <= now < last for first, last in life.visits)
        active_at = now if looking else active_at
        told = life.webhooks and oldest_change < len(changes) and changes[oldest_change] <= now
        waiting = now - changes[oldest_change] if told else None
        situation = Situation(
            now, life.timezone, active_at, fresh_at, waiting, now - looked_at, 0, life.trusted, life.budget
        )
        planned = plan(situation)
        if planned.is_due:
            lived.looks.append(now)
            lived.rows.append(planned.when)
            fresh_at = looked_at = now
            waiting = None
            while oldest_change < len(changes) and changes[oldest_change] <= now:
                oldest_change += 1
        lived.ticks.append(Tick(now, now - fresh_at, waiting, looking))
        now += step
    return lived


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, zone: str = ZONE) -> datetime:
    """An instant by the clock on the business's wall."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def every(step: timedelta, spans: Iterable[tuple[datetime, datetime]]) -> list[datetime]:
    """Instants at a distance of `step` within spans."""
    return [first + number * step for first, last in spans for number in range(int((last - first) / step))]
