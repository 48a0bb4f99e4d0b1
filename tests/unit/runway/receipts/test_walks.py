"""Walks that begin where another one's past stops being the same learn what a walk through all of it learns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.runway.calculators.receipts.calibration import Calibration
from oodaloo.runway.calculators.receipts.documents import ledger_of
from oodaloo.runway.calculators.receipts.forecasts import open_on
from oodaloo.runway.calculators.receipts.learning import TimingModel
from oodaloo.runway.calculators.receipts.rehearsal import learned_on
from oodaloo.runway.calculators.receipts.walks import Walks
from oodaloo.runway.model.receipts import Document, PartPayment
from tests.support.receivables import a_document, day, wholesale

TODAY = 430
BOOKS = wholesale(120, seed=4)

Change = Callable[[Sequence[Document], int, int], Sequence[Document]]
"""What happens to a document (a number from the newest) so many days ago."""


def paid(documents: Sequence[Document], number: int, ago: int) -> Sequence[Document]:
    """It is paid, or was paid on another day than was thought."""
    payments = (PartPayment(day(TODAY - ago), documents[-number].cents),)
    return changed(documents, number, replace(documents[-number], payments=payments))


def paid_in_part(documents: Sequence[Document], number: int, ago: int) -> Sequence[Document]:
    """Half of it is paid."""
    payments = (PartPayment(day(TODAY - ago), documents[-number].cents // 2),)
    return changed(documents, number, replace(documents[-number], payments=payments))


def unpaid(documents: Sequence[Document], number: int, _ago: int) -> Sequence[Document]:
    """Its payment is deleted."""
    return changed(documents, number, replace(documents[-number], payments=()))


def given_up(documents: Sequence[Document], number: int, ago: int) -> Sequence[Document]:
    """A credit settles what is left of it."""
    return changed(documents, number, replace(documents[-number], written_off=day(TODAY - ago)))


def deleted(documents: Sequence[Document], number: int, _ago: int) -> Sequence[Document]:
    """It is gone."""
    return [each for each in documents if each is not documents[-number]]


def written(documents: Sequence[Document], number: int, ago: int) -> Sequence[Document]:
    """Another one is written, to its customer or to somebody new."""
    customer = documents[-number].customer if ago % 2 else "newcomer"
    return [*documents, a_document(customer, issued=TODAY - ago, term=15)]


def changed(documents: Sequence[Document], number: int, one: Document) -> Sequence[Document]:
    """The documents with one replaced."""
    return [*documents[:-number], one, *documents[len(documents) - number + 1 :]]


changes = st.tuples(
    st.sampled_from([paid, paid, paid_in_part, unpaid, given_up, deleted, written]),
    st.integers(1, 12) | st.integers(1, 120),
    st.integers(0, 10) | st.integers(0, 150),
    st.sampled_from([0, 0, 0, 7]),
)


def told(model: TimingModel | None, calibration: Calibration, today: int) -> tuple[list[bytes], Calibration]:
    """All that follows from what was learned, to the last bit."""
    assert model is not None
    noted = model.at_issue
    columns = (noted.level, noted.centre, noted.spread, noted.offset, noted.settled, noted.firm)
    pay = open_on(model, today)
    return [each.tobytes() for each in (*columns, model.pools.curves, pay.document, pay.left)], calibration


@settings(max_examples=8)
@given(st.lists(changes, min_size=2, max_size=5))
def test_a_walk_that_begins_later_learns_the_same(happens: list[tuple[Change, int, int, int]]) -> None:
    """Whatever was paid, edited, deleted or written meanwhile, lately or long ago, on the same day or another one."""
    walks = Walks()
    documents: Sequence[Document] = BOOKS
    walks.learned_on(ledger_of(documents), day(TODAY).toordinal())
    for change, number, ago, later in happens:
        documents, today = change(documents, number, ago), day(TODAY + later).toordinal()
        ledger = ledger_of(documents)
        assert told(*walks.learned_on(ledger, today), today) == told(*learned_on(ledger, today), today)


def test_the_same_documents_are_walked_through_once() -> None:
    """What was learned is the same object while no document changes; nothing was learned of none."""
    walks, today = Walks(), day(TODAY).toordinal()
    first = walks.learned_on(ledger_of(BOOKS), today)
    walks.learned_on(ledger_of(paid(BOOKS, 3, 2)), today)
    again = walks.learned_on(ledger_of(BOOKS), today)
    assert again[0] is first[0]
    assert again[1] == first[1]
    assert Walks().learned_on(ledger_of([]), today)[0] is None
