"""A history being changed: its events by key, what settles what, and what was planted so far."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import TypeVar

from qbo_emulator.scenarios.company.events import BillReceived, BillsPaid, CustomerPaid, Deposited, Event
from qbo_emulator.scenarios.company.flaws.kinds import FlawKind, LookalikeKind, PlannedFlaw, PlannedLookalike
from qbo_emulator.scenarios.company.streams import stream

_EventT = TypeVar("_EventT", bound=Event)


class Draft:
    """A history being changed: its events by key, what is known to be settled, and what was planted."""

    def __init__(self, events: Sequence[Event], known_at: datetime, seed: int, largest_missed_cents: int) -> None:
        self.events = {event.key: event for event in events}
        self.known_at = known_at
        self.today: date = known_at.date()
        self.largest_missed_cents = largest_missed_cents
        self.flaws: list[PlannedFlaw] = []
        self.lookalikes: list[PlannedLookalike] = []
        self._seed = seed
        self._touched: set[str] = set()
        self._payments: defaultdict[str, list[str]] = defaultdict(list)
        for event in events:
            if isinstance(event, CustomerPaid | BillsPaid):
                for key, _ in event.invoices if isinstance(event, CustomerPaid) else event.bills:
                    self._payments[key].append(event.key)

    def choose(
        self, kind: FlawKind | LookalikeKind, candidates: Sequence[_EventT], count: int, *, dice_name: str = "flaw"
    ) -> list[_EventT]:
        """Return up to that many untouched candidates by this kind's own dice, and remember them as touched."""
        free = sorted((one for one in candidates if one.key not in self._touched), key=lambda one: one.key)
        chosen = stream(self._seed, dice_name, kind).sample(free, min(count, len(free)))
        self._touched.update(one.key for one in chosen)
        return chosen

    def dice(self, *name: str) -> Random:
        """Return dice for how something is planted; those for what is chosen are others."""
        return stream(self._seed, "how a flaw looks", *name)

    def known(self, of_type: type[_EventT]) -> list[_EventT]:
        """Return the events of a type that are entered already."""
        return [one for one in self.events.values() if isinstance(one, of_type) and one.at <= self.known_at]

    def payments_of(self, document_key: str) -> Iterator[Event]:
        """Yield the payments that settle an invoice or a bill, as they are now."""
        return (self.events[key] for key in self._payments[document_key] if key in self.events)

    def age_days(self, event: Event) -> int:
        """How long ago the event is dated."""
        return (self.today - event.txn_date).days

    def touch(self, event: Event) -> None:
        """Let nothing else be planted on the event."""
        self._touched.add(event.key)

    def is_touched(self, *events: Event) -> bool:
        """Whether something was planted on one of them."""
        return not self._touched.isdisjoint(event.key for event in events)

    def change(self, event: Event) -> None:
        """Put a changed or new event in its place."""
        self.events[event.key] = event

    def note(self, kind: FlawKind, entity: str, key: str, why: str) -> None:
        """Write down what was planted; nothing else is planted on it."""
        self._touched.add(key)
        self.flaws.append(PlannedFlaw(kind, entity, key, why))

    def note_lookalike(self, kind: LookalikeKind, entity: str, key: str, why: str) -> None:
        """Write down what only looks like a flaw."""
        self.lookalikes.append(PlannedLookalike(kind, entity, key, why))


def open_bills(draft: Draft) -> list[BillReceived]:
    """Return the bills that are entered and not paid yet."""
    paid = {key for one in draft.known(BillsPaid) for key, _ in one.bills}
    return [one for one in draft.known(BillReceived) if one.key not in paid]


def settlements(draft: Draft, bill_key: str) -> list[BillsPaid]:
    """Return the payments of a bill."""
    return [one for one in draft.payments_of(bill_key) if isinstance(one, BillsPaid)]


def settled_alone(draft: Draft, bill_key: str) -> bool:
    """Whether its payments settle nothing but the bill, without credits."""
    return all(len(one.bills) == 1 and not one.credits for one in settlements(draft, bill_key))


def collections(draft: Draft, invoice_key: str) -> list[CustomerPaid]:
    """Return the payments of an invoice."""
    payments = (one for one in draft.payments_of(invoice_key) if isinstance(one, CustomerPaid))
    return [one for one in payments if any(key == invoice_key for key, _ in one.invoices)]


def collected_alone(draft: Draft, invoice_key: str) -> bool:
    """Whether its payments settle nothing but the invoice, without credits."""
    return all(len(one.invoices) == 1 and not one.credits for one in collections(draft, invoice_key))


def take_from_deposits(draft: Draft, payment_key: str) -> None:
    """Take a payment out of the deposits that brought it to the bank."""
    deposits = [one for one in draft.events.values() if isinstance(one, Deposited)]
    for deposit in deposits:
        rest = tuple(share for share in deposit.payments if share[0] != payment_key)
        if not rest:
            del draft.events[deposit.key]
        elif len(rest) < len(deposit.payments):
            draft.change(replace(deposit, payments=rest))
