"""What the arrays of this package hold, and the sum over groups; shapes are told by those who give them."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""Probabilities, days and weights; amounts in cents where a total is simulated."""

Ints: TypeAlias = NDArray[np.int64]
"""Whole days (dates as ordinals), positions and counts."""

Bools: TypeAlias = NDArray[np.bool_]
"""Which of a column's rows are meant."""

Singles: TypeAlias = NDArray[np.float32]
"""Simulated numbers, of which there are millions; 24 bits are finer than any draw."""

Words: TypeAlias = NDArray[np.uint32]
"""Raw random words, and the keys that they are drawn for."""

Shorts: TypeAlias = NDArray[np.int16]
"""Simulated days from now, of which there are millions."""


def sums_by(group: Ints, values: Floats | Bools, groups: int) -> Floats:
    """The sum of the values of each group 0 … groups - 1, shape (groups,)."""
    return np.asarray(np.bincount(group, values, groups), np.float64)
