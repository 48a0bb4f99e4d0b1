"""Writes of all kinds under every fault at once, with people editing and the worker being killed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from oodaloo.infra.qbo.writes.intents import IntentState
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.forked import Forks, forks
from tests.support.rows import A_MOMENT
from tests.support.write_campaign import STALE_SECONDS, Flaw, carried_out, judged, planned
from tests.support.write_worker import Plan
from tests.support.writing import an_office

WRITES = 40
KILLS = 3


@pytest.fixture(scope="module")
def forked() -> Iterator[Forks]:
    """Where workers that are killed come from."""
    with forks("tests.support.write_worker") as running:
        yield running


async def test_every_write_ends_once_by_quickbooks_books(
    migrated: TestDatabase, working_company: Emulator, forked: Forks, tmp_path: Path
) -> None:
    """However it went, each write is there once and we say so, or it isn't there and we say why; no mail left twice."""
    async with an_office(migrated, working_company) as office:
        writes = planned(working_company, WRITES)
        working_company.fresh()
        plan = Plan(office.business_id, writes, A_MOMENT, lag_seconds=STALE_SECONDS + 0.3, lease_seconds=1.0)
        path = tmp_path / "plan.json"
        await asyncio.to_thread(carried_out, working_company, migrated, plan, path, forked, kills=KILLS, seed=3)
        verdict = await judged(office, writes)
    assert verdict.flaws == {flaw: [] for flaw in Flaw}
    assert verdict.states[IntentState.DONE] > WRITES / 2
    assert verdict.repeated > KILLS
