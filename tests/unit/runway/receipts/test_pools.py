"""What is known about documents of a payment term, whoever the customer is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.pooling import pools_on
from oodaloo.runway.calculators.receipts.terms import TermPools
from oodaloo.runway.model.receipts import Document
from tests.support.receivables import a_document, a_ledger, assert_probabilities, day, weekly

LATER = 400


def level(pools: TermPools, term: int) -> float:
    """The expected days of a term."""
    return float(pools.level[pools.index(np.array([term]))[0]])


def pools(*documents: Document, terms: tuple[int, ...], on: int = LATER) -> TermPools:
    """The pools of these terms that many days after the first Monday."""
    return pools_on(day(on).toordinal(), a_ledger(documents), np.array(terms))


def test_before_anything_is_paid_the_due_date_stands() -> None:
    """A first invoice, net 30, is expected on day 30, give or take what goes with such a term."""
    found = pools(a_document(issued=0, term=30), terms=(30,), on=0)
    assert level(found, 30) == pytest.approx(30, abs=0.5)
    assert found.curves[0].argmax() == 30


def test_a_term_never_seen_follows_the_due_date_where_others_do() -> None:
    """Net 15 and net 60 are both paid two days late, so net 30 is too: on day 32."""
    history = weekly("Alder", lag=17, term=15, weeks=30) + weekly("Birch", lag=62, term=60, weeks=30)
    assert level(pools(*history, terms=(15, 30, 60)), 30) == pytest.approx(32, abs=0.5)


def test_a_term_never_seen_follows_the_issue_where_terms_are_ignored() -> None:
    """Net 15 and net 60 are both paid on day 20, so net 45 is too."""
    history = weekly("Alder", lag=20, term=15, weeks=30) + weekly("Birch", lag=20, term=60, weeks=30)
    assert level(pools(*history, terms=(15, 45, 60)), 45) == pytest.approx(20, abs=0.5)


def test_open_documents_are_evidence() -> None:
    """Twenty invoices open for 50 days beside twenty paid on day 20: half of them take longer than 50 days."""
    paid = [a_document(f"{n}", issued=0, lag=20) for n in range(20)]
    waiting = [a_document(f"w{n}", issued=0) for n in range(20)]
    found = pools(*paid, *waiting, terms=(30,), on=50)
    assert found.left[0, 50] == pytest.approx(0.5, abs=0.05)


def test_what_was_given_up_never_comes() -> None:
    """Ten of a hundred invoices are written off: about a tenth is left when everything has been waited for."""
    paid = [a_document(f"{n}", issued=0, lag=20 + n % 9) for n in range(90)]
    lost = [a_document(f"w{n}", issued=0, written_off=300) for n in range(10)]
    assert pools(*paid, *lost, terms=(30,)).curves[0, -1] == pytest.approx(0.1, abs=0.02)


def test_newer_documents_count_more() -> None:
    """Customers took 40 days a year ago and take 20 now: more than half of the weight is on 20."""
    slow = weekly("Alder", lag=40, weeks=20)
    fast = weekly("Alder", lag=20, weeks=20, first=365)
    found = pools(*slow, *fast, terms=(30,), on=540)
    assert found.reached[0, 30] > 0.55


def test_kernel_and_offset_grow_with_what_is_usual() -> None:
    """A business that is paid after 260 days smears and offsets ten times as widely as one paid after 26."""
    quick, slow = (pools(*weekly("Alder", lag=lag, weeks=30), terms=(30,), on=900) for lag in (26, 260))
    assert slow.kernel_days == pytest.approx(10 * quick.kernel_days)
    assert slow.offset_days == pytest.approx(10 * quick.offset_days)


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(-5, 200), st.none() | st.integers(0, 500)), min_size=1, max_size=30
    )
)
def test_pools_are_distributions(documents: list[tuple[int, int, int | None]]) -> None:
    """Whatever the terms, early, late and never, each row adds up to 1 and is expected on a day it can tell apart."""
    ledger = a_ledger(a_document(f"{lag}", issued=issued, term=term, lag=lag) for issued, term, lag in documents)
    found = pools_on(day(320).toordinal(), ledger, np.unique(ledger.term))
    assert np.allclose(found.curves.sum(axis=1), 1)
    assert_probabilities(found.left)
    assert ((found.level >= 0) & (found.level <= found.horizon)).all()
    assert (found.mean_beyond >= np.arange(found.horizon + 1)).all()


@given(st.integers(1, 900))
def test_a_term_yet_to_come_changes_nothing_in_the_others(term: int) -> None:
    """What is asked about besides leaves each other row as it is, to the last bit."""
    ledger = a_ledger(weekly("Alder", lag=17, term=15, weeks=12), weekly("Birch", lag=50, term=60, weeks=12))
    today = day(150).toordinal()
    alone = pools_on(today, ledger, np.array([15, 60]))
    beside = pools_on(today, ledger, np.unique([15, 60, term]))
    same = beside.index(np.array([15, 60]))
    assert (beside.curves[same] == alone.curves).all()
    assert (beside.level[same] == alone.level).all()
    assert beside.typical_days == alone.typical_days
