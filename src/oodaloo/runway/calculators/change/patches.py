"""Pictures between two pictures: one part of the earlier one after another replaced by the later one's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.change.rolled import id_between, with_more_cash
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.model.earmarks import Earmark, PlannedDay
from oodaloo.runway.model.picture import Books, CardAccount, CashPicture, Credit, OpenItem, SettledItem
from oodaloo.runway.model.recurring import RecurringFlow, Residual
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.scenario import Suppositions

_OfParty = TypeVar("_OfParty", bound=Credit | SettledItem)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided and what is supposed."""

    earmarks: tuple[Earmark, ...]
    planned: tuple[PlannedDay, ...]
    supposed: Suppositions


@dataclass(frozen=True, slots=True)
class Patch:
    """Replacements in a picture; None removes. Documents go by reference, credits and settled invoices by customer
    or vendor, flows by their key; `cash` and `undeposited` are added cents. `history` and `recurring` bring everything
    that habits are learned from.
    """

    invoices: Mapping[RecordRef, OpenItem | None] = field(default_factory=dict)
    bills: Mapping[RecordRef, OpenItem | None] = field(default_factory=dict)
    receipts: Mapping[str, tuple[Credit, ...]] = field(default_factory=dict)
    vendor_credits: Mapping[str, tuple[Credit, ...]] = field(default_factory=dict)
    cash: int = 0
    undeposited: int = 0
    flows: Mapping[str, RecurringFlow | None] = field(default_factory=dict)
    cards: Mapping[RecordRef, CardAccount | None] = field(default_factory=dict)
    settled: Mapping[str, tuple[SettledItem, ...]] = field(default_factory=dict)
    history: Books | None = None
    recurring: tuple[RecurringFlow, ...] | None = None
    residual: Residual | None = None
    decisions: Decisions | None = None
    buffer: Money | None = None


NOTHING = Patch()


def patched(picture: CashPicture, patch: Patch, name: str) -> CashPicture:
    """The picture with the patch's replacements; a valid picture by itself, told from others by `name`."""
    books = picture.books
    if patch.invoices:
        issued = _documents(books.invoices_issued, patch.invoices)
        books = replace(books, invoices_issued=issued, receivables=_still_open(books.receivables, patch.invoices))
    if patch.bills:
        issued = _documents(books.bills_issued, patch.bills)
        books = replace(books, bills_issued=issued, payables=_still_open(books.payables, patch.bills))
    if patch.history is not None:
        books = _with_history(books, patch.history)
    business = books.business if patch.buffer is None else replace(books.business, buffer=patch.buffer)
    undeposited = Money(books.undeposited.cents + patch.undeposited, books.undeposited.currency)
    books = replace(
        books,
        business=business,
        undeposited=undeposited,
        unapplied_receipts=_by_party(books.unapplied_receipts, patch.receipts),
        vendor_credits=_by_party(books.vendor_credits, patch.vendor_credits),
        settled_invoices=_by_party(books.settled_invoices, patch.settled),
        cards=_cards(books.cards, patch.cards),
    )
    decided = patch.decisions or Decisions(picture.earmarks, picture.planned, picture.supposed)
    return replace(
        picture,
        books_id=id_between(picture.books_id, name),
        books=with_more_cash(books, patch.cash),
        recurring=_flows(picture.recurring, patch.flows) if patch.recurring is None else patch.recurring,
        residual=patch.residual or picture.residual,
        earmarks=decided.earmarks,
        planned=decided.planned,
        supposed=decided.supposed,
    )


def by_party(items: Iterable[_OfParty]) -> dict[str, tuple[_OfParty, ...]]:
    """Credits or settled documents by their customer or vendor."""
    found: defaultdict[str, list[_OfParty]] = defaultdict(list)
    for item in items:
        found[party_key(item.party)].append(item)
    return {key: tuple(some) for key, some in found.items()}


def _documents(items: Iterable[OpenItem], patch: Mapping[RecordRef, OpenItem | None]) -> tuple[OpenItem, ...]:
    kept = [item for item in items if item.ref not in patch]
    added = [item for item in patch.values() if item is not None]
    return tuple(sorted((*kept, *added), key=lambda item: item.issued))


def _still_open(items: Iterable[OpenItem], patch: Mapping[RecordRef, OpenItem | None]) -> tuple[OpenItem, ...]:
    return tuple(item for item in _documents(items, patch) if item.open.cents)


def _by_party(items: Sequence[_OfParty], patch: Mapping[str, tuple[_OfParty, ...]]) -> tuple[_OfParty, ...]:
    kept = tuple(item for item in items if party_key(item.party) not in patch)
    return kept + tuple(item for some in patch.values() for item in some)


def _cards(cards: Iterable[CardAccount], patch: Mapping[RecordRef, CardAccount | None]) -> tuple[CardAccount, ...]:
    kept = [patch.get(card.ref, card) for card in cards]
    known = {card.ref for card in kept if card is not None}
    return (
        *(card for card in kept if card is not None),
        *(card for ref, card in patch.items() if card is not None and ref not in known),
    )


def _flows(flows: Iterable[RecurringFlow], patch: Mapping[str, RecurringFlow | None]) -> tuple[RecurringFlow, ...]:
    """A flow in its old place; new ones behind the others."""
    rest = dict(patch)
    kept = [rest.pop(flow.key, None) if flow.key in patch else flow for flow in flows]
    return tuple(flow for flow in (*kept, *rest.values()) if flow is not None)


def _with_history(books: Books, history: Books) -> Books:
    return replace(
        books,
        settled_invoices=history.settled_invoices,
        settled_bills=history.settled_bills,
        movements=history.movements,
        part_receipts=history.part_receipts,
    )
