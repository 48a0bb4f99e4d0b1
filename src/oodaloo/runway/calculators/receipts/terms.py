"""How long documents of each payment term take, whoever the customer is: the pools that everything else refines."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints

SHORTEST_KERNEL_DAYS = 0.5
"""Days are whole: what is narrower than this is a point."""

_KERNEL_SHARE = 4 / 26
_OFFSET_SHARE = 5 / 26
_SMALLEST_OFFSET_DAYS = 1.0
_SLOW = 0.9
_TRIMMED = 0.05


@dataclass(frozen=True)
class TermPools:
    """For each of `terms` (days from issue to due date, ascending) the distribution of the days from issue to payment.

    `curves` has one row per term: the probability of each whole day 0 … `horizon`, and last that of none of them.
    `documents` is how many were known of each term, `lost_share` the share that never comes.
    """

    terms: Ints
    curves: Floats
    documents: Floats
    lost_share: float

    @property
    def horizon(self) -> int:
        """The last day that is told apart."""
        return int(self.curves.shape[1]) - 2

    @cached_property
    def typical_days(self) -> float:
        """The median lag of all; kernel and offset scale with it, as 4 and 5 days go with a median of 26."""
        return self._lag_of_all(0.5)

    @cached_property
    def slow_days(self) -> float:
        """The lag that nine of ten payments don't exceed."""
        return self._lag_of_all(_SLOW)

    @cached_property
    def slow_days_by_term(self) -> Ints:
        """The same for each term, shape (terms,)."""
        return np.asarray(np.sum(self.reached < _SLOW * self.reached[:, -1:], axis=1))

    @property
    def kernel_days(self) -> float:
        """By how much (a standard deviation) one past lag is smeared to speak for the next one."""
        return kernel_days(self.typical_days)

    @property
    def offset_days(self) -> float:
        """What is added to lags before their logarithm is taken, so that days near zero don't loom large."""
        return max(_SMALLEST_OFFSET_DAYS, _OFFSET_SHARE * self.typical_days)

    @cached_property
    def reached(self) -> Floats:
        """Probability of payment within t days, shape (terms, horizon + 1)."""
        return np.cumsum(self.curves[:, :-1], axis=1)

    @cached_property
    def left(self) -> Floats:
        """Probability of no payment within t days, shape (terms, horizon + 1)."""
        return np.asarray(np.cumsum(self.curves[:, :0:-1], axis=1)[:, ::-1])

    @cached_property
    def level(self) -> Floats:
        """Mean days of each term's payments without the fastest and the slowest twentieth, shape (terms,)."""
        reached = self.reached / self.reached[:, -1:]
        kept = np.diff(np.clip(reached, _TRIMMED, 1 - _TRIMMED), axis=1, prepend=_TRIMMED)
        return np.asarray(np.sum(kept * np.arange(self.horizon + 1), axis=1) / np.sum(kept, axis=1))

    @cached_property
    def mean_beyond(self) -> Floats:
        """Mean days of payments that take longer than t days but not beyond the horizon, shape (terms, horizon + 1)."""
        later = self.curves[:, :0:-1][:, 1:]
        days = np.arange(self.horizon, 0, -1)
        mass = np.cumsum(later, axis=1)[:, ::-1]
        weighted = np.cumsum(later * days, axis=1)[:, ::-1]
        mean = np.divide(weighted, mass, out=np.tile(days[::-1].astype(np.float64), (len(mass), 1)), where=mass > 0)
        return np.concatenate([mean, np.full((len(mass), 1), self.horizon + 1.0)], axis=1)

    def index(self, terms: Ints) -> Ints:
        """Where these terms are among the pools; each must be one of them."""
        return np.searchsorted(self.terms, terms)

    def nearest(self, terms: Ints) -> Ints:
        """These terms, or of the pools the nearest ones."""
        above = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        below = np.maximum(above - 1, 0)
        return np.where(terms - self.terms[below] < self.terms[above] - terms, self.terms[below], self.terms[above])

    def _lag_of_all(self, probability: float) -> float:
        paid = np.cumsum(np.sum(self.documents[:, None] * self.curves, axis=0)[:-1])
        return float(np.searchsorted(paid, probability * paid[-1]))


def kernel_days(typical_days: float) -> float:
    """The kernel that goes with a typical lag."""
    return max(SHORTEST_KERNEL_DAYS, _KERNEL_SHARE * typical_days)
