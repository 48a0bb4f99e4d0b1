"""What a business is told about its open invoices, as a story."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.calibration import Calibration
from oodaloo.runway.calculators.receipts.documents import ledger_of
from oodaloo.runway.calculators.receipts.draws import Dependence
from oodaloo.runway.calculators.receipts.outlook import Outlook, outlook_on
from oodaloo.runway.model.receipts import Document, Habit, PartPayment
from tests.support.receivables import a_document, day, weekly

TODAY = 560
UNCALIBRATED = Calibration(Dependence(), (1.0,) * 5, 0)


def an_agency() -> list[Document]:
    """Net 30 invoices: Alder pays 4 days early, Birch 12 days late, each week, and nobody else comes often.

    Open today: one of each of them from 20 days ago, one of Birch from 45 days ago, and one of a newcomer.
    """
    return [
        *weekly("Alder", lag=26, weeks=75),
        *weekly("Birch", lag=42, weeks=73),
        a_document("Alder", issued=TODAY - 20, id_="alder-new"),
        a_document("Birch", issued=TODAY - 20, id_="birch-new"),
        a_document("Birch", issued=TODAY - 45, id_="birch-late"),
        a_document("Newcomer", issued=TODAY - 20, id_="newcomer"),
    ]


def outlook(documents: list[Document], today: int = TODAY) -> Outlook:
    """The outlook of documents on a day."""
    found = outlook_on(ledger_of(documents), day(today), UNCALIBRATED)
    assert found is not None
    return found


def test_each_is_expected_when_its_customer_usually_pays() -> None:
    """Alder in 6 days, Birch in 22, the newcomer between them; Birch's late one soon, though neither lost nor today."""
    expected = {each.document_id: each for each in outlook(an_agency()).expected()}
    assert (expected["alder-new"].day - day(TODAY)).days == pytest.approx(6, abs=1)
    assert (expected["birch-new"].day - day(TODAY)).days == pytest.approx(22, abs=1)
    assert expected["alder-new"].day < expected["newcomer"].day < expected["birch-new"].day
    late = expected["birch-late"]
    assert day(TODAY) < late.early <= late.day <= late.late
    assert 0 < late.paid_at_all < 1


def test_why_can_be_said_in_one_sentence() -> None:
    """Birch usually pays 12 days late, on 73 invoices; of the newcomer nothing is known, everyone pays 2 days late."""
    found = outlook(an_agency())
    habits = dict(zip(found.ids, found.habits, strict=True))
    assert habits["birch-new"] == Habit("Birch", 73, 12, -4)
    assert habits["newcomer"] == Habit("Newcomer", 0, None, -4)


def test_draws_agree_with_what_is_expected() -> None:
    """In two thousand paths the median day of Alder's invoice is the expected one, the newcomer's varies most."""
    found = outlook(an_agency())
    days = found.draws(paths=2_000, weeks=13, seed=1)
    alder, newcomer = found.ids.index("alder-new"), found.ids.index("newcomer")
    expected = {each.document_id: (each.day - day(TODAY)).days for each in found.expected()}
    assert np.median(days[alder]) == pytest.approx(expected["alder-new"], abs=1)
    assert days[newcomer].std() > days[alder].std()
    assert (days[alder] >= 1).all() or (days[alder] == 0).mean() < 0.05


def test_a_part_that_came_leaves_the_rest_open() -> None:
    """Of Alder's invoice 40 of 100 dollars came after 10 days: the rest is open, under the same id, once."""
    part = Document("part", "Alder", day(540), day(570), 10_000, (PartPayment(day(550), 4_000),))
    found = outlook([*an_agency(), part])
    assert found.ids.count("part") == 1
    assert len(found.ids) == 5


def test_money_that_is_given_up_is_not_open() -> None:
    """A written-off invoice isn't expected any more, and lowers what is expected at all of others."""
    careless = [a_document(f"{n}", issued=n, written_off=400) for n in range(0, 300, 5)]
    before, after = outlook(an_agency()), outlook(an_agency() + careless)
    assert after.ids == before.ids
    chance = [next(e.paid_at_all for e in o.expected() if e.document_id == "newcomer") for o in (before, after)]
    assert chance[1] < chance[0] - 0.1


def test_a_business_on_its_first_day() -> None:
    """One invoice and no past: expected when due; before it was issued there is nothing to tell."""
    only = [a_document("Alder", issued=10, term=30)]
    (expected,) = outlook(only, today=10).expected()
    assert expected.day == day(40)
    assert outlook_on(ledger_of(only), day(9), UNCALIBRATED) is None
    assert outlook_on(ledger_of([]), date(2026, 10, 2), UNCALIBRATED) is None


def test_all_paid_is_an_empty_outlook() -> None:
    """Nothing open: no ids, no draws, no failure."""
    found = outlook(weekly("Alder", lag=26, weeks=20), today=400)
    assert found.ids == ()
    assert found.expected() == ()
    assert found.draws(paths=10, weeks=2, seed=1).shape == (0, 10)


def test_a_document_in_parts_was_paid_when_the_last_part_came() -> None:
    """Half on the due date, half ten days later: usually 10 days late, on 3 documents; one of them credited in part."""
    halves = [
        replace(
            a_document("Alder", issued=issued, id_=f"alder-{issued}"),
            payments=(PartPayment(day(issued + 30), 5_000), PartPayment(day(issued + 40), 5_000)),
        )
        for issued in (0, 100, 200)
    ]
    cut = replace(halves[0], payments=(PartPayment(day(40), 5_000),), written_off=day(50))
    found = outlook([cut, *halves[1:], a_document("Alder", issued=TODAY - 20, id_="open")])
    assert found.habits == (Habit("Alder", 3, 10, 10),)
