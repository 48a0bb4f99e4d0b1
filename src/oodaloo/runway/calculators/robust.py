"""Medians and their spread over whole numbers (cents or days)."""

from collections.abc import Sequence


def median(values: Sequence[int]) -> int:
    """The middle value; of an even number the lower half-sum, rounded down. Raises ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("the median of nothing is unknown; ask for it only where there are values")
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


def median_absolute_deviation(values: Sequence[int]) -> int:
    """The median distance from the median."""
    centre = median(values)
    return median([abs(value - centre) for value in values])


def quantile(values: Sequence[int], tenths: int) -> int:
    """The value at `tenths` of ten by nearest rank: 1 gives the tenth percentile, 9 the ninetieth."""
    ordered = sorted(values)
    rank = -(-tenths * len(ordered) // 10)
    return ordered[max(1, rank) - 1]
