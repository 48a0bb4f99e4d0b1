"""The cash picture: one dated, immutable read of one business, with the documents behind every figure."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.model.earmarks import Earmark, PlannedDay
from oodaloo.runway.model.housekeeping import Housekeeping
from oodaloo.runway.model.position import CurrentPosition
from oodaloo.runway.model.recurring import RecurringFlow, Residual
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.scenario import NOTHING_SUPPOSED, Suppositions

_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class BusinessFacts:
    """Who the picture is of, and the conventions its numbers follow."""

    id: BusinessId
    name: str
    realm_id: RealmId
    currency: Currency
    timezone: str
    calendar: BankCalendar
    buffer: Money


@dataclass(frozen=True, slots=True)
class CashAccount:
    """A bank account with its book balance; `operating` ones are the business's cash."""

    ref: RecordRef
    name: str
    subtype: str
    balance: Money
    operating: bool


@dataclass(frozen=True, slots=True)
class CardPosting:
    """What changed a card's balance owed on a day, in cents of the home currency."""

    dated: date
    cents: int


@dataclass(frozen=True, slots=True)
class CardAccount:
    """A credit card: `owed` (positive) is due cash on its usual payment date.

    `postings` are the charges (positive) and payments and refunds (negative) of the history window, by date.
    """

    ref: RecordRef
    name: str
    owed: Money
    postings: tuple[CardPosting, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open invoice (money in) or bill (money out): `open` of `total` is still unpaid, both positive.

    `category` is the account that a bill is booked to and `category_type` QuickBooks' detail type of it, where
    known. `due_assumed` marks a document without due date, which is then taken as due on the day it was issued.
    """

    ref: RecordRef
    party: Party
    issued: date
    due: date
    total: Money
    open: Money
    category: str = ""
    category_type: str = ""
    due_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """An unapplied payment, credit memo or vendor credit; `remaining` (positive) nets its party's items."""

    ref: RecordRef
    party: Party
    dated: date
    remaining: Money


@dataclass(frozen=True, slots=True)
class SettledItem:
    """A document that was paid in full: the history that receipt and payment timing is learned from.

    `by_card` marks a bill whose last payment was charged to a credit card instead of a bank account.
    """

    ref: RecordRef
    party: Party
    issued: date
    due: date
    settled: date
    total: Money
    by_card: bool = False

    @property
    def lateness_days(self) -> int:
        """Days from due date to full payment; negative when paid early."""
        return (self.settled - self.due).days


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """A part of an invoice that was settled on a day, in cash or by a credit that brought no money."""

    invoice: RecordRef
    dated: date
    amount: Money
    cash: bool


class MovementKind(StrEnum):
    """Why money entered or left the operating accounts."""

    CUSTOMER_RECEIPT = "customer_receipt"
    BILL_PAYMENT = "bill_payment"
    CARD_PAYMENT = "card_payment"
    SPENDING = "spending"
    OTHER_RECEIPT = "other_receipt"


@dataclass(frozen=True, slots=True)
class CashMovement:
    """Money that entered (positive) or left (negative) the operating accounts taken together.

    Transfers between operating accounts are no movement. `category` is the other side's account name and
    `category_type` QuickBooks' detail type of it (its AccountSubType); `documents` are the invoices or bills
    that it settled, when it settled any.
    """

    ref: RecordRef
    dated: date
    amount: Money
    kind: MovementKind
    party: Party | None
    category: str
    memo: str
    documents: tuple[RecordRef, ...] = ()
    category_type: str = ""


@dataclass(frozen=True, slots=True)
class BookCheck:
    """Two figures of the books that should agree: the balance of accounts (`refs`) and the sum of open documents."""

    account: str
    account_balance: Money
    documents_total: Money
    refs: tuple[RecordRef, ...] = ()

    @property
    def difference(self) -> Money:
        """Account less documents; zero in consistent books."""
        return self.account_balance - self.documents_total


NOTHING_LOOSE = Housekeeping()
"""Of books about which nothing of the kind is known."""


@dataclass(frozen=True, slots=True)
class Books:
    """The facts read from our mirror of QuickBooks, before anything is inferred from them.

    Everything is in the business's home currency; documents in other currencies are counted in
    `foreign_documents` and left out. `invoices_issued` and `bills_issued` hold every document of the history
    window, open or settled, as evidence for recurring flows. `ledger_unread` says that what only the general ledger
    shows isn't known: payroll that QuickBooks runs itself may be missing. `part_receipts` are how those invoices were
    settled, as far as they are, that one payment in cash doesn't explain. `position` sums up all current accounts; None
    where their balances on that day aren't known or are in other currencies.
    """

    business: BusinessFacts
    as_of: date
    known_at: datetime
    synced_at: datetime
    accounts: tuple[CashAccount, ...]
    undeposited: Money
    cards: tuple[CardAccount, ...]
    receivables: tuple[OpenItem, ...]
    unapplied_receipts: tuple[Credit, ...]
    payables: tuple[OpenItem, ...]
    vendor_credits: tuple[Credit, ...]
    invoices_issued: tuple[OpenItem, ...]
    bills_issued: tuple[OpenItem, ...]
    settled_invoices: tuple[SettledItem, ...]
    settled_bills: tuple[SettledItem, ...]
    movements: tuple[CashMovement, ...]
    checks: tuple[BookCheck, ...]
    foreign_documents: int
    undeposited_accounts: tuple[RecordRef, ...] = ()
    ledger_unread: bool = False
    housekeeping: Housekeeping = NOTHING_LOOSE
    part_receipts: tuple[PartReceipt, ...] = ()
    position: CurrentPosition | None = None

    @property
    def cash(self) -> Money:
        """Book balance of the operating accounts together."""
        return Money.total((a.balance for a in self.accounts if a.operating), self.business.currency)


@dataclass(frozen=True, slots=True)
class CashPicture:
    """The books, what is inferred from them, what was decided and what is supposed: the one input of every calculator.

    `books_id` is the fingerprint of the books, from which `recurring` and `residual` follow. `earmarks` are holds and
    reserves, `planned` the decided pay dates of open bills, at most one each. `supposed` is empty but in scenarios.
    """

    books_id: str
    books: Books
    recurring: tuple[RecurringFlow, ...]
    residual: Residual
    earmarks: tuple[Earmark, ...] = ()
    planned: tuple[PlannedDay, ...] = ()
    supposed: Suppositions = NOTHING_SUPPOSED

    @property
    def id(self) -> str:
        """The fingerprint of all that the picture holds: the same content has the same id everywhere."""
        content = repr((self.books_id, self.earmarks, self.planned, self.supposed))
        return hashlib.sha256(content.encode()).hexdigest()[:_ID_LENGTH]

    @property
    def earmarked(self) -> Money:
        """What is spoken for by the end of the picture's day."""
        aside = (each.amount for each in self.earmarks if each.leaves_by(self.books.as_of))
        return Money.total(aside, self.books.business.currency)

    @property
    def spendable(self) -> Money:
        """Cash that isn't spoken for: cash less earmarks."""
        return self.books.cash - self.earmarked
