"""The ledger of metered reads by company, app and month, and how much of the month's budget is left."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Insert, String, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from oodaloo.infra.db.base import Base
from oodaloo.infra.db.quick import QuickDatabase
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboError
from oodaloo.kit.clock import Clock, monotonic_seconds
from oodaloo.kit.ids import RealmId

INTUIT_ZONE: Final = ZoneInfo("America/Los_Angeles")
"""Where a month of Intuit's metering begins. Nothing says so in public; their times are in this zone."""

_WARNED_PERCENT: Final = 80
_BULK_STOPPED_PERCENT: Final = 90
_BUDGET_FRESH_SECONDS: Final = 1.0


class ReadBudgetError(QboError):
    """Nothing was asked: too much of the month's metered reads is used. Wait for the next month, or raise
    OODALOO_QBO_MONTHLY_READS if your plan at Intuit allows more."""


class BudgetState(StrEnum):
    """How a month stands, and which lanes still read."""

    FINE = "fine"
    WARNED = "warned"
    BULK_STOPPED = "bulk stopped"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Budget:
    """Metered reads of one app in one month against what its plan includes."""

    month: str
    used: int
    allowance: int

    @property
    def state(self) -> BudgetState:
        """Warned from 80 % on; from 90 % on bulk work stops, and all that nobody waits for when it is spent."""
        if self.used >= self.allowance:
            return BudgetState.SPENT
        if self.used * 100 >= self.allowance * _BULK_STOPPED_PERCENT:
            return BudgetState.BULK_STOPPED
        if self.used * 100 >= self.allowance * _WARNED_PERCENT:
            return BudgetState.WARNED
        return BudgetState.FINE

    def lets(self, lane: Lane) -> bool:
        """Whether this lane may still make metered reads.

        What a person waits for is always tried: our count errs on the high side, and QuickBooks has the last word.
        """
        if lane is Lane.BULK:
            return self.state in (BudgetState.FINE, BudgetState.WARNED)
        return lane is Lane.USER or self.state is not BudgetState.SPENT


class MeteredReadsRow(Base):
    """How many metered reads an app made in a month, of one company and about one subject."""

    __tablename__ = "metered_reads"

    client_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    realm_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    about: Mapped[str] = mapped_column(String(60), primary_key=True)
    reads: Mapped[int]


@dataclass(slots=True)
class MeteredReads:
    """The ledger of one app. `clock` is product time: a simulated month has reads of its own."""

    quick: QuickDatabase
    client_id: str
    allowance: int
    clock: Clock
    _known: Budget | None = field(default=None, init=False)
    _known_until: float = field(default=0.0, init=False)

    @property
    def month(self) -> str:
        """The month that reads count in now, as YYYY-MM."""
        return self.clock.now().astimezone(INTUIT_ZONE).strftime("%Y-%m")

    async def used(self, month: str | None = None) -> Mapping[RealmId, Mapping[str, int]]:
        """Reads of a month, by default the current one, by company and by what they were about."""
        asked = month or self.month
        rows = await self.quick.run(lambda connection: connection.execute(_READS, self._of(asked)).all())
        found: dict[RealmId, dict[str, int]] = {}
        for realm_id, about, reads in rows:
            found.setdefault(RealmId(realm_id), {})[about] = reads
        return found

    async def budget(self) -> Budget:
        """How this month stands, over all companies."""
        month = self.month
        used = await self.quick.run(lambda connection: connection.scalar(_TOTAL, self._of(month)))
        return Budget(month, used or 0, self.allowance)

    async def check(self, lane: Lane, reads: int) -> None:
        """Raise `ReadBudgetError` when a lane may make no more metered reads this month, else expect so many.

        Reads of other processes are known as of a second ago, which is nothing in a month.
        """
        if lane is Lane.USER:
            return
        if self._known is None or monotonic_seconds() > self._known_until or self._known.month != self.month:
            self._known = await self.budget()
            self._known_until = monotonic_seconds() + _BUDGET_FRESH_SECONDS
        if self._known.lets(lane):
            self._known = replace(self._known, used=self._known.used + reads)
        else:
            raise ReadBudgetError(
                f"{self._known.used:,} of the {self._known.allowance:,} metered reads of {self._known.month} are used, "
                f"so {_PAUSED[lane]} until the next month. If your plan at Intuit includes more reads, "
                "raise OODALOO_QBO_MONTHLY_READS."
            )

    def count(self, connection: Connection, month: str, realm_id: RealmId, about: str, reads: int) -> None:
        """Add to the ledger within a transaction; a negative number takes back."""
        if not reads:
            return
        added = {**self._of(month), "realm_id": realm_id, "about": about, "reads": reads}
        connection.execute(_added(connection.dialect.name), added)

    def _of(self, month: str) -> dict[str, str]:
        return {"client_id": self.client_id, "month": month}


@cache
def _added(dialect: str) -> Insert:
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(MeteredReadsRow)
    return statement.on_conflict_do_update(
        index_elements=["client_id", "month", "realm_id", "about"],
        set_={"reads": MeteredReadsRow.reads + statement.excluded.reads},
    )


_PAUSED: Final = {Lane.SYNC: "books are read only when somebody asks", Lane.BULK: "bulk work rests"}
_THIS = (
    MeteredReadsRow.client_id == bindparam("client_id"),
    MeteredReadsRow.month == bindparam("month"),
)
_READS = select(MeteredReadsRow.realm_id, MeteredReadsRow.about, MeteredReadsRow.reads).where(*_THIS)
_TOTAL = select(func.sum(MeteredReadsRow.reads)).where(*_THIS)
