"""How long a projection takes, in 2,000 and in 10,000 futures of a made-up business, and what it holds in memory."""

from benchmarks.benchmark import Figures
from oodaloo.cli.bench_project import measure_projection


def projection() -> Figures:
    """The figures of `oodaloo bench project`, those of each part under its name."""
    figures: dict[str, int | float | str] = {}
    for name, value in measure_projection().items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        figures |= {
            f"{name}_{part}".rstrip("_"): figure for part, figure in parts if isinstance(figure, int | float | str)
        }
    return figures
