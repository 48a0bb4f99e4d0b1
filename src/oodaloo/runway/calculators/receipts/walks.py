"""Walks through a business's past that begin where another one's past stops being the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.calculators.receipts.calibration import WEEKS, Calibration
from oodaloo.runway.calculators.receipts.documents import NO_DAY, Ledger
from oodaloo.runway.calculators.receipts.draws import WEEK_DAYS
from oodaloo.runway.calculators.receipts.learning import BLOCK_DAYS, Learnt, TimingModel
from oodaloo.runway.calculators.receipts.rehearsal import CALIBRATING_PATHS, YEAR_DAYS, Experience, rehearse

_WALKS_KEPT = 6
_STOPS_KEPT = 3
_COMPLETE_DAYS = WEEK_DAYS * WEEKS + 1
"""How many days after a block what came of its last Friday's documents is known in full."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """What a walk had come to when it reached a block: what was learned, and how much experience there was."""

    learnt: Learnt
    moments: int
    surprises: int

    def is_of(self, one: Ledger, other: Ledger) -> bool:
        """Whether both ledgers lead here: what was known of earlier documents is the same, and what came of them."""
        until = self.learnt.start + _COMPLETE_DAYS
        rows = [int(np.searchsorted(each.issued, self.learnt.start)) for each in (one, other)]
        return rows[0] == rows[1] and one.customers == other.customers and _same(one, other, rows[0], until)


@dataclass(frozen=True, slots=True)
class _Walk:
    ledger: Ledger
    day: int
    model: TimingModel | None
    experience: Experience
    stops: tuple[_Stop, ...]

    def begun_for(self, ledger: Ledger) -> _Stop | None:
        """The last place that the other ledger's walk comes by with the same experience; None where there is none."""
        return next((stop for stop in reversed(self.stops) if stop.is_of(self.ledger, ledger)), None)


@dataclass(slots=True)
class Walks:
    """The latest walks, from which others begin: that saves time and changes no bit of what is learned.

    It rests on nothing that came later playing a part in what is forecast for a day.
    """

    _kept: tuple[_Walk, ...] = field(default=())

    def learned_on(self, ledger: Ledger, day: int) -> tuple[TimingModel | None, Calibration]:
        """The model that answers for `day` (an ordinal) and the calibration of that day, in one walk through the past.

        No model where nothing had been issued by then.
        """
        known = [walk for walk in self._kept if walk.day == day]
        walk = next((each for each in known if _are_same(each.ledger, ledger)), None) or _walked(ledger, day, known)
        self._kept = (walk, *(each for each in self._kept if each is not walk))[:_WALKS_KEPT]
        return walk.model, walk.experience.calibration(day)


def _walked(ledger: Ledger, day: int, known: list[_Walk]) -> _Walk:
    """A walk that begins at the latest stop of those known, else at the first issue."""
    begun = ((walk, stop) for walk in known if (stop := walk.begun_for(ledger)) is not None)
    found = max(begun, key=lambda each: each[1].learnt.start, default=None)
    experience, learnt, stops, latest = Experience(), None, list[_Stop](), None
    if found is not None:
        walk, stop = found
        experience, learnt = walk.experience.first(stop.moments, stop.surprises), stop.learnt
        stops = [each for each in walk.stops if each.learnt.start <= learnt.start]
    for model, _ in rehearse(ledger, day - YEAR_DAYS, day, experience, CALIBRATING_PATHS, learnt):
        latest = model
        if model.start + BLOCK_DAYS <= day:
            stops.append(_Stop(model.learnt(), len(experience.moments), len(experience.surprises)))
            del stops[:-_STOPS_KEPT]
    return _Walk(ledger, day, latest, experience, tuple(stops))


def _are_same(one: Ledger, other: Ledger) -> bool:
    return len(one) == len(other) and one.customers == other.customers and _same(one, other, len(one), NO_DAY)


def _same(one: Ledger, other: Ledger, rows: int, until: int) -> bool:
    """Whether the first rows say the same of the time up to a day (an ordinal); customers are the same altogether."""
    return one.ids[:rows] == other.ids[:rows] and all(
        np.array_equal(*pair) for pair in zip(_columns(one, rows, until), _columns(other, rows, until), strict=True)
    )


def _columns(ledger: Ledger, rows: int, until: int) -> Iterator[Ints | Floats]:
    for column in (ledger.customer, ledger.issued, ledger.term, ledger.cents, ledger.share):
        yield column[:rows]
    yield np.minimum(ledger.paid[:rows], until)
    yield np.minimum(ledger.lost[:rows], until)
