"""The engine step by step, for those who measure it: what books teach once, and what a picture says again and again."""

from dataclasses import replace
from datetime import timedelta

from oodaloo.kit.money import Money
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.advice import Advice
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.runway import Simulation
from oodaloo.runway.model.scenario import MoveBill, OneOff, Scenario, Suppositions
from oodaloo.runway.model.unknown import Unknown


class Projecting:
    """One picture on an engine that draws so many futures, or as many as it does for everyone.

    The first step learns, and the others reuse that.
    """

    def __init__(self, picture: CashPicture, futures: int | None = None) -> None:
        self._picture = picture
        self._calculator = RunwayCalculator() if futures is None else RunwayCalculator(futures)
        self._rounds = 0

    @property
    def futures(self) -> int:
        """How many futures the engine draws."""
        return self._calculator.futures

    def learn(self) -> None:
        """Learn from the books, unless that is done."""
        self._calculator.learned(self._picture)

    def project(self) -> Simulation:
        """Draw the picture's futures and say what they come to, day by day."""
        return self._calculator.simulation(self._picture)

    def assess(self) -> Assessment:
        """The same with the line, the runway read off both, and its sentences; of a picture that is new each time."""
        self._rounds += 1
        nothing = OneOff(
            f"Nothing, {self._rounds}", self._picture.books.as_of, Money.zero(self._picture.spendable.currency)
        )
        return self._calculator.current(replace(self._picture, supposed=Suppositions(one_offs=(nothing,))))

    def decide(self, bills: int) -> Effect:
        """The effect of moving so many bills to other days, together, and to other ones each time."""
        self._rounds += 1
        moves = (
            MoveBill(bill.ref, self._picture.books.as_of + timedelta(days=1 + (number + self._rounds) % 60))
            for number, bill in enumerate(self._picture.books.payables[:bills])
        )
        return self._calculator.effect(self._picture, Scenario(tuple(moves)))

    def plan(self) -> PaymentPlan | Unknown:
        """The suggested plan for the picture's bills."""
        return self._calculator.plan(self._picture)

    def advise(self) -> Advice:
        """The plan, and the lanes with the effect of each decision."""
        return self._calculator.advice(self._picture)
