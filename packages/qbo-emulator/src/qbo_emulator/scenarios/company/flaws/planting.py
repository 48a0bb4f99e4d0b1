"""Planting flaws into a history, and what only looks like them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from qbo_emulator.scenarios.company.events import Event
from qbo_emulator.scenarios.company.flaws import bills, receivables
from qbo_emulator.scenarios.company.flaws.draft import Draft
from qbo_emulator.scenarios.company.flaws.kinds import USUAL_FLAWS, FlawKind, PlannedFlaw, PlannedLookalike
from qbo_emulator.scenarios.company.flaws.lookalikes import plant_lookalikes


@dataclass(frozen=True, slots=True)
class FlawedHistory:
    """A history after planting, and what was planted; a short history offers no place for some kinds."""

    events: list[Event]
    flaws: tuple[PlannedFlaw, ...]
    lookalikes: tuple[PlannedLookalike, ...]


_PLANTS: dict[FlawKind, Callable[[Draft], None]] = {
    "due_date_equals_bill_date": bills.default_due_dates,
    "due_date_far_from_terms": bills.distant_due_dates,
    "duplicate_bill": bills.duplicate_bill,
    "duplicate_vendor": bills.duplicate_vendor,
    "unapplied_payment": receivables.unapplied_payment,
    "stale_invoice": receivables.stale_invoice,
    "undeposited_payment": receivables.undeposited_payment,
    "uncategorized_purchase": receivables.uncategorized_purchases,
    "forgotten_credit": bills.forgotten_credit,
    "payment_booked_as_income": receivables.payment_booked_as_income,
    "paid_twice": receivables.paid_twice,
    "invoice_due_date_filled_in": receivables.filled_in_due_date,
    "duplicate_customer": receivables.duplicate_customer,
    "receivable_adjusted_by_hand": receivables.receivable_adjusted_by_hand,
}


def plant_flaws(
    events: Sequence[Event],
    known_at: datetime,
    seed: int,
    *,
    kinds: Collection[FlawKind] = USUAL_FLAWS,
    lookalikes: bool = False,
    largest_missed_cents: int,
) -> FlawedHistory:
    """Return the history with flaws that are visible at that moment; the events not chosen stay as they were.

    No single payment that is made never to reach the bank is larger than `largest_missed_cents`. With `lookalikes` it
    also has what is in order and looks like flaws, on other records.
    """
    draft = Draft(events, known_at, seed, largest_missed_cents)
    for kind, plant in _PLANTS.items():
        if kind in kinds:
            plant(draft)
    if lookalikes:
        plant_lookalikes(draft)
    return FlawedHistory(list(draft.events.values()), tuple(draft.flaws), tuple(draft.lookalikes))
