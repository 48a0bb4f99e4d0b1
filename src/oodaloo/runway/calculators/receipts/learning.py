"""The receipt-timing model: what had been learned from a ledger by a day, four weeks at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats
from oodaloo.runway.calculators.receipts.documents import Known, Ledger, known_on
from oodaloo.runway.calculators.receipts.experts import EXPERTS
from oodaloo.runway.calculators.receipts.past import past_of
from oodaloo.runway.calculators.receipts.pooling import pools_on
from oodaloo.runway.calculators.receipts.shapes import Shape, shape_of
from oodaloo.runway.calculators.receipts.standing import Difference, differences, standings
from oodaloo.runway.calculators.receipts.terms import SHORTEST_KERNEL_DAYS, TermPools

BLOCK_DAYS = 28
"""Pools, differences and shapes are learned anew every four weeks; a customer's documents count up to the day."""

_SHAPE_MEMORY_DAYS = 365
_FEWEST_ERRORS = 5
_FEWEST_FIRM_PAYMENTS = 20
_CYCLES = 2
_ROWS_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class AtIssue:
    """What is forecast for each document as of its issue: columns like the ledger's, filled block by block.

    `level` is its pool's level then, `centre` and `spread`, shape (experts, documents), are the experts' on their
    scales with the logarithm's `offset`, `settled` how many documents of its customer had been paid. What is `firm`
    stays.
    """

    level: Floats
    centre: Floats
    spread: Floats
    offset: Floats
    settled: Floats
    firm: Bools

    @classmethod
    def nothing(cls, documents: int) -> "AtIssue":
        """What is noted while nothing is forecast, of so many documents."""
        experts = (len(EXPERTS), documents)
        zeros = np.zeros(documents), np.zeros(documents, np.bool_)
        return cls(zeros[0], np.zeros(experts), np.ones(experts), np.ones(documents), np.zeros(documents), zeros[1])

    def first(self, documents: int) -> "AtIssue":
        """A copy of what is noted for the first documents."""
        return AtIssue(*(column[..., :documents].copy() for column in self._columns()))

    def begin(self, other: "AtIssue") -> None:
        """Note what another one has noted for the first documents."""
        for mine, theirs in zip(self._columns(), other._columns(), strict=True):
            mine[..., : theirs.shape[-1]] = theirs

    def _columns(self) -> tuple[Any, ...]:
        return self.level, self.centre, self.spread, self.offset, self.settled, self.firm


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learned in all blocks before the one that begins on `start` (an ordinal): forecasts at issue."""

    start: int
    at_issue: AtIssue


@dataclass(frozen=True, slots=True)
class TimingModel:
    """What had been learned by `start` (an ordinal), the first day of a block; it answers for the block's 28 days.

    `shapes` has one entry per expert, or none while hardly any forecast has been answered. `seasoned` says whether
    its forecasts can be held against it: pools need the time that nine of ten payments take, errors as long again.
    """

    start: int
    ledger: Ledger
    pools: TermPools
    differences: tuple[Difference, ...]
    shapes: tuple[Shape, ...]
    at_issue: AtIssue
    seasoned: bool

    @property
    def kernel_days(self) -> float:
        """How far one past lag is smeared: not farther than a customer's own lags usually are from each other."""
        within = self.differences[0].variances.within
        return max(SHORTEST_KERNEL_DAYS, min(self.pools.kernel_days, float(within**0.5)))

    @property
    def issued(self) -> range:
        """The positions of the documents issued in the block."""
        first, end = np.searchsorted(self.ledger.issued, [self.start, self.start + BLOCK_DAYS])
        return range(int(first), int(end))

    def learnt(self) -> Learnt:
        """What was learned up to the end of the block; while no later model has been asked for."""
        return Learnt(self.start + BLOCK_DAYS, self.at_issue.first(self.issued.stop))


def models(ledger: Ledger, until: int, learnt: Learnt | None = None) -> Iterator[TimingModel]:
    """One model per block of four weeks, from the first issue to the block of `until` (an ordinal).

    Given what was `learnt` from these documents before, the blocks begin where that ends.

    Each is learned from what was known on its first day. They share the columns of forecasts at issue, to which the
    next block adds: use a model before asking for the next.
    """
    if not len(ledger):
        return
    first, at_issue = int(ledger.issued[0]), AtIssue.nothing(len(ledger))
    if learnt is not None:
        first = learnt.start
        at_issue.begin(learnt.at_issue)
    for start in range(first, until + 1, BLOCK_DAYS):
        model = _learned(start, ledger, at_issue)
        _note_forecasts(model)
        yield model


def model_on(ledger: Ledger, day: int) -> TimingModel | None:
    """The model that answers for `day` (an ordinal); None when nothing had been issued by then."""
    latest = None
    for model in models(ledger, day):
        latest = model
    return latest


def _learned(start: int, ledger: Ledger, at_issue: AtIssue) -> TimingModel:
    known = known_on(ledger, start)
    in_sight = int(np.searchsorted(ledger.issued, start + BLOCK_DAYS))
    pools = pools_on(start, ledger, np.unique(ledger.term[:in_sight]))
    loose = np.flatnonzero(~at_issue.firm[:in_sight])
    at_issue.level[loose] = pools.level[pools.index(ledger.term[loose])]
    return TimingModel(
        start=start,
        ledger=ledger,
        pools=pools,
        differences=differences(ledger, known.lag, known.settled, at_issue.level, pools),
        shapes=_shapes(ledger, known, at_issue, pools.lost_share),
        at_issue=at_issue,
        seasoned=bool(known.settled.any()) and start - ledger.issued[0] >= _CYCLES * pools.slow_days + BLOCK_DAYS,
    )


def _shapes(ledger: Ledger, known: Known, at_issue: AtIssue, lost_share: float) -> tuple[Shape, ...]:
    """How far payments fell from what was forecast for the documents issued before the day."""
    earlier = int(np.searchsorted(ledger.issued, known.day))
    seen = np.flatnonzero((known.settled | known.open)[:earlier])
    settled, lag = known.settled[seen], known.lag[seen]
    if settled.sum() < _FEWEST_ERRORS:
        return ()
    weight = ledger.share[seen] * 0.5 ** ((known.day - ledger.issued[seen]) / _SHAPE_MEMORY_DAYS)
    shapes = []
    for expert, centre, spread in zip(EXPERTS, at_issue.centre, at_issue.spread, strict=True):
        error = (expert.scaled(lag, at_issue.offset[seen]) - centre[seen]) / spread[seen]
        shapes.append(shape_of(error, settled, weight, at_issue.settled[seen], lost_share))
    return tuple(shapes)


def _note_forecasts(model: TimingModel) -> None:
    """Note what is forecast for the documents that have no firm forecast yet, each as of its own issue.

    A forecast is firm once a term has been seen for as long as nine of ten of its payments take, and four weeks, and 20
    payments of any. Until then each block makes it anew: what pools say that know little, and rather repeat the due
    date, measures neither errors nor trends.
    """
    ledger, noted, pools = model.ledger, model.at_issue, model.pools
    loose = np.flatnonzero(~noted.firm[: model.issued.stop])
    for start in range(0, len(loose), _ROWS_AT_ONCE):
        document = loose[start : start + _ROWS_AT_ONCE]
        past = past_of(ledger, ledger.customer[document], ledger.issued[document], document)
        found = standings(past, ledger.term[document], ledger, noted.level, pools, model.differences)
        noted.centre[:, document], noted.spread[:, document] = found.centre, found.spread
        noted.settled[document], noted.offset[document] = found.settled, pools.offset_days
    slow = pools.slow_days_by_term[pools.index(ledger.term[loose])]
    enough = ledger.share[ledger.paid <= model.start].sum() >= _FEWEST_FIRM_PAYMENTS
    noted.firm[loose] = enough & (model.start - ledger.issued[0] >= slow + BLOCK_DAYS)
