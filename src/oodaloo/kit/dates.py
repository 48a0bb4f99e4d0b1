"""Calendar days: ranges of them, and which of them banks work on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from `first` to `last`, both included; empty when `last` lies before `first`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return max(0, (self.last - self.first).days + 1)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))


@dataclass(frozen=True, slots=True)
class BankCalendar:
    """The days on which a country's banks work: Monday to Friday less `holidays`."""

    holidays: frozenset[date]

    def is_business_day(self, day: date) -> bool:
        """Whether payments move on `day`."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def on_or_before(self, day: date) -> date:
        """`day`, or the last business day before it."""
        while not self.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """`day`, or the first business day after it."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day


def last_full_weeks(as_of: date, weeks: int) -> DateRange:
    """The `weeks` latest weeks, Monday to Sunday, that ended before `as_of`."""
    last_sunday = as_of - timedelta(days=as_of.weekday() + 1)
    return DateRange(last_sunday - timedelta(days=7 * weeks - 1), last_sunday)
