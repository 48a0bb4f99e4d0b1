"""Key figures: days outstanding, ageing, concentration, burn, current ratio."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from oodaloo.kit.dates import DateRange
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.burn import coverage_of, net_burn_of
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.kpis import (
    Ageing,
    AgeingBucket,
    Concentration,
    CurrentRatio,
    DaysOutstanding,
    Kpis,
    PartyShare,
)
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.position import CurrentPosition
from oodaloo.runway.model.unknown import Unknown

PERIOD_DAYS = 91
"""Days outstanding and sales shares look back 13 weeks."""

MIN_DAYS = 28
"""A history of fewer days carries no statement about days outstanding."""

_BUCKETS: tuple[tuple[int | None, int | None], ...] = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))
_LARGEST = 5


def kpis_of(picture: CashPicture) -> Kpis:
    """The key figures of a picture."""
    books, currency = picture.books, picture.books.business.currency
    sold = _within(books.invoices_issued, _period(books.invoices_issued, books.as_of))
    return Kpis(
        as_of=books.as_of,
        dso=days_outstanding(books.receivables, books.invoices_issued, books.as_of, currency, "invoice"),
        dpo=days_outstanding(books.payables, books.bills_issued, books.as_of, currency, "bill"),
        receivables=ageing(books.receivables, books.as_of, currency),
        payables=ageing(books.payables, books.as_of, currency),
        receivables_share=concentration([(item, item.open) for item in books.receivables], currency, "open invoices"),
        sales_share=concentration([(item, item.total) for item in sold], currency, "invoices in the last 91 days"),
        net_burn=net_burn_of(picture),
        coverage=coverage_of(picture),
        current_ratio=current_ratio(books.position),
    )


def days_outstanding(
    open_items: Sequence[OpenItem], issued: Sequence[OpenItem], as_of: date, currency: Currency, document: str
) -> DaysOutstanding | Unknown:
    """Open balance ÷ what was billed in the last 91 days × days, over fewer days (at least 28) of a shorter history.

    Open balances are gross. Unknown where nothing was billed in that time.
    """
    period = _period(issued, as_of)
    if period.days < MIN_DAYS:
        return Unknown((f"the first {document} is less than {MIN_DAYS} days old or there is none",))
    billed = Money.total((item.total for item in _within(issued, period)), currency)
    if billed.is_zero:
        return Unknown((f"no {document} was issued in the last {period.days} days",))
    open_cents = sum(item.open.cents for item in open_items)
    days = Decimal(open_cents * period.days) / billed.cents
    return DaysOutstanding(int(days.quantize(Decimal(1), ROUND_HALF_UP)), Money(open_cents, currency), billed, period)


def ageing(items: Sequence[OpenItem], as_of: date, currency: Currency) -> Ageing:
    """Open balances not due, 1–30, 31–60, 61–90 and more than 90 days past due."""
    late = [((as_of - item.due).days, item.open.cents) for item in items]
    buckets = []
    for first, last in _BUCKETS:
        inside = [cents for days, cents in late if (first is None or days >= first) and (last is None or days <= last)]
        buckets.append(AgeingBucket(first, last, Money(sum(inside), currency), len(inside)))
    return Ageing(tuple(buckets), Money(sum(cents for _, cents in late), currency))


def concentration(amounts: Sequence[tuple[OpenItem, Money]], currency: Currency, what: str) -> Concentration | Unknown:
    """The five largest parties by amount, equal ones by name; unknown where there is nothing to share."""
    parties, cents = {}, defaultdict[str, int](int)
    for item, amount in amounts:
        parties[party_key(item.party)] = item.party
        cents[party_key(item.party)] += amount.cents
    total = sum(cents.values())
    if total <= 0:
        return Unknown((f"there are no {what}",))
    ordered = sorted(cents, key=lambda key: (-cents[key], parties[key].name, key))
    largest = [
        PartyShare(parties[key], Money(cents[key], currency), _percent(cents[key], total)) for key in ordered[:_LARGEST]
    ]
    return Concentration(Money(total, currency), len(parties), tuple(largest))


def current_ratio(position: CurrentPosition | None) -> CurrentRatio | Unknown:
    """Current assets ÷ current liabilities; unknown without the balance sheet's accounts or without liabilities."""
    if position is None:
        return Unknown(("the balances of all current accounts on that day aren't known in the home currency",))
    if position.liabilities.cents <= 0:
        return Unknown(("there are no current liabilities to compare with",))
    if position.assets.cents < 0:
        return Unknown(("the current assets are overdrawn in sum",))
    ratio = position.assets.amount / position.liabilities.amount
    return CurrentRatio(ratio.quantize(Decimal("0.01"), ROUND_HALF_EVEN), position)


def _period(issued: Sequence[OpenItem], as_of: date) -> DateRange:
    """The last 91 days up to `as_of`, or since the first document where that is later; empty without any."""
    known = [item.issued for item in issued if item.issued <= as_of]
    first = min(known, default=as_of + timedelta(days=1))
    return DateRange(max(first, as_of - timedelta(days=PERIOD_DAYS - 1)), as_of)


def _within(issued: Sequence[OpenItem], period: DateRange) -> list[OpenItem]:
    return [item for item in issued if item.issued in period]


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
