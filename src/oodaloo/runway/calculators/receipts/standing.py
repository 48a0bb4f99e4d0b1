"""Where a customer stands: how much later or earlier than the pool it pays, and how regularly."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints
from oodaloo.runway.calculators.receipts.documents import Ledger
from oodaloo.runway.calculators.receipts.experts import EXPERTS, Expert
from oodaloo.runway.calculators.receipts.moments import Variances, far_from_usual, variances
from oodaloo.runway.calculators.receipts.past import Past
from oodaloo.runway.calculators.receipts.terms import TermPools

_SPREAD_PSEUDO_DOCUMENTS = 4
_SMALLEST_SPREAD_KERNELS = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """Per expert and row the `centre` and `spread` of the days on the expert's scale, both of shape (experts, rows).

    `settled` is how many of the row's earlier documents were paid by then, shape (rows,).
    """

    centre: Floats
    spread: Floats
    settled: Floats


@dataclass(frozen=True, slots=True)
class Difference:
    """On one expert's scale the variances of residuals within and between customers, and beyond what they are cut."""

    variances: Variances
    far: float


def differences(ledger: Ledger, lag: Ints, settled: Bools, level: Floats, pools: TermPools) -> tuple[Difference, ...]:
    """How customers differ on each expert's scale, from the first `len(lag)` documents, against the level at issue."""
    seen = np.flatnonzero(settled)
    found = []
    for expert in EXPERTS:
        residual = expert.residual(lag[seen], level[seen], pools.offset_days)
        far = far_from_usual(residual, least=_kernels(expert, pools, 1))
        of_customers = variances(np.clip(residual, -far, far), ledger.customer[seen], ledger.share[seen])
        found.append(Difference(of_customers, far))
    return tuple(found)


def standings(
    past: Past, terms: Ints, ledger: Ledger, level: Floats, pools: TermPools, apart: tuple[Difference, ...]
) -> Standing:
    """The standing of each row's customer for a document of the row's term.

    A document's residual is its lag less the `level` that its pool had at its issue. The customer's shift is the
    weighted mean of its residuals, shrunk towards none with K, which is variance within ÷ between customers. An open
    document counts at the pool's mean lag beyond its age, with the probability that it would have been paid by now.
    The spread in days is everyone's; in logarithms it is the customer's own, shrunk towards everyone's by 4 documents.
    """
    pool = pools.index(ledger.term[past.document])
    age = np.minimum(past.lag, pools.horizon)
    lag = np.where(past.settled, past.lag, pools.mean_beyond[pool, age])
    told = np.where(past.settled, 1.0, np.where(past.lost, 0.0, pools.reached[pool, age])) * ledger.share[past.document]
    pool_level = pools.level[pools.index(terms)]
    centre, spread = np.empty((2, len(EXPERTS), past.rows))
    for number, (expert, difference) in enumerate(zip(EXPERTS, apart, strict=True)):
        residual = expert.residual(lag, level[past.document], pools.offset_days)
        residual = np.clip(residual, -difference.far, difference.far)
        weight = told * expert.weights(past)
        say, heard = difference.variances.value_of_one, past.total(weight)
        shift = say * past.total(weight * residual) / (say * heard + 1)
        centre[number] = expert.scaled(pool_level, pools.offset_days) + shift
        spread[number] = difference.variances.within**0.5
        if expert.logarithmic:
            squares = past.total(weight * (residual - shift[past.row]) ** 2)
            known = _SPREAD_PSEUDO_DOCUMENTS * difference.variances.within
            spread[number] = np.sqrt((squares + known) / (heard + _SPREAD_PSEUDO_DOCUMENTS))
        spread[number] = np.maximum(spread[number], _kernels(expert, pools, _SMALLEST_SPREAD_KERNELS))
    return Standing(centre, spread, past.total(past.settled * ledger.share[past.document]))


def _kernels(expert: Expert, pools: TermPools, count: float) -> float:
    """So many kernel widths on the expert's scale, at the typical lag."""
    days = count * pools.kernel_days
    return days / (pools.typical_days + pools.offset_days) if expert.logarithmic else days
