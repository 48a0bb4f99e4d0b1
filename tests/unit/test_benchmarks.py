"""The benchmark runner prints what `make bench` promises."""

import pytest

from benchmarks.__main__ import main
from benchmarks.registry import BENCHMARKS


def test_a_benchmark_that_does_not_exist_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name ends with status 2 and is named, before anything is measured."""
    with pytest.raises(SystemExit, match="2"):
        main(["no-such-benchmark"])
    assert "no-such-benchmark" in capsys.readouterr().err


def test_each_benchmark_has_a_name_of_its_own() -> None:
    """No benchmark's figures hide another's in the JSON object."""
    assert len({benchmark.name for benchmark in BENCHMARKS}) == len(BENCHMARKS)
