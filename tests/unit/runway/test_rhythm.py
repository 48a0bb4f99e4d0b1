"""Rhythms are found where there are some, and the next dates follow from them."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.rhythm import Beat, beat_of, dates_after
from oodaloo.runway.model.recurring import Rhythm
from tests.support.books import every, monthly

STARTS = st.dates(date(2024, 1, 1), date(2025, 6, 30))
SMALL_SHIFTS = st.lists(st.integers(-1, 1), min_size=30, max_size=30)


def shifted(dates: list[date], shifts: list[int]) -> list[date]:
    """The dates, each a little early or late."""
    return [day + timedelta(days=shift) for day, shift in zip(dates, shifts, strict=False)]


@given(STARTS, st.integers(12, 26), SMALL_SHIFTS)
def test_a_weekly_flow_is_weekly_whatever_its_small_shifts(start: date, times: int, shifts: list[int]) -> None:
    """Every seventh day, a day early or late, is a weekly rhythm."""
    beat = beat_of(shifted(every(7, start + timedelta(days=7 * times), times), shifts))
    assert beat is not None
    assert beat.rhythm is Rhythm.WEEKLY


@given(STARTS, st.integers(10, 26), SMALL_SHIFTS)
def test_a_fortnightly_flow_is_not_taken_for_semi_monthly(start: date, times: int, shifts: list[int]) -> None:
    """Every second Friday, holidays moving some, is bi-weekly: it drifts through the month."""
    beat = beat_of(shifted(every(14, start + timedelta(days=14 * times), times), shifts))
    assert beat is not None
    assert beat.rhythm is Rhythm.BIWEEKLY


@given(STARTS, st.integers(10, 26), st.sampled_from([(1, 15), (5, 20), (10, 25), (15, 31)]))
def test_two_days_of_the_month_are_not_taken_for_fortnightly(start: date, times: int, days: tuple[int, int]) -> None:
    """The 15th and the last day of each month are semi-monthly."""
    months = [(start.year * 12 + start.month + n) for n in range(times // 2)]
    dates = [date(m // 12, m % 12 + 1, min(day, monthrange(m // 12, m % 12 + 1)[1])) for m in months for day in days]
    beat = beat_of(dates)
    assert beat is not None
    assert beat.rhythm is Rhythm.SEMI_MONTHLY


@given(st.integers(1, 28), st.integers(4, 18), SMALL_SHIFTS)
def test_a_monthly_flow_is_monthly_on_any_day(day: int, times: int, shifts: list[int]) -> None:
    """Rent on the same day of each month, a day early or late, is monthly."""
    beat = beat_of(shifted(monthly(day, date(2026, 9, 30), times), shifts))
    assert beat is not None
    assert beat.rhythm is Rhythm.MONTHLY


def test_a_quarterly_flow_needs_three_quarters() -> None:
    """Estimated tax on the 15th every third month is quarterly from its third hit on."""
    quarters = [date(2026, 1, 15), date(2026, 4, 15), date(2026, 7, 15)]
    beat = beat_of(quarters)
    assert beat is not None
    assert beat.rhythm is Rhythm.QUARTERLY
    assert dates_after(beat, quarters[-1], date(2027, 1, 31)) == (date(2026, 10, 15), date(2027, 1, 15))
    assert beat_of(quarters[:2]) is None


@given(st.lists(st.integers(1, 120), min_size=8, max_size=30), STARTS)
def test_noise_gives_few_flows(gaps: list[int], start: date) -> None:
    """What is called a rhythm has most of its intervals near that rhythm: scattered dates don't qualify."""
    dates = [start]
    for gap in gaps:
        dates.append(dates[-1] + timedelta(days=gap))
    beat = beat_of(dates)
    if beat is not None:
        near = sum(abs(gap - beat.interval_days) <= max(6, beat.interval_days // 3) for gap in gaps)
        assert near >= len(gaps) * 0.6


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ([date(2026, 1, 1), date(2026, 2, 1)], "two hits are no rhythm"),
        (every(7, date(2026, 3, 1), 8), "49 days are too short a time"),
        ([date(2026, 1, 1), date(2026, 1, 20), date(2026, 4, 9), date(2026, 4, 22)], "no two intervals are alike"),
        ([], "nothing has no rhythm"),
    ],
)
def test_too_little_is_no_rhythm(dates: list[date], why: str) -> None:
    """At least three hits over at least sixty days, with intervals that agree."""
    assert beat_of(dates) is None, why


def test_a_tax_pull_zero_to_three_days_after_each_payday_is_fortnightly() -> None:
    """Intervals of 11, 14 and 17 days come from one fortnightly rhythm with a variable delay."""
    delays = [0, 3, 3, 0, 3, 0, 0, 3, 0, 3]
    pulls = [day + timedelta(days=late) for day, late in zip(every(14, date(2026, 9, 25), 10), delays, strict=True)]
    beat = beat_of(pulls)
    assert beat is not None
    assert beat.rhythm is Rhythm.BIWEEKLY


def test_the_last_day_of_each_month_stays_the_last_day() -> None:
    """A flow on the 31st falls on the 28th of February and goes back to the 31st in March."""
    beat = Beat(Rhythm.MONTHLY, 30, (31,))
    assert dates_after(beat, date(2027, 1, 29), date(2027, 4, 30)) == (
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    )


def test_three_pay_cheques_fall_into_one_month() -> None:
    """Bi-weekly dates know no months: October 2026 has paydays on the 2nd, 16th and 30th."""
    beat = beat_of(every(14, date(2026, 9, 18), 10))
    assert beat is not None
    october = [day for day in dates_after(beat, date(2026, 9, 18), date(2026, 10, 31)) if day.month == 10]
    assert [day.day for day in october] == [2, 16, 30]


def test_one_early_hit_does_not_move_the_rhythm() -> None:
    """A payday moved to the Thursday before a holiday is followed by a Friday again."""
    fridays = every(14, date(2026, 6, 19), 10)
    paid = [*fridays[:-1], date(2026, 6, 18)]
    beat = beat_of(paid)
    assert beat is not None
    assert dates_after(beat, paid[-1], date(2026, 7, 10)) == (date(2026, 7, 3),)
