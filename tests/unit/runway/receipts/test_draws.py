"""Joint draws: right one by one, the same in any company, and together as far as they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.calculators.receipts.dice import keys_of
from oodaloo.runway.calculators.receipts.draws import Dependence, Dice, drawn_days, drawn_totals
from oodaloo.runway.calculators.receipts.pay_days import PayDays

HORIZON = 150
INDEPENDENT = Dice(Dependence(), paths=4_000, weeks=4)


def fading(*chances_a_day: float) -> PayDays:
    """Documents that are paid with a constant chance each day, of ages 0 to 19."""
    left = [np.append(1.0, (1 - chance) ** np.arange(1, HORIZON + 2)) for chance in chances_a_day]
    return PayDays(np.arange(len(left)), np.arange(len(left)) % 20, np.array(left))


def names(count: int, *, customers: int = 1_000) -> tuple[np.ndarray, np.ndarray]:
    """Keys of documents and of their customers."""
    return keys_of(f"invoice {n}" for n in range(count)), keys_of(f"customer {n % customers}" for n in range(count))


def days_of(pay: PayDays, dice: Dice, *, customers: int = 1_000) -> np.ndarray:
    """Drawn days of documents of so many customers."""
    return drawn_days(pay, *names(len(pay.age), customers=customers), dice)


@pytest.mark.parametrize("dependence", [Dependence(), Dependence(shared=0.01), Dependence(customer=0.2)])
def test_each_document_is_drawn_as_often_as_its_chances_say(dependence: Dependence) -> None:
    """Day for day the share of paths agrees with the distribution, to three standard errors and a cell of luck."""
    pay = fading(0.02, 0.08)
    days = days_of(pay, Dice(dependence, paths=20_000, weeks=4))
    waiting = pay.still_open(np.array([7, 14, 28]))
    for column, horizon in enumerate((7, 14, 28)):
        drawn = ((days == 0) | (days > horizon)).mean(axis=1)
        assert drawn == pytest.approx(waiting[:, column], abs=0.012)


def test_a_certain_day_is_drawn_in_every_path() -> None:
    """Paid on the ninth day from now, whatever the dice say; one that never comes is 0 throughout."""
    left = np.array([np.where(np.arange(40) < 10, 1.0, 0.0), np.ones(40)])
    days = days_of(PayDays(np.arange(2), np.zeros(2, int), left), INDEPENDENT)
    assert (days[0] == 9).all()
    assert (days[1] == 0).all()


@given(
    st.lists(st.floats(0.001, 0.5), min_size=2, max_size=6),
    st.sampled_from([Dependence(), Dependence(0.3, 0.1, 0.2), Dependence(customer=0.5)]),
)
def test_adding_a_document_changes_no_other(chances: list[float], dependence: Dependence) -> None:
    """The draws of the first documents are the same with and without the last one, path for path."""
    dice = Dice(dependence, paths=200, weeks=13)
    documents, customers = names(len(chances), customers=2)
    pay = fading(*chances)
    fewer = PayDays(pay.document[:-1], pay.age[:-1], pay.left[:-1])
    with_it = drawn_days(pay, documents, customers, dice)
    without = drawn_days(fewer, documents[:-1], customers[:-1], dice)
    assert (with_it[:-1] == without).all()


@given(st.sampled_from([Dependence(), Dependence(0.3, 0.1, 0.2)]), st.integers(1, 13))
def test_totals_are_the_sums_of_the_days(dependence: Dependence, weeks: int) -> None:
    """A week's total is, path for path, what is drawn for its seven days."""
    dice, pay, amounts = Dice(dependence, paths=100, weeks=weeks), fading(0.03, 0.1, 0.3), np.array([100.0, 2.0, 30.0])
    days = days_of(pay, dice)
    totals = drawn_totals(pay, amounts, *names(3), dice)
    for week in range(weeks):
        inside = (days > 7 * week) & (days <= 7 * week + 7)
        assert (totals[week] == amounts @ inside).all()


def test_a_common_pace_makes_totals_wider() -> None:
    """A hundred documents paid in common weather spread more than on their own, and about the same on average."""
    pay, amounts = fading(*[0.04] * 100), np.ones(100)
    alone, common = (
        drawn_totals(pay, amounts, *names(100), Dice(each, paths=4_000)) for each in (Dependence(), Dependence(0.25))
    )
    assert common[0].std() > 1.5 * alone[0].std()
    assert common[0].mean() == pytest.approx(alone[0].mean(), rel=0.06)


def test_a_lasting_pace_links_the_weeks() -> None:
    """Where all of the pace lasts, quick first weeks have quick second ones; where none does, they say nothing."""

    def link(dependence: Dependence) -> float:
        """Correlation of the first two weeks' hazards, from many documents that fade evenly."""
        totals = drawn_totals(fading(*[0.02] * 400), np.ones(400), *names(400), Dice(dependence, paths=4_000))
        first, second = totals[0] / 400, totals[1] / (400 - totals[0])
        return float(np.corrcoef(first, second)[0, 1])

    assert link(Dependence(0.2, 0.2)) > 0.6
    assert abs(link(Dependence(0.2, 0.0))) < 0.1


def test_documents_of_one_customer_share_their_luck() -> None:
    """Two equal documents of one customer come on the same day in about the share of paths that both join, and more."""
    left = np.tile(fading(0.05).left, (2, 1))
    pay = PayDays(np.arange(2), np.zeros(2, int), left)
    together, apart = (
        days_of(pay, Dice(Dependence(customer=0.5), paths=4_000), customers=count) for count in (1, 1_000)
    )
    same = (together[0] == together[1]).mean() - (apart[0] == apart[1]).mean()
    assert same == pytest.approx(0.5 * (1 - (apart[0] == apart[1]).mean()), abs=0.04)


def test_nothing_open_is_nothing_drawn() -> None:
    """Without open documents there are no days and the totals are zero."""
    nothing: Floats = np.ones((0, HORIZON))
    pay = PayDays(np.zeros(0, int), np.zeros(0, int), nothing)
    assert drawn_days(pay, *names(0), INDEPENDENT).shape == (0, 4_000)
    assert not drawn_totals(pay, np.zeros(0), *names(0), INDEPENDENT).any()
