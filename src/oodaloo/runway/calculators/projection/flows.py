"""Money that moves by itself: recurring movements, card payments, undeposited funds and the residual."""

from collections.abc import Iterator
from datetime import date, timedelta

from oodaloo.runway.calculators.card_dues import CardDue, is_dated_with_its_card
from oodaloo.runway.calculators.projection.expected import Expected, Size
from oodaloo.runway.calculators.projection.flow_hits import (
    Placed,
    Placing,
    expected_hits,
    hits_to_come,
    varying_amounts,
)
from oodaloo.runway.calculators.projection.learned import FlowHabits, Learned
from oodaloo.runway.calculators.projection.sizes import Level, robust_deviation
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.recurring import FlowSource
from oodaloo.runway.model.runway import DatedItem, ItemKind

_FRIDAY = 4


def movements_to_come(picture: CashPicture, learned: Learned, span: Span) -> Iterator[Expected]:
    """Recurring movements on their own days, as far off them as they came in the past; cards speak for themselves."""
    for flow in picture.recurring:
        if flow.source is not FlowSource.MOVEMENT or not flow.upcoming or flow.by_card:
            continue
        if not is_dated_with_its_card(flow, picture.books):
            hits, habits = hits_to_come(flow, picture.supposed, span.last), learned.flows[flow.key]
            yield from expected_hits(flow, hits, habits, _placing(habits, span))


def card_payments(picture: CashPicture, due: CardDue, learned: Learned, span: Span) -> Iterator[Expected]:
    """A card's payments: what clears today's balance is known, later ones vary as the card's payments did."""
    flows = {flow.key: flow for flow in picture.recurring}
    items = [item for item in due.items if item.dated <= span.last]
    later = [item for item in items if item.kind is ItemKind.RECURRING]
    varying = None
    if later and later[0].flow_key is not None:
        key = later[0].flow_key
        varying = varying_amounts(flows[key], [item.amount.cents for item in later], learned.flows[key])
    for item in items:
        known = varying is None or item.kind is not ItemKind.RECURRING
        yield Expected(item, size=None if known or varying is None else Size(varying, later.index(item)))


def undeposited_funds(books: Books, span: Span) -> Iterator[Expected]:
    """What was received but not deposited, on the next bank day."""
    if books.undeposited.cents > 0:
        yield Expected(
            DatedItem(
                dated=span.bank_day(books.as_of),
                amount=books.undeposited,
                kind=ItemKind.UNDEPOSITED,
                label="Undeposited funds",
                reason="received but not deposited; the bank has it the business day after",
                party=None,
                flow_class=None,
                flow_key=None,
                records=books.undeposited_accounts,
            )
        )


def residual_weeks(picture: CashPicture, span: Span) -> Iterator[Expected]:
    """Other receipts and other spending on each coming Friday, every Friday standing for a full week."""
    residual = picture.residual
    fridays = [day for day in _days(span) if day.weekday() == _FRIDAY]
    sides = (
        ("Other receipts", residual.weekly_in, residual.weekly_in_spread),
        ("Other spending", -residual.weekly_out, residual.weekly_out_spread),
    )
    reason = f"not explained by documents or flows: the median week of the last {residual.weeks}"
    for label, amount, spread in sides:
        if not amount.cents:
            continue
        level = None
        if spread.cents:
            level = Level(label, amount.cents, robust_deviation(spread.cents), residual.weeks, len(fridays))
        for step, day in enumerate(fridays):
            item = DatedItem(day, amount, ItemKind.RESIDUAL, label, reason, None, None, None, ())
            yield Expected(item, size=None if level is None else Size(level, step))


def _placing(habits: FlowHabits, span: Span) -> Placing:
    def place(day: date) -> Placed:
        if habits.slips is None:
            return Placed(day, None)
        waits = habits.slips.waits((day - span.as_of).days, span.horizon_days)
        return Placed(day, span.on_bank_days(waits))

    return place


def _days(span: Span) -> Iterator[date]:
    return (span.as_of + timedelta(days=number) for number in range(1, span.horizon_days + 1))
