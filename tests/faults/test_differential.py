"""Whatever people, QuickBooks, webhooks and killed processes do: in the end the mirror is what a full query shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases, TestDatabase
from tests.support.differential import Surroundings, Weeks
from tests.support.emulators import emulator
from tests.support.forked import forks
from tests.support.machines import run_machine
from tests.support.recordings import small_company, write


@pytest.fixture
def surroundings(databases: Databases, migrated_original: TestDatabase, tmp_path: Path) -> Iterator[Surroundings]:
    """Fresh databases and companies, as many as the machine has runs."""
    folder = write(tmp_path / "small", small_company())
    with forks("tests.support.reading_process") as forked:
        yield Surroundings(lambda: databases.copy(migrated_original), lambda: emulator("--load", str(folder)), forked)


def test_in_the_end_the_mirror_is_what_quickbooks_has(surroundings: Surroundings) -> None:
    """After any days: mirror = full query, for one read a check, the ledger's one a day, and one for each fault."""

    class These(Weeks):
        pass

    These.surroundings = surroundings
    run_machine(These)
