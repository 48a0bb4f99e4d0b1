"""How long the suggested plan takes for 200 bills over 91 days, and how close to the best it is proved to be."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from statistics import median

from benchmarks.benchmark import Figures
from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.calculators.payables.plan import suggest_plan
from oodaloo.runway.model.payables import BillTiming, EarlyDiscount, Grace, LateFee, TimingBasis, ToldClass, VendorClass
from oodaloo.runway.model.picture import OpenItem
from oodaloo.runway.model.plan import DailySpendable
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS

_USD = Currency("USD")
_TODAY = date(2026, 10, 2)
_CALENDAR = bank_calendar("US", 2026, 2027)
_BILLS = 200
_COMPANIES = 7


@dataclass(frozen=True, slots=True)
class _Case:
    """`left` is the least that all bills paid on their safe dates leave above the buffer, as a share of all bills.

    `offered` is the share of bills with a discount, `spread` how much their amounts differ (of the lognormal).
    """

    left: float
    offered: float = 0.45
    spread: float = 1.2


_CASES = {
    "slack": _Case(1.0),
    "tight": _Case(0.02),
    "short": _Case(-0.05),
    "very_short": _Case(-0.25),
    "tight_all_discounts": _Case(0.02, offered=1.0),
    "short_all_discounts": _Case(-0.05, offered=1.0),
    "short_like_sized": _Case(-0.05, offered=1.0, spread=0.05),
}


def plan() -> Figures:
    """Per case over 7 made-up companies: median and longest seconds of one core, and the widest proved gap.

    Slack: everything fits; tight: safe dates fit, not all discounts do; short and very short: some bills have to wait.
    The hardest are bills of nearly the same size, each with a discount, as there are so many ways to fill a gap.
    """
    figures: dict[str, int | float | str] = {"bills": _BILLS, "days": HORIZON_DAYS}
    for case, made_up in _CASES.items():
        seconds, gaps, waiting = [], [], []
        for seed in range(_COMPANIES):
            bills, path = _company(random.Random(f"{case} {seed}"), made_up)  # noqa: S311 (made-up bills, no secret)
            started = time.process_time()
            found = suggest_plan(bills, path, Money.zero(_USD), _CALENDAR)
            seconds.append(time.process_time() - started)
            gaps.append(1.0 if found.proof.gap is None else found.proof.gap)
            waiting.append(len(found.waiting))
        figures[f"{case}_plan_seconds"] = round(median(seconds), 3)
        figures[f"{case}_longest_plan_seconds"] = round(max(seconds), 3)
        figures[f"{case}_gap"] = round(max(gaps), 4)
        figures[f"{case}_waiting_bills"] = round(median(waiting))
    return figures


def _company(dice: random.Random, case: _Case) -> tuple[list[BillTiming], DailySpendable]:
    """Bills due within 45 days, and a path with receipts twice a week and payroll every second Friday."""
    bills = [_bill(dice, number, case) for number in range(_BILLS)]
    total = sum(bill.to_pay.cents for bill in bills)
    path = list(accumulate(_changes(dice, total)))
    lowest = min(cents - out for cents, out in zip(path, _paid(bills), strict=True))
    shift = int(case.left * total) - lowest
    return bills, DailySpendable(_TODAY, tuple(cents + shift for cents in path), _USD)


def _changes(dice: random.Random, total: int) -> Iterator[int]:
    for day in range(HORIZON_DAYS + 1):
        receipts = dice.uniform(0.02, 0.12) * total if day % 7 in (2, 5) else 0
        payroll = 0.08 * total if day and day % 14 == 0 else 0
        yield int(receipts - payroll) + dice.randrange(-20_000, 20_000)


def _paid(bills: Sequence[BillTiming]) -> list[int]:
    by_day = [0] * (HORIZON_DAYS + 1)
    for bill in bills:
        by_day[(bill.latest_safe - _TODAY).days] += bill.to_pay.cents
    return list(accumulate(by_day))


def _bill(dice: random.Random, number: int, case: _Case) -> BillTiming:
    """A bill of some hundred or thousand dollars; discounts: 1 to 3 % for paying 3 weeks earlier, 20 % have fees."""
    amount = Money(int(min(4_000_000, dice.lognormvariate(11.9, case.spread))) + 5_000, _USD)
    due = _TODAY + timedelta(days=dice.randrange(3, 45))
    safe, early = _CALENDAR.on_or_before(due), _CALENDAR.on_or_before(due - timedelta(days=dice.randrange(17, 24)))
    saved = Money(amount.cents * dice.choice((1, 2, 3)) // 100, _USD)
    must = dice.random() < 0.12
    ref = RecordRef(RecordKind.BILL, str(number))
    return BillTiming(
        bill=OpenItem(ref, Party(str(number), f"Vendor {number}"), _TODAY, due, amount, amount),
        to_pay=amount,
        told=ToldClass(VendorClass.RENT if must else VendorClass.OTHER, "made up"),
        expected=safe,
        expected_because="made up",
        basis=TimingBasis.VENDOR,
        by_card=False,
        latest_safe=safe,
        grace=Grace(0, "made up"),
        discount=EarlyDiscount(saved, early, Decimal(20)) if dice.random() < case.offered else None,
        late_fee=LateFee(Money(dice.choice((2_500, 3_500, 5_000)), _USD), (ref,)) if dice.random() < 0.2 else None,
        because=("made up",),
    )
