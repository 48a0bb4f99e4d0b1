"""Causes before they are counted: what each replaces, how much money it is about, and in which order they stand."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from oodaloo.runway.calculators.change.patches import Patch
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import CauseKind
from oodaloo.runway.model.reference import Party, RecordRef

Teller: TypeAlias = Callable[[Assessment, Assessment], str]
"""Says what happened, given what the engine says before and after it."""


class Family(IntEnum):
    """Causes that are told together when each of them is small; the order in which they are counted.

    What came or went before its day is counted as of the earlier day, before time passes: documents that are paid must
    not look as if they had grown older unpaid. Then what happened to other money, which documents are new or were
    mended, what was decided, and last what we think differently about: each is measured with everything before it in
    place.
    """

    EARLY = 1
    MONEY_IN = 2
    MONEY_OUT = 3
    RECURRING = 4
    DOCUMENTS = 5
    CORRECTIONS = 6
    DECISIONS = 7
    FORECAST = 8


_FAMILIES = {
    Family.EARLY: (CauseKind.RECEIVED_EARLY, CauseKind.PAID_EARLY),
    Family.MONEY_IN: (CauseKind.NOT_RECEIVED, CauseKind.UNDEPOSITED),
    Family.MONEY_OUT: (CauseKind.NOT_PAID,),
    Family.RECURRING: (
        CauseKind.RECURRING_MATCHED,
        CauseKind.RECURRING_MISSED,
        CauseKind.RECURRING_CHANGED,
        CauseKind.RECURRING_ENDED,
        CauseKind.RECURRING_NEW,
        CauseKind.CARD,
        CauseKind.OTHER_MONEY,
    ),
    Family.DOCUMENTS: (CauseKind.NEW_INVOICE, CauseKind.NEW_BILL),
    Family.CORRECTIONS: (CauseKind.CORRECTED,),
    Family.DECISIONS: (CauseKind.DECIDED, CauseKind.BUFFER),
    Family.FORECAST: (CauseKind.REFORECAST, CauseKind.USUAL_LEVEL),
}
FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may have moved the forecast: `patch` replaces it, `cents` is the money it is about (no sign)."""

    kind: CauseKind
    patch: Patch
    cents: int
    parties: tuple[Party, ...]
    records: tuple[RecordRef, ...]
    tell: Teller

    @property
    def family(self) -> Family:
        """With whom it is told when it is small."""
        return FAMILY_OF[self.kind]


def in_steps(candidates: Iterable[Candidate], most: int) -> list[tuple[Candidate, ...]]:
    """The candidates in the order in which they are counted, in at most `most` steps (or one a family, if those are
    more): the largest alone, what is left of each family together behind them.
    """
    by_family: defaultdict[Family, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_family[each.family].append(each)
    alone: list[Candidate] = []
    together = {family: len(some) for family, some in by_family.items()}
    for each in sorted((each for some in by_family.values() for each in some), key=_largest_first):
        steps = len(alone) + sum(left > 0 for left in together.values())
        if steps < most or together[each.family] == 1:
            alone.append(each)
            together[each.family] -= 1
    return [step for family in sorted(by_family) for step in _steps_of(by_family[family], alone)]


def _steps_of(family: Sequence[Candidate], alone: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    ordered = sorted(family, key=_in_order)
    single = [(each,) for each in ordered if any(each is one for one in alone)]
    rest = tuple(each for each in ordered if not any(each is one for one in alone))
    return [*single, rest] if rest else list(single)


def _largest_first(candidate: Candidate) -> tuple[int, Family, str, str]:
    return -candidate.cents, candidate.family, candidate.kind, _name(candidate)


def _in_order(candidate: Candidate) -> tuple[int, int, str]:
    kinds = list(CauseKind)
    return kinds.index(candidate.kind), -candidate.cents, _name(candidate)


def _name(candidate: Candidate) -> str:
    return " ".join(party.name for party in candidate.parties) or " ".join(ref.id for ref in candidate.records)
