"""A company for tests that change what is in QuickBooks."""

from collections.abc import Iterator

import pytest

from tests.support.emulators import Emulator, emulator
from tests.support.recordings import small_company, write


@pytest.fixture(scope="session")
def lasting_own_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A small company that nobody else uses; started once per test process."""
    with emulator("--load", str(write(tmp_path_factory.mktemp("own") / "small", small_company()))) as running:
        yield running


@pytest.fixture
def own_company(lasting_own_company: Emulator) -> Emulator:
    """The small company as it was recorded, for one test that edits it."""
    lasting_own_company.http.post("/_emulator/companies/reset", json={}).raise_for_status()
    lasting_own_company.fresh()
    return lasting_own_company
