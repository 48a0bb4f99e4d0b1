"""Whatever people, QuickBooks and dying processes do: holds are true after each step, and nothing is paid twice."""

from pathlib import Path

import pytest

from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import emulator
from tests.support.machines import run_machine
from tests.support.payment_weeks import PaymentWeeks, Start
from tests.support.recordings import small_company, write


@pytest.fixture
def start(databases: Databases, migrated_original: TestDatabase, tmp_path: Path) -> Start:
    """Fresh databases and companies, as many as the machine has runs."""
    folder = write(tmp_path / "small", small_company())
    return Start(lambda: databases.copy(migrated_original), lambda: emulator("--load", str(folder)))


def test_holds_are_true_and_nothing_is_paid_twice(start: Start) -> None:
    """After each step an open decision holds what it pays and all others nothing; in the end the books agree."""

    class These(PaymentWeeks):
        pass

    These.start = start
    run_machine(These)
