"""Invoices that are open far longer than their customer ever took: paid and not recorded, or never to be paid."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.hygiene.finding import Finding, document_text, rests_on_open
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.payment_timing import Habits, habits_of
from oodaloo.runway.model.hygiene import IssueKind, SettleInvoice
from oodaloo.runway.model.picture import Books, CashMovement, MovementKind, OpenItem, SettledItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import Drop, Scenario
from oodaloo.runway.model.wording import day_text, days_text, money_text

NOBODY_KNOWN_DAYS = 180
"""Without any paid invoice to compare with, half a year late is far."""

_COMPARED_WITH = 3
_BEYOND_DAYS = 30
_AT_LEAST_DAYS = 45


@dataclass(frozen=True, slots=True)
class _Past:
    """How late invoices were paid, when each customer's were settled by issue date, and receipts by amount."""

    habits: Habits
    settled: Mapping[str, Sequence[date]]
    receipts: Mapping[Money, Sequence[CashMovement]]
    today: date


def stale_invoice_findings(books: Books, spoken_for: Collection[RecordRef] = ()) -> Iterator[Finding]:
    """Invoices at least 45 days late that are 30 days and half as late again later than this customer ever paid.

    A customer of whom fewer than three paid invoices are known is compared with all customers together; where those
    are fewer than three as well, half a year late is stale. Invoices in `spoken_for` are left out: money that lies
    there unapplied settles them.
    """
    past = _Past(habits_of(books.settled_invoices), _issue_days(books.settled_invoices), _receipts(books), books.as_of)
    for invoice in books.receivables:
        late = (books.as_of - invoice.due).days
        if late < _AT_LEAST_DAYS or invoice.ref in spoken_for:
            continue
        latest, whose = _latest_ever(invoice, past.habits)
        longest = NOBODY_KNOWN_DAYS if latest is None else latest + max(_BEYOND_DAYS, latest // 2)
        if late > longest:
            yield _stale(invoice, late, latest, whose, past)


def _latest_ever(invoice: OpenItem, habits: Habits) -> tuple[int | None, str]:
    """The longest lateness of the customer (never less than none), else of everyone."""
    own = habits.of(invoice.party)
    if len(own) >= _COMPARED_WITH:
        return max(0, own[-1]), f"{invoice.party.name} never paid"
    if len(habits.everyone) >= _COMPARED_WITH:
        return max(0, habits.everyone[-1]), "no customer ever paid"
    return None, ""


def _stale(invoice: OpenItem, late: int, latest: int | None, whose: str, past: _Past) -> Finding:
    amount = money_text(invoice.open, cents=True)
    usual = "no payment shows what is usual" if latest is None else f"{whose} more than {days_text(latest)} late"
    issued = past.settled.get(party_key(invoice.party), ())
    later = len(issued) - bisect_left(issued, invoice.issued)
    since = f" {later} later ones are paid." if later > 1 else " A later one is paid." if later else ""
    alike = next((each for each in past.receipts.get(invoice.open, ()) if each.dated >= invoice.issued), None)
    seen = f" The same amount came in on {day_text(alike.dated)} as something else." if alike else ""
    return Finding(
        kind=IssueKind.STALE_INVOICE,
        records=(invoice.ref,),
        related=(alike.ref,) if alike else (),
        party=invoice.party,
        rests=rests_on_open(invoice),
        fix=SettleInvoice(invoice.ref, alike.ref if alike else None),
        sentence=(
            f"{document_text(invoice)} has {amount} open and is {days_text(late)} late; {usual}.{since}{seen} "
            "Paid and not recorded, or not coming."
        ),
        if_wrong=Scenario((Drop(invoice.ref),)),
    )


def _issue_days(settled: Sequence[SettledItem]) -> Mapping[str, Sequence[date]]:
    days: defaultdict[str, list[date]] = defaultdict(list)
    for item in settled:
        days[party_key(item.party)].append(item.issued)
    return {key: sorted(some) for key, some in days.items()}


def _receipts(books: Books) -> Mapping[Money, Sequence[CashMovement]]:
    """Receipts that were booked as no customer's payment, by amount and in order of date."""
    by_amount: defaultdict[Money, list[CashMovement]] = defaultdict(list)
    for movement in books.movements:
        if movement.kind is MovementKind.OTHER_RECEIPT:
            by_amount[movement.amount].append(movement)
    return by_amount
