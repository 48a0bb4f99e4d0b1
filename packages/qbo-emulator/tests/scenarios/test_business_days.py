"""Bank holidays and the days that payments move to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.scenarios.company.business_days import (
    bank_holidays,
    in_month,
    is_business_day,
    months_before,
    on_or_after,
    on_or_before,
)

pytestmark = pytest.mark.inferred("how US banks work; QuickBooks itself has no calendar")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_holidays_of_2026_are_the_federal_reserves() -> None:
    """The list as the Federal Reserve publishes it; July 4 is a Saturday in 2026 and moves nothing."""
    observed = {day for day in bank_holidays(2026) if day.weekday() < 5}
    assert observed == {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    }


def test_a_holiday_on_sunday_moves_to_monday() -> None:
    """Juneteenth of 2022 was a Sunday: banks were closed on Monday the 20th."""
    assert not is_business_day(date(2022, 6, 20))


@given(DAYS)
def test_moved_days_are_the_nearest_business_days(day: date) -> None:
    """Moving never passes over a business day, and a business day doesn't move."""
    before, after = on_or_before(day), on_or_after(day)
    assert before <= day <= after
    assert is_business_day(before)
    assert is_business_day(after)
    assert (before == day == after) == is_business_day(day)


@given(DAYS, st.integers(0, 36))
def test_months_before_keeps_the_day_or_the_months_last(day: date, months: int) -> None:
    """18 months before August 31 is the last day of February."""
    earlier = months_before(day, months)
    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months
    assert earlier == in_month(earlier.year, earlier.month, day.day)
