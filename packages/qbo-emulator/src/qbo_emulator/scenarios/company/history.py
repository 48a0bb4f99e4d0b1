"""A company's history: every plan put together, in the order in which it was entered into the books."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from qbo_emulator.scenarios.company.description import CompanyPlan, Span
from qbo_emulator.scenarios.company.events import Event
from qbo_emulator.scenarios.company.flaws.kinds import USUAL_FLAWS, FlawKind, PlannedFlaw, PlannedLookalike
from qbo_emulator.scenarios.company.flaws.planting import plant_flaws
from qbo_emulator.scenarios.company.opening import bring_over, opening_entry
from qbo_emulator.scenarios.company.payroll import plan_payroll
from qbo_emulator.scenarios.company.purchasing import plan_purchasing
from qbo_emulator.scenarios.company.sales import plan_sales, without_new_projects
from qbo_emulator.scenarios.company.spending import plan_spending
from qbo_emulator.scenarios.company.streams import OFFICE
from qbo_emulator.scenarios.company.treasury import steer

_LARGEST_MISSED_CENTS = 900_000
_LEAD_DAYS = 100
_FORESEEN_DAYS = 92
_CLOSES = time(17, 30)


@dataclass(frozen=True, slots=True)
class History:
    """What happened up to `known_at`, and after it; the flaws among what is known, and what only looks like them."""

    known_at: datetime
    known: tuple[Event, ...]
    coming: tuple[Event, ...]
    flaws: tuple[PlannedFlaw, ...]
    lookalikes: tuple[PlannedLookalike, ...]


def plan_history(
    plan: CompanyPlan, span: Span, *, flaws: Collection[FlawKind] = USUAL_FLAWS, lookalikes: bool = False
) -> History:
    """Return the history of the span, and the 13 weeks that follow it if nobody interferes.

    With and without flaws it is the same history except for the flaws: cash is steered before they are planted.
    """
    events = _everything(plan, span)
    known_at = datetime.combine(span.end, _CLOSES, tzinfo=OFFICE)
    # Small enough that money which never reached the bank can't overdraw it.
    largest_missed = min(_LARGEST_MISSED_CENTS, plan.treasury.floor_cents // 2)
    planted = plant_flaws(
        events, known_at, plan.seed, kinds=flaws, lookalikes=lookalikes, largest_missed_cents=largest_missed
    )
    ordered = sorted(planted.events, key=_as_entered)
    known = tuple(event for event in ordered if event.at <= known_at)
    coming = tuple(event for event in ordered if event.at > known_at)
    return History(known_at, known, coming, planted.flaws, planted.lookalikes)


def foreseen(span: Span) -> Span:
    """Return the days for which trade is planned: a lead, so that books open in mid-life, to 13 weeks after."""
    return Span(span.start - timedelta(days=_LEAD_DAYS), span.end + timedelta(days=_FORESEEN_DAYS))


def _everything(plan: CompanyPlan, span: Span) -> list[Event]:
    trade = foreseen(span)
    booked = Span(span.start, trade.end)
    traded = bring_over([*plan_sales(plan, trade), *plan_purchasing(plan, trade)], span.start)
    events = [*traded, *plan_payroll(plan.payroll, plan.seed, booked), *plan_spending(plan, booked)]
    agreed = without_new_projects(events, span.end)
    return [opening_entry(plan, span.start), *events, *steer(plan.treasury, events, agreed, span, booked.end)]


def _as_entered(event: Event) -> tuple[datetime, str]:
    return (event.at, event.key)
