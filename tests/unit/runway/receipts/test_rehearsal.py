"""Past Fridays played again: nothing that came later plays a part, and the model answers for any past."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.documents import Ledger, ledger_of
from oodaloo.runway.calculators.receipts.forecasts import at_issue
from oodaloo.runway.calculators.receipts.rehearsal import Experience, calibration_on, rehearse
from oodaloo.runway.model.receipts import Document, PartPayment
from tests.support.receivables import (
    a_document,
    a_ledger,
    assert_probabilities,
    day,
    late_payments,
    needs_late_payments,
    wholesale,
)


def told_until(ledger: Ledger, today: date) -> list[np.ndarray]:
    """Everything that was forecast at issue and on Fridays up to a day, in order."""
    ordinal = today.toordinal()
    told: list[np.ndarray] = []
    for model, fridays in rehearse(ledger, int(ledger.issued[0]), ordinal, Experience()):
        issued = np.array([each for each in model.issued if ledger.issued[each] <= ordinal], int)
        told.append(at_issue(model, issued).left)
        told += [each for friday in fridays for each in (friday.pay.left, friday.expected, friday.bands)]
    return told


def reshuffled_after(documents: Sequence[Document], today: date, seed: int) -> list[Document]:
    """The documents known on a day, their later payments moved anywhere later or away."""
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret)

    def moved(document: Document) -> Document:
        if not document.payments or document.payments[0].day <= today:
            return document
        if dice.random() < 0.3:
            return replace(document, payments=())
        later = date.fromordinal(today.toordinal() + dice.randint(1, 400))
        return replace(document, payments=(PartPayment(later, document.cents),))

    return [moved(document) for document in documents if document.issued <= today]


@pytest.mark.parametrize("number", [109, 228, 256])
def test_nothing_that_comes_later_leaks(number: int) -> None:
    """With later payments randomised and later invoices gone, every earlier forecast is the same to the last bit."""
    documents, today = wholesale(600, seed=3), day(number)
    before = told_until(ledger_of(documents), today)
    after = told_until(ledger_of(reshuffled_after(documents, today, seed=1)), today)
    assert len(before) == len(after) > 0
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


@needs_late_payments
def test_nothing_that_comes_later_leaks_from_real_payments() -> None:
    """The same on the late payment histories, for a Friday in the middle of a block."""
    documents, today = late_payments(), date(2012, 11, 16)
    before = told_until(ledger_of(documents), today)
    after = told_until(ledger_of(reshuffled_after(documents, today, seed=1)), today)
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


def test_the_leak_test_would_notice() -> None:
    """A payment one day earlier than the Friday changes what is told, so that sameness means something."""
    documents, today = wholesale(600, seed=3), day(228)
    known = [each for each in documents if each.payments and each.payments[0].day == day(225)]
    changed = [replace(each, payments=()) if each in known else each for each in documents]
    before, after = (told_until(ledger_of(some), today) for some in (documents, changed))
    assert known
    assert not all((one == other).all() for one, other in zip(before, after, strict=True))


def test_the_order_of_the_documents_says_nothing() -> None:
    """Shuffled, the same documents give the same forecasts to the last bit."""
    documents = wholesale(300, seed=5)
    shuffled = random.Random(1).sample(documents, len(documents))  # noqa: S311 (same)
    told = [told_until(ledger_of(some), day(200)) for some in (documents, shuffled)]
    assert all((one == other).all() for one, other in zip(*told, strict=True))


DOCUMENTS = st.lists(
    st.builds(
        a_document,
        st.sampled_from(["Alder", "Birch", "Cedar"]),
        issued=st.integers(0, 50),
        lag=st.none() | st.integers(0, 3) | st.integers(0, 400),
        term=st.sampled_from([0, 30]) | st.integers(-10, 1_500),
        dollars=st.integers(1, 10**9),
        written_off=st.none() | st.integers(0, 300),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(DOCUMENTS)
def test_any_documents_have_forecasts(documents: list[Document]) -> None:
    """Few or odd documents, never paid, given up, worth a billion: probabilities and amounts, nothing missing."""
    ledger = a_ledger(documents)
    if not len(ledger):
        assert list(rehearse(ledger, 0, day(75).toordinal(), Experience())) == []
        return
    experience = Experience()
    for model, fridays in rehearse(ledger, int(ledger.issued[0]), day(75).toordinal(), experience):
        assert_probabilities(at_issue(model, np.array(model.issued, int)).left)
        for friday in fridays:
            assert_probabilities(friday.pay.left)
            assert np.isfinite(friday.bands).all()
            assert (friday.bands[:, 0] <= friday.bands[:, 1]).all()
            assert friday.expected.sum() <= ledger.cents[friday.pay.document].sum() * (1 + 1e-9)
    assert all(stretch >= 1 for stretch in experience.calibration(day(75).toordinal()).stretch)


def test_a_year_of_fridays_calibrates() -> None:
    """After a year the ranges rest on Fridays of that year, those of the first weeks left out."""
    ledger = a_ledger(wholesale(600, seed=3))
    calibration = calibration_on(ledger, day(420).toordinal())
    assert calibration.calibrated
    assert calibration.fridays <= 52
    assert not calibration_on(ledger, day(100).toordinal()).calibrated
