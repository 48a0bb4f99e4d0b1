"""Honest flaws of real books, planted on purpose and listed, so that finding them can be measured."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar, get_args

from qbo_emulator.scenarios.company.chart import UNCATEGORIZED, UNDEPOSITED
from qbo_emulator.scenarios.company.events import (
    BillReceived,
    BillsPaid,
    CustomerPaid,
    Deposited,
    Event,
    InvoiceIssued,
    Spent,
)
from qbo_emulator.scenarios.company.streams import office_time, stream

FlawKind = Literal[
    "due_date_equals_bill_date",
    "due_date_far_from_terms",
    "duplicate_bill",
    "unapplied_payment",
    "stale_invoice",
    "undeposited_payment",
    "duplicate_vendor",
    "uncategorized_purchase",
]

EVERY_FLAW: frozenset[FlawKind] = frozenset(get_args(FlawKind))

_EventT = TypeVar("_EventT", bound=Event)
_DEFAULTED_DUE_DATES, _DISTANT_DUE_DATES, _UNCATEGORIZED_COUNT, _MOVED_BILLS = 4, 2, 7, 4


@dataclass(frozen=True, slots=True)
class PlannedFlaw:
    """A flaw as planted in the plan: its kind, the QuickBooks entity type, the event's key, and the reason."""

    kind: FlawKind
    entity: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class FlawedHistory:
    """A history after planting, and what was planted; a short history offers no place for some kinds."""

    events: list[Event]
    flaws: tuple[PlannedFlaw, ...]


class _Draft:
    """A history being changed: its events by key, what is known to be settled, and what was planted."""

    def __init__(self, events: Sequence[Event], known_at: datetime, seed: int, largest_missed_cents: int) -> None:
        self.events = {event.key: event for event in events}
        self.known_at = known_at
        self.today: date = known_at.date()
        self.seed = seed
        self.largest_missed_cents = largest_missed_cents
        self.flaws: list[PlannedFlaw] = []
        self._touched: set[str] = set()
        self._payments: defaultdict[str, list[str]] = defaultdict(list)
        for event in events:
            if isinstance(event, CustomerPaid | BillsPaid):
                for key, _ in event.invoices if isinstance(event, CustomerPaid) else event.bills:
                    self._payments[key].append(event.key)

    def choose(self, kind: FlawKind, candidates: Sequence[_EventT], count: int) -> list[_EventT]:
        """Return up to that many untouched candidates by this kind's own dice, and remember them as touched."""
        free = sorted((one for one in candidates if one.key not in self._touched), key=lambda one: one.key)
        chosen = stream(self.seed, "flaw", kind).sample(free, min(count, len(free)))
        self._touched.update(one.key for one in chosen)
        return chosen

    def known(self, of_type: type[_EventT]) -> list[_EventT]:
        """Return the events of a type that are entered already."""
        return [one for one in self.events.values() if isinstance(one, of_type) and one.at <= self.known_at]

    def payments_of(self, document_key: str) -> Iterator[Event]:
        """Yield the payments that settle an invoice or a bill, as they are now."""
        return (self.events[key] for key in self._payments[document_key] if key in self.events)

    def age_days(self, event: Event) -> int:
        """How long ago the event is dated."""
        return (self.today - event.txn_date).days

    def change(self, event: Event) -> None:
        """Put a changed or new event in its place."""
        self.events[event.key] = event

    def note(self, kind: FlawKind, entity: str, key: str, why: str) -> None:
        """Write down what was planted."""
        self.flaws.append(PlannedFlaw(kind, entity, key, why))


def plant_flaws(
    events: Sequence[Event],
    known_at: datetime,
    seed: int,
    *,
    kinds: Collection[FlawKind] = EVERY_FLAW,
    largest_missed_cents: int,
) -> FlawedHistory:
    """Return the history with flaws that are visible at that moment; the events not chosen stay as they were.

    No single payment that is made never to reach the bank is larger than `largest_missed_cents`.
    """
    draft = _Draft(events, known_at, seed, largest_missed_cents)
    plants: dict[FlawKind, Callable[[_Draft], None]] = {
        "due_date_equals_bill_date": _default_due_dates,
        "due_date_far_from_terms": _distant_due_dates,
        "duplicate_bill": _duplicate_bill,
        "duplicate_vendor": _duplicate_vendor,
        "unapplied_payment": _unapplied_payment,
        "stale_invoice": _stale_invoice,
        "undeposited_payment": _undeposited_payment,
        "uncategorized_purchase": _uncategorized_purchases,
    }
    for kind, plant in plants.items():
        if kind in kinds:
            plant(draft)
    return FlawedHistory(list(draft.events.values()), tuple(draft.flaws))


def _default_due_dates(draft: _Draft) -> None:
    kind: FlawKind = "due_date_equals_bill_date"
    for bill in draft.choose(kind, _open_bills_on_terms(draft), _DEFAULTED_DUE_DATES):
        draft.change(replace(bill, due_date=bill.txn_date, with_terms=False))
        draft.note(kind, "Bill", bill.key, f"due on its own date, but {bill.vendor} gives {bill.terms.name}")


def _distant_due_dates(draft: _Draft) -> None:
    kind: FlawKind = "due_date_far_from_terms"
    for bill in draft.choose(kind, _open_bills_on_terms(draft), _DISTANT_DUE_DATES):
        due_date = bill.txn_date + timedelta(days=bill.terms.due_days + 62)
        draft.change(replace(bill, due_date=due_date, with_terms=False))
        draft.note(kind, "Bill", bill.key, f"due 62 days after the {bill.terms.name} that {bill.vendor} gives")


def _duplicate_bill(draft: _Draft) -> None:
    recent = [
        one
        for one in draft.known(BillReceived)
        if 8 <= draft.age_days(one) <= 40 and one.cents >= 100_000 and one.doc_number and one.with_terms
    ]
    for bill in draft.choose("duplicate_bill", recent, 1):
        day = bill.txn_date + timedelta(days=1)
        key, number = f"{bill.key}/again", f"{bill.doc_number}-A"
        typed_in = office_time(min(bill.at.date() + timedelta(days=6), draft.today), key)
        draft.change(replace(bill, key=key, txn_date=day, at=min(typed_in, draft.known_at), doc_number=number))
        why = f"same vendor and amount as bill {bill.doc_number}, dated one day later"
        draft.note("duplicate_bill", "Bill", key, why)


def _duplicate_vendor(draft: _Draft) -> None:
    """Some bills of one contractor, with the payments for nothing but them, move to a second spelling."""
    bills = [one for one in draft.known(BillReceived) if one.is_1099 and draft.age_days(one) <= 150]
    for sample in draft.choose("duplicate_vendor", bills, 1):
        alias = f"{sample.vendor} LLC"
        own = [one for one in bills if one.vendor == sample.vendor and one.with_terms]
        movable = [one for one in own if _settled_alone(draft, one.key)][-_MOVED_BILLS:]
        for bill in movable:
            draft.change(replace(bill, vendor=alias))
            for payment in _settlements(draft, bill.key):
                draft.change(replace(payment, vendor=alias))
        if movable:
            why = f"the same business as {sample.vendor}; {len(movable)} bills are under this name"
            draft.note("duplicate_vendor", "Vendor", f"vendor/{alias}", why)


def _unapplied_payment(draft: _Draft) -> None:
    recent = [
        one
        for one in draft.known(CustomerPaid)
        if 3 <= draft.age_days(one) <= 30 and len(one.invoices) == 1 and not one.credits
    ]
    for payment in draft.choose("unapplied_payment", recent, 1):
        draft.change(replace(payment, invoices=()))
        why = f"{payment.customer} paid, but no invoice was chosen"
        draft.note("unapplied_payment", "Payment", payment.key, why)


def _stale_invoice(draft: _Draft) -> None:
    """Nobody will ever pay it: the payments that settled nothing else are gone, from their deposits too."""
    old = [
        one
        for one in draft.known(InvoiceIssued)
        if 200 <= draft.age_days(one) <= 380
        and one.cents <= draft.largest_missed_cents
        and _collected_alone(draft, one.key)
    ]
    for invoice in draft.choose("stale_invoice", old, 1):
        for payment in _collections(draft, invoice.key):
            _take_from_deposits(draft, payment.key)
            del draft.events[payment.key]
        why = f"open for {draft.age_days(invoice)} days without a payment"
        draft.note("stale_invoice", "Invoice", invoice.key, why)


def _undeposited_payment(draft: _Draft) -> None:
    forgotten = [
        one
        for one in draft.known(CustomerPaid)
        if one.to == UNDEPOSITED and 25 <= draft.age_days(one) <= 75 and one.cents <= draft.largest_missed_cents
    ]
    for payment in draft.choose("undeposited_payment", forgotten, 1):
        _take_from_deposits(draft, payment.key)
        why = f"in undeposited funds for {draft.age_days(payment)} days"
        draft.note("undeposited_payment", "Payment", payment.key, why)


def _uncategorized_purchases(draft: _Draft) -> None:
    kind: FlawKind = "uncategorized_purchase"
    recent = [
        one
        for one in draft.known(Spent)
        if one.key.startswith("card/") and draft.age_days(one) <= 40 and not one.is_refund
    ]
    for spent in draft.choose(kind, recent, _UNCATEGORIZED_COUNT):
        note = f"POS PURCHASE {(spent.payee or '').upper()[:18]}"
        draft.change(replace(spent, payee=None, lines=((UNCATEGORIZED, spent.cents),), note=note))
        draft.note(kind, "Purchase", spent.key, "no payee, and left in Uncategorized Expense")


def _open_bills_on_terms(draft: _Draft) -> list[BillReceived]:
    paid = {key for one in draft.known(BillsPaid) for key, _ in one.bills}
    bills = draft.known(BillReceived)
    return [one for one in bills if one.key not in paid and one.terms.due_days >= 15 and one.txn_date != one.due_date]


def _settlements(draft: _Draft, bill_key: str) -> list[BillsPaid]:
    return [one for one in draft.payments_of(bill_key) if isinstance(one, BillsPaid)]


def _settled_alone(draft: _Draft, bill_key: str) -> bool:
    return all(len(one.bills) == 1 and not one.credits for one in _settlements(draft, bill_key))


def _collections(draft: _Draft, invoice_key: str) -> list[CustomerPaid]:
    payments = (one for one in draft.payments_of(invoice_key) if isinstance(one, CustomerPaid))
    return [one for one in payments if any(key == invoice_key for key, _ in one.invoices)]


def _collected_alone(draft: _Draft, invoice_key: str) -> bool:
    return all(len(one.invoices) == 1 and not one.credits for one in _collections(draft, invoice_key))


def _take_from_deposits(draft: _Draft, payment_key: str) -> None:
    deposits = [one for one in draft.events.values() if isinstance(one, Deposited)]
    for deposit in deposits:
        rest = tuple(share for share in deposit.payments if share[0] != payment_key)
        if not rest:
            del draft.events[deposit.key]
        elif len(rest) < len(deposit.payments):
            draft.change(replace(deposit, payments=rest))
