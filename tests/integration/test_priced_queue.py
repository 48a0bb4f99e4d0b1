"""Drafts in the cash picture: what is decided is projected as decided, and the batch is priced as a whole."""

from dataclasses import replace

import pytest

from oodaloo.infra.db.session import Database
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.decisions.pricing import BatchPrice, price_of
from oodaloo.runway.decisions.queue import Delay, PayNow, Schedule
from oodaloo.runway.decisions.steps import NoCoverError
from oodaloo.runway.decisions.suggesting import Suggesting
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.model.impact import LowestChange
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.picture.assemble import picture_of
from oodaloo.runway.picture.decided import Standing, decided, standing_decisions
from tests.support.books import TODAY, USD, a_bill, a_movement, books, days_ago, in_days, usd
from tests.support.deciding import ANSEL, BEA, OLIVE, TestDesk, by
from tests.support.rows import OURS

RENT = a_bill("Rent", 400)
PRINT = a_bill("Print", 300)
HOSTING = a_bill("Hosting", 500)
ENGINE = RunwayCalculator(200)


def a_desk(database: Database, cash: int = 1000, *, buffer: int = 0) -> TestDesk:
    """A desk with three bills of $400, $300 and $500, all usually paid on the first bank day after ten days."""
    return TestDesk(database, the_books(cash, buffer=buffer))


def the_books(cash: int, *, buffer: int = 0) -> CashPicture:
    """The three bills beside so much cash, in books that have seen a payment once."""
    once = [a_movement(days_ago(300), 1)]
    return picture_of(books(cash, buffer=buffer, bills=(RENT, PRINT, HOSTING), movements=once))


async def standing(desk: TestDesk) -> Standing:
    """What is decided by now."""
    async with desk.database.tenant(OURS, read_only=True) as session:
        return await standing_decisions(session, USD, TODAY)


async def as_decided(desk: TestDesk) -> CashPicture:
    """The desk's books with what is decided by now."""
    return picture_of(desk.picture.books, *decided(await standing(desk), desk.picture.books))


async def priced(desk: TestDesk) -> BatchPrice:
    """The price of all drafts."""
    return price_of(await as_decided(desk), (await standing(desk)).decisions, ENGINE.effect)


def spendable(picture: CashPicture, *days: int) -> list[int]:
    """Spendable dollars so many days from today."""
    found = {day.day: day.spendable.cents // 100 for day in ENGINE.current(picture).projection.days}
    return [found[in_days(number)] for number in days]


async def test_a_picture_holds_what_is_decided(two_businesses: Database) -> None:
    """$400 paid now leave today, $300 on their day, $500 with their delay; nothing leaves a second time."""
    desk = a_desk(two_businesses, cash=2000)
    assert spendable(desk.picture, 0, 10, 11, 40) == [2000, 2000, 800, 800]
    await desk.drafted(RENT, PayNow())
    await desk.drafted(PRINT, Schedule(in_days(3)))
    await desk.decide(HOSTING, Delay(in_days(35)), version=None)
    picture = await as_decided(desk)
    assert spendable(picture, 0, 2, 3, 34, 40) == [1600, 1600, 1300, 1300, 800]
    assert picture.earmarked == usd(400)


async def test_a_finalized_delay_stays_until_its_day(two_businesses: Database) -> None:
    """The bill leaves on its wake date though its decision has ended; from that day on it is due as ever."""
    desk = a_desk(two_businesses, cash=2000)
    await desk.finalize([await desk.decide(HOSTING, Delay(in_days(35)), version=None)])
    picture = await as_decided(desk)
    assert spendable(picture, 20, 34, 35) == [1300, 1300, 800]
    woken = replace(picture.books, as_of=in_days(35))
    async with desk.database.tenant(OURS, read_only=True) as session:
        assert decided(await standing_decisions(session, USD, in_days(35)), woken) == ((), ())


async def test_a_part_leaves_on_its_day_and_the_rest_with_the_bill(two_businesses: Database) -> None:
    """$150 of $400 paid now: spendable is $150 less at once, and all $400 less once the bill is usually paid."""
    desk = a_desk(two_businesses, cash=2000)
    await desk.drafted(RENT, PayNow(cents=15000))
    assert spendable(await as_decided(desk), 0, 10, 11) == [1850, 1850, 800]


async def test_what_is_settled_in_quickbooks_is_held_no_more(two_businesses: Database) -> None:
    """A bill that the books show as paid takes neither its hold nor its day from spendable."""
    desk = a_desk(two_businesses)
    await desk.drafted(RENT)
    paid = replace(
        desk.picture.books, payables=(PRINT, HOSTING), bills_issued=(replace(RENT, open=usd(0)), PRINT, HOSTING)
    )
    desk.picture = picture_of(paid)
    picture = await as_decided(desk)
    assert (picture.earmarked, picture.planned) == (usd(0), ())


async def test_a_batch_is_priced_as_a_whole(two_businesses: Database) -> None:
    """$1,000, a buffer of $300, three bills of $1,200 due in ten days: delaying $500 keeps them until its wake date."""
    desk = a_desk(two_businesses, buffer=300)
    await desk.decide(HOSTING, Delay(in_days(35)), version=None)
    await desk.drafted(RENT, Schedule(in_days(4)))
    price = await priced(desk)
    assert (price.drafts, price.paid_now, price.scheduled, price.delayed) == (2, usd(0), usd(400), usd(500))
    assert price.effect is not None
    assert isinstance(price.effect.lowest, LowestChange)
    assert price.effect.lowest.rise == usd(0)
    assert price.is_covered
    undecided, as_planned = spendable(desk.picture, 11, 36), spendable(await as_decided(desk), 11, 36)
    assert (undecided, as_planned) == ([-200, -200], [300, -200])
    assert price.sentences[0].startswith("The 2 decisions together")


async def test_nothing_decided_costs_nothing(two_businesses: Database) -> None:
    """An empty queue has no effect, and no sentence."""
    price = await priced(a_desk(two_businesses))
    assert (price.drafts, price.effect, price.sentences) == (0, None, ())


async def test_cover_that_is_gone_is_told_and_keeps_a_batch_back(two_businesses: Database) -> None:
    """$400 are held, then cash shrinks to $250: $150 are missing, said beside the batch and by finalizing it."""
    desk = a_desk(two_businesses)
    draft = await desk.drafted(RENT)
    desk.picture = the_books(250)
    price = await priced(desk)
    assert (price.missing, price.is_covered) == (usd(150), False)
    assert "$150.00 too little is there today" in price.sentences[1]
    with pytest.raises(NoCoverError, match=r"\$150\.00 too little"):
        await desk.finalize([draft])
    finalized = await desk.finalizing.finalize(
        OURS, desk.asked([draft]), by(OLIVE), desk.picture, expected="", overcommit="the deposit comes today"
    )
    assert [each.state for each in finalized.decisions] == [DecisionState.FINALIZED]


def the_plan(desk: TestDesk) -> PaymentPlan:
    """What the engine suggests for the undecided bills."""
    plan = ENGINE.plan(desk.picture)
    assert isinstance(plan, PaymentPlan)
    return plan


async def test_the_suggested_plan_becomes_drafts_in_one_go(two_businesses: Database) -> None:
    """Every bill is approved and drafted on its day, marked as suggested; what was drafted before stays as it is."""
    desk = a_desk(two_businesses, cash=5000)
    theirs = await desk.drafted(RENT, Schedule(in_days(3)))
    desk.picture = await as_decided(desk)
    plan = the_plan(desk)
    outcomes = await Suggesting(desk.approving, desk.queue).draft(OURS, plan, by(ANSEL, desk.picture), desk.picture)
    assert {each.bill_id for each in outcomes} == {PRINT.ref.id, HOSTING.ref.id}
    days = {payment.timing.bill.ref.id: payment.day for payment in plan.payments}
    for outcome in outcomes:
        assert outcome.decision is not None, outcome.refused
        assert outcome.decision.pay_on == days[outcome.bill_id]
        assert outcome.decision.suggested is not None
        assert outcome.decision.suggested.pay_on == outcome.decision.pay_on
        assert outcome.decision.expected
    assert theirs in (await standing(desk)).decisions


async def test_a_plan_needs_somebody_who_may_approve(two_businesses: Database) -> None:
    """A bookkeeper's plan drafts what is approved; the others say what they wait for, and nothing is held for them."""
    desk = a_desk(two_businesses, cash=5000)
    await desk.approve(PRINT)
    outcomes = await Suggesting(desk.approving, desk.queue).draft(OURS, the_plan(desk), by(BEA), desk.picture)
    found = {each.bill_id: (each.decision is not None, each.refused[:25]) for each in outcomes}
    assert found == {
        RENT.ref.id: (False, "Bea is bookkeeper here an"),
        PRINT.ref.id: (True, ""),
        HOSTING.ref.id: (False, "Bea is bookkeeper here an"),
    }
    assert set(await desk.held()) == {"Print"}


async def test_what_cash_doesn_t_cover_yet_can_be_scheduled(two_businesses: Database) -> None:
    """$100 today cover no bill of $400; approved, it is scheduled for a later day, and held from that day on."""
    desk = a_desk(two_businesses, cash=100)
    draft = await desk.drafted(RENT, Schedule(in_days(7)))
    assert draft.state is DecisionState.SCHEDULED
    assert await desk.held() == {"Rent": (40000, in_days(7))}
