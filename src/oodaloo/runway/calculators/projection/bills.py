"""What vendors are paid: open bills on decided days, else when they usually are, and bills that are still to come."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.naming import party_key
from oodaloo.runway.calculators.open_items import net_of_credits
from oodaloo.runway.calculators.payables.days import days_after
from oodaloo.runway.calculators.payment_timing import NoDay, expected_payment
from oodaloo.runway.calculators.projection.expected import Expected, Kept
from oodaloo.runway.calculators.projection.flow_hits import Placed, Placing, expected_hits, hits_to_come
from oodaloo.runway.calculators.projection.learned import FlowHabits, Learned
from oodaloo.runway.calculators.projection.waits import Span
from oodaloo.runway.model.earmarks import Decided, PlannedDay
from oodaloo.runway.model.picture import CashPicture, OpenItem
from oodaloo.runway.model.recurring import FlowSource, RecurringFlow
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import DatedItem, ItemKind, LeftOut
from oodaloo.runway.model.wording import day_text, days_text, money_text


def open_bills(picture: CashPicture, learned: Learned, span: Span, kept: Kept) -> Iterator[Expected | LeftOut]:
    """Each open bill net of its vendor's credits: on its decided day, else spread around the day it is usually paid.

    Cancelled bills and those that are supposed to be dropped take nothing. Bills that usually go to a card leave with
    the card's payments and are left out, unless it was decided when to pay them.
    """
    books, planned = picture.books, plans_of(picture)
    gone = {*picture.supposed.dropped, *(ref for ref, plan in planned.items() if plan.day is None)}
    there = [each for each in books.payables if each.ref not in gone]
    usual = kept.of(
        ("usual bills", frozenset(gone)),
        lambda: [
            (item, left, kept.of((item.ref, left), partial(_usual, item, left, learned, span)))
            for item, left in net_of_credits(there, books.vendor_credits)
        ],
    )
    for item, left, as_usual in usual:
        plan = planned.get(item.ref)
        if plan is None or plan.day is None:
            yield as_usual
        else:
            yield kept.of((item.ref, left, plan), partial(_decided, item, left, plan, max(plan.day, span.as_of)))


def bills_to_come(picture: CashPicture, learned: Learned, span: Span) -> Iterator[Expected]:
    """What flows of bills take, each bill as long after its expected day of issue as earlier ones took to be paid."""
    for flow in picture.recurring:
        if flow.source is FlowSource.BILL and flow.upcoming and not flow.by_card:
            hits, habits = hits_to_come(flow, picture.supposed, span.last), learned.flows[flow.key]
            yield from expected_hits(flow, hits, habits, _placing(flow, habits, span))


def plans_of(picture: CashPicture) -> Mapping[RecordRef, PlannedDay]:
    """The decisions that stand, by bill: a delay ends on its day."""
    today = picture.books.as_of
    return {
        plan.bill: plan
        for plan in picture.planned
        if plan.decided is not Decided.DELAYED or (plan.day is not None and plan.day > today)
    }


def _usual(item: OpenItem, left: Money, learned: Learned, span: Span) -> Expected | LeftOut:
    """An undecided bill as it would usually be paid, spread as its vendor's bills were; or why it has no day."""
    expected = expected_payment(item, learned.bills, span.as_of, span.calendar)
    if isinstance(expected, NoDay):
        return LeftOut(item.ref, item.party, left, expected.because)
    lateness, waits = learned.lateness.get(party_key(item.party)), None
    if lateness is not None:
        waits = span.on_bank_days(lateness.waits((item.due - span.as_of).days, span.horizon_days))
    return Expected(_item(item, left, expected.day, expected.reason), luck=f"Bill {item.ref.id}", waits=waits)


def _decided(item: OpenItem, left: Money, plan: PlannedDay, day: date) -> Expected:
    return Expected(_item(item, plan.amount or left, day, _decided_text(plan, day)))


def _placing(flow: RecurringFlow, habits: FlowHabits, span: Span) -> Placing:
    days = flow.settles_after_days if habits.lags is None else max(0, habits.lags.median)
    because = f"usually paid {days_text(days)} later"

    def place(issued: date) -> Placed:
        waits = None
        if habits.lags is not None:
            waits = span.on_bank_days(habits.lags.waits((issued - span.as_of).days, span.horizon_days))
        return Placed(span.bank_day(days_after(issued, days)), waits, because)

    return place


def _item(item: OpenItem, amount: Money, day: date, reason: str) -> DatedItem:
    netted = "" if amount == item.open else f"; {money_text(item.open, cents=True)} open less credits"
    return DatedItem(
        dated=day,
        amount=-amount,
        kind=ItemKind.PAYABLE,
        label=item.party.name,
        reason=reason + netted,
        party=item.party,
        flow_class=None,
        flow_key=None,
        records=(item.ref,),
    )


def _decided_text(plan: PlannedDay, day: date) -> str:
    match plan.decided:
        case Decided.PAY_NOW:
            return "decided to pay now"
        case Decided.DELAYED:
            return f"delayed to {day_text(day)}"
        case _:
            return f"scheduled for {day_text(day)}"
