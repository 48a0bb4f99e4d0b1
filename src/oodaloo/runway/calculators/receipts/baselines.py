"""Three forecasts that need no model: the due date, everyone's median lag, the customer's own."""

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.calculators.receipts.documents import Ledger
from oodaloo.runway.calculators.receipts.past import past_of

_KINDS_AT_ONCE = 500


def due_date(ledger: Ledger, document: Ints, day: Ints, before: Ints) -> Floats:
    """Days from issue to payment of each document when all pay on the due date; nothing needs to be known."""
    del day, before
    return ledger.term[document].astype(np.float64)


def global_median(ledger: Ledger, document: Ints, day: Ints, before: Ints) -> Floats:
    """The median lag of what was paid by `day` of the documents at positions below `before`, else the due date."""
    kinds, kind = np.unique(np.stack([day, before]), axis=1, return_inverse=True)
    lags = (ledger.lag[:end][ledger.paid[:end] <= today] for today, end in kinds.T)
    medians = np.array([np.median(known) if len(known) else np.nan for known in lags])
    return _where_known(medians[kind.ravel()], due_date(ledger, document, day, before))


def customer_median(ledger: Ledger, document: Ints, day: Ints, before: Ints) -> Floats:
    """The same over the document's own customer, else over everyone."""
    asked = np.stack([ledger.customer[document], day, before])
    kinds, kind = np.unique(asked, axis=1, return_inverse=True)
    medians = np.empty(kinds.shape[1])
    for start in range(0, len(medians), _KINDS_AT_ONCE):
        part = slice(start, start + _KINDS_AT_ONCE)
        medians[part] = _medians(ledger, *kinds[:, part])
    return _where_known(medians[kind.ravel()], global_median(ledger, document, day, before))


BASELINES = {"due_date": due_date, "global_median": global_median, "customer_median": customer_median}


def _medians(ledger: Ledger, customer: Ints, day: Ints, before: Ints) -> Floats:
    past = past_of(ledger, customer, day, before, most=len(ledger))
    row, lag = past.row[past.settled], past.lag[past.settled]
    lag = lag[np.lexsort((lag, row))]
    count = np.bincount(row, minlength=len(customer))
    first = np.cumsum(count) - count
    padded = np.append(lag, 0)  # for customers at the end that have paid nothing
    middle = padded[first + np.maximum(count - 1, 0) // 2] + padded[np.minimum(first + count // 2, len(lag))]
    return np.where(count > 0, middle / 2, np.nan)


def _where_known(values: Floats, otherwise: Floats) -> Floats:
    return np.where(np.isnan(values), otherwise, values)
