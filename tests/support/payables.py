"""Builders of bills with their timing, and of spendable paths, around the Friday of the books."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from oodaloo.kit.money import Money
from oodaloo.runway.model.payables import (
    BillTiming,
    EarlyDiscount,
    Grace,
    LateFee,
    TimingBasis,
    ToldClass,
    VendorClass,
)
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.plan import DailySpendable
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from tests.support.books import CALENDAR, TODAY, USD, days_ago, in_days, usd

_NUMBERS = count(9001)


def a_timing(
    vendor: str = "Vellum",
    amount: str | int = 1000,
    *,
    safe: int = 10,
    vendor_class: VendorClass = VendorClass.OTHER,
    discount: str | int = 0,
    discount_within: int = 0,
    fee: str | int = 0,
    money: Money | None = None,
) -> BillTiming:
    """A bill to pay, `safe` days from the Friday at the latest (moved back to a bank day), due that day."""
    number = str(next(_NUMBERS))
    to_pay = money or usd(amount)
    ref = RecordRef(RecordKind.BILL, number, number)
    day = CALENDAR.on_or_before(in_days(safe))
    early = EarlyDiscount(usd(discount), CALENDAR.on_or_before(in_days(discount_within)), Decimal("37.2"))
    return BillTiming(
        bill=OpenItem(ref, Party(vendor, vendor), days_ago(20), in_days(safe), to_pay, to_pay),
        to_pay=to_pay,
        told=ToldClass(vendor_class, "the test says so"),
        expected=day,
        expected_because="the test says so",
        basis=TimingBasis.VENDOR,
        by_card=False,
        latest_safe=day,
        grace=Grace(0, "no grace"),
        discount=early if usd(discount).cents else None,
        late_fee=LateFee(usd(fee), (ref,)) if usd(fee).cents else None,
        because=("due that day",),
    )


def a_path(start: str | int, changes: Mapping[int, str | int] | None = None, *, days: int = 92) -> DailySpendable:
    """Spendable cash that starts at an amount on the Friday and changes by amounts some days later."""
    cents, level = [], usd(start).cents
    for day in range(days):
        level += usd((changes or {}).get(day, 0)).cents
        cents.append(level)
    return DailySpendable(TODAY, tuple(cents), USD)
