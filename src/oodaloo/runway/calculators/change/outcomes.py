"""One expected sum, or a total of some, beside what became of it."""

from collections.abc import Sequence
from datetime import date

from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.change.window import cents_of
from oodaloo.runway.model.hindsight import Dated, Outcome, OutcomeKind, Source
from oodaloo.runway.model.picture import CashMovement
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.runway import DatedItem
from oodaloo.runway.model.wording import day_text, days_text, money_text


def outcome_of(
    source: Source,
    key: str,
    label: str,
    expected: Dated | None,
    came: Dated | None,
    until: date,
    *,
    party: Party | None,
    records: tuple[RecordRef, ...],
    words: tuple[str, str],
    currency: Currency,
) -> Outcome:
    """One expected sum beside what came of it; at least one of both is there."""
    planned = expected.amount.cents if expected is not None and expected.day <= until else 0
    error = Money((0 if came is None else came.amount.cents) - planned, currency)
    days = None if expected is None else ((until if came is None else came.day) - expected.day).days
    kind = _kind(came, expected, days, error, in_time=bool(planned))
    return Outcome(
        kind=kind,
        source=source,
        key=key,
        label=label,
        party=party,
        expected=expected,
        happened=came,
        error=error,
        error_days=days,
        records=records,
        sentence=_sentence(label, expected, came, days, words),
    )


def _kind(came: Dated | None, expected: Dated | None, days: int | None, error: Money, *, in_time: bool) -> OutcomeKind:
    if expected is None or days is None:
        return OutcomeKind.UNEXPECTED
    if came is None:
        return OutcomeKind.NOT_YET
    if in_time and not error.is_zero:
        return OutcomeKind.OTHER_AMOUNT
    if abs(days) <= 1:
        return OutcomeKind.AS_EXPECTED
    return OutcomeKind.LATER if days > 0 else OutcomeKind.EARLIER


def _sentence(label: str, expected: Dated | None, came: Dated | None, days: int | None, words: tuple[str, str]) -> str:
    if came is None and expected is not None:
        return f"{label}: {size_text(expected.amount)} expected {day_text(expected.day)} {words[1]}"
    if came is None:
        return label
    what = f"{label}: {size_text(came.amount)} {words[0]} {day_text(came.day)}"
    if expected is None or days is None:
        return f"{what}, not expected"
    when = "as expected" if days == 0 else f"{days_text(abs(days))} {'later' if days > 0 else 'earlier'} than expected"
    amount = "" if came.amount == expected.amount else f", {size_text(expected.amount)} expected"
    return f"{what}, {when}{amount}"


def totals_of(
    source: Source,
    label: str,
    name: str,
    expected: Sequence[DatedItem],
    moved: Sequence[CashMovement],
    currency: Currency,
) -> Outcome:
    """Sums of the whole time side by side, where single sums can't be told apart."""
    planned, came = Money(cents_of(expected), currency), Money(sum(each.amount.cents for each in moved), currency)
    error = came - planned
    if planned.is_zero:
        kind = OutcomeKind.UNEXPECTED
    elif not moved:
        kind = OutcomeKind.NOT_YET
    else:
        kind = OutcomeKind.AS_EXPECTED if error.is_zero else OutcomeKind.OTHER_AMOUNT
    return Outcome(
        kind=kind,
        source=source,
        key=f"{source.value}:{name}",
        label=label,
        party=None,
        expected=Dated(expected[-1].dated, planned) if expected else None,
        happened=Dated(moved[-1].dated, came) if moved else None,
        error=error,
        error_days=None,
        records=tuple(movement.ref for movement in moved),
        sentence=f"{label}: {size_text(came)}, {size_text(planned)} expected",
    )


def unexpected(source: Source, key: str, cents: int, movements: Sequence[CashMovement]) -> Outcome:
    """Money that moved though nobody expected it; `cents` of it are told here."""
    first = movements[0]
    amount = Money(cents, first.amount.currency)
    label = first.party.name if first.party is not None else first.category or first.memo
    direction = "came in" if cents > 0 else "went out"
    sentence = f"{label}: {size_text(amount)} {direction} {day_text(movements[-1].dated)}, not expected"
    return unexplained(source, label, amount, sentence, movements, key)


def unexplained(
    source: Source, label: str, amount: Money, sentence: str, movements: Sequence[CashMovement], key: str = ""
) -> Outcome:
    """Movements with a sentence of their own and nothing expected beside them; there is at least one."""
    return Outcome(
        kind=OutcomeKind.UNEXPECTED,
        source=source,
        key=key or source.value,
        label=label,
        party=movements[0].party,
        expected=None,
        happened=Dated(movements[-1].dated, amount),
        error=amount,
        error_days=None,
        records=tuple(dict.fromkeys(movement.ref for movement in movements)),
        sentence=sentence,
    )


def size_text(amount: Money) -> str:
    """An amount without sign: "$9,800"."""
    return money_text(abs(amount), cents=False)


def direction_text(amount: Money) -> str:
    """Which way money went: "in" or "out"."""
    return "in" if amount.cents > 0 else "out"
