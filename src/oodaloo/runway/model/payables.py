"""When bills are paid: what is expected, the latest day that is safe, and why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from oodaloo.kit.money import Money
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.unknown import Unknown


class VendorClass(StrEnum):
    """What a vendor is paid for; a utility (power, telephone, software, insurance) stops when it stays unpaid."""

    PAYROLL = "payroll"
    TAX = "tax"
    RENT = "rent"
    LOAN = "loan"
    UTILITY = "utility"
    CONTRACTOR = "contractor"
    OTHER = "other"


MUST_PAY = frozenset({VendorClass.PAYROLL, VendorClass.TAX, VendorClass.RENT, VendorClass.LOAN})
"""Classes that get no grace and never wait."""


class TimingBasis(StrEnum):
    """Whose past an expected pay date rests on; assumed: nobody's, no bill was ever paid."""

    VENDOR = "vendor"
    BUSINESS = "business"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class PayablesPolicy:
    """What the books can't tell and an owner may set; sentences name these as assumed.

    `settlement_days` are bank days until a vendor has the money. Grace is what a vendor was used to in at least
    `grace_min_bills` bills, but not more than `grace_cap_days`. A bill that cash can't cover waits for a weekly pay
    day (`pay_weekday`, Monday is 0), and for no more than `wait_days`.
    """

    settlement_days: int = 2
    grace_cap_days: int = 7
    grace_min_bills: int = 3
    wait_days: int = 14
    pay_weekday: int = 4


@dataclass(frozen=True, slots=True)
class ToldClass:
    """A vendor's class and the evidence for it in one clause."""

    vendor_class: VendorClass
    because: str


@dataclass(frozen=True, slots=True)
class LateFee:
    """What a vendor charged for late payment: the median of the fees in `charged`, each positive."""

    amount: Money
    charged: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class Grace:
    """Days after the due date that a vendor is used to, and why; zero with a reason where none may be used."""

    days: int
    because: str


@dataclass(frozen=True, slots=True)
class EarlyDiscount:
    """What paying by `pay_by` saves, and that saving as a simple rate a year in percent (2/10 net 30: 37.2).

    `amount` is rounded down to the cent, so that nothing is counted on that isn't given.
    """

    amount: Money
    pay_by: date
    annual_percent: Decimal | Unknown


@dataclass(frozen=True, slots=True)
class BillTiming:
    """An open bill, what is left to pay of it, when it would usually be paid and until when it safely can be.

    `to_pay` is the open balance less the vendor's credits. `latest_safe` may have passed. `by_card` marks bills that
    are usually charged to a card and therefore have no expected day of their own. `because` holds the clauses that
    lead from the due date to `latest_safe`.
    """

    bill: OpenItem
    to_pay: Money
    told: ToldClass
    expected: date | Unknown
    expected_because: str
    basis: TimingBasis
    by_card: bool
    latest_safe: date
    grace: Grace
    discount: EarlyDiscount | None
    late_fee: LateFee | None
    because: tuple[str, ...]

    @property
    def must_pay(self) -> bool:
        """Whether its class never waits."""
        return self.told.vendor_class in MUST_PAY
