"""How a history begins: what was open on the first day is brought over, what was settled before is left out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from qbo_emulator.scenarios.company.chart import (
    CHECKING,
    OPENING_EQUITY,
    SAVINGS,
    TERM_LOAN,
)
from qbo_emulator.scenarios.company.description import CompanyPlan
from qbo_emulator.scenarios.company.events import (
    BillReceived,
    BillsPaid,
    CreditMemoIssued,
    CustomerPaid,
    Deposited,
    Event,
    InvoiceIssued,
    Journalled,
    VendorCreditReceived,
)
from qbo_emulator.scenarios.company.streams import OFFICE


def opened_at(start: date) -> datetime:
    """Return the moment in which the books were opened: seven in the morning, Chicago."""
    return datetime(start.year, start.month, start.day, 7, tzinfo=OFFICE)


def opening_entry(plan: CompanyPlan, start: date) -> Journalled:
    """Return the journal entry that brings over the balances which no document carries."""
    owned = ((CHECKING, plan.treasury.checking_cents), (SAVINGS, plan.treasury.savings_cents))
    lines = (*owned, *plan.owned, (TERM_LOAN, -plan.loan.owed_cents))
    rest = (OPENING_EQUITY, -sum(cents for _, cents in lines))
    return Journalled(key="opening", txn_date=start, at=opened_at(start), lines=(*lines, rest), note="Opening balances")


def bring_over(events: Sequence[Event], start: date) -> list[Event]:
    """Return the events from the first day on, with documents still open then typed in on that day.

    A document that was paid in part before the first day comes over with the part that was still open.
    """
    kept = [event for event in events if event.txn_date >= start]
    still_open = _still_open_cents(kept)
    earlier = (event for event in events if event.txn_date < start and event.key in still_open)
    imported = [_typed_in(event, still_open[event.key], start) for event in sorted(earlier, key=_by_date)]
    kept_payments = {event.key for event in kept if isinstance(event, CustomerPaid)}
    spaced = [replace(event, at=event.at + timedelta(seconds=9 * n)) for n, event in enumerate(imported, start=20)]
    return [
        *spaced,
        *(_without_earlier_checks(event, kept_payments) for event in kept if not _is_empty(event, kept_payments)),
    ]


def _still_open_cents(kept: Sequence[Event]) -> dict[str, int]:
    cents: defaultdict[str, int] = defaultdict(int)
    for event in kept:
        match event:
            case CustomerPaid():
                shares = (*event.invoices, *event.credits)
            case BillsPaid():
                shares = (*event.bills, *event.credits)
            case _:
                continue
        for key, part in shares:
            cents[key] += part
    return cents


def _typed_in(event: Event, cents: int, start: date) -> Event:
    match event:
        case InvoiceIssued() | BillReceived() | CreditMemoIssued() | VendorCreditReceived():
            return replace(event, cents=cents, at=opened_at(start))
    raise AssertionError(f"{event.key} is no document that a payment could settle")


def _without_earlier_checks(event: Event, kept_payments: set[str]) -> Event:
    if not isinstance(event, Deposited):
        return event
    return replace(event, payments=tuple(share for share in event.payments if share[0] in kept_payments))


def _is_empty(event: Event, kept_payments: set[str]) -> bool:
    return isinstance(event, Deposited) and not any(key in kept_payments for key, _ in event.payments)


def _by_date(event: Event) -> tuple[date, str]:
    return (event.txn_date, event.key)
