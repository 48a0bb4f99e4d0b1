"""The simulated projection: what many futures say about each day, and about the first day below the buffer."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from math import ceil

import numpy as np

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expectations
from oodaloo.runway.calculators.projection.futures import futures_of
from oodaloo.runway.calculators.projection.reading import Payday, Reading
from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.model.runway import FirstBelow, LowestPoint, SimulatedDay, Simulation

FUTURES = 4_000
"""Twice as many as a range needs: the middle date jumps by a pay cycle where the chance of it is close to one half."""

SEED = 1
"""The same for everyone: a picture gives the same numbers everywhere, and scenarios share their luck."""


def simulate(expected: Expectations, buffer: Money, futures: int = FUTURES, seed: int = SEED) -> Simulation:
    """The mean, cautious, middle and good case of each day, and when spendable is first below `buffer`.

    The cautious and the good case bound eight of ten futures, and more of them where the business's own past ranges
    were too narrow: levels and chances follow `Calibration`. Cases are those of one future each, in whole cents, never
    in between two; means are rounded half to even. `line.line_of` is the deterministic view of the same money.
    """
    return simulation_of(expected, futures_of(expected, futures, seed), buffer)


def simulation_of(
    expected: Expectations, spendable: Floats, buffer: Money, known: Sequence[SimulatedDay | None] = ()
) -> Simulation:
    """The same from futures that are there already, shape (days, paths); days that are `known` stay as they are."""
    ranks = _ranks(expected, spendable)
    days = list(known) or [None] * len(spendable)
    missing = [number for number, day in enumerate(days) if day is None]
    found = dict(zip(missing, _days(expected, missing, spendable[missing], ranks), strict=True))
    return Simulation(
        as_of=expected.as_of,
        opening=expected.opening,
        futures=spendable.shape[1],
        days=tuple(day or found[number] for number, day in enumerate(days)),
        first_below=_first_below(expected, spendable < buffer.cents, ranks),
        calibrated=expected.calibration.calibrated,
        fridays=expected.calibration.fridays,
    )


def reading_of(
    expected: Expectations, spendable: Floats, buffer: Money, middles: Floats, paydays: Collection[int]
) -> Reading:
    """What is read off futures whose middle cases are known: on `paydays`, the last day and wherever it may be lowest.

    On other days `middles` may be any that are above the lowest one.
    """
    currency, lowest = expected.opening.currency, int(middles.argmin())
    short = {day: float((spendable[day] < 0).mean()) for day in paydays}

    def middle(day: int) -> Money:
        return Money(int(middles[day]), currency)

    return Reading(
        as_of=expected.as_of,
        last=expected.as_of + timedelta(days=len(spendable) - 1),
        first_below=_first_below(expected, spendable < buffer.cents, _ranks(expected, spendable)),
        calibrated=expected.calibration.calibrated,
        lowest=LowestPoint(expected.as_of + timedelta(days=lowest), middle(lowest)),
        at_last=middle(-1),
        paydays={day: Payday(middle(day), expected.calibration.chance(short[day])) for day in paydays},
        means=tuple(_means(spendable)),
    )


def middles_of(spendable: Floats) -> Floats:
    """The middle case of each day, shape (days,)."""
    rank = _middle(spendable)
    return np.asarray(np.partition(spendable, rank, axis=1)[:, rank])


def _ranks(expected: Expectations, spendable: Floats) -> tuple[int, int, int]:
    """The places of the cautious, middle and good case among all futures, the lowest first."""
    futures = spendable.shape[1]
    low = max(1, ceil(expected.calibration.total_levels()[0] * futures)) - 1
    return low, _middle(spendable), futures - 1 - low


def _middle(spendable: Floats) -> int:
    futures: int = spendable.shape[1]
    return ceil(futures / 2) - 1


def _means(spendable: Floats) -> list[int]:
    """Rounded half to even."""
    return [int(mean) for mean in np.rint(spendable.mean(axis=1)).tolist()]


def _days(
    expected: Expectations, numbers: Sequence[int], spendable: Floats, ranks: tuple[int, int, int]
) -> Iterator[SimulatedDay]:
    """What the days with these numbers say; their futures, a copy, are put into another order."""
    currency, means = expected.opening.currency, _means(spendable)
    short = (spendable < 0).mean(axis=1).tolist()
    spendable.partition(ranks, axis=1)
    cases = spendable[:, ranks].tolist()
    for number, mean, (low, middle, high), share in zip(numbers, means, cases, short, strict=True):
        yield SimulatedDay(
            day=expected.as_of + timedelta(days=number),
            mean=Money(mean, currency),
            cautious=Money(int(low), currency),
            middle=Money(int(middle), currency),
            good=Money(int(high), currency),
            short=expected.calibration.chance(share),
        )


def _first_below(expected: Expectations, below: np.ndarray, ranks: tuple[int, int, int]) -> FirstBelow:
    days = len(below)
    first: Ints = np.where(below.any(axis=0), below.argmax(axis=0), days)

    def dated(number: int) -> date | None:
        return None if number == days else expected.as_of + timedelta(days=number)

    cautious, middle, good = (dated(int(number)) for number in np.sort(first)[list(ranks)])
    return FirstBelow(tuple(np.bincount(first, minlength=days + 1)[:days].tolist()), cautious, middle, good)
