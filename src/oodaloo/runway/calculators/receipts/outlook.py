"""What a business can be told today about its open documents: when each is paid, all of them together, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Ints, Shorts, Words
from oodaloo.runway.calculators.receipts.calibration import Calibration
from oodaloo.runway.calculators.receipts.documents import NO_DAY, Ledger, known_on
from oodaloo.runway.calculators.receipts.draws import Dice, drawn_days
from oodaloo.runway.calculators.receipts.forecasts import open_on
from oodaloo.runway.calculators.receipts.learning import TimingModel, model_on
from oodaloo.runway.calculators.receipts.pay_days import PayDays
from oodaloo.runway.model.receipts import ExpectedReceipt, Habit

_EARLY, _MEDIAN, _LATE = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Outlook:
    """The open documents as known on `day`, one row each: `ids`, distributions and what their dice are keyed by.

    `calibration` is what the business's own past Fridays say about totals, `habits` about each row's customer.
    """

    day: date
    ids: tuple[str, ...]
    pay: PayDays
    keys: Words
    customer_keys: Words
    habits: tuple[Habit, ...]
    calibration: Calibration

    def expected(self) -> tuple[ExpectedReceipt, ...]:
        """When each open document is expected, in the order of `ids`."""
        early, median, late = (
            [self.day + timedelta(days=days) for days in self.pay.quantile(level).tolist()]
            for level in (_EARLY, _MEDIAN, _LATE)
        )
        rows = zip(self.ids, median, early, late, self.pay.paid_at_all().tolist(), strict=True)
        return tuple(ExpectedReceipt(*row) for row in rows)

    def draws(self, *, paths: int, weeks: int, seed: int) -> Shorts:
        """Drawn days to payment, 1 … 7 x weeks from `day`, or 0 where it is later or never; shape (ids, paths).

        A row depends on its own document and on the dependence, not on which others are open.
        """
        dice = Dice(self.calibration.dependence, paths, weeks, seed)
        return drawn_days(self.pay, self.keys, self.customer_keys, dice)


def outlook_on(ledger: Ledger, day: date, calibration: Calibration) -> Outlook | None:
    """The outlook as known at the end of `day`; None when nothing had been issued by then.

    Documents issued and payments made later play no part, so a past day gives what could have been said then. The
    calibration, which takes longer to work out, is that of `calibration_on` for this day or a little earlier.
    """
    model = model_on(ledger, day.toordinal())
    return None if model is None else outlook_of(model, day, calibration)


def outlook_of(model: TimingModel, day: date, calibration: Calibration) -> Outlook:
    """The outlook as known at the end of `day`, a day of the model's block."""
    ledger, today = model.ledger, day.toordinal()
    pay = open_on(model, today)
    customer = ledger.customer[pay.document]
    habits = _habits(ledger, today, customer)
    return Outlook(
        day=day,
        ids=tuple(ledger.ids[position] for position in pay.document),
        pay=pay,
        keys=ledger.keys[pay.document],
        customer_keys=ledger.customer_keys[customer],
        habits=tuple(habits[each] for each in customer.tolist()),
        calibration=calibration,
    )


def _habits(ledger: Ledger, today: int, customers: Ints) -> Mapping[int, Habit]:
    """The habit of each of these customers; a document that came in parts was paid when the last of them came."""
    known = known_on(ledger, today)
    if not len(known.lag):
        return {}
    first = np.flatnonzero([True, *(one != other for one, other in pairwise(ledger.ids[: len(known.lag)]))])
    lateness = np.where(known.settled, known.lag - ledger.term[: len(known.lag)], -NO_DAY)
    over = np.maximum.reduceat(known.settled, first) & ~np.maximum.reduceat(known.open, first)
    days, whose = np.maximum.reduceat(lateness, first)[over], ledger.customer[first][over]
    everyone = _median(days)
    own = {each: days[whose == each] for each in np.unique(customers).tolist()}
    return {each: Habit(ledger.customers[each], len(some), _median(some), everyone) for each, some in own.items()}


def _median(days: Ints) -> int | None:
    return round(float(np.median(days))) if len(days) else None
