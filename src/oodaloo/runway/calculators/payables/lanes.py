"""Must pay, can delay, chasing: every open bill and every invoice worth chasing in one lane, with its sentence."""

from collections.abc import Sequence
from datetime import date

from oodaloo.runway.model.collections import Chases, ChaseValue
from oodaloo.runway.model.lanes import Lane, LaneItem, Lanes
from oodaloo.runway.model.payables import BillTiming
from oodaloo.runway.model.plan import PaymentPlan, PlannedPayment
from oodaloo.runway.model.wording import day_text, days_text, money_text

WEEK_DAYS = 7
"""Until the next weekly look: what can't wait for that has to be decided now."""


def lane_of(timing: BillTiming, today: date) -> Lane:
    """Must pay where the latest safe date lies within the week (or has passed) or the class never waits; can delay."""
    days_left = (timing.latest_safe - today).days
    return Lane.MUST_PAY if timing.must_pay or days_left <= WEEK_DAYS else Lane.CAN_DELAY


def lanes_of(timings: Sequence[BillTiming], chases: Chases, today: date, plan: PaymentPlan | None = None) -> Lanes:
    """Every bill and every invoice worth chasing in its lane, see `lane_of`.

    Bills stand by their safe dates, earliest first, invoices by priority. With a `plan`, bills for which it has no cash
    by their safe date are marked and say so.
    """
    waiting = {} if plan is None else {payment.timing.bill.ref: payment for payment in plan.waiting}
    ordered = sorted(timings, key=lambda each: (each.latest_safe, each.bill.ref))
    items = [_bill_item(timing, today, waiting.get(timing.bill.ref)) for timing in ordered]
    return Lanes(
        must_pay=tuple(item for item in items if item.lane is Lane.MUST_PAY),
        can_delay=tuple(item for item in items if item.lane is Lane.CAN_DELAY),
        chasing=tuple(_chase_item(each) for each in chases.chased),
    )


def _bill_item(timing: BillTiming, today: date, waits: PlannedPayment | None) -> LaneItem:
    lane, days_left = lane_of(timing, today), (timing.latest_safe - today).days
    tell = _must_sentence if lane is Lane.MUST_PAY else _delay_sentence
    sentence = tell(timing, days_left)
    if waits is not None:
        sentence += f" The cash isn't there by then: {waits.because}"
    return LaneItem(
        lane=lane,
        ref=timing.bill.ref,
        party=timing.bill.party,
        amount=timing.to_pay,
        day=timing.latest_safe,
        sentence=sentence,
        breaks_buffer=waits is not None,
    )


def _must_sentence(timing: BillTiming, days_left: int) -> str:
    pay = f"Pay {timing.bill.party.name} {money_text(timing.to_pay, cents=True)}"
    if days_left < 0:
        return f"{pay} now, {days_text(-days_left)} after the latest safe date: {_reasons(timing)}."
    return f"{pay} by {day_text(timing.latest_safe)}: {_reasons(timing)}."


def _delay_sentence(timing: BillTiming, days_left: int) -> str:
    amount = money_text(timing.to_pay, cents=True)
    until = f"{day_text(timing.latest_safe)}, {days_text(days_left)}"
    discount = timing.discount
    early = ""
    if discount is not None and discount.pay_by <= timing.latest_safe:
        saved = money_text(discount.amount, cents=True)
        early = f" Paid by {day_text(discount.pay_by)} it would cost {saved} less."
    return f"{timing.bill.party.name} ({amount}) can wait until {until}: {_reasons(timing)}.{early}"


def _reasons(timing: BillTiming) -> str:
    return "; ".join(timing.because)


def _chase_item(value: ChaseValue) -> LaneItem:
    invoice = value.invoice
    return LaneItem(Lane.CHASING, invoice.ref, invoice.party, value.amount, invoice.due, value.because)
