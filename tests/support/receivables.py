"""Documents of customers: a few by hand, or thousands of a kind unlike the file that the model was tried on."""

import csv
import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from oodaloo.runway.calculators.receipts.documents import Ledger, ledger_of
from oodaloo.runway.model.receipts import Document, PartPayment

START = date(2024, 1, 1)
"""A Monday."""

LATE_PAYMENTS = Path(__file__).resolve().parents[3] / "shared/datasets/ibm_late_payment_histories.csv"
needs_late_payments = pytest.mark.skipif(
    not LATE_PAYMENTS.exists(), reason="the file of late payment histories is not beside the repository"
)

_IDS = count(1)


def day(number: int) -> date:
    """The day that many days after the first Monday."""
    return START + timedelta(days=number)


def a_document(
    customer: str = "Alder",
    *,
    issued: int,
    lag: int | None = None,
    term: int = 30,
    dollars: int = 100,
    written_off: int | None = None,
    id_: str | None = None,
) -> Document:
    """An invoice of that many days after the first Monday, paid `lag` days later or open."""
    paid = () if lag is None else (PartPayment(day(issued + lag), dollars * 100),)
    given_up = None if written_off is None else day(written_off)
    return Document(id_ or f"{next(_IDS):06}", customer, day(issued), day(issued + term), dollars * 100, paid, given_up)


def a_ledger(*documents: Document | Iterable[Document]) -> Ledger:
    """The ledger of documents, given one by one or in bunches."""
    return ledger_of(_flat(documents))


def weekly(customer: str, *, lag: int, weeks: int, term: int = 30, first: int = 0) -> list[Document]:
    """An invoice each Monday that is always paid after the same number of days."""
    return [a_document(customer, issued=first + 7 * week, lag=lag, term=term) for week in range(weeks)]


def wholesale(size: int, seed: int) -> list[Document]:
    """Many terms and odd due dates, half of the customers seen once, punctual ones beside heavy tails, some never pay.

    Payments that would come later than three weeks after the last invoice are still open; none come on weekends.
    """
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret)
    documents = []
    for number in range(size):
        customer = min(int(dice.paretovariate(0.9) * 8), size // 8)
        habit = random.Random(f"{seed} {customer}")  # noqa: S311 (same)
        name = f"customer {customer}" if dice.random() < 0.75 else f"passer-by {number}"
        term = habit.choice([0, 7, 15, 15, 21, 30, 30, 45, 60, 90])
        term = dice.randint(5, 100) if dice.random() < 0.15 else term
        late = dice.choice([0, 0, 1]) if habit.random() < 0.4 else habit.gauss(3, 4) + 3 * _heavy(dice)
        issued = number * 420 // size
        paid = issued + max(0, round(term + late))
        paid += {5: 2, 6: 1}.get(day(paid).weekday(), 0)
        came = paid <= 441 and dice.random() > 0.015
        dollars = round(dice.lognormvariate(7, 1.2)) + 1
        documents.append(
            a_document(
                name, issued=issued, lag=paid - issued if came else None, term=term, dollars=dollars, id_=f"{number:06}"
            )
        )
    return documents


def quick(size: int, seed: int) -> list[Document]:
    """Lags that are hours rather than days: due the next day, most paid at once, few two or three days later."""
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret)
    return [
        a_document(
            f"customer {int(dice.paretovariate(1) * 3) % 40}",
            issued=number * 400 // size,
            lag=dice.choices((0, 1, 2, 3), (60, 30, 7, 3))[0],
            term=1,
            dollars=round(dice.lognormvariate(4, 1)) + 1,
            id_=f"{number:06}",
        )
        for number in range(size)
    ]


def slow(size: int, seed: int) -> list[Document]:
    """Lags of years: terms of half a year to two, each customer months early or late, some much later."""
    dice = random.Random(seed)  # noqa: S311 (same)
    documents = []
    for number in range(size):
        customer = int(dice.paretovariate(1) * 3) % 30
        habit = random.Random(f"{seed} {customer}")  # noqa: S311 (same)
        term, usual = habit.choice([180, 365, 365, 730]), habit.gauss(40, 60)
        lag = max(0, round(term + usual + dice.gauss(0, 40) + (400 if dice.random() < 0.05 else 0)))
        dollars = round(dice.lognormvariate(9, 1))
        documents.append(
            a_document(
                f"customer {customer}",
                issued=number * 1_500 // size,
                lag=lag,
                term=term,
                dollars=dollars,
                id_=f"{number:06}",
            )
        )
    return documents


def closed_in_august(size: int, seed: int) -> list[Document]:
    """Everybody pays on Wednesdays and Fridays about when due, and nobody in August or around the turn of the year."""
    dice = random.Random(seed)  # noqa: S311 (same)
    documents = []
    for number in range(size):
        customer = int(dice.paretovariate(0.8) * 3) % 100
        habit = random.Random(f"{seed} {customer}")  # noqa: S311 (same)
        term, usual = habit.choice([14, 30, 45]), habit.gauss(4, 6)
        issued = number * 1_000 // size
        paid = issued + max(0, round(term + usual + dice.gauss(0, 4)))
        while day(paid).month == 8 or (day(paid).month, day(paid).day) > (12, 18) or day(paid).weekday() not in (2, 4):
            paid += 1
        dollars = round(dice.lognormvariate(7, 1)) + 1
        documents.append(
            a_document(
                f"customer {customer}", issued=issued, lag=paid - issued, term=term, dollars=dollars, id_=f"{number:06}"
            )
        )
    return documents


def late_payments() -> list[Document]:
    """The file of late payment histories."""
    with LATE_PAYMENTS.open(newline="") as file:
        rows = list(csv.DictReader(file))

    def on(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 (a date has no zone)

    return [
        Document(
            row["invoiceNumber"],
            row["customerID"],
            on(row["InvoiceDate"]),
            on(row["DueDate"]),
            round(float(row["InvoiceAmount"]) * 100),
            (PartPayment(on(row["SettledDate"]), round(float(row["InvoiceAmount"]) * 100)),),
        )
        for row in rows
    ]


def assert_probabilities(left: np.ndarray) -> None:
    """Chances of still waiting never rise from day to day and stay between 0 and 1; none is missing."""
    assert np.isfinite(left).all()
    assert ((left >= 0) & (left <= 1 + 1e-9)).all()
    assert (np.diff(left, axis=1) <= 1e-9).all()


def _heavy(dice: random.Random) -> float:
    """Student's t with two degrees of freedom, whose variance is infinite; cut at a year."""
    uniform = dice.uniform(-0.9999, 0.9999)
    return max(-365.0, min(365.0, uniform * math.sqrt(2 / (1 - uniform * uniform))))


def _flat(documents: Iterable[Document | Iterable[Document]]) -> Iterator[Document]:
    for each in documents:
        if isinstance(each, Document):
            yield each
        else:
            yield from each
