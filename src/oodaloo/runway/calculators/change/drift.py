"""Forecasts that are off again and again, to one side: told once, and again only when they get worse."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.hindsight import Drift, DriftPolicy, Hindsight, Outcome, OutcomeKind, Source, Told
from oodaloo.runway.model.reference import Party
from oodaloo.runway.model.wording import days_text, money_text

_DAY_BUCKETS = (7, 14, 28, 56)
_DOLLAR_BUCKETS = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
_LATE = frozenset({OutcomeKind.LATER, OutcomeKind.NOT_YET})
_CUSTOMERS_KEY = "customers"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A drift with what it is about, before customers are told together."""

    drift: Drift
    party: Party | None
    days: int


def drifts_of(weeks: Sequence[Hindsight], policy: DriftPolicy | None = None) -> tuple[Drift, ...]:
    """What the latest hindsights, oldest first, have in common, the worst first.

    Three rules: a customer pays later (or earlier) than forecast; a flow or card comes to more (or less); other
    receipts or spending are above (or below) usual. Each counts a week in which it happened once, needs `times` of
    the latest `weeks`, and none to the other side. Where `together` customers or more are late they are one drift.
    """
    policy = policy or DriftPolicy()
    latest = weeks[-policy.weeks :]
    by_key: defaultdict[str, list[tuple[int, Outcome]]] = defaultdict(list)
    for number, week in enumerate(latest):
        for outcome in week.outcomes:
            by_key[outcome.key].append((number, outcome))
    late: list[_Pattern] = []
    others: list[_Pattern] = []
    for key, outcomes in by_key.items():
        days = _days_off(key, outcomes, policy)
        if days is not None:
            (late if days.days > 0 else others).append(days)
        amounts = _amounts_off(key, outcomes, policy)
        if amounts is not None:
            others.append(amounts)
    told = [each.drift for each in others]
    told += [_together(late)] if len(late) >= policy.together else [each.drift for each in late]
    return tuple(sorted(told, key=lambda drift: (-drift.bucket, drift.key)))


def to_send(
    drifts: Iterable[Drift], sent: Iterable[Told], today: date, policy: DriftPolicy | None = None
) -> tuple[Drift, ...]:
    """The drifts that weren't sent within the quiet days, or were when they were smaller by a bucket or more."""
    policy = policy or DriftPolicy()
    recent: dict[str, int] = {}
    for told in sent:
        if (today - told.on).days < policy.quiet_days:
            recent[told.key] = max(told.bucket, recent.get(told.key, -1))
    return tuple(drift for drift in drifts if drift.bucket > recent.get(drift.key, -1))


def _days_off(key: str, outcomes: Sequence[tuple[int, Outcome]], policy: DriftPolicy) -> _Pattern | None:
    """A customer whose money comes later than forecast, or earlier; what hasn't come yet counts as late so far."""
    if not key.startswith(f"{Source.CUSTOMER.value}:"):
        return None
    off = [(week, each) for week, each in outcomes if abs(each.error_days or 0) >= policy.days]
    late = [(week, each) for week, each in off if each.kind in _LATE]
    early = [(week, each) for week, each in off if each.kind is OutcomeKind.EARLIER]
    pattern = late if late and not early else early if early and not late else []
    weeks = {week for week, _ in pattern}
    if len(weeks) < policy.times:
        return None
    days = median([each.error_days or 0 for _, each in pattern])
    last = pattern[-1][1]
    side = "later" if days > 0 else "earlier"
    often = f"in {len(weeks)} of the last {policy.weeks} weeks"
    sentence = f"{last.label} paid {days_text(abs(days))} {side} than forecast, {often}"
    records = tuple(dict.fromkeys(ref for _, each in pattern for ref in each.records))
    drift = Drift(
        key=f"{side}:{key}",
        bucket=bisect_right(_DAY_BUCKETS, abs(days)),
        sentence=sentence,
        parties=(last.party,) if last.party else (),
        records=records,
    )
    return _Pattern(drift, last.party, days)


def _amounts_off(key: str, outcomes: Sequence[tuple[int, Outcome]], policy: DriftPolicy) -> _Pattern | None:
    """A flow, a card or other money that comes to more than forecast, or to less, week after week."""
    amounts = [(week, each) for week, each in outcomes if _is_amount(each)]
    off = [(week, each) for week, each in amounts if _matters(each, policy)]
    weeks = {week for week, _ in off}
    if len(weeks) < policy.times or len({each.error.cents > 0 for _, each in off}) > 1:
        return None
    errors = [each.error.cents for _, each in off]
    last = off[-1][1]
    typical = Money(abs(median(errors)), last.error.currency)
    side = "more" if (errors[0] > 0) == (last.happened is None or last.happened.amount.cents > 0) else "less"
    often = f"in {len(weeks)} of the last {policy.weeks} weeks"
    sentence = f"{last.label} came to {money_text(typical, cents=False)} {side} than forecast, {often}"
    records = tuple(dict.fromkeys(ref for _, each in off for ref in each.records))
    drift = Drift(
        key=f"{side}:{key}",
        bucket=bisect_right(_DOLLAR_BUCKETS, typical.cents // 100),
        sentence=sentence,
        parties=(last.party,) if last.party else (),
        records=records,
    )
    return _Pattern(drift, last.party, 0)


def _is_amount(outcome: Outcome) -> bool:
    both = outcome.expected is not None and outcome.happened is not None
    return both and outcome.source in (Source.FLOW, Source.CARD, Source.OTHER_MONEY)


def _matters(outcome: Outcome, policy: DriftPolicy) -> bool:
    planned = 0 if outcome.expected is None else abs(outcome.expected.amount.cents)
    return abs(outcome.error.cents) * 100 >= max(policy.percent * planned, policy.dollars * 10_000)


def _together(late: Sequence[_Pattern]) -> Drift:
    names = ", ".join(_names(late))
    return Drift(
        key=f"later:{_CUSTOMERS_KEY}",
        bucket=max(each.drift.bucket for each in late),
        sentence=f"{len(late)} customers paid later than forecast in the last weeks, most of all {names}",
        parties=tuple(each.party for each in late if each.party is not None),
        records=tuple(dict.fromkeys(ref for each in late for ref in each.drift.records)),
    )


def _names(late: Sequence[_Pattern]) -> Iterator[str]:
    worst = sorted(late, key=lambda each: (-each.days, each.drift.key))[:3]
    return (f"{each.party.name} ({days_text(each.days)})" for each in worst if each.party is not None)
