"""The shapes of past errors."""

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.shapes import bucket, shape_of


def test_a_forecast_that_was_always_right_is_nearly_trusted() -> None:
    """After 38 errors of nothing, 39 of 40 parts lie in the cell at nothing, the last one above."""
    shape = shape_of(np.zeros(38), np.ones(38, bool), np.ones(38), np.zeros(38), 0.0)
    assert shape.below(np.array([[0.0, 1 / 32, 1 / 16]]), np.zeros(1))[0] == pytest.approx([0, 0.975 / 2, 0.975])


def test_few_own_errors_lean_on_everyone() -> None:
    """Thirty new customers paid 1 spread early, one known customer 1 late: 30 pseudo-documents to 1 of its own."""
    error = np.append(np.full(30, -1.0), 1.0)
    shape = shape_of(error, np.ones(31, bool), np.ones(31), np.append(np.zeros(30), 30.0), 0.0)
    new, known = shape.below(np.zeros((2, 1)), np.array([0.0, 30.0]))[:, 0]
    assert new > 0.95
    assert known == pytest.approx(30 / 31 * 30 / 31 * (1 - 1 / 33))


def test_open_documents_say_that_it_takes_longer() -> None:
    """Half were paid a spread early; the other half is open and already a spread late, so that half is above."""
    error, over = np.repeat([-1.0, 1.0], 50), np.repeat([True, False], 50)
    shape = shape_of(error, over, np.ones(100), np.zeros(100), 0.0)
    assert shape.below(np.array([[0.9]]), np.zeros(1))[0, 0] == pytest.approx(0.5, abs=0.01)


def test_what_is_given_up_is_never_reached() -> None:
    """A tenth of what is over was written off: no error is so large that it lies below it."""
    shape = shape_of(np.zeros(98), np.ones(98, bool), np.ones(98), np.zeros(98), 0.1)
    assert shape.below(np.array([[100.0]]), np.zeros(1))[0, 0] <= 0.9


def test_buckets_begin_where_they_say() -> None:
    """0, 1, 2-3, 4-8, 9-20 and 21 or more settled documents; halves are rounded."""
    settled = np.array([0, 0.4, 1, 2, 3, 4, 8, 9, 20, 21, 500])
    assert bucket(settled).tolist() == [0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 5]
