"""How long things take when some of them aren't over yet: weighted Kaplan-Meier curves and what lies beyond them."""

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, sums_by

_NEARLY_NOTHING = 1e-12


def kaplan_meier(group: Ints, time: Ints, over: Bools, weight: Floats, shape: tuple[int, int]) -> Floats:
    """Weighted Kaplan-Meier (1958): probability per whole time, one row per group, shape (groups, times + 1).

    `time` is when something was `over`, or how long it has lasted so far; times beyond the last column have
    lasted through all of them. The last column holds what the curve leaves. A group without weight leaves all.
    """
    groups, times = shape
    cell = group * (times + 1) + np.clip(time, 0, times)
    lasted = sums_by(cell, weight, groups * (times + 1)).reshape(groups, times + 1)
    ended = sums_by(cell[over], weight[over], groups * (times + 1)).reshape(groups, times + 1)[:, :-1]
    at_risk = np.cumsum(lasted[:, ::-1], axis=1)[:, ::-1][:, :-1]
    hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > _NEARLY_NOTHING)
    left = np.cumprod(1 - np.minimum(hazard, 1), axis=1)
    before = np.concatenate([np.ones((groups, 1)), left], axis=1)
    return np.concatenate([-np.diff(before, axis=1), before[:, -1:]], axis=1)


def with_tail(curves: Floats, documents: float, last: int, seen: float) -> Floats:
    """`curves` with what they leave, and 1/(n + 2) of their own, spread beyond the `last` event as a geometric tail.

    n is the number of all `documents` together: what none of them did, a group of few can't be said to do more often.
    The tail's hazard is 1 in 1 + `seen`: as if one more event had come in the time that was seen, which is the longest
    time of an event and the time that those who still wait have spent beyond it. What the tail doesn't reach stays
    in the last column.
    """
    times = curves.shape[1] - 1
    unseen = 1 / (documents + 2)
    left = curves[:, -1:] * (1 - unseen) + unseen
    hazard = 1 / (1 + seen)
    beyond = np.arange(times) - last - 1
    tail = np.where(beyond >= 0, hazard * (1 - hazard) ** np.maximum(beyond, 0), 0.0)
    body = curves[:, :-1] * (1 - unseen) + left * tail
    return np.concatenate([body, left * max(0.0, 1 - tail.sum())], axis=1)


def shrunk(own: Floats, own_weight: Floats, towards: Floats, pseudo_documents: float) -> Floats:
    """The mean of own curves, by their weight, and of what is known without them, as so many documents."""
    weight = own_weight[:, None]
    return (weight * own + pseudo_documents * towards) / (weight + pseudo_documents)
