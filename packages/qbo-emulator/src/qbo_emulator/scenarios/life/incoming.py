"""What comes to a company by itself, a month at a time: billing, vendors' bills, charges, payroll, the loan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from qbo_emulator.scenarios.company.business_days import in_month, months_before
from qbo_emulator.scenarios.company.description import CompanyPlan, Span, VendorPlan
from qbo_emulator.scenarios.company.events import BillReceived, Event, InvoiceIssued, Spent
from qbo_emulator.scenarios.company.history import foreseen
from qbo_emulator.scenarios.company.payroll import plan_payroll
from qbo_emulator.scenarios.company.purchasing import bill_days, bill_of, vendor_credit
from qbo_emulator.scenarios.company.sales import credit_memo, plan_billing
from qbo_emulator.scenarios.company.spending import loan_payments, plan_spending
from qbo_emulator.scenarios.company.streams import office_time, stream

_LONGEST_DELAY_DAYS = 25
_MISTYPED_SHARE, _TYPED_TWICE_SHARE = 0.03, 0.012
_TYPED_TWICE_DAYS, _TYPED_TWICE_FROM_CENTS = 4, 50_000


def incoming(plan: CompanyPlan, history: Span, month: date, *, with_slips: bool) -> list[Event]:
    """Return what is entered in the month of that day and dated after the history, in order of time.

    Billing, payroll and the loan continue as the history planned them; the rest is drawn anew for each bill and
    month, so that no month depends on how those before it were lived. With slips, some bills are mistyped.
    """
    whole = Span(month.replace(day=1), in_month(month.year, month.month, 31))
    events = (
        *_billing(plan, history, whole),
        *_bills(plan, history, whole, with_slips=with_slips),
        *_spending(plan, history, whole),
        *plan_payroll(plan.payroll, plan.seed, Span(history.start, whole.end)),
    )
    entered = (event for event in events if whole.start <= event.at.date() <= whole.end)
    return sorted((event for event in entered if event.at.date() > history.end), key=lambda one: (one.at, one.key))


def _billing(plan: CompanyPlan, history: Span, month: Span) -> Iterator[Event]:
    shares = {customer.name: customer.credit_share for customer in plan.customers}
    since = max(history.end, month.start - timedelta(days=_LONGEST_DELAY_DAYS))
    for invoice in plan_billing(plan, Span(foreseen(history).start, month.end)):
        if invoice.txn_date > since:
            yield invoice
            yield from _forgiven(plan.seed, invoice, shares[invoice.customer])


def _forgiven(seed: int, invoice: InvoiceIssued, share: float) -> Iterator[Event]:
    dice = stream(seed, "forgiven", invoice.key)
    if dice.random() < share:
        yield credit_memo(invoice, dice)


def _bills(plan: CompanyPlan, history: Span, month: Span, *, with_slips: bool) -> Iterator[Event]:
    calendar = Span(foreseen(history).start, month.end)
    since = max(history.end, month.start - timedelta(days=_LONGEST_DELAY_DAYS))
    for vendor in plan.vendors:
        # Counting skipped days too keeps numbers above those that the history used.
        for number, day in enumerate(bill_days(vendor, calendar), start=1):
            if day > since:
                yield from _bill(plan.seed, vendor, number, day, with_slips=with_slips)


def _bill(seed: int, vendor: VendorPlan, number: int, day: date, *, with_slips: bool) -> Iterator[Event]:
    dice = stream(seed, "bill", vendor.name, str(number))
    if dice.random() < vendor.skip_share:
        return
    came = bill_of(vendor, number, day, dice)
    credited, slip = dice.random() < vendor.credit_share, dice.random()
    if with_slips and slip < _MISTYPED_SHARE and vendor.terms.due_days:
        came = replace(came, due_date=came.txn_date, with_terms=False)
    yield came
    if credited:
        yield vendor_credit(came, dice)
    if with_slips and 1 - slip < _TYPED_TWICE_SHARE and came.cents >= _TYPED_TWICE_FROM_CENTS and came.doc_number:
        yield _typed_again(came)


def _typed_again(bill: BillReceived) -> BillReceived:
    key, again = f"{bill.key}/again", bill.at.date() + timedelta(days=_TYPED_TWICE_DAYS)
    day = bill.txn_date + timedelta(days=1)
    return replace(bill, key=key, txn_date=day, at=office_time(again, key), doc_number=f"{bill.doc_number}-A")


def _spending(plan: CompanyPlan, history: Span, month: Span) -> Iterator[Event]:
    """What is dated on a weekend at a month's end is entered in the next month."""
    yield from (one for one in loan_payments(plan.loan, Span(history.start, month.end)) if one.txn_date > history.end)
    for first in (months_before(month.start, 1), month.start):
        dated = Span(first, in_month(first.year, first.month, 31))
        own = replace(plan, seed=stream(plan.seed, "spending", first.isoformat()).getrandbits(31))
        yield from (one for one in plan_spending(own, dated) if _is_new(one, history.end))


def _is_new(event: Event, end: date) -> bool:
    return isinstance(event, Spent) and event.txn_date > end and not event.key.startswith("loan/")
