"""The simulated projection in stories small enough to be worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.projection.sizes import past_factors
from oodaloo.runway.calculators.projection.supposed import days_of
from oodaloo.runway.calculators.projection.waits import spread_of
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.earmarks import Decided, PlannedDay
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.runway import ItemKind, RunwayState
from oodaloo.runway.model.scenario import EndFlow, NewFlow, OneOff, ResizeFlow, SlipCustomer, Suppositions
from tests.support.books import (
    TODAY,
    a_bill,
    a_hold,
    a_movement,
    a_picture,
    a_reserve,
    an_invoice,
    books,
    days_ago,
    history_of,
    in_days,
    numbered_anew,
    paid,
    payrolls,
    usd,
)


def told(picture: CashPicture) -> Assessment:
    """What the engine says, by as many futures as the product draws."""
    return RunwayCalculator().current(picture)


def spendable(picture: CashPicture, *days: int) -> list[Money]:
    """The line's spendable on days from today."""
    line = told(picture).projection.days
    return [line[day].spendable for day in days]


def agency(cash: int) -> Books:
    """Payroll of 20,000 every second Friday, next on Oct 9, and nothing else."""
    return books(cash, movements=payrolls(last=days_ago(7)))


def prompt(cash: int, *, buffer: int = 0) -> Books:
    """Four customers who always pay on the due date; one of them owes 5,000 due Fri, Oct 23. Payroll as above."""
    numbered_anew()
    history = [history_of(name, [0] * 6) for name in ("Alder", "Birch", "Cedar", "Dune")]
    return books(
        cash,
        buffer=buffer,
        invoices=[an_invoice("Alder", 5_000, issued=days_ago(9), due=in_days(21))],
        settled=[item for some in history for item in some.items],
        movements=[*(m for some in history for m in some.movements), *payrolls(last=days_ago(7))],
    )


def test_without_anything_that_varies_all_cases_are_one() -> None:
    """50,000 pay the payrolls of Oct 9 and 23; the third, on Nov 6, leaves -10,000 in each of the 4,000 futures."""
    assessment = told(a_picture(agency(50_000)))
    runway, first = assessment.runway, assessment.simulation.first_below
    assert (runway.cautious_days, runway.days, runway.good_days) == (35, 35, 35)
    assert (first.by_day[35], sum(first.by_day)) == (4_000, 4_000)
    assert [cover.missed for cover in runway.payrolls[:3]] == [0.0, 0.0, 1.0]
    assert runway.payrolls[2].spendable_after == usd(-10_000)


def test_half_of_the_bills_come_before_payroll() -> None:
    """A vendor was paid on the due date or 20 days after it, equally often. A bill of 5,000 is due on Mon, Oct 5.

    With 22,000 and payroll of 20,000 on Oct 9: where the bill is paid on Oct 5 payroll leaves -3,000, else 2,000 until
    the bill goes out on Sun, Oct 25, which is Mon, Oct 26. But Oct 23 has another payroll, so all are below by then.
    Draws fall evenly: half of the 4,000 futures are 2,000, give or take one in each round of 500.
    """
    numbered_anew()
    past = [
        paid(a_bill("Odd Press", 500, issued=days_ago(90 + 7 * n * n), due=days_ago(60 + 7 * n * n)), days_late=late)
        for n, late in enumerate([0, 20, 0, 20])
    ]
    of = books(
        22_000,
        bills=[a_bill("Odd Press", 5_000, due=in_days(3))],
        settled=[item for item, _ in past],
        movements=payrolls(last=days_ago(7)),
    )
    simulation = told(a_picture(of)).simulation
    early, payday, late = simulation.days[3], simulation.days[7], simulation.days[21]
    assert (early.cautious, early.good) == (usd(17_000), usd(22_000))
    assert (payday.cautious, payday.good) == (usd(-3_000), usd(2_000))
    assert payday.short == pytest.approx(0.5, abs=0.002)
    assert late.short == 1.0
    assert simulation.first_below.by_day[7] + simulation.first_below.by_day[21] == 4_000


def test_the_headline_is_the_median_of_the_first_days_below() -> None:
    """As above, but three of four bills waited 20 days: a quarter of the futures miss Oct 9, half of all Oct 23."""
    numbered_anew()
    past = [
        paid(a_bill("Odd Press", 500, issued=days_ago(90 + 7 * n * n), due=days_ago(60 + 7 * n * n)), days_late=late)
        for n, late in enumerate([0, 20, 20, 20])
    ]
    of = books(
        22_000,
        bills=[a_bill("Odd Press", 5_000, due=in_days(3))],
        settled=[item for item, _ in past],
        movements=payrolls(last=days_ago(7)),
    )
    runway = told(a_picture(of)).runway
    assert (runway.cautious_days, runway.days, runway.good_days) == (7, 21, 21)
    first = runway.payrolls[0]
    assert first.covered
    assert first.missed == pytest.approx(0.25, abs=0.002)
    assert first.covered_in_100 == int(100 * (1 - first.missed))


def test_a_range_of_a_young_business_is_not_yet_calibrated() -> None:
    """Six invoices each from four customers make no eight Fridays whose outcome is known: said, not hidden."""
    assessment = told(a_picture(prompt(50_000)))
    assert (assessment.simulation.calibrated, assessment.runway.calibrated) == (False, False)


def test_an_approved_bill_leaves_spendable_today_and_not_again() -> None:
    """10,000 and a bill of 4,000 due on Oct 12: held, 6,000 are spendable from today on, also after it is paid."""
    bill = a_bill("Pier 9", 4_000, due=in_days(10))
    plain = a_picture(books(10_000, bills=[bill]))
    held = replace(plain, earmarks=(a_hold(bill),))
    assert spendable(plain, 0, 9, 11, 91) == [usd(10_000), usd(10_000), usd(6_000), usd(6_000)]
    assert spendable(held, 0, 9, 11, 91) == [usd(6_000)] * 4
    shown = [(item.kind, item.amount) for item in told(held).projection.items]
    assert shown == [(ItemKind.EARMARK, usd(4_000)), (ItemKind.PAYABLE, usd(-4_000))]


def test_a_discount_releases_the_rest_of_the_hold() -> None:
    """1,000 were held, 980 are paid on Oct 6 with the discount: 9,020 of 10,000 are left."""
    bill = a_bill("Vellum Print", 1_000, due=in_days(30))
    picture = replace(
        a_picture(books(10_000, bills=[bill])),
        planned=(PlannedDay(bill.ref, Decided.SCHEDULED, in_days(4), usd(980)),),
        earmarks=(a_hold(bill),),
    )
    assert spendable(picture, 0, 3, 4) == [usd(9_000), usd(9_000), usd(9_020)]


def test_a_reserve_is_drawn_down_payroll_by_payroll() -> None:
    """Of 100,000, 30,000 are set aside for payroll: the first takes 20,000 of it, the second the other 10,000."""
    plain = a_picture(agency(100_000))
    (payroll,) = plain.recurring
    reserved = replace(plain, earmarks=(a_reserve(30_000, "Payroll", purpose=payroll.key),))
    assert spendable(reserved, 0, 7, 21, 35) == [usd(70_000), usd(70_000), usd(60_000), usd(40_000)]


def test_an_open_bill_of_a_flow_draws_on_its_reserve_first() -> None:
    """Rent of 4,000 is billed monthly; October's is open. A reserve of 6,000 covers it and half of November's."""
    past = [
        paid(a_bill("Pier 9", 4_000, issued=date(2026, month, 1), due=date(2026, month, 11)), days_late=0)
        for month in range(3, 10)
    ]
    bills = [a_bill("Pier 9", 4_000, issued=date(2026, 10, 1), due=date(2026, 10, 11))]
    issued = [a_bill("Pier 9", 4_000, issued=item.issued, due=item.due) for item, _ in past]
    of = books(20_000, bills=bills, past_bills=issued, settled=[item for item, _ in past])
    plain = a_picture(of)
    (rent,) = plain.recurring
    reserved = replace(plain, earmarks=(a_reserve(6_000, "Rent", purpose=rent.key),))
    assert spendable(plain, 0, 12, 44) == [usd(20_000), usd(16_000), usd(12_000)]
    assert spendable(reserved, 0, 12, 44) == [usd(14_000), usd(14_000), usd(12_000)]


def test_a_reserve_for_nothing_in_particular_stays_aside() -> None:
    """A rainy-day reserve lowers every day; one dated Oct 16 the days from then on."""
    plain = a_picture(books(10_000))
    assert spendable(replace(plain, earmarks=(a_reserve(3_000),)), 0, 91) == [usd(7_000), usd(7_000)]
    later = replace(plain, earmarks=(a_reserve(3_000, dated=in_days(14)),))
    assert spendable(later, 0, 13, 14, 91) == [usd(10_000), usd(10_000), usd(7_000), usd(7_000)]


def test_a_delayed_bill_leaves_on_its_new_day_and_a_delay_ends_with_it() -> None:
    """Due Oct 7, delayed to Oct 30: 9,000 until then. A delay to yesterday decides nothing any more."""
    bill = a_bill("Pier 9", 1_000, due=in_days(5))
    plain = a_picture(books(10_000, bills=[bill]))
    delayed = replace(plain, planned=(PlannedDay(bill.ref, Decided.DELAYED, in_days(28)),))
    over = replace(plain, planned=(PlannedDay(bill.ref, Decided.DELAYED, days_ago(1)),))
    assert spendable(delayed, 5, 27, 28) == [usd(10_000), usd(10_000), usd(9_000)]
    assert told(over).projection == told(plain).projection


def test_a_payment_decided_for_today_leaves_today() -> None:
    """Without a hold it is the day's own outflow; a pay date that has passed counts as today."""
    bill = a_bill("Pier 9", 1_000)
    plain = a_picture(books(10_000, bills=[bill]))
    for day in (TODAY, days_ago(3)):
        assert spendable(replace(plain, planned=(PlannedDay(bill.ref, Decided.PAY_NOW, day),)), 0, 30) == [
            usd(9_000),
            usd(9_000),
        ]


def test_an_invoice_slips_with_its_customer() -> None:
    """Due Oct 23 by someone who pays on time: in the line on that day, and with two weeks' slip on Nov 6."""
    plain = a_picture(prompt(50_000))
    slipped = replace(plain, supposed=Suppositions(slips=(SlipCustomer(plain.books.receivables[0].party, 14),)))
    days = [
        [item.dated for item in told(each).projection.items if item.kind is ItemKind.RECEIVABLE]
        for each in (plain, slipped)
    ]
    assert days == [[in_days(21)], [in_days(35)]]


def test_suppositions_move_money_as_they_say() -> None:
    """12,000 come once on Oct 13, 1,000 a week go from Oct 14 to Oct 28, and payroll grows by 2,500 from Oct 23 on."""
    plain = a_picture(agency(100_000))
    (payroll,) = plain.recurring
    supposed = Suppositions(
        one_offs=(OneOff("Grant", in_days(11), usd(12_000)),),
        flows=(NewFlow("Coach", in_days(12), Rhythm.WEEKLY, usd(-1_000), until=in_days(26)),),
        resized=(ResizeFlow(payroll.key, in_days(21), usd(-2_500)),),
    )
    changed = replace(plain, supposed=supposed)
    gained = [
        after.cents - before.cents
        for before, after in zip(
            spendable(plain, 7, 11, 12, 19, 21, 26, 35), spendable(changed, 7, 11, 12, 19, 21, 26, 35), strict=True
        )
    ]
    assert gained == [0, 1_200_000, 1_100_000, 1_000_000, 750_000, 650_000, 400_000]
    ended = replace(plain, supposed=Suppositions(ended=(EndFlow(payroll.key, in_days(21)),)))
    assert spendable(ended, 7, 91) == [usd(80_000), usd(80_000)]
    assert told(ended).runway.state is not RunwayState.DATED


@pytest.mark.parametrize(
    ("rhythm", "first", "expected"),
    [
        (Rhythm.WEEKLY, date(2026, 10, 7), [date(2026, 10, 7), date(2026, 10, 14), date(2026, 10, 21)]),
        (Rhythm.BIWEEKLY, date(2026, 10, 7), [date(2026, 10, 7), date(2026, 10, 21), date(2026, 11, 4)]),
        (Rhythm.SEMI_MONTHLY, date(2026, 10, 16), [date(2026, 10, 16), date(2026, 11, 1), date(2026, 11, 16)]),
        (Rhythm.MONTHLY, date(2026, 10, 31), [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)]),
        (Rhythm.QUARTERLY, date(2026, 11, 15), [date(2026, 11, 15), date(2027, 2, 15), date(2027, 5, 15)]),
    ],
)
def test_a_supposed_flow_keeps_its_rhythm_from_its_first_day(rhythm: Rhythm, first: date, expected: list[date]) -> None:
    """The first day counts, the others follow from it; days that a month doesn't have are its last."""
    assert list(days_of(NewFlow("New", first, rhythm, usd(1)), date(2027, 6, 1))[:3]) == expected


def test_amounts_repeat_what_followed_in_the_past() -> None:
    """100, 100, 120, 120: after the first 100 came 100 and 120 (1.0 and 1.2), after the second 120 and 120 (1.2).

    Two of four amounts must follow. A hit of ten times the usual is cut to twice of it.
    """
    factors = past_factors([-100, -100, -120, -120], steps=3)
    assert factors is not None
    assert factors.tolist() == [[1.0, 1.2, 1.2], [1.2, 1.2, 1.2]]
    assert past_factors([50, 50, 50], steps=3) is None
    cut = past_factors([100, 100, 1_000, 100], steps=1)
    assert cut is not None
    assert cut.tolist() == [[1.0], [2.0]]


def test_a_flow_that_jumps_about_makes_the_range_wide() -> None:
    """Contractors got 800 or 1,200 in turn each month: about 3,000 go in 91 days, or else 2,400 or 3,600."""
    of = books(10_000, movements=[a_movement(d, -a, "Crew") for d, a in _monthly_in_turn(12)])
    last = told(a_picture(of)).simulation.days[-1]
    assert usd(10_000 - 3_700) < last.cautious < usd(7_000) < last.good < usd(10_000 - 2_300)


def test_past_days_become_chances_of_waiting() -> None:
    """Paid 0, 0, 5 and 9 days after a Monday, due in two days: half by then, three of four five days later."""
    spread = spread_of([0, 9, 5, 0])
    assert spread.waits(2, 12).tolist() == [1, 1, *[0.5] * 5, *[0.25] * 4, 0, 0]
    assert spread.waits(-3, 3).tolist() == [1, 0.5, 0.25, 0.25]
    assert spread.median == 0


def _monthly_in_turn(times: int) -> list[tuple[date, int]]:
    months = [TODAY.year * 12 + TODAY.month - 2 - back for back in reversed(range(times))]
    return [(date(m // 12, m % 12 + 1, 15), 800 if n % 2 else 1_200) for n, m in enumerate(months)]
