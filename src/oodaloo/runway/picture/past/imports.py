"""Which records an import brought: their CreateTime says when they came to QuickBooks, not when they were known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_LATE = timedelta(days=15)
"""Entered this much after its date a record is late; bookkeepers enter what lies on the desk sooner."""

_APART = timedelta(minutes=2)
"""Late records within this of each other belong together: programs make several a second, people one a minute."""

_MANY = 40
_SPAN = timedelta(days=60)
"""An import brings at least this many, dated over at least this span. A month that is caught up with in one sitting is
none: its records weren't in the books before."""


@dataclass(frozen=True, slots=True)
class Entered:
    """When a record was entered, and the day that it is dated."""

    key: tuple[str, str]
    created_at: datetime
    dated: date

    @property
    def late(self) -> bool:
        """Whether it came long after its date."""
        return self.created_at.date() - self.dated >= _LATE


def imported(records: Iterable[Entered], by: date) -> frozenset[tuple[str, str]]:
    """The keys of those records dated `by` a day that came in bulk and late.

    Only records dated by that day are looked at, so that what is dated later changes nothing about it.
    """
    late = sorted((each for each in records if each.dated <= by and each.late), key=lambda each: each.created_at)
    found: set[tuple[str, str]] = set()
    start = 0
    for end in range(1, len(late) + 1):
        if end == len(late) or late[end].created_at - late[end - 1].created_at > _APART:
            if _is_import(late[start:end]):
                found.update(each.key for each in late[start:end])
            start = end
    return frozenset(found)


def _is_import(together: Sequence[Entered]) -> bool:
    if len(together) < _MANY:
        return False
    days = [each.dated for each in together]
    return max(days) - min(days) >= _SPAN
