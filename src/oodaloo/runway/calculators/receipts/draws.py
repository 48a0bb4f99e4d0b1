"""Joint draws of when open documents are paid: one number per document and path, and what documents have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Shorts, Singles, Words
from oodaloo.runway.calculators.receipts.dice import coins, normals, throws, uniforms
from oodaloo.runway.calculators.receipts.pay_days import PayDays

WEEK_DAYS = 7

_PACED_WEEKS = 4  # as many as are calibrated; later weeks go at one pace together
_CELL_BITS = 12
_CELLS = 1 << _CELL_BITS
_ROWS_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Dependence:
    """How payments hang together; all 0 means independently.

    `shared` is the variance of a week's common pace, `persistent` the part of it that is the same in all weeks ahead,
    `customer` the probability with which two documents of one customer share their luck.
    """

    shared: float = 0.0
    persistent: float = 0.0
    customer: float = 0.0


@dataclass(frozen=True, slots=True)
class Dice:
    """What is thrown: `paths` draws of the `weeks` ahead; a document has the same luck in any company."""

    dependence: Dependence
    paths: int = 2_000
    weeks: int = 4
    seed: int = 1


def drawn_days(pay: PayDays, documents: Words, customers: Words, dice: Dice) -> Shorts:
    """The drawn days to payment, 1 … 7 x weeks, or 0 where it comes later or never; shape (documents, paths).

    `documents` and `customers` are the keys of the rows of `pay`. A document's hazard h in a week becomes
    1 - (1 - h)^pace, where the pace of a week is log-normal with mean 1 and common to all; within a week the days keep
    their proportions. With probability √customer a document uses the number of its customer instead of its own.
    Probabilities are kept to 1/4,096.
    """
    days = np.empty((len(pay.age), dice.paths), np.int16)
    for part, drawn in _drawn(pay, documents, customers, dice):
        days[part] = drawn
    return days


def drawn_totals(pay: PayDays, amounts: Floats, documents: Words, customers: Words, dice: Dice) -> Floats:
    """The totals of each week ahead in the same draws, shape (weeks, paths), without keeping the days."""
    totals = np.zeros((dice.weeks, dice.paths))
    for part, days in _drawn(pay, documents, customers, dice):
        for week in range(dice.weeks):
            inside = (days > WEEK_DAYS * week) & (days <= WEEK_DAYS * (week + 1))
            totals[week] += amounts[part] @ inside.astype(np.float64)
    return totals


def _drawn(pay: PayDays, documents: Words, customers: Words, dice: Dice) -> Iterator[tuple[slice, Shorts]]:
    """Few documents at a time, so that what is worked on stays in the processor's cache."""
    pace = _pace(dice)
    for start in range(0, len(pay.age), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        rows = PayDays(pay.document[part], pay.age[part], pay.left[part])
        left = rows.still_open(np.arange(WEEK_DAYS * dice.weeks + 1))
        luck = _luck(documents[part], customers[part], dice)
        if dice.dependence.shared > 0:
            even = _unpaced(uniforms(luck), left, pace)
            cell = np.minimum(even * np.float32(_CELLS), _CELLS - 1).astype(np.int32)
        else:
            cell = (luck >> np.uint32(32 - _CELL_BITS)).astype(np.int32)
        cell += (np.arange(len(left), dtype=np.int32) * _CELLS)[:, None]
        yield part, _days_by_cell(left).take(cell)


def _luck(documents: Words, customers: Words, dice: Dice) -> Words:
    """What is thrown for each document, or for its customer where the two go together."""
    own = throws(documents, dice.paths, dice.seed, "document")
    if dice.dependence.customer <= 0:
        return own
    names, whose = np.unique(customers, return_inverse=True)
    common = throws(names, dice.paths, dice.seed, "customer")[whose]
    return np.where(coins(own, dice.dependence.customer**0.5), common, own)


def _days_by_cell(left: Floats) -> Shorts:
    """For each document and 4,096th of luck the day of payment, late ones first; 0 where it is too late."""
    bounds = np.minimum.accumulate(np.rint(left * _CELLS).astype(np.int64), axis=1)
    cells = np.concatenate([bounds[:, -1:], -np.diff(bounds, axis=1)[:, ::-1]], axis=1)
    days = np.concatenate([[0], np.arange(left.shape[1] - 1, 0, -1)]).astype(np.int16)
    return np.repeat(np.tile(days, len(left)), cells.ravel())


def _pace(dice: Dice) -> Singles:
    """How fast everyone pays in each of the first weeks, and in all later ones, by path; shape (4 + 1, paths)."""
    whole, lasting = np.log1p(dice.dependence.shared), np.log1p(dice.dependence.persistent)
    lasts = np.sqrt(lasting) * normals("all weeks", dice.paths, dice.seed)
    varies = np.sqrt(max(0.0, whole - lasting))
    weeks = [lasts + varies * normals(f"week {week}", dice.paths, dice.seed) for week in range(_PACED_WEEKS + 1)]
    return np.asarray(np.exp(np.array(weeks) - whole / 2), np.float32)


def _unpaced(luck: Singles, left: Floats, pace: Singles) -> Singles:
    """The luck that would give at an even pace the day that this luck gives at the path's own.

    Luck is the probability of a wait as long; its negative logarithm is spent on hazard, week by week.
    """
    ends = left[:, : WEEK_DAYS * _PACED_WEEKS + 1 : WEEK_DAYS]
    hazard = -np.diff(np.log(np.maximum(ends, 1 / _CELLS)), axis=1).astype(np.float32)
    rest, even = -np.log(luck), np.zeros_like(luck)
    for week in range(hazard.shape[1]):
        spent = np.minimum(rest, hazard[:, week, None] * pace[week])
        rest -= spent
        spent /= pace[week]
        even += spent
    rest /= pace[-1]
    even += rest
    return np.exp(-even)
