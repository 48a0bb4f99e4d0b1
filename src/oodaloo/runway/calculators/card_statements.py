"""How a card is paid off: in full by statement, learned from its charges and payments."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import CardAccount
from oodaloo.runway.model.recurring import RecurringFlow

LONGEST_LAG_DAYS = 30
"""A statement closes at most this many days before it is paid."""

_LATEST_PAYMENTS = 6
_TOLERATED_SHARE = 20


@dataclass(frozen=True, slots=True)
class _Balances:
    """What was owed at the end of any day, from today's balance back through the postings."""

    owed_cents: int
    days: tuple[date, ...]
    sums: tuple[int, ...]

    def on(self, day: date) -> int:
        """Cents owed at the end of `day`."""
        later = self.sums[-1] - self.sums[bisect_right(self.days, day)]
        return self.owed_cents - later


def statement_lag_days(card: CardAccount, flow: RecurringFlow) -> int | None:
    """How many days before its payments the card's statements close, if they are paid in full; None if they aren't.

    The lag is the one with which the latest 6 payments come nearest to what was owed that many days before (less
    what was paid in between); together they may miss it by a twentieth. Of equal lags the longest: charges just
    before the closing day are rarer than a closing day in the middle of charges.
    """
    payments = [(hit.dated, -hit.amount.cents) for hit in flow.hits[-_LATEST_PAYMENTS:]]
    balances = _balances(card)
    paid = sum(cents for _, cents in payments)

    def missed(lag: int) -> int:
        return sum(abs(_statement(card, balances, day, lag) - cents) for day, cents in payments)

    best = min(range(LONGEST_LAG_DAYS, 0, -1), key=missed)
    return best if missed(best) * _TOLERATED_SHARE <= paid else None


def statement_payments(
    card: CardAccount, flow: RecurringFlow, lag_days: int, as_of: date
) -> tuple[tuple[date, Money], ...]:
    """The flow's upcoming days, each with the statement due then (positive; days with nothing due drop out).

    A statement that has closed is known to the cent. Of one still open the charges until today are known, the rest
    is charged at the usual rate: the typical payment over the usual interval.
    """
    balances, found, covered = _balances(card), [], 0
    for day in flow.upcoming:
        closing = day - timedelta(days=lag_days)
        open_days = max(0, (closing - as_of).days)
        known = _statement(card, balances, day, lag_days, upto=as_of) if closing < as_of else card.owed.cents
        expected = -flow.typical_amount.cents * open_days // flow.interval_days
        due = max(0, known + expected - covered)
        covered += due
        if due:
            found.append((day, Money(due, card.owed.currency)))
    return tuple(found)


def _balances(card: CardAccount) -> _Balances:
    sums = (0, *accumulate(posting.cents for posting in card.postings))
    return _Balances(card.owed.cents, tuple(posting.dated for posting in card.postings), sums)


def _statement(card: CardAccount, balances: _Balances, paid: date, lag: int, upto: date | None = None) -> int:
    """Owed when the statement closed, less what was paid since and before the payment day (and by `upto`)."""
    closing = paid - timedelta(days=lag)
    first = bisect_right(balances.days, closing)
    last = bisect_left(balances.days, paid) if upto is None else bisect_right(balances.days, upto)
    between = (posting.cents for posting in card.postings[first:last])
    return balances.on(closing) + sum(cents for cents in between if cents < 0)
