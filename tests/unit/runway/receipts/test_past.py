"""What was known of a customer's earlier documents on a day."""

import numpy as np

from oodaloo.runway.calculators.receipts.documents import Ledger, known_on
from oodaloo.runway.calculators.receipts.past import Past, past_of
from oodaloo.runway.model.receipts import Document, PartPayment
from tests.support.receivables import a_document, a_ledger, day


def on(number: int) -> int:
    """The ordinal of the day that many days after the first Monday."""
    return day(number).toordinal()


def three_of_alder() -> Ledger:
    """Alder's invoices of days 0, 10 and 20, paid on day 25, given up on day 60, and open; one of Birch's."""
    return a_ledger(
        a_document("Alder", issued=0, lag=25),
        a_document("Alder", issued=10, written_off=60),
        a_document("Birch", issued=15, lag=5),
        a_document("Alder", issued=20),
    )


def alder(ledger: Ledger, number: int, *, before: int = 4, most: int = 100) -> Past:
    """Alder's past on a day."""
    return past_of(ledger, np.array([0]), np.array([on(number)]), np.array([before]), most)


def test_the_newest_comes_first_and_others_are_left_out() -> None:
    """Of four invoices Alder's three are seen, from the newest on."""
    past = alder(three_of_alder(), 30)
    assert past.document.tolist() == [3, 1, 0]
    assert past.rank.tolist() == [0, 1, 2]
    assert past.row.tolist() == [0, 0, 0]


def test_what_is_paid_later_is_open_until_then() -> None:
    """On day 24 the first invoice is 24 days old; from day 25 on it was paid after 25 days."""
    ledger = three_of_alder()
    assert [alder(ledger, number).lag[2] for number in (24, 25, 30)] == [24, 25, 25]
    assert [bool(alder(ledger, number).settled[2]) for number in (24, 25, 30)] == [False, True, True]


def test_giving_up_is_known_from_its_day_on() -> None:
    """The second invoice is open on day 59 and lost on day 60."""
    ledger = three_of_alder()
    assert not alder(ledger, 59).lost.any()
    assert alder(ledger, 60).lost.tolist() == [False, True, False]


def test_only_earlier_documents_speak() -> None:
    """Before its own third invoice Alder's past is the first two; of more than one the newest counts when one may."""
    assert alder(three_of_alder(), 20, before=3).document.tolist() == [1, 0]
    assert alder(three_of_alder(), 20, before=3, most=1).document.tolist() == [1]


def test_a_document_is_no_evidence_about_itself() -> None:
    """Without its own document the row's past is the other two."""
    assert alder(three_of_alder(), 30).without(np.array([3])).document.tolist() == [1, 0]


def test_the_day_decides_what_is_known() -> None:
    """On day 20 all four are known and Birch's is paid; on day 14 only the first two are, both open."""
    ledger = three_of_alder()
    assert known_on(ledger, on(20)).settled.tolist() == [False, False, True, False]
    assert known_on(ledger, on(14)).open.tolist() == [True, True]


def test_a_document_paid_in_parts_is_its_parts() -> None:
    """Of 100 dollars 30 came after 10 days and 50 after 40; 20 are open. Their shares add up to one document."""
    parts = (PartPayment(day(10), 3_000), PartPayment(day(40), 5_000))
    ledger = a_ledger(Document("1", "Alder", day(0), day(30), 10_000, parts))
    known = known_on(ledger, on(50))
    assert ledger.cents.tolist() == [3_000, 5_000, 2_000]
    assert ledger.share.tolist() == [0.3, 0.5, 0.2]
    assert known.lag.tolist() == [10, 40, 50]
    assert known.open.tolist() == [False, False, True]


def test_what_cannot_be_is_taken_as_nearly_so() -> None:
    """Nothing is owed on an invoice of nothing; payment before issue counts as then; terms end at 3 years."""
    early = Document("2", "Alder", day(5), day(9_999), 100, (PartPayment(day(2), 100),))
    ledger = a_ledger(Document("1", "Alder", day(0), day(30), 0), early)
    assert ledger.ids == ("2",)
    assert ledger.lag.tolist() == [0]
    assert ledger.term.tolist() == [1_100]
