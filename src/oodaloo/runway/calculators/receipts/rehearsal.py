"""Every past Friday played again with what was known then: what was expected, with which range, and what came."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.calibration import WEEKS, Calibration, Surprise, stretches, surprise_on
from oodaloo.runway.calculators.receipts.dependence import PairMoments, dependence_from, pair_moments
from oodaloo.runway.calculators.receipts.documents import Ledger
from oodaloo.runway.calculators.receipts.draws import WEEK_DAYS, Dice, drawn_totals
from oodaloo.runway.calculators.receipts.forecasts import open_on
from oodaloo.runway.calculators.receipts.learning import BLOCK_DAYS, Learnt, TimingModel, models
from oodaloo.runway.calculators.receipts.pay_days import PayDays

_FRIDAY = 5
YEAR_DAYS = 52 * WEEK_DAYS
"""For how long before a day Fridays are played again."""

_LARGEST_HAZARD = 1 - 1e-9
CALIBRATING_PATHS = 500
"""They place one actual total each, to a fiftieth of a standard deviation in the middle."""


@dataclass(frozen=True)
class Friday:
    """A forecast of the weeks after `day` (an ordinal) from the documents that were open then.

    `expected` are the weeks' mean totals in cents, shape (weeks,), `draws` drawn ones, shape (weeks, paths).
    """

    day: int
    pay: PayDays
    expected: Floats
    draws: Floats
    calibration: Calibration

    @cached_property
    def bands(self) -> Floats:
        """P10 and P90 of the weeks' totals and, in the last row, of all weeks together, shape (weeks + 1, 2)."""
        weeks = [np.quantile(row, self.calibration.week_levels(week)) for week, row in enumerate(self.draws)]
        return np.array([*weeks, np.quantile(self.draws.sum(axis=0), self.calibration.total_levels())])


@dataclass(frozen=True, slots=True)
class Experience:
    """What past Fridays taught, oldest first; each entry says from when on it is known."""

    moments: list[PairMoments] = field(default_factory=list)
    surprises: list[Surprise] = field(default_factory=list)

    def calibration(self, today: int) -> Calibration:
        """The calibration from what is over by the end of `today`, an ordinal."""
        fridays = sum(surprise.known_from[-1] <= today for surprise in self.surprises)
        return Calibration(dependence_from(self.moments, today), stretches(self.surprises, today), fridays)

    def first(self, moments: int, surprises: int) -> "Experience":
        """Its first entries, as another experience that may grow."""
        return Experience(self.moments[:moments], self.surprises[:surprises])


def rehearse(
    ledger: Ledger,
    first: int,
    last: int,
    experience: Experience,
    paths: int = 2_000,
    learnt: Learnt | None = None,
) -> Iterator[tuple[TimingModel, tuple[Friday, ...]]]:
    """Block by block the model and the forecasts of its Fridays from `first` to `last` (ordinals), by so many draws.

    Each adds to `experience`, except while the model knows too little. All blocks up to `last` are given, from the one
    on at which what was `learnt` ends.
    """
    for model in models(ledger, last, learnt):
        days = range(max(first, model.start), min(last + 1, model.start + BLOCK_DAYS))
        yield model, tuple(_forecast(model, day, experience, paths) for day in days if day % WEEK_DAYS == _FRIDAY)


def calibration_on(ledger: Ledger, day: int) -> Calibration:
    """What the Fridays of the year before `day` (an ordinal) say about ranges, as known at its end."""
    return learned_on(ledger, day)[1]


def learned_on(ledger: Ledger, day: int) -> tuple[TimingModel | None, Calibration]:
    """The model that answers for `day` (an ordinal) and the calibration of that day, in one walk through the past.

    No model where nothing had been issued by then.
    """
    experience, latest = Experience(), None
    for model, _ in rehearse(ledger, day - YEAR_DAYS, day, experience, CALIBRATING_PATHS):
        latest = model
    return latest, experience.calibration(day)


def paid_weeks(ledger: Ledger, friday: Friday) -> Ints:
    """For each open document the week after the Friday, from 0, in which it was paid; `WEEKS` where it wasn't."""
    return np.minimum((ledger.paid[friday.pay.document] - friday.day - 1) // WEEK_DAYS, WEEKS)


def actual_totals(ledger: Ledger, friday: Friday) -> Floats:
    """What came of the open documents in each week after the Friday, in cents, shape (weeks,)."""
    return sums_by(paid_weeks(ledger, friday), ledger.cents[friday.pay.document], WEEKS + 1)[:WEEKS]


def _forecast(model: TimingModel, day: int, experience: Experience, paths: int) -> Friday:
    ledger, pay = model.ledger, open_on(model, day)
    calibration = experience.calibration(day)
    left = pay.still_open(np.arange(0, WEEK_DAYS * WEEKS + 1, WEEK_DAYS))
    cents, customer = ledger.cents[pay.document], ledger.customer[pay.document]
    keys = ledger.keys[pay.document], ledger.customer_keys[customer]
    draws = drawn_totals(pay, cents, *keys, Dice(calibration.dependence, paths, WEEKS))
    friday = Friday(day, pay, cents @ -np.diff(left, axis=1), draws, calibration)
    if model.seasoned and len(cents):
        hazard = np.clip(1 - left[:, 1:] / np.maximum(left[:, :-1], 1 - _LARGEST_HAZARD), 0, _LARGEST_HAZARD)
        experience.moments.append(pair_moments(day, hazard, paid_weeks(ledger, friday), customer))
        experience.surprises.append(surprise_on(day, draws, actual_totals(ledger, friday)))
    return friday
