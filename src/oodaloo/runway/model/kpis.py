"""Key figures of a business: how fast it is paid and pays, how its open items age, how concentrated they are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Money
from oodaloo.runway.model.position import CurrentPosition
from oodaloo.runway.model.reference import Party
from oodaloo.runway.model.runway import Coverage, NetBurn
from oodaloo.runway.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class DaysOutstanding:
    """Days sales (or payables) outstanding: `open` ÷ `billed` in `period` × its days, rounded half up."""

    days: int
    open: Money
    billed: Money
    period: DateRange


@dataclass(frozen=True, slots=True)
class AgeingBucket:
    """Open documents by days past due, from `first` (None: not due yet) to `last` (None: no end)."""

    first: int | None
    last: int | None
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class Ageing:
    """All open documents of one side in buckets that add up to `total`; gross, credits are apart."""

    buckets: tuple[AgeingBucket, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class PartyShare:
    """A party's part of a total, in percent to a tenth, halves up."""

    party: Party
    amount: Money
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of `total` rests on few: the five largest, largest first, of `parties` in all."""

    total: Money
    parties: int
    largest: tuple[PartyShare, ...]


@dataclass(frozen=True, slots=True)
class CurrentRatio:
    """Current assets ÷ current liabilities, to a hundredth, half to even."""

    ratio: Decimal
    position: CurrentPosition


@dataclass(frozen=True, slots=True)
class Kpis:
    """The key figures on a day; what can't be told is unknown with its reasons.

    `receivables_share` is about open invoices, `sales_share` about what was invoiced in the last 91 days.
    """

    as_of: date
    dso: DaysOutstanding | Unknown
    dpo: DaysOutstanding | Unknown
    receivables: Ageing
    payables: Ageing
    receivables_share: Concentration | Unknown
    sales_share: Concentration | Unknown
    net_burn: NetBurn
    coverage: Coverage | Unknown
    current_ratio: CurrentRatio | Unknown
