"""A picture moved on to a later day, as if all that it expected meanwhile had happened as expected."""

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.window import Window, cents_of
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.robust import median
from oodaloo.runway.model.earmarks import Earmark, EarmarkKind
from oodaloo.runway.model.picture import (
    Books,
    CardAccount,
    CardPosting,
    CashAccount,
    CashPicture,
    Credit,
    OpenItem,
    SettledItem,
)
from oodaloo.runway.model.recurring import FlowClass, FlowSource, Lifecycle, RecurringFlow
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.runway import DatedItem

_DOCUMENT_KINDS = {FlowSource.INVOICE: RecordKind.INVOICE, FlowSource.BILL: RecordKind.BILL}


@dataclass(frozen=True, slots=True)
class Rolled:
    """The moved picture; `awaited` are the stand-ins for documents that flows were expected to issue, by flow key."""

    picture: CashPicture
    awaited: Mapping[str, tuple[OpenItem, ...]]


def rolled_forward(then: CashPicture, window: Window, known_at: datetime) -> Rolled:
    """`then` on the day `window.until`: cash as expected, documents paid that were to be paid, flows one step on.

    Invoices that were to be paid teach habits as if they had been paid then. A document that a flow should have issued
    meanwhile stands among the open ones until the real one takes its place. Cards are charged at their usual
    rate. Spendable is exactly what the projection expected on that day.
    """
    books, today = then.books, window.until
    awaited = {flow.key: _awaited(flow, window, books) for flow in then.recurring}
    invoices = [item for some in awaited.values() for item in some if item.ref.kind is RecordKind.INVOICE]
    bills = [item for some in awaited.values() for item in some if item.ref.kind is RecordKind.BILL]
    moved = replace(
        books,
        as_of=today,
        known_at=known_at,
        undeposited=Money(books.undeposited.cents - cents_of(window.undeposited), books.undeposited.currency),
        cards=tuple(_card(card, then, window) for card in books.cards),
        receivables=(*_still_open(books.receivables, window), *invoices),
        payables=(*_still_open(books.payables, window), *bills),
        unapplied_receipts=_credits_left(books.unapplied_receipts, books.receivables, window),
        vendor_credits=_credits_left(books.vendor_credits, books.payables, window),
        invoices_issued=(*_closed(books.invoices_issued, window), *invoices),
        settled_invoices=(*books.settled_invoices, *_as_if_paid(books.receivables, window)),
        bills_issued=(*_closed(books.bills_issued, window), *bills),
    )
    picture = replace(
        then,
        books_id=id_between(then.books_id, f"rolled to {today}"),
        books=moved,
        recurring=tuple(_flow(flow, today) for flow in then.recurring),
        earmarks=tuple(_earmarks_left(then.earmarks, window)),
        planned=tuple(plan for plan in then.planned if plan.bill not in window.documents),
    )
    missing = window.spendable.cents - picture.spendable.cents
    return Rolled(replace(picture, books=with_more_cash(moved, missing)), awaited)


def id_between(books_id: str, name: str) -> str:
    """An id for books that nobody keeps: another one for every name, so that nothing learned from others is used."""
    return hashlib.sha256(f"{books_id} {name}".encode()).hexdigest()[: len(books_id)]


def with_more_cash(books: Books, cents: int) -> Books:
    """The books with so much more (or less) in their first operating account; without one they stay as they are."""
    first = next((account for account in books.accounts if account.operating), None)
    if first is None or cents == 0:
        return books
    richer = replace(first, balance=Money(first.balance.cents + cents, first.balance.currency))
    accounts: tuple[CashAccount, ...] = tuple(richer if each is first else each for each in books.accounts)
    return replace(books, accounts=accounts)


def _still_open(items: Iterable[OpenItem], window: Window) -> Iterator[OpenItem]:
    return (item for item in items if item.ref not in window.documents)


def _closed(items: Iterable[OpenItem], window: Window) -> Iterator[OpenItem]:
    for item in items:
        yield replace(item, open=Money.zero(item.open.currency)) if item.ref in window.documents else item


def _as_if_paid(items: Iterable[OpenItem], window: Window) -> Iterator[SettledItem]:
    """Evidence of payments as they were expected: documents don't look as if they had never been paid."""
    for item in items:
        expected = window.documents.get(item.ref)
        if expected is not None and not item.due_assumed:
            yield SettledItem(item.ref, item.party, item.issued, item.due, expected.dated, item.total)


def _credits_left(credits_given: Sequence[Credit], items: Iterable[OpenItem], window: Window) -> tuple[Credit, ...]:
    """Credits without what they took off the documents that were to be paid."""
    used: defaultdict[str, int] = defaultdict(int)
    for item in items:
        expected = window.documents.get(item.ref)
        if expected is not None:
            used[party_key(item.party)] += max(0, item.open.cents - abs(expected.amount.cents))
    if not any(used.values()):
        return tuple(credits_given)
    left = []
    for credit in credits_given:
        taken = min(used[party_key(credit.party)], credit.remaining.cents)
        used[party_key(credit.party)] -= taken
        if taken < credit.remaining.cents:
            left.append(replace(credit, remaining=Money(credit.remaining.cents - taken, credit.remaining.currency)))
    return tuple(left)


def _flow(flow: RecurringFlow, today: date) -> RecurringFlow:
    if not flow.upcoming or flow.upcoming[0] > today:
        return flow
    ahead = tuple(day for day in flow.upcoming if day > today)
    return replace(flow, upcoming=ahead, lifecycle=Lifecycle.MATCHED, overdue_since=None)


def _awaited(flow: RecurringFlow, window: Window, books: Books) -> tuple[OpenItem, ...]:
    """What the flow should have issued by now and nobody should have paid yet."""
    if flow.source is FlowSource.MOVEMENT or flow.by_card:
        return ()
    issued = [day for day in flow.upcoming if day <= window.until]
    unpaid = issued[len(window.flows.get(flow.key, ())) :]
    terms = timedelta(days=_terms_days(flow, books)) if unpaid else timedelta()
    amount = abs(flow.typical_amount)
    return tuple(
        OpenItem(
            ref=RecordRef(_DOCUMENT_KINDS[flow.source], f"expected {flow.key} {day}"),
            party=flow.party,
            issued=day,
            due=day + terms,
            total=amount,
            open=amount,
            category=flow.category,
        )
        for day in unpaid
    )


def _terms_days(flow: RecurringFlow, books: Books) -> int:
    refs = {hit.ref for hit in flow.hits}
    issued = books.invoices_issued if flow.source is FlowSource.INVOICE else books.bills_issued
    days = [(item.due - item.issued).days for item in issued if item.ref in refs]
    return max(0, median(days)) if days else flow.settles_after_days


def _card(card: CardAccount, then: CashPicture, window: Window) -> CardAccount:
    """The card after its expected payments, charged at the rate of its usual payment meanwhile."""
    paid = window.cards.get(card.ref, ())
    flow = next((each for each in then.recurring if _pays(each, card)), None)
    days = max(0, (window.until - then.books.as_of).days)
    charged = 0 if flow is None else -flow.typical_amount.cents * days // flow.interval_days
    postings = [*card.postings, *(CardPosting(item.dated, item.amount.cents) for item in paid)]
    if charged:
        postings.append(CardPosting(window.until, charged))
    owed = card.owed.cents + charged + cents_of(paid)
    ordered = tuple(sorted(postings, key=lambda posting: posting.dated))
    return replace(card, owed=Money(owed, card.owed.currency), postings=ordered)


def _pays(flow: RecurringFlow, card: CardAccount) -> bool:
    paying = flow.flow_class is FlowClass.CARD_PAYMENT and flow.typical_amount.cents < 0 and flow.upcoming
    return bool(paying) and flow.category == card.name


def _earmarks_left(earmarks: Sequence[Earmark], window: Window) -> Iterator[Earmark]:
    """Without what the expected payments consumed: the holds of bills that were to be paid, and draws on reserves."""
    spent = {each.purpose for each in earmarks if each.kind is EarmarkKind.HOLD} & set(window.documents)
    drawn = _drawn(window.earmarks, spent)
    for earmark in earmarks:
        if earmark.kind is EarmarkKind.HOLD and earmark.purpose in spent:
            continue
        used = min(drawn.get(earmark.label, 0), earmark.amount.cents)
        drawn[earmark.label] = drawn.get(earmark.label, 0) - used
        if used < earmark.amount.cents:
            yield replace(earmark, amount=Money(earmark.amount.cents - used, earmark.amount.currency))


def _drawn(items: Iterable[DatedItem], spent: Container[object]) -> dict[str, int]:
    """What payments drew on earmarks by their labels, holds that are spent apart."""
    found: defaultdict[str, int] = defaultdict(int)
    for item in items:
        if item.amount.cents > 0 and not any(ref in spent for ref in item.records):
            found[item.label] += item.amount.cents
    return found
