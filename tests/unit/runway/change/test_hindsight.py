"""How right a forecast was, item by item, in weeks small enough to be worked by hand."""

from dataclasses import replace
from datetime import timedelta

from oodaloo.runway.calculators.change.hindsight import hindsight_of
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.hindsight import Dated, Hindsight, Outcome, OutcomeKind, Source
from oodaloo.runway.model.picture import Books, MovementKind
from oodaloo.runway.model.reference import RecordKind
from tests.support.books import (
    a_bill,
    a_card,
    a_credit,
    a_movement,
    a_picture,
    an_invoice,
    books,
    days_ago,
    history_of,
    in_days,
    payrolls,
    usd,
)
from tests.support.passing import days_later

ENGINE = RunwayCalculator()
HABITS = {name: history_of(name, [0] * 8) for name in ("Alder", "Birch", "Cedar")}


def an_agency(**parts: object) -> Books:
    """$50,000, payroll of $20,000 next Friday, and three customers who always paid on the day."""
    return books(
        50_000,
        settled=[item for some in HABITS.values() for item in some.items],
        movements=[*payrolls(last=days_ago(7)), *(each for some in HABITS.values() for each in some.movements)],
        **parts,  # type: ignore[arg-type]  # passed on as books() takes them
    )


def hindsight(then: Books, now: Books) -> Hindsight:
    """What the forecast of the first books looks like from the second."""
    found = hindsight_of(ENGINE.current(a_picture(then)), a_picture(now))
    assert sum(outcome.error.cents for outcome in found.outcomes) == found.error.cents
    return found


def of_party(found: Hindsight, name: str) -> Outcome:
    """The one outcome of a customer or vendor."""
    (outcome,) = [each for each in found.outcomes if each.party is not None and each.party.name == name]
    return outcome


def test_a_week_of_customers() -> None:
    """Said: 50,000 + 4,000 + 6,000 − 20,000 = 40,000. Alder's 4,000 came a day late, Birch's 6,000 haven't come, and
    Cedar's 3,000 came six weeks early: 50,000 + 4,000 + 3,000 − 20,000 = 37,000, which is 3,000 less than said."""
    on_time = an_invoice("Alder", 4_000, issued=days_ago(25), due=in_days(3))
    missing = an_invoice("Birch", 6_000, issued=days_ago(24), due=in_days(4))
    early = an_invoice("Cedar", 3_000, due=in_days(46))
    then = an_agency(invoices=[on_time, missing, early])
    payroll = a_movement(in_days(7), -20_000, category="Wages", category_type="PayrollExpenses", memo="Payroll")
    found = hindsight(then, days_later(then, 7, paid=[(on_time, in_days(4)), (early, in_days(5))], moved=[payroll]))
    assert (found.said, found.happened, found.error) == (usd(40_000), usd(37_000), usd(-3_000))
    alder, birch, cedar = (of_party(found, name) for name in ("Alder", "Birch", "Cedar"))
    assert (alder.kind, alder.error_days, alder.error) == (OutcomeKind.AS_EXPECTED, 1, usd(0))
    assert (birch.kind, birch.error_days, birch.error) == (OutcomeKind.NOT_YET, 3, usd(-6_000))
    assert (cedar.kind, cedar.error_days, cedar.error) == (OutcomeKind.EARLIER, -41, usd(3_000))
    assert birch.sentence == "Birch: $6,000 expected Tue, Oct 6 has not come"
    assert cedar.sentence == "Cedar: $3,000 came Wed, Oct 7, 41 days earlier than expected"


def test_the_range_that_was_given() -> None:
    """The range of that day is kept beside what was said, and what happened lies in it or not."""
    then = an_agency(invoices=[an_invoice("Birch", 6_000, issued=days_ago(24), due=in_days(4))])
    payroll = a_movement(in_days(7), -20_000, category="Wages", category_type="PayrollExpenses", memo="Payroll")
    found = hindsight(then, days_later(then, 7, moved=[payroll, a_movement(in_days(2), -50_000, "Fire")]))
    assert found.cautious is not None
    assert found.good is not None
    assert found.cautious <= found.said <= found.good
    assert found.inside is False


def test_a_week_of_bills() -> None:
    """Tide was paid as expected, Vellum in part: $1,500 of $2,000."""
    tide, vellum = a_bill("Tide", 900, due=in_days(4)), a_bill("Vellum", 2_000, due=in_days(5))
    then = an_agency(bills=[tide, vellum])
    part = replace(vellum, open=usd(1_500))
    now = days_later(then, 7, paid=[(tide, in_days(4)), (part, in_days(5))])
    rest = replace(vellum, open=usd(500))
    now = replace(
        now,
        payables=(rest,),
        bills_issued=tuple(rest if item.ref == vellum.ref else item for item in now.bills_issued),
        accounts=tuple(replace(each, balance=each.balance + usd(500)) for each in now.accounts),
        movements=tuple(
            replace(each, amount=usd(-1_500)) if vellum.ref in each.documents else each for each in now.movements
        ),
        settled_bills=(),
    )
    found = hindsight(then, now)
    assert of_party(found, "Tide").kind is OutcomeKind.AS_EXPECTED
    in_part = of_party(found, "Vellum")
    assert (in_part.kind, in_part.error) == (OutcomeKind.OTHER_AMOUNT, usd(500))
    assert in_part.sentence == "Vellum: $1,500 was paid Wed, Oct 7, as expected, $2,000 expected"


def test_a_flow_that_came_a_day_late_and_larger() -> None:
    """Payroll left on Saturday, and it was $21,000."""
    then = an_agency()
    payroll = a_movement(in_days(8), -21_000, category="Wages", category_type="PayrollExpenses", memo="Payroll")
    found = hindsight(then, days_later(then, 8, moved=[payroll]))
    (outcome,) = found.outcomes
    assert (outcome.source, outcome.kind) == (Source.FLOW, OutcomeKind.OTHER_AMOUNT)
    assert (outcome.expected, outcome.happened) == (
        Dated(in_days(7), usd(-20_000)),
        Dated(in_days(8), usd(-21_000)),
    )
    assert (outcome.error, outcome.error_days) == (usd(-1_000), 1)


def test_money_nobody_expected() -> None:
    """A refund, a check to a shop, and a purchase that was entered late."""
    then = an_agency()
    moved = [
        a_movement(in_days(2), 700, "Insurer", category="Refunds"),
        a_movement(in_days(3), -300, "Shop"),
        a_movement(days_ago(4), -200, "Shop"),
    ]
    found = hindsight(then, days_later(then, 5, moved=moved))
    errors = {outcome.label: outcome.error for outcome in found.outcomes}
    assert errors == {"Other receipts": usd(700), "Other spending": usd(-300), "Entered late": usd(-200)}
    assert all(outcome.kind is OutcomeKind.UNEXPECTED for outcome in found.outcomes)


def test_a_card_and_a_balance_that_was_corrected() -> None:
    """The card was to be paid in full, 1,000, and was paid 400; the bank balance lost 50 without a record."""
    card_payment = a_movement(days_ago(25), -900, category="Visa", kind=MovementKind.CARD_PAYMENT)
    then = an_agency(cards=[a_card(1_000)])
    then = replace(then, movements=tuple(sorted((*then.movements, card_payment), key=lambda each: each.dated)))
    assessment = ENGINE.current(a_picture(then))
    due = next(item for item in assessment.projection.items if "Visa" in item.label)
    days = (due.dated - then.as_of).days
    paid = a_movement(due.dated, -400, category="Visa", kind=MovementKind.CARD_PAYMENT)
    now = days_later(then, days, moved=[paid])
    now = replace(now, accounts=tuple(replace(each, balance=each.balance - usd(50)) for each in now.accounts))
    found = hindsight_of(assessment, a_picture(now))
    errors = {outcome.source: outcome.error for outcome in found.outcomes if outcome.source is not Source.FLOW}
    assert errors == {Source.CARD: usd(600), Source.CORRECTION: usd(-50)}


def test_credits_are_no_money() -> None:
    """An invoice that was settled by a credit memo brought nothing, although it isn't open any more."""
    invoice = an_invoice("Alder", 4_000, issued=days_ago(25), due=in_days(3))
    then = an_agency(invoices=[invoice])
    now = days_later(then, 7, paid=[(invoice, in_days(3))])
    now = replace(
        now,
        movements=tuple(each for each in now.movements if invoice.ref not in each.documents),
        accounts=tuple(replace(each, balance=each.balance - usd(4_000)) for each in now.accounts),
    )
    found = hindsight(then, now)
    alder = [
        (each.kind, each.error) for each in found.outcomes if each.party is not None and each.party.name == "Alder"
    ]
    assert alder == [(OutcomeKind.AS_EXPECTED, usd(0)), (OutcomeKind.OTHER_AMOUNT, usd(-4_000))]


def test_a_bill_that_a_credit_made_smaller() -> None:
    """1,035 less a credit of 110 were expected as 925, and 925 were paid: as expected, and nothing beside it."""
    bill = a_bill("Dahl", 1_035, due=in_days(4))
    then = replace(an_agency(bills=[bill]), vendor_credits=(a_credit("Dahl", 110, kind=RecordKind.VENDOR_CREDIT),))
    now = replace(days_later(then, 7, paid=[(bill, in_days(4))]), vendor_credits=())
    now = replace(
        now,
        movements=tuple(replace(m, amount=usd(-925)) if bill.ref in m.documents else m for m in now.movements),
        accounts=tuple(replace(each, balance=each.balance + usd(110)) for each in now.accounts),
    )
    outcome = of_party(hindsight(then, now), "Dahl")
    assert (outcome.kind, outcome.error, outcome.happened) == (
        OutcomeKind.AS_EXPECTED,
        usd(0),
        Dated(in_days(4), usd(-925)),
    )


def test_a_document_that_is_due_behind_the_week_is_no_outcome() -> None:
    """Nothing was expected of it, nothing came: nothing is said."""
    then = an_agency(invoices=[an_invoice("Alder", 4_000, due=in_days(40))])
    found = hindsight(then, replace(then, as_of=then.as_of + timedelta(days=3)))
    assert found.outcomes == ()
