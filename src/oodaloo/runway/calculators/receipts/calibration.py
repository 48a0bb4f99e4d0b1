"""How far to trust the drawn totals: where past totals fell among their draws, and how much wider the bands must be."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.calculators.receipts.dependence import FEWEST_FRIDAYS
from oodaloo.runway.calculators.receipts.draws import WEEK_DAYS, Dependence

WEEKS = 4
"""The weeks ahead that are scored one by one; together they are the 28-day total."""

_NORMAL = NormalDist()
_TENTH = _NORMAL.inv_cdf(0.9)
_FARTHEST = 3.0
_PRIOR_FRIDAYS = 10
_OVERLAPPING = 1 / 4


@dataclass(frozen=True, slots=True)
class Surprise:
    """Where a Friday's actual totals fell among their draws, as standard normal values, per week and for 28 days.

    `known_from` are the ordinals of the days on which each total was complete.
    """

    place: tuple[float, ...]
    known_from: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the business's own past says about ranges: dependence, and per total the factor by which its band widens.

    `stretch` has one factor per week ahead and a last one for totals over several weeks. `fridays` is how many past
    Fridays it rests on; with fewer than 8 a range is to be shown as not yet calibrated.
    """

    dependence: Dependence
    stretch: tuple[float, ...]
    fridays: int

    @property
    def calibrated(self) -> bool:
        """Whether enough Fridays have been seen to call an 80 % band one."""
        return self.fridays >= FEWEST_FRIDAYS

    def week_levels(self, week: int) -> tuple[float, float]:
        """Which quantiles of the draws bound 80 % of the totals of a single week ahead, 0 being the next one."""
        return _levels(self.stretch[min(week, WEEKS - 1)])

    def total_levels(self) -> tuple[float, float]:
        """Which quantiles of the draws bound 80 % of totals from today on."""
        return _levels(self.stretch[-1])

    def chance(self, share: float) -> float:
        """The chance that goes with a share of draws, as far towards one half as the bands of totals are widened."""
        if not 0 < share < 1:
            return share
        return _NORMAL.cdf(_NORMAL.inv_cdf(share) / self.stretch[-1])


def place_among(draws: Floats, actual: float) -> float:
    """The standard normal value that lies among normal draws where `actual` lies among these, at most 3 away."""
    share = (np.mean(draws < actual) + np.mean(draws <= actual)) / 2
    return _NORMAL.inv_cdf(min(max(float(share), _NORMAL.cdf(-_FARTHEST)), _NORMAL.cdf(_FARTHEST)))


def stretches(past: Iterable[Surprise], today: int) -> tuple[float, ...]:
    """Per total the factor √((Σ w z² + 10) ÷ (Σ w + 10)) over what is known by `today`, never below 1.

    Totals of 28 days overlap from Friday to Friday, so each counts for a quarter.
    """
    past = tuple(past)
    return tuple(
        _stretch([s.place[n] for s in past if s.known_from[n] <= today], 1.0 if n < WEEKS else _OVERLAPPING)
        for n in range(WEEKS + 1)
    )


def surprise_on(day: int, draws: Floats, actual: Floats) -> Surprise:
    """Where the actual totals of the weeks after `day` fall among `draws` (weeks, paths), and all weeks together."""
    places = [place_among(*pair) for pair in zip(draws, actual, strict=True)]
    known = [day + WEEK_DAYS * (week + 1) for week in range(WEEKS)]
    return Surprise((*places, place_among(draws.sum(axis=0), float(actual.sum()))), (*known, known[-1]))


def _stretch(places: list[float], weight: float) -> float:
    squares = sum(place * place for place in places)
    return max(1.0, math.sqrt((weight * squares + _PRIOR_FRIDAYS) / (weight * len(places) + _PRIOR_FRIDAYS)))


def _levels(stretch: float) -> tuple[float, float]:
    return _NORMAL.cdf(-_TENTH * stretch), _NORMAL.cdf(_TENTH * stretch)
