"""Joint draws of when open documents are paid: one number per document and path, and what documents have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints, Shorts, Singles, Words
from oodaloo.runway.calculators.receipts.dice import normals, throws, uniforms
from oodaloo.runway.calculators.receipts.pay_days import PayDays

WEEK_DAYS = 7

PACED_DAYS = np.arange(0, 4 * WEEK_DAYS + 1, WEEK_DAYS)
"""The ends of the weeks that have a pace each, as many as are calibrated; later weeks go at one pace together."""

_CELL_BITS = 12
_CELLS = 1 << _CELL_BITS
_ROWS_AT_ONCE = 25


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
    """What is thrown: `paths` draws of the `weeks` ahead; a document has the same luck in any company.

    A path is known by its number, from `first` on: it is the same however many others are drawn.
    """

    dependence: Dependence
    paths: int = 2_000
    weeks: int = 4
    seed: int = 1
    first: int = 0


def drawn_days(pay: PayDays, documents: Words, customers: Words, dice: Dice) -> Shorts:
    """The drawn days to payment, 1 … 7 x weeks, or 0 where it comes later or never; shape (documents, paths).

    `documents` and `customers` are the keys of the rows of `pay`. A document's hazard h in a week becomes
    1 - (1 - h)^pace, where the pace of a week is log-normal with mean 1 and common to all; within a week the days keep
    their proportions. With probability √customer a document uses the number of its customer instead of its own.
    Probabilities are kept to 1/4,096.
    """
    days = np.empty((len(pay.age), dice.paths), np.int16)
    for part, drawn in _drawn(pay, documents, customers, dice, np.arange(WEEK_DAYS * dice.weeks + 1)):
        days[part] = drawn
    return days


def drawn_totals(pay: PayDays, amounts: Floats, documents: Words, customers: Words, dice: Dice) -> Floats:
    """The totals of each week ahead in the same draws, shape (weeks, paths), without keeping the days."""
    totals = np.zeros((dice.weeks + 1) * dice.paths)
    ends, path = WEEK_DAYS * np.arange(dice.weeks + 1), np.arange(dice.paths)
    for part, weeks in _drawn(pay, documents, customers, dice, ends):
        place = weeks * np.int64(dice.paths) + path
        totals += np.bincount(place.ravel(), np.repeat(amounts[part], dice.paths), len(totals))
    return totals.reshape(-1, dice.paths)[1:]


def luck_of(documents: Words, customers: Words, dice: Dice) -> Words:
    """What is thrown for each document, or for its customer where the two go together, shape (documents, paths).

    One throw decides both: low ones are given away for the customer's, and the others are spread over the whole range.
    """
    luck = throws(documents, dice.paths, dice.seed, "document", dice.first)
    together = dice.dependence.customer**0.5
    if together <= 0:
        return luck
    given = np.uint32(together * 2**32)
    common = throws(customers, dice.paths, dice.seed, "customer", dice.first)
    joined = luck < given
    own = ((luck - given).astype(np.uint64) * np.uint64(2**16 / (1 - together)) >> np.uint64(16)).astype(np.uint32)
    own ^= (own ^ common) * joined  # np.where takes twice as long
    return own


def pace_of(dice: Dice) -> Singles | None:
    """How fast everyone pays in each of the first weeks, and in all later ones, by path; shape (4 + 1, paths).

    None where everyone pays at an even pace.
    """
    if dice.dependence.shared <= 0:
        return None
    whole, lasting = np.log1p(dice.dependence.shared), np.log1p(dice.dependence.persistent)
    names = ["all weeks", *(f"week {week}" for week in range(len(PACED_DAYS)))]
    bells = normals(names, dice.paths, dice.seed, dice.first)
    logs = np.sqrt(lasting) * bells[0] + np.sqrt(max(0.0, whole - lasting)) * bells[1:]
    return np.asarray(np.exp(logs - whole / 2), np.float32)


def cells_of(luck: Words, ends: Floats, pace: Singles | None) -> Ints:
    """Which 4,096th of its document's chances each luck falls into at the path's own pace, shape (documents, paths).

    `ends` are the chances of still waiting on `PACED_DAYS`, as far as they are asked for.
    """
    if pace is None:
        return (luck >> np.uint32(32 - _CELL_BITS)).astype(np.int64)
    even = _unpaced(uniforms(luck), ends, pace)
    even *= np.float32(_CELLS)
    return np.minimum(even, _CELLS - 1, out=even).astype(np.int32).astype(np.int64)  # in two steps, each in hardware


def first_cells(rows: int) -> Ints:
    """Where each row's cells begin in `times_by_cell`, shape (rows, 1)."""
    return (np.arange(rows) * _CELLS)[:, None]


def times_by_cell(left: Floats) -> Shorts:
    """For each row and 4,096th of luck which column ends the wait, late ones first; 0 where none of them does.

    `left` holds the chances of still waiting, never rising and 1 in column 0; shape (rows, columns).
    """
    bounds = np.minimum.accumulate(np.rint(left * _CELLS).astype(np.int16), axis=1)[:, ::-1]
    cells = np.empty(bounds.shape, np.int64)
    cells[:, 0] = bounds[:, 0]
    np.subtract(bounds[:, 1:], bounds[:, :-1], out=cells[:, 1:])
    times = np.concatenate([[0], np.arange(left.shape[1] - 1, 0, -1)]).astype(np.int16)
    return np.repeat(np.tile(times, len(left)), cells.ravel())


def _drawn(pay: PayDays, documents: Words, customers: Words, dice: Dice, days: Ints) -> Iterator[tuple[slice, Shorts]]:
    """Which of `days` each wait has ended by, few documents at a time, so that they stay in the processor's cache."""
    pace, ends = pace_of(dice), PACED_DAYS[WEEK_DAYS * dice.weeks >= PACED_DAYS]
    for start in range(0, len(pay.age), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        rows = PayDays(pay.document[part], pay.age[part], pay.left[part])
        left = rows.still_open(days)
        cell = cells_of(luck_of(documents[part], customers[part], dice), rows.still_open(ends), pace)
        cell += first_cells(len(left))
        yield part, times_by_cell(left).take(cell)


def _unpaced(luck: Singles, ends: Floats, pace: Singles) -> Singles:
    """The luck that would give at an even pace the day that this luck (which is used up) gives at the path's own.

    Luck is the probability of a wait as long; its negative logarithm is spent on hazard, week by week.
    """
    hazard = -np.diff(np.log(np.maximum(ends, 1 / _CELLS)), axis=1).astype(np.float32)
    rest, even, spent = np.log(luck, out=luck), np.zeros_like(luck), np.empty_like(luck)
    np.negative(rest, out=rest)
    slowness = 1 / pace
    for week in range(hazard.shape[1]):
        np.minimum(rest, np.multiply(hazard[:, week, None], pace[week], out=spent), out=spent)
        rest -= spent
        spent *= slowness[week]
        even += spent
    rest *= slowness[-1]
    even += rest
    return np.exp(np.negative(even, out=even), out=even)
