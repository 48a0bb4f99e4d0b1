"""The sentences of the suggested plan, with figures that can be checked against bills and path."""

from collections.abc import Iterator
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.plan import PaymentPlan, PlannedPayment, Shortage
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, days_text, money_text


def payment_sentence(payment: PlannedPayment, today: date) -> str:
    """Why this bill on this day: a discount, a safe date, one that has passed, or cash that isn't there."""
    timing, amount = payment.timing, money_text(payment.amount, cents=True)
    pay = f"Pay {timing.bill.party.name} {amount} on {day_text(payment.day)}"
    if payment.waits_days:
        fee = "" if payment.late_fee.is_zero else f", including {money_text(payment.late_fee, cents=True)} late fee"
        return f"{pay}, {days_text(payment.waits_days)} after it should be{fee}: {_short(payment)}."
    if not payment.discount.is_zero:
        return f"{pay}: {_discount(payment)}."
    if timing.latest_safe < today:
        late = (today - timing.latest_safe).days
        return f"{pay}: its latest safe date was {day_text(timing.latest_safe)}, {days_text(late)} ago."
    return f"{pay}, the latest safe day: {'; '.join(timing.because)}."


def plan_sentences(plan: PaymentPlan) -> tuple[str, ...]:
    """First whether the buffer holds, then what waits, what is saved, and what stays without a date."""
    return tuple(_sentences(plan))


def _sentences(plan: PaymentPlan) -> Iterator[str]:
    count = len(plan.payments)
    bills = f"{count} bill" if count == 1 else f"all {count} bills"
    if not count:
        yield "There are no bills to plan."
    elif plan.at_safe_dates is None:
        yield f"{bills.capitalize()} can be paid by {_their(count)} safe {_dates(count)}; {_lowest(plan)}."
    else:
        yield f"Paying {bills} by {_their(count)} safe {_dates(count)} would leave {_shortage(plan.at_safe_dates)}."
        yield from _mended(plan)
    if not plan.saved.is_zero:
        yield f"Early payment saves {money_text(plan.saved, cents=True)}."
    if not plan.late_fees.is_zero:
        yield f"Waiting is likely to cost {money_text(plan.late_fees, cents=True)} in late fees."
    if plan.not_planned:
        left = len(plan.not_planned)
        yield f"{left} open bill{'' if left == 1 else 's'} without a date here: {plan.not_planned[0].because}."


def _mended(plan: PaymentPlan) -> Iterator[str]:
    waiting = plan.waiting
    if waiting:
        total = Money.total((each.amount for each in waiting), plan.buffer.currency)
        some = f"{len(waiting)} bill{' waits' if len(waiting) == 1 else 's wait'}"
        yield f"{some} beyond the safe date, {money_text(total, cents=True)} together."
    if plan.remaining is None:
        yield f"So the buffer holds: {_lowest(plan)}."
        return
    yield f"Even so spendable comes to {_shortage(plan.remaining)}: other money has to come in or stay in."
    if plan.without_bills is not None:
        yield f"Without any of these bills it would still be {_shortage(plan.without_bills)}."


def _lowest(plan: PaymentPlan) -> str:
    cents, place = min((cents, place) for place, cents in enumerate(plan.spendable.cents))
    least = money_text(Money(cents, plan.buffer.currency), cents=True)
    return f"spendable is never less than {least}, on {day_text(plan.spendable.day(place))}"


def _shortage(shortage: Shortage) -> str:
    return f"{money_text(shortage.missing, cents=True)} below the buffer on {day_text(shortage.worst)}"


def _short(payment: PlannedPayment) -> str:
    if payment.short_if_safe is None or payment.short_if_safe.is_zero:
        return "the cash isn't there before"
    return f"on its safe date it would leave {money_text(payment.short_if_safe, cents=True)} too little"


def _discount(payment: PlannedPayment) -> str:
    saved = f"in time for a discount of {money_text(payment.discount, cents=True)}"
    rate = payment.timing.discount.annual_percent if payment.timing.discount else None
    return saved if rate is None or isinstance(rate, Unknown) else f"{saved}, worth {rate} % a year"


def _their(count: int) -> str:
    return "its" if count == 1 else "their"


def _dates(count: int) -> str:
    return "date" if count == 1 else "dates"
