"""The beat of a series of dates: how often it comes back, and on which days it comes next."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from oodaloo.runway.calculators.robust import median, median_absolute_deviation
from oodaloo.runway.model.recurring import Rhythm

MIN_HITS = 3
MIN_SPAN_DAYS = 60
BANDS = {
    Rhythm.WEEKLY: (5, 9),
    Rhythm.BIWEEKLY: (12, 16),
    Rhythm.MONTHLY: (26, 35),
    Rhythm.QUARTERLY: (85, 100),
}
"""Shortest and longest interval in days of each rhythm, as the runway definitions set them."""

_SEMI_MONTHLY_BAND = (12, 18)
_SPREADS = {Rhythm.WEEKLY: 2, Rhythm.BIWEEKLY: 3, Rhythm.SEMI_MONTHLY: 3, Rhythm.MONTHLY: 3, Rhythm.QUARTERLY: 6}
_SHARE_IN_BAND = 0.6
_SHARE_NEAR_BAND = 0.8
_MIN_GAPS_NEAR_BAND = 6
_ANCHOR_HITS = 12
_HALF_MONTH_DAYS = range(11, 20)
_PERIODS = {Rhythm.WEEKLY: 7, Rhythm.BIWEEKLY: 14}
_MONTHS_APART = {Rhythm.MONTHLY: 1, Rhythm.SEMI_MONTHLY: 1, Rhythm.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class Beat:
    """A rhythm with its median interval and where it falls.

    `anchors` holds the phase (day number modulo 7 or 14) of weekly and bi-weekly beats, else one day of the month,
    or two for semi-monthly ones; days that a month doesn't have stand for its last day.
    """

    rhythm: Rhythm
    interval_days: int
    anchors: tuple[int, ...]


def beat_of(dates: Sequence[date]) -> Beat | None:
    """The beat of distinct ascending `dates`, or None when they have none.

    At least 3 hits over at least 60 days; the median interval lies in a rhythm's band, and at least 60 % of the
    intervals do (or, of six or more, 80 % lie no further outside than the rhythm's spread: a tax pull that comes
    0 to 3 days after pay day makes intervals of 11, 14 and 17 days). Their median absolute deviation is within that
    spread. Between 12 and 18 days two days of
    the month ("semi-monthly") are told from every second week by which of both the latest 12 hits fit more closely.
    """
    if len(dates) < MIN_HITS or (dates[-1] - dates[0]).days < MIN_SPAN_DAYS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(dates)]
    interval = median(gaps)
    recent = dates[-_ANCHOR_HITS:]
    if _within(interval, _SEMI_MONTHLY_BAND):
        return _half_month_beat(gaps, interval, recent)
    for rhythm, band in BANDS.items():
        if _within(interval, band) and _steady(gaps, rhythm, band):
            return Beat(rhythm, interval, _anchors(rhythm, recent))
    return None


def dates_after(beat: Beat, last: date, until: date) -> tuple[date, ...]:
    """The dates on which the beat falls after its occurrence nearest to `last`, up to and including `until`."""
    period = _PERIODS.get(beat.rhythm)
    return _weekly_after(beat, last, until, period) if period else _monthly_after(beat, last, until)


def _within(days: int, band: tuple[int, int]) -> bool:
    return band[0] <= days <= band[1]


def _steady(gaps: Sequence[int], rhythm: Rhythm, band: tuple[int, int]) -> bool:
    spread = _SPREADS[rhythm]
    if median_absolute_deviation(gaps) > spread:
        return False
    near_band = (band[0] - spread, band[1] + spread)
    near = sum(_within(gap, near_band) for gap in gaps)
    if len(gaps) >= _MIN_GAPS_NEAR_BAND and near >= _SHARE_NEAR_BAND * len(gaps):
        return True
    return sum(_within(gap, band) for gap in gaps) >= _SHARE_IN_BAND * len(gaps)


def _half_month_beat(gaps: Sequence[int], interval: int, recent: Sequence[date]) -> Beat | None:
    band = BANDS[Rhythm.BIWEEKLY]
    fortnightly = _within(interval, band) and _steady(gaps, Rhythm.BIWEEKLY, band)
    semi_monthly = _steady(gaps, Rhythm.SEMI_MONTHLY, _SEMI_MONTHLY_BAND)
    if not fortnightly and not semi_monthly:
        return None
    phase, miss = _best_phase(recent, _PERIODS[Rhythm.BIWEEKLY])
    days, monthly_miss = _best_day_pair(recent)
    if semi_monthly and monthly_miss < miss:
        return Beat(Rhythm.SEMI_MONTHLY, interval, days)
    return Beat(Rhythm.BIWEEKLY, interval, (phase,)) if fortnightly else None


def _anchors(rhythm: Rhythm, recent: Sequence[date]) -> tuple[int, ...]:
    period = _PERIODS.get(rhythm)
    return (_best_phase(recent, period)[0],) if period else (_best_day(recent),)


def _best_phase(dates: Sequence[date], period: int) -> tuple[int, int]:
    """The phase that the dates miss by the fewest days in sum, most exact hits first, and that sum."""
    phases = [day.toordinal() % period for day in dates]

    def miss(phase: int) -> int:
        return sum(min((phase - each) % period, (each - phase) % period) for each in phases)

    best = min(range(period), key=lambda phase: (miss(phase), -phases.count(phase)))
    return best, miss(best)


def _best_day(dates: Sequence[date]) -> int:
    """The day of the month that the dates miss by the fewest days in sum; of equals the one met most often."""
    misses = _day_misses(dates)
    met = [day.day for day in dates]
    return min(range(1, 32), key=lambda day: (sum(misses[day]), -met.count(day), -day))


def _best_day_pair(dates: Sequence[date]) -> tuple[tuple[int, int], int]:
    """Two days of the month, 11 to 19 days apart, that the dates miss least in sum when each takes the nearer one."""
    misses = _day_misses(dates)
    pairs = [(first, first + apart) for first in range(1, 32) for apart in _HALF_MONTH_DAYS if first + apart < 32]

    def miss(pair: tuple[int, int]) -> int:
        return sum(map(min, misses[pair[0]], misses[pair[1]]))

    best = min(pairs, key=lambda pair: (miss(pair), -pair[1]))
    return best, miss(best)


def _day_misses(dates: Sequence[date]) -> list[list[int]]:
    """For each day of the month (index 0 unused) how many days each date is away from it, around the month's end."""
    lengths = [monthrange(day.year, day.month)[1] for day in dates]
    return [
        [_around(min(anchor, length), day.day, length) for day, length in zip(dates, lengths, strict=True)]
        for anchor in range(32)
    ]


def _around(one: int, other: int, length: int) -> int:
    apart = abs(one - other)
    return min(apart, length - apart)


def _weekly_after(beat: Beat, last: date, until: date, period: int) -> tuple[date, ...]:
    early = (last.toordinal() - beat.anchors[0]) % period
    nearest = last - timedelta(days=early if early <= period // 2 else early - period)
    count = max(0, (until - nearest).days // period)
    return tuple(nearest + timedelta(days=period * number) for number in range(1, count + 1))


def _monthly_after(beat: Beat, last: date, until: date) -> tuple[date, ...]:
    """Walks the beat's days from a month before the nearest occurrence; quarters keep step with that occurrence."""
    step = _MONTHS_APART[beat.rhythm]
    first = last.year * 12 + last.month - 2
    around = [_in_month(first + number, day) for number in range(4) for day in beat.anchors]
    nearest = min(around, key=lambda day: abs((day - last).days))
    month = nearest.year * 12 + nearest.month - 1
    days = (_in_month(number, day) for number in range(month, month + 15, step) for day in beat.anchors)
    return tuple(day for day in days if nearest < day <= until)


def _in_month(months: int, day: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
