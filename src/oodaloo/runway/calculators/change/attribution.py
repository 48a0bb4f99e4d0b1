"""By which causes "covered until" moved from one picture to the next, summing exactly: ordered substitution."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change import told
from oodaloo.runway.calculators.change.causes import Candidate, Family, in_steps
from oodaloo.runway.calculators.change.document_causes import document_causes, evidence_of_payments
from oodaloo.runway.calculators.change.flow_causes import flow_causes
from oodaloo.runway.calculators.change.happened import happened_between
from oodaloo.runway.calculators.change.patches import patched
from oodaloo.runway.calculators.change.rolled import rolled_forward
from oodaloo.runway.calculators.change.standing_causes import standing_causes
from oodaloo.runway.calculators.change.window import window_of
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import Cause, CauseKind, Change, Measures, ToldIn
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS, RunwayState
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import signed_days_text, signed_money_text

MOST_RUNS = 12
"""How often the engine is run for one change, at most (a family of causes that is there takes one run)."""

Assess: TypeAlias = Callable[[CashPicture], Assessment]
"""The engine: what can be said about a picture, always the same about the same one."""

_SMALL = {
    Family.EARLY: "smaller payments before they were expected",
    Family.MONEY_IN: "smaller differences in what customers paid",
    Family.MONEY_OUT: "smaller differences in what was paid to vendors",
    Family.RECURRING: "smaller differences in recurring and other money",
    Family.DOCUMENTS: "smaller new invoices and bills",
    Family.CORRECTIONS: "smaller corrections",
    Family.DECISIONS: "decisions",
    Family.FORECAST: "smaller changes in what is usual",
}


@dataclass(frozen=True, slots=True)
class _Step:
    """Something substituted, and the measures after it."""

    kind: CauseKind
    what: str
    after: Measures
    parties: tuple[Party, ...] = ()
    records: tuple[RecordRef, ...] = ()
    several: int = 1


def change_between(then: Assessment, now: Assessment, assess: Assess, most_runs: int = MOST_RUNS) -> Change | Unknown:
    """How far "covered until" moved from `then` to `now`, and why; unknown where one of them is.

    One part of the earlier picture after another is replaced by the later one's, and the engine is asked after each:
    first what was paid before its day, then time alone (all else went as expected) and that open documents have grown
    older, then what happened to other money, new documents, corrections, decisions, what we think differently about,
    and whatever is left. So the causes add up exactly, in days and in cents. A
    cause's figure depends on its place in this order: effects overlap. The largest causes stand alone, as far as
    `most_runs` runs of the engine allow, the others with those of their kind; what moved nothing isn't told, time is.

    Dates are compared up to the end of 13 weeks from the earlier day, since neither picture looks further from there:
    a picture without a date by then counts as covered until that end.
    """
    unknown = [each for each in (then, now) if each.runway.state is RunwayState.UNKNOWN]
    if unknown:
        return Unknown(unknown[0].runway.because[:1])
    end = min(then.runway.as_of, now.runway.as_of) + timedelta(days=HORIZON_DAYS)
    ends = [_measures(each, end) for each in (then, now)]
    undated = [measures.until >= end for measures in ends]
    told_in = ToldIn.DOLLARS if all(undated) else ToldIn.DAYS
    return Change(
        since=then.runway.as_of,
        upto=now.runway.as_of,
        then=ends[0],
        now=ends[1],
        told_in=told_in,
        at_least=any(undated) and not all(undated),
        causes=tuple(_causes(_steps(then, now, assess, most_runs, end), ends[0], told_in)),
    )


def _steps(then: Assessment, now: Assessment, assess: Assess, most_runs: int, end: date) -> Iterator[_Step]:
    """Every substitution in order; the last one leaves nothing of the earlier picture."""
    window = window_of(then, now.runway.as_of)
    happened = happened_between(then.picture, now.picture)
    rolled = rolled_forward(then.picture, window, now.picture.books.known_at)
    candidates = (
        *document_causes(rolled.picture, now.picture, window, happened),
        *flow_causes(rolled, now.picture, window, happened),
        *standing_causes(
            rolled.picture, now.picture, evidence_of_payments(rolled.picture, now.picture, window, happened)
        ),
    )
    steps = in_steps(candidates, most_runs - 1)
    early = [step for step in steps if step[0].family is Family.EARLY]
    picture, before = then.picture, then
    for number, together in enumerate(early):
        picture, before, step = _substituted(picture, before, together, f"early {number}", assess, end)
        yield step
    if then.runway.as_of != now.runway.as_of:
        gained = picture.spendable - then.picture.spendable
        moved = replace(window, spendable=window.spendable + gained)
        picture = rolled_forward(picture, moved, now.picture.books.known_at).picture
        after = assess(picture)
        yield from _time_steps(before, after, end)
        before = after
    for number, together in enumerate(steps[len(early) :]):
        picture, before, step = _substituted(picture, before, together, f"{now.picture.books_id} {number}", assess, end)
        yield step
    yield _Step(CauseKind.REST, told.rest(), _measures(now, end))


def _substituted(
    picture: CashPicture, before: Assessment, together: Sequence[Candidate], name: str, assess: Assess, end: date
) -> tuple[CashPicture, Assessment, _Step]:
    for candidate in together:
        picture = patched(picture, candidate.patch, name)
    after = assess(picture)
    return picture, after, _step(together, before, after, end)


def _time_steps(before: Assessment, after: Assessment, end: date) -> Iterator[_Step]:
    """Time alone leaves the date where it was; that what is open has grown older unpaid is a cause of its own."""
    days = (after.runway.as_of - before.runway.as_of).days
    yield _Step(CauseKind.TIME, told.time_passed(days), _later_view(before, after, end))
    yield _Step(CauseKind.AGED, told.aged(days, before, after), _measures(after, end))


def _later_view(before: Assessment, after: Assessment, end: date) -> Measures:
    """What the earlier forecast says about the days that are left of it, when all has gone as it said.

    A date that has passed meanwhile is replaced by the next one on its line.
    """
    today, buffer = after.runway.as_of, before.runway.buffer
    measures = _measures(before, end)
    ahead = [day for day in before.projection.days if day.day >= today]
    until = measures.until
    if until <= today and before.runway.as_of < today:
        until = min(next((day.day for day in ahead if day.spendable < buffer), end), end)
    lowest = min((day.middle for day in before.simulation.days if day.day >= today), default=measures.lowest)
    return Measures(until=until, spendable=after.runway.spendable, lowest=lowest)


def _step(together: Sequence[Candidate], before: Assessment, after: Assessment, end: date) -> _Step:
    first, measures = together[0], _measures(after, end)
    if len(together) == 1:
        return _Step(first.kind, first.tell(before, after), measures, first.parties, first.records)
    return _Step(
        kind=max(together, key=lambda each: each.cents).kind,
        what=f"{len(together)} {_SMALL[first.family]}",
        after=measures,
        parties=tuple(dict.fromkeys(party for each in together for party in each.parties)),
        records=tuple(dict.fromkeys(ref for each in together for ref in each.records)),
        several=len(together),
    )


def _causes(steps: Iterator[_Step], then: Measures, told_in: ToldIn) -> Iterator[Cause]:
    last = then
    for step in steps:
        days = (step.after.until - last.until).days
        spendable, lowest = step.after.spendable - last.spendable, step.after.lowest - last.lowest
        last = step.after
        if not days and spendable.is_zero and lowest.is_zero and step.kind is not CauseKind.TIME:
            continue
        yield Cause(
            kind=step.kind,
            days=days,
            spendable=spendable,
            lowest=lowest,
            what=step.what,
            sentence=f"{step.what}: {_effect(days, lowest, told_in)}",
            parties=step.parties,
            records=step.records,
            several=step.several,
        )


def _effect(days: int, lowest: Money, told_in: ToldIn) -> str:
    if told_in is ToldIn.DAYS:
        return signed_days_text(days)
    return f"{signed_money_text(lowest, cents=False)} at the lowest point"


def _measures(assessment: Assessment, end: date) -> Measures:
    """Read off an assessment; an undated picture counts as covered until `end`."""
    runway = assessment.runway
    lowest = runway.lowest.spendable if runway.lowest else min(day.spendable for day in assessment.projection.days)
    until = end if runway.covered_until is None else min(runway.covered_until, end)
    return Measures(until=until, spendable=runway.spendable, lowest=lowest)
