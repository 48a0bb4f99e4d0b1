"""Dependence learned from past Fridays, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.dependence import PairMoments, dependence_from, pair_moments
from oodaloo.runway.calculators.receipts.draws import Dependence

FIRST = 1_000
PULL = -0.5 * np.log(0.5)


def friday(number: int, *paid_week: int, customers: Sequence[int], weeks: int = 1) -> PairMoments:
    """A Friday on which each document had an even chance in each week, and when it was paid (9 for later)."""
    hazard = np.full((len(paid_week), weeks), 0.5)
    return pair_moments(FIRST + 7 * number, hazard, np.array(paid_week), np.array(customers))


def learned(fridays: Sequence[PairMoments], *, weeks_later: int = 100) -> Dependence:
    """What is learned so many weeks after the first of them."""
    return dependence_from(fridays, FIRST + 7 * weeks_later)


def test_two_customers_who_always_pay_together() -> None:
    """Each surprise is ½ or -½, so each pair's product is ¼; a common pace of variance 1 would make 0.3466² of it."""
    together = [friday(n, *([0, 0] if n % 2 else [9, 9]), customers=[1, 2]) for n in range(10)]
    assert learned(together).shared == pytest.approx(0.25 / PULL**2)


def test_customers_who_take_turns_share_nothing() -> None:
    """When one pays the other doesn't: the products are negative, and the variance is none."""
    assert learned([friday(n, 0, 9, customers=[1, 2]) for n in range(10)]) == Dependence()


def test_two_invoices_of_one_customer_that_always_come_together() -> None:
    """Pairs of one customer say nothing about everyone, but that the customer pays all or nothing."""
    found = learned([friday(n, *([0, 0] if n % 2 else [9, 9]), customers=[1, 1]) for n in range(10)])
    assert found.shared == 0
    assert found.customer == pytest.approx(0.99)


def test_what_lasts_links_one_week_with_the_next() -> None:
    """Two customers, two weeks: after a week in which neither paid both pay; so it doesn't last."""
    turning = [friday(n, 1, 1, customers=[1, 2], weeks=2) for n in range(10)]
    staying = [friday(n, 9, 9, customers=[1, 2], weeks=2) for n in range(10)]
    assert learned(turning).persistent == 0
    assert learned(staying).persistent > 0
    assert learned(staying).persistent <= learned(staying).shared


def test_before_eight_fridays_payments_are_independent() -> None:
    """Seven Fridays say nothing; of ten, eight are over seven days after the eighth and one day before that seven."""
    fridays = [friday(n, 0, 0, customers=[1, 2]) for n in range(10)]
    assert learned(fridays[:7]) == Dependence()
    assert dependence_from(fridays, FIRST + 7 * 8 - 1) == Dependence()
    assert dependence_from(fridays, FIRST + 7 * 8).shared > 0


def test_a_friday_counts_no_more_than_twice_the_mean() -> None:
    """A Friday with a thousand pairs doesn't silence nine with one: each counts scale / (scale + mean)."""
    quiet = [friday(n, 0, 9, customers=[1, 2]) for n in range(9)]
    busy = friday(9, *[0] * 40, customers=list(range(40)))
    small, large = 2 * PULL**2, 40 * 39 * PULL**2
    mean = (9 * small + large) / 10
    weights = [small / (small + mean)] * 9 + [large / (large + mean)]
    ratios = [-0.25 / PULL**2] * 9 + [0.25 / PULL**2]
    assert learned([*quiet, busy]).shared == pytest.approx(max(0, np.average(ratios, weights=weights)))


def test_nobody_open_teaches_nothing() -> None:
    """Fridays with a single document have no pairs."""
    assert learned([friday(n, 0, customers=[1]) for n in range(20)]) == Dependence()
