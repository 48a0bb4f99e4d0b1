"""How the owner steers cash day by day: card payments, savings, the line of credit, distributions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from qbo_emulator.scenarios.company.business_days import (
    days_between,
    in_month,
    is_business_day,
    on_or_after,
    on_or_before,
)
from qbo_emulator.scenarios.company.chart import (
    CARD,
    CHECKING,
    CREDIT_LINE,
    INTEREST_EARNED,
    INTEREST_PAID,
    OWNER_DRAWS,
    SAVINGS,
)
from qbo_emulator.scenarios.company.description import Span, TreasuryPlan
from qbo_emulator.scenarios.company.events import Earned, Event, Moved, Spent, account_moves
from qbo_emulator.scenarios.company.streams import office_time

STATEMENT_DAY, CARD_DUE_DAY, SAVING_DAY = 3, 24, 20
_DISTRIBUTION_DAY = 12
_DISTRIBUTION_MONTHS = (1, 4, 7, 10)
SAVINGS_YEARLY_RATE, CREDIT_LINE_YEARLY_RATE = 0.021, 0.092
STEP_CENTS = 500_000
_SQUEEZE_WITHIN_DAYS = 63
SMALLEST_DISTRIBUTION_CENTS = 500_000


@dataclass(slots=True)
class _Walk:
    """The state of one walk over the days: balances (debit-positive cents) and what the owner did so far."""

    plan: TreasuryPlan
    flows: dict[date, dict[str, int]]
    balances: dict[str, int]
    acts: bool
    last_distribution: tuple[date, int]
    statement_cents: int = 0
    done: list[Event] = field(default_factory=list)
    closing: dict[date, dict[str, int]] = field(default_factory=dict)


def steer(
    plan: TreasuryPlan, events: Sequence[Event], foreseeable: Iterable[Event], known: Span, horizon: date
) -> list[Event]:
    """Return what the owner and the bank do about cash, from the start of the books to the horizon.

    The last distribution before the known end is sized so that bank balances will bottom out near the plan's low
    point in the nine weeks after it, if only the foreseeable happens: what makes the coming weeks worth watching.
    """
    last_on = on_or_after(known.end - timedelta(days=plan.last_distribution_days))
    whole = Span(known.start, horizon)
    untouched = _walk(plan, _flows_by_day(foreseeable), whole, (last_on, 0), acts_until=last_on)
    cents = _affordable_distribution(plan, untouched, last_on, known.end)
    return _walk(plan, _flows_by_day(events), whole, (last_on, cents), acts_until=horizon).done


def is_distribution_day(day: date) -> bool:
    """Whether the owner looks on this day at what can be shared out."""
    month_day = on_or_after(in_month(day.year, day.month, _DISTRIBUTION_DAY))
    return day.month in _DISTRIBUTION_MONTHS and day == month_day


def _flows_by_day(events: Iterable[Event]) -> dict[date, dict[str, int]]:
    flows: defaultdict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for event in events:
        for account, cents in account_moves(event):
            flows[event.txn_date][account] += cents
    return flows


def _affordable_distribution(plan: TreasuryPlan, walk: _Walk, last_on: date, known_end: date) -> int:
    banks = {day: ends[CHECKING] + ends[SAVINGS] for day, ends in walk.closing.items()}
    after = [cents for day, cents in banks.items() if 0 < (day - known_end).days <= _SQUEEZE_WITHIN_DAYS]
    before = [cents for day, cents in banks.items() if last_on <= day <= known_end]
    spare = min(min(after) - plan.low_point_cents, min(before) - 2 * plan.floor_cents)
    cents = min(spare, plan.last_distribution_max_cents) // 100_000 * 100_000
    return cents if cents >= SMALLEST_DISTRIBUTION_CENTS else 0


def _walk(
    plan: TreasuryPlan,
    flows: dict[date, dict[str, int]],
    span: Span,
    last_distribution: tuple[date, int],
    acts_until: date,
) -> _Walk:
    opening = {CHECKING: plan.checking_cents, SAVINGS: plan.savings_cents, CARD: 0, CREDIT_LINE: 0}
    walk = _Walk(plan, flows, opening, acts=True, last_distribution=last_distribution)
    for day in days_between(span.start, span.end):
        walk.acts = day <= acts_until
        _live_through(walk, day)
        walk.closing[day] = dict(walk.balances)
    return walk


def _live_through(walk: _Walk, day: date) -> None:
    """One day: what was going to happen, the card's and the bank's routine, then the owner's choices."""
    for account, cents in walk.flows.get(day, {}).items():
        if account in walk.balances:
            walk.balances[account] += cents
    _card_routine(walk, day)
    _bank_routine(walk, day)
    if not is_business_day(day):
        return
    if day == walk.last_distribution[0]:
        _distribute(walk, day, walk.last_distribution[1])
    if walk.acts:
        _defend_floor(walk, day)
        _use_surplus(walk, day)


def _card_routine(walk: _Walk, day: date) -> None:
    if day.day == STATEMENT_DAY:
        walk.statement_cents = max(0, -walk.balances[CARD])
    if day == on_or_after(in_month(day.year, day.month, CARD_DUE_DAY)):
        _move(walk, day, CHECKING, CARD, walk.statement_cents, "Card payment, last statement")
        walk.statement_cents = 0


def _bank_routine(walk: _Walk, day: date) -> None:
    if day != on_or_before(in_month(day.year, day.month, 31)):
        return
    interest = round(walk.balances[SAVINGS] * SAVINGS_YEARLY_RATE / 12)
    if interest > 0:
        _earn(walk, day, interest)
    charged = round(-walk.balances[CREDIT_LINE] * CREDIT_LINE_YEARLY_RATE / 12)
    if charged > 0:
        _spend(walk, day, charged, INTEREST_PAID, "Line of credit interest", "credit line interest", None)


def _defend_floor(walk: _Walk, day: date) -> None:
    """Whatever the days up to the next business day will take must leave the floor untouched."""
    missing = walk.plan.floor_cents - walk.balances[CHECKING] - _flow_until_next_business_day(walk, day)
    if missing <= 0:
        return
    wanted = -(-missing // STEP_CENTS) * STEP_CENTS
    from_savings = min(wanted, max(0, walk.balances[SAVINGS] - STEP_CENTS) // STEP_CENTS * STEP_CENTS)
    _move(walk, day, SAVINGS, CHECKING, from_savings, "Cover payroll week")
    room = walk.plan.credit_line_cents + walk.balances[CREDIT_LINE]
    _move(walk, day, CREDIT_LINE, CHECKING, min(wanted - from_savings, room), "Draw on the line of credit")


def _flow_until_next_business_day(walk: _Walk, day: date) -> int:
    until = on_or_after(day + timedelta(days=1))
    card = walk.statement_cents if until == on_or_after(in_month(until.year, until.month, CARD_DUE_DAY)) else 0
    spans = days_between(day + timedelta(days=1), until)
    return min(0, sum(walk.flows.get(one, {}).get(CHECKING, 0) for one in spans)) - card


def _use_surplus(walk: _Walk, day: date) -> None:
    surplus = walk.balances[CHECKING] - walk.plan.comfortable_cents
    owed = -walk.balances[CREDIT_LINE]
    if owed > 0:
        repaid = min(owed, max(0, surplus) // STEP_CENTS * STEP_CENTS)
        _move(walk, day, CHECKING, CREDIT_LINE, repaid, "Repay the line of credit")
    elif day == on_or_after(in_month(day.year, day.month, SAVING_DAY)) and surplus > -STEP_CENTS * 10:
        _move(walk, day, CHECKING, SAVINGS, walk.plan.savings_monthly_cents, "Monthly saving")
    elif is_distribution_day(day) and day < walk.last_distribution[0]:
        _distribute(walk, day, max(0, surplus) // 100_000 * 100_000)


def _distribute(walk: _Walk, day: date, cents: int) -> None:
    if cents >= SMALLEST_DISTRIBUTION_CENTS:
        _spend(walk, day, cents, OWNER_DRAWS, "Owner distribution", "distribution", walk.plan.owner)


def _move(walk: _Walk, day: date, source: str, target: str, cents: int, note: str) -> None:
    if cents <= 0:
        return
    key = f"move/{source}/{target}/{day}"
    moved = Moved(key=key, txn_date=day, at=office_time(day, key), source=source, target=target, cents=cents, note=note)
    _do(walk, moved)


def _earn(walk: _Walk, day: date, cents: int) -> None:
    key, account = f"interest/{day}", INTEREST_EARNED
    at = office_time(day, key)
    _do(walk, Earned(key=key, txn_date=day, at=at, into=SAVINGS, account=account, cents=cents, note="Interest"))


def _spend(walk: _Walk, day: date, cents: int, account: str, note: str, name: str, payee: str | None) -> None:
    key = f"{name}/{day}"
    spent = Spent(
        key=key,
        txn_date=day,
        at=office_time(day, key),
        payee=payee,
        source=CHECKING,
        payment_type="Check" if payee else "Cash",
        lines=((account, cents),),
        note=note,
    )
    _do(walk, spent)


def _do(walk: _Walk, event: Event) -> None:
    walk.done.append(event)
    for account, cents in account_moves(event):
        if account in walk.balances:
            walk.balances[account] += cents
