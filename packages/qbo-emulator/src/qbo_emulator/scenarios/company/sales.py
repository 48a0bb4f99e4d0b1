"""What customers are billed and what they pay: retainers, milestones, credit memos, payments, deposits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from qbo_emulator.scenarios.company.business_days import business_days_after, monthly, on_or_after
from qbo_emulator.scenarios.company.chart import CHECKING, UNDEPOSITED
from qbo_emulator.scenarios.company.description import CompanyPlan, CustomerPlan, ProjectWork, Retainer, Span
from qbo_emulator.scenarios.company.events import (
    CreditMemoIssued,
    CustomerPaid,
    Deposited,
    Event,
    InvoiceIssued,
    Share,
)
from qbo_emulator.scenarios.company.habits import customer_payments
from qbo_emulator.scenarios.company.streams import cents_near, office_time, stream

_YEAR_DAYS = 365.25
_DEPOSIT_WEEKDAYS = (1, 4)
_YEARLY_RAISE = 0.04


@dataclass(frozen=True, slots=True)
class _Charge:
    key: str
    day: date
    item: str
    description: str
    cents: int
    is_retainer: bool


def plan_sales(plan: CompanyPlan, span: Span) -> list[Event]:
    """Return every invoice, credit memo, payment and deposit of the span, in no particular order."""
    events = [event for customer in plan.customers for event in _with_one_customer(plan, customer, span)]
    return [*events, *_deposits([event for event in events if isinstance(event, CustomerPaid)])]


def plan_billing(plan: CompanyPlan, span: Span) -> Iterator[InvoiceIssued]:
    """Yield every invoice of the span; a longer span with the same start begins with the same invoices."""
    for customer in plan.customers:
        yield from (_invoice(customer, charge) for charge in _charges(plan, customer, span))


def credit_memo(invoice: InvoiceIssued, dice: Random) -> CreditMemoIssued:
    """Return what is forgiven of an invoice, some days after it."""
    day, key = business_days_after(invoice.txn_date, dice.randint(3, 7)), f"credit/{invoice.key}"
    return CreditMemoIssued(
        key=key,
        txn_date=day,
        at=office_time(day, key),
        customer=invoice.customer,
        item=invoice.item,
        description=f"Scope reduced: {invoice.description}",
        cents=round(invoice.cents * dice.uniform(0.05, 0.15) / 2500) * 2500,
    )


def deposit_day(received: date) -> date:
    """Return the day on which a cheque received on that day is taken to the bank."""
    day = received + timedelta(days=1)
    while day.weekday() not in _DEPOSIT_WEEKDAYS:
        day += timedelta(days=1)
    return on_or_after(day)


def billed_cents(plan: CompanyPlan, span: Span, within: Span) -> int:
    """Return what a plan of that span bills within a part of it, before credit memos."""
    charges = (charge for customer in plan.customers for charge in _charges(plan, customer, span))
    return sum(charge.cents for charge in charges if within.start <= charge.day <= within.end)


def without_new_projects(events: Iterable[Event], after: date) -> Iterator[Event]:
    """Yield the events without project invoices issued after that day and without the money they bring in."""
    listed = list(events)
    unsold = {
        one.key for one in listed if isinstance(one, InvoiceIssued) and not one.is_retainer and one.txn_date > after
    }
    received: dict[str, int] = {}
    for event in sorted(listed, key=lambda one: isinstance(one, Deposited)):
        if isinstance(event, CustomerPaid):
            missing = sum(cents for key, cents in event.invoices if key in unsold)
            received[event.key] = event.cents - missing
            yield replace(event, cents=event.cents - missing)
        elif isinstance(event, Deposited):
            yield replace(event, payments=tuple((key, received[key]) for key, _ in event.payments))
        elif event.key not in unsold:
            yield event


def _with_one_customer(plan: CompanyPlan, customer: CustomerPlan, span: Span) -> list[Event]:
    invoices = [_invoice(customer, charge) for charge in _charges(plan, customer, span)]
    forgiven = _credit_memos(plan.seed, customer, invoices)
    return [*invoices, *forgiven.values(), *_payments(plan.seed, customer, invoices, forgiven)]


def _charges(plan: CompanyPlan, customer: CustomerPlan, span: Span) -> Iterator[_Charge]:
    if customer.retainer:
        yield from _retainer_charges(customer.name, customer.retainer, span)
    if customer.projects:
        dice = stream(plan.seed, "projects", customer.name)
        yield from _project_charges(customer.name, customer.projects, span, plan.busy_by_month, dice)


def _retainer_charges(name: str, retainer: Retainer, span: Span) -> Iterator[_Charge]:
    first, last = max(span.start, retainer.starts or span.start), min(span.end, retainer.ends or span.end)
    for day in monthly(first, last, retainer.bill_day):
        raises = day.year - retainer.price_year
        cents = round(retainer.monthly_cents * (1 + _YEARLY_RAISE) ** raises / 5000) * 5000
        text = f"{retainer.item}, retainer for {day:%B %Y}"
        yield _Charge(f"invoice/{name}/retainer/{day}", on_or_after(day), retainer.item, text, cents, is_retainer=True)


def _project_charges(
    name: str, work: ProjectWork, span: Span, busy_by_month: tuple[float, ...], dice: Random
) -> Iterator[_Charge]:
    for number, began in enumerate(_beginnings(work, span, dice), start=1):
        cents = cents_near(dice, work.typical_cents, 0.3, round_to_cents=10_000)
        yield from (
            charge
            for charge in _milestones(name, number, work, began, cents, busy_by_month, dice)
            if max(span.start, work.starts or span.start) <= charge.day <= min(span.end, work.ends or span.end)
        )


def _beginnings(work: ProjectWork, span: Span, dice: Random) -> Iterator[date]:
    """Projects start at nearly even distances, so that a year's total stays near its plan under every seed.

    Those of a season start in its months, once in each.
    """
    if work.season:
        for month in monthly(span.start - timedelta(days=60), span.end, 1):
            if month.month in work.season:
                yield month + timedelta(days=dice.randrange(28))
        return
    gap_days = _YEAR_DAYS / work.per_year
    began = span.start - timedelta(days=60 - round(gap_days * dice.random()))
    while began <= span.end:
        yield began
        began += timedelta(days=round(gap_days * dice.uniform(0.8, 1.2)))


def _milestones(
    name: str, number: int, work: ProjectWork, began: date, cents: int, busy: tuple[float, ...], dice: Random
) -> Iterator[_Charge]:
    day = on_or_after(began)
    for step, (label, share) in enumerate(work.milestones, start=1):
        part = round(cents * share * busy[day.month - 1] / 2500) * 2500
        text = f"{work.item}, project {number}: {label}"
        yield _Charge(f"invoice/{name}/project/{number}/{step}", day, work.item, text, part, is_retainer=False)
        day = on_or_after(day + timedelta(days=dice.randint(18, 32)))


def _invoice(customer: CustomerPlan, charge: _Charge) -> InvoiceIssued:
    return InvoiceIssued(
        key=charge.key,
        txn_date=charge.day,
        at=office_time(charge.day, charge.key),
        customer=customer.name,
        item=charge.item,
        description=charge.description,
        cents=charge.cents,
        terms=customer.terms,
        due_date=charge.day + timedelta(days=customer.terms.due_days),
        is_retainer=charge.is_retainer,
    )


def _credit_memos(seed: int, customer: CustomerPlan, invoices: list[InvoiceIssued]) -> dict[str, CreditMemoIssued]:
    """Return credit memos by the key of the invoice that they were given for."""
    dice = stream(seed, "credits", customer.name)
    given = (invoice for invoice in invoices if dice.random() < customer.credit_share)
    return {invoice.key: credit_memo(invoice, dice) for invoice in given}


def _payments(
    seed: int,
    customer: CustomerPlan,
    invoices: list[InvoiceIssued],
    forgiven: dict[str, CreditMemoIssued],
) -> Iterator[CustomerPaid]:
    """Invoices that come due on one paying day are settled by one payment."""
    dice = stream(seed, "pays", customer.name)
    shares: defaultdict[date, list[Share]] = defaultdict(list)
    for invoice in sorted(invoices, key=lambda one: (one.txn_date, one.key)):
        parts = customer_payments(customer.habit, invoice.txn_date, invoice.due_date, invoice.cents, dice)
        for part in parts:
            shares[part.day].append((invoice.key, part.cents))
    used: set[str] = set()
    for day in sorted(shares):
        memos = _usable_credits(shares[day], day, forgiven, used)
        check_number = str(dice.randint(1000, 9999)) if customer.habit.by_check else ""
        yield _payment(customer, day, tuple(shares[day]), memos, check_number)


def _usable_credits(
    shares: list[Share], day: date, forgiven: dict[str, CreditMemoIssued], used: set[str]
) -> tuple[Share, ...]:
    memos = [
        forgiven[key]
        for key, cents in shares
        if key in forgiven and key not in used and forgiven[key].txn_date < day and forgiven[key].cents < cents
    ]
    used.update(key for key, _ in shares)
    return tuple((memo.key, memo.cents) for memo in memos)


def _payment(
    customer: CustomerPlan, day: date, shares: tuple[Share, ...], memos: tuple[Share, ...], check_number: str
) -> CustomerPaid:
    key = f"payment/{customer.name}/{day}"
    total = sum(cents for _, cents in shares) - sum(cents for _, cents in memos)
    return CustomerPaid(
        key=key,
        txn_date=day,
        at=office_time(day, key),
        customer=customer.name,
        cents=total,
        invoices=shares,
        credits=memos,
        to=UNDEPOSITED if customer.habit.by_check else CHECKING,
        check_number=check_number,
    )


def _deposits(payments: list[CustomerPaid]) -> Iterator[Deposited]:
    batches: defaultdict[date, list[Share]] = defaultdict(list)
    for payment in sorted(payments, key=lambda one: one.key):
        if payment.to == UNDEPOSITED:
            batches[deposit_day(payment.txn_date)].append((payment.key, payment.cents))
    for day, shares in sorted(batches.items()):
        key = f"deposit/{day}"
        yield Deposited(key=key, txn_date=day, at=office_time(day, key), payments=tuple(shares))
