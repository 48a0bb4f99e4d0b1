"""Flows that go on under another amount, account or payee, and would otherwise seem to have stopped."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from oodaloo.runway.calculators.classify import class_of_outflow
from oodaloo.runway.calculators.occurrences import Occurrence, Regular, from_movement, is_flow_material
from oodaloo.runway.calculators.rhythm import beat_of, dates_after
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.recurring import FlowClass, FlowSource
from oodaloo.runway.model.reference import RecordRef

CARRIED_CLASSES = frozenset(
    {FlowClass.PAYROLL, FlowClass.PAYROLL_TAX, FlowClass.RENT, FlowClass.INSURANCE, FlowClass.LOAN}
)
"""What a business goes on paying when it changes the payee: another payroll service, landlord, insurer or bank."""

_LATEST_HITS = 12
_SAME_LEVEL = 1.3


def carried_on(parts: Iterable[Regular], books: Books) -> list[Regular]:
    """The parts by their first hits, grown by later hits: by parts that begin where they stop, and by single records.

    A later hit lies near a date on which the flow was expected since its last one, and its amount within a factor of
    1.3 of the latest twelve. It has the same payee (rent after a raise, or booked to another account), where nothing
    else of that size may lie in between; or another payee, where it is for the same one of `CARRIED_CLASSES`.
    """
    merged = _merged(parts, books.as_of)
    claimed = {(hit.ref, hit.cents) for part in merged for hit in part.hits}
    return [_grown(part, books, claimed) for part in merged]


def _merged(parts: Iterable[Regular], today: date) -> list[Regular]:
    kept: list[Regular] = []
    for part in sorted(parts, key=lambda part: part.hits[0].dated):
        former = next((number for number, each in enumerate(kept) if _succeeds(part, each, today)), None)
        if former is None:
            kept.append(part)
        else:
            hits = (*kept[former].hits, *part.hits)
            kept[former] = replace(kept[former], beat=part.beat, hits=hits, replaced=part.replaced)
    return kept


def _succeeds(part: Regular, former: Regular, today: date) -> bool:
    """Whether the part goes on as the former one would have."""
    first = part.hits[0]
    if former.replaced or first.dated <= former.hits[-1].dated or part.beat.rhythm is not former.beat.rhythm:
        return False
    expected = _expected(former, today)[:2]
    on_time = any(abs((first.dated - day).days) <= _slack(former) for day in expected)
    return on_time and _alike(former, first) and (part.group is former.group or _same_need(part, former))


def _same_need(part: Regular, former: Regular) -> bool:
    return _carried_class(part) is not None and _carried_class(part) is _carried_class(former)


def _grown(part: Regular, books: Books, claimed: set[tuple[RecordRef, int]]) -> Regular:
    """The part with the unclaimed records that kept its latest dates; they are claimed from then on."""
    expected = () if part.replaced else _expected(part, books.as_of)
    if not expected:
        return part
    last = part.hits[-1].dated
    own = [each for each in part.group.occurrences if each.dated > last and _free(each, claimed) and _alike(part, each)]
    later = _on_dates(own, expected, _slack(part))
    if len(later) < len(own) or not later:
        later = _on_dates(list(_of_other_payees(part, books, claimed)), expected, _slack(part))
    if not later:
        return part
    claimed.update((hit.ref, hit.cents) for hit in later)
    hits = (*part.hits, *later)
    return replace(part, hits=hits, beat=beat_of(sorted({hit.dated for hit in hits})) or part.beat)


def _of_other_payees(part: Regular, books: Books, claimed: set[tuple[RecordRef, int]]) -> Iterator[Occurrence]:
    carried, last = _carried_class(part), part.hits[-1].dated
    if carried is None:
        return
    for movement in reversed(books.movements):
        if movement.dated <= last:
            return
        each = from_movement(movement)
        if is_flow_material(movement) and _alike(part, each) and _free(each, claimed) and _class(each) is carried:
            yield each


def _on_dates(candidates: Sequence[Occurrence], expected: Sequence[date], slack: int) -> list[Occurrence]:
    """For each expected date the nearest candidate within the slack; each candidate once."""
    left, found = list(candidates), []
    for day in expected:
        near = [each for each in left if abs((each.dated - day).days) <= slack]
        if near:
            nearest = min(near, key=lambda each: abs((each.dated - day).days))
            left = [each for each in left if each is not nearest]
            found.append(nearest)
    return sorted(found, key=lambda each: each.dated)


def _expected(part: Regular, today: date) -> tuple[date, ...]:
    """The dates since the last hit that could have been kept by today."""
    return dates_after(part.beat, part.last_kept, today + timedelta(days=_slack(part)))


def _slack(part: Regular) -> int:
    return max(2, part.beat.interval_days // 4)


def _alike(part: Regular, one: Occurrence) -> bool:
    """Of the same sign, and no further from the latest amounts than these may be from each other."""
    sizes = [abs(hit.cents) for hit in part.hits[-_LATEST_HITS:]]
    same_sign = one.cents * part.hits[-1].cents > 0
    return same_sign and min(sizes) <= _SAME_LEVEL * abs(one.cents) and abs(one.cents) <= _SAME_LEVEL * max(sizes)


def _free(one: Occurrence, claimed: set[tuple[RecordRef, int]]) -> bool:
    return (one.ref, one.cents) not in claimed


def _carried_class(part: Regular) -> FlowClass | None:
    """The class of a part whose payee may change, None for every other."""
    if part.group.source is not FlowSource.MOVEMENT or part.group.is_card or part.hits[-1].cents > 0:
        return None
    found = _class(part.hits[-1])
    return found if found in CARRIED_CLASSES else None


def _class(one: Occurrence) -> FlowClass:
    return class_of_outflow(
        category=one.category,
        category_type=one.record.category_type,
        payee=one.party.name if one.party else "",
        memo=one.memo,
    )
