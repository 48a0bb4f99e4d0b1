"""Many futures of spendable cash: every expected sum on a drawn day, with a drawn amount, path by path."""

from collections.abc import Sequence

import numpy as np

from oodaloo.runway.calculators.projection.expected import Expectations, Expected, Varying
from oodaloo.runway.calculators.receipts.arrays import Floats, Words
from oodaloo.runway.calculators.receipts.dice import keys_of, throws
from oodaloo.runway.calculators.receipts.draws import (
    PACED_DAYS,
    Dice,
    cells_of,
    first_cells,
    luck_of,
    pace_of,
    times_by_cell,
)

_ROWS_AT_ONCE = 25
_PATHS_AT_ONCE = 2_000


def futures_of(expected: Expectations, paths: int, seed: int) -> Floats:
    """Spendable at the end of day 0 … horizon in whole cents as float64 (exact up to 2^53), shape (days, paths).

    Receipts share the pace of a week, a lasting part of it and their customer's luck, as the business's past says; the
    rest falls by itself. Every number depends on the seed, on what it is thrown for and on the path's number alone: the
    same money has the same luck in every scenario, and money that is added changes no other's.
    """
    spendable = np.zeros((expected.horizon_days + 1, paths))
    add_moves(spendable, expected, seed)
    np.cumsum(spendable, axis=0, out=spendable)
    spendable += expected.opening.cents
    return spendable


def add_moves(moves: Floats, expected: Expectations, seed: int, sign: int = 1) -> None:
    """Add (or with -1 take away) what moves spendable on each day of those futures, in signed whole cents, in place."""
    inside = [
        each for each in expected.money if each.waits is not None or _day(each, expected) <= expected.horizon_days
    ]
    certain = [each for each in inside if each.waits is None]
    waiting = [_Waiting(some, expected) for some in _by_customer_or_us(inside) if some]
    paths = moves.shape[1]
    for first in range(0, paths, _PATHS_AT_ONCE):
        dice = Dice(expected.calibration.dependence, min(_PATHS_AT_ONCE, paths - first), seed=seed, first=first)
        amounts, moved = _Amounts(dice), np.zeros((len(moves), dice.paths))
        for some in waiting:
            some.add_to(moved, amounts)
        moved[0] = 0.0  # what doesn't move within the horizon has been put there
        for each in certain:
            moved[_day(each, expected)] += amounts.of(each)
        part = moves[:, first : first + dice.paths]
        (np.add if sign > 0 else np.subtract)(part, moved, out=part)


class _Amounts:
    """Signed cents by path, each series that varies drawn once."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._drawn: dict[int, tuple[Varying, Floats]] = {}

    def of(self, each: Expected) -> Floats | float:
        """The amounts of what is expected: one for all paths, or one for each."""
        if each.size is None:
            return float(each.item.amount.cents)
        series = each.size.of
        if id(series) not in self._drawn:
            self._drawn[id(series)] = (series, series.drawn(self.dice))
        return np.asarray(self._drawn[id(series)][1][each.size.step])


class _Waiting:
    """Money whose day is drawn: all of it comes from customers, in their common pace, or all of it is our own."""

    def __init__(self, money: Sequence[Expected], expected: Expectations) -> None:
        self.money = money
        columns = expected.horizon_days + 1
        left = np.array([each.waits for each in money], np.float64)
        self.left, self.ends = left[:, :columns], left[:, PACED_DAYS]
        self.keys = keys_of(each.luck for each in money)
        self.from_customers = bool(money[0].customer)
        self.customers = keys_of(each.customer for each in money)
        self.cents = np.array([float(each.item.amount.cents) for each in money])
        self.varies = np.array([each.size is not None for each in money], np.bool_)

    def add_to(self, moved: Floats, amounts: _Amounts) -> None:
        """Add what each path moves to its days, shape (days, paths); few rows at a time, to stay in the cache."""
        dice = amounts.dice
        path, places, total = np.arange(dice.paths), moved.size, moved.reshape(-1)
        pace = pace_of(dice) if self.from_customers else None
        for start in range(0, len(self.money), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            cell = cells_of(self._luck(part, dice), self.ends[part], pace)
            cell += first_cells(len(cell))
            place = times_by_cell(self.left[part]).take(cell) * np.int64(dice.paths)
            place += path
            total += np.bincount(place.ravel(), self._weights(part, amounts).ravel(), places)

    def _luck(self, part: slice, dice: Dice) -> Words:
        if self.from_customers:
            return luck_of(self.keys[part], self.customers[part], dice)
        return throws(self.keys[part], dice.paths, dice.seed, "document", dice.first)

    def _weights(self, part: slice, amounts: _Amounts) -> Floats:
        weights = np.repeat(self.cents[part], amounts.dice.paths).reshape(-1, amounts.dice.paths)
        for row in np.flatnonzero(self.varies[part]).tolist():
            weights[row] = amounts.of(self.money[part][row])
        return weights


def _day(each: Expected, expected: Expectations) -> int:
    return (each.item.dated - expected.as_of).days


def _by_customer_or_us(money: Sequence[Expected]) -> tuple[list[Expected], list[Expected]]:
    waiting = [each for each in money if each.waits is not None]
    return [each for each in waiting if each.customer], [each for each in waiting if not each.customer]
