"""Whatever people, QuickBooks and dying processes do: holds are true after each step, and nothing is paid twice."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import emulator
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
    asked = settings.get_current_profile_name()
    chosen = settings(
        settings.get_profile("campaign" if asked == "campaign" else "a few weeks"),
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a failure takes many minutes
        print_blob=True,
    )
    run_state_machine_as_test(These, settings=chosen)
