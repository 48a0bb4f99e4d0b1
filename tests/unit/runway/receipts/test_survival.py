"""Curves of how long things take when some aren't over yet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.survival import kaplan_meier, shrunk, with_tail

CASES = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)


def test_five_invoices_by_hand() -> None:
    """Paid after 2, 4 and 4 days, open for 3 and for 6: one of five goes on day 2, two of the three left on day 4."""
    time, over = np.array([2, 4, 4, 3, 6]), np.array([True, True, True, False, False])
    (curve,) = kaplan_meier(np.zeros(5, int), time, over, np.ones(5), (1, 8))
    assert np.isclose(curve[2], 1 / 5)
    assert np.isclose(curve[4], 0.8 * 2 / 3)
    assert np.isclose(curve[-1], 0.8 / 3)
    assert np.isclose(curve.sum(), 1)


def test_what_has_not_been_seen_is_a_tail() -> None:
    """Of eight documents all paid by day 4, one in ten is kept for later, a fifth of it for each day that comes."""
    (curve,) = with_tail(np.array([[0.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0, 0.0]]), 8, last=4, seen=4.0)
    assert np.allclose(curve, [0, 0, 0.45, 0, 0.45, 0.02, 0.016, 0.064])


def test_those_who_still_wait_make_the_tail_longer() -> None:
    """The longer open documents have waited in vain beyond the last payment, the less each further day promises."""
    curve = np.array([[0.5, 0.0, 0.0, 0.0, 0.5]])
    patient, impatient = (with_tail(curve, 8, last=0, seen=seen) for seen in (40.0, 4.0))
    assert patient[0, 1] < impatient[0, 1]
    assert patient[0, -1] > impatient[0, -1]


def test_own_curves_count_by_their_documents() -> None:
    """Three own documents against one pseudo-document: three quarters to one quarter; none of one's own, the other."""
    both = shrunk(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([3.0, 0.0]), np.array([[0.0, 1.0]]), 1)
    assert both.tolist() == [[0.75, 0.25], [0.0, 1.0]]


@given(CASES, st.integers(1, 25))
def test_curves_are_distributions(cases: list[tuple[int, bool]], times: int) -> None:
    """Whatever was paid and however long the rest has waited, a curve adds up to 1 and has nothing below 0."""
    time, over = np.array([time for time, _ in cases]), np.array([over for _, over in cases])
    curve = kaplan_meier(np.zeros(len(cases), int), time, over, np.ones(len(cases)), (1, times))
    for each in (curve, with_tail(curve, len(cases), last=times // 2, seen=3.0)):
        assert np.isclose(each.sum(), 1)
        assert each.min() >= -1e-12


@given(CASES)
def test_weights_are_relative(cases: list[tuple[int, bool]]) -> None:
    """Counting every document twice changes no curve."""
    time, over = np.array([time for time, _ in cases]), np.array([over for _, over in cases])
    group, once = np.zeros(len(cases), int), np.ones(len(cases))
    assert np.allclose(
        kaplan_meier(group, time, over, once, (1, 40)), kaplan_meier(group, time, over, 2 * once, (1, 40))
    )
