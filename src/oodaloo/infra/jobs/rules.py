"""How long workers are believed in, runs are kept and work may wait."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class JobRules:
    """The times and counts of durable work.

    `lease_seconds`: a worker that couldn't say for so long that it lives is dead to the others, and stops itself; its
    runs are taken over. `alone_after`, `most_recoveries`: a run that was taken over so often goes on one at a time
    with others like it, and is given up after so many times, as it may be what kills its workers. `kept`: how long
    what has ended is remembered. `overdue`: work that is older and hasn't ended is told. `settling_seconds`: how long
    steps under way may take to end when a process is stopped.
    """

    lease_seconds: float = 20
    alone_after: int = 3
    most_recoveries: int = 10
    kept: timedelta = timedelta(days=30)
    overdue: timedelta = timedelta(minutes=15)
    settling_seconds: float = 5
