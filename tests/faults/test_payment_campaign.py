"""Payments decided by people and carried out by workers who die, under every fault at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.forked import Forks, forks
from tests.support.payment_campaign import Day, bad_day
from tests.support.recordings import small_company, write

DECISIONS = 20


@pytest.fixture(scope="module")
def forked() -> Iterator[Forks]:
    """Where workers that are killed come from."""
    with forks("tests.support.pay_worker") as running:
        yield running


@pytest.fixture
def new_company(tmp_path: Path) -> Iterator[Emulator]:
    """The small company, in which nobody was before."""
    with emulator("--load", str(write(tmp_path / "small", small_company()))) as running:
        yield running


async def test_every_payment_is_made_once_by_quickbooks_books(
    migrated: TestDatabase, new_company: Emulator, forked: Forks, tmp_path: Path
) -> None:
    """All that was finalized is in QuickBooks once and told so, nothing is held any more, whoever died meanwhile."""
    workers = 3 if migrated.kind == "postgresql" else 1
    day = Day(DECISIONS, workers, kills=3, stops=workers - 1, seed=7, at_most_seconds=300)
    verdict = await bad_day(day, migrated, new_company, forked, tmp_path)
    assert (verdict.duplicates, verdict.lost, verdict.wrong) == ([], [], [])
    assert (verdict.executed, verdict.unresolved, verdict.holds_left) == (DECISIONS, 0, 0)
    assert verdict.kills
