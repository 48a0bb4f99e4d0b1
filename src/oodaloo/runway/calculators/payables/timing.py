"""Payables timing: for each open bill the day it would usually be paid and the latest safe day, with reasons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import normalised_payee, party_key
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.calculators.payables.days import arriving_by, days_after, sane
from oodaloo.runway.calculators.payables.discounts import early_discount
from oodaloo.runway.calculators.payables.late_fees import late_fees
from oodaloo.runway.calculators.payables.vendor_class import class_of_bill
from oodaloo.runway.calculators.payment_timing import ExpectedDay, Habits, expected_payment, habits_of
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.payables import (
    MUST_PAY,
    BillTiming,
    Grace,
    LateFee,
    PayablesPolicy,
    TimingBasis,
    ToldClass,
)
from oodaloo.runway.model.picture import Books, OpenItem, SettledItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.terms import PaymentTerms
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, days_text, money_text

NO_TERMS: Mapping[RecordRef, PaymentTerms] = MappingProxyType({})

_LATEST_BILLS = 12


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the books say about all vendors: by party key, fees by normalised name."""

    habits: Habits
    settled: Mapping[str, Sequence[SettledItem]]
    issued: Mapping[str, Sequence[OpenItem]]
    fees: Mapping[str, LateFee]


def bill_timings(
    books: Books, terms: Mapping[RecordRef, PaymentTerms] = NO_TERMS, policy: PayablesPolicy | None = None
) -> tuple[BillTiming, ...]:
    """Every open bill net of its vendor's credits, the earliest safe date first; what credits cover drops out.

    Latest safe pay date = due (where none is given: issue date + terms) + learned grace, moved back to a bank day, less
    settlement in bank days. Expected is the projection's own day (`payment_timing.expected_payment`), so that plan and
    projection speak of the same past. Source: the runway definitions, payables timing.
    """
    evidence = _evidence(books)
    chosen = policy or PayablesPolicy()
    timings = [
        _timing(item, left, terms.get(item.ref), evidence, books, chosen)
        for item, left in net_of_credits(books.payables, books.vendor_credits)
    ]
    return tuple(sorted(timings, key=lambda each: (each.latest_safe, each.bill.due, each.bill.ref)))


def grace_of(told: ToldClass, settled: Sequence[SettledItem], fee: LateFee | None, policy: PayablesPolicy) -> Grace:
    """The median lateness of the vendor's latest 12 bills paid from the bank, at least 3 of them, within the cap.

    None for payroll, tax, rent and loans, nor for a vendor that charged a late fee.
    """
    if told.vendor_class in MUST_PAY:
        return Grace(0, f"{told.vendor_class.value}, {told.because}: no grace")
    if fee is not None:
        times = "once" if len(fee.charged) == 1 else f"{len(fee.charged)} times"
        return Grace(0, f"charged for late payment {times}, usually {money_text(fee.amount, cents=True)}: no grace")
    latest = sorted((item for item in settled if not item.by_card), key=lambda item: item.settled)[-_LATEST_BILLS:]
    if len(latest) < policy.grace_min_bills:
        return Grace(0, f"{_few(len(latest))} of this vendor to learn from: no grace assumed")
    usual = median([item.lateness_days for item in latest])
    if usual <= 0:
        return Grace(0, f"usually paid on time or early ({len(latest)} bills): no grace")
    days = min(usual, policy.grace_cap_days)
    capped = "" if days == usual else f", of which {days} are used"
    return Grace(days, f"usually paid {days_text(usual)} late without a fee ({len(latest)} bills){capped}")


def _evidence(books: Books) -> _Evidence:
    settled: defaultdict[str, list[SettledItem]] = defaultdict(list)
    for paid in books.settled_bills:
        settled[party_key(paid.party)].append(paid)
    issued: defaultdict[str, list[OpenItem]] = defaultdict(list)
    for bill in books.bills_issued:
        issued[party_key(bill.party)].append(bill)
    return _Evidence(habits_of(books.settled_bills), settled, issued, late_fees(books))


def _timing(
    item: OpenItem,
    left: Money,
    terms: PaymentTerms | None,
    evidence: _Evidence,
    books: Books,
    policy: PayablesPolicy,
) -> BillTiming:
    key, calendar = party_key(item.party), books.business.calendar
    told = class_of_bill(item, evidence.issued.get(key, ()))
    fee = evidence.fees.get(normalised_payee(item.party.name))
    grace = grace_of(told, evidence.settled.get(key, ()), fee, policy)
    due, due_clause = _due(item, terms)
    expected = expected_payment(replace(item, due=due), evidence.habits, books.as_of, calendar)
    known = isinstance(expected, ExpectedDay)
    discount = None
    if terms is not None:
        discount = early_discount(terms, sane(item.issued), left, calendar, policy.settlement_days)
    return BillTiming(
        bill=item,
        to_pay=left,
        told=told,
        expected=expected.day if isinstance(expected, ExpectedDay) else Unknown((expected.because,)),
        expected_because=expected.reason if isinstance(expected, ExpectedDay) else expected.because,
        basis=_basis(item, evidence.habits),
        by_card=not known,
        latest_safe=arriving_by(days_after(due, grace.days), calendar, policy.settlement_days),
        grace=grace,
        discount=discount,
        late_fee=fee,
        because=(due_clause, grace.because, _settlement_clause(policy)),
    )


def _due(item: OpenItem, terms: PaymentTerms | None) -> tuple[date, str]:
    """The due date and how it is known: the bill's own, else from the terms, else (assumed) the day it was issued."""
    if not item.due_assumed:
        due = sane(item.due)
        return due, f"due {day_text(due)}"
    if terms is not None and terms.due_days is not None:
        due = days_after(item.issued, terms.due_days)
        return due, f"no due date; terms of {days_text(terms.due_days)} make it {day_text(due)}"
    due = sane(item.due)
    return due, f"no due date, assumed due when issued on {day_text(due)}"


def _basis(item: OpenItem, habits: Habits) -> TimingBasis:
    if habits.of(item.party):
        return TimingBasis.VENDOR
    return TimingBasis.BUSINESS if habits.everyone else TimingBasis.ASSUMED


def _few(bills: int) -> str:
    return "no earlier bills" if not bills else f"only {bills} earlier bill{'' if bills == 1 else 's'}"


def _settlement_clause(policy: PayablesPolicy) -> str:
    days = policy.settlement_days
    return f"{days} bank day{'' if days == 1 else 's'} until the money arrives (assumed)"
