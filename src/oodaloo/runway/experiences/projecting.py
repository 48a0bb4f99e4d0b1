"""The engine step by step, for those who measure it: what books teach once, and what a picture says again and again."""

from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.calculators.payables.plan import path_without, suggest_plan
from oodaloo.runway.calculators.payables.timing import bill_timings
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.runway import Simulation


class Projecting:
    """One picture on an engine that draws so many futures; the first step learns, and the others reuse that."""

    def __init__(self, picture: CashPicture, futures: int) -> None:
        self._picture = picture
        self._calculator = RunwayCalculator(futures)

    def learn(self) -> None:
        """Learn from the books, unless that is done."""
        self._calculator.learned(self._picture)

    def project(self) -> Simulation:
        """Draw the picture's futures and say what they come to, day by day."""
        return self._calculator.simulation(self._picture)

    def assess(self) -> Assessment:
        """The same with the line, the runway read off both, and its sentences."""
        return self._calculator.current(self._picture)

    def plan(self, assessment: Assessment) -> PaymentPlan:
        """The suggested plan for the picture's bills, out of the line without them."""
        books = self._picture.books
        timings = bill_timings(books)
        path = path_without(assessment.projection, timings)
        return suggest_plan(timings, path, books.business.buffer, books.business.calendar)
