"""The one place that computes runway: every screen, mail and command asks here."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from oodaloo.runway.calculators.advice import Engine, advise, plan_for, undecided
from oodaloo.runway.calculators.burn import Pace, pace_of
from oodaloo.runway.calculators.chasing import CHASE_HORIZON_DAYS
from oodaloo.runway.calculators.contact_effect import ASSUMED_EFFECT
from oodaloo.runway.calculators.hygiene.hygiene import hygiene_of
from oodaloo.runway.calculators.impact.change_words import scenario_text
from oodaloo.runway.calculators.impact.effect import Outcome, effect_of, told_as
from oodaloo.runway.calculators.open_items import summarise
from oodaloo.runway.calculators.projection.changed import Futures
from oodaloo.runway.calculators.projection.expected import Expectations, Kept
from oodaloo.runway.calculators.projection.futures import futures_of
from oodaloo.runway.calculators.projection.gathering import expectations_of
from oodaloo.runway.calculators.projection.learned import Before, Learned, learn
from oodaloo.runway.calculators.projection.line import line_of
from oodaloo.runway.calculators.projection.reading import read
from oodaloo.runway.calculators.projection.simulated import FUTURES, SEED, simulate, simulation_of
from oodaloo.runway.calculators.runway import paydays_of, runway_of
from oodaloo.runway.calculators.scenario import supposed
from oodaloo.runway.model.advice import Advice
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.collections import ContactEffect
from oodaloo.runway.model.hygiene import ConnectionFacts, Hygiene
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.payables import PayablesPolicy
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import HORIZON_DAYS, ItemKind, Simulation
from oodaloo.runway.model.scenario import AS_IT_IS, Scenario
from oodaloo.runway.model.unknown import Unknown

_BOOKS_KEPT = 8
_PICTURES_KEPT = 4

_KeptT = TypeVar("_KeptT")


@dataclass(frozen=True, slots=True)
class RunwayCalculator:
    """Turns cash pictures into what can be said about them; the same picture always gives the same answer.

    What books teach is kept for the latest few of them, and the futures of the latest few pictures, from which those
    with a change follow: that saves time and changes no number.
    """

    futures: int = FUTURES
    seed: int = SEED
    horizon_days: int = HORIZON_DAYS
    before: Before = field(default_factory=Before, repr=False, compare=False)
    _grounds: OrderedDict[str, "_Ground"] = field(default_factory=OrderedDict, init=False, repr=False, compare=False)
    _seen: OrderedDict[str, "_Seen"] = field(default_factory=OrderedDict, init=False, repr=False, compare=False)

    def current(self, picture: CashPicture) -> Assessment:
        """What the picture says as it is: its projection, its runway, and what is open on both sides."""
        found = self._seen_on(picture).assessment
        return found if found.picture is picture else replace(found, picture=picture)  # when it was read is no content

    def scenario(self, picture: CashPicture, scenario: Scenario) -> Assessment:
        """What the picture would say with a scenario's changes, by the same luck; without any, what it says."""
        before, after = self._seen_on(picture), supposed(picture, scenario)
        if after is picture:
            return self.current(picture)
        return self._with_changes(before, after)

    def historical(self, picture: CashPicture) -> Assessment:
        """What could have been said on the day of a past picture: the same engine, since a picture brings its day."""
        return self.current(picture)

    def effect(
        self,
        picture: CashPicture,
        scenario: Scenario,
        *,
        instead_of: Scenario = AS_IT_IS,
        what: str | None = None,
    ) -> Effect:
        """What a scenario's changes, made together, do to the runway, compared with the picture as it is or others.

        One decision is a scenario of one change. `what` names it in the sentence where its changes don't do that well.
        """
        seen, told = self._seen_on(picture), told_as(scenario, what or scenario_text(picture, scenario))
        before, after = (
            self._outcome(seen, supposed(picture, each)) if each.changes else seen.outcome
            for each in (instead_of, scenario)
        )
        return effect_of(before, after, told)

    def plan(self, picture: CashPicture, policy: PayablesPolicy | None = None) -> PaymentPlan | Unknown:
        """A pay date for every bill that nothing is decided about, see `plan_for`."""
        return plan_for(self.current(picture), undecided(picture, policy), partial(self.scenario, picture), policy)

    def advice(
        self, picture: CashPicture, policy: PayablesPolicy | None = None, contact: ContactEffect = ASSUMED_EFFECT
    ) -> Advice:
        """What to do about the picture: a pay date for every undecided bill, and lanes with each decision's effect."""
        seen = self._seen_on(picture)
        engine = Engine(
            assessed=partial(self.scenario, picture),
            effect=partial(self.effect, picture),
            paid_within=_paid_within(seen.futures.expected, CHASE_HORIZON_DAYS),
        )
        return advise(self.current(picture), engine, policy, contact)

    def hygiene(self, picture: CashPicture, connection: ConnectionFacts | None = None) -> Hygiene:
        """What is doubtful in the picture's books, each doubt with its effect, see `hygiene_of`."""
        items = self.current(picture).projection.items
        return hygiene_of(picture, items, connection, partial(self.effect, picture))

    def aside(self) -> "RunwayCalculator":
        """Another one by the same rules and lessons, for many pictures that are looked at once: it keeps its own."""
        return RunwayCalculator(self.futures, self.seed, self.horizon_days, self.before)

    def simulation(self, picture: CashPicture) -> Simulation:
        """The futures of a picture alone, drawn anew, for what needs no line and no sentences."""
        expected = expectations_of(picture, self.learned(picture), self.horizon_days)
        return simulate(expected, picture.books.business.buffer, self.futures, self.seed)

    def learned(self, picture: CashPicture) -> Learned:
        """What the picture's books teach about when money moves, worked out once for the same books."""
        return self._ground(picture).learned

    def _ground(self, picture: CashPicture) -> "_Ground":
        return _latest(self._grounds, picture.books_id, lambda: self._learn(picture), _BOOKS_KEPT)

    def _learn(self, picture: CashPicture) -> "_Ground":
        return _Ground(learn(picture, self.before), pace_of(picture.books), Kept())

    def _seen_on(self, picture: CashPicture) -> "_Seen":
        return _latest(self._seen, picture.id, lambda: self._look(picture), _PICTURES_KEPT)

    def _look(self, picture: CashPicture) -> "_Seen":
        ground = self._ground(picture)
        expected = expectations_of(picture, ground.learned, self.horizon_days, ground.kept)
        spendable = futures_of(expected, self.futures, self.seed)
        simulation = simulation_of(expected, spendable, picture.books.business.buffer)
        futures = Futures(expected, spendable, self.seed, simulation)
        return _Seen(futures, *_assessed(picture, expected, simulation, ground.pace))

    def _with_changes(self, before: "_Seen", after: CashPicture) -> Assessment:
        ground = self._ground(after)
        expected = expectations_of(after, ground.learned, self.horizon_days, ground.kept)
        simulation = before.futures.simulated_with(expected, after.books.business.buffer)
        assessment, _ = _assessed(after, expected, simulation, ground.pace)
        return assessment

    def _outcome(self, before: "_Seen", after: CashPicture) -> Outcome:
        """The same as far as effects compare it, and without words, as nobody reads them."""
        ground = self._ground(after)
        expected = expectations_of(after, ground.learned, self.horizon_days, ground.kept)
        projection = line_of(expected)
        reading = before.futures.read_with(expected, after.books.business.buffer, paydays_of(projection))
        return Outcome(runway_of(after, projection, reading, ground.pace, in_words=False), projection, reading)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What pictures of the same books stand on."""

    learned: Learned
    pace: Pace
    kept: Kept


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture's futures and what they say."""

    futures: Futures
    assessment: Assessment
    outcome: Outcome


def _assessed(
    picture: CashPicture, expected: Expectations, simulation: Simulation, pace: Pace
) -> tuple[Assessment, Outcome]:
    books, currency = picture.books, picture.books.business.currency
    projection = line_of(expected)
    reading = read(simulation, paydays_of(projection))
    outcome = Outcome(runway_of(picture, projection, reading, pace), projection, reading)
    assessment = Assessment(
        picture=picture,
        projection=projection,
        simulation=simulation,
        runway=outcome.runway,
        receivables=summarise(books.receivables, books.unapplied_receipts, books.as_of, currency),
        payables=summarise(books.payables, books.vendor_credits, books.as_of, currency),
    )
    return assessment, outcome


def _paid_within(expected: Expectations, days: int) -> dict[RecordRef, float]:
    """The chance of each open invoice to be paid within so many days."""
    return {
        each.item.records[0]: 1 - float(each.waits[min(days, expected.horizon_days)])
        for each in expected.money
        if each.item.kind is ItemKind.RECEIVABLE and each.waits is not None
    }


def _latest(kept: OrderedDict[str, _KeptT], key: str, make: Callable[[], _KeptT], most: int) -> _KeptT:
    """What is kept under the key, else what `make` makes; of more than `most` the one asked for longest ago goes."""
    found = kept.pop(key, None)
    kept[key] = found = make() if found is None else found
    while len(kept) > most:
        kept.popitem(last=False)
    return found
