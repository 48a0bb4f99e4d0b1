"""The beat of a series of dates: how often it comes back, and on which days it comes next."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from operator import sub

from oodaloo.runway.calculators.robust import median_absolute_deviation
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
_ALL_BANDS = BANDS | {Rhythm.SEMI_MONTHLY: _SEMI_MONTHLY_BAND}
_SPREADS = {Rhythm.WEEKLY: 2, Rhythm.BIWEEKLY: 3, Rhythm.SEMI_MONTHLY: 3, Rhythm.MONTHLY: 3, Rhythm.QUARTERLY: 6}
_SHARE_IN_BAND = 0.6
_SHARE_NEAR_BAND = 0.8
_MANY_GAPS = 6
_ANCHOR_HITS = 12
_MOVED_HITS = 3
_MOVED_DAYS = 2
_HALF_MONTH_DAYS = range(11, 20)
_PERIODS = {Rhythm.WEEKLY: 7, Rhythm.BIWEEKLY: 14}
_MONTHS_APART = {Rhythm.MONTHLY: 1, Rhythm.SEMI_MONTHLY: 1, Rhythm.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class Beat:
    """A rhythm with its median interval and where it falls.

    `anchors` holds the phase (day number modulo 7 or 14) of weekly and bi-weekly beats, else one day of the month,
    or two for semi-monthly ones; days that a month doesn't have stand for its last day. `months` says which months of
    a quarter a quarterly beat falls in (month number modulo 3).
    """

    rhythm: Rhythm
    interval_days: int
    anchors: tuple[int, ...]
    months: int = 0


def beat_of(dates: Sequence[date]) -> Beat | None:
    """The beat of distinct ascending `dates`, or None when they have none.

    At least 3 hits over at least 60 days; the median interval lies in a rhythm's band, and at least 60 % of the
    intervals do (or, of six or more, 80 % lie no further outside than the rhythm's spread: a tax pull that comes
    0 to 3 days after pay day makes intervals of 11, 14 and 17 days). Of fewer than six every other one must be near
    the band or, where a hit was skipped, near twice of it. Their median absolute deviation is within the spread.
    Between 12 and 18 days two days of the month ("semi-monthly") are told from every second week by which of both
    the latest 12 hits fit more closely. The beat falls where the latest 12 hits do; when the latest 3 agree on
    another place, there.
    """
    if len(dates) < MIN_HITS:
        return None
    numbers = list(map(date.toordinal, dates))
    if numbers[-1] - numbers[0] < MIN_SPAN_DAYS:
        return None
    gaps = sorted(map(sub, numbers[1:], numbers))
    interval = _middle(gaps)
    recent = dates[-_ANCHOR_HITS:]
    if _within(interval, _SEMI_MONTHLY_BAND):
        return _half_month_beat(gaps, interval, recent)
    for rhythm, band in BANDS.items():
        if _within(interval, band) and _steady(gaps, rhythm, band):
            return Beat(rhythm, interval, _anchors(rhythm, recent), _months(rhythm, recent))
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """A beat that another has replaced: the `former` one until before hit number `at`, the `later` one since."""

    at: int
    former: Beat
    later: Beat


def change_of(dates: Sequence[date]) -> Change | None:
    """Where one beat was replaced by another, or None where that can't be told.

    `dates` are distinct and ascending. The later beat reaches back as far as every interval is near one rhythm's band,
    which is at least 3 hits over 60 days; what came before needs a beat of its own, of another rhythm.
    """
    latest_gap = (dates[-1] - dates[-2]).days if len(dates) >= 2 * MIN_HITS else 0
    for rhythm, band in _ALL_BANDS.items():
        low, high = band[0] - _SPREADS[rhythm], band[1] + _SPREADS[rhythm]
        if not low <= latest_gap <= high:
            continue
        at = len(dates) - 1
        while at and low <= (dates[at] - dates[at - 1]).days <= high:
            at -= 1
        if at < MIN_HITS or len(dates) - at < MIN_HITS:
            continue
        later = beat_of(dates[at:])
        if later is None or later.rhythm is not rhythm:
            continue
        former = beat_of(dates[: at + 1])
        if former is not None and former.rhythm is not rhythm:
            return Change(at, former, later)
    return None


def keeps_lately(beat: Beat, dates: Sequence[date]) -> bool:
    """Whether at least one of the latest three intervals is near the beat's band."""
    return share_kept(beat, dates[-_MOVED_HITS - 1 :]) > 0


def share_kept(beat: Beat, dates: Sequence[date]) -> float:
    """The share of the intervals between dates that are near the beat's band; there are at least two dates."""
    band, spread = _ALL_BANDS[beat.rhythm], _SPREADS[beat.rhythm]
    near = sum(band[0] - spread <= (b - a).days <= band[1] + spread for a, b in pairwise(dates))
    return near / (len(dates) - 1)


def last_kept(beat: Beat, dates: Sequence[date]) -> date:
    """The latest of the dates that is within a third of the interval (at least 2 days) of where the beat falls.

    What lies further off came in between, and the next date is still to come. Where all are off, simply the latest.
    """
    slack = max(2, beat.interval_days // 3)
    return next((day for day in reversed(dates) if abs((_nearest(beat, day) - day).days) <= slack), dates[-1])


def dates_after(beat: Beat, last: date, until: date) -> tuple[date, ...]:
    """The dates on which the beat falls after its occurrence nearest to `last`, up to and including `until`."""
    nearest, period = _nearest(beat, last), _PERIODS.get(beat.rhythm)
    if period:
        count = max(0, (until - nearest).days // period)
        return tuple(nearest + timedelta(days=period * number) for number in range(1, count + 1))
    months = range(_month_number(nearest), _month_number(until) + 1)
    days = (_in_month(month, day) for month in months if _falls_in(beat, month) for day in beat.anchors)
    return tuple(day for day in days if nearest < day <= until)


def _nearest(beat: Beat, to: date) -> date:
    """The date on which the beat falls nearest to a day."""
    period = _PERIODS.get(beat.rhythm)
    if period:
        early = (to.toordinal() - beat.anchors[0]) % period
        return to - timedelta(days=early if early <= period // 2 else early - period)
    apart = _MONTHS_APART[beat.rhythm]
    months = range(_month_number(to) - apart, _month_number(to) + apart + 1)
    around = (_in_month(month, day) for month in months if _falls_in(beat, month) for day in beat.anchors)
    return min(around, key=lambda day: abs((day - to).days))


def _falls_in(beat: Beat, month: int) -> bool:
    return beat.rhythm is not Rhythm.QUARTERLY or month % 3 == beat.months


def _months(rhythm: Rhythm, recent: Sequence[date]) -> int:
    """The month of a quarter that most of the latest dates fall in, the latest among equals."""
    if rhythm is not Rhythm.QUARTERLY:
        return 0
    met = [_month_number(day) % 3 for day in reversed(recent)]
    return max(met, key=met.count)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _within(days: int, band: tuple[int, int]) -> bool:
    return band[0] <= days <= band[1]


def _middle(ordered: Sequence[int]) -> int:
    """The median of ascending values, as `robust.median` rounds it."""
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def _count_within(ordered: Sequence[int], first: int, last: int) -> int:
    return bisect_right(ordered, last) - bisect_left(ordered, first)


def _steady(gaps: Sequence[int], rhythm: Rhythm, band: tuple[int, int]) -> bool:
    """Whether enough of the ascending intervals lie in the band or near it, close to each other."""
    spread, many = _SPREADS[rhythm], len(gaps)
    near = _count_within(gaps, band[0] - spread, band[1] + spread)
    inside = _count_within(gaps, *band) >= _SHARE_IN_BAND * many
    if many < _MANY_GAPS:
        skipped = _count_within(gaps, 2 * (band[0] - spread), 2 * (band[1] + spread))
        inside = inside and near + skipped >= many
    else:
        inside = inside or near >= _SHARE_NEAR_BAND * many
    return inside and median_absolute_deviation(gaps) <= spread


def _half_month_beat(gaps: Sequence[int], interval: int, recent: Sequence[date]) -> Beat | None:
    band = BANDS[Rhythm.BIWEEKLY]
    fortnightly = _within(interval, band) and _steady(gaps, Rhythm.BIWEEKLY, band)
    semi_monthly = _steady(gaps, Rhythm.SEMI_MONTHLY, _SEMI_MONTHLY_BAND)
    if not fortnightly and not semi_monthly:
        return None
    phase_miss = _best_phase(recent, _PERIODS[Rhythm.BIWEEKLY])[1]
    days, monthly_miss = _best_day_pair(recent)
    if semi_monthly and monthly_miss < phase_miss:
        return Beat(Rhythm.SEMI_MONTHLY, interval, days)
    return Beat(Rhythm.BIWEEKLY, interval, _anchors(Rhythm.BIWEEKLY, recent)) if fortnightly else None


def _anchors(rhythm: Rhythm, recent: Sequence[date]) -> tuple[int, ...]:
    """Where the latest hits fall best; a beat that has moved is told by its latest hits alone."""
    period = _PERIODS.get(rhythm)

    def best(dates: Sequence[date]) -> tuple[int, int]:
        return _best_phase(dates, period) if period else _best_day(dates)

    def miss(anchor: int, day: date) -> int:
        if period:
            return min((anchor - day.toordinal()) % period, (day.toordinal() - anchor) % period)
        return _around(min(anchor, _month_days(day)), day.day, _month_days(day))

    anchor = best(recent)[0]
    latest = recent[-_MOVED_HITS:]
    if len(recent) > _MOVED_HITS and all(miss(anchor, day) > _MOVED_DAYS for day in latest):
        moved, moved_miss = best(latest)
        if moved_miss <= _MOVED_DAYS:
            return (moved,)
    return (anchor,)


def _best_phase(dates: Sequence[date], period: int) -> tuple[int, int]:
    """The phase that the dates miss by the fewest days in sum, most exact hits first, and that sum."""
    phases = [day.toordinal() % period for day in dates]

    def miss(phase: int) -> int:
        return sum(min((phase - each) % period, (each - phase) % period) for each in phases)

    best = min(range(period), key=lambda phase: (miss(phase), -phases.count(phase)))
    return best, miss(best)


def _best_day(dates: Sequence[date]) -> tuple[int, int]:
    """The day of the month that the dates miss by the fewest days in sum (of equals the one met most often), and that
    sum.
    """
    misses = _day_misses(dates)
    met = [day.day for day in dates]
    best = min(range(1, 32), key=lambda day: (sum(misses[day]), -met.count(day), -day))
    return best, sum(misses[best])


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
    lengths = [_month_days(day) for day in dates]
    return [
        [_around(min(anchor, length), day.day, length) for day, length in zip(dates, lengths, strict=True)]
        for anchor in range(32)
    ]


def _month_days(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _around(one: int, other: int, length: int) -> int:
    apart = abs(one - other)
    return min(apart, length - apart)


def _in_month(months: int, day: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
