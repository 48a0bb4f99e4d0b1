"""Open invoices or bills: in sum, gross with credits apart, and each net of what its party has been credited."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.assessment import OpenSummary
from oodaloo.runway.model.picture import Credit, OpenItem


def summarise(
    items: Sequence[OpenItem], credits_given: Sequence[Credit], as_of: date, currency: Currency
) -> OpenSummary:
    """Open balances gross, of them overdue (due before `as_of`), how many documents, and unapplied credits."""
    return OpenSummary(
        open=Money.total((item.open for item in items), currency),
        overdue=Money.total((item.open for item in items if item.due < as_of), currency),
        count=len(items),
        unapplied=Money.total((credit.remaining for credit in credits_given), currency),
    )


def net_of_credits(items: Sequence[OpenItem], credits_given: Sequence[Credit]) -> Iterator[tuple[OpenItem, Money]]:
    """Each item with what is left of it after its party's credits, earliest due first; settled ones drop out."""
    remaining: defaultdict[str, int] = defaultdict(int)
    for credit in credits_given:
        remaining[party_key(credit.party)] += credit.remaining.cents
    for item in sorted(items, key=lambda item: (item.due, item.issued, len(item.ref.id), item.ref.id)):
        key = party_key(item.party)
        used = min(remaining[key], item.open.cents) if key in remaining else 0
        if used:
            remaining[key] -= used
        if item.open.cents > used:
            yield item, Money(item.open.cents - used, item.open.currency)
