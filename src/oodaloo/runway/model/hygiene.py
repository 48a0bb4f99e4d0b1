"""How far the books can be relied on: each doubt with its money, its fix and its sentence, and a score over all."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import TypeAlias

from oodaloo.kit.money import Money
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.scenario import Scenario
from oodaloo.runway.model.unknown import Unknown

_TENTH = Decimal("0.1")


class IssueKind(StrEnum):
    """What is doubtful. The last three are about what the forecast can't see at all."""

    DOUBTFUL_DUE_DATE = "doubtful_due_date"
    MISSING_DUE_DATE = "missing_due_date"
    UNAPPLIED_PAYMENT = "unapplied_payment"
    UNAPPLIED_CREDIT = "unapplied_credit"
    UNDEPOSITED_FUNDS = "undeposited_funds"
    DUPLICATE_BILL = "duplicate_bill"
    DUPLICATE_VENDOR = "duplicate_vendor"
    DUPLICATE_CUSTOMER = "duplicate_customer"
    STALE_INVOICE = "stale_invoice"
    UNCATEGORIZED = "uncategorized"
    NEGATIVE_BALANCE = "negative_balance"
    BOOKS_DISAGREE = "books_disagree"
    FOREIGN_CURRENCY = "foreign_currency"
    LEDGER_UNREAD = "ledger_unread"
    CONNECTION = "connection"


class Route(StrEnum):
    """Where a fix is made: QuickBooks takes it from us, or somebody makes it there or here."""

    THROUGH_QUICKBOOKS_API = "through_quickbooks_api"
    BY_HAND_IN_QUICKBOOKS = "by_hand_in_quickbooks"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class SetDueDate:
    """Set the document's due date; None where only the paper shows it."""

    document: RecordRef
    due: date | None

    @property
    def route(self) -> Route:
        """A sparse update of the invoice or bill."""
        return Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class Applied:
    """The part of a credit that settles a document."""

    document: RecordRef
    amount: Money


@dataclass(frozen=True, slots=True)
class ApplyCredit:
    """Apply an unapplied payment, credit memo or vendor credit to these documents."""

    credit: RecordRef
    to: tuple[Applied, ...]

    @property
    def route(self) -> Route:
        """An update of the payment, or a payment of zero that links credit and documents."""
        return Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class DepositPayment:
    """Record the deposit that took the payment to the bank, once somebody has seen it there."""

    payment: RecordRef
    amount: Money

    @property
    def route(self) -> Route:
        """A new deposit that links the payment."""
        return Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class DeleteDuplicate:
    """Delete the second entry of a bill, once somebody has confirmed it; bills can't be voided."""

    duplicate: RecordRef
    kept: RecordRef

    @property
    def route(self) -> Route:
        """A deletion; the full record is kept here."""
        return Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class MergeNames:
    """Give the second name the first one's, which merges them."""

    kept: RecordRef
    merged: RecordRef

    @property
    def route(self) -> Route:
        """QuickBooks merges names in its own windows only."""
        return Route.BY_HAND_IN_QUICKBOOKS


@dataclass(frozen=True, slots=True)
class SettleInvoice:
    """Record the payment of an invoice, or write it off; `received` is money that looks like its payment."""

    invoice: RecordRef
    received: RecordRef | None

    @property
    def route(self) -> Route:
        """A payment or a credit memo; money that is booked already has to be linked in QuickBooks."""
        return Route.BY_HAND_IN_QUICKBOOKS if self.received else Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class SortEntry:
    """Book it to the account that it belongs to instead of `account`."""

    record: RecordRef
    account: str

    @property
    def route(self) -> Route:
        """An update of the record's lines, but of what only the ledger shows there is no record to update."""
        seen_in_ledger_only = self.record.kind is RecordKind.OTHER_ACTIVITY
        return Route.BY_HAND_IN_QUICKBOOKS if seen_in_ledger_only else Route.THROUGH_QUICKBOOKS_API


@dataclass(frozen=True, slots=True)
class LookInto:
    """Only somebody who knows the business can tell what is wrong; `what` says where to look."""

    what: str

    @property
    def route(self) -> Route:
        """In QuickBooks."""
        return Route.BY_HAND_IN_QUICKBOOKS


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Connect to QuickBooks again."""

    @property
    def route(self) -> Route:
        """With a click on our page."""
        return Route.HERE


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """Read the books again."""

    @property
    def route(self) -> Route:
        """We try by ourselves, and when somebody asks."""
        return Route.HERE


Fix: TypeAlias = (
    SetDueDate
    | ApplyCredit
    | DepositPayment
    | DeleteDuplicate
    | MergeNames
    | SettleInvoice
    | SortEntry
    | LookInto
    | Reconnect
    | ReadAgain
)


@dataclass(frozen=True, slots=True)
class Issue:
    """One doubt: `records` are in doubt (the first is the one to open), `related` are those that show it.

    `money` is how much of the forecast rests on it (positive), unknown where that can't be told. `if_wrong` changes the
    forecast to what it would be if the record is as wrong as it looks, and `effect` is what that does to the runway and
    its band; None where it would be the same, can't be told, or wasn't asked for.
    """

    kind: IssueKind
    records: tuple[RecordRef, ...]
    related: tuple[RecordRef, ...]
    party: Party | None
    money: Money | Unknown
    fix: Fix
    sentence: str
    if_wrong: Scenario | None = None
    effect: Effect | None = None

    @property
    def key(self) -> str:
        """The same for the same doubt tomorrow, whatever else changes: its kind and the records in doubt."""
        return " ".join([self.kind, *(f"{ref.kind}/{ref.id}" for ref in self.records)])


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """Whether QuickBooks lets us read, asked at `asked_at`, and when books were last found up to date (None: never)."""

    alive: bool
    asked_at: datetime
    checked_at: datetime | None
    ended_because: str = ""


@dataclass(frozen=True, slots=True)
class ScoreCap:
    """The score can't be higher than `at`, and why."""

    at: Decimal
    because: str


@dataclass(frozen=True, slots=True)
class HygieneScore:
    """`doubtful` of `forecast` money rests on records in doubt; `cap` holds the score down where one applies."""

    doubtful: Money
    forecast: Money
    cap: ScoreCap | None

    @property
    def value(self) -> Decimal:
        """100 × (1 − doubtful ÷ forecast), to a tenth, rounded down, so that only books without any doubt reach 100."""
        sound = self.forecast.cents - self.doubtful.cents
        share = Decimal(100 * sound) / self.forecast.cents if self.forecast.cents else Decimal(100)
        value = share.quantize(_TENTH, ROUND_DOWN)
        return value if self.cap is None else min(value, self.cap.at)


@dataclass(frozen=True, slots=True)
class Hygiene:
    """The issues of a picture, what can't be told in money first, then by money, largest first."""

    as_of: date
    score: HygieneScore
    issues: tuple[Issue, ...]
