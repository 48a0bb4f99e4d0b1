"""How much customers differ from each other, compared with how much each differs from itself."""

import numpy as np

from oodaloo.runway.calculators.receipts.moments import Variances, far_from_usual, variances


def test_two_customers_by_hand() -> None:
    """One pays 3 days early or late, the other 3 or 9 days late: within 22, between 7, so K is 22/7.

    Squares within sum to 36, those of the means to 36. Four further values say that all is the same, each 72/3.
    So within is (36 + 4 x 24) / (2 + 4) = 22, and between is (36 - 22) / 2 = 7.
    """
    found = variances(np.array([-3.0, 3.0, 3.0, 9.0]), np.array([0, 0, 1, 1]), np.ones(4))
    assert np.isclose(found.within, 22)
    assert np.isclose(found.between, 7)
    assert np.isclose(found.value_of_one, 7 / 22)


def test_one_time_customers_say_nothing_about_customers() -> None:
    """When nobody comes twice, all that differs lies within, and no single payment says anything about the next."""
    found = variances(np.array([0.0, 10.0, 40.0, 90.0]), np.arange(4), np.ones(4))
    assert found.between == 0
    assert found.value_of_one == 0


def test_customers_who_never_vary_are_taken_at_their_word() -> None:
    """Where all variance is between customers one payment says nearly everything, but it is never infinite."""
    assert Variances(within=0.0, between=4.0).value_of_one == 1e6
    assert Variances(within=0.0, between=0.0).value_of_one == 0


def test_nothing_known_is_no_difference() -> None:
    """Without values there is nothing to differ, and one alone doesn't either."""
    assert variances(np.zeros(0), np.zeros(0, int), np.zeros(0)) == Variances(0.0, 0.0)
    assert variances(np.ones(1), np.zeros(1, int), np.ones(1)) == Variances(0.0, 0.0)


def test_one_payment_years_late_does_not_move_the_limit() -> None:
    """The middle distance from the middle counts: 1 day here, so that four robust deviations are 5.93 days."""
    usual = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 1_000.0, 0.0])
    assert np.isclose(far_from_usual(usual, least=0.5), 4 * 1.4826)
    assert far_from_usual(np.zeros(3), least=0.5) == 2
