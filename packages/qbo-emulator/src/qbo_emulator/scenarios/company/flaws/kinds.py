"""The kinds of flaws, the kinds of things that only look like flaws, and how both are written down."""

from dataclasses import dataclass
from typing import Literal, get_args

FlawKind = Literal[
    "due_date_equals_bill_date",
    "due_date_far_from_terms",
    "invoice_due_date_filled_in",
    "duplicate_bill",
    "duplicate_vendor",
    "duplicate_customer",
    "unapplied_payment",
    "forgotten_credit",
    "paid_twice",
    "stale_invoice",
    "payment_booked_as_income",
    "undeposited_payment",
    "uncategorized_purchase",
    "receivable_adjusted_by_hand",
]

LookalikeKind = Literal[
    "typed_from_paper",
    "standing_number",
    "two_at_one_price",
    "always_due_on_receipt",
    "no_numbers",
]

EVERY_FLAW: frozenset[FlawKind] = frozenset(get_args(FlawKind))

USUAL_FLAWS: frozenset[FlawKind] = EVERY_FLAW - {"receivable_adjusted_by_hand"}
"""What books have unless other flaws are asked for: in them accounts agree with their open documents."""


@dataclass(frozen=True, slots=True)
class PlannedFlaw:
    """A flaw as planted in the plan: its kind, the QuickBooks entity type, the event's key, and the reason."""

    kind: FlawKind
    entity: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class PlannedLookalike:
    """Something that is in order although it looks like a flaw; written down likewise."""

    kind: LookalikeKind
    entity: str
    key: str
    why: str
