"""How long a projection takes and how much memory it asks for: 91 days of a made-up business in many futures."""

import statistics
import tracemalloc
from collections.abc import Callable
from typing import Final

from oodaloo.cli.made_up_books import made_up_books
from oodaloo.cli.report import Json
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.runway.experiences.projecting import Projecting
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.model.runway import HORIZON_DAYS
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import picture_of

FUTURES: Final = (2_000, 10_000)
_OPEN_INVOICES: Final = 200
_OPEN_BILLS: Final = 100
_PLANNED_BILLS: Final = 200
_SETTLED_INVOICES: Final = 2_500
_SETTLED_BILLS: Final = 1_000
_ROUNDS: Final = 15
_MIB: Final = 2**20


def measure_projection() -> dict[str, Json]:
    """Seconds (medians) of a projection for each number of futures, and the most memory that it holds at once.

    A whole assessment has the line, the runway and its sentences besides. Learning, which is done once for the same
    books, is timed apart, and so are the suggested plan, all advice with it, and what decisions do, one or a batch, in
    as many futures as everyone is shown.
    """
    picture = _picture(bills=_OPEN_BILLS)
    learning = Projecting(picture)
    return {
        "days": HORIZON_DAYS,
        "open_items": _OPEN_INVOICES + _OPEN_BILLS,
        "settled_invoices": _SETTLED_INVOICES,
        "learning_seconds": _rounded(_seconds(learning.learn)),
        **{f"futures_{futures}": _projection(picture, futures) for futures in FUTURES},
        "plan": _plan(),
        "effects": _effects(picture),
    }


def _picture(*, bills: int) -> CashPicture:
    return picture_of(
        made_up_books(
            invoices=_OPEN_INVOICES, bills=bills, settled_invoices=_SETTLED_INVOICES, settled_bills=_SETTLED_BILLS
        )
    )


def _projection(picture: CashPicture, futures: int) -> dict[str, Json]:
    projecting = Projecting(picture, futures)
    projecting.learn()
    seconds = [_seconds(projecting.project) for _ in range(_ROUNDS)]
    assessing = [_seconds(projecting.assess) for _ in range(_ROUNDS)]
    return {
        "seconds_p50": _rounded(statistics.median(seconds)),
        "seconds_min": _rounded(min(seconds)),
        "assessment_seconds_p50": _rounded(statistics.median(assessing)),
        "peak_mib": _peak_mib(projecting.project),
    }


def _plan() -> dict[str, Json]:
    projecting = Projecting(_picture(bills=_PLANNED_BILLS))
    projecting.learn()
    started = monotonic_seconds()
    plan = projecting.plan()
    if isinstance(plan, Unknown):
        raise RuntimeError("the made-up business has a runway, so it must have a plan")
    planned = monotonic_seconds()
    projecting.advise()
    return {
        "bills": _PLANNED_BILLS,
        "seconds": _rounded(planned - started),
        "gap": plan.proof.gap,
        "waiting_bills": len(plan.waiting),
        "advice_seconds": _rounded(monotonic_seconds() - planned),
    }


def _effects(picture: CashPicture) -> dict[str, Json]:
    projecting = Projecting(picture)
    projecting.decide(1)
    one = [_seconds(lambda: projecting.decide(1)) for _ in range(_ROUNDS)]
    batch = [_seconds(lambda: projecting.decide(_OPEN_BILLS)) for _ in range(_ROUNDS)]
    return {
        "futures": projecting.futures,
        "one_decision_seconds_p50": _rounded(statistics.median(one)),
        "batch_decisions": _OPEN_BILLS,
        "batch_seconds_p50": _rounded(statistics.median(batch)),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = monotonic_seconds()
    work()
    return monotonic_seconds() - started


def _peak_mib(work: Callable[[], object]) -> float:
    """The most that was allocated at once by the work, arrays included."""
    tracemalloc.start()
    try:
        work()
        return round(tracemalloc.get_traced_memory()[1] / _MIB, 1)
    finally:
        tracemalloc.stop()


def _rounded(seconds: float) -> float:
    return round(seconds, 4)
