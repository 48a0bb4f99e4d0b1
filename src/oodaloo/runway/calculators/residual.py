"""The weekly level of receipts and spending that no document and no recurring flow explains."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from oodaloo.kit.dates import DateRange, last_full_weeks
from oodaloo.kit.money import Money
from oodaloo.runway.calculators.occurrences import is_flow_material
from oodaloo.runway.calculators.robust import median, median_absolute_deviation
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind
from oodaloo.runway.model.recurring import RecurringFlow, Residual
from oodaloo.runway.model.reference import RecordKind

HISTORY_WEEKS = 13


def residual_of(books: Books, flows: Iterable[RecurringFlow]) -> Residual:
    """Medians over the last 13 full weeks (fewer where the history is shorter), weeks without any counting as zero.

    Left out: what settles invoices or bills, hits of flows, transfers and card payments.
    """
    currency = books.business.currency
    weeks = full_weeks(books)
    if not weeks.days:
        zero = Money.zero(currency)
        return Residual(0, zero, zero, zero, zero)
    left = unexplained(books, flows, since=weeks.first)
    sums_in = weekly_cents((each for each in left if each.amount.cents > 0), weeks)
    sums_out = weekly_cents((each for each in left if each.amount.cents < 0), weeks)
    return Residual(
        weeks=len(sums_in),
        weekly_in=Money(median(sums_in), currency),
        weekly_out=Money(median([-cents for cents in sums_out]), currency),
        weekly_in_spread=Money(median_absolute_deviation(sums_in), currency),
        weekly_out_spread=Money(median_absolute_deviation(sums_out), currency),
    )


def unexplained(books: Books, flows: Iterable[RecurringFlow], since: date = date.min) -> list[CashMovement]:
    """The movements from `since` on that the residual is learned from, by date."""
    explained = {(hit.ref, hit.amount.cents) for flow in flows for hit in flow.hits}
    return [
        movement
        for movement in islice(books.movements, bisect_left(books.movements, since, key=_day), None)
        if _may_be_residual(movement) and (movement.ref, movement.amount.cents) not in explained
    ]


def _day(movement: CashMovement) -> date:
    return movement.dated


def full_weeks(books: Books) -> DateRange:
    """The last 13 full weeks, Monday to Sunday, or as many of them as lie after the first movement's week began."""
    weeks = last_full_weeks(books.as_of, HISTORY_WEEKS)
    if not books.movements:
        return DateRange(weeks.last + timedelta(days=1), weeks.last)
    first = books.movements[0].dated
    monday = first + timedelta(days=-first.weekday() % 7)
    return DateRange(max(weeks.first, monday), weeks.last)


def weekly_cents(movements: Iterable[CashMovement], weeks: DateRange) -> list[int]:
    """The signed sum of each week in `weeks` (which starts on a Monday), in cents."""
    sums = [0] * (weeks.days // 7)
    for movement in movements:
        if movement.dated in weeks:
            sums[(movement.dated - weeks.first).days // 7] += movement.amount.cents
    return sums


def _may_be_residual(movement: CashMovement) -> bool:
    transfer = movement.ref.kind is RecordKind.TRANSFER
    return is_flow_material(movement) and movement.kind is not MovementKind.CARD_PAYMENT and not transfer
