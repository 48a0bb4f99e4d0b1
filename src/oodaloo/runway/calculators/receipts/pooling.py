"""Learning the pools of payment terms from what was known on a day."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.documents import LONGEST_DAYS, Known, Ledger, known_on
from oodaloo.runway.calculators.receipts.moments import Variances, variances
from oodaloo.runway.calculators.receipts.survival import kaplan_meier, shrunk, with_tail
from oodaloo.runway.calculators.receipts.terms import TermPools, kernel_days

_MEMORY_DAYS = 180
_RECENT_PSEUDO_DOCUMENTS = 30
_DUE_PSEUDO_DOCUMENTS = 1
_NOT_WHEN_DUE = 0.05
_REACH = 1.5
_FAR_BEYOND_SLOW = 4
_SLOW = 0.9
_ROOM_DAYS = 120
_NEARLY_ALL = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was known and not given up: days since issue or so far, the term and its index, and weights."""

    lag: Ints
    settled: Bools
    term: Ints
    index: Ints
    share: Floats
    recent: Floats


def pools_on(day: int, ledger: Ledger, terms: Ints) -> TermPools:
    """The pools of `terms` (ascending, with all terms known by then) from what was known on `day`, an ordinal.

    Per term the Kaplan-Meier curve of its documents, recent ones (half-life 180 days) shrunk towards all of them, and
    that towards the curve which all terms share. Shared are days since issue or since the due date, each in proportion
    to how little the terms differ in it. Payment on the due date stands for one document, before and after others.
    What was given up, of all that is over, is the share that never comes.
    Something must have been issued by `day`. Terms that weren't known by then change nothing in the others' rows.
    """
    known = known_on(ledger, day)
    evidence, lost_share = _evidence(known, ledger, terms), _lost_share(known, ledger)
    horizon = _horizon(evidence)
    documents = sums_by(evidence.index, evidence.share, len(terms))
    curves = _when_due(evidence, np.clip(terms, 0, horizon), float(np.median(ledger.term[: len(known.lag)])), horizon)
    if evidence.settled.any():
        paid = np.full(len(terms), float(evidence.share[evidence.settled].sum()))
        curves = shrunk(_learned(evidence, terms, horizon), paid, curves, _DUE_PSEUDO_DOCUMENTS)
    curves *= 1 - lost_share
    curves[:, -1] += lost_share
    return TermPools(terms, curves, documents, lost_share)


def _evidence(known: Known, ledger: Ledger, terms: Ints) -> _Evidence:
    seen = np.flatnonzero(known.settled | known.open)
    term, share = ledger.term[seen], ledger.share[seen]
    recent = share * 0.5 ** ((known.day - ledger.issued[seen]) / _MEMORY_DAYS)
    return _Evidence(known.lag[seen], known.settled[seen], term, np.searchsorted(terms, term), share, recent)


def _lost_share(known: Known, ledger: Ledger) -> float:
    """What was given up of all that is over and of one document more."""
    over, lost = ~known.open, ~known.open & ~known.settled
    share = ledger.share[: len(over)]
    return float(share[lost].sum() / (share[over].sum() + 1))


def _horizon(evidence: _Evidence) -> int:
    """Room beyond the terms and 1.5 times the longest lag or age, unless that is far beyond what nine of ten take."""
    longest = _REACH * int(evidence.lag.max(initial=0))
    lags = evidence.lag[evidence.settled]
    usual = _FAR_BEYOND_SLOW * float(np.quantile(lags, _SLOW)) if len(lags) else longest
    return min(LONGEST_DAYS, int(max(min(longest, usual), evidence.term.max(initial=0))) + _ROOM_DAYS)


def _learned(evidence: _Evidence, terms: Ints, horizon: int) -> Floats:
    lateness = evidence.lag - evidence.term
    by_issue, by_due = _variances(evidence, evidence.lag), _variances(evidence, lateness)
    both = by_issue.between + by_due.between
    like_due = by_issue.between / both if both > 0 else 1.0
    everyone, longest, shortest = np.zeros_like(evidence.index), int(evidence.term.max()), int(evidence.term.min())
    since_due = _curves(evidence, everyone, lateness + longest, (1, horizon + 1 + longest - shortest))
    since_issue = _curves(evidence, everyone, evidence.lag, (1, horizon + 1))
    shared = like_due * _moved(since_due[0], longest - terms, horizon) + (1 - like_due) * since_issue
    own = _curves(evidence, evidence.index, evidence.lag, (len(terms), horizon + 1))
    apart = Variances(by_issue.within, like_due * by_due.between)
    documents = sums_by(evidence.index, evidence.share, len(terms))
    return shrunk(own, apart.value_of_one * documents, shared, 1)


def _variances(evidence: _Evidence, days: Ints) -> Variances:
    settled = evidence.settled
    return variances(days[settled].astype(np.float64), evidence.index[settled], evidence.share[settled])


def _curves(evidence: _Evidence, group: Ints, time: Ints, shape: tuple[int, int]) -> Floats:
    """Kaplan-Meier per group, recent documents shrunk towards all of them, each with its tail."""
    last = int(time[evidence.settled].max())
    waiting = float(np.maximum(time - last, 0) @ evidence.share)
    seen = float(evidence.lag[evidence.settled].max()) + waiting
    of_all, of_recent = (
        with_tail(kaplan_meier(group, time, evidence.settled, weight, shape), float(evidence.share.sum()), last, seen)
        for weight in (evidence.share, evidence.recent)
    )
    return shrunk(of_recent, sums_by(group, evidence.recent, shape[0]), of_all, _RECENT_PSEUDO_DOCUMENTS)


def _moved(curve: Floats, by: Ints, horizon: int) -> Floats:
    """One curve as rows over the days 0 … horizon and none of them, where day 0 is cell `by`; what lies before is cut.

    Where nothing else is left, day 0 is.
    """
    reached = np.concatenate([[0.0], np.cumsum(curve[:-1])])
    edges = np.clip(by[:, None] + np.arange(horizon + 2), 0, len(reached) - 1)
    below = np.minimum(reached[edges], 1)
    rows = np.concatenate([np.diff(below, axis=1), 1 - below[:, -1:]], axis=1)
    rows[:, 0] += np.where(below[:, 0] > _NEARLY_ALL, 1.0, 0.0)
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _when_due(evidence: _Evidence, due: Ints, usual_term: float, horizon: int) -> Floats:
    """What is thought before anything is known: paid around the due date, but for a twentieth that takes longer.

    The longer open documents have waited in vain beyond their due dates, the longer that twentieth takes.
    """
    beyond = np.arange(horizon + 1) - due[:, None]
    bells = np.exp(-0.5 * (beyond / kernel_days(usual_term)) ** 2)
    waiting = float(np.maximum(evidence.lag - evidence.term, 0) @ evidence.share)
    hazard = 1 / (1 + max(usual_term, 0) + waiting)
    later = np.where(beyond > 0, hazard * (1 - hazard) ** np.maximum(beyond - 1, 0), 0.0)
    body = (1 - _NOT_WHEN_DUE) * bells / bells.sum(axis=1, keepdims=True) + _NOT_WHEN_DUE * later
    return np.concatenate([body, np.maximum(1 - body.sum(axis=1, keepdims=True), 0)], axis=1)
