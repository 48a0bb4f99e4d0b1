"""What to do about a picture: when to pay, what can wait, whom to ask, each with what it does to the runway."""

from dataclasses import dataclass

from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.collections import Chases
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.lanes import Lanes
from oodaloo.runway.model.payables import BillTiming
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Advice:
    """An assessment and what follows from it for the open bills that nothing is decided about, and overdue invoices.

    `plan` starts from the cautious path without those bills; `plan_effect` is what all its dates together do, compared
    with paying each bill when it usually is. Both are unknown where the runway is. The lanes hold the effect of each
    decision by itself.
    """

    assessment: Assessment
    timings: tuple[BillTiming, ...]
    plan: PaymentPlan | Unknown
    plan_effect: Effect | Unknown
    chases: Chases
    lanes: Lanes
