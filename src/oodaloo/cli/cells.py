"""Dates and amounts as people and programs write them into tables."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, TypeAlias

from oodaloo.kit.errors import UsageError

ReadDate: TypeAlias = Callable[[str], date | None]
ReadAmount: TypeAlias = Callable[[str], Decimal | None]

_EMPTY: Final = frozenset(
    {"", "-", "na", "n/a", "nan", "nat", "nil", "none", "null", "0000-00-00", "1900-01-00", "#n/a"}
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPREADSHEET_EPOCH: Final = date(1899, 12, 30)

_REST = r"(?:[t ,].*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_REST}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_REST}")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0*)?(?:[t ]?\d{4,6})?")
_SPREADSHEET_DAY = re.compile(r"(\d{5})(?:\.\d*)?")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})[-/. ]*([a-z]{{3,9}})[-/., ]*(\d{{4}}|\d{{2}}){_REST}")
_MONTH_DAY = re.compile(rf"([a-z]{{3,9}})[-/. ]*(\d{{1,2}})[-/, ]+(\d{{4}}|\d{{2}}){_REST}")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+")

_AMOUNT = re.compile(
    r"(?P<before>[^\d]{0,6}?)(?P<digits>(?:(?<![a-z])[.,])?\d[\d.,' \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
    r"\N{RIGHT SINGLE QUOTATION MARK}]*)(?P<power>e[+-]?\d{1,2})?(?P<after>[^\d]{0,6})"
)
_MARKS: Final = ".,"
_MINUS: Final = "-\N{MINUS SIGN}\N{EN DASH}("
_GROUP = 3


class BadDateFormatError(UsageError):
    """The date format can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How the dates of a file are read; `note` says what had to be assumed."""

    read: ReadDate
    note: str | None


def is_empty(text: str) -> bool:
    """Whether a cell holds nothing, or a word for it such as NULL or NaN."""
    return text.casefold() in _EMPTY


def dates_by(date_format: str) -> Dates:
    """Dates in one format of `datetime.strptime`. Raises `BadDateFormatError` for one that doesn't give a day."""
    day = date(2001, 2, 3)
    try:
        told = datetime.strptime(day.strftime(date_format), date_format).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError as error:
        raise BadDateFormatError(f"'{date_format}' is no date format: {error}.") from None
    if told != day:
        raise BadDateFormatError(f"'{date_format}' doesn't give year, month and day; write it like %m/%d/%Y.")

    @cache
    def read(text: str) -> date | None:
        try:
            return _sane(datetime.strptime(text, date_format).date())  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            return None

    return Dates(read, None)


def dates_like(texts: Iterable[str]) -> Dates:
    """Dates with or without a time: year first, 8 digits, months by name, spreadsheet days, or 3/4/2026.

    Whether 3/4 is in March or in April is decided by all `texts` together, for what can't be otherwise in most of them
    (13/4 is in April); where nothing tells it is read as in the US, in March, and the note says so.
    """
    month_first = day_first = seen = 0
    for text in set(texts):
        found = _YEAR_LAST.fullmatch(_bare(text))
        if found is not None:
            seen += 1
            month_first += int(found[1]) <= 12 < int(found[2])
            day_first += int(found[2]) <= 12 < int(found[1])
    by_month = month_first >= day_first
    unsure = seen and month_first == day_first
    note = "nothing tells whether 3/4 is in March or April; read as in March (--date-format says otherwise)"

    @cache
    def read(text: str) -> date | None:
        return _date(_bare(text), month_first=by_month)

    return Dates(read, note if unsure else None)


def amounts_like(texts: Iterable[str]) -> ReadAmount:
    """Amounts with currency signs, group marks, a minus before or behind, or in parentheses.

    Whether 1,234 is a thousand or little more than one is decided by all `texts` together; where nothing tells, it is a
    thousand, and 1.234 little more than one.
    """
    commas = points = 0
    for text in set(texts):
        found = _AMOUNT.fullmatch(text.casefold())
        mark = _decimal_mark(found["digits"]) if found else None
        commas += mark == ","
        points += mark == "."
    decimal_mark = "," if commas > points else "."

    @cache
    def read(text: str) -> Decimal | None:
        return _amount(text.casefold(), decimal_mark)

    return read


def _bare(text: str) -> str:
    return _WEEKDAY.sub("", text.casefold(), count=1)


def _date(text: str, *, month_first: bool) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(text):
        return _day(found[3], found[1], found[2]) if month_first else _day(found[3], found[2], found[1])
    if found := _DIGITS.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _SPREADSHEET_DAY.fullmatch(text):
        return _sane(_SPREADSHEET_EPOCH + timedelta(days=int(found[1])))
    if found := _DAY_MONTH.fullmatch(text):
        return _day(found[3], found[2], found[1])
    if found := _MONTH_DAY.fullmatch(text):
        return _day(found[3], found[1], found[2])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    """The day, years of two digits as POSIX reads them (69 is 1969); None where there is no such day."""
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 69 else 2000
    try:
        of_year = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
        return _sane(date(number, of_year, int(day)))
    except ValueError:
        return None


def _sane(day: date) -> date | None:
    """None for years that can only be slips of the pen."""
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _decimal_mark(digits: str) -> str | None:
    """What this number alone says about which mark stands before its decimals; None where it may be either."""
    found = [mark for mark in digits if mark in _MARKS]
    if not found:
        return None
    last, kinds = found[-1], set(found)
    other = _MARKS.replace(last, "")
    if len(kinds) == len(_MARKS):
        return last
    if len(found) > 1:
        return other
    before, _, behind = digits.rpartition(last)
    if len(behind) == _GROUP and 0 < len(before) <= _GROUP and not before.startswith("0"):
        return None
    return last


def _amount(text: str, decimal_mark: str) -> Decimal | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole, _, decimals = found["digits"].partition(decimal_mark)
    decimals = "".join(each for each in decimals if not each.isspace())
    if decimals and not decimals.isdigit():
        return None
    number = "".join(each for each in whole if each.isdigit()) or "0"
    value = Decimal(f"{number}.{decimals or '0'}{found['power'] or ''}")
    below = any(sign in _MINUS for sign in found["before"] + found["after"])
    return -value if below else value
