"""The money of a forecast, and how much of it rests on single records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from oodaloo.runway.calculators.hygiene.finding import Basis, Part, open_part
from oodaloo.runway.calculators.residual import HISTORY_WEEKS, full_weeks, unexplained
from oodaloo.runway.model.housekeeping import UnsortedEntry
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.recurring import RecurringFlow
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS, DatedItem, ItemKind

_LEARNED = frozenset({ItemKind.RECURRING, ItemKind.CARD_BALANCE, ItemKind.RESIDUAL})


@dataclass(frozen=True, slots=True)
class ForecastMoney:
    """Cents that the forecast counts on: `total`, and by `part` what is open of documents and undeposited payments.

    By flow key, by card and by side (True: money in) what it has learned from the past and expects within its 13 weeks.
    """

    total: int
    open: Mapping[Part, int]
    by_flow: Mapping[str, int]
    by_card: Mapping[str, int]
    residual: Mapping[bool, int]


def forecast_money(picture: CashPicture, items: Iterable[DatedItem]) -> ForecastMoney:
    """What is counted on, without signs: open invoices and bills gross, undeposited funds, and of the dated items of
    the next 13 weeks all that recurs, card balances and the residual.
    """
    books = picture.books
    parts: dict[Part, int] = {open_part(item.ref): item.open.cents for item in (*books.receivables, *books.payables)}
    documents = sum(parts.values())
    parts |= {open_part(each.ref): each.amount.cents for each in books.housekeeping.waiting}
    undeposited = max(books.undeposited.cents, sum(parts.values()) - documents)
    last = books.as_of + timedelta(days=HORIZON_DAYS)
    cards = {card.ref.id for card in books.cards}
    learned, by_flow, by_card = 0, defaultdict[str, int](int), defaultdict[str, int](int)
    residual = defaultdict[bool, int](int)
    for item in items:
        if item.kind not in _LEARNED or item.dated > last:
            continue
        cents = abs(item.amount.cents)
        learned += cents
        card = next((ref.id for ref in item.records if ref.kind is RecordKind.ACCOUNT and ref.id in cards), None)
        if item.kind is ItemKind.RESIDUAL:
            residual[item.amount.cents > 0] += cents
        elif card is not None:
            by_card[card] += cents
        elif item.flow_key is not None:
            by_flow[item.flow_key] += cents
    return ForecastMoney(documents + undeposited + learned, parts, by_flow, by_card, residual)


def evidence_of(picture: CashPicture, money: ForecastMoney, entries: Sequence[UnsortedEntry]) -> Mapping[Part, int]:
    """Cents that rest on the records of these entries: of a flow's expected money a hit's share of all its hits, of the
    residual a movement's share of all that it was learned from, of a card's payments a charge's share of 13 weeks.
    """
    if not entries:
        return {}
    wanted = frozenset(evidence_part(entry.ref) for entry in entries)
    shares: defaultdict[Part, int] = defaultdict(int)
    found = (
        *_of_flows(picture.recurring, money),
        *_of_residual(picture, money),
        *_of_cards(picture.books, money, entries),
    )
    for ref, cents in found:
        part = evidence_part(ref)
        if part in wanted:
            shares[part] += cents
    return shares


def evidence_part(ref: RecordRef) -> Part:
    """What of the forecast was learned from a record."""
    return Part(Basis.EVIDENCE, ref.kind, ref.id)


def _of_flows(flows: Iterable[RecurringFlow], money: ForecastMoney) -> Iterator[tuple[RecordRef, int]]:
    for flow in flows:
        expected, whole = money.by_flow.get(flow.key, 0), sum(abs(hit.amount.cents) for hit in flow.hits)
        if expected and whole:
            yield from ((hit.ref, expected * abs(hit.amount.cents) // whole) for hit in flow.hits)


def _of_residual(picture: CashPicture, money: ForecastMoney) -> Iterator[tuple[RecordRef, int]]:
    weeks = full_weeks(picture.books)
    learned = [each for each in unexplained(picture.books, picture.recurring) if each.dated in weeks]
    for comes_in in (True, False):
        movements = [each for each in learned if (each.amount.cents > 0) is comes_in]
        expected, whole = money.residual.get(comes_in, 0), sum(abs(each.amount.cents) for each in movements)
        yield from ((each.ref, expected * abs(each.amount.cents) // whole) for each in movements)


def _of_cards(books: Books, money: ForecastMoney, entries: Iterable[UnsortedEntry]) -> Iterator[tuple[RecordRef, int]]:
    since = books.as_of - timedelta(weeks=HISTORY_WEEKS)
    charged = {
        card.ref.id: sum(each.cents for each in card.postings if each.cents > 0 and each.dated > since)
        for card in books.cards
    }
    for entry in entries:
        if entry.card is None or entry.amount.cents > 0 or entry.dated <= since:
            continue
        whole = charged.get(entry.card.id, 0)
        if whole:
            yield entry.ref, money.by_card.get(entry.card.id, 0) * -entry.amount.cents // whole
