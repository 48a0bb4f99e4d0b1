"""Companies for the scenario tests: each is built once per run and only read."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import pytest

from qbo_emulator.scenario import ScenarioRequest
from qbo_emulator.scenarios.agency import build_agency
from qbo_emulator.scenarios.company.build import BuiltCompany

AS_OF = date(2026, 10, 2)
Build: TypeAlias = Callable[..., BuiltCompany]


@lru_cache(maxsize=16)
def _built(seed: int, as_of: date, options: tuple[tuple[str, str], ...]) -> BuiltCompany:
    return build_agency(ScenarioRequest(seed, as_of, "9341450000000001", 1, dict(options)))


@pytest.fixture(scope="session")
def build() -> Build:
    """Build an agency: `build(seed=1, as_of=AS_OF, **options)`."""

    def build_one(seed: int = 1, as_of: date = AS_OF, **options: str) -> BuiltCompany:
        return _built(seed, as_of, tuple(sorted(options.items())))

    return build_one


@pytest.fixture(scope="session")
def agency(build: Build) -> BuiltCompany:
    """The default agency as of Friday 2026-10-02."""
    return build()
