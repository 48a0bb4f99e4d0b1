"""How the books are kept: lists and loose ends that change no figure, but say how far figures can be relied on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.reference import Party, RecordRef
from oodaloo.runway.model.terms import PaymentTerms


@dataclass(frozen=True, slots=True)
class ListedParty:
    """A customer or vendor as QuickBooks lists it; texts are empty and terms None where it says nothing.

    `part_of` is the customer that a sub-customer or job belongs to.
    """

    ref: RecordRef
    name: str
    active: bool
    email: str = ""
    phone: str = ""
    terms: PaymentTerms | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class UnsortedEntry:
    """Money that was booked to an account such as "Uncategorized Expense" or "Ask My Accountant".

    `amount` is positive for money in. `card` is the credit card that it was charged to, where it was one.
    """

    ref: RecordRef
    dated: date
    amount: Money
    account: str
    party: str
    memo: str
    card: RecordRef | None = None


@dataclass(frozen=True, slots=True)
class WaitingReceipt:
    """A customer's payment that lies in undeposited funds: no deposit names it."""

    ref: RecordRef
    party: Party
    dated: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Everything of the kind. `terms` holds those that open documents name.

    `waits` are the days that earlier payments lay in undeposited funds, ascending. `foreign` are the open documents
    in other currencies than the business's own.
    """

    parties: tuple[ListedParty, ...] = ()
    terms: Mapping[RecordRef, PaymentTerms] = field(default_factory=dict)
    unsorted: tuple[UnsortedEntry, ...] = ()
    waiting: tuple[WaitingReceipt, ...] = ()
    waits: tuple[int, ...] = ()
    foreign: tuple[RecordRef, ...] = ()
