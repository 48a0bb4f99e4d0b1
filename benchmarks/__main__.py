"""Run the benchmarks: `python -m benchmarks [NAME …] [--json]`; `make bench` calls it."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.registry import BENCHMARKS


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, or everything; a table or one JSON object on stdout, progress on stderr."""
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(names) or 'none yet'}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - set(names))
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(unknown)}")
    measured = {
        benchmark.name: measure(benchmark) for benchmark in BENCHMARKS if benchmark.name in (asked.names or names)
    }
    if asked.json:
        sys.stdout.write(json.dumps(measured) + "\n")
    else:
        Console().print(table(measured.items()))
    return 0


def measure(benchmark: Benchmark) -> Figures:
    """Run one benchmark, telling on stderr which one it is."""
    sys.stderr.write(f"bench: {benchmark.name}: {benchmark.what}\n")
    return dict(benchmark.measure())


def table(measured: Iterable[tuple[str, Figures]]) -> Table:
    """One row per figure."""
    made = Table("benchmark", "figure", "value")
    for name, figures in measured:
        for figure, value in figures.items():
            made.add_row(name, figure, f"{value:.3f}" if isinstance(value, float) else str(value))
    return made


if __name__ == "__main__":
    sys.exit(main())
