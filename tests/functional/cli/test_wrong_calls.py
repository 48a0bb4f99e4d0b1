"""Wrong calls end with status 2 and say what is wrong; nothing is printed to stdout."""

from pathlib import Path

import pytest

from tests.support.product import run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--once", "--scenario", "nonsense"], "there is no scenario 'nonsense'; known: agency"),
        (["demo", "--once", "--option", "payroll"], "'payroll' is not KEY=VALUE"),
    ],
    ids=["scenario", "option"],
)
def test_a_value_that_does_not_exist_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    """Status 2 and one line that names the value and what there is."""
    told = run(*arguments, folder=tmp_path)
    assert told.status == 2
    assert said in told.error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--once", "--as-of", "2026-13-01"], "'2026-13-01' is no date"),
        (["demo", "--once", "--load", "x", "--scenario", "agency"], "either --scenario or --load"),
        (["nonsense"], "nonsense"),
    ],
    ids=["date", "both sources", "command"],
)
def test_a_malformed_call_is_explained(arguments: list[str], said: str, tmp_path: Path) -> None:
    """Status 2, the usage and what is wrong with the call on stderr."""
    told = run(*arguments, folder=tmp_path)
    assert (told.status, told.out) == (2, "")
    assert said in told.err
    assert "Usage: oodaloo" in told.err
