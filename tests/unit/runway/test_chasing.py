"""What chasing an overdue invoice is worth: chances with and without asking, turned into dollars and days."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.kit.dates import DateRange
from oodaloo.runway.calculators.chasing import chases_of
from oodaloo.runway.calculators.contact_effect import ASSUMED_EFFECT, learned_effect, with_contact
from oodaloo.runway.model.collections import Chases, ContactEffect, ContactOutcome
from oodaloo.runway.model.picture import Books, OpenItem
from oodaloo.runway.model.runway import BurnState, NetBurn
from oodaloo.runway.model.unknown import Unknown
from tests.support.books import TODAY, a_credit, an_invoice, books, days_ago, history_of, in_days, usd

BURNING = NetBurn(BurnState.BURNING, 30, usd(500), DateRange(days_ago(91), TODAY))
NOT_BURNING = NetBurn(BurnState.NOT_BURNING, None, None, DateRange(days_ago(91), TODAY))
TWICE = ContactEffect(2.0, 40, assumed=False, source="40 contacts of our own")


def chases(of: Books, chance: float = 0.5, burn: NetBurn = BURNING, effect: ContactEffect = TWICE) -> Chases:
    """What chasing is worth when each invoice is paid with that chance by itself."""
    return chases_of(of, burn, {invoice.ref: chance for invoice in of.receivables}, effect, in_days(14))


def test_the_value_of_asking_can_be_worked_out_by_hand() -> None:
    """$12,000, 21 days late, an even chance: doubled odds make 2 : 1, so 66.6667 % and $2,000.00, 4 days at $500 a day.

    The money is needed in 14 days: urgency 7 ÷ 14, 5 minutes of work: 2,000 × 0.5 ÷ 5 = $200 a minute.
    """
    (found,) = chases(books(invoices=[an_invoice("Alder", 12000, due=days_ago(21))])).chased
    assert (found.gain, found.days, found.days_late) == (usd("2000.00"), Decimal("4.0"), 21)
    assert (found.priority.urgency, found.priority.score) == (Decimal("0.50"), Decimal("200.00"))
    assert found.because == (
        "Alder owes $12,000.00, 21 days late. Within 28 days it is paid with 50% by itself and 67% when asked "
        "(learned from 40 contacts of our own): $2,000.00, 4.0 days of burn."
    )


def test_credits_are_not_asked_for() -> None:
    """$12,000 less $2,000 that the customer has paid too much leaves $10,000 to ask for."""
    of = books(invoices=[an_invoice("Alder", 12000, due=days_ago(21))], receipts=[a_credit("Alder", 2000)])
    (found,) = chases(of).chased
    assert found.amount == usd(10000)


def test_the_effect_is_assumed_with_its_source_until_contacts_tell() -> None:
    """Without contacts of our own the odds rise by 1.4, 50 % to 58 %, and the value says that this is assumed."""
    (found,) = chases(books(invoices=[an_invoice("Alder", 1000, due=days_ago(21))]), effect=ASSUMED_EFFECT).chased
    assert found.effect.assumed
    assert "NBER 17020" in found.effect.source
    assert round(found.paid_with_contact, 3) == 0.583
    assert "(the effect is assumed)" in found.because


def test_a_reliable_payer_is_left_alone_inside_the_usual_days() -> None:
    """Always 10 to 14 days late: nobody asks on day 12, but on day 20 it is worth it."""
    past = history_of("Alder", [10, 12, 12, 13, 14]).items
    inside = chases(books(invoices=[an_invoice("Alder", due=days_ago(12))], settled=past))
    assert [each.because for each in inside.left_alone] == [
        "12 days late; this customer pays 8 of 10 invoices within 13 days of the due date"
    ]
    assert len(chases(books(invoices=[an_invoice("Alder", due=days_ago(20))], settled=past)).chased) == 1


@pytest.mark.parametrize("lateness", [[10, 12], [0, 5, 10, 60, 90]])
def test_new_and_erratic_payers_are_asked(lateness: list[int]) -> None:
    """Two invoices are no habit, and 0 to 90 days late is none to rely on."""
    of = books(invoices=[an_invoice("Alder", due=days_ago(9))], settled=history_of("Alder", lateness).items)
    assert len(chases(of).chased) == 1


def test_what_is_not_overdue_is_nobodys_business() -> None:
    """An invoice due today or later is neither chased nor mentioned."""
    of = books(invoices=[an_invoice("Alder", due=TODAY), an_invoice("Birch", due=in_days(3))])
    assert chases(of) == Chases(28, (), ())


def test_an_invoice_without_a_forecast_has_no_value() -> None:
    """Without a probability there is nothing to compute, and that is said."""
    of = books(invoices=[an_invoice("Alder", due=days_ago(9))])
    (left,) = chases_of(of, BURNING, {}).left_alone
    assert left.because == "nothing is known yet about when it will be paid"


def test_without_burn_dollars_stay_dollars() -> None:
    """A business that burns no cash gains money by asking, but no days."""
    (found,) = chases(books(invoices=[an_invoice("Alder", 1000, due=days_ago(9))]), burn=NOT_BURNING).chased
    assert isinstance(found.days, Unknown)
    assert "burn" not in found.because


@pytest.mark.parametrize("chance", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(chance: float) -> None:
    """A model that gives more than certainty is at fault, and the invoice is named."""
    with pytest.raises(ValueError, match="give one from 0 to 1"):
        chases(books(invoices=[an_invoice("Alder", due=days_ago(9))]), chance)


def test_effects_are_learned_from_contacts() -> None:
    """40 contacts at even odds, 30 paid: with the 20 assumed ones 41.7 of 60 or 69 %, odds of 2.27."""
    learned = learned_effect([ContactOutcome(0.5, paid=number < 30) for number in range(40)])
    assert round(learned.odds_ratio, 2) == 2.27
    assert (learned.assumed, learned.source) == (False, "40 contacts of our own")
    few = learned_effect([ContactOutcome(0.5, paid=True)] * 3)
    assert few.assumed
    assert few.source.endswith("and 3 contacts of our own")
    assert learned_effect([]) is ASSUMED_EFFECT


@given(st.floats(0, 1), st.floats(0.1, 10))
def test_asking_keeps_a_chance_a_chance(chance: float, ratio: float) -> None:
    """Whatever the effect, the result is a probability, and what is certain either way stays so."""
    asked = with_contact(chance, replace(TWICE, odds_ratio=ratio))
    assert 0 <= asked <= 1
    assert with_contact(0.0, TWICE) == 0
    assert with_contact(1.0, TWICE) == 1
    assert (asked >= chance - 1e-12) == (ratio >= 1) or chance in (0, 1) or abs(asked - chance) < 1e-9


OVERDUE = st.lists(
    st.builds(
        an_invoice,
        customer=st.sampled_from(["Alder", "Birch"]),
        amount=st.integers(0, 10**9),
        due=st.integers(1, 400).map(days_ago),
    ),
    max_size=6,
)


@given(OVERDUE, st.floats(0, 1))
def test_no_one_gains_more_than_is_owed(invoices: list[OpenItem], chance: float) -> None:
    """A value lies between nothing and the amount, and each invoice with money is either chased or left alone."""
    found = chases(books(invoices=invoices), chance)
    for each in found.chased:
        assert usd(0) <= each.gain <= each.amount
    assert len(found.chased) + len(found.left_alone) == sum(invoice.open.cents > 0 for invoice in invoices)
    assert [each.priority.score for each in found.chased] == sorted(
        (each.priority.score for each in found.chased), reverse=True
    )
