"""When each of many open documents will be paid, as a distribution given that it isn't paid yet."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints

_ROWS_AT_ONCE = 500
_NEARLY_NEVER = 1e-12


@dataclass(frozen=True, slots=True)
class PayDays:
    """Distributions of the days to payment of documents that were unpaid at `age` days; -1 is the eve of the issue.

    `left` has one row per document: the probability, as seen at its issue with today's knowledge, that payment takes
    longer than -1, 0, 1 … horizon days. `document` is its position in the ledger. Answers are in days from now.
    """

    document: Ints
    age: Ints
    left: Floats

    @property
    def horizon(self) -> int:
        """The last day since issue that is told apart."""
        return int(self.left.shape[1]) - 2

    def still_open(self, days: Ints) -> Floats:
        """Probability of no payment within each of `days` from now, shape (documents, days)."""
        later = np.minimum((self.age + 1)[:, None] + days, self.horizon + 1)
        left = np.maximum(np.take_along_axis(self.left, later, axis=1), _NEARLY_NEVER)
        return np.asarray(left / self._now()[:, None])

    def quantile(self, probability: float | Floats) -> Ints:
        """The fewest days (1 or more) within which payment comes with the probability, if it comes at all.

        One probability for all documents, or one for each.
        """
        never = self.left[:, -1]
        bound = never + (1 - probability) * (self._now() - never)
        place = np.empty(len(self.age), np.int64)
        for start in range(0, len(place), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            place[part] = np.sum(self.left[part] > bound[part, None], axis=1)
        return np.maximum(np.minimum(place, self.horizon + 1) - 1 - self.age, 1)

    def paid_at_all(self) -> Floats:
        """Probability of payment within the horizon; what is left is as good as never, shape (documents,)."""
        return np.asarray(1 - self.left[:, -1] / self._now())

    def _now(self) -> Floats:
        return np.maximum(self.left[np.arange(len(self.age)), self.age + 1], _NEARLY_NEVER)
