"""How the owner steers cash at the end of a business day, from what the books show and what tomorrow will take."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qbo_emulator.scenarios.company.business_days import days_between, in_month, on_or_after, on_or_before
from qbo_emulator.scenarios.company.chart import (
    CARD,
    CHECKING,
    CREDIT_LINE,
    INTEREST_EARNED,
    INTEREST_PAID,
    OWNER_DRAWS,
    OWNER_INVESTMENT,
    SAVINGS,
)
from qbo_emulator.scenarios.company.events import Earned, Moved, Spent
from qbo_emulator.scenarios.company.treasury import (
    CARD_DUE_DAY,
    CREDIT_LINE_YEARLY_RATE,
    SAVING_DAY,
    SAVINGS_YEARLY_RATE,
    SMALLEST_DISTRIBUTION_CENTS,
    STATEMENT_DAY,
    STEP_CENTS,
    is_distribution_day,
)
from qbo_emulator.scenarios.life.desk import Desk
from qbo_emulator.scenarios.life.open_documents import in_cents


@dataclass(frozen=True, slots=True)
class OwnersEvening:
    """One end of a business day: the owner posts through the desk, and knows what leaves checking on which day."""

    desk: Desk
    at: datetime
    leaves_checking_cents: Callable[[date], int]

    @property
    def day(self) -> date:
        """The day that ends."""
        return self.at.date()


def steer_cash(evening: OwnersEvening) -> None:
    """Pay the card, book interest, keep checking above its floor, put surplus to use."""
    _card_routine(evening)
    _bank_routine(evening)
    _defend_floor(evening)
    _use_surplus(evening)


def _card_routine(evening: OwnersEvening) -> None:
    if evening.day == _card_due(evening.day):
        _move(evening, CHECKING, CARD, _statement_cents(evening.desk, evening.day), "Card payment, last statement")


def _card_due(day: date) -> date:
    return on_or_after(in_month(day.year, day.month, CARD_DUE_DAY))


def _statement_cents(desk: Desk, day: date) -> int:
    """Return what the last statement asked for, less what has come to the card since, in cents."""
    card, since = desk.account_id(CARD), day.replace(day=STATEMENT_DAY).isoformat()
    later = [
        in_cents(posting.amount)
        for transaction in desk.books.ledger.transactions()
        if transaction.txn_date > since
        for posting in transaction.postings
        if posting.account_id == card
    ]
    stated = sum(later) - desk.balance_cents(CARD)
    return max(0, stated - sum(cents for cents in later if cents > 0))


def _bank_routine(evening: OwnersEvening) -> None:
    day = evening.day
    if day != on_or_before(in_month(day.year, day.month, 31)):
        return
    interest = round(evening.desk.balance_cents(SAVINGS) * SAVINGS_YEARLY_RATE / 12)
    if interest > 0:
        _receive(evening, SAVINGS, INTEREST_EARNED, interest, "Interest")
    charged = round(-evening.desk.balance_cents(CREDIT_LINE) * CREDIT_LINE_YEARLY_RATE / 12)
    if charged > 0:
        _spend(evening, INTEREST_PAID, charged, "Line of credit interest", None)


def _defend_floor(evening: OwnersEvening) -> None:
    """Savings come first, then the line of credit; the owner's own money only against an overdraft."""
    plan, desk = evening.desk.plan.treasury, evening.desk
    leaving = _leaving_until_next_business_day(evening)
    missing = plan.floor_cents - desk.balance_cents(CHECKING) + leaving
    if missing <= 0:
        return
    wanted = -(-missing // STEP_CENTS) * STEP_CENTS
    spare = max(0, desk.balance_cents(SAVINGS) - STEP_CENTS) // STEP_CENTS * STEP_CENTS
    from_savings = min(wanted, spare)
    _move(evening, SAVINGS, CHECKING, from_savings, "Cover payroll week")
    room = plan.credit_line_cents + desk.balance_cents(CREDIT_LINE)
    _move(evening, CREDIT_LINE, CHECKING, min(wanted - from_savings, room), "Draw on the line of credit")
    overdraft = leaving - desk.balance_cents(CHECKING)
    if overdraft > 0:
        cents = -(-overdraft // STEP_CENTS) * STEP_CENTS
        _receive(evening, CHECKING, OWNER_INVESTMENT, cents, "Owner contribution")


def _leaving_until_next_business_day(evening: OwnersEvening) -> int:
    tomorrow = evening.day + timedelta(days=1)
    until = on_or_after(tomorrow)
    card = _statement_cents(evening.desk, until) if until == _card_due(until) else 0
    return card + sum(evening.leaves_checking_cents(day) for day in days_between(tomorrow, until))


def _use_surplus(evening: OwnersEvening) -> None:
    plan, desk, day = evening.desk.plan.treasury, evening.desk, evening.day
    surplus = desk.balance_cents(CHECKING) - plan.comfortable_cents
    owed = -desk.balance_cents(CREDIT_LINE)
    if owed > 0:
        repaid = min(owed, max(0, surplus) // STEP_CENTS * STEP_CENTS)
        _move(evening, CHECKING, CREDIT_LINE, repaid, "Repay the line of credit")
    elif day == on_or_after(in_month(day.year, day.month, SAVING_DAY)) and surplus > -STEP_CENTS * 10:
        _move(evening, CHECKING, SAVINGS, plan.savings_monthly_cents, "Monthly saving")
    elif is_distribution_day(day):
        cents = max(0, surplus) // 100_000 * 100_000
        if cents >= SMALLEST_DISTRIBUTION_CENTS:
            _spend(evening, OWNER_DRAWS, cents, "Owner distribution", plan.owner)


def _move(evening: OwnersEvening, source: str, target: str, cents: int, note: str) -> None:
    if cents > 0:
        key, day = f"move/{source}/{target}/{evening.day}", evening.day
        evening.desk.post(
            Moved(key=key, txn_date=day, at=evening.at, source=source, target=target, cents=cents, note=note)
        )


def _receive(evening: OwnersEvening, into: str, account: str, cents: int, note: str) -> None:
    key, day = f"{note}/{evening.day}", evening.day
    evening.desk.post(Earned(key=key, txn_date=day, at=evening.at, into=into, account=account, cents=cents, note=note))


def _spend(evening: OwnersEvening, account: str, cents: int, note: str, payee: str | None) -> None:
    spent = Spent(
        key=f"{note}/{evening.day}",
        txn_date=evening.day,
        at=evening.at,
        payee=payee,
        source=CHECKING,
        payment_type="Check" if payee else "Cash",
        lines=((account, cents),),
        note=note,
    )
    evening.desk.post(spent)
