"""What was charged to each credit card and paid off it, out of the domains' records."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from oodaloo.runway.model.picture import CardPosting
from oodaloo.runway.picture.gathered import Chart, Gathered


def card_postings(gathered: Gathered, chart: Chart) -> defaultdict[str, tuple[CardPosting, ...]]:
    """Per card account the changes of what is owed on it, by date: charges positive, payments and refunds negative.

    Source: QuickBooks' posting rules, seen from the card's side.
    """
    found: defaultdict[str, list[CardPosting]] = defaultdict(list)
    for account_id, dated, cents in _owed_changes(gathered, chart):
        if account_id in chart.cards and cents:
            found[account_id].append(CardPosting(dated, cents))
    by_date = {account_id: tuple(sorted(some, key=lambda each: each.dated)) for account_id, some in found.items()}
    return defaultdict(tuple, by_date)


def _owed_changes(gathered: Gathered, chart: Chart) -> Iterator[tuple[str | None, date, int]]:
    """Account, day and cents credited to it less debited, for every record that may touch a card."""
    for purchase in gathered.purchases:
        sign = -1 if purchase.refund else 1
        yield purchase.account_id, purchase.dated, sign * purchase.total.cents
        for line in purchase.lines:
            yield line.account_id, purchase.dated, -sign * line.amount.cents
    for payment in gathered.bill_payments:
        yield payment.account_id, payment.dated, payment.total.cents
    for transfer in gathered.transfers:
        yield transfer.from_account_id, transfer.dated, transfer.amount.cents
        yield transfer.to_account_id, transfer.dated, -transfer.amount.cents
    for entry in gathered.journal_entries:
        for posting in entry.lines:
            yield posting.account_id, entry.dated, -posting.amount.cents
    for activity in gathered.other_activity:
        other = chart.other_side(activity)
        if other is not None:
            yield other.meta.id, activity.dated, activity.amount.cents
