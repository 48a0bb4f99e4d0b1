"""How long invoices wait for their money from today on: what was learned, placed on the days of a projection."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oodaloo.runway.calculators.projection.learned import InvoiceTimes
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.calculators.receipts.pay_days import PayDays
from oodaloo.runway.model.picture import OpenItem

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Wait:
    """The days from today to the median payment, None where it more likely never comes, and chances of waiting.

    The chances are those at the end of day 0 … horizon, on bank days.
    """

    median_days: int | None
    chances: Floats


@dataclass(frozen=True)
class InvoiceWaits:
    """The waits for open invoices and for those to come."""

    times: InvoiceTimes
    span: Span

    def of_open(self, item: OpenItem, slip_days: int) -> Wait | None:
        """The wait for an open invoice, moved by as many days; None for one that is too old to be expected."""
        if item.ref.id in self.times.coming_rows:
            return self.of_coming(item.ref.id, (item.issued - self.span.as_of).days, slip_days)
        row = self.times.open_rows.get(item.ref.id)
        if row is None or self.times.outlook is None:
            return None
        median = int(self._open_medians[row])
        chances = self._open_chances[row] if not slip_days else self._chances(self.times.outlook.pay, row, slip_days)
        return Wait(_moved(median, slip_days), chances)

    def of_coming(self, name: str, issued_in_days: int, slip_days: int) -> Wait | None:
        """The wait for an invoice of a flow (by its key) or one dated in the future (by its id); None if unknown."""
        row = self.times.coming_rows.get(name)
        if row is None or self.times.coming is None:
            return None
        eve = issued_in_days - 1
        median = int(self._coming_medians[row])
        return Wait(_moved(median, eve + slip_days), self._chances(self.times.coming, row, eve + slip_days))

    def usual_days(self, name: str) -> int | None:
        """Days from issue to the median payment of an invoice to come; None where unknown or more likely never."""
        row = self.times.coming_rows.get(name)
        median = 0 if row is None else int(self._coming_medians[row])
        return median - 1 if median else None

    @cached_property
    def _open_medians(self) -> Ints:
        return np.zeros(0, np.int64) if self.times.outlook is None else _medians(self.times.outlook.pay)

    @cached_property
    def _coming_medians(self) -> Ints:
        return np.zeros(0, np.int64) if self.times.coming is None else _medians(self.times.coming)

    @cached_property
    def _open_chances(self) -> Floats:
        if self.times.outlook is None:
            return np.zeros((0, self.span.horizon_days + 1))
        return self.span.on_bank_days(self.times.outlook.pay.still_open(np.arange(self.span.horizon_days + 1)))

    def _chances(self, pay: PayDays, row: int, start: int) -> Floats:
        """Chances of one row where its distribution counts from the end of day `start`."""
        one = PayDays(pay.document[row : row + 1], pay.age[row : row + 1], pay.left[row : row + 1])
        left = one.still_open(np.maximum(np.arange(self.span.horizon_days + 1) - start, 0))[0]
        left[0] = 1.0
        return self.span.on_bank_days(left)


def asked(wait: Wait, odds_ratio: float) -> Wait:
    """The wait when the odds that it is over by any day are multiplied; a median beyond the horizon stays as it was."""
    paid = (1 - wait.chances) * odds_ratio
    chances = np.asarray(wait.chances / (wait.chances + paid))
    sooner = int(np.argmax(chances <= _HALF))
    return Wait(sooner or wait.median_days, chances)


def _medians(pay: PayDays) -> Ints:
    """The days within which half of all futures bring payment, 0 where fewer do."""
    paid = pay.paid_at_all()
    days = pay.quantile(np.minimum(_HALF / np.maximum(paid, _HALF), 1.0))
    return np.where(paid >= _HALF, days, 0)


def _moved(median_days: int, by: int) -> int | None:
    return max(1, median_days + by) if median_days else None
