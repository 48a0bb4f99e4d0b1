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
    """The deterministic line: every item at its median date, day by day over the horizon; day 0: `as_of`."""

    as_of: date
    opening: Money
    days: tuple[ProjectedDay, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def items(self) -> tuple[DatedItem, ...]:
        """Every dated item in order of date."""
        return tuple(item for day in self.days for item in day.items)


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
    """The smallest projected spendable cash within the horizon and the first day that it stands."""

    day: date
    spendable: Money


@dataclass(frozen=True, slots=True)
class PayrollCover:
    """Whether a payroll date is covered: spendable after it is at least zero."""

    day: date
    amount: Money
    spendable_after: Money

    @property
    def covered(self) -> bool:
        """Whether the money is there."""
        return self.spendable_after.cents >= 0


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

    `covered_until` is the first local date on which projected spendable cash is below `buffer`; null unless
    dated. `cautious_days` is the tenth percentile; null until there is a simulated projection.
    """

    as_of: date
    spendable: Money
    buffer: Money
    state: RunwayState
    covered_until: date | None
    days: int | None
    cautious_days: int | None
    lowest: LowestPoint | None
    payrolls: tuple[PayrollCover, ...]
    net_burn: NetBurn
    coverage: Coverage | Unknown
    because: tuple[str, ...]
