"""Where a customer stands against the pool, by hand and as laws."""

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.experts import EXPERTS
from oodaloo.runway.calculators.receipts.moments import Variances
from oodaloo.runway.calculators.receipts.past import past_of
from oodaloo.runway.calculators.receipts.standing import Difference, Standing, differences, standings
from oodaloo.runway.calculators.receipts.terms import TermPools
from oodaloo.runway.model.receipts import Document
from tests.support.receivables import a_document, a_ledger, day

DAYS_SHORT, DAYS_LONG, LOGS_SHORT, LOGS_LONG = range(len(EXPERTS))
HORIZON = 100


def pool_at(*days: int) -> TermPools:
    """A pool of net 30 in which each of these days is as likely as the others."""
    curve = np.zeros((1, HORIZON + 2))
    curve[0, list(days)] = 1 / len(days)
    return TermPools(np.array([30]), curve, np.array([10.0]), 0.0)


def standing_of(
    *documents: Document, pools: TermPools, value_of_one: float, on: int = 90, far: float = 1_000.0
) -> Standing:
    """Alder's standing for a net 30 document, with one scale of differences for all experts."""
    ledger = a_ledger(documents)
    past = past_of(ledger, np.array([0]), np.array([day(on).toordinal()]), np.array([len(ledger)]))
    apart = (Difference(Variances(100.0, 100.0 * value_of_one), far),) * len(EXPERTS)
    return standings(past, np.array([30]), ledger, np.full(len(ledger), 26.0), pools, apart)


def test_two_late_payments_by_hand() -> None:
    """Twice paid after 32 days where 26 are usual, K is 2: without forgetting 12 / (2 + 2) = 3 days later than usual.

    With a memory of three documents the older one counts 2^(-1/3) = 0.794: 6 x 1.794 / (1.794 + 2) = 2.84.
    """
    documents = a_document(issued=0, lag=32), a_document(issued=7, lag=32)
    found = standing_of(*documents, pools=pool_at(26), value_of_one=0.5)
    assert found.centre[DAYS_LONG, 0] == pytest.approx(26 + 3)
    assert found.centre[DAYS_SHORT, 0] == pytest.approx(26 + 6 * 1.7937 / 3.7937, abs=1e-4)
    assert found.settled[0] == 2


def test_a_customer_without_a_past_is_like_everyone() -> None:
    """Nothing known: the pool's level and everyone's spread."""
    found = standing_of(a_document("Birch", issued=0, lag=32), pools=pool_at(26), value_of_one=0.5)
    ours = standing_of(a_document("Birch", issued=0, lag=90), pools=pool_at(26), value_of_one=0.0)
    assert ours.centre[DAYS_LONG, 0] == pytest.approx(26)
    assert found.spread[DAYS_LONG, 0] == pytest.approx(10)


def test_an_open_invoice_speaks_as_far_as_it_should_have_been_paid() -> None:
    """Half are paid on day 20 and half on day 60. One open for 40 days is heard half, for 60 - 26 = 34 days later."""
    found = standing_of(a_document(issued=50), pools=pool_at(20, 60), value_of_one=1.0)
    assert found.centre[DAYS_LONG, 0] - pool_at(20, 60).level[0] == pytest.approx(0.5 * 34 / (0.5 + 1))


def test_what_was_given_up_does_not_speak_about_days() -> None:
    """A written-off invoice says that money may not come, not when it does."""
    found = standing_of(a_document(issued=0, written_off=80), pools=pool_at(26), value_of_one=1.0)
    assert found.centre[DAYS_LONG, 0] == pytest.approx(26)


def test_one_payment_years_late_is_cut_off() -> None:
    """Paid after 800 days where 40 from the usual is far: it counts as 40, halved by K = 1."""
    found = standing_of(a_document(issued=0, lag=800), pools=pool_at(26), value_of_one=1.0, on=900, far=40.0)
    assert found.centre[DAYS_LONG, 0] == pytest.approx(26 + 20)


def test_an_erratic_customer_is_given_a_wider_spread() -> None:
    """On the logarithmic scale a customer who pays after 5 or 90 days is less sure than one who pays after 26."""
    erratic = [a_document(issued=n, lag=5 + 85 * (n % 2)) for n in range(40)]
    steady = [a_document(issued=n, lag=26) for n in range(40)]
    wide, narrow = (standing_of(*some, pools=pool_at(26), value_of_one=1.0, on=200) for some in (erratic, steady))
    assert wide.spread[LOGS_LONG, 0] > narrow.spread[LOGS_LONG, 0]
    assert wide.spread[DAYS_LONG, 0] == narrow.spread[DAYS_LONG, 0]


def test_customers_are_compared_with_the_level_of_their_time() -> None:
    """Everyone took 40 days once and takes 20 now, so nobody differs: between customers there is nothing."""
    ledger = a_ledger(a_document(f"{n % 5}", issued=n, lag=40 if n < 50 else 20) for n in range(100))
    level = np.where(np.arange(100) < 50, 40.0, 20.0)
    found = differences(ledger, ledger.lag, np.ones(100, bool), level, pool_at(20))
    assert found[DAYS_LONG].variances == Variances(0.0, 0.0)
