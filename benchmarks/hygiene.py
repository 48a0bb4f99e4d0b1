"""How many of the flaws planted in emulated companies are found, and how often a doubt was none."""

import asyncio
from collections.abc import Iterator, Mapping

from benchmarks.benchmark import Figures
from oodaloo.cli.bench_hygiene import CAMPAIGN, hygiene_figures, measure_hygiene
from oodaloo.cli.report import Json


def hygiene() -> Figures:
    """The figures of `oodaloo bench hygiene`: recall in all and by flaw, false alarms in all and by kind of issue."""
    return dict(_flat(hygiene_figures(asyncio.run(measure_hygiene(CAMPAIGN)))))


def _flat(figures: Mapping[str, Json], within: str = "") -> Iterator[tuple[str, int | float | str]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{within}{name}_")
        elif isinstance(value, int | float | str):
            yield f"{within}{name}", value
