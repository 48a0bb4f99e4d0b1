"""The futures of a picture with a change, from those without it: only the money that the change touches is drawn."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expectations, Expected
from oodaloo.runway.calculators.projection.futures import add_moves, added_up
from oodaloo.runway.calculators.projection.reading import Reading
from oodaloo.runway.calculators.projection.simulated import middles_of, reading_of, simulation_of
from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.model.runway import Simulation


@dataclass(frozen=True, slots=True)
class Futures:
    """What is expected, its futures for a seed (see `futures_of`), shape (days, paths), and what they say."""

    expected: Expectations
    spendable: Floats
    seed: int
    simulation: Simulation

    def simulated_with(self, after: Expectations, buffer: Money) -> Simulation:
        """What the futures of `after` say, which rests on the same books and horizon: the same as if all were drawn.

        Each sum of money has its own luck, and whole cents add up exactly, so that what is taken away and what is
        added can be drawn by itself. Days on which no future differs stay as they are.
        """
        more = self._more(after)
        differs = np.asarray(more.any(axis=1)).tolist()
        more += self.spendable
        days = tuple(None if new else day for day, new in zip(self.simulation.days, differs, strict=True))
        return simulation_of(after, more, buffer, days)

    def read_with(self, after: Expectations, buffer: Money, paydays: Collection[int]) -> Reading:
        """The same, but only what runway is read off.

        Where all futures differ by as much, so does the middle case. Elsewhere it lies between the least and the most
        that they differ by, which says of most days that they can't be the lowest.
        """
        more = self._more(after)
        least, most = more.min(axis=1), more.max(axis=1)
        more += self.spendable
        middles = np.array([float(day.middle.cents) for day in self.simulation.days])
        ceiling = (middles + most).min()
        middles += least
        asked = middles <= ceiling
        asked[[*paydays, -1]] = True
        anew = np.flatnonzero(asked & (least < most))
        middles[anew] = middles_of(more[anew])
        return reading_of(after, more, buffer, middles, paydays)

    def _more(self, after: Expectations) -> Floats:
        """What each future has more on each day, shape (days, paths)."""
        gone, come = _differing(self.expected.money, after.money)
        more = np.zeros_like(self.spendable)
        add_moves(more, replace(self.expected, money=gone), self.seed)
        np.negative(more, out=more)
        add_moves(more, replace(after, money=come), self.seed)
        more[0] += after.opening.cents - self.expected.opening.cents
        return added_up(more)


def _differing(
    before: Sequence[Expected], after: Sequence[Expected]
) -> tuple[tuple[Expected, ...], tuple[Expected, ...]]:
    """What only one of both expects; what was gathered anew but is equal is in neither."""
    gone, come = _others(before, after), _others(after, before)
    same = Counter(map(_content, gone)) & Counter(map(_content, come))
    return tuple(_less(gone, Counter(same))), tuple(_less(come, Counter(same)))


def _others(money: Iterable[Expected], than: Iterable[Expected]) -> list[Expected]:
    known = {id(each) for each in than}
    return [each for each in money if id(each) not in known]


def _less(money: Iterable[Expected], same: Counter[tuple[object, ...]]) -> Iterable[Expected]:
    for each in money:
        content = _content(each)
        if same[content]:
            same[content] -= 1
        else:
            yield each


def _content(each: Expected) -> tuple[object, ...]:
    """What makes it equal to another one; amounts that vary are equal only where they are the same object."""
    waits = None if each.waits is None else each.waits.tobytes()
    size = None if each.size is None else (id(each.size.of), each.size.step)
    return each.item.dated, each.item.amount, each.luck, each.customer, waits, size
