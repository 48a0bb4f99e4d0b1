"""Days: ranges hold both ends, banks rest at weekends and on holidays, weeks are whole ones."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.dates import BankCalendar, DateRange, last_full_weeks

MONDAY = 0
SUNDAY = 6
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
LABOR_DAY = date(2026, 9, 7)
US = BankCalendar(frozenset({LABOR_DAY, date(2026, 12, 25)}))


@given(days, st.integers(min_value=-5, max_value=400))
def test_a_range_holds_both_its_ends(first: date, length: int) -> None:
    """Listing a range gives as many days as it says, each of which is in it."""
    span = DateRange(first, first + timedelta(days=length - 1))
    listed = list(span)
    assert len(listed) == span.days == max(0, length)
    assert all(day in span for day in listed)
    assert first - timedelta(days=1) not in span
    assert span.last + timedelta(days=1) not in span


@given(days)
def test_a_business_day_stays_and_others_move_to_the_nearest_one(day: date) -> None:
    """Before and after a day lie business days with none in between, and a business day is its own."""
    before, after = US.on_or_before(day), US.on_or_after(day)
    assert before <= day <= after
    assert US.is_business_day(before)
    assert US.is_business_day(after)
    assert (before == day) == (after == day) == US.is_business_day(day)
    between = DateRange(before + timedelta(days=1), after - timedelta(days=1))
    assert not any(US.is_business_day(other) for other in between)


def test_a_long_weekend_is_jumped_over() -> None:
    """From the Saturday before Labor Day money moves on Friday or on Tuesday."""
    saturday = date(2026, 9, 5)
    assert US.on_or_before(saturday) == date(2026, 9, 4)
    assert US.on_or_after(saturday) == date(2026, 9, 8)
    assert US.on_or_before(LABOR_DAY) == date(2026, 9, 4)


@given(days, st.integers(min_value=1, max_value=60))
def test_full_weeks_end_on_the_sunday_before(as_of: date, weeks: int) -> None:
    """The last full weeks are whole, end before the day, and leave less than a week in between."""
    span = last_full_weeks(as_of, weeks)
    assert span.first.weekday() == MONDAY
    assert span.last.weekday() == SUNDAY
    assert span.days == 7 * weeks
    assert timedelta(days=1) <= as_of - span.last <= timedelta(days=7)


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2026, 10, 2), date(2026, 9, 27)),
        (date(2026, 10, 4), date(2026, 9, 27)),
        (date(2026, 10, 5), date(2026, 10, 4)),
    ],
    ids=["friday", "sunday", "monday"],
)
def test_a_week_counts_once_it_is_over(as_of: date, last: date) -> None:
    """A week that ends today isn't over yet; on Monday it is."""
    assert last_full_weeks(as_of, 1) == DateRange(last - timedelta(days=6), last)
