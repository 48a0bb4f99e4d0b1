"""A customer's own lags as a distribution: where payments are lumpy (always day 15, never after 60) it shows."""

from collections.abc import Iterator

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.documents import Ledger
from oodaloo.runway.calculators.receipts.past import Past
from oodaloo.runway.calculators.receipts.terms import SHORTEST_KERNEL_DAYS, TermPools

MEMORIES = (8.0, np.inf)
"""Half-lives, in documents, of the two experts of this kind."""

_KERNEL_REACH = 4
_KERNEL_PSEUDO_DOCUMENTS = 4
_NEARLY_NOTHING = 1e-12


def own_curves(
    past: Past, terms: Ints, ledger: Ledger, level: Floats, pools: TermPools, kernel: float
) -> Iterator[Floats]:
    """For each memory and row the probability of each day 0 … horizon and of none, shape (rows, horizon + 2).

    Every earlier lag of the customer, moved from the pool's `level` at that document's issue to that of the row's term
    now, is smeared with a normal `kernel` (a standard deviation in days); the pool of the row's term counts as one
    more document. An open document is one of the pool's payments beyond its age, with the probability that it would
    have been paid by now; one that was given up is a payment that never comes.
    """
    pool = pools.index(terms)
    moved = np.rint(pools.level[pool][past.row] - level[past.document]).astype(np.int64)
    day = np.clip(past.lag + moved, -1, pools.horizon)
    due_by_now = pools.reached[pools.index(ledger.term[past.document]), np.minimum(past.lag, pools.horizon)]
    told = ledger.share[past.document] * np.where(past.settled | past.lost, 1.0, due_by_now)
    for memory in MEMORIES:
        weight = told * 0.5 ** (past.rank / memory)
        curves = pools.curves[pool] * (1 + _waiting(past, day, weight, pools.left[pool]))
        curves[:, :-1] += _paid(past, np.maximum(day, 0), weight, pools.horizon, kernel)
        curves[:, -1] += past.total(weight * past.lost)
        yield curves / curves.sum(axis=1, keepdims=True)


def _paid(past: Past, day: Ints, weight: Floats, horizon: int, kernel: float) -> Floats:
    """The smeared lags of settled documents, shape (rows, horizon + 1); nothing of a kernel lies outside."""
    weight = weight * past.settled
    reach = int(np.ceil(_KERNEL_REACH * kernel))
    kernels = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _widths(past, day, weight, kernel)[:, None]) ** 2)
    row, day, weight = past.row[past.settled], day[past.settled], weight[past.settled]
    upto = np.cumsum(np.insert(kernels, 0, 0.0, axis=1), axis=1)
    inside = upto[row, np.minimum(horizon - day, reach) + reach + 1] - upto[row, np.maximum(-day, -reach) + reach]
    heights = sums_by(row * (horizon + 1) + day, weight / inside, past.rows * (horizon + 1)).reshape(past.rows, -1)
    smeared = np.zeros((past.rows, horizon + 1 + 2 * reach))
    for offset in range(2 * reach + 1):
        smeared[:, offset : offset + horizon + 1] += kernels[:, offset, None] * heights
    return smeared[:, reach : reach + horizon + 1]


def _widths(past: Past, day: Ints, weight: Floats, kernel: float) -> Floats:
    """How far each row's lags are smeared: as far as they usually are from each other, and at most a kernel."""
    heard = past.total(weight)
    mean = past.total(weight * day) / np.maximum(heard, _NEARLY_NOTHING)
    squares = past.total(weight * (day - mean[past.row]) ** 2)
    own = np.sqrt((squares + _KERNEL_PSEUDO_DOCUMENTS * kernel**2) / (heard + _KERNEL_PSEUDO_DOCUMENTS))
    return np.clip(own, SHORTEST_KERNEL_DAYS, kernel)


def _waiting(past: Past, day: Ints, weight: Floats, left: Floats) -> Floats:
    """By what the pool counts more on each day for the open documents that would still wait then.

    An open document adds its weight x curve(t) / left(age) to the days t beyond its age; shape (rows, horizon + 2).
    """
    open_ = ~past.settled & ~past.lost
    row, day, columns = past.row[open_], day[open_], left.shape[1] + 1
    still = np.where(day < 0, 1.0, np.maximum(left[row, np.maximum(day, 0)], _NEARLY_NOTHING))
    added = sums_by(row * columns + day + 1, weight[open_] / still, past.rows * columns)
    return np.cumsum(added.reshape(past.rows, columns), axis=1)
