"""Distributions of open documents, given that they aren't paid yet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.pay_days import PayDays


def pay_days(*left: float, age: int) -> PayDays:
    """One document with the chance of taking longer than 0, 1, … days."""
    return PayDays(np.array([0]), np.array([age]), np.array([[1.0, *left]]))


def test_a_day_old_invoice_by_hand() -> None:
    """Of ten like it eight were open after the day of issue, five a day later, then two, and one was never paid.

    So today it is open tomorrow with 5/8. Of the seven that are paid, four are within two days and all within three.
    """
    found = pay_days(0.8, 0.5, 0.2, 0.1, age=0)
    assert found.still_open(np.array([0, 1, 2, 3]))[0] == pytest.approx([1, 5 / 8, 2 / 8, 1 / 8])
    assert [int(found.quantile(level)[0]) for level in (0.4, 0.5, 0.9)] == [1, 2, 3]
    assert found.paid_at_all()[0] == pytest.approx(7 / 8)


def test_overdue_is_neither_lost_nor_tomorrow() -> None:
    """Half pay on day 1, half on day 4: one open after day 1 is expected in three days, with certainty."""
    found = pay_days(1.0, 0.5, 0.5, 0.5, 0.0, 0.0, age=1)
    assert int(found.quantile(0.5)[0]) == 3
    assert found.still_open(np.array([2, 3]))[0] == pytest.approx([1, 0], abs=1e-9)


def test_on_the_eve_of_its_issue_a_document_can_still_be_paid_at_once() -> None:
    """Always paid on the day of issue: a day from the eve."""
    assert int(pay_days(0.0, 0.0, age=-1).quantile(0.5)[0]) == 1


def test_beyond_all_experience_nothing_is_expected() -> None:
    """A document that all others would have been paid by now stays open, and no number is missing."""
    found = pay_days(0.5, 0.0, 0.0, age=1)
    assert found.still_open(np.array([0, 1]))[0] == pytest.approx([1, 1])
    assert found.paid_at_all()[0] == 1
    assert int(found.quantile(0.5)[0]) == 1


@given(st.lists(st.floats(0, 1), min_size=4, max_size=30), st.data())
def test_later_quantiles_are_later(chances: list[float], data: st.DataObject) -> None:
    """What is more certain takes longer, and waiting never becomes likelier."""
    left = np.minimum.accumulate(np.array(chances))
    found = pay_days(*left, age=data.draw(st.integers(-1, len(chances) - 3)))
    days = [int(found.quantile(level / 10)[0]) for level in range(1, 10)]
    assert days == sorted(days)
    assert (np.diff(found.still_open(np.arange(10))[0]) <= 0).all()
