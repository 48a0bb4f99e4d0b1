"""Asking the model when open documents will be paid, and when documents were expected to be as they were issued."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.calculators.receipts.documents import known_on
from oodaloo.runway.calculators.receipts.experts import EXPERTS
from oodaloo.runway.calculators.receipts.learning import BLOCK_DAYS, TimingModel
from oodaloo.runway.calculators.receipts.own import MEMORIES, own_curves
from oodaloo.runway.calculators.receipts.past import Past, past_of
from oodaloo.runway.calculators.receipts.pay_days import PayDays
from oodaloo.runway.calculators.receipts.standing import standings

_ROWS_AT_ONCE = 250
_NEARLY_NOTHING = 1e-9


def open_on(model: TimingModel, day: int) -> PayDays:
    """The distributions of all documents that are open at the end of `day` (an ordinal), a day of the model's block."""
    known = known_on(model.ledger, day)
    document = np.flatnonzero(known.open)
    asked = _Asked(document, np.full(len(document), day), np.full(len(document), len(known.lag)))
    return PayDays(document, np.minimum(known.lag[document], model.pools.horizon - BLOCK_DAYS), _left(model, asked))


def at_issue(model: TimingModel, document: Ints) -> PayDays:
    """The distributions that documents of the model's block had on the eve of their issue."""
    asked = _Asked(document, model.ledger.issued[document], document)
    return PayDays(document, np.full(len(document), -1), _left(model, asked))


def to_come(model: TimingModel, like: Ints, day: int) -> PayDays:
    """The distributions, from the eve of their issue on, of further documents that are like these in customer and term.

    They rest on what is known at the end of `day` (an ordinal), those themselves included. A term that nobody had by
    then takes the pool of the nearest one.
    """
    known = len(known_on(model.ledger, day).lag)
    asked = _Asked(like, np.full(len(like), day), np.full(len(like), known), evidence=True)
    return PayDays(like, np.full(len(like), -1), _left(model, asked))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Documents, the day on which each is asked about, and the position below which its customer's documents count.

    Whether a document is `evidence` about itself: that it is still open is said by cutting its distribution; as
    evidence it would be said twice.
    """

    document: Ints
    day: Ints
    before: Ints
    evidence: bool = False


def _left(model: TimingModel, asked: _Asked) -> Floats:
    """Probability that payment takes longer than -1, 0, 1 … horizon days: the plain mean of all six experts."""
    ledger, document = model.ledger, asked.document
    customer, term = ledger.customer[document], model.pools.nearest(ledger.term[document])
    own, kind = _own(model, customer, term, asked.day, asked.before)
    left = np.empty((len(document), model.pools.horizon + 2))
    for start in range(0, len(document), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        past = past_of(ledger, customer[part], asked.day[part], asked.before[part])
        if not asked.evidence:
            past = past.without(document[part])
        left[part] = (own[kind[part]] + _located(model, past, term[part])) / (len(MEMORIES) + len(EXPERTS))
    return left


def _own(model: TimingModel, customer: Ints, term: Ints, day: Ints, before: Ints) -> tuple[Floats, Ints]:
    """The sum of the own-distribution experts for each kind of document, and the kind of each."""
    kinds, kind = np.unique(np.stack([customer, term, day, before]), axis=1, return_inverse=True)
    total = np.zeros((kinds.shape[1], model.pools.horizon + 2))
    for start in range(0, len(total), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        of_customer, of_term, on, earlier = kinds[:, part]
        past = past_of(model.ledger, of_customer, on, earlier)
        for curves in own_curves(past, of_term, model.ledger, model.at_issue.level, model.pools, model.kernel_days):
            total[part] += np.cumsum(curves[:, ::-1], axis=1)[:, ::-1]
    return total, kind.ravel()


def _located(model: TimingModel, past: Past, term: Ints) -> Floats:
    """The sum of the four location experts; the pools stand in for them while there are no shapes."""
    pools = model.pools
    if not model.shapes:
        return len(EXPERTS) * np.insert(pools.left[pools.index(term)], 0, 1.0, axis=1)
    found = standings(past, term, model.ledger, model.at_issue.level, pools, model.differences)
    edges = np.arange(pools.horizon + 2, dtype=np.float64) - 0.5
    total = np.zeros((past.rows, len(edges)))
    for expert, shape, centre, spread in zip(EXPERTS, model.shapes, found.centre, found.spread, strict=True):
        points = expert.scaled(edges, pools.offset_days)
        beyond = 1 - shape.below((points - centre[:, None]) / spread[:, None], found.settled)
        total += beyond / np.maximum(beyond[:, :1], _NEARLY_NOTHING)
    return total
