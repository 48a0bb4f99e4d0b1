"""The raw material of recurring flows: dated amounts by payee, split where one payee has several flows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from oodaloo.kit.reuse import Reuse
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


def groups_of(books: Books, reuse: Reuse) -> tuple[Group, ...]:
    """Every group with enough occurrences to be a flow; documents by party, movements by payee and sign."""
    invoices, bills = reuse.part("invoices"), reuse.part("bills")
    return (
        *reuse.whole(_groups, FlowSource.MOVEMENT, reuse.some(_filed_movement, books.movements)),
        *invoices.whole(_groups, FlowSource.INVOICE, invoices.each(_filed_item, books.invoices_issued, 1)),
        *bills.whole(_groups, FlowSource.BILL, bills.each(_filed_item, books.bills_issued, -1)),
    )


class _Filed(NamedTuple):
    """An occurrence by what it is grouped by: not a card's payment, whether money came in, and the payee."""

    under: tuple[bool, bool, str]
    occurrence: Occurrence


def _filed_movement(movement: CashMovement) -> _Filed | None:
    """Payments of cards by card, everything else by payee; both by sign too."""
    if not is_flow_material(movement):
        return None
    is_card = movement.kind is MovementKind.CARD_PAYMENT
    payee = movement.category if is_card else payee_key(movement.party, movement.category, movement.memo)
    return _Filed((not is_card, movement.amount.cents > 0, payee), from_movement(movement))


def _filed_item(item: OpenItem, sign: int) -> _Filed:
    occurrence = Occurrence(item.issued, sign * item.total.cents, item.category, item)
    return _Filed((True, sign > 0, normalised_payee(item.party.name)), occurrence)


def _groups(source: FlowSource, filed: Iterable[_Filed]) -> list[Group]:
    """The groups, those of cards first."""
    found: defaultdict[tuple[bool, bool, str], list[Occurrence]] = defaultdict(list)
    for under, occurrence in filed:
        found[under].append(occurrence)
    return [
        Group(source, not no_card, payee, tuple(sorted(some, key=_DATED)))
        for (no_card, _, payee), some in sorted(found.items(), key=lambda each: each[0][0])
        if len(some) >= MIN_HITS
    ]


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
