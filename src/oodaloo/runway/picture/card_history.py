"""What was charged to each credit card and paid off it, out of the domains' records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from oodaloo.domains.ap.model import BillPayment
from oodaloo.domains.bank.model import JournalEntry, OtherActivity, Purchase, Transfer
from oodaloo.kit.reuse import Reuse
from oodaloo.runway.model.picture import CardPosting
from oodaloo.runway.picture.gathered import Chart, Gathered

_OwedChange: TypeAlias = tuple[str | None, date, int]
"""Account, day and cents credited to it less debited."""


def card_postings(gathered: Gathered, chart: Chart, reuse: Reuse) -> Mapping[str, tuple[CardPosting, ...]]:
    """Per card account the changes of what is owed on it, by date: charges positive, payments and refunds negative.

    Source: QuickBooks' posting rules, seen from the card's side.
    """
    cards = chart.cards
    return reuse.whole(
        _by_card,
        reuse.whole(_of_purchases, gathered.purchases, cards),
        reuse.whole(_of_bill_payments, gathered.bill_payments, cards),
        reuse.whole(_of_transfers, gathered.transfers, cards),
        reuse.whole(_of_entries, gathered.journal_entries, cards),
        reuse.whole(_of_other_activity, gathered.other_activity, chart),
    )


def _by_card(*changes: Iterable[_OwedChange]) -> Mapping[str, tuple[CardPosting, ...]]:
    found: defaultdict[str, list[CardPosting]] = defaultdict(list)
    for some in changes:
        for account_id, dated, cents in some:
            if account_id is not None and cents:
                found[account_id].append(CardPosting(dated, cents))
    return {account_id: tuple(sorted(some, key=_day)) for account_id, some in found.items()}


def _day(posting: CardPosting) -> date:
    return posting.dated


def _of_purchases(purchases: Sequence[Purchase], cards: frozenset[str]) -> tuple[_OwedChange, ...]:
    found = []
    for purchase in purchases:
        sign = -1 if purchase.refund else 1
        if purchase.account_id in cards:
            found.append((purchase.account_id, purchase.dated, sign * purchase.total.cents))
        found += [
            (line.account_id, purchase.dated, -sign * line.amount.cents)
            for line in purchase.lines
            if line.account_id in cards
        ]
    return tuple(found)


def _of_bill_payments(payments: Sequence[BillPayment], cards: frozenset[str]) -> tuple[_OwedChange, ...]:
    return tuple([(each.account_id, each.dated, each.total.cents) for each in payments if each.account_id in cards])


def _of_transfers(transfers: Sequence[Transfer], cards: frozenset[str]) -> tuple[_OwedChange, ...]:
    sides = [
        side
        for each in transfers
        for side in (
            (each.from_account_id, each.dated, each.amount.cents),
            (each.to_account_id, each.dated, -each.amount.cents),
        )
    ]
    return tuple([side for side in sides if side[0] in cards])


def _of_entries(entries: Sequence[JournalEntry], cards: frozenset[str]) -> tuple[_OwedChange, ...]:
    return tuple(
        [
            (posting.account_id, entry.dated, -posting.amount.cents)
            for entry in entries
            for posting in entry.lines
            if posting.account_id in cards
        ]
    )


def _of_other_activity(activity: Sequence[OtherActivity], chart: Chart) -> tuple[_OwedChange, ...]:
    sides = [(chart.other_side(each), each) for each in activity]
    return tuple(
        [
            (other.meta.id, each.dated, each.amount.cents)
            for other, each in sides
            if other is not None and other.meta.id in chart.cards
        ]
    )
