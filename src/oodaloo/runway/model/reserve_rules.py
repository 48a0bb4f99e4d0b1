"""Rules by which reserves fill when money is there: for the next payment of a flow, of receipts, every month."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NextPayment:
    """What the recurring flow that the reserve is for usually takes is set aside for its next payment, always."""


@dataclass(frozen=True, slots=True)
class ShareOfReceipts:
    """That share of whatever customers pay, in hundredths of a percent (2,500 is a quarter)."""

    basis_points: int


@dataclass(frozen=True, slots=True)
class FixedMonthly:
    """So many cents every month, from its `day` on (the last one of shorter months)."""

    cents: int
    day: int


ReserveRule: TypeAlias = NextPayment | ShareOfReceipts | FixedMonthly
