"""What was known of a customer's earlier documents on a day, for many customers and days at once."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.documents import Ledger

MOST_DOCUMENTS = 100
"""A customer's newest 100 documents speak for it; older ones would say nothing new and cost time."""


@dataclass(frozen=True, slots=True)
class Past:
    """Pairs of a row (someone asked about on a day) and one earlier document of its customer; flat arrays.

    `rank` counts a row's documents from the newest, 0 first. `lag` is the days from issue to payment where `settled`,
    else the days for which the document has been open on the row's day; `lost` ones were given up by then.
    """

    rows: int
    row: Ints
    document: Ints
    rank: Ints
    lag: Ints
    settled: Bools
    lost: Bools

    def total(self, weight: Floats) -> Floats:
        """The sum of a weight over each row's pairs, shape (rows,)."""
        return sums_by(self.row, weight, self.rows)

    def without(self, document: Ints) -> "Past":
        """The pairs whose document isn't the row's own `document`, shape (rows,)."""
        other = self.document != document[self.row]
        columns = (self.row, self.document, self.rank, self.lag, self.settled, self.lost)
        return Past(self.rows, *(column[other] for column in columns))


def past_of(ledger: Ledger, customer: Ints, day: Ints, before: Ints, most: int = MOST_DOCUMENTS) -> Past:
    """The newest `most` documents of each row's `customer` at a position below `before`, as known on its `day`."""
    first = ledger.customer_starts[customer]
    count = _positions(ledger, customer, before) - first
    taken = np.minimum(count, most)
    row = np.repeat(np.arange(len(customer), dtype=np.int64), taken)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(taken) - taken, taken)
    document = ledger.by_customer[(first + count - 1)[row] - rank]
    settled = ledger.paid[document] <= day[row]
    lag = np.where(settled, ledger.paid[document], day[row]) - ledger.issued[document]
    lost = ~settled & (ledger.lost[document] <= day[row])
    return Past(len(customer), row, document, rank, lag, settled, lost)


def _positions(ledger: Ledger, customer: Ints, before: Ints) -> Ints:
    """Where in `by_customer` the first document of the customer at or after position `before` is."""
    size = len(ledger) + 1
    keys = ledger.customer[ledger.by_customer] * size + ledger.by_customer
    return np.searchsorted(keys, customer * size + before)
