"""The raw material of recurring flows: dated amounts by payee, split where one payee has several flows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.runway.calculators.naming import normalised_payee, payee_key
from oodaloo.runway.calculators.rhythm import MIN_HITS, Beat, beat_of
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind, OpenItem
from oodaloo.runway.model.recurring import FlowSource
from oodaloo.runway.model.reference import Party, RecordRef

FLOW_KINDS = frozenset({MovementKind.SPENDING, MovementKind.OTHER_RECEIPT, MovementKind.CARD_PAYMENT})
"""Movements that may be flows themselves; customer receipts and bill payments aren't, their documents are."""

_RECENT_DAYS = 183
_MIN_RECENT_HITS = 5
_SAME_LEVEL = 1.3


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One past dated amount (signed cents: positive is money in) that may be a hit of a flow."""

    ref: RecordRef
    dated: date
    cents: int
    party: Party | None
    category: str
    category_type: str
    memo: str


@dataclass(frozen=True, slots=True)
class Group:
    """Occurrences of one source, sign and payee (or card, or account and memo), by date."""

    source: FlowSource
    is_card: bool
    payee: str
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Regular:
    """A part of a group that has a beat."""

    group: Group
    beat: Beat
    hits: tuple[Occurrence, ...]


def groups_of(books: Books) -> Iterator[Group]:
    """Every group with enough occurrences to be a flow; documents by party, movements by payee and sign."""
    found: defaultdict[tuple[FlowSource, bool, bool, str], list[Occurrence]] = defaultdict(list)
    for movement in books.movements:
        if is_flow_material(movement):
            is_card = movement.kind is MovementKind.CARD_PAYMENT
            payee = movement.category if is_card else payee_key(movement.party, movement.category, movement.memo)
            key = (FlowSource.MOVEMENT, is_card, movement.amount.cents > 0, payee)
            found[key].append(_from_movement(movement))
    for source, items, sign in (
        (FlowSource.INVOICE, books.invoices_issued, 1),
        (FlowSource.BILL, books.bills_issued, -1),
    ):
        for item in items:
            key = (source, False, sign > 0, normalised_payee(item.party.name))
            found[key].append(_from_item(item, sign))
    for (source, is_card, _, payee), occurrences in found.items():
        if len(occurrences) >= MIN_HITS:
            yield Group(source, is_card, payee, tuple(sorted(occurrences, key=lambda each: each.dated)))


def is_flow_material(movement: CashMovement) -> bool:
    """Whether the movement stands for itself: no invoice or bill explains it."""
    return movement.kind in FLOW_KINDS and not movement.documents


def regular_parts(group: Group) -> tuple[Regular, ...]:
    """The flows in a group, each occurrence in at most one of them.

    First per account on the other side, so that a payroll provider's net pay, taxes and fees part ways; what has no
    beat there is tried once more across accounts. Within each: everything together; else equal amounts; else
    amounts of one level (neighbours differ by less than a factor of 1.3).
    """
    by_account: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for each in group.occurrences:
        by_account[each.category].append(each)
    found = [part for some in by_account.values() for part in _parts(group, tuple(some))]
    rest = _without(group.occurrences, [hit for part in found for hit in part.hits])
    if len(by_account) > 1 and rest:
        found += _parts(group, rest)
    return tuple(found)


def _parts(group: Group, occurrences: tuple[Occurrence, ...]) -> list[Regular]:
    whole = _regular(group, occurrences)
    if whole is not None:
        return [whole]
    found: list[Regular] = []
    for split in (_equal_amounts, _levels):
        for some in split(occurrences):
            part = _regular(group, some)
            if part is not None:
                found.append(part)
                occurrences = _without(occurrences, part.hits)
    return found


def _without(occurrences: Iterable[Occurrence], taken: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Told apart as objects: two lines of one deposit may be equal in everything."""
    gone = set(map(id, taken))
    return tuple(each for each in occurrences if id(each) not in gone)


def _regular(group: Group, occurrences: tuple[Occurrence, ...]) -> Regular | None:
    """With a beat over the whole history, else over its last half year: rents move and payrolls change their rhythm.

    Where the whole history has none, few recent hits say little (three milestones of a project look monthly).
    """
    if len(occurrences) < MIN_HITS:
        return None
    whole = beat_of(_days(occurrences))
    if whole is not None:
        return Regular(group, whole, occurrences)
    since = occurrences[-1].dated - timedelta(days=_RECENT_DAYS)
    recent = tuple(each for each in occurrences if each.dated >= since)
    beat = beat_of(_days(recent)) if len(recent) >= _MIN_RECENT_HITS else None
    return Regular(group, beat, recent) if beat else None


def _days(occurrences: Sequence[Occurrence]) -> list[date]:
    return sorted({each.dated for each in occurrences})


def _equal_amounts(occurrences: Sequence[Occurrence]) -> list[tuple[Occurrence, ...]]:
    by_amount: defaultdict[int, list[Occurrence]] = defaultdict(list)
    for each in occurrences:
        by_amount[each.cents].append(each)
    return [tuple(some) for some in by_amount.values() if MIN_HITS <= len(some) < len(occurrences)]


def _levels(occurrences: Sequence[Occurrence]) -> list[tuple[Occurrence, ...]]:
    levels: list[list[Occurrence]] = []
    for each in sorted(occurrences, key=lambda each: abs(each.cents)):
        if levels and abs(each.cents) <= _SAME_LEVEL * abs(levels[-1][-1].cents):
            levels[-1].append(each)
        else:
            levels.append([each])
    if len(levels) < 2:
        return []
    return [tuple(sorted(level, key=lambda each: each.dated)) for level in levels if len(level) >= MIN_HITS]


def _from_movement(movement: CashMovement) -> Occurrence:
    return Occurrence(
        ref=movement.ref,
        dated=movement.dated,
        cents=movement.amount.cents,
        party=movement.party,
        category=movement.category,
        category_type=movement.category_type,
        memo=movement.memo,
    )


def _from_item(item: OpenItem, sign: int) -> Occurrence:
    return Occurrence(
        ref=item.ref,
        dated=item.issued,
        cents=sign * item.total.cents,
        party=item.party,
        category=item.category,
        category_type=item.category_type,
        memo="",
    )
