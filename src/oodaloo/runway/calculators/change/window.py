"""What a forecast expected of the days up to another picture's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.picture import CardAccount
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.runway import DatedItem, ItemKind

_DOCUMENTS = frozenset({ItemKind.RECEIVABLE, ItemKind.PAYABLE})


@dataclass(frozen=True, slots=True)
class Window:
    """The expected items up to and including `until`, by what they rest on; `spendable` is what would be left then.

    `later` and `flows_later` are what was expected of documents and flows after these days. `earmarks` move spendable
    but no cash. `rest` holds what rests on nothing that can be matched: the residual and suppositions.
    """

    until: date
    spendable: Money
    documents: Mapping[RecordRef, DatedItem]
    later: Mapping[RecordRef, DatedItem]
    flows: Mapping[str, tuple[DatedItem, ...]]
    flows_later: Mapping[str, tuple[DatedItem, ...]]
    cards: Mapping[RecordRef, tuple[DatedItem, ...]]
    undeposited: tuple[DatedItem, ...]
    earmarks: tuple[DatedItem, ...]
    rest: tuple[DatedItem, ...]


def window_of(then: Assessment, until: date) -> Window:
    """What `then` expected up to `until`; beyond its horizon it expected nothing."""
    days = [day for day in then.projection.days if day.day <= until]
    documents: dict[RecordRef, DatedItem] = {}
    behind = [item for day in then.projection.days if day.day > until for item in day.items]
    flows_later: defaultdict[str, list[DatedItem]] = defaultdict(list)
    for item in behind:
        if item.kind is ItemKind.RECURRING and item.flow_key is not None:
            flows_later[item.flow_key].append(item)
    flows: defaultdict[str, list[DatedItem]] = defaultdict(list)
    cards: defaultdict[RecordRef, list[DatedItem]] = defaultdict(list)
    others: defaultdict[ItemKind, list[DatedItem]] = defaultdict(list)
    for item in (item for day in days for item in day.items):
        card = _card_of(item, then.picture.books.cards)
        if card is not None:
            cards[card].append(item)
        elif item.kind in _DOCUMENTS:
            documents[item.records[0]] = item
        elif item.kind is ItemKind.RECURRING and item.flow_key is not None:
            flows[item.flow_key].append(item)
        else:
            others[item.kind].append(item)
    undeposited = tuple(others.pop(ItemKind.UNDEPOSITED, ()))
    earmarks = tuple(others.pop(ItemKind.EARMARK, ()))
    return Window(
        until=until,
        spendable=days[-1].spendable if days else then.projection.opening,
        documents=documents,
        later={item.records[0]: item for item in behind if item.kind in _DOCUMENTS},
        flows={key: tuple(items) for key, items in flows.items()},
        flows_later={key: tuple(items) for key, items in flows_later.items()},
        cards={ref: tuple(items) for ref, items in cards.items()},
        undeposited=undeposited,
        earmarks=earmarks,
        rest=tuple(item for items in others.values() for item in items),
    )


def cents_of(items: Iterable[DatedItem]) -> int:
    """What the items add up to."""
    return sum(item.amount.cents for item in items)


def _card_of(item: DatedItem, cards: Iterable[CardAccount]) -> RecordRef | None:
    """The card whose balance the item pays."""
    if not item.records or item.records[0].kind is not RecordKind.ACCOUNT:
        return None
    return next((card.ref for card in cards if card.ref == item.records[0]), None)
