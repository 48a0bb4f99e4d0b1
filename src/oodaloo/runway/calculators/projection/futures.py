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
    moves = np.zeros((expected.horizon_days + 1, paths))
    add_moves(moves, expected, seed)
    moves[0] += expected.opening.cents
    return added_up(moves)


def add_moves(moves: Floats, expected: Expectations, seed: int) -> None:
    """Add what moves spendable on each day of those futures, in signed whole cents, in place; shape (days, paths)."""
    inside = [
        each for each in expected.money if each.waits is not None or _day(each, expected) <= expected.horizon_days
    ]
    certain = [each for each in inside if each.waits is None]
    waiting = [_Waiting(some, expected) for some in _by_customer_or_us(inside) if some]
    paths = moves.shape[1]
    for first in range(0, paths, _PATHS_AT_ONCE):
        dice = Dice(expected.calibration.dependence, min(_PATHS_AT_ONCE, paths - first), seed=seed, first=first)
        amounts, part = _Amounts(dice), moves[:, first : first + dice.paths]
        today = part[0].copy()
        for some in waiting:
            some.add_to(moves, amounts)
        part[0] = today  # what doesn't move within the horizon has been put there
        for each in certain:
            part[_day(each, expected)] += amounts.of(each)


def added_up(moves: Floats) -> Floats:
    """The running sums by day, in place: several times quicker than numpy's along the first axis."""
    for day in range(1, len(moves)):
        moves[day] += moves[day - 1]
    return moves


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
        self.times, self.ends = times_by_cell(left[:, :columns]), left[:, PACED_DAYS]
        self.cells = first_cells(len(money))
        self.keys = keys_of(each.luck for each in money)
        self.from_customers = bool(money[0].customer)
        self.customers = keys_of(each.customer for each in money)
        self.cents = np.array([float(each.item.amount.cents) for each in money])
        self.varies = np.array([each.size is not None for each in money], np.bool_)

    def add_to(self, moves: Floats, amounts: _Amounts) -> None:
        """Add what each path of the dice moves to its days, shape (days, all paths); few rows at a time for the cache.

        What doesn't move within the horizon is added to day 0.
        """
        dice, everything = amounts.dice, moves.reshape(-1)
        path = np.arange(dice.first, dice.first + dice.paths)
        pace = pace_of(dice) if self.from_customers else None
        for start in range(0, len(self.money), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            cell = cells_of(self._luck(part, dice), self.ends[part], pace)
            cell += self.cells[part]
            place = self.times.take(cell) * np.int64(moves.shape[1])
            place += path
            np.add.at(everything, place.ravel(), self._weights(part, amounts).ravel())

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
