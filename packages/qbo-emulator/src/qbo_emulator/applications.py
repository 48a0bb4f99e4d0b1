"""Who uses what: which payments, deposits and invoices are applied to which documents, with how much."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from qbo_emulator.amounts import ZERO
from qbo_emulator.undo import Undo

Key = tuple[str, str]
"""Entity type and id."""


class Link(NamedTuple):
    """A transaction's effect on another: `amount` leaves its open balance, `shown_as` is the name it records."""

    entity_type: str
    txn_id: str
    amount: Decimal
    shown_as: str

    @property
    def target(self) -> Key:
        """What is linked."""
        return self.entity_type, self.txn_id


class Applications:
    """For every document, the transactions that are applied to it and their amounts."""

    def __init__(self, undo: Undo) -> None:
        self._undo = undo
        self._by_target: defaultdict[Key, dict[Key, Decimal]] = defaultdict(dict)

    def set(self, source: Key, before: Iterable[Link], after: Iterable[Link]) -> None:
        """A source is applied as `after` says, and no longer as `before` said."""
        for link in before:
            self._write(link.target, source, None)
        for target, amount in totals(after).items():
            self._write(target, source, amount)

    def sources(self, target: Key) -> Mapping[Key, Decimal]:
        """What is applied to a document, oldest first."""
        return self._by_target.get(target, {})

    def applied(self, target: Key) -> Decimal:
        """How much is applied to a document."""
        return sum(self.sources(target).values(), ZERO)

    def _write(self, target: Key, source: Key, amount: Decimal | None) -> None:
        everything = dict(self._by_target[target])
        self._undo.note(lambda: self._by_target.__setitem__(target, everything))
        if amount is None:
            self._by_target[target].pop(source, None)
        else:
            self._by_target[target][source] = amount


def totals(links: Iterable[Link]) -> dict[Key, Decimal]:
    """Target -> the sum of the links to it, in their order."""
    sums: dict[Key, Decimal] = {}
    for link in links:
        sums[link.target] = sums.get(link.target, ZERO) + link.amount
    return sums
