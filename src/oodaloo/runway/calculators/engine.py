"""The one place that computes runway: every screen, mail and command asks here."""

from collections import OrderedDict
from dataclasses import dataclass, field

from oodaloo.runway.calculators.open_items import summarise
from oodaloo.runway.calculators.projection.expected import Expectations
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.projection.learned import Learned, learn
from oodaloo.runway.calculators.projection.line import line_of
from oodaloo.runway.calculators.projection.simulated import FUTURES, SEED, simulate
from oodaloo.runway.calculators.runway import runway_of
from oodaloo.runway.calculators.scenario import supposed
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import HORIZON_DAYS, Simulation
from oodaloo.runway.model.scenario import Scenario

_BOOKS_KEPT = 8


@dataclass(frozen=True, slots=True)
class RunwayCalculator:
    """Turns cash pictures into what can be said about them; the same picture always gives the same answer.

    What books teach is kept for the latest few of them, as a scenario or a decision leaves the books as they are: that
    saves time and changes no number.
    """

    futures: int = FUTURES
    seed: int = SEED
    horizon_days: int = HORIZON_DAYS
    _kept: OrderedDict[str, Learned] = field(default_factory=OrderedDict, init=False, repr=False, compare=False)

    def current(self, picture: CashPicture) -> Assessment:
        """What the picture says as it is: its projection, its runway, and what is open on both sides."""
        books, currency = picture.books, picture.books.business.currency
        expected = self._expected(picture)
        projection, simulation = line_of(expected), self._simulated(expected, picture)
        return Assessment(
            picture=picture,
            projection=projection,
            simulation=simulation,
            runway=runway_of(picture, projection, simulation),
            receivables=summarise(books.receivables, books.unapplied_receipts, books.as_of, currency),
            payables=summarise(books.payables, books.vendor_credits, books.as_of, currency),
        )

    def scenario(self, picture: CashPicture, scenario: Scenario) -> Assessment:
        """What the picture would say with a scenario's changes, by the same luck; without any, what it says."""
        return self.current(supposed(picture, scenario))

    def historical(self, picture: CashPicture) -> Assessment:
        """What could have been said on the day of a past picture: the same engine, since a picture brings its day."""
        return self.current(picture)

    def simulation(self, picture: CashPicture) -> Simulation:
        """The futures of a picture alone, for what needs no line and no sentences."""
        return self._simulated(self._expected(picture), picture)

    def learned(self, picture: CashPicture) -> Learned:
        """What the picture's books teach about when money moves, worked out once for the same books."""
        found = self._kept.pop(picture.books_id, None) or learn(picture)
        self._kept[picture.books_id] = found
        while len(self._kept) > _BOOKS_KEPT:
            self._kept.popitem(last=False)
        return found

    def _expected(self, picture: CashPicture) -> Expectations:
        return expectations_of(picture, self.learned(picture), self.horizon_days)

    def _simulated(self, expected: Expectations, picture: CashPicture) -> Simulation:
        return simulate(expected, picture.books.business.buffer, self.futures, self.seed)
