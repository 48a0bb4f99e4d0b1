"""Projection and runway: the dated line of spendable cash and what it says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Money
from oodaloo.runway.model.recurring import FlowClass
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.unknown import Unknown

HORIZON_DAYS = 91
"""The projection's 13 weeks, as the runway definitions set it."""


class ItemKind(StrEnum):
    """What a dated item of the projection rests on."""

    RECEIVABLE = "receivable"
    UNDEPOSITED = "undeposited"
    PAYABLE = "payable"
    CARD_BALANCE = "card_balance"
    RECURRING = "recurring"
    RESIDUAL = "residual"
    EARMARK = "earmark"
    SUPPOSED = "supposed"


@dataclass(frozen=True, slots=True)
class DatedItem:
    """Money expected on a day: `amount` is signed, `reason` says in one clause why that day and that amount.

    `records` are the documents behind it (the open document, or a flow's past hits); `flow_key` names the
    recurring flow where it is one.
    """

    dated: date
    amount: Money
    kind: ItemKind
    label: str
    reason: str
    party: Party | None
    flow_class: FlowClass | None
    flow_key: str | None
    records: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An open document that the projection gives no date, and why ("no invoice was ever paid this late")."""

    ref: RecordRef
    party: Party
    amount: Money
    because: str


@dataclass(frozen=True, slots=True)
class ProjectedDay:
    """Spendable cash at the end of a day, after that day's items."""

    day: date
    spendable: Money
    items: tuple[DatedItem, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The deterministic line: every item at its median date, day by day over the horizon; day 0: `as_of`.

    It is there to be checked item by item; the headline and its range are the `Simulation`'s.
    """

    as_of: date
    opening: Money
    days: tuple[ProjectedDay, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def items(self) -> tuple[DatedItem, ...]:
        """Every dated item in order of date."""
        return tuple(item for day in self.days for item in day.items)


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Spendable at the end of a day over all futures: `mean`, `middle` (half lie below), `cautious` and `good`.

    The latter bound what eight of ten futures hold. `short` is the chance that spendable is negative.
    """

    day: date
    mean: Money
    cautious: Money
    middle: Money
    good: Money
    short: float


@dataclass(frozen=True, slots=True)
class FirstBelow:
    """The first day on which spendable is below the buffer: of how many futures it is each day from day 0 on.

    The others aren't below within the horizon. `middle` is the first day by which half of them are, `cautious` and
    `good` are those by which one and nine of ten are; None where that isn't within the horizon.
    """

    by_day: tuple[int, ...]
    cautious: date | None
    middle: date | None
    good: date | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The simulated projection: what `futures` equally likely paths of spendable say; day 0: `as_of`.

    `calibrated` says that the business's own past (`fridays` Fridays whose outcome is known) vouches for the width of
    the ranges; until then they are to be shown as not yet calibrated.
    """

    as_of: date
    opening: Money
    futures: int
    days: tuple[SimulatedDay, ...]
    first_below: FirstBelow
    calibrated: bool
    fridays: int


class RunwayState(StrEnum):
    """What can be said about "covered until"."""

    DATED = "dated"
    BEYOND_HORIZON = "beyond_horizon"
    SUSTAINED = "sustained"
    UNKNOWN = "unknown"


class BurnState(StrEnum):
    """What can be said about net burn."""

    BURNING = "burning"
    NOT_BURNING = "not_burning"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LowestPoint:
    """The smallest spendable cash of the middle case within the horizon and the first day that it stands."""

    day: date
    spendable: Money


@dataclass(frozen=True, slots=True)
class PayrollCover:
    """Whether a payroll date is covered, which is spendable at or above zero after it.

    `spendable_after` is that of the middle case, `missed` the chance that it isn't covered.
    """

    day: date
    amount: Money
    spendable_after: Money
    missed: float

    @property
    def covered(self) -> bool:
        """Whether the money is there in the middle case."""
        return self.spendable_after.cents >= 0

    @property
    def covered_in_100(self) -> int:
        """In how many of 100 futures it is covered, rounded down: what may be missed is never called certain."""
        return int(100 * (1 - self.missed))


@dataclass(frozen=True, slots=True)
class NetBurn:
    """Net-burn days: spendable ÷ median daily net burn of the last 13 full weeks, rounded down."""

    state: BurnState
    days: int | None
    daily: Money | None
    weeks: DateRange | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage days: cash ÷ mean daily gross outflow of the last 13 full weeks, whole days, rounded down."""

    days: int
    daily_outflow: Money
    weeks: DateRange


@dataclass(frozen=True, slots=True)
class Runway:
    """The three runway definitions with their states, and in `because` the sentences that explain them.

    `covered_until` is the median of the first local dates on which spendable is below `buffer`; null unless dated.
    `cautious_until` and `good_until` are the dates by which one and nine of ten futures are below; null where that
    isn't within the horizon, or nothing is known. `calibrated` says whether that range can be trusted yet.
    """

    as_of: date
    spendable: Money
    buffer: Money
    state: RunwayState
    covered_until: date | None
    cautious_until: date | None
    good_until: date | None
    calibrated: bool
    lowest: LowestPoint | None
    payrolls: tuple[PayrollCover, ...]
    net_burn: NetBurn
    coverage: Coverage | Unknown
    because: tuple[str, ...]

    @property
    def days(self) -> int | None:
        """Days until `covered_until`."""
        return self._days_until(self.covered_until)

    @property
    def cautious_days(self) -> int | None:
        """Days until `cautious_until`."""
        return self._days_until(self.cautious_until)

    @property
    def good_days(self) -> int | None:
        """Days until `good_until`."""
        return self._days_until(self.good_until)

    def _days_until(self, day: date | None) -> int | None:
        return None if day is None else (day - self.as_of).days
