"""What a scenario supposes on top of the books: money once, and flows that aren't there yet."""

from collections.abc import Iterator
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expected
from oodaloo.runway.calculators.projection.flow_hits import RHYTHM_TEXT
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.calculators.rhythm import Beat, dates_after
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.runway import DatedItem, ItemKind
from oodaloo.runway.model.scenario import NewFlow, Suppositions

_HALF_MONTH_DAYS = 15
_PERIODS = {Rhythm.WEEKLY: 7, Rhythm.BIWEEKLY: 14}


def supposed_money(supposed: Suppositions, span: Span) -> Iterator[Expected]:
    """Each supposed sum on its day (today where that has passed), each supposed hit on its bank day."""
    for once in supposed.one_offs:
        if once.day <= span.last:
            yield Expected(_item(once.label, max(once.day, span.as_of), once.amount, "supposed, once"))
    for flow in supposed.flows:
        for day in days_of(flow, span.last):
            if day >= span.as_of:
                moves = day if day == span.as_of else span.bank_day(day)
                yield Expected(_item(flow.label, moves, flow.amount, f"supposed, {RHYTHM_TEXT[flow.rhythm]}"))


def days_of(flow: NewFlow, last: date) -> tuple[date, ...]:
    """The days of a supposed flow up to `last`, in its rhythm from its first day on."""
    until = last if flow.until is None else min(flow.until, last)
    if flow.first > until:
        return ()
    return (flow.first, *dates_after(_beat(flow), flow.first, until))


def _beat(flow: NewFlow) -> Beat:
    period, day = _PERIODS.get(flow.rhythm), flow.first.day
    if period is not None:
        return Beat(flow.rhythm, period, (flow.first.toordinal() % period,))
    if flow.rhythm is Rhythm.SEMI_MONTHLY:
        other = day + _HALF_MONTH_DAYS if day <= _HALF_MONTH_DAYS else day - _HALF_MONTH_DAYS
        return Beat(flow.rhythm, _HALF_MONTH_DAYS, (min(day, other), max(day, other)))
    return Beat(flow.rhythm, 0, (day,), months=(flow.first.month - 1) % 3)


def _item(label: str, day: date, amount: Money, reason: str) -> DatedItem:
    return DatedItem(day, amount, ItemKind.SUPPOSED, label, reason, None, None, None, ())
