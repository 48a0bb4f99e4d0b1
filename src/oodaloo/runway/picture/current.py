"""Today's cash picture, read from our mirror of QuickBooks, and the runway that it gives."""

import asyncio
from dataclasses import replace
from datetime import date, datetime

from oodaloo.domains.core.calendar import bank_calendar
from oodaloo.domains.core.model import Business
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.mirror.kept import KeptMirrors
from oodaloo.kit.collector import without_collections
from oodaloo.runway.calculators.change.attribution import change_between
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import Change
from oodaloo.runway.model.hygiene import ConnectionFacts, Hygiene
from oodaloo.runway.model.impact import Effect
from oodaloo.runway.model.picture import BusinessFacts, CashPicture
from oodaloo.runway.model.plan import PaymentPlan
from oodaloo.runway.model.scenario import Scenario
from oodaloo.runway.model.unknown import Unknown
from oodaloo.runway.picture.assemble import assemble, picture_of
from oodaloo.runway.picture.decided import decided, standing_decisions
from oodaloo.runway.picture.gather import gather
from oodaloo.runway.picture.position import position_of
from oodaloo.runway.records import desk, pictures

HISTORY_MONTHS = 24
"""How much history flows and payment habits are learned from: two years show each yearly season twice."""

_YEARS_AHEAD = 2

_CALCULATOR = RunwayCalculator()  # one for the process, which keeps what the latest books have taught


async def current_picture(
    session: TenantSession,
    business: Business,
    *,
    as_of: date,
    known_at: datetime,
    synced_at: datetime,
    kept: KeptMirrors | None = None,
) -> CashPicture:
    """The picture of `business` on its local day `as_of`, out of the mirror and what was decided as they stand.

    `session` is bound to that business and only reads. `known_at` is the instant of asking, `synced_at` when
    QuickBooks was last read in full. Rests on open documents of any age and the last 24 months of everything else.
    With `kept` only what changed since the last picture is read and made anew; the picture is the same without it.
    """
    gathered, reuse = await gather(session, kept or KeptMirrors(), history_starts(as_of))
    standing = await standing_decisions(session, business.currency, as_of)
    with without_collections():
        facts = facts_of(business, as_of)
        books = assemble(gathered, facts, as_of=as_of, known_at=known_at, synced_at=synced_at, reuse=reuse)
        books = replace(books, position=position_of(gathered.accounts, business.currency))
        earmarks, planned = decided(standing, books)
        return picture_of(books, earmarks, planned, reuse=reuse)


async def decided_revision(session: TenantSession) -> int:
    """How often what was decided has changed: with the mirror's revision, what a picture of a day rests on."""
    return await desk.revision(session)


async def kept_picture(session: TenantSession, picture_id: str) -> CashPicture:
    """A picture that somebody acted on, as it was known then. Raises `UnknownPictureError`."""
    return await pictures.kept(session, picture_id)


async def assessment_of(picture: CashPicture) -> Assessment:
    """What the engine says about a picture; worked out beside the event loop, because learning takes a while."""
    return await asyncio.to_thread(_CALCULATOR.current, picture)


def effect_on(picture: CashPicture, scenario: Scenario, *, what: str | None = None) -> Effect:
    """What a scenario's changes do to the runway of a picture, see `RunwayCalculator.effect`."""
    return _CALCULATOR.effect(picture, scenario, what=what)


async def plan_of(picture: CashPicture) -> PaymentPlan | Unknown:
    """A pay date for each bill that nothing is decided about; likewise beside the event loop."""
    return await asyncio.to_thread(_CALCULATOR.plan, picture)


async def hygiene_of(picture: CashPicture, connection: ConnectionFacts) -> Hygiene:
    """What is doubtful in a picture; likewise beside the event loop."""
    return await asyncio.to_thread(_CALCULATOR.hygiene, picture, connection)


async def change_of(then: Assessment, now: Assessment) -> Change | Unknown:
    """By which causes the date moved from one picture to the other, see `change_between`; likewise."""
    return await asyncio.to_thread(change_between, then, now, _CALCULATOR.aside().current)


def history_starts(as_of: date) -> date:
    """The first day of the month 24 months before: how far back a picture of a day reaches."""
    months = as_of.year * 12 + as_of.month - 1 - HISTORY_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def facts_of(business: Business, as_of: date) -> BusinessFacts:
    """Who a picture of that day is of."""
    return BusinessFacts(
        id=business.id,
        name=business.name,
        realm_id=business.realm_id,
        currency=business.currency,
        timezone=business.timezone,
        calendar=bank_calendar(business.country, as_of.year - _YEARS_AHEAD, as_of.year + _YEARS_AHEAD),
        buffer=business.buffer,
    )
