"""How amounts vary: flows repeat what happened after some day in their past, the residual moves around its level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.projection.expected import Size, Varying
from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.calculators.receipts.dice import keys_of, normals, throws, uniforms
from oodaloo.runway.calculators.receipts.draws import Dice
from oodaloo.runway.calculators.robust import median

_LEVEL_HITS = 6
_HITS_BEFORE = 3
_MOST_ORIGINS = 12
_ALIKE = 2.0
_NORMAL_PER_MAD = 1.4826
_MEDIAN_ERROR = 1.2533


@dataclass(frozen=True, slots=True)
class Replay:
    """A flow's next amounts: `typical` cents times what followed a day of its past, relative to what was typical then.

    `factors` has one row per past day, shape (days, steps); every path goes through one of them, so that a level that
    once moved for good may do so again. `added` cents are certain.
    """

    name: str
    typical: tuple[int, ...]
    added: tuple[int, ...]
    factors: Floats

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        luck = uniforms(throws(keys_of([self.name]), dice.paths, dice.seed, "amounts", dice.first))[0]
        past = np.minimum((luck * np.float32(len(self.factors))).astype(np.int64), len(self.factors) - 1)
        amounts = np.rint(np.array(self.typical, float) * self.factors) + np.array(self.added, float)
        return np.asarray(amounts.T.take(past, axis=1))


@dataclass(frozen=True, slots=True)
class Level:
    """Weekly cents around a level that is itself known only so far; never of the other sign.

    `spread` is the robust standard deviation of a week; that of the level, a median of `weeks` weeks, is 1.2533 times
    it over √weeks (of normal weeks), and stays for the whole path.
    """

    name: str
    cents: int
    spread: float
    weeks: int
    steps: int

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        names = [f"{self.name} level", *(f"{self.name} {step}" for step in range(self.steps))]
        bells = normals(names, dice.paths, dice.seed, dice.first)
        level = abs(self.cents) + self.spread * _MEDIAN_ERROR / self.weeks**0.5 * bells[0].astype(np.float64)
        return np.asarray(np.sign(self.cents) * np.rint(np.maximum(level + self.spread * bells[1:], 0)))


@dataclass(frozen=True, slots=True)
class Series:
    """Amounts one after the other, each a step of something that varies or certain cents."""

    parts: tuple[Size | int, ...]

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        rows = [np.full(dice.paths, float(p)) if isinstance(p, int) else p.of.drawn(dice)[p.step] for p in self.parts]
        return np.array(rows)


@dataclass(frozen=True, slots=True)
class DrawnFrom:
    """What payments take from `reserve` cents that are set aside for them, first come first served; positive."""

    payments: Varying
    reserve: int

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        return taken(np.maximum(-self.payments.drawn(dice), 0), self.reserve)


@dataclass(frozen=True, slots=True)
class NotCovered:
    """What payments take from elsewhere when part of them is covered by what is set aside; negative."""

    payments: Varying
    covered: DrawnFrom

    def drawn(self, dice: Dice) -> Floats:
        """Signed whole cents, shape (steps, paths)."""
        return np.asarray(self.payments.drawn(dice) + self.covered.drawn(dice))


def taken(paid: Floats, reserve: int) -> Floats:
    """What each payment, in order along the first axis, takes from a reserve that all of them share."""
    return np.diff(np.minimum(np.cumsum(paid, axis=0), reserve), axis=0, prepend=0)


def robust_deviation(absolute_deviation_cents: int) -> float:
    """The standard deviation that goes with a median absolute deviation in normal data."""
    return _NORMAL_PER_MAD * absolute_deviation_cents


def past_factors(amounts: Sequence[int], steps: int) -> Floats | None:
    """What followed each day of a flow's past, relative to its typical amount then; shape (days, steps).

    `amounts` are signed cents by day, oldest first. Typical is the median of the 6 amounts before, as it is for what
    comes next. A day needs 3 amounts before it and 6 after it, less where the history is short, and the 12 latest such
    days count; where what followed is too short it repeats. Amounts beyond twice or half of what is typical are no
    habit of the flow, and are cut there. None where the amounts never vary.
    """
    if len(set(amounts)) < 2:
        return None
    enough = min(_LEVEL_HITS, len(amounts) // 2)
    last = len(amounts) - enough
    origins = range(min(_HITS_BEFORE, max(1, last // 2)), last + 1)[-_MOST_ORIGINS:]
    rows = []
    for origin in origins:
        typical = median(amounts[max(0, origin - _LEVEL_HITS) : origin])
        if typical:
            rows.append(np.resize(amounts[origin:], steps) / typical)
    return np.clip(np.array(rows), 1 / _ALIKE, _ALIKE) if rows else None
