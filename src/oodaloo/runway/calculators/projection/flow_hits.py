"""The next hits of a recurring flow as items: which are still to come, how much each brings, and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.projection.expected import Expected, Size, Varying
from oodaloo.runway.calculators.projection.learned import FlowHabits
from oodaloo.runway.calculators.projection.sizes import Replay, past_factors
from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.model.recurring import FlowSource, RecurringFlow, Rhythm
from oodaloo.runway.model.runway import DatedItem, ItemKind
from oodaloo.runway.model.scenario import Suppositions
from oodaloo.runway.model.wording import day_text, money_text

RHYTHM_TEXT = {
    Rhythm.WEEKLY: "every week",
    Rhythm.BIWEEKLY: "every two weeks",
    Rhythm.SEMI_MONTHLY: "twice a month",
    Rhythm.MONTHLY: "every month",
    Rhythm.QUARTERLY: "every quarter",
}


@dataclass(frozen=True, slots=True)
class NextHit:
    """An occurrence that is to come: its day, the cents that are supposed on top, and since when it is awaited."""

    day: date
    added: int
    awaited: date | None


@dataclass(frozen=True, slots=True)
class Placed:
    """When a hit's money moves: the median day, how the wait for it is spread, and what a person should know of it."""

    day: date
    waits: Floats | None
    because: str = ""
    on_line: bool = True


Placing: TypeAlias = Callable[[date], Placed]


def hits_to_come(flow: RecurringFlow, supposed: Suppositions, until: date) -> tuple[NextHit, ...]:
    """The flow's upcoming occurrences up to `until`, without those that are supposed to have ended."""
    ends = min((each.since for each in supposed.ended if each.flow_key == flow.key), default=None)
    resized = [each for each in supposed.resized if each.flow_key == flow.key]
    return tuple(
        NextHit(
            day,
            added=sum(each.by.cents for each in resized if each.since <= day),
            awaited=flow.overdue_since if number == 0 else None,
        )
        for number, day in enumerate(flow.upcoming)
        if day <= until and (ends is None or day < ends)
    )


def expected_hits(
    flow: RecurringFlow, hits: Sequence[NextHit], habits: FlowHabits, place: Placing, customer: str = ""
) -> Iterator[Expected]:
    """Each hit where `place` puts its day, with the flow's usual amount, which varies as it did in the past."""
    varying = varying_amounts(flow, [flow.typical_amount.cents] * len(hits), habits, [hit.added for hit in hits])
    usual = _usual_text(flow)
    records = tuple(hit.ref for hit in flow.hits)
    for step, hit in enumerate(hits):
        placed = place(hit.day)
        item = DatedItem(
            dated=placed.day,
            amount=Money(flow.typical_amount.cents + hit.added, flow.typical_amount.currency),
            kind=ItemKind.RECURRING,
            label=flow.label,
            reason=_document_text(flow, hit.day, placed) + usual + _late_text(hit) + _added_text(flow, hit),
            party=flow.party,
            flow_class=flow.flow_class,
            flow_key=flow.key,
            records=records,
        )
        yield Expected(
            item=item,
            luck=f"{flow.key} {hit.day}",
            customer=customer,
            waits=placed.waits,
            size=None if varying is None else Size(varying, step),
            on_line=placed.on_line,
        )


def varying_amounts(
    flow: RecurringFlow, typical: Sequence[int], habits: FlowHabits, added: Sequence[int] | None = None
) -> Varying | None:
    """How `typical` cents of the flow's next hits vary, `added` ones being certain; None where they never varied."""
    factors = past_factors(habits.amounts, len(typical)) if typical else None
    if factors is None:
        return None
    return Replay(flow.key, tuple(typical), tuple(added or [0] * len(typical)), factors)


def _usual_text(flow: RecurringFlow) -> str:
    last = flow.hits[-1]
    days = len({hit.dated for hit in flow.hits})
    return f"{RHYTHM_TEXT[flow.rhythm]}, {days} times so far, last on {day_text(last.dated)}"


def _document_text(flow: RecurringFlow, issued: date, placed: Placed) -> str:
    if flow.source is FlowSource.MOVEMENT:
        return ""
    document = "invoice" if flow.source is FlowSource.INVOICE else "bill"
    return f"{document} expected {day_text(issued)}, {placed.because}; "


def _late_text(hit: NextHit) -> str:
    return f"; expected {day_text(hit.awaited)}, not in the books yet" if hit.awaited else ""


def _added_text(flow: RecurringFlow, hit: NextHit) -> str:
    if not hit.added:
        return ""
    added = Money(hit.added, flow.typical_amount.currency)
    return f"; supposed {'+' if hit.added > 0 else ''}{money_text(added, cents=True)} each time"
