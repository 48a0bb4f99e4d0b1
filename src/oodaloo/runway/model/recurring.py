"""Flows that come back by themselves, and the level of everything that doesn't."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import Party, RecordRef


class Rhythm(StrEnum):
    """How often a flow comes back."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    SEMI_MONTHLY = "semi_monthly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class FlowClass(StrEnum):
    """What a recurring flow is for; payroll, tax, rent and loans are never delayed."""

    PAYROLL = "payroll"
    PAYROLL_TAX = "payroll_tax"
    TAX = "tax"
    RENT = "rent"
    SOFTWARE = "software"
    INSURANCE = "insurance"
    LOAN = "loan"
    CARD_PAYMENT = "card_payment"
    RETAINER = "retainer"
    OTHER_OUT = "other_out"
    OTHER_IN = "other_in"


class FlowSource(StrEnum):
    """Which records show the flow: money movements themselves, or documents that are paid later."""

    MOVEMENT = "movement"
    INVOICE = "invoice"
    BILL = "bill"


class Lifecycle(StrEnum):
    """Where a flow stands: its next hit is awaited, has been fulfilled, is overdue, or comes no more."""

    EXPECTED = "expected"
    MATCHED = "matched"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Hit:
    """One past occurrence of a flow: the evidence."""

    ref: RecordRef
    dated: date
    amount: Money


@dataclass(frozen=True, slots=True)
class RecurringFlow:
    """A detected flow: who, how often, how much (signed: positive is money in), when next, and why.

    `upcoming` holds the expected dates of the next 52 weeks, moved to business days where the class asks for
    it. For document flows they are issue dates; `settles_after_days` later (usual days from issue to payment)
    money moves. `category` is the account on the other side. `overdue_since` is the expected date that passed
    without a record, while that occurrence is still awaited. `by_card` marks bills that are charged to a card:
    their cash leaves with the card's payments. `stand_ins` are records of the other source that kept an expected date
    since the last hit (a bill where checks were usual).
    """

    key: str
    party: Party
    label: str
    flow_class: FlowClass
    source: FlowSource
    rhythm: Rhythm
    interval_days: int
    typical_amount: Money
    low_amount: Money
    high_amount: Money
    settles_after_days: int
    lifecycle: Lifecycle
    upcoming: tuple[date, ...]
    hits: tuple[Hit, ...]
    category: str = ""
    overdue_since: date | None = None
    by_card: bool = False
    stand_ins: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Residual:
    """Weekly receipts and spending that no document and no recurring flow explains.

    `weekly_in` and `weekly_out` (both positive) are medians over `weeks` full weeks, spreads are their median
    absolute deviations; all zero with `weeks` 0 when there is no history.
    """

    weeks: int
    weekly_in: Money
    weekly_out: Money
    weekly_in_spread: Money
    weekly_out_spread: Money
