"""How it stands between one business and QuickBooks: what its page and the doctor both tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oodaloo.infra.qbo.connection.tokens import Connection
from oodaloo.infra.qbo.freshness.timing import Plan
from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.infra.qbo.smart_sync.metering import Budget, MeteredReads
from oodaloo.kit.ids import RealmId

MONTHS_BACK = 5
"""How many months before this one the history of reads shows."""

CHANGES = "changes"
"""What the ledger of reads calls change data capture."""


@dataclass(frozen=True, slots=True)
class Reads:
    """A business's metered reads: this month's by what they were about, and the sums of this and earlier months.

    `months` are newest first, each by its first day, and end with the first month that had any. `budget` is about all
    businesses together.
    """

    about: Mapping[str, int]
    months: tuple[tuple[date, int], ...]
    budget: Budget

    @property
    def used(self) -> int:
        """This business's part of the month's reads."""
        return sum(self.about.values())

    @property
    def changes(self) -> int:
        """Of these, how many asked for what changed."""
        return self.about.get(CHANGES, 0)

    def records(self, types: Sequence[str]) -> int:
        """Of these, how many read records of `types`, page by page or one by one."""
        return sum(self.about.get(name, 0) for name in types)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands at one moment; instants are product time unless said otherwise, durations real time.

    `connection` is None for a company that was never connected. `books_as_of` is when QuickBooks was last asked what
    changed, None before the first complete reading, the newest of which is `last_reading`. `plan` is None while
    QuickBooks can't be asked. `waiting` announced changes have not been fetched for `waiting_since`. `listens` says
    whether webhooks are set up, `heard` how long ago one came, None for never, `trusted` whether they told what
    changed. `failures` in a row, the newest for the reason in `failed`. `unknown_writes` have no known end.
    """

    connection: Connection | None
    books_as_of: datetime | None
    last_reading: SyncProgress | None
    plan: Plan | None
    waiting: int
    waiting_since: timedelta
    listens: bool
    heard: timedelta | None
    trusted: bool
    failures: int
    failed: str
    unknown_writes: int
    reads: Reads


async def reads_of(metered: MeteredReads, realm_id: RealmId) -> Reads:
    """The ledger of reads of one company."""
    months: list[tuple[date, int]] = []
    about: Mapping[str, int] = {}
    for month in _months_back(metered.month):
        of_month = (await metered.used(f"{month:%Y-%m}")).get(realm_id, {})
        about = about if months else of_month
        months.append((month, sum(of_month.values())))
    while len(months) > 1 and not months[-1][1]:
        months.pop()
    return Reads(about, tuple(months), await metered.budget())


def _months_back(newest: str) -> Sequence[date]:
    """The first day of a month given as YYYY-MM, and of those before it, newest first."""
    first = date.fromisoformat(f"{newest}-01")
    months = [first]
    for _ in range(MONTHS_BACK):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
