"""The shapes of the experts' errors: how far payments fell from the centre that was forecast at issue."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.survival import kaplan_meier, shrunk, with_tail

_STEPS_PER_SPREAD = 16
_REACH_SPREADS = 40
_CELLS = 2 * _REACH_SPREADS * _STEPS_PER_SPREAD
_FIRST_OF_BUCKETS = np.array([1, 2, 4, 9, 21])
_BUCKETS = len(_FIRST_OF_BUCKETS) + 1
_POOL_PSEUDO_DOCUMENTS = 30


@dataclass(frozen=True, slots=True)
class Shape:
    """Distribution of one expert's errors in spreads, by how many documents of the customer had been paid before.

    `reached` holds for each bucket (0, 1, 2-3, 4-8, 9-20, 21+ documents) the probability below the edges of cells
    of 1/16 spread from -40 to 40, shape (buckets, cells + 1).
    """

    reached: Floats

    def below(self, error: Floats, settled: Floats) -> Floats:
        """Probability of less than each `error`, shape (rows, points), for rows with so many settled documents.

        In place, because this is where the time goes.
        """
        place = (error + _REACH_SPREADS) * _STEPS_PER_SPREAD
        np.clip(place, 0, np.nextafter(_CELLS, 0), out=place)
        cell = place.astype(np.int64)
        place -= cell
        cell += (bucket(settled) * (_CELLS + 1))[:, None]
        low = self.reached.take(cell)
        cell += 1
        high = self.reached.take(cell)
        high -= low
        high *= place
        high += low
        return high


def bucket(settled: Floats) -> Ints:
    """The bucket of a customer with so many settled documents."""
    return np.searchsorted(_FIRST_OF_BUCKETS, np.rint(settled), side="right")


def shape_of(error: Floats, over: Bools, weight: Floats, settled: Floats, lost_share: float) -> Shape:
    """The shape from past errors in spreads; those of documents that aren't `over` are censored where they are now.

    Per bucket Kaplan-Meier over the weighted errors, shrunk towards that of all buckets by 30 documents; what was given
    up isn't among them but the share that never comes.
    """
    cell = np.clip((error + _REACH_SPREADS) * _STEPS_PER_SPREAD, 0, _CELLS).astype(np.int64)
    cell = np.where(over, np.minimum(cell, _CELLS - 1), cell)
    last = int(cell[over].max())
    waiting = float(weight @ np.maximum(cell - last, 0))
    seen = max(last - _CELLS // 2, _STEPS_PER_SPREAD) + waiting

    def curves(group: Ints, groups: int) -> Floats:
        found = kaplan_meier(group, cell, over, weight, (groups, _CELLS))
        return with_tail(found, float(weight.sum()), last, seen)

    group = bucket(settled)
    own, everyone = curves(group, _BUCKETS), curves(np.zeros_like(group), 1)
    documents = sums_by(group, weight, _BUCKETS)
    body = (1 - lost_share) * shrunk(own, documents, everyone, _POOL_PSEUDO_DOCUMENTS)[:, :-1]
    return Shape(np.concatenate([np.zeros((_BUCKETS, 1)), np.cumsum(body, axis=1)], axis=1))
