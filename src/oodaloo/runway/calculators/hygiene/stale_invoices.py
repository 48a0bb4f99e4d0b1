"""Invoices that are open far longer than their customer ever took: paid and not recorded, or never to be paid."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oodaloo.runway.calculators.hygiene.finding import Finding, document_text, rests_on_open
from oodaloo.runway.calculators.hygiene.other_receipts import Claim, look_alike
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.payment_timing import Habits, habits_of
from oodaloo.runway.model.hygiene import IssueKind, SettleInvoice
from oodaloo.runway.model.picture import Books, CashMovement, OpenItem, SettledItem
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import Drop, Scenario
from oodaloo.runway.model.wording import day_text, days_text, money_text

NOBODY_KNOWN_DAYS = 180
"""Without any paid invoice to compare with, half a year late is far."""

_COMPARED_WITH = 3
_BEYOND_DAYS = 30
_AT_LEAST_DAYS = 45


@dataclass(frozen=True, slots=True)
class _Late:
    """An invoice that is stale: how late it is, and the longest lateness that it is compared with, with whose it is."""

    invoice: OpenItem
    days: int
    latest: int | None
    whose: str


def stale_invoice_findings(books: Books, spoken_for: Collection[RecordRef] = ()) -> Iterator[Finding]:
    """Invoices at least 45 days late, and later than this customer ever paid by more than 30 days (or by more than half
    of that lateness, where that is longer).

    A customer of whom fewer than three paid invoices are known is compared with all customers together; where those
    are fewer than three as well, half a year late is stale. Invoices in `spoken_for` are left out: money that lies
    there unapplied settles them.
    """
    habits, issued = habits_of(books.settled_invoices), _issue_days(books.settled_invoices)
    judged = (_judged(invoice, habits, books.as_of) for invoice in books.receivables if invoice.ref not in spoken_for)
    stale = [late for late in judged if late is not None]
    claims = (Claim(late.invoice.issued, late.invoice.ref, late.invoice.open) for late in stale)
    received = look_alike(books, claims)
    for late in stale:
        paid_since = issued.get(party_key(late.invoice.party), ())
        later = len(paid_since) - bisect_left(paid_since, late.invoice.issued)
        yield _stale(late, later, received.get(late.invoice.ref))


def _judged(invoice: OpenItem, habits: Habits, today: date) -> _Late | None:
    """None for an invoice that isn't stale."""
    late = (today - invoice.due).days
    if late < _AT_LEAST_DAYS:
        return None
    latest, whose = _latest_ever(invoice, habits)
    longest = NOBODY_KNOWN_DAYS if latest is None else latest + max(_BEYOND_DAYS, latest // 2)
    return _Late(invoice, late, latest, whose) if late > longest else None


def _latest_ever(invoice: OpenItem, habits: Habits) -> tuple[int | None, str]:
    """The longest lateness of the customer (never less than none), else of everyone."""
    own = habits.of(invoice.party)
    if len(own) >= _COMPARED_WITH:
        return max(0, own[-1]), f"{invoice.party.name} never paid"
    if len(habits.everyone) >= _COMPARED_WITH:
        return max(0, habits.everyone[-1]), "no customer ever paid"
    return None, ""


def _stale(late: _Late, later_paid: int, alike: CashMovement | None) -> Finding:
    invoice, latest = late.invoice, late.latest
    amount = money_text(invoice.open, cents=True)
    usual = "no payment shows what is usual" if latest is None else f"{late.whose} more than {days_text(latest)} late"
    since = f" {later_paid} later ones are paid." if later_paid > 1 else " A later one is paid." if later_paid else ""
    seen = f" The same amount came in on {day_text(alike.dated)} as something else." if alike else ""
    return Finding(
        kind=IssueKind.STALE_INVOICE,
        records=(invoice.ref,),
        related=(alike.ref,) if alike else (),
        party=invoice.party,
        rests=rests_on_open(invoice),
        fix=SettleInvoice(invoice.ref, alike.ref if alike else None),
        sentence=(
            f"{document_text(invoice)} has {amount} open and is {days_text(late.days)} late; {usual}.{since}{seen} "
            "Paid and not recorded, or not coming."
        ),
        if_wrong=Scenario((Drop(invoice.ref),)),
    )


def _issue_days(settled: Sequence[SettledItem]) -> Mapping[str, Sequence[date]]:
    days: defaultdict[str, list[date]] = defaultdict(list)
    for item in settled:
        days[party_key(item.party)].append(item.issued)
    return {key: sorted(some) for key, some in days.items()}
