"""Tiers: where a test lies decides on which databases it runs and which marks it bears; see README.md beside this."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = (
    "tests.support.databases",
    "tests.support.chromium",
    "tests.support.emulators",
    "tests.support.product",
)

HERE = Path(__file__).parent
TIERS = ("unit", "integration", "functional", "browser", "faults", "golden")
TIERS_ON_BOTH_DATABASES = ("integration", "functional", "faults")
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)

# How long an example takes says nothing on a busy machine.
settings.register_profile("oodaloo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("a few weeks", settings.get_profile("oodaloo"), max_examples=4, stateful_step_count=20)
settings.register_profile("campaign", settings.get_profile("oodaloo"), max_examples=200, stateful_step_count=50)
settings.load_profile("oodaloo")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses a database once, or once on each where its tier asks for that and its mark doesn't."""
    if "database_kind" in metafunc.fixturenames:
        both = tier_of(metafunc.definition.path) in TIERS_ON_BOTH_DATABASES
        there_only = metafunc.definition.get_closest_marker("postgresql") is not None
        kinds = [POSTGRESQL] if there_only else ["sqlite", POSTGRESQL] if both else ["sqlite"]
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier."""
    for item in items:
        tier = tier_of(item.path)
        if tier:
            item.add_marker(tier)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on one line each what was left out and why."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in reports)
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"left out {tests} test{'s' if tests > 1 else ''}: {reason}")


def tier_of(path: Path) -> str | None:
    """The tier that a file belongs to; None for what looks at the whole repository and for other packages."""
    if not path.is_relative_to(HERE):
        return None
    tier = path.relative_to(HERE).parts[0]
    if tier in TIERS:
        return tier
    if path.parent == HERE:
        return None
    raise pytest.UsageError(f"{path} is in no tier; tests/README.md says what belongs where")
