"""The deterministic projection: every item on its median day with its typical amount, to be checked by hand."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expectations
from oodaloo.runway.model.runway import DatedItem, ProjectedDay, Projection


def line_of(expected: Expectations) -> Projection:
    """Spendable cash at the end of each day, by items that a table can list.

    It says what is usual of each item, not of the sum of them: where customers pay late more often than early, most
    futures lie below it. Ranges and the headline are `simulated.simulate`'s. Without anything that varies both agree.
    """
    items = (each.item for each in expected.money if each.on_line)
    return Projection(expected.as_of, expected.opening, _days(expected, items), expected.left_out)


def _days(expected: Expectations, items: Iterable[DatedItem]) -> tuple[ProjectedDay, ...]:
    """The running balance; receipts of a day stand before its payments, each largest first."""
    by_day: defaultdict[date, list[DatedItem]] = defaultdict(list)
    for item in items:
        by_day[item.dated].append(item)
    cents, currency, days = expected.opening.cents, expected.opening.currency, []
    for number in range(expected.horizon_days + 1):
        day = expected.as_of + timedelta(days=number)
        todays = sorted(by_day.get(day, ()), key=_receipts_first)
        cents += sum(item.amount.cents for item in todays)
        days.append(ProjectedDay(day, Money(cents, currency), tuple(todays)))
    return tuple(days)


def _receipts_first(item: DatedItem) -> tuple[bool, int, str]:
    return (item.amount.cents < 0, -abs(item.amount.cents), item.label)
