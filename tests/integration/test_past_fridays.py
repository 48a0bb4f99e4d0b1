"""Fridays rebuilt from a company's final books are the Fridays that were, but for what people changed since.

A company of the emulator lives for some weeks. On each Friday its picture is taken; at the end every Friday is rebuilt
twice: by the product that was there all the time, and by one that has only just been connected.
`pytest --hypothesis-profile=campaign` lets every kind of company live, and longer.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.mirror.kept import KeptMirrors
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.model.history import HistoricalPicture
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.picture.current import current_picture
from oodaloo.runway.picture.gather import KINDS
from oodaloo.runway.picture.historical import historical_pictures
from oodaloo.runway.picture.identity import content_id
from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.fridays import Compared, Taken, compared
from tests.support.product import QUICK, UNLIMITED, connect, settings_for

FIRST = date(2026, 6, 26)
NIGHT = time(21, tzinfo=ZoneInfo("America/Chicago"))
A_WEEK_SECONDS = 120
"""How long a large company may take to live a week on a busy machine."""

IS_CAMPAIGN = settings.get_current_profile_name() == "campaign"
WEEKS = 10 if IS_CAMPAIGN else 3
FEW = ["creative-studio-small payroll=quickbooks"]
EVERY = [
    "agency",
    "agency payroll=quickbooks",
    "agency payroll=purchase flaws=off",
    *(
        f"{industry}{size} payroll={payroll}"
        for industry in ("it-consulting", "creative-studio", "professional-services")
        for size, payroll in (("-small", "journal"), ("-medium", "quickbooks"), ("-large", "purchase"))
    ),
    "sample",
]


@dataclass
class HandClock:
    """Product time that the test moves along with the company's."""

    instant: datetime

    def now(self) -> datetime:
        """The instant that it was moved to."""
        return self.instant


@dataclass(frozen=True)
class Weeks:
    """What came of a company's weeks: each Friday as it was, as rebuilt by both products, and compared."""

    taken: Mapping[date, Taken]
    along: Sequence[HistoricalPicture]
    newcomers: Sequence[HistoricalPicture]
    compared: Sequence[Compared]


@pytest.mark.parametrize("company", EVERY if IS_CAMPAIGN else FEW)
async def test_a_past_friday_is_the_friday_that_was(
    company: str, migrated: TestDatabase, migrated_original: TestDatabase, databases: Databases
) -> None:
    """Who was there all along rebuilds every figure; a newcomer all but what people changed, which its notes name."""
    scenario, *options = company.split()
    chosen = [part for option in options for part in ("--option", option)]
    with emulator("--scenario", scenario, "--as-of", FIRST.isoformat(), *chosen) as quickbooks:
        weeks = await lived(quickbooks, migrated, databases.copy(migrated_original))
    for taken, rebuilt in zip(weeks.taken.values(), weeks.along, strict=True):
        assert shown(rebuilt.picture) == shown(taken.picture)
    for newcomer, found in zip(weeks.newcomers, weeks.compared, strict=True):
        assert not found.unexplained, (newcomer.notes.as_of, found.changes)
        edited = {
            key for key, change in found.changes.items() if change.how == "edited" and hasattr(change.now, "dated")
        }
        assert edited <= {(ref.kind.value, ref.id) for ref in newcomer.notes.changed_unseen}
    changed = {key for found in weeks.compared for key in found.changes}
    assert changed or scenario == "sample", "nobody changed anything, so that nothing was proved"


def shown(picture: CashPicture) -> CashPicture:
    """All of a picture but when it was read, and the balances of accounts whose past nobody knows."""
    books = replace(picture.books, known_at=at_night(FIRST), synced_at=at_night(FIRST), position=None)
    return replace(picture, books=books, books_id=content_id(books))


async def lived(quickbooks: Emulator, database: TestDatabase, newcomers: TestDatabase) -> Weeks:
    """Let the company live, and rebuild its Fridays from both databases."""
    clock = HandClock(at_night(FIRST))
    taken: dict[date, Taken] = {}
    async with working(database, quickbooks, clock) as (services, business_id):
        for number in range(WEEKS + 1):
            day = FIRST + timedelta(days=7 * number)
            clock.instant = at_night(day)
            moved = {"set": clock.instant.isoformat()}
            quickbooks.http.post("/_emulator/clock", json=moved, timeout=A_WEEK_SECONDS).raise_for_status()
            await services.refresh(business_id, max_age=timedelta(0))
            taken[day] = await take(services, business_id, day)
        along = await rebuild(services, business_id, list(taken))
    async with working(newcomers, quickbooks, clock) as (services, business_id):
        rebuilt = await rebuild(services, business_id, list(taken))
        now = (await take(services, business_id, max(taken))).reading
    found = [compared(each, now, later) for each, later in zip(taken.values(), rebuilt, strict=True)]
    return Weeks(taken, along, rebuilt, found)


def at_night(day: date) -> datetime:
    """Nine in the evening in Chicago, when nobody works any more."""
    return datetime.combine(day, NIGHT).astimezone(UTC)


@asynccontextmanager
async def working(
    database: TestDatabase, quickbooks: Emulator, clock: HandClock
) -> AsyncIterator[tuple[Services, BusinessId]]:
    """The product, connected with the company and with its books read."""
    fixed = settings_for(database, quickbooks)
    async with open_services(fixed, clock, patience=QUICK, rules=UNLIMITED) as services:
        business_id = await connect(services, quickbooks)
        await services.sync(business_id)
        yield services, business_id


async def take(services: Services, business_id: BusinessId, day: date) -> Taken:
    """Today's picture, with every record of any age."""
    business, now = await services.business(business_id), services.clock.now()
    async with services.database.tenant(business_id, read_only=True) as session:
        picture = await current_picture(session, business, as_of=day, known_at=now, synced_at=now)
        return Taken(picture, now, await KeptMirrors().read(session, KINDS, date.min))


async def rebuild(services: Services, business_id: BusinessId, days: Sequence[date]) -> Sequence[HistoricalPicture]:
    """Each day from the books of now."""
    business = await services.business(business_id)
    async with services.database.tenant(business_id, read_only=True) as session:
        return await historical_pictures(session, business, days)
