"""Chances of still waiting, day by day: from past days, on bank days only, moved by what is supposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from oodaloo.kit.dates import BankCalendar
from oodaloo.runway.calculators.payables.days import sane
from oodaloo.runway.calculators.receipts.arrays import Floats, Ints

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """Where past days fell, as a distribution: at least one day, ascending, each once.

    `reached` is the chance of fewer days than the first, of at most the first, of at most the second …
    """

    days: Ints
    reached: Floats

    def waits(self, start: int, horizon_days: int) -> Floats:
        """Chances that `start` plus such days is later than day 0 … horizon, none of it before tomorrow."""
        since = np.arange(horizon_days + 1) - start
        left = 1 - self.reached[np.searchsorted(self.days, since, side="right")]
        left[0] = 1.0
        return np.asarray(left)

    @property
    def median(self) -> int:
        """The days that half of them don't exceed."""
        return int(self.days[np.searchsorted(self.reached[1:], _HALF)])


def spread_of(days: Sequence[int], weights: Sequence[int] | None = None) -> Spread:
    """The distribution of past days, each with its weight or all alike."""
    each, which = np.unique(np.asarray(days, np.int64), return_inverse=True)
    weight = np.bincount(which, weights, len(each))
    return Spread(each, np.append(0.0, np.cumsum(weight) / weight.sum()))


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at: `as_of` is day 0, `horizon_days` the number of the last one.

    `bank` has for each day the latest bank day by then, or day 0: what would move in between moves on the next one.
    """

    as_of: date
    horizon_days: int
    calendar: BankCalendar
    bank: Ints

    @property
    def last(self) -> date:
        """The last day."""
        return self.as_of + timedelta(days=self.horizon_days)

    def on_bank_days(self, waits: Floats) -> Floats:
        """The same chances where money moves on bank days only; days are the last axis."""
        return np.asarray(waits[..., self.bank])

    def bank_day(self, day: date) -> date:
        """`day`, tomorrow where that is later, or the next bank day."""
        return self.calendar.on_or_after(sane(max(day, self.as_of + timedelta(days=1))))


def span_of(as_of: date, horizon_days: int, calendar: BankCalendar) -> Span:
    """The days from `as_of` on."""
    days, latest = [0], 0
    for number in range(1, horizon_days + 1):
        latest = number if calendar.is_business_day(as_of + timedelta(days=number)) else latest
        days.append(latest)
    return Span(as_of, horizon_days, calendar, np.array(days, np.int64))
