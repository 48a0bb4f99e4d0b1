"""Flows that change: amount, account, payee, day or rhythm; they stay one flow, expected once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from oodaloo.runway.calculators.recurring import detect
from oodaloo.runway.model.picture import CashMovement
from oodaloo.runway.model.recurring import FlowClass, Lifecycle, RecurringFlow, Rhythm
from tests.support.books import (
    TODAY,
    a_bill,
    a_movement,
    assessed,
    books,
    days_ago,
    every,
    in_days,
    monthly,
    payrolls,
    usd,
)


def rents(amount: int, days: list[date], *, payee: str = "Pier 9", category: str = "Rent") -> list[CashMovement]:
    """Rent by check on those days."""
    return [a_movement(day, -amount, payee, category=category) for day in days]


def living(movements: list[CashMovement], *, on: date = TODAY) -> list[RecurringFlow]:
    """The flows that haven't ended."""
    found = detect(replace(books(movements=movements), as_of=on))
    return [flow for flow in found if flow.lifecycle is not Lifecycle.ENDED]


def the_flow(movements: list[CashMovement], *, on: date = TODAY) -> RecurringFlow:
    """The one flow that hasn't ended."""
    (flow,) = living(movements, on=on)
    return flow


def test_a_raise_is_believed_the_second_time() -> None:
    """Rent was 9,800 for a year, then 10,300 once (it may be a late fee), then twice: the rent is 10,300."""
    year = rents(9_800, monthly(1, date(2026, 8, 2), 12))
    first, second = rents(10_300, [date(2026, 9, 1), date(2026, 10, 1)])
    assert the_flow([*year, first], on=date(2026, 9, 5)).typical_amount == usd(-9_800)
    raised = the_flow([*year, first, second])
    assert (raised.typical_amount, raised.low_amount, raised.high_amount) == (
        usd(-10_300),
        usd(-10_300),
        usd(-10_300),
    )


def test_amounts_that_vary_anyway_are_no_raise() -> None:
    """Two high bills in a row are within what these bills always did: the median of six stays the level."""
    sizes = [610, 700, 590, 655, 720, 601, 633, 690, 715]
    flow = the_flow([r for size, day in zip(sizes, monthly(9, TODAY, 9), strict=True) for r in rents(size, [day])])
    assert flow.typical_amount == usd("-672.50")


def test_a_raise_among_other_payments_stays_the_same_flow() -> None:
    """The landlord is also paid for repairs. The rent rises: the flow goes on, and nothing is missed."""
    repairs = [a_movement(days_ago(ago), -size, "Pier 9", category="Rent") for ago, size in ((50, 640), (171, 2_300))]
    year = rents(9_800, monthly(1, date(2026, 8, 2), 12))
    raised = rents(10_300, [date(2026, 9, 1), date(2026, 10, 1)])
    flow = the_flow([*repairs, *year, *raised])
    assert (flow.lifecycle, flow.upcoming[0]) == (Lifecycle.MATCHED, date(2026, 11, 2))
    assert (len(flow.hits), flow.typical_amount) == (14, usd(-10_300))


def test_a_third_raised_rent_changes_no_key() -> None:
    """With three hits the new amount would be a flow by itself; it stays the same one."""
    repairs = [a_movement(days_ago(ago), -size, "Pier 9", category="Rent") for ago, size in ((50, 640), (171, 2_300))]
    year = rents(9_800, monthly(1, date(2026, 7, 2), 12))
    raised = rents(10_300, monthly(1, date(2026, 10, 1), 3))
    before, after = the_flow([*repairs, *year], on=date(2026, 7, 20)), the_flow([*repairs, *year, *raised])
    assert before.key == after.key
    assert len(after.hits) == 15


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_booked_to_another_account_it_is_the_same_rent(times: int) -> None:
    """Somebody books the rent to Facilities from now on: expected once, whether once, twice or often so far."""
    days = monthly(1, TODAY, 12)
    before, after = rents(9_800, days[:-times]), rents(9_800, days[-times:], category="Facilities")
    flow = the_flow([*before, *after])
    assert (flow.lifecycle, len(flow.hits), flow.upcoming[0]) == (Lifecycle.MATCHED, 12, date(2026, 11, 2))


@pytest.mark.parametrize("times", [1, 2, 4, 6])
def test_another_payroll_service_pays_the_same_payroll(times: int) -> None:
    """The agency changes its payroll service: payroll never drops out, and is never expected of both."""
    days = every(14, days_ago(7), 20)
    old = [a_movement(day, -41_000, "Gusto", category="Wages") for day in days[:-times]]
    new = [a_movement(day, -42_150, "Rippling", category="Wages") for day in days[-times:]]
    flow = the_flow([*old, *new])
    assert (flow.flow_class, flow.lifecycle, flow.upcoming[0]) == (FlowClass.PAYROLL, Lifecycle.MATCHED, in_days(7))
    assert len(flow.hits) == 20
    assert flow.party.name == "Rippling"


def test_two_payrolls_side_by_side_stay_two() -> None:
    """Staff and contractors are paid through two services on the same Fridays: neither stands for the other."""
    staff = [a_movement(day, -41_000, "Gusto", category="Wages") for day in every(14, days_ago(7), 20)]
    others = [a_movement(day, -38_000, "Deel", category="Wages") for day in every(14, days_ago(7), 20)]
    assert [flow.typical_amount for flow in living([*staff, *others])] == [usd(-41_000), usd(-38_000)]


def test_another_shop_does_not_carry_on_a_subscription() -> None:
    """A cleaner that isn't paid any more isn't replaced by whoever is paid as much: only what must be paid is."""
    cleaner = [a_movement(day, -400, "Sparkle", category="Cleaning") for day in monthly(5, date(2026, 8, 20), 12)]
    caterer = a_movement(date(2026, 9, 5), -400, "Feast", category="Catering")
    flow = the_flow([*cleaner, caterer], on=date(2026, 9, 8))
    assert (flow.lifecycle, flow.overdue_since) == (Lifecycle.EXPECTED, date(2026, 9, 8))


def test_purchases_of_all_sizes_do_not_keep_a_subscription_alive() -> None:
    """A plan of $15 at a shop where $12 to $18 are spent all the time has ended when the $15 stop."""
    plan = [a_movement(day, -15, "Shop", category="Software") for day in monthly(5, date(2026, 7, 20), 12)]
    others = [a_movement(days_ago(3 * n), f"-1{n % 7 + 2}.{n + 10}", "Shop", category="Supplies") for n in range(30)]
    assert living([*plan, *others], on=date(2026, 10, 1)) == []


def test_a_weekly_flow_that_becomes_fortnightly() -> None:
    """A cleaner came weekly at 300, since July every second week at 500: only that goes on."""
    weekly = [a_movement(day, -300, "Sparkle", category="Cleaning") for day in every(7, date(2026, 7, 3), 50)]
    fortnightly = [a_movement(day, -500, "Sparkle", category="Cleaning") for day in every(14, days_ago(7), 6)]
    flow = the_flow([*weekly, *fortnightly])
    assert (flow.rhythm, flow.typical_amount, flow.upcoming[0]) == (Rhythm.BIWEEKLY, usd(-500), in_days(7))
    assert len(detect(books(movements=[*weekly, *fortnightly]))) == 2


def test_a_quarterly_flow_that_becomes_monthly_is_not_paid_twice() -> None:
    """Insurance was paid each quarter, since June each month: the quarter isn't awaited any more."""
    quarterly = [
        a_movement(date(2024 + n // 4, n % 4 * 3 + 1, 10), -3_000, "Shield", category="Insurance") for n in range(10)
    ]
    monthly_ones = [a_movement(day, -1_050, "Shield", category="Insurance") for day in monthly(10, TODAY, 5)]
    flow = the_flow([*quarterly, *monthly_ones])
    assert (flow.rhythm, flow.typical_amount, flow.upcoming[0]) == (Rhythm.MONTHLY, usd(-1_050), date(2026, 10, 13))


def test_a_flow_that_moves_to_another_day_of_the_month() -> None:
    """The loan was due on the 1st, since July on the 15th: after three times the 15th is expected."""
    first = [a_movement(day, -2_000, "Bank", category="Loan") for day in monthly(1, date(2026, 6, 2), 12)]
    fifteenth = [a_movement(day, -2_000, "Bank", category="Loan") for day in monthly(15, TODAY, 3)]
    flow = the_flow([*first, *fifteenth])
    assert (flow.lifecycle, flow.upcoming[:2]) == (Lifecycle.MATCHED, (date(2026, 10, 15), date(2026, 11, 16)))


def test_payday_moves_by_a_week() -> None:
    """A fortnightly payroll skips a week and goes on from there: after three times the new Fridays are expected."""
    moved = [*payrolls(last=days_ago(56)), *payrolls(last=days_ago(7), times=3)]
    assert the_flow(moved).upcoming[0] == in_days(7)


def test_a_weekly_flow_is_awaited_for_three_weeks() -> None:
    """Two Fridays without the contractor are a holiday, four are the end of it."""
    contractor = [a_movement(day, -900, "Contractor", category="Labor") for day in every(7, days_ago(14), 30)]
    assert the_flow(contractor).lifecycle is Lifecycle.MISSED
    assert living(contractor, on=in_days(15)) == []


def test_what_stood_in_is_named() -> None:
    """Rent goes by check; this month there is a bill: the flow is matched, and by that bill."""
    bill = a_bill("Pier 9", 9_800, issued=days_ago(1), due=date(2026, 10, 5))
    (flow,) = detect(books(bills=[bill], movements=rents(9_800, monthly(5, days_ago(20), 12))))
    assert [hit.ref for hit in flow.stand_ins] == [bill.ref]
    assert (flow.lifecycle, flow.upcoming[0]) == (Lifecycle.MATCHED, date(2026, 11, 5))


def test_checks_that_become_bills_are_expected_once() -> None:
    """Rent went by check until June and comes as a bill since July: at every month's end one rent a month is ahead."""
    checks = rents(9_800, monthly(5, date(2026, 6, 30), 12))
    bills = [a_bill("Pier 9", 9_800, issued=d, due=d + timedelta(days=4)) for d in monthly(1, date(2026, 10, 1), 4)]
    for known in range(5):
        on = date(2026, 6 + known, 28)
        of = replace(books(50_000, past_bills=bills[:known], movements=checks), as_of=on)
        items = [item for item in assessed(of).projection.items if item.party and item.party.name == "Pier 9"]
        assert {item.dated.month for item in items} == {(on.month + n) % 12 + 1 for n in range(3)}, known
        assert len(items) == 3


@pytest.mark.parametrize("ago", [5, 11, 20])
def test_a_repair_does_not_stand_for_the_rent(ago: int) -> None:
    """The landlord was paid $640 for a repair days before the rent is due: the rent is still expected."""
    repair = a_movement(days_ago(ago), -640, "Pier 9", category="Rent")
    flow = the_flow([*rents(9_800, monthly(5, days_ago(20), 12)), repair])
    assert (flow.upcoming[0], len(flow.hits)) == (date(2026, 10, 5), 12)


def test_a_bonus_run_between_paydays_stands_for_no_payroll() -> None:
    """A second payroll run a week after payday doesn't take the place of the next one."""
    flow = the_flow([*payrolls(last=days_ago(9)), *payrolls("-19000.00", last=days_ago(2), times=1)])
    assert flow.upcoming[0] == in_days(5)


def test_rent_paid_ten_days_early_is_not_expected_again() -> None:
    """October's rent was paid on Sep 21: the next one is November's."""
    flow = the_flow([*rents(9_800, monthly(1, date(2026, 9, 2), 12)), *rents(9_800, [date(2026, 9, 21)])])
    assert (flow.lifecycle, flow.upcoming[0]) == (Lifecycle.MATCHED, date(2026, 11, 2))
