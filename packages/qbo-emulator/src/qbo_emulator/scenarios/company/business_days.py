"""Days on which US banks work, and how payments move around the others."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


def is_business_day(day: date) -> bool:
    """Whether banks settle payments on this day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def on_or_before(day: date) -> date:
    """Return the day itself, or the last business day before it: how payroll moves."""
    while not is_business_day(day):
        day -= _DAY
    return day


def on_or_after(day: date) -> date:
    """Return the day itself, or the next business day: how bills, fees and debits move."""
    while not is_business_day(day):
        day += _DAY
    return day


def business_days_after(day: date, count: int) -> date:
    """Return the business day that many business days later; a count of 0 is `on_or_after`."""
    day = on_or_after(day)
    for _ in range(count):
        day = on_or_after(day + _DAY)
    return day


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield each day from the first to the last, both included."""
    while first <= last:
        yield first
        first += _DAY


def monthly(first: date, last: date, day_of_month: int) -> Iterator[date]:
    """Yield that day of each month within the span; a month that is too short gives its last day."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        day = in_month(year, month, day_of_month)
        if first <= day <= last:
            yield day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def in_month(year: int, month: int, day_of_month: int) -> date:
    """Return that day of the month, or the month's last day when it is shorter."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day_of_month - 1), following - _DAY)


def months_before(day: date, months: int) -> date:
    """Return the same day of the month that many months earlier."""
    index = day.year * 12 + day.month - 1 - months
    return in_month(index // 12, index % 12 + 1, day.day)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """Return the Federal Reserve's holidays: one on a Sunday moves to Monday, one on a Saturday is lost."""
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    moved = [day + _DAY if day.weekday() == 6 else day for day in fixed]
    return frozenset(
        [
            *moved,
            _nth_weekday(year, 1, 0, 3),
            _nth_weekday(year, 2, 0, 3),
            _last_monday_of_may(year),
            _nth_weekday(year, 9, 0, 1),
            _nth_weekday(year, 10, 0, 2),
            _nth_weekday(year, 11, 3, 4),
        ]
    )


def _nth_weekday(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
