"""The raw material of recurring flows: dated amounts by payee, split where one payee has several flows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from oodaloo.runway.calculators.naming import normalised_payee, payee_key
from oodaloo.runway.calculators.rhythm import MIN_HITS, Beat, beat_of, change_of, keeps_lately, last_kept, share_kept
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind, OpenItem
from oodaloo.runway.model.recurring import FlowSource
from oodaloo.runway.model.reference import Party, RecordRef

_RECENT_DAYS = 183
_MIN_RECENT_HITS = 5
_SAME_LEVEL = 1.3
_ONE_OFF = 2
_DATED = attrgetter("dated")
_CENTS = attrgetter("cents")


class Occurrence(NamedTuple):
    """One past dated amount (signed cents: positive is money in) that may be a hit of a flow."""

    dated: date
    cents: int
    category: str
    record: CashMovement | OpenItem

    @property
    def ref(self) -> RecordRef:
        """The record itself."""
        return self.record.ref

    @property
    def party(self) -> Party | None:
        """Who was on the other side, where the record names somebody."""
        return self.record.party

    @property
    def memo(self) -> str:
        """What somebody noted on the movement; documents have none."""
        return self.record.memo if isinstance(self.record, CashMovement) else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Occurrences of one source, sign and payee (or card, or account and memo), by date."""

    source: FlowSource
    is_card: bool
    payee: str
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Regular:
    """A part of a group that has a beat; `replaced` by another beat of the same payee, it comes no more."""

    group: Group
    beat: Beat
    hits: tuple[Occurrence, ...]
    replaced: bool = False

    @property
    def last_kept(self) -> date:
        """The latest hit that the beat explains; later ones, if any, came in between."""
        return last_kept(self.beat, [hit.dated for hit in self.hits])


def groups_of(books: Books) -> Iterator[Group]:
    """Every group with enough occurrences to be a flow; documents by party, movements by payee and sign."""
    by_card, by_payee = _movements_by_payee(books.movements)
    for is_card, sides in ((True, by_card), (False, by_payee)):
        for payee, movements in sides.items():
            if len(movements) >= MIN_HITS:
                yield Group(FlowSource.MOVEMENT, is_card, payee[1], _from_movements(movements))
    for source, items, sign in (
        (FlowSource.INVOICE, books.invoices_issued, 1),
        (FlowSource.BILL, books.bills_issued, -1),
    ):
        by_party: defaultdict[str, list[OpenItem]] = defaultdict(list)
        for item in items:
            by_party[normalised_payee(item.party.name)].append(item)
        for name, some in by_party.items():
            if len(some) >= MIN_HITS:
                yield Group(source, False, name, _from_items(some, sign))


def is_flow_material(movement: CashMovement) -> bool:
    """Whether the movement stands for itself: no invoice or bill explains it.

    Customer receipts and bill payments are never flows, their documents are.
    """
    kind = movement.kind
    alone = kind is MovementKind.SPENDING or kind is MovementKind.OTHER_RECEIPT or kind is MovementKind.CARD_PAYMENT
    return alone and not movement.documents


def from_movement(movement: CashMovement) -> Occurrence:
    """The movement as it may be a hit."""
    return Occurrence(movement.dated, movement.amount.cents, movement.category, movement)


def regular_parts(group: Group) -> list[Regular]:
    """The flows in a group, each occurrence in at most one of them.

    First per account on the other side, so that a payroll provider's net pay, taxes and fees part ways; what has no
    beat there is tried once more across accounts. Within each: everything together; else equal amounts; else
    amounts of one level (neighbours differ by less than a factor of 1.3).
    """
    by_account: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for each in group.occurrences:
        by_account[each.category].append(each)
    if len(by_account) == 1:
        return _parts(group, group.occurrences)
    found = [part for some in by_account.values() for part in _parts(group, some)]
    return found + _parts(group, _without(group.occurrences, (hit for part in found for hit in part.hits)))


def _movements_by_payee(
    movements: Iterable[CashMovement],
) -> tuple[dict[tuple[bool, str], list[CashMovement]], dict[tuple[bool, str], list[CashMovement]]]:
    """Payments of cards by card, everything else by payee; both by sign too (whether money came in)."""
    by_card: defaultdict[tuple[bool, str], list[CashMovement]] = defaultdict(list)
    by_payee: defaultdict[tuple[bool, str], list[CashMovement]] = defaultdict(list)
    for each in movements:
        if not is_flow_material(each):
            continue
        came_in = each.amount.cents > 0
        if each.kind is MovementKind.CARD_PAYMENT:
            by_card[came_in, each.category].append(each)
        else:
            by_payee[came_in, payee_key(each.party, each.category, each.memo)].append(each)
    return by_card, by_payee


def _parts(group: Group, occurrences: Sequence[Occurrence]) -> list[Regular]:
    if len(occurrences) < MIN_HITS:
        return []
    found = _regular(group, occurrences)
    if found:
        return found
    for split in (_equal_amounts, _levels):
        for some in split(occurrences):
            parts = _regular(group, some)
            if parts:
                found += parts
                occurrences = _without(occurrences, (hit for part in parts for hit in part.hits))
    return found


def _without(occurrences: Iterable[Occurrence], taken: Iterable[Occurrence]) -> list[Occurrence]:
    """Told apart as objects: two lines of one deposit may be equal in everything."""
    gone = set(map(id, taken))
    return [each for each in occurrences if id(each) not in gone]


def _regular(group: Group, occurrences: Sequence[Occurrence]) -> list[Regular]:
    """With one beat over the whole history, or one that replaced another; else with one over the last half year.

    Where the whole history has none, few recent hits say little (three milestones of a project look monthly), unless
    what came before them had a beat too.
    """
    if len(occurrences) < MIN_HITS:
        return []
    days = _days(occurrences)
    whole = beat_of(days)
    if whole is not None and keeps_lately(whole, days):
        return [_without_one_offs(group, whole, occurrences, days)]
    change = change_of(days)
    if change is not None:
        start = days[change.at]
        before = tuple(each for each in occurrences if each.dated < start)
        after = tuple(each for each in occurrences if each.dated >= start)
        return [Regular(group, change.former, before, replaced=True), Regular(group, change.later, after)]
    if whole is not None:
        return [Regular(group, whole, tuple(occurrences))]
    since = days[-1] - timedelta(days=_RECENT_DAYS)
    recent = tuple(each for each in occurrences if each.dated >= since)
    beat = beat_of(_days(recent)) if len(recent) >= _MIN_RECENT_HITS else None
    return [Regular(group, beat, recent)] if beat else []


def _without_one_offs(group: Group, beat: Beat, occurrences: Sequence[Occurrence], days: Sequence[date]) -> Regular:
    """The hits without amounts far from the usual, where the rest has the same beat and keeps it better for that."""
    usual = median([abs(each.cents) for each in occurrences])
    core = tuple(each for each in occurrences if usual <= _ONE_OFF * abs(each.cents) <= _ONE_OFF * _ONE_OFF * usual)
    if len(core) < len(occurrences):
        core_days = _days(core)
        core_beat = beat_of(core_days)
        same = core_beat is not None and core_beat.rhythm is beat.rhythm
        if core_beat is not None and same and share_kept(core_beat, core_days) > share_kept(beat, days):
            return Regular(group, core_beat, core)
    return Regular(group, beat, tuple(occurrences))


def _days(occurrences: Iterable[Occurrence]) -> list[date]:
    return list(dict.fromkeys(map(_DATED, occurrences)))


def _equal_amounts(occurrences: Sequence[Occurrence]) -> list[list[Occurrence]]:
    many = len(occurrences)
    often = [cents for cents, times in Counter(map(_CENTS, occurrences)).items() if MIN_HITS <= times < many]
    return [[each for each in occurrences if each.cents == cents] for cents in often]


def _levels(occurrences: Sequence[Occurrence]) -> list[list[Occurrence]]:
    """Neighbouring sizes together, each level by date."""
    sizes = list(map(abs, map(_CENTS, occurrences)))
    levels: list[list[int]] = []
    reach = -1.0
    for number in sorted(range(len(sizes)), key=sizes.__getitem__):
        if sizes[number] <= reach:
            levels[-1].append(number)
        else:
            levels.append([number])
        reach = _SAME_LEVEL * sizes[number]
    if len(levels) < 2:
        return []
    return [[occurrences[number] for number in sorted(level)] for level in levels if len(level) >= MIN_HITS]


def _from_movements(movements: Iterable[CashMovement]) -> tuple[Occurrence, ...]:
    return tuple(sorted(map(from_movement, movements), key=_DATED))


def _from_items(items: Iterable[OpenItem], sign: int) -> tuple[Occurrence, ...]:
    found = [Occurrence(each.issued, sign * each.total.cents, each.category, each) for each in items]
    return tuple(sorted(found, key=_DATED))
