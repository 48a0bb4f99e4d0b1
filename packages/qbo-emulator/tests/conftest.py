"""Where behaviour is known from: each test below `behaviour/` says so with exactly one mark."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from emulator_support import Served, ServedMaker, served, small_books
from hypothesis import HealthCheck, settings

from qbo_emulator.books import Books

HERE: Final = Path(__file__).parent
SAMPLES: Final = HERE.parents[3] / "shared" / "qbo-samples"
PROVENANCE: Final = {
    "documented(source)": "Intuit's documentation or public schema says so",
    "recorded(sample)": "a recorded answer of the real QuickBooks shows it",
    "inferred(why)": "neither documented nor recorded; the reason why it is assumed",
}

settings.register_profile("qbo-emulator", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("qbo-emulator")


def pytest_configure(config: pytest.Config) -> None:
    """Register the three marks."""
    for name, meaning in PROVENANCE.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse to run when a behaviour test doesn't say, once and with a reason, where its behaviour is known from."""
    marks = {name.partition("(")[0] for name in PROVENANCE}
    for item in items:
        if (HERE / "behaviour") not in item.path.parents:
            continue
        given = [mark for mark in item.iter_markers() if mark.name in marks]
        if len(given) != 1 or len(given[0].args) != 1 or not given[0].args[0]:
            raise pytest.UsageError(f"{item.nodeid} needs exactly one of {', '.join(PROVENANCE)}")


@pytest.fixture
def samples() -> Path:
    """The directory of recorded answers; the test is skipped where a clone doesn't have it."""
    if not SAMPLES.is_dir():
        pytest.skip("no recorded answers beside the repository (../shared/qbo-samples)")
    return SAMPLES


@pytest.fixture
def books() -> Books:
    """Small books; see `small_books`."""
    return small_books()


@pytest.fixture
async def serve() -> AsyncIterator[ServedMaker]:
    """A maker of served emulators: `serve(limited=True, redirect_uris=("…",), companies=2)`."""
    made: list[Served] = []

    def make(**options: Any) -> Served:  # noqa: ANN401 (those of `served`)
        made.append(served(**options))
        return made[-1]

    yield make
    for each in made:
        await each.http.aclose()
        await each.emulator.close()
