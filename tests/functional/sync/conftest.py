"""A company for tests that change what is in QuickBooks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.emulators import Emulator, emulator
from tests.support.recordings import small_company, write


@pytest.fixture
def own_company(tmp_path: Path) -> Iterator[Emulator]:
    """The small company, for one test that edits it."""
    with emulator("--load", str(write(tmp_path / "own", small_company()))) as running:
        yield running
