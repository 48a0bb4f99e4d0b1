"""The effect of a change: two outcomes of one business on the same draws, compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.impact.effect_words import Told, effect_sentence
from oodaloo.runway.calculators.projection.reading import Reading
from oodaloo.runway.model.impact import DateChange, Effect, KeptCash, LowestChange, PayrollChange
from oodaloo.runway.model.runway import BurnState, NetBurn, Projection, Runway, RunwayState
from oodaloo.runway.model.scenario import Ask, Scenario, SwitchOff, SwitchOn
from oodaloo.runway.model.unknown import Unknown


def told_as(scenario: Scenario, what: str) -> Told:
    """How the effect of a scenario is told, in a sentence that begins with `what`."""
    return Told(
        what=what,
        on_average=any(isinstance(change, Ask) for change in scenario.changes),
        aside=all(isinstance(change, SwitchOn | SwitchOff) for change in scenario.changes),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What effects compare of a picture: its runway, its line, and what was read off its futures."""

    runway: Runway
    projection: Projection
    reading: Reading


def effect_of(before: Outcome, after: Outcome, told: Told) -> Effect:
    """What `after` has that `before` hasn't, both of one day and one engine.

    How far covered-until and its cautious date move, net-burn days, the lowest point, each payroll's chance of being
    missed, and the dollars that stay in the bank: those of the line, item by item on its usual day, or of the mean of
    all futures where only chances change. Source: the runway definitions, what a decision does.
    """
    one, other = before.runway, after.runway
    unknown = _unknown(one, other)
    effect = Effect(
        covered=unknown or _moved(before, one.covered_until, other.covered_until),
        cautious=unknown or _moved(before, one.cautious_until, other.cautious_until),
        net_burn_days=_burn_change(one.net_burn, other.net_burn),
        lowest=_lowest_change(one, other),
        payrolls=_payroll_changes(one, other),
        kept=_kept_on_average(before, after) if told.on_average else _kept(before, after),
        because="",
    )
    return replace(effect, because=effect_sentence(effect, told, one.as_of))


def _unknown(before: Runway, after: Runway) -> Unknown | None:
    for runway in (before, after):
        if runway.state is RunwayState.UNKNOWN:
            return Unknown(runway.because)
    return None


def _moved(assessed: Outcome, before: date | None, after: date | None) -> DateChange:
    """What isn't within the horizon is the day after it at the earliest."""
    if before is None and after is None:
        return DateChange(None, None, None)
    beyond = assessed.reading.last + timedelta(days=1)
    days = ((after or beyond) - (before or beyond)).days
    return DateChange(before, after, days, at_least=before is None or after is None)


def _burn_change(before: NetBurn, after: NetBurn) -> int | Unknown:
    if before.days is not None and after.days is not None:
        return after.days - before.days
    if BurnState.UNKNOWN in (before.state, after.state):
        return Unknown(("too little history to tell what is burned",))
    return Unknown(("no cash is burned at present, so there are no days of it",))


def _lowest_change(before: Runway, after: Runway) -> LowestChange | Unknown:
    if before.lowest is None or after.lowest is None:
        return Unknown(("no lowest point is known",))
    return LowestChange(before.lowest, after.lowest)


def _payroll_changes(before: Runway, after: Runway) -> tuple[PayrollChange, ...]:
    missed_before = {payroll.day: payroll.missed for payroll in before.payrolls}
    missed_after = {payroll.day: payroll.missed for payroll in after.payrolls}
    days = sorted({*missed_before, *missed_after})
    return tuple(PayrollChange(day, missed_before.get(day), missed_after.get(day)) for day in days)


def _kept(before: Outcome, after: Outcome) -> KeptCash | None:
    """By the line; by the means where no day of it moves, but some future does."""
    one, other = after.projection, before.projection
    more = [day.spendable.cents - old.spendable.cents for day, old in zip(one.days, other.days, strict=True)]
    return _kept_cash(more, one.as_of, one.opening.currency) or _kept_on_average(before, after)


def _kept_on_average(before: Outcome, after: Outcome) -> KeptCash | None:
    more = [mean - old for mean, old in zip(after.reading.means, before.reading.means, strict=True)]
    kept = _kept_cash(more, after.projection.as_of, after.projection.opening.currency)
    return None if kept is None else replace(kept, on_average=True)


def _kept_cash(more: Sequence[int], first: date, currency: Currency) -> KeptCash | None:
    """The largest of the cents by which each day from `first` on is higher (or lower), and for how long it is so."""
    most = max(more, key=abs, default=0)
    if not most:
        return None
    reached = more.index(most)
    begins = next(day for day in range(len(more)) if more[day] * most > 0)
    until = next((day for day in range(reached, len(more)) if more[day] * most <= 0), None)
    return KeptCash(
        most=Money(most, currency),
        begins=first + timedelta(days=begins),
        reached=first + timedelta(days=reached),
        until=None if until is None else first + timedelta(days=until),
        in_the_end=Money(more[-1], currency),
    )
