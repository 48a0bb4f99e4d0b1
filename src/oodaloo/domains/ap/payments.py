"""Payments of bills as they are ordered: who is paid from where, what of which bill, with which credits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from oodaloo.infra.qbo.writes.write import Seen, Write
from oodaloo.kit.money import Money

_NUMBERS: Final = msgspec.json.Encoder(decimal_format="number")


class PayBy(StrEnum):
    """How the money leaves. QuickBooks records it; the bank, the cheque or the card moves it."""

    PRINTED_CHEQUE = "printed_cheque"
    BANK = "bank"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """How, and from which bank or credit card account in QuickBooks."""

    by: PayBy
    account_id: str


@dataclass(frozen=True, slots=True)
class BillPart:
    """What one bill gets of a payment, and what its vendor gives for paying early (zero or more).

    `paid` is positive, `seen_open` what was open of it when that was decided.
    """

    bill_id: str
    paid: Money
    seen_open: Money
    discount: Money

    @property
    def settled(self) -> Money:
        """What isn't open of the bill any more once it is paid."""
        return self.paid + self.discount


@dataclass(frozen=True, slots=True)
class CreditPart:
    """What a vendor credit contributes to a payment; `used` is positive."""

    credit_id: str
    used: Money


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One BillPayment of one vendor, which never changes once it is minted.

    `total` is what leaves the account: the bills' parts less the credits'. `requestid` and `marker` are its own, so
    that QuickBooks takes it once and we find it again; after `not_after` (product time) it isn't sent any more.
    """

    id: str
    requestid: str
    marker: str
    vendor_id: str
    vendor_name: str
    method: PaymentMethod
    pay_on: date
    not_after: datetime
    bills: tuple[BillPart, ...]
    credits: tuple[CreditPart, ...] = ()

    @property
    def key(self) -> str:
        """The key of its write."""
        return f"payment {self.id}"

    @property
    def discounted(self) -> tuple[BillPart, ...]:
        """The bills that are paid less a discount."""
        return tuple(part for part in self.bills if not part.discount.is_zero)

    @property
    def total(self) -> Money:
        """What leaves the account."""
        currency = self.bills[0].paid.currency
        paid = Money.total((part.paid for part in self.bills), currency)
        return paid - Money.total((part.used for part in self.credits), currency)


def payment_body(order: PaymentOrder, discounts: Sequence[CreditPart] = ()) -> bytes:
    """The BillPayment that an order asks for, as QuickBooks takes it.

    `discounts` are the credits that its discounts became: a BillPayment has no field for a discount.
    """
    lines = [_line(part.bill_id, "Bill", part.settled) for part in order.bills]
    lines += [_line(part.credit_id, "VendorCredit", part.used) for part in (*order.credits, *discounts)]
    return _NUMBERS.encode(
        {
            "VendorRef": {"value": order.vendor_id},
            "TxnDate": order.pay_on.isoformat(),
            "TotalAmt": order.total.amount,
            "PrivateNote": f"Paid with Oodaloo. {order.marker}",
            **_paid_from(order.method),
            "Line": lines,
        }
    )


def write_of(order: PaymentOrder, based_on: Sequence[Seen], discounts: Sequence[CreditPart] = ()) -> Write:
    """The write that an order asks for, decided upon what was seen of its bills and credits."""
    return Write.create(
        order.key,
        "BillPayment",
        payment_body(order, discounts),
        marker=order.marker,
        based_on=based_on,
        not_after=order.not_after,
        requestid=order.requestid,
    )


def _paid_from(method: PaymentMethod) -> dict[str, object]:
    account = {"value": method.account_id}
    if method.by is PayBy.CARD:
        return {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": account}}
    print_status = "NeedToPrint" if method.by is PayBy.PRINTED_CHEQUE else "NotSet"
    return {"PayType": "Check", "CheckPayment": {"BankAccountRef": account, "PrintStatus": print_status}}


def _line(document_id: str, kind: str, amount: Money) -> dict[str, object]:
    value: Decimal = amount.amount
    return {"Amount": value, "LinkedTxn": [{"TxnId": document_id, "TxnType": kind}]}
