"""Weeks of a company that lives on: each is explained by causes, and nothing moves without a record."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from oodaloo.runway.calculators.change.attribution import change_between
from oodaloo.runway.calculators.change.hindsight import hindsight_of
from oodaloo.runway.calculators.engine import RunwayCalculator
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.change import CauseKind, Change
from oodaloo.runway.model.hindsight import Source
from oodaloo.runway.picture.current import change_of
from tests.support.databases import TestDatabase
from tests.support.emulators import AS_OF, Emulator, emulator
from tests.support.people import pass_time
from tests.support.product import connect, services_for

WEEKS = 2


@pytest.fixture
def living_agency() -> Iterator[Emulator]:
    """An agency of its own, whose time may pass."""
    with emulator("--scenario", "agency", "--as-of", AS_OF) as running:
        yield running


async def test_the_weeks_of_an_agency_are_explained(migrated: TestDatabase, living_agency: Emulator) -> None:
    """Week after week the causes add up, the errors of the forecast too, and no money moved without a record."""
    told = await _fridays(migrated, living_agency)
    for then, now in pairwise(told):
        change = await change_of(then, now)
        assert isinstance(change, Change)
        assert change == change_between(then, now, RunwayCalculator().current)
        assert sum(cause.days for cause in change.causes) == change.days
        assert sum(cause.spendable.cents for cause in change.causes) == change.spendable.cents
        assert [cause.sentence for cause in change.causes if cause.kind is CauseKind.REST] == []
        hindsight = hindsight_of(then, now.picture)
        assert sum(outcome.error.cents for outcome in hindsight.outcomes) == hindsight.error.cents
        assert [each.sentence for each in hindsight.outcomes if each.source is Source.CORRECTION] == []


async def _fridays(database: TestDatabase, quickbooks: Emulator) -> list[Assessment]:
    """What the engine says on the company's day and on the days a week, two weeks … later."""
    first = date.fromisoformat(AS_OF)
    told: list[Assessment] = []
    for week in range(WEEKS + 1):
        if week:
            pass_time(quickbooks, days=7)
        today = (first + timedelta(days=7 * week)).isoformat()
        async with services_for(database, quickbooks, as_of=today) as services:
            business_id = told[0].picture.books.business.id if told else await connect(services, quickbooks)
            await services.sync(business_id)
            told.append(await services.assessment(business_id))
    return told
