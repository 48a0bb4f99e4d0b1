"""What if: the changes that a scenario makes, and what a picture supposes once they are applied to it."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from oodaloo.kit.errors import OodalooError
from oodaloo.kit.money import Money
from oodaloo.runway.model.earmarks import Earmark
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.reference import Party, RecordRef


@dataclass(frozen=True, slots=True)
class MoveBill:
    """The bill is paid on `day`; `amount` is what leaves then where a discount or fee makes it differ."""

    bill: RecordRef
    day: date
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class PayToday:
    """The bill is paid today: its money leaves spendable at once."""

    bill: RecordRef


@dataclass(frozen=True, slots=True)
class Drop:
    """The open bill or invoice isn't there: nothing is paid for it, nothing comes of it."""

    document: RecordRef


@dataclass(frozen=True, slots=True)
class SlipCustomer:
    """All that the customer pays comes `days` later (negative: sooner, but not before tomorrow)."""

    customer: Party
    days: int


@dataclass(frozen=True, slots=True)
class ReceiveOn:
    """The open invoice is paid in full on `day`, or today where that has passed."""

    invoice: RecordRef
    day: date


@dataclass(frozen=True, slots=True)
class SlipInvoice:
    """The open invoice is paid `days` later (negative: sooner, but not before tomorrow)."""

    invoice: RecordRef
    days: int


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer is asked for the open invoice, which multiplies the odds that it is paid by any day."""

    invoice: RecordRef
    odds_ratio: float


InvoiceChange: TypeAlias = ReceiveOn | SlipInvoice | Ask


@dataclass(frozen=True, slots=True)
class OneOff:
    """Money that comes in (positive) or goes out (negative) once."""

    label: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class NewFlow:
    """A flow that isn't there yet: `amount` (signed) on `first` and in its rhythm after it, the last by `until`."""

    label: str
    first: date
    rhythm: Rhythm
    amount: Money
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ResizeFlow:
    """Each hit of a recurring flow from `since` on changes by `by` (signed: someone hired is negative)."""

    flow_key: str
    since: date
    by: Money


@dataclass(frozen=True, slots=True)
class EndFlow:
    """A recurring flow has no hit from `since` on."""

    flow_key: str
    since: date


@dataclass(frozen=True, slots=True)
class SwitchOn:
    """The reserve is set aside."""

    reserve: Earmark


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """The earmark of that key is given back to spendable cash."""

    earmark_key: str


Change: TypeAlias = (
    MoveBill
    | PayToday
    | Drop
    | SlipCustomer
    | InvoiceChange
    | OneOff
    | NewFlow
    | ResizeFlow
    | EndFlow
    | SwitchOn
    | SwitchOff
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes that are made together, in this order; none at all is the picture as it is."""

    changes: tuple[Change, ...] = ()


AS_IT_IS = Scenario()
"""No change at all."""


@dataclass(frozen=True, slots=True)
class Suppositions:
    """What a picture supposes beyond its books; by default nothing.

    Several slips of one customer add up, and so do several changes of one flow. `invoices` has at most one change per
    invoice. `dropped` are open documents that bring and take nothing.
    """

    slips: tuple[SlipCustomer, ...] = ()
    invoices: tuple[InvoiceChange, ...] = ()
    one_offs: tuple[OneOff, ...] = ()
    flows: tuple[NewFlow, ...] = ()
    resized: tuple[ResizeFlow, ...] = ()
    ended: tuple[EndFlow, ...] = ()
    dropped: tuple[RecordRef, ...] = ()


NOTHING_SUPPOSED = Suppositions()
"""The books as they are."""


class NotInPictureError(OodalooError):
    """A scenario changes a document, flow or earmark that its picture doesn't hold; look at what is there and retry."""
