"""Books as bad as they come: an answer or a reason, and every number that is shown is one."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.earmarks import Decided, PlannedDay
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.recurring import Rhythm
from oodaloo.runway.model.reference import Party, RecordKind, RecordRef
from oodaloo.runway.model.runway import RunwayState
from oodaloo.runway.model.scenario import EndFlow, NewFlow, OneOff, ResizeFlow, SlipCustomer, Suppositions
from tests.support.books import (
    TODAY,
    USD,
    a_bill,
    a_card,
    a_credit,
    a_hold,
    a_movement,
    a_picture,
    a_reserve,
    an_account,
    an_invoice,
    books,
    days_ago,
    every,
    history_of,
    in_days,
    payrolls,
    undated,
    usd,
)

BILLION = 10**9


def assess(of: Books) -> Assessment:
    """What the engine says about these books."""
    return RunwayCalculator(200).current(a_picture(of))


def everything(*, invoices: int = 1_000, bills: int = 700) -> Books:
    """One of each kind of record."""
    history = history_of("Alder", [3, 5, 8])
    return books(
        10_000,
        invoices=[an_invoice("Alder", invoices), an_invoice("Birch", invoices)],
        bills=[a_bill("Pier 9", bills)],
        receipts=[a_credit("Birch", 100)],
        credits_of_vendors=[a_credit("Pier 9", 50, kind=RecordKind.VENDOR_CREDIT)],
        cards=[a_card(900)],
        settled=history.items,
        movements=[*history.movements, *payrolls(-2_000)],
        undeposited=300,
    )


STORIES: dict[str, Callable[[], Books]] = {
    "nothing at all": lambda: books(0),
    "no account": lambda: books(accounts=[]),
    "no history": lambda: books(10_000, invoices=[an_invoice()], bills=[a_bill()]),
    "one customer, never paid": lambda: books(
        10_000, invoices=[an_invoice("Only")], movements=[a_movement(days_ago(9), -5, "Shop")]
    ),
    "no payroll": lambda: replace(everything(), movements=()),
    "overdrawn": lambda: replace(everything(), accounts=(an_account(-5_000),)),
    "customers with credits only": lambda: books(10_000, receipts=[a_credit("Birch", 5_000)], movements=payrolls(-500)),
    "credits beyond what is open": lambda: replace(everything(), unapplied_receipts=(a_credit("Birch", BILLION),)),
    "dated in the future": lambda: replace(
        everything(),
        receivables=(
            an_invoice("Alder", 500, issued=in_days(40), due=in_days(70)),
            an_invoice("Newcomer", 500, issued=in_days(1), due=in_days(1)),
        ),
        payables=(a_bill("Pier 9", 500, issued=in_days(400), due=in_days(430)),),
    ),
    "due before it was issued": lambda: replace(
        everything(), receivables=(an_invoice("Alder", 500, issued=days_ago(1), due=days_ago(900)),)
    ),
    "without due dates": lambda: replace(
        everything(), receivables=(undated(an_invoice("Alder")),), payables=(undated(a_bill("Pier 9")),)
    ),
    "at the ends of the calendar": lambda: replace(
        everything(),
        receivables=(
            an_invoice("Alder", 500, issued=date.min, due=date.min),
            an_invoice("Birch", 500, issued=date.max, due=date.max),
            an_invoice("Cedar", 500, issued=days_ago(5), due=date.max),
        ),
        payables=(
            a_bill("Pier 9", 500, issued=date.min, due=date.min),
            a_bill("Pier 9", 500, issued=date.max, due=date.max),
        ),
    ),
    "older than anything": lambda: replace(
        everything(), receivables=(an_invoice("Alder", 500, issued=days_ago(5_000), due=days_ago(4_970)),)
    ),
    "amounts of a billion": lambda: everything(invoices=BILLION, bills=BILLION),
    "documents of a cent": lambda: replace(
        everything(), receivables=(an_invoice("Alder", "0.01"),), payables=(a_bill("Pier 9", "0.01"),)
    ),
    "always cash-positive": lambda: books(
        50_000,
        movements=[
            *payrolls(-2_000),
            *(a_movement(day, 9_000, "Stripe", category="Sales") for day in every(14, days_ago(8), 20)),
        ],
    ),
    "other currencies left out": lambda: replace(everything(), foreign_documents=7),
    "on a holiday": lambda: replace(everything(), as_of=date(2026, 12, 25)),
    "a long time after": lambda: replace(everything(), as_of=date(2031, 1, 4)),
    "before everything": lambda: replace(everything(), as_of=date(2020, 2, 29)),
}


@pytest.mark.parametrize("story", STORIES)
def test_there_is_an_answer_or_a_reason(story: str) -> None:
    """A state, sentences, and finite numbers in their order; unknown has a reason and no date."""
    found = assess(STORIES[story]())
    runway, simulation = found.runway, found.simulation
    assert runway.because
    assert len(found.projection.days) == len(simulation.days) == 92
    for day in simulation.days:
        assert day.cautious <= day.middle <= day.good
        assert math.isfinite(day.short)
    assert all(0 <= cover.missed <= 1 for cover in runway.payrolls)
    assert (runway.days is not None) == (runway.state is RunwayState.DATED)
    if runway.state is RunwayState.UNKNOWN:
        assert (runway.cautious_days, runway.good_days, runway.lowest, runway.payrolls) == (None, None, None, ())
    text = " ".join(runway.because).lower()
    assert "nan" not in text.split()
    assert "none" not in text.split(" $")


def test_what_they_come_to() -> None:
    """The states of the stories whose answer is plain."""
    states = {name: assess(STORIES[name]()).runway.state for name in STORIES}
    assert states["nothing at all"] is states["no account"] is states["no history"] is RunwayState.UNKNOWN
    assert states["overdrawn"] is RunwayState.DATED
    assert states["always cash-positive"] is RunwayState.SUSTAINED
    assert states["amounts of a billion"] is RunwayState.DATED


def test_decisions_about_what_is_not_there_move_nothing() -> None:
    """Plans, holds and suppositions about unknown bills, customers and flows change no number."""
    plain = a_picture(everything())
    gone = RecordRef(RecordKind.BILL, "gone")
    supposed = Suppositions(
        slips=(SlipCustomer(Party("nobody", "Nobody"), 400),),
        flows=(NewFlow("Never", in_days(9), Rhythm.WEEKLY, usd(-5), until=days_ago(9)),),
        resized=(ResizeFlow("no flow", TODAY, usd(1)),),
        ended=(EndFlow("no flow", TODAY),),
        dropped=(gone,),
        one_offs=(OneOff("Far away", date.max, usd(BILLION)),),
    )
    odd = replace(plain, planned=(PlannedDay(gone, Decided.PAY_NOW, TODAY),), supposed=supposed)
    calculator = RunwayCalculator(200)
    assert calculator.current(odd).simulation == calculator.current(plain).simulation


def test_extreme_suppositions_have_an_answer() -> None:
    """A customer slips by centuries or comes centuries early, a billion comes or goes: whole cents on every day."""
    plain = a_picture(everything())
    customer = plain.books.receivables[0].party
    bill = plain.books.payables[0]
    for supposed in (
        Suppositions(slips=(SlipCustomer(customer, 10**6),)),
        Suppositions(slips=(SlipCustomer(customer, -(10**6)),)),
        Suppositions(one_offs=(OneOff("Prize", days_ago(9), usd(BILLION)), OneOff("Fine", TODAY, usd(-BILLION)))),
        Suppositions(flows=(NewFlow("Rain", date(1900, 1, 31), Rhythm.QUARTERLY, Money(0, USD)),)),
    ):
        assert RunwayCalculator(50).current(replace(plain, supposed=supposed)).runway.because
    earmarks = (a_hold(bill, BILLION), a_hold(bill, BILLION, dated=date.max), a_reserve(BILLION, purpose="no flow"))
    assert RunwayCalculator(50).current(replace(plain, earmarks=earmarks)).runway.days == 0
