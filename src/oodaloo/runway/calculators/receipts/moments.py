"""How much groups differ from each other, compared with how much their members do."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints, sums_by

_MOST_SAID = 1e6
_LEAST = 1e-9
_PSEUDO_VALUES = 4
_FAR = 4
_NORMAL_PER_MAD = 1.4826


@dataclass(frozen=True, slots=True)
class Variances:
    """Variance of values within groups, and of the groups' true means between each other."""

    within: float
    between: float

    @property
    def value_of_one(self) -> float:
        """1/K: how much one own value says compared with the mean of everyone; 0 when groups don't differ."""
        if self.between <= 0:
            return 0.0
        return self.between / max(self.within, self.between / _MOST_SAID)


def variances(values: Floats, group: Ints, weight: Floats) -> Variances:
    """Both variances by the method of moments (one-way random effects, unequal weights).

    That groups don't differ at all counts as 4 further values: with few members per group they can't be told apart.
    """
    if not len(values):
        return Variances(0.0, 0.0)
    present, group = np.unique(group, return_inverse=True)
    size = sums_by(group, weight, len(present))
    mean = sums_by(group, weight * values, len(present)) / size
    total, groups = float(size.sum()), len(present)
    inner = float(weight @ (values - mean[group]) ** 2)
    outer = float(size @ (mean - float(weight @ values) / total) ** 2)
    same = (inner + outer) / max(total - 1, _LEAST)
    within = (inner + _PSEUDO_VALUES * same) / (max(0.0, total - groups) + _PSEUDO_VALUES)
    effective = total - float(size @ size) / total
    between = (outer - (groups - 1) * within) / effective if effective > 0 else 0.0
    return Variances(within, max(0.0, between))


def far_from_usual(values: Floats, least: float) -> float:
    """Four robust standard deviations (of the median absolute deviation), each at `least` so much: few go farther.

    Values are cut there before they are averaged, so that one that came years late doesn't speak for the rest.
    """
    spread = np.median(np.abs(values - np.median(values))) if len(values) else 0.0
    return _FAR * max(least, _NORMAL_PER_MAD * float(spread))
