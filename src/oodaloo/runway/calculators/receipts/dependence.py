"""How payments hung together on past Fridays: what came beyond what was expected, over pairs of documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints, sums_by
from oodaloo.runway.calculators.receipts.draws import WEEK_DAYS, Dependence

FEWEST_FRIDAYS = 8
"""Fewer past Fridays than these say nothing about dependence."""

_MOST_TOGETHER = 0.99
_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class PairMoments:
    """What a Friday's documents say about dependence, week by week of those ahead of it.

    `surprises` and `pulls` are sums over pairs of documents of different customers, by the weeks of both, shape (weeks,
    weeks): outcome less hazard, and how far a common pace moves the hazard. The `lasting` ones are their sums over two
    different weeks among the first 0, 1 … ones, each pair of weeks once, shape (weeks + 1,). The others are sums over
    pairs of one customer in the first week: of surprises, of pulls, and of the deviations that sharing all luck makes.
    """

    day: int
    surprises: Floats
    pulls: Floats
    lasting_surprises: Floats
    lasting_pulls: Floats
    customer_surprise: float
    customer_pull: float
    customer_deviation: float

    def weeks_known(self, today: int) -> int:
        """How many of the weeks ahead are over by the end of `today`, an ordinal."""
        return min(len(self.surprises), (today - self.day) // WEEK_DAYS)


def pair_moments(day: int, hazard: Floats, paid_week: Ints, customer: Ints) -> PairMoments:
    """The moments of a Friday from each document's `hazard` per week ahead, shape (documents, weeks), each below 1.

    `paid_week` is the week, from 0, in which payment came, and the number of weeks or more where it didn't.
    """
    weeks = np.arange(hazard.shape[1])
    alive = paid_week[:, None] >= weeks
    surprise = np.where(alive, (paid_week[:, None] == weeks) - hazard, 0.0)
    pull = np.where(alive, -(1 - hazard) * np.log1p(-hazard), 0.0)
    deviation = np.sqrt(hazard * (1 - hazard))
    surprises, pulls = _different(surprise, customer), _different(pull, customer)
    return PairMoments(
        day,
        surprises=surprises,
        pulls=pulls,
        lasting_surprises=_lasting(surprises),
        lasting_pulls=_lasting(pulls),
        customer_surprise=_same(surprise[:, 0], customer),
        customer_pull=_same(pull[:, 0], customer),
        customer_deviation=_same(deviation[:, 0], customer),
    )


def dependence_from(fridays: Sequence[PairMoments], today: int) -> Dependence:
    """The dependence by the method of moments from the Fridays whose weeks are over; independence before 8 of them.

    A Friday's ratio counts with scale ÷ (scale + mean scale), so that busy weeks count more, but not without bound.
    """
    over = [friday for friday in fridays if friday.weeks_known(today) >= 1]
    if len(over) < FEWEST_FRIDAYS:
        return Dependence()
    shared = max(0.0, _ratio((friday.surprises[0, 0], friday.pulls[0, 0]) for friday in over))
    known = [friday.weeks_known(today) for friday in over]
    persistent = _ratio((f.lasting_surprises[n], f.lasting_pulls[n]) for f, n in zip(over, known, strict=True))
    together = _ratio(
        (friday.customer_surprise - shared * friday.customer_pull, friday.customer_deviation) for friday in over
    )
    return Dependence(shared, min(max(0.0, persistent), shared), min(max(0.0, together), _MOST_TOGETHER))


def _ratio(fridays: Iterable[tuple[float, float]]) -> float:
    products, scales = np.array([pair for pair in fridays if pair[1] > _SMALLEST]).reshape(-1, 2).T
    if len(scales) < FEWEST_FRIDAYS:
        return 0.0
    weight = scales / (scales + scales.mean())
    return float((weight * products / scales).sum() / weight.sum())


def _different(values: Floats, customer: Ints) -> Floats:
    """Sums over ordered pairs of documents of different customers, by the weeks of both."""
    by_customer = _by_customer(values, customer)
    total = values.sum(axis=0)
    return np.asarray(np.multiply.outer(total, total) - np.einsum("cw,cv->wv", by_customer, by_customer))


def _lasting(by_weeks: Floats) -> Floats:
    """Sums over two different weeks, each pair of weeks once, among the first 0, 1 … weeks."""
    return np.append(0.0, np.cumsum(np.triu(by_weeks, 1).sum(axis=0)))


def _same(values: Floats, customer: Ints) -> float:
    """The sum over ordered pairs of different documents of one customer."""
    return float((_by_customer(values[:, None], customer) ** 2).sum() - (values**2).sum())


def _by_customer(values: Floats, customer: Ints) -> Floats:
    names, whose = np.unique(customer, return_inverse=True)
    return np.stack([sums_by(whose, column, len(names)) for column in values.T], axis=1)
