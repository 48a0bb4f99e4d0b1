"""What recurring flows, cards and everything that nothing explains did to a forecast."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from oodaloo.runway.calculators.change import told
from oodaloo.runway.calculators.change.causes import Candidate
from oodaloo.runway.calculators.change.happened import FlowPair, Happened, Owner, Side
from oodaloo.runway.calculators.change.patches import Patch
from oodaloo.runway.calculators.change.rolled import Rolled
from oodaloo.runway.calculators.change.window import Window, cents_of
from oodaloo.runway.model.change import CauseKind
from oodaloo.runway.model.picture import CardAccount, CashMovement, CashPicture, OpenItem
from oodaloo.runway.model.recurring import FlowClass, Lifecycle, RecurringFlow
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS

_LATEST_HITS = 3


@dataclass(frozen=True, slots=True)
class _Between:
    """All that the causes below are told from; `cards` are the names of those with an account in either picture."""

    rolled: Rolled
    now: CashPicture
    window: Window
    happened: Happened
    cards: frozenset[str]

    def moved(self, side: Side, key: str) -> tuple[CashMovement, ...]:
        """The new movements of an owner."""
        owner: Owner = side, key
        return self.happened.movements.get(owner, ())


def flow_causes(rolled: Rolled, now: CashPicture, window: Window, happened: Happened) -> Iterator[Candidate]:
    """Per flow and card what differs from what was expected of it, and what nothing explains on either side."""
    cards = frozenset(card.name for card in (*rolled.picture.books.cards, *now.books.cards))
    between = _Between(rolled, now, window, happened, cards)
    flows = {flow.key: flow for flow in rolled.picture.recurring}
    pairs = [FlowPair(None if pair.then is None else flows[pair.then.key], pair.now) for pair in happened.flows]
    by_card = {name: [pair for pair in pairs if _card_name(pair, between) == name] for name in sorted(cards)}
    found = [_flow_cause(pair, between) for pair in pairs if _card_name(pair, between) is None]
    found += [_card_cause(name, some, between) for name, some in by_card.items()]
    yield from (cause for cause in found if cause is not None)
    unpaid = {pair.now.category for pair in pairs if pair.now is not None and _pays_card(pair.now)}
    yield from _unexplained(between, unpaid)


def _card_name(pair: FlowPair, between: _Between) -> str | None:
    """The card with an account that the flow pays, if it pays one."""
    flows = (flow for flow in (pair.now, pair.then) if flow is not None and _pays_card(flow))
    return next((flow.category for flow in flows if flow.category in between.cards), None)


def _pays_card(flow: RecurringFlow) -> bool:
    return flow.flow_class is FlowClass.CARD_PAYMENT and flow.typical_amount.cents < 0


def _flow_cause(pair: FlowPair, between: _Between) -> Candidate | None:
    flow = pair.now or pair.then
    expected = between.window.flows.get(pair.then.key, ()) if pair.then else ()
    moved, documents = _moved(pair, between), _documents(pair, between)
    cash = sum(movement.amount.cents for movement in moved) - cents_of(expected)
    end = between.now.books.as_of + timedelta(days=HORIZON_DAYS)
    if flow is None or (not documents and not cash and _outlook(pair.then, end) == _outlook(pair.now, end)):
        return None
    kind = _kind(pair)
    return Candidate(
        kind=kind,
        patch=Patch(
            invoices={ref: item for ref, item in documents.items() if ref.kind is RecordKind.INVOICE},
            bills={ref: item for ref, item in documents.items() if ref.kind is not RecordKind.INVOICE},
            cash=cash,
            flows=_replacement([pair]),
        ),
        cents=abs(cash) + abs(_ahead_cents(pair.now, end) - _ahead_cents(pair.then, end)),
        parties=(flow.party,),
        records=_records(moved, documents) or tuple(hit.ref for hit in flow.hits[-_LATEST_HITS:]),
        tell=partial(told.flow, kind, pair.then, pair.now, tuple(expected), moved or _real(documents)),
    )


def _moved(pair: FlowPair, between: _Between) -> tuple[CashMovement, ...]:
    own = between.moved(Side.FLOW, pair.then.key) if pair.then else ()
    if pair.now is None:
        return own
    new = between.moved(Side.NEW_FLOW, pair.now.key) if pair.then is None else ()
    without_account = between.moved(Side.CARD, pair.now.category) if _pays_card(pair.now) else ()
    return (*own, *new, *without_account)


def _documents(pair: FlowPair, between: _Between) -> dict[RecordRef, OpenItem | None]:
    """The stand-ins for documents that were awaited, which go, and the real ones that came."""
    if pair.then is None:
        return {}
    key, happened = pair.then.key, between.happened
    awaited: dict[RecordRef, OpenItem | None] = {item.ref: None for item in between.rolled.awaited.get(key, ())}
    came = [ref for ref, flow_key in happened.flow_of.items() if flow_key == key]
    return awaited | {ref: happened.invoices.now.get(ref) or happened.bills.now[ref] for ref in came}


def _real(documents: Mapping[RecordRef, OpenItem | None]) -> tuple[OpenItem, ...]:
    return tuple(item for item in documents.values() if item is not None)


def _kind(pair: FlowPair) -> CauseKind:
    then, now = pair.then, pair.now
    if now is None or now.lifecycle is Lifecycle.ENDED:
        return CauseKind.RECURRING_ENDED
    if then is None or then.lifecycle is Lifecycle.ENDED:
        return CauseKind.RECURRING_NEW
    if now.overdue_since is not None and now.overdue_since != then.overdue_since:
        return CauseKind.RECURRING_MISSED
    if then.rhythm is not now.rhythm or then.typical_amount != now.typical_amount:
        return CauseKind.RECURRING_CHANGED
    return CauseKind.RECURRING_MATCHED


def _outlook(flow: RecurringFlow | None, end: date) -> tuple[object, ...]:
    """What of a flow decides its future; empty when it has none."""
    ahead = () if flow is None else tuple(day for day in flow.upcoming if day <= end)
    if flow is None or not ahead:
        return ()
    sizes = (flow.typical_amount, flow.low_amount, flow.high_amount)
    return (ahead, sizes, flow.settles_after_days, flow.by_card, flow.flow_class)


def _ahead_cents(flow: RecurringFlow | None, end: date) -> int:
    return 0 if flow is None else flow.typical_amount.cents * sum(day <= end for day in flow.upcoming)


def _replacement(pairs: list[FlowPair]) -> dict[str, RecurringFlow | None]:
    gone: dict[str, RecurringFlow | None] = {pair.then.key: None for pair in pairs if pair.then is not None}
    return gone | {pair.now.key: pair.now for pair in pairs if pair.now is not None}


def _records(moved: tuple[CashMovement, ...], documents: Mapping[RecordRef, OpenItem | None]) -> tuple[RecordRef, ...]:
    real = [ref for ref, item in documents.items() if item is not None]
    return tuple(dict.fromkeys([*real, *(movement.ref for movement in moved)]))


def _card_cause(name: str, pairs: list[FlowPair], between: _Between) -> Candidate | None:
    rolled, now = (_card(name, picture) for picture in (between.rolled.picture, between.now))
    expected = () if rolled is None else between.window.cards.get(rolled.ref, ())
    moved = between.moved(Side.CARD, name)
    cash = sum(movement.amount.cents for movement in moved) - cents_of(expected)
    end = between.now.books.as_of + timedelta(days=HORIZON_DAYS)
    if not cash and rolled == now and all(_outlook(pair.then, end) == _outlook(pair.now, end) for pair in pairs):
        return None
    cards: dict[RecordRef, CardAccount | None] = {} if rolled is None else {rolled.ref: None}
    cards |= {} if now is None else {now.ref: now}
    owed = (0 if now is None else now.owed.cents) - (0 if rolled is None else rolled.owed.cents)
    return Candidate(
        kind=CauseKind.CARD,
        patch=Patch(cash=cash, cards=cards, flows=_replacement(pairs)),
        cents=max(abs(cash), abs(owed)),
        parties=(Party(None, name),),
        records=(*cards, *(movement.ref for movement in moved)),
        tell=partial(told.card, name, tuple(expected), moved, rolled, now),
    )


def _card(name: str, picture: CashPicture) -> CardAccount | None:
    return next((card for card in picture.books.cards if card.name == name), None)


def _unexplained(between: _Between, cards_with_flows: set[str]) -> Iterator[Candidate]:
    """Deposits of what was received before, other receipts and spending, and what was entered late."""
    yield from _undeposited(between)
    cards = [
        movement
        for (side, name), some in between.happened.movements.items()
        if side is Side.CARD and name not in between.cards and name not in cards_with_flows
        for movement in some
    ]
    other = (*between.moved(Side.OTHER, ""), *cards)
    usual = cents_of(between.window.rest)
    cash = sum(movement.amount.cents for movement in other) - usual
    if cash:
        yield Candidate(
            kind=CauseKind.OTHER_MONEY,
            patch=Patch(cash=cash),
            cents=abs(cash),
            parties=(),
            records=tuple(movement.ref for movement in other),
            tell=partial(told.other_money, tuple(between.window.rest), other),
        )
    late = between.moved(Side.ENTERED_LATE, "")
    if late:
        cash = sum(movement.amount.cents for movement in late)
        yield Candidate(
            kind=CauseKind.CORRECTED,
            patch=Patch(cash=cash),
            cents=abs(cash),
            parties=(),
            records=tuple(movement.ref for movement in late),
            tell=partial(told.entered_late, late, between.happened.since),
        )


def _undeposited(between: _Between) -> Iterator[Candidate]:
    moved = between.moved(Side.UNDEPOSITED, "")
    cash = sum(movement.amount.cents for movement in moved) - cents_of(between.window.undeposited)
    told_apart = sum(receipt.amount.cents for some in between.happened.waiting.values() for receipt in some)
    lies = between.now.books.undeposited.cents - told_apart
    change = lies - between.rolled.picture.books.undeposited.cents
    if cash or change:
        yield Candidate(
            kind=CauseKind.UNDEPOSITED,
            patch=Patch(cash=cash, undeposited=change),
            cents=max(abs(cash), abs(change)),
            parties=(),
            records=(*between.now.books.undeposited_accounts, *(movement.ref for movement in moved)),
            tell=partial(told.undeposited, between.now.books.undeposited),
        )
