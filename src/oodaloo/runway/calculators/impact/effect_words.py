"""What an effect says in one sentence, with figures that can be checked against the two assessments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from oodaloo.runway.model.impact import DateChange, Effect, KeptCash, LowestChange, PayrollChange
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import MINUS, day_text, days_text, money_text

_FUTURES = 100


@dataclass(frozen=True, slots=True)
class Told:
    """How an effect is told: `what` begins the sentence.

    Dollars are told `on_average` where only chances change, and as spendable where cash is merely set `aside`.
    """

    what: str
    on_average: bool = False
    aside: bool = False


def effect_sentence(effect: Effect, told: Told, today: date) -> str:
    """ "Pier 9 on Fri, Oct 30 instead of Fri, Oct 9: 0 days; keeps $4,300.00 in the bank until Fri, Oct 30."

    First the days of covered-until, or the lowest point where no date is within the horizon; then the dollars, then the
    payroll whose chance changes most. A gain of 0 days is told as that.
    """
    if effect.kept is None:
        return f"{told.what}: changes nothing."
    parts = [*_days(effect), *_kept(effect.kept, told, today), *_payroll(effect.payrolls)]
    return f"{told.what}: {'; '.join(parts)}."


def _days(effect: Effect) -> Iterator[str]:
    covered = effect.covered
    if isinstance(covered, Unknown):
        yield "until when cash lasts can't be told"
    elif covered.days is None:
        yield f"covered for more than {HORIZON_DAYS} days either way{_cautious(effect)}"
        if isinstance(effect.lowest, LowestChange):
            yield _lowest(effect.lowest)
    else:
        yield f"{_signed_days(covered)}{_cautious(effect)}, covered {_until(covered)}"


def _cautious(effect: Effect) -> str:
    """Where the cautious date moves by another number of days than the middle one."""
    covered, cautious = effect.covered, effect.cautious
    if isinstance(covered, Unknown) or isinstance(cautious, Unknown) or (cautious.days or 0) == (covered.days or 0):
        return ""
    return f" (cautiously {_signed_days(cautious)})"


def _signed_days(change: DateChange) -> str:
    days = change.days or 0
    sign = "" if not days else "+" if days > 0 else MINUS
    least = "at least " if change.at_least else ""
    return f"{least}{sign}{days_text(abs(days))}"


def _until(change: DateChange) -> str:
    after = _covered(change.after)
    return f"{after} as before" if change.before == change.after else f"{after} instead of {_covered(change.before)}"


def _covered(until: date | None) -> str:
    return f"for more than {HORIZON_DAYS} days" if until is None else f"until {day_text(until)}"


def _lowest(change: LowestChange) -> str:
    point = f"{money_text(change.after.spendable, cents=True)} on {day_text(change.after.day)}"
    if change.rise.is_zero:
        return f"the lowest point stays at {point}"
    verb = "rises" if change.rise.cents > 0 else "falls"
    return f"the lowest point {verb} by {money_text(abs(change.rise), cents=True)} to {point}"


def _kept(kept: KeptCash, told: Told, today: date) -> Iterator[str]:
    average = " on average" if kept.on_average else ""
    amount = money_text(abs(kept.most), cents=True)
    if kept.begins < kept.reached:
        amount, when = f"up to {amount}", f" (most on {day_text(kept.reached)})"
    else:
        when = "" if kept.begins <= today else f" from {day_text(kept.begins)}"
    when += "" if kept.until is None else f" until {day_text(kept.until)}"
    if told.aside:
        yield f"leaves {amount} {'more' if kept.most.cents > 0 else 'less'} to spend{when}"
    elif kept.most.cents > 0:
        yield f"keeps {amount} in the bank{average}{when}"
    else:
        yield f"takes {amount} out of the bank{average}{when}"
    if kept.until is not None and not kept.in_the_end.is_zero:
        verb = "saves" if kept.in_the_end.cents > 0 else "costs"
        yield f"{verb} {money_text(abs(kept.in_the_end), cents=True)} in the end"


def _payroll(payrolls: tuple[PayrollChange, ...]) -> Iterator[str]:
    """The payroll whose chance of being missed changes most, in whole futures of a hundred."""
    known = [(each.day, each.before, each.after) for each in payrolls]
    changed = [
        (day, _in_100(before), _in_100(after))
        for day, before, after in known
        if before is not None and after is not None and _in_100(before) != _in_100(after)
    ]
    if changed:
        day, before, after = max(changed, key=lambda each: abs(each[1] - each[2]))
        yield f"the payroll on {day_text(day)} is missed in {after} of {_FUTURES} futures instead of {before}"


def _in_100(chance: float) -> int:
    return round(_FUTURES * chance)
