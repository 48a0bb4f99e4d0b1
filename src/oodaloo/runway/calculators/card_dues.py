"""When credit card balances are due, from how each card was paid before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.card_statements import statement_lag_days, statement_payments
from oodaloo.runway.model.picture import Books, CardAccount, CashPicture, MovementKind
from oodaloo.runway.model.recurring import FlowClass, RecurringFlow
from oodaloo.runway.model.reference import Party
from oodaloo.runway.model.runway import DatedItem, ItemKind, LeftOut
from oodaloo.runway.model.wording import day_text, money_text

STATEMENT_DAYS = 30
"""A card statement's usual period, used only where past payments show no rhythm; the item says so."""

_CARRIED_OVER_PAYMENTS = 2


@dataclass(frozen=True, slots=True)
class CardDue:
    """One card's dated payments over 52 weeks, and the part of its balance that no usual payment reaches."""

    items: tuple[DatedItem, ...]
    left_out: LeftOut | None


def card_dues(picture: CashPicture) -> Iterator[CardDue]:
    """What each card takes from cash, and when.

    A card paid in full by statement goes on so: what its next statements hold, then the usual rate of charges. A card
    paid regularly but not in full goes on at the usual amount: up to two payments' worth of balance is inside the
    next two payments, more than that is carried on and stands apart. A card without rhythm is due once, in full, 30
    days after its last payment.
    """
    flows = {flow.category: flow for flow in picture.recurring if _is_card_flow(flow)}
    for card in picture.books.cards:
        flow = flows.get(card.name)
        if flow is not None:
            lag_days = statement_lag_days(card, flow)
            yield _regular(card, flow) if lag_days is None else _by_statement(card, flow, lag_days, picture.books.as_of)
        elif card.owed.cents > 0:
            yield _once(card, picture.books)


def is_dated_with_its_card(flow: RecurringFlow, books: Books) -> bool:
    """Whether `card_dues` speaks for this flow already."""
    return _is_card_flow(flow) and any(card.name == flow.category for card in books.cards)


def _is_card_flow(flow: RecurringFlow) -> bool:
    return flow.flow_class is FlowClass.CARD_PAYMENT and flow.typical_amount.cents < 0 and bool(flow.upcoming)


def _by_statement(card: CardAccount, flow: RecurringFlow, lag_days: int, as_of: date) -> CardDue:
    """Statements that hold charges of today or before clear today's balance; later ones are the flow going on."""
    items = []
    for day, due in statement_payments(card, flow, lag_days, as_of):
        closing = day - timedelta(days=lag_days)
        clears = (closing - as_of).days < flow.interval_days
        closed = "closed" if closing < as_of else "closes"
        reason = f"the statement that {closed} about {day_text(closing)}, paid in full as usual"
        items.append(_payment(card, flow, day, -due, reason, clears=clears))
    return CardDue(tuple(items), None)


def _payment(
    card: CardAccount, flow: RecurringFlow, day: date, amount: Money, reason: str, *, clears: bool
) -> DatedItem:
    """A payment of the card; one that clears part of today's balance is told as that."""
    return DatedItem(
        dated=day,
        amount=amount,
        kind=ItemKind.CARD_BALANCE if clears else ItemKind.RECURRING,
        label=flow.label,
        reason=reason,
        party=flow.party,
        flow_class=flow.flow_class,
        flow_key=flow.key,
        records=(card.ref, *(hit.ref for hit in flow.hits)),
    )


def _regular(card: CardAccount, flow: RecurringFlow) -> CardDue:
    owed, usual = money_text(card.owed, cents=False), money_text(-flow.typical_amount, cents=False)
    items = tuple(
        _payment(
            card,
            flow,
            day,
            flow.typical_amount,
            f"usually {usual}" if later else f"{owed} owed today; payments are usually {usual}",
            clears=not later,
        )
        for later, day in enumerate(flow.upcoming)
    )
    carried = card.owed.cents + _CARRIED_OVER_PAYMENTS * flow.typical_amount.cents
    if carried <= 0:
        return CardDue(items, None)
    because = f"beyond two usual payments of {usual}; taken as carried on"
    return CardDue(items, LeftOut(card.ref, Party(None, card.name), Money(carried, card.owed.currency), because))


def _once(card: CardAccount, books: Books) -> CardDue:
    paid = [movement.dated for movement in books.movements if _pays(movement.kind, movement.category, card)]
    start = max((day for day in paid if day <= books.as_of), default=None)
    tomorrow = books.as_of + timedelta(days=1)
    nominal = max((start or books.as_of) + timedelta(days=STATEMENT_DAYS), tomorrow)
    item = DatedItem(
        dated=books.business.calendar.on_or_after(nominal),
        amount=-card.owed,
        kind=ItemKind.CARD_BALANCE,
        label=f"{card.name} payment",
        reason=_once_reason(start),
        party=Party(None, card.name),
        flow_class=FlowClass.CARD_PAYMENT,
        flow_key=None,
        records=(card.ref,),
    )
    return CardDue((item,), None)


def _once_reason(last_paid: date | None) -> str:
    if last_paid is None:
        return "the balance owed today; no past payment shows its date, 30 days assumed"
    return f"the balance owed today; no regular payment date, 30 days after {day_text(last_paid)} assumed"


def _pays(kind: MovementKind, category: str, card: CardAccount) -> bool:
    return kind is MovementKind.CARD_PAYMENT and category == card.name
