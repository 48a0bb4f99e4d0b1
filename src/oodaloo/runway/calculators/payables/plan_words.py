"""The sentences of the suggested plan, with figures that can be checked against bills and path."""

from collections.abc import Iterator
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.plan import PaymentPlan, PlannedPayment, Shortage
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, days_text, money_text

_NAMED = 3


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
    """First what is paid in time and what breaks the buffer, then how long that holds, what is saved, what is left."""
    return tuple(_sentences(plan))


def _sentences(plan: PaymentPlan) -> Iterator[str]:
    if plan.payments:
        yield _in_time(plan)
        yield _buffer(plan)
    else:
        yield "There are no bills to plan."
    if plan.payments and plan.remaining is not None and plan.without_bills is not None:
        yield f"Without any of these bills it would still be {_shortage(plan.without_bills)}."
    if not plan.saved.is_zero:
        yield f"Early payment saves {money_text(plan.saved, cents=True)}."
    if not plan.late_fees.is_zero:
        yield f"Waiting is likely to cost {money_text(plan.late_fees, cents=True)} in late fees."
    if plan.not_planned:
        left = len(plan.not_planned)
        yield f"{left} open bill{'' if left == 1 else 's'} without a date here: {plan.not_planned[0].because}."


def _in_time(plan: PaymentPlan) -> str:
    """How many bills are paid by their safe dates, and what breaks the buffer."""
    count, waiting = len(plan.payments), plan.waiting
    if not waiting:
        late = sum(payment.timing.latest_safe < plan.as_of for payment in plan.payments)
        at_once = f", those whose safe date has passed ({late}) at once" if late else ""
        return f"All {count} bills are paid by their safe dates{at_once}." if count > 1 else _only_bill(late)
    total = money_text(Money.total((each.amount for each in waiting), plan.buffer.currency), cents=True)
    names = list(dict.fromkeys(each.timing.bill.party.name for each in waiting))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    vendors = ", ".join(names[:_NAMED]) + more
    verb = "breaks" if len(waiting) == 1 else "break"
    return (
        f"{len(waiting)} of {count} bills, {total} ({vendors}), {verb} the buffer on the safe date and "
        f"wait{'s' if len(waiting) == 1 else ''} for a later pay day."
    )


def _only_bill(late: int) -> str:
    return "The bill is paid at once, as its safe date has passed." if late else "The bill is paid by its safe date."


def _buffer(plan: PaymentPlan) -> str:
    remaining = plan.remaining
    if remaining is None:
        cents, place = min((cents, place) for place, cents in enumerate(plan.spendable.cents))
        least = money_text(Money(cents, plan.buffer.currency), cents=True)
        return f"So the buffer holds: spendable is never less than {least}, on {day_text(plan.spendable.day(place))}."
    most = f"{money_text(remaining.missing, cents=True)} at most, on {day_text(remaining.worst)}"
    mend = "No dates of these bills can mend that: other money has to come in or stay in."
    if remaining.since == plan.as_of:
        return f"The buffer is broken today, by {most}. {mend}"
    return f"The buffer holds until {day_text(remaining.since)}; from then on it is broken, by {most}. {mend}"


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
