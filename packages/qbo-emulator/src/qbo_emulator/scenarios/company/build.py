"""Building books from a company's description, with the list of flaws that were planted in them."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from qbo_emulator.books import Books
from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios.company.business_days import months_before
from qbo_emulator.scenarios.company.description import CompanyPlan, Span
from qbo_emulator.scenarios.company.flaws.kinds import PlannedFlaw, PlannedLookalike
from qbo_emulator.scenarios.company.history import plan_history
from qbo_emulator.scenarios.company.opening import opened_at
from qbo_emulator.scenarios.company.posting import Bookkeeper
from qbo_emulator.scenarios.company.streams import OFFICE
from qbo_emulator.scenarios.life.company_life import PlannedLife
from qbo_emulator.scenarios.life.handover import hand_over
from qbo_emulator.scenarios.living import LivingCompany, PlantedFlaw
from qbo_emulator.scenarios.options import CompanyOptions, read_options

Describe = Callable[[ScenarioRequest, CompanyOptions, Span], CompanyPlan]
SetUp = Callable[[Books, CompanyPlan, datetime], Bookkeeper]
"""Gives new books their lists, and returns who enters events into them."""


@dataclass(frozen=True, slots=True)
class BuiltCompany:
    """Finished books, the description they came from, and how the company lives on.

    `flaws` are all that were planted in the books, `lookalikes` what is in order and only looks like them.
    """

    books: Books
    plan: CompanyPlan
    flaws: tuple[PlantedFlaw, ...]
    lookalikes: tuple[PlantedFlaw, ...]
    life: PlannedLife

    def living(self) -> LivingCompany:
        """Return what is kept of it when it is served."""
        return LivingCompany(self.books, self.life, self.flaws, self.lookalikes)


def build_company(
    request: ScenarioRequest,
    describe: Describe,
    defaults: CompanyOptions | None = None,
    set_up: SetUp | None = None,
) -> BuiltCompany:
    """Return the company that the request asks for; the same request always gives the same bytes.

    `defaults` are what options say that aren't given, `set_up` gives the new books their lists (`set_up_lists`).
    Raises ScenarioOptionError for an option that is unknown or can't be read.
    """
    with _without_collections():
        options = read_options(request.options, defaults or CompanyOptions())
        return _built(request, describe, options, set_up or set_up_lists)


def set_up_lists(books: Books, plan: CompanyPlan, opened_at: datetime) -> Bookkeeper:
    """Create the plan's chart and items; everything else is created when it is first needed."""
    bookkeeper = Bookkeeper(books, plan)
    bookkeeper.set_up(plan, opened_at)
    return bookkeeper


def history_start(as_of: date, months: int) -> date:
    """Return the first day of the books: that many months before the end, the day after it."""
    return months_before(as_of, months) + timedelta(days=1)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Building makes much that lasts and few cycles: looking for them meanwhile would take a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _built(request: ScenarioRequest, describe: Describe, options: CompanyOptions, set_up: SetUp) -> BuiltCompany:
    span = Span(history_start(request.as_of, options.months), request.as_of)
    plan = describe(request, options, span)
    history = plan_history(plan, span, flaws=options.flaws, lookalikes=options.lookalikes)
    opened = opened_at(span.start)
    books = Books(plan.name, request.realm_id, opened_at=opened)
    books.set_company_info(_company_info(plan, span.start))
    bookkeeper = set_up(books, plan, opened)
    bookkeeper.enter(history.known)
    life = PlannedLife(
        partial(describe, request, options, span),
        hand_over(history, span, bookkeeper.ids),
        with_slips=bool(options.flaws),
    )
    flaws, lookalikes = _planted(history.flaws, bookkeeper.ids), _planted(history.lookalikes, bookkeeper.ids)
    return BuiltCompany(books, plan, flaws, lookalikes, life)


def _company_info(plan: CompanyPlan, start: date) -> dict[str, object]:
    address = {
        "Line1": plan.street,
        "City": plan.city,
        "CountrySubDivisionCode": plan.state,
        "PostalCode": plan.postal_code,
    }
    return {
        "LegalName": f"{plan.name} LLC",
        "CompanyAddr": address,
        "LegalAddr": address,
        "CompanyStartDate": start.isoformat(),
        "FiscalYearStartMonth": "January",
        "Email": {"Address": plan.email} if plan.email else {},
        "PrimaryPhone": {"FreeFormNumber": plan.phone},
        "DefaultTimeZone": OFFICE.key,
    }


def _planted(
    planned: Iterable[PlannedFlaw] | Iterable[PlannedLookalike], ids: dict[str, str]
) -> tuple[PlantedFlaw, ...]:
    return tuple(PlantedFlaw(one.kind, one.entity, ids[one.key], one.why) for one in planned)
