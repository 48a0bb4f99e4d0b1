"""What happens in a company: one frozen value for each thing that a bookkeeper would enter."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from qbo_emulator.scenarios.company.chart import CHECKING
from qbo_emulator.scenarios.company.description import Terms

PaymentType = Literal["Cash", "Check", "CreditCard"]
Share: TypeAlias = tuple[str, int]
"""The key of a document or the name of an account, and cents of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Anything entered into the books: its key, the day it is dated and the moment someone entered it."""

    key: str
    txn_date: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(Entry):
    """We billed a customer; retainers are agreed for months ahead, projects are sold one by one.

    `with_terms` is false when whoever typed it in left the terms out.
    """

    customer: str
    item: str
    description: str
    cents: int
    terms: Terms
    due_date: date
    is_retainer: bool
    with_terms: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMemoIssued(Entry):
    """We forgave a customer part of what was billed."""

    customer: str
    item: str
    description: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPaid(Entry):
    """Money came from a customer, for these invoices, less these credit memos; `to` is an account name."""

    customer: str
    cents: int
    invoices: tuple[Share, ...]
    credits: tuple[Share, ...] = ()
    to: str
    check_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited(Entry):
    """Cheques that waited in undeposited funds were taken to the bank together."""

    payments: tuple[Share, ...]

    @property
    def cents(self) -> int:
        """What reached the bank."""
        return sum(cents for _, cents in self.payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillReceived(Entry):
    """A vendor billed us; `with_terms` is false when whoever typed it in left the terms out."""

    vendor: str
    account: str
    description: str
    cents: int
    terms: Terms
    due_date: date
    doc_number: str
    with_terms: bool = True
    is_1099: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCreditReceived(Entry):
    """A vendor forgave us part of what it billed."""

    vendor: str
    account: str
    description: str
    cents: int
    doc_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillsPaid(Entry):
    """We paid one vendor's bills, less its credits, from checking or with the card."""

    vendor: str
    bills: tuple[Share, ...]
    credits: tuple[Share, ...] = ()
    source: str

    @property
    def cents(self) -> int:
        """What left the account."""
        return sum(cents for _, cents in self.bills) - sum(cents for _, cents in self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent(Entry):
    """Money left an account without a bill (or came back to the card, when `is_refund`)."""

    payee: str | None
    source: str
    payment_type: PaymentType
    lines: tuple[Share, ...]
    note: str
    is_refund: bool = False

    @property
    def cents(self) -> int:
        """What left the account, or came back to it."""
        return sum(cents for _, cents in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned(Entry):
    """The bank added something by itself: interest."""

    into: str
    account: str
    cents: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Entry):
    """Money went from one of our accounts to another."""

    source: str
    target: str
    cents: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalled(Entry):
    """A journal entry: account names with debit-positive cents that add up to zero.

    `customer` is whom a line of accounts receivable names.
    """

    lines: tuple[Share, ...]
    note: str
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedUnlisted(Entry):
    """A posting that no entity shows, as QuickBooks Payroll makes; lines as in a journal entry."""

    txn_type: str
    lines: tuple[Share, ...]
    note: str = field(default="")


Event: TypeAlias = (
    InvoiceIssued
    | CreditMemoIssued
    | CustomerPaid
    | Deposited
    | BillReceived
    | VendorCreditReceived
    | BillsPaid
    | Spent
    | Earned
    | Moved
    | Journalled
    | PostedUnlisted
)


def account_moves(event: Event) -> tuple[Share, ...]:
    """Return the accounts whose money this event moves, debit-positive; documents alone move none."""
    match event:
        case CustomerPaid():
            return ((event.to, event.cents),)
        case Deposited():
            return ((CHECKING, event.cents),)
        case BillsPaid():
            return ((event.source, -event.cents),)
        case Spent():
            return ((event.source, event.cents if event.is_refund else -event.cents), *_balances(event))
        case Earned():
            return ((event.into, event.cents),)
        case Moved():
            return ((event.source, -event.cents), (event.target, event.cents))
        case Journalled() | PostedUnlisted():
            return event.lines
    return ()


def _balances(event: Spent) -> tuple[Share, ...]:
    return tuple((account, -cents if event.is_refund else cents) for account, cents in event.lines)
