"""What vendors bill and how we pay them: bills on their rhythms, pay runs, vendor credits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from qbo_emulator.scenarios.company.business_days import days_between, is_business_day, monthly, on_or_after
from qbo_emulator.scenarios.company.chart import CARD, CHECKING
from qbo_emulator.scenarios.company.description import CompanyPlan, Span, VendorPlan
from qbo_emulator.scenarios.company.events import (
    BillReceived,
    BillsPaid,
    Event,
    VendorCreditReceived,
)
from qbo_emulator.scenarios.company.habits import bill_payment_day
from qbo_emulator.scenarios.company.streams import cents_near, office_time, stream

_QUARTER_MONTHS = (1, 4, 7, 10)
_TYPED_IN_LATE_SHARE = 0.05


def plan_purchasing(plan: CompanyPlan, span: Span) -> list[Event]:
    """Return every bill, vendor credit and bill payment of the span, in no particular order."""
    return [event for vendor in plan.vendors for event in _with_one_vendor(plan.seed, vendor, span)]


def bill_days(vendor: VendorPlan, span: Span) -> Iterator[date]:
    """Yield the days of the span on which the vendor's rhythm brings a bill, skipped ones included."""
    if vendor.rhythm == "weekly":
        weekday = vendor.bill_day % 5
        days = (day for day in days_between(span.start, span.end) if day.weekday() == weekday)
        return (day if is_business_day(day) else on_or_after(day) for day in days)
    return (on_or_after(day) for day in _days_of_months(vendor, span))


def bill_of(vendor: VendorPlan, number: int, day: date, dice: Random) -> BillReceived:
    """Return the vendor's bill of that number and day; few are typed in some days later."""
    key = f"bill/{vendor.name}/{number}"
    round_to = 1 if vendor.typical_cents < 100_000 else 500
    cents = vendor.typical_cents
    if vendor.spread:
        cents = cents_near(dice, cents, vendor.spread, round_to_cents=round_to)
    late_days = dice.randint(1, 6) if dice.random() < _TYPED_IN_LATE_SHARE else 0
    return BillReceived(
        key=key,
        txn_date=day,
        at=office_time(on_or_after(day + timedelta(days=late_days)), key),
        vendor=vendor.name,
        account=vendor.account,
        description=vendor.description,
        cents=cents,
        terms=vendor.terms,
        due_date=day + timedelta(days=vendor.terms.due_days),
        doc_number=f"{vendor.bill_prefix}{1000 + number * 7}" if vendor.bill_prefix else "",
        is_1099=vendor.is_1099,
    )


def vendor_credit(bill: BillReceived, dice: Random) -> VendorCreditReceived:
    """Return what a vendor forgives of its bill, some days after it came."""
    day, key = on_or_after(bill.at.date() + timedelta(days=dice.randint(4, 9))), f"credit/{bill.key}"
    return VendorCreditReceived(
        key=key,
        txn_date=day,
        at=office_time(day, key),
        vendor=bill.vendor,
        account=bill.account,
        description=f"Credit for {bill.description.lower()}",
        cents=round(bill.cents * dice.uniform(0.08, 0.2) / 500) * 500,
        doc_number=f"{bill.doc_number}-CR",
    )


def _with_one_vendor(seed: int, vendor: VendorPlan, span: Span) -> list[Event]:
    dice = stream(seed, "bills", vendor.name)
    days = [day for day in bill_days(vendor, span) if dice.random() >= vendor.skip_share]
    bills = [bill_of(vendor, number, day, dice) for number, day in enumerate(days, start=1)]
    runs = _pay_runs(seed, vendor, bills)
    corrections = _vendor_credits(seed, vendor, bills, runs)
    return [*bills, *corrections.values(), *_bill_payments(vendor, runs, corrections)]


def _days_of_months(vendor: VendorPlan, span: Span) -> list[date]:
    days = list(monthly(span.start, span.end, vendor.bill_day))
    if vendor.rhythm == "twice_a_month":
        days += monthly(span.start, span.end, vendor.bill_day + 15)
    if vendor.rhythm == "quarterly":
        return [day for day in days if day.month in (vendor.months or _QUARTER_MONTHS)]
    if vendor.rhythm == "yearly":
        return [day for day in days if day.month in vendor.months]
    return sorted(days)


def _pay_runs(seed: int, vendor: VendorPlan, bills: list[BillReceived]) -> dict[date, list[BillReceived]]:
    """Return the days on which bills are paid, in order, with the bills of each."""
    dice = stream(seed, "pay runs", vendor.name)
    runs: defaultdict[date, list[BillReceived]] = defaultdict(list)
    for bill in bills:
        runs[bill_payment_day(vendor, bill.at.date(), bill.due_date, dice)].append(bill)
    return dict(sorted(runs.items()))


def _vendor_credits(
    seed: int, vendor: VendorPlan, bills: list[BillReceived], runs: dict[date, list[BillReceived]]
) -> dict[str, VendorCreditReceived]:
    """Return credits by the key of the bill that they correct; a bill that is paid before isn't corrected any more."""
    dice = stream(seed, "vendor credits", vendor.name)
    given = {one.key: vendor_credit(one, dice) for one in bills if dice.random() < vendor.credit_share}
    paid_on = {bill.key: day for day, paid in runs.items() for bill in paid}
    return {key: credit for key, credit in given.items() if credit.txn_date < paid_on[key]}


def _bill_payments(
    vendor: VendorPlan, runs: dict[date, list[BillReceived]], corrections: dict[str, VendorCreditReceived]
) -> Iterator[BillsPaid]:
    """Bills of one vendor that fall into one pay run are paid together, less the credits for them."""
    for day, paid in runs.items():
        key = f"paid/{vendor.name}/{day}"
        yield BillsPaid(
            key=key,
            txn_date=day,
            at=office_time(day, key),
            vendor=vendor.name,
            bills=tuple((bill.key, bill.cents) for bill in paid),
            credits=tuple((credit.key, credit.cents) for credit in _credits_for(paid, corrections)),
            source=CARD if vendor.paid_by_card else CHECKING,
        )


def _credits_for(paid: list[BillReceived], corrections: dict[str, VendorCreditReceived]) -> list[VendorCreditReceived]:
    return [corrections[bill.key] for bill in paid if bill.key in corrections]
