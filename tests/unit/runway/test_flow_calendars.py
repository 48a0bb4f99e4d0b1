"""Flows planted in calendars: found with their rhythm and next dates, whatever shifts and skips; noise stays noise."""

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.model.picture import CashMovement
from oodaloo.runway.model.recurring import Lifecycle, RecurringFlow, Rhythm
from tests.support.books import CALENDAR, TODAY, a_bill, a_movement, assessed, books, days_ago, in_days, paid

HORIZON = 91


@dataclass(frozen=True)
class Planted:
    """A flow's own calendar: every nominal day of two years back and half a year ahead."""

    rhythm: Rhythm
    days: tuple[date, ...]

    @property
    def past(self) -> list[date]:
        """Those that have come."""
        return [day for day in self.days if day <= TODAY]

    @property
    def ahead(self) -> list[date]:
        """Those within the projection."""
        return [day for day in self.days if TODAY < day <= in_days(HORIZON)]


def every_nth_day(rhythm: Rhythm, period: int, phase: int) -> Planted:
    """Weekly or fortnightly; the phase counts days back from the latest Thursday."""
    last = days_ago(1 + phase)
    return Planted(rhythm, tuple(last + timedelta(days=period * n) for n in range(-(700 // period), 182 // period)))


def on_days(rhythm: Rhythm, days: tuple[int, ...], months_apart: int = 1) -> Planted:
    """Those days of every month, or of every third; a month's last day stands for what it doesn't have."""
    months = range(TODAY.year * 12 + TODAY.month - 1 - 24, TODAY.year * 12 + TODAY.month + 6, months_apart)
    found = [date(m // 12, m % 12 + 1, min(day, monthrange(m // 12, m % 12 + 1)[1])) for m in months for day in days]
    return Planted(rhythm, tuple(found))


PLANTED = st.one_of(
    st.integers(0, 2).map(lambda phase: every_nth_day(Rhythm.WEEKLY, 7, phase)),
    st.sampled_from([0, 1, 2, 7, 8, 9]).map(lambda phase: every_nth_day(Rhythm.BIWEEKLY, 14, phase)),
    st.sampled_from([(1, 15), (5, 20), (10, 25), (15, 31)]).map(lambda days: on_days(Rhythm.SEMI_MONTHLY, days)),
    st.integers(1, 31).map(lambda day: on_days(Rhythm.MONTHLY, (day,))),
    st.integers(1, 31).map(lambda day: on_days(Rhythm.QUARTERLY, (day,), 3)),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Planted, list[CashMovement]]:
    """A planted flow and its payments: a day early or late, on business days, amounts within a fifth, some skipped."""
    planted = draw(PLANTED)
    past = planted.past[-draw(st.integers(13, 40)) :]
    skipped = draw(st.integers(3, max(3, len(past) - 3))) if len(past) > 9 and draw(st.booleans()) else None
    movements = []
    for number, day in enumerate(past):
        shift, cents = draw(st.integers(-1, 1)), draw(st.integers(400_000, 480_000))
        if number != skipped:
            paid_on = min(CALENDAR.on_or_after(day + timedelta(days=shift)), TODAY)
            movements.append(a_movement(paid_on, f"-{cents // 100}.{cents % 100:02}", "Acme", category="Services"))
    return planted, movements


def the_flow(movements: list[CashMovement]) -> RecurringFlow:
    """The one flow there is."""
    (flow,) = detect(books(movements=movements))
    return flow


@given(histories())
def test_a_planted_flow_is_found(history: tuple[Planted, list[CashMovement]]) -> None:
    """With its rhythm, with every payment as evidence, and the next one within a few days of its own calendar."""
    planted, movements = history
    flow = the_flow(movements)
    assert flow.rhythm is planted.rhythm
    assert len(flow.hits) == len(movements)
    following = next(day for day in planted.days if day > TODAY)
    assert abs((flow.upcoming[0] - following).days) <= 5


@given(histories())
def test_a_planted_flow_is_expected_as_often_as_it_comes(history: tuple[Planted, list[CashMovement]]) -> None:
    """Over 13 weeks as many payments are ahead as its calendar has, give or take the one at either end."""
    planted, movements = history
    ahead = [day for day in the_flow(movements).upcoming if day <= in_days(HORIZON)]
    assert abs(len(ahead) - len(planted.ahead)) <= 1
    assert all((later - earlier).days >= 3 for earlier, later in pairwise(ahead))


@given(PLANTED, st.integers(0, 120))
def test_what_stopped_is_awaited_then_ends(planted: Planted, silent: int) -> None:
    """Days after its last payment a flow is matched, then expected, then missed, then ended, and never goes back."""
    past = [day for day in planted.past if day <= days_ago(silent)]
    order = [Lifecycle.MATCHED, Lifecycle.EXPECTED, Lifecycle.MISSED, Lifecycle.ENDED]
    movements = [a_movement(day, -500, "Acme", category="Services") for day in past]
    earlier, now = (
        detect(books(movements=movements, as_of=on))[0] for on in (max(past[-1], days_ago(silent // 2)), TODAY)
    )
    assert order.index(earlier.lifecycle) <= order.index(now.lifecycle)
    assert (now.upcoming == ()) == (now.lifecycle is Lifecycle.ENDED)
    assert (now.overdue_since is None) == (now.lifecycle in (Lifecycle.MATCHED, Lifecycle.ENDED))


@given(PLANTED, st.integers(0, 3))
def test_the_bills_of_a_flow_are_paid_once_each(planted: Planted, unpaid: int) -> None:
    """Open bills and the ones still to come: as many payments as the flow's calendar has, none for the same day."""
    bills = [a_bill("Acme", 500, issued=day, due=day + timedelta(days=3)) for day in planted.past]
    closed, still_open = bills[: len(bills) - unpaid], bills[len(bills) - unpaid :]
    settled = [paid(bill, days_late=0) for bill in closed]
    of = books(
        10**6,
        bills=still_open,
        past_bills=closed,
        settled=[item for item, _ in settled],
        movements=[movement for _, movement in settled if movement.dated <= TODAY],
    )
    items = assessed(of).projection.items
    due_ahead = [day for day in planted.days if TODAY < day + timedelta(days=3) <= in_days(HORIZON)]
    late = sum(bill.due <= TODAY for bill in still_open)
    unseen = sum(bill.due > TODAY for bill in closed)
    assert abs(len(items) - len(due_ahead) - late + unseen) <= 1


@pytest.mark.parametrize(("fewest", "most", "share"), [(3, 12, 0.01), (3, 60, 0.02)])
def test_noise_makes_few_flows(fewest: int, most: int, share: float) -> None:
    """Of a thousand payees, paid on random days and random amounts on three accounts, hardly any seems to go on.

    Measured: 3 and 11 of a thousand.
    """
    dice = random.Random(20261002)  # noqa: S311 (noise for a test, no secret)
    movements = []
    for number in range(1_000):
        level, spread = dice.uniform(3, 8), dice.choice([0.2, 0.6, 1.0])
        name = "".join(chr(97 + int(digit)) for digit in str(number))
        for _ in range(dice.randrange(fewest, most)):
            amount = f"{-dice.lognormvariate(level, spread):.2f}"
            account = dice.choice(["Supplies", "Travel", "Meals"])
            movements.append(a_movement(days_ago(dice.randrange(730)), amount, f"Payee {name}", category=account))
    living = [flow for flow in detect(books(movements=movements)) if flow.upcoming]
    assert len(living) <= share * 1_000
