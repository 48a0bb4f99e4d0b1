"""Money that leaves without a bill: subscriptions, everyday card spending, standing payments, the loan."""

from collections.abc import Iterator
from datetime import date

from qbo_emulator.scenarios.company.business_days import days_between, monthly, on_or_after
from qbo_emulator.scenarios.company.chart import CARD, CHECKING, INTEREST_PAID, TERM_LOAN
from qbo_emulator.scenarios.company.description import (
    CompanyPlan,
    Loan,
    Span,
    Spending,
    StandingPayment,
    Subscription,
)
from qbo_emulator.scenarios.company.events import Event, PaymentType, Share, Spent
from qbo_emulator.scenarios.company.streams import cents_near, office_time, stream


def plan_spending(plan: CompanyPlan, span: Span) -> list[Event]:
    """Return every charge and standing payment of the span, in no particular order."""
    charges = [event for one in plan.subscriptions for event in _subscription(plan.seed, one, span)]
    everyday = [event for kind in plan.spending for event in _everyday(plan.seed, kind, span)]
    standing = [event for one in plan.standing for event in _standing(plan.seed, one, span)]
    return [*charges, *everyday, *standing, *loan_payments(plan.loan, span)]


def loan_payments(loan: Loan, span: Span) -> Iterator[Spent]:
    """Yield the level monthly payments, each split into interest on what is still owed and principal."""
    owed = loan.owed_cents
    for day in monthly(span.start, span.end, loan.day):
        interest = round(owed * loan.yearly_rate / 12)
        principal = min(loan.payment_cents - interest, owed)
        if principal <= 0:
            return
        owed -= principal
        lines = ((TERM_LOAN, principal), (INTEREST_PAID, interest))
        yield _spent(f"loan/{day}", on_or_after(day), loan.lender, CHECKING, "Cash", lines, "Loan payment")


def _subscription(seed: int, one: Subscription, span: Span) -> Iterator[Spent]:
    dice = stream(seed, "subscription", one.name)
    for day in monthly(span.start, span.end, one.day):
        if one.month not in (None, day.month):
            continue
        cents = cents_near(dice, one.cents, one.usage_spread) if one.usage_spread else one.cents
        source: tuple[str, PaymentType] = (CARD, "CreditCard") if one.from_card else (CHECKING, "Cash")
        note = f"{one.name} {'yearly' if one.month else 'monthly'} plan"
        yield _spent(f"subscription/{one.name}/{day}", day, one.name, *source, ((one.account, cents),), note)


def _everyday(seed: int, kind: Spending, span: Span) -> Iterator[Spent]:
    dice = stream(seed, "everyday", kind.description)
    for day in days_between(span.start, span.end):
        if dice.random() >= kind.per_week / 7:
            continue
        payee, cents = dice.choice(kind.payees), cents_near(dice, kind.typical_cents, kind.spread)
        is_refund = dice.random() < kind.refund_share
        key, lines = f"card/{kind.description}/{day}", ((kind.account, cents),)
        yield _spent(key, day, payee, CARD, "CreditCard", lines, kind.description, is_refund=is_refund)


def _standing(seed: int, one: StandingPayment, span: Span) -> Iterator[Spent]:
    dice = stream(seed, "standing", one.name)
    for day in monthly(span.start, span.end, one.day):
        if day.month not in one.months:
            continue
        cents = cents_near(dice, one.cents, one.spread) if one.spread else one.cents
        kind: PaymentType = "Check" if one.by_check else "Cash"
        key = f"standing/{one.name}/{day}"
        yield _spent(key, on_or_after(day), one.payee, CHECKING, kind, ((one.account, cents),), one.name)


def _spent(
    key: str,
    day: date,
    payee: str | None,
    source: str,
    payment_type: PaymentType,
    lines: tuple[Share, ...],
    note: str,
    *,
    is_refund: bool = False,
) -> Spent:
    """What the bank feed brings on a weekend is entered on the next business day."""
    return Spent(
        key=key,
        txn_date=day,
        at=office_time(on_or_after(day), key),
        payee=payee,
        source=source,
        payment_type=payment_type,
        lines=lines,
        note=note,
        is_refund=is_refund,
    )
