"""How long open items are past due."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from qbo_emulator.reports.parameters import Parameters
from qbo_emulator.reports.settlement import RECEIVABLES, OpenItem, Side, open_items

CURRENT: Final = "Current"
_BY_REPORT_DATE: Final = "Report_Date"
_METHODS: Final = (_BY_REPORT_DATE, CURRENT)
_DEFAULT_PERIODS: Final = 4
_DEFAULT_PERIOD_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Ageing:
    """`periods` buckets of `period_days` each after the current one, the last one open-ended."""

    periods: int
    period_days: int
    today: date | None
    """The day from which items age when that isn't the report's day."""

    @property
    def count(self) -> int:
        """How many buckets there are, the current one included."""
        return self.periods + 1

    def titles(self) -> list[str]:
        """Current, 1 - 30, 31 - 60, …, 91 and over."""
        spans = [f"{first} - {last}" for first, last in self._bounds()[:-1]]
        return [CURRENT, *spans, f"{self._bounds()[-1][0]} and over"]

    def long_titles(self) -> list[str]:
        """Current, 1 - 30 days past due, …, 91 or more days past due."""
        spans = [f"{first} - {last} days past due" for first, last in self._bounds()[:-1]]
        return [CURRENT, *spans, f"{self._bounds()[-1][0]} or more days past due"]

    def days_past_due(self, item: OpenItem, day: date) -> int:
        """How long the item is past due; negative before it falls due."""
        return ((self.today or day) - date.fromisoformat(item.due)).days

    def place(self, item: OpenItem, day: date) -> int:
        """Which bucket the item belongs to."""
        late = self.days_past_due(item, day)
        return 0 if late <= 0 else min((late - 1) // self.period_days + 1, self.periods)

    def _bounds(self) -> list[tuple[int, int]]:
        days = self.period_days
        return [(n * days + 1, (n + 1) * days) for n in range(self.periods)]


def ageing(parameters: Parameters) -> Ageing:
    """What num_periods, aging_period and aging_method ask for."""
    method = parameters.choice("aging_method", _METHODS, _BY_REPORT_DATE)
    periods = parameters.whole_number("num_periods", _DEFAULT_PERIODS, range(1, 101))
    days = parameters.whole_number("aging_period", _DEFAULT_PERIOD_DAYS, range(1, 1001))
    return Ageing(periods, days, parameters.calendar.today if method == CURRENT else None)


def open_then(parameters: Parameters, side: Side, buckets: Ageing, day: date) -> list[OpenItem]:
    """What the report of a day lists; by the method Current only what is still open today (inferred)."""
    latest = day if buckets.today is None else max(day, buckets.today)
    items = open_items(parameters.books, side, latest.isoformat())
    return concerning(parameters, side, [item for item in items if item.day <= day.isoformat()])


def concerning(parameters: Parameters, side: Side, items: list[OpenItem]) -> list[OpenItem]:
    """The items of the customers or vendors that are asked for; all when none are."""
    customers, vendors = parameters.ids("customer", "Customer"), parameters.ids("vendor", "Vendor")
    wanted = customers if side is RECEIVABLES else vendors
    return [item for item in items if not wanted or item.name_id in wanted]
