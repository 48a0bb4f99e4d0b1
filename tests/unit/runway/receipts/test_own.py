"""A customer's own lags as a distribution, by hand."""

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.arrays import Floats
from oodaloo.runway.calculators.receipts.own import own_curves
from oodaloo.runway.calculators.receipts.past import past_of
from oodaloo.runway.model.receipts import Document
from tests.support.receivables import a_document, a_ledger, day
from tests.unit.runway.receipts.test_standing import HORIZON, pool_at

POINT = 0.5
MIDDLE_OF_KERNEL = 1 / (1 + 2 * np.exp(-2) + 2 * np.exp(-8))


def curve(*documents: Document, pool_days: tuple[int, ...], level: float | None = None, on: int = 90) -> Floats:
    """Alder's own distribution without forgetting; `level` is the pool's at the issue of its documents."""
    ledger, pools = a_ledger(documents), pool_at(*pool_days)
    past = past_of(ledger, np.array([0]), np.array([day(on).toordinal()]), np.array([len(ledger)]))
    levels = np.full(len(ledger), pools.level[0] if level is None else level)
    _, unlimited = own_curves(past, np.array([30]), ledger, levels, pools, POINT)
    assert unlimited.sum() == pytest.approx(1)
    return np.asarray(unlimited[0])


def test_one_payment_weighs_as_much_as_the_pool() -> None:
    """Paid once after 20 days where the pool says 30: half lies around 20, half on 30."""
    found = curve(a_document(issued=0, lag=20), pool_days=(30,))
    assert found[20] == pytest.approx(MIDDLE_OF_KERNEL / 2)
    assert found[18:23].sum() == pytest.approx(0.5)
    assert found[30] == pytest.approx(0.5)


def test_an_open_invoice_is_a_payment_still_to_come() -> None:
    """Half are paid on day 5, half on day 30. One open for 10 days counts half, and only for day 30: 1/3 to 2/3."""
    found = curve(a_document(issued=80), pool_days=(5, 30))
    assert found[[5, 30]] == pytest.approx([1 / 3, 2 / 3])


def test_one_given_up_is_a_payment_that_never_comes() -> None:
    """Beside the pool's one document, one written off leaves half to never."""
    assert curve(a_document(issued=0, written_off=80), pool_days=(30,))[-1] == pytest.approx(0.5)


def test_old_lags_move_with_everyone() -> None:
    """When the customer took 50 days everyone took 40; now everyone takes 30, so 40 are expected of it."""
    found = curve(a_document(issued=0, lag=50), pool_days=(30,), level=40.0)
    assert found[38:43].sum() == pytest.approx(0.5)


def test_nothing_is_smeared_beyond_the_days_there_are() -> None:
    """Paid at once, and paid later than can be told apart: both stay among the days."""
    at_once = curve(a_document(issued=0, lag=0), pool_days=(30,))
    much_later = curve(a_document(issued=0, lag=400), pool_days=(30,), on=500)
    assert at_once[:3].sum() == pytest.approx(0.5)
    assert much_later[HORIZON - 2 : HORIZON + 1].sum() == pytest.approx(0.5)
