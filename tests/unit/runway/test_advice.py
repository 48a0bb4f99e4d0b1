"""One question to the engine gives the plan and the lanes of a picture, each decision with what it does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.advice import Advice
from oodaloo.runway.model.earmarks import Decided, PlannedDay
from oodaloo.runway.model.impact import DateChange, Effect
from oodaloo.runway.model.lanes import Lane
from oodaloo.runway.model.picture import Books, CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.scenario import Drop, MoveBill, PayToday, Scenario
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import picture_of
from tests.support.books import (
    TODAY,
    a_bill,
    a_movement,
    an_account,
    an_invoice,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    paid,
    payrolls,
    usd,
)
from tests.support.pictures import pictures

SOON, LATER = a_bill("Soon", 1_000, due=in_days(6)), a_bill("Later", 3_000, due=in_days(30))
HISTORY = history_of("Alder", [4, 5, 6, 5, 4, 6, 5, 5])
OVERDUE = an_invoice("Alder", 9_000, due=days_ago(9))


def a_business(cash: int = 10_000, *, operating: bool = True) -> Books:
    """Payrolls of $5,000 every two weeks from Oct 16, two bills, and an invoice that is nine days late."""
    return books(
        cash,
        accounts=None if operating else [an_account(cash, operating=False)],
        bills=[SOON, LATER],
        invoices=[OVERDUE],
        settled=HISTORY.items,
        movements=[*HISTORY.movements, *payrolls(-5_000)],
    )


def advice(of: Books | CashPicture) -> Advice:
    """What the engine advises."""
    return RunwayCalculator().advice(picture_of(of) if isinstance(of, Books) else of)


def plan_of(found: Advice) -> PaymentPlan:
    """The plan, which must be known."""
    assert isinstance(found.plan, PaymentPlan)
    return found.plan


def test_each_lane_says_what_its_decision_does() -> None:
    """Soon is priced as paid today, Later as paid on its safe day instead of today, Alder as asked."""
    picture, found = picture_of(a_business()), advice(a_business())
    ((soon,), (later,), (alder,)) = found.lanes.must_pay, found.lanes.can_delay, found.lanes.chasing
    calculator = RunwayCalculator()
    assert soon.effect == calculator.effect(picture, Scenario((PayToday(SOON.ref),)))
    assert later.effect is not None
    assert later.effect.kept is not None
    assert (later.effect.kept.most, later.effect.kept.begins, later.effect.kept.until) == (
        usd(3_000),
        TODAY,
        later.day,
    )
    assert later.effect.because.startswith("Later ($3,000.00) on Wed, Oct 28 instead of today: ")
    assert alder.effect is not None
    assert alder.effect.because.startswith("Asking for the invoice of Alder ($9,000.00): ")


def test_the_plan_starts_from_the_cautious_case_without_its_bills() -> None:
    """Its path with the bills paid, and they again, is the tenth percentile of the futures that don't have them."""
    picture, found = picture_of(a_business()), advice(a_business())
    without = RunwayCalculator().scenario(picture, Scenario((Drop(SOON.ref), Drop(LATER.ref))))
    plan = plan_of(found)
    paid_by = [
        sum(each.amount.cents for each in plan.payments if each.day <= plan.spendable.day(number))
        for number in range(len(plan.spendable.cents))
    ]
    path = [left + out for left, out in zip(plan.spendable.cents, paid_by, strict=True)]
    assert path == [day.cautious.cents for day in without.simulation.days]


def test_the_plan_is_priced_as_a_whole() -> None:
    """All its dates are one scenario: what they do together, not the sum of what each does."""
    picture, found = picture_of(a_business()), advice(a_business())
    moves = tuple(MoveBill(each.timing.bill.ref, each.day) for each in plan_of(found).payments)
    together = RunwayCalculator().effect(picture, Scenario(moves), what="Pay dates as planned, all together")
    assert found.plan_effect == together


def test_what_is_decided_is_not_advised_about() -> None:
    """A scheduled bill stays in the path, and in no lane; a delay that has ended is open again."""
    scheduled = PlannedDay(SOON.ref, Decided.SCHEDULED, in_days(5))
    ended = PlannedDay(LATER.ref, Decided.DELAYED, TODAY)
    found = advice(picture_of(a_business(), planned=(scheduled, ended)))
    assert [each.bill.ref for each in found.timings] == [LATER.ref]
    assert [item.ref for item in (*found.lanes.must_pay, *found.lanes.can_delay)] == [LATER.ref]
    assert found.assessment.projection.days[5].items[0].label == "Soon"


def test_days_at_stake_are_worth_no_more_than_the_dollars_that_buy_them() -> None:
    """$20,000 less $2,000 a week last until Dec 18; with $3,000 paid today until Dec 4, else on Dec 17 until that day.

    13 days at $285.71 are $3,714, but they are bought with $3,000.
    """
    bill = a_bill("Later", 3_000, due=in_days(80))
    of = books(20_000, bills=[bill], movements=[a_movement(day, -2_000, "Office") for day in every(7, TODAY, 20)])
    (later,) = advice(of).lanes.can_delay
    assert later.effect is not None
    assert isinstance(later.effect.covered, DateChange)
    assert (later.effect.covered.before, later.effect.covered.days) == (in_days(63), 13)
    assert later.priority is not None
    assert later.priority.stake == usd(3_000)


def test_bills_that_a_card_pays_are_not_priced() -> None:
    """They leave with the card's payments; the lane lists them without a decision."""
    by_card = [paid(a_bill("Figma", due=days_ago(40 + 30 * n)), days_late=0, by_card=True) for n in range(4)]
    of = books(
        5_000,
        bills=[a_bill("Figma", 300, due=in_days(5))],
        settled=[item for item, _ in by_card],
        movements=payrolls(-1_000),
    )
    (figma,) = advice(of).lanes.must_pay
    assert (figma.lane, figma.effect) == (Lane.MUST_PAY, None)


def test_without_an_account_there_is_no_plan() -> None:
    """Nobody knows what there is to pay from; the lanes stand, with what each decision keeps."""
    found = advice(a_business(operating=False))
    assert isinstance(found.plan, Unknown)
    assert isinstance(found.plan_effect, Unknown)
    assert found.lanes.must_pay[0].effect is not None


def test_nothing_to_do_is_advice_too() -> None:
    """No bills, no invoices: an empty plan that changes nothing."""
    found = advice(books(1_000, movements=payrolls(-10)))
    assert plan_of(found).payments == ()
    assert isinstance(found.plan_effect, Effect)
    assert found.plan_effect.kept is None
    assert found.lanes.must_pay == found.lanes.can_delay == found.lanes.chasing == ()


@settings(max_examples=10)
@given(pictures())
def test_any_picture_has_advice(picture: CashPicture) -> None:
    """Every undecided bill is in one lane, and what is priced is priced as the engine prices it alone."""
    calculator = RunwayCalculator(futures=100)
    found = calculator.advice(picture)
    items = [*found.lanes.must_pay, *found.lanes.can_delay]
    assert sorted(item.ref for item in items) == sorted(each.bill.ref for each in found.timings)
    for item in found.lanes.must_pay:
        if item.effect is not None:
            alone = RunwayCalculator(futures=100).effect(picture, Scenario((PayToday(item.ref),)))
            assert item.effect == alone


@pytest.mark.parametrize("buffer", [0, 4_000])
def test_the_plan_keeps_the_owner_s_buffer(buffer: int) -> None:
    """With enough in the bank the cautious path never falls below what the owner wants to keep."""
    of = a_business(60_000)
    rich = replace(of, business=replace(of.business, buffer=usd(buffer)))
    assert min(plan_of(advice(rich)).spendable.cents) >= buffer * 100
