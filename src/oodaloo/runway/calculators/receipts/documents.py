"""Documents as columns, which can be asked what was known on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Bools, Floats, Ints, Words
from oodaloo.runway.calculators.receipts.dice import keys_of
from oodaloo.runway.model.receipts import Document

LONGEST_DAYS = 1_100
"""Three years: later than that, days are no longer told apart, and a longer payment term is a slip of the pen."""

NO_DAY = date.max.toordinal()
"""The ordinal that stands for a day that hasn't come."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Documents as columns ordered by issue date, then id; days are ordinals.

    A document that was paid in parts is one row per part, each with its `share` of the document, because each
    part is evidence of when money comes; the parts keep the document's id, and so its luck. `paid` and `lost` are
    `NO_DAY` where there is none. `keys` and `customer_keys` are what dice are thrown for; `by_customer` are the
    positions ordered by customer, those of customer c from `customer_starts`[c] on.
    """

    ids: tuple[str, ...]
    customers: tuple[str, ...]
    customer: Ints
    issued: Ints
    term: Ints
    paid: Ints
    lost: Ints
    cents: Floats
    share: Floats
    keys: Words
    customer_keys: Words
    by_customer: Ints
    customer_starts: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lag(self) -> Ints:
        """Days from issue to payment, for rows that were paid."""
        return self.paid - self.issued


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the first rows of a ledger at the end of a day.

    `lag` is the days from issue to payment where `settled`, else the age so far: the row is censored there.
    `open` rows are neither settled nor given up.
    """

    day: int
    lag: Ints
    settled: Bools
    open: Bools


def ledger_of(documents: Iterable[Document]) -> Ledger:
    """The ledger of all documents with a positive amount; a payment before issue counts as paid on the day of issue."""
    ordered = sorted((d for d in documents if d.cents > 0), key=lambda d: (d.issued, d.id))
    parts = [part for document in ordered for part in _parts(document)]
    names, customer = np.unique([d.customer for d, _, _ in parts] or np.zeros(0, str), return_inverse=True)
    issued = _days([d.issued for d, _, _ in parts])
    cents = np.array([cents for _, cents, _ in parts], float)
    return Ledger(
        ids=tuple(d.id for d, _, _ in parts),
        customers=tuple(str(name) for name in names),
        customer=customer.astype(np.int64),
        issued=issued,
        term=np.clip(_days([d.due for d, _, _ in parts]) - issued, -LONGEST_DAYS, LONGEST_DAYS),
        paid=np.maximum(_days([day for _, _, day in parts]), issued),
        lost=_days([d.written_off for d, _, _ in parts]),
        cents=cents,
        share=cents / np.array([d.cents for d, _, _ in parts], float),
        keys=keys_of(d.id for d, _, _ in parts),
        customer_keys=keys_of(str(name) for name in names),
        by_customer=np.argsort(customer, kind="stable").astype(np.int64),
        customer_starts=np.searchsorted(np.sort(customer), np.arange(len(names) + 1)).astype(np.int64),
    )


def known_on(ledger: Ledger, day: int) -> Known:
    """What was known at the end of `day` (an ordinal): documents issued and payments dated until then."""
    rows = slice(0, int(np.searchsorted(ledger.issued, day, side="right")))
    settled, lost = ledger.paid[rows] <= day, ledger.lost[rows] <= day
    lag = np.where(settled, ledger.paid[rows], day) - ledger.issued[rows]
    return Known(day, np.where(lost & ~settled, NO_DAY, lag), settled, ~settled & ~lost)


def _parts(document: Document) -> list[tuple[Document, int, date | None]]:
    """The document once per payment and once for what they leave, with cents and day of payment."""
    rest = document.cents - sum(payment.cents for payment in document.payments)
    paid: list[tuple[Document, int, date | None]] = [
        (document, p.cents, p.day) for p in document.payments if p.cents > 0
    ]
    return [*paid, (document, rest, None)] if rest > 0 or not paid else paid


def _days(dates: Sequence[date | None]) -> Ints:
    return np.array([NO_DAY if day is None else day.toordinal() for day in dates], np.int64)
