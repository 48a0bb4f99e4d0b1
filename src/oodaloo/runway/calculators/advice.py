"""What to do about a picture: the suggested plan and the lanes, each decision with what it does to the runway."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from oodaloo.runway.calculators.chasing import chases_of, with_effects
from oodaloo.runway.calculators.contact_effect import ASSUMED_EFFECT
from oodaloo.runway.calculators.payables.lanes import lane_of, lanes_of
from oodaloo.runway.calculators.payables.plan import suggest_plan
from oodaloo.runway.calculators.payables.timing import bill_timings
from oodaloo.runway.calculators.priority import priority_of, stake_of
from oodaloo.runway.calculators.projection.bills import plans_of
from oodaloo.runway.model.advice import Advice
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.collections import Chases, ContactEffect
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.lanes import Lane, LaneItem, Lanes
from oodaloo.runway.model.payables import BillTiming, PayablesPolicy
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.plan import DailySpendable, PaymentPlan
from oodaloo.runway.model.priority import Effort, Priority
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.runway import Runway, RunwayState
from oodaloo.runway.model.scenario import AS_IT_IS, Ask, Change, Drop, MoveBill, PayToday, Scenario
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.model.wording import day_text, money_text


class Effects(Protocol):
    """What changes of one picture do to its runway, see `RunwayCalculator.effect`."""

    def __call__(self, scenario: Scenario, *, instead_of: Scenario = AS_IT_IS, what: str | None = None) -> Effect:
        """The effect of the scenario, compared with another one."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What advice asks the engine about one picture: what it says with changes, and what they do to its runway.

    `paid_within` holds the probability that an open invoice is paid within the horizon of chasing by itself.
    """

    assessed: Callable[[Scenario], Assessment]
    effect: Effects
    paid_within: Mapping[RecordRef, float]


def advise(
    assessment: Assessment,
    engine: Engine,
    policy: PayablesPolicy | None = None,
    contact: ContactEffect = ASSUMED_EFFECT,
) -> Advice:
    """Plan, chases and lanes for the open bills that nothing is decided about, and for overdue invoices.

    The plan starts from the cautious path without those bills. What must be paid is priced as paid today compared with
    its usual day, what can wait as paid on its latest safe date compared with today, an overdue invoice as asked for.
    """
    picture, runway = assessment.picture, assessment.runway
    timings = undecided(picture, policy)
    plan = plan_for(assessment, timings, engine.assessed, policy)
    chases = _chases(picture, runway, engine, contact)
    effects = {each.invoice.ref: each.on_runway for each in chases.chased if each.on_runway is not None}
    for timing in timings:
        if not timing.by_card:
            effects[timing.bill.ref] = _of_bill(engine, timing, picture.books.as_of)
    known_plan = None if isinstance(plan, Unknown) else plan
    lanes = lanes_of(timings, chases, picture.books.as_of, known_plan)
    return Advice(
        assessment=assessment,
        timings=timings,
        plan=plan,
        plan_effect=plan if isinstance(plan, Unknown) else _of_plan(engine, plan),
        chases=chases,
        lanes=_with_effects(lanes, effects, _priorities(timings, chases, effects, runway)),
    )


def undecided(picture: CashPicture, policy: PayablesPolicy | None = None) -> tuple[BillTiming, ...]:
    """The open bills that no decision stands for, the earliest safe date first."""
    decided = plans_of(picture)
    timings = bill_timings(picture.books, picture.books.housekeeping.terms, policy)
    return tuple(each for each in timings if each.bill.ref not in decided)


def plan_for(
    assessment: Assessment,
    timings: Sequence[BillTiming],
    assessed: Callable[[Scenario], Assessment],
    policy: PayablesPolicy | None = None,
) -> PaymentPlan | Unknown:
    """The suggested plan from the cautious case of each day without the bills that it gives dates.

    Bills that a card pays stay in that path. Unknown where nobody knows until when cash lasts.
    """
    if assessment.runway.state is RunwayState.UNKNOWN:
        return Unknown(assessment.runway.because)
    business = assessment.picture.books.business
    without = assessed(Scenario(tuple(Drop(each.bill.ref) for each in timings if not each.by_card)))
    days = without.simulation.days
    path = DailySpendable(days[0].day, tuple(day.cautious.cents for day in days), business.currency)
    payrolls = [payroll.day for payroll in without.runway.payrolls]
    return suggest_plan(timings, path, business.buffer, business.calendar, policy, payrolls=payrolls)


def _of_plan(engine: Engine, plan: PaymentPlan) -> Effect:
    dates = len(plan.payments)
    what = "Pay dates as planned, all together" if dates > 1 else "The pay date as planned"
    return engine.effect(Scenario(tuple(_planned(plan))), what=what)


def _planned(plan: PaymentPlan) -> Iterator[Change]:
    for payment in plan.payments:
        differs = payment.amount != payment.timing.to_pay
        yield MoveBill(payment.timing.bill.ref, payment.day, payment.amount if differs else None)


def _chases(picture: CashPicture, runway: Runway, engine: Engine, contact: ContactEffect) -> Chases:
    """The money is needed by the day on which cash runs out in the middle case, else in the cautious one."""
    books, burn = picture.books, runway.net_burn
    needed_by = runway.covered_until or runway.cautious_until
    chases = chases_of(books, burn, engine.paid_within, contact, needed_by)
    asked = {
        each.invoice.ref: engine.effect(Scenario((Ask(each.invoice.ref, contact.odds_ratio),)))
        for each in chases.chased
    }
    return with_effects(chases, asked, burn, needed_by, books.as_of)


def _of_bill(engine: Engine, timing: BillTiming, today: date) -> Effect:
    pay = Scenario((PayToday(timing.bill.ref),))
    if lane_of(timing, today) is Lane.MUST_PAY:
        return engine.effect(pay)
    wait = Scenario((MoveBill(timing.bill.ref, timing.latest_safe),))
    what = f"{timing.bill.party.name} ({money_text(timing.to_pay, cents=True)}) on {day_text(timing.latest_safe)}"
    return engine.effect(wait, instead_of=pay, what=f"{what} instead of today")


def _priorities(
    timings: Sequence[BillTiming], chases: Chases, effects: Mapping[RecordRef, Effect], runway: Runway
) -> Mapping[RecordRef, Priority]:
    """Waiting is decided before the day on which the bill would be paid otherwise; the rest goes by its day."""
    found = {each.invoice.ref: each.priority for each in chases.chased}
    for timing in timings:
        effect, today = effects.get(timing.bill.ref), runway.as_of
        if effect is not None and lane_of(timing, today) is Lane.CAN_DELAY:
            stake = stake_of(effect, runway.net_burn, runway.spendable.currency)
            act_by = timing.expected if isinstance(timing.expected, date) else None
            found[timing.bill.ref] = priority_of(stake, act_by, today, Effort.CLICK)
    return found


def _with_effects(lanes: Lanes, effects: Mapping[RecordRef, Effect], priorities: Mapping[RecordRef, Priority]) -> Lanes:
    def priced(items: Sequence[LaneItem]) -> tuple[LaneItem, ...]:
        return tuple(replace(item, effect=effects.get(item.ref), priority=priorities.get(item.ref)) for item in items)

    return Lanes(priced(lanes.must_pay), priced(lanes.can_delay), priced(lanes.chasing))
