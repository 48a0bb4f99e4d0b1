"""The days that a report covers: date macros, fiscal years, and periods that become columns."""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

Unit: TypeAlias = Literal["Days", "Week", "Month", "Quarter", "Year"]
_MACRO: Final = re.compile(r"(this|last|next) (week|month|(?:fiscal |calendar )(?:quarter|year))(-to-date)?")
_UNITS: Final[dict[str, Unit]] = {"week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
_MONTHS: Final[dict[Unit, int]] = {"Month": 1, "Quarter": 3, "Year": 12}
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def holds(self, day: str) -> bool:
        """Whether the ISO day lies within."""
        return self.start.isoformat() <= day <= self.end.isoformat()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Today, and the month (1 to 12) in which the company's fiscal year starts."""

    today: date
    first_month: int

    def fiscal_year_start(self, day: date) -> date:
        """The first day of the fiscal year that holds the day."""
        return _unit_start("Year", day, self.first_month)

    def macro(self, text: str) -> Period | None:
        """The days that a documented date_macro means today, in any case of letters; None for another text.

        "All" is not covered: it means no limits. Weeks start on Sunday.
        """
        words = text.lower()
        if words == "today":
            return Period(self.today, self.today)
        if words == "yesterday":
            return Period(self.today - _DAY, self.today - _DAY)
        week = _unit_start("Week", self.today, 1)
        if words == "next 4 weeks":
            return Period(week + _WEEK, week + 5 * _WEEK - _DAY)
        match = _MACRO.fullmatch(words)
        return self._relative(match[1], match[2], to_date=bool(match[3])) if match else None

    def _relative(self, which: str, named: str, *, to_date: bool) -> Period | None:
        unit = _UNITS[named.rpartition(" ")[2]]
        first_month = 1 if named.startswith("calendar") else self.first_month
        start = _unit_start(unit, self.today, first_month)
        if which == "next":
            following = _moved(start, unit, 1)
            return None if to_date else Period(following, _moved(following, unit, 1) - _DAY)
        if which == "this":
            return Period(start, self.today if to_date else _moved(start, unit, 1) - _DAY)
        before = _moved(start, unit, -1)
        return Period(before, _moved(self.today, unit, -1) if to_date else start - _DAY)


def divided(period: Period, unit: Unit, first_month: int) -> Iterator[Period]:
    """The period cut at the boundaries of days, weeks, months, quarters or fiscal years."""
    start = period.start
    while start <= period.end:
        following = _moved(_unit_start(unit, start, first_month), unit, 1)
        yield Period(start, min(following - _DAY, period.end))
        start = following


def title(period: Period, unit: Unit) -> str:
    """What heads a period's column.

    Recorded: "Jan - Dec 2014", "Jul 4 - Dec 31, 2013"; whole months, quarters, weeks and days follow from them.
    """
    start, end = period.start, period.end
    if start == end:
        return f"{_short(start)}, {end.year}"
    if start.year != end.year:
        return f"{_short(start)}, {start.year} - {_short(end)}, {end.year}"
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1] and unit != "Week":
        if start.month == end.month:
            return f"{start:%b} {start.year}"
        comma = "" if (start.month, end.month) == (1, 12) else ","
        return f"{start:%b} - {end:%b}{comma} {end.year}"
    if start.month == end.month:
        return f"{_short(start)} - {end.day}, {end.year}"
    return f"{_short(start)} - {_short(end)}, {end.year}"


def place_of(starts: Sequence[str], last: str, day: str) -> int | None:
    """Which of consecutive periods, given by their ISO starts and the last one's end, holds the ISO day."""
    place = bisect_right(starts, day) - 1
    return place if place >= 0 and day <= last else None


def _short(day: date) -> str:
    return f"{day:%b} {day.day}"


def _unit_start(unit: Unit, day: date, first_month: int) -> date:
    if unit == "Days":
        return day
    if unit == "Week":
        return day - timedelta(days=day.isoweekday() % 7)
    months = _MONTHS[unit]
    into = (day.month - first_month) % months
    return _months_later(day.replace(day=1), -into)


def _moved(day: date, unit: Unit, count: int) -> date:
    if unit == "Days":
        return day + count * _DAY
    if unit == "Week":
        return day + count * _WEEK
    return _months_later(day, count * _MONTHS[unit])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
