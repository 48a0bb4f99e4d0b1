"""What a benchmark is: a name, a sentence, and a function that measures and returns figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Figures: TypeAlias = Mapping[str, int | float | str]
"""What was measured, by name; the unit comes last in the name: `first_page_seconds`, `page_ms`, `records`."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One thing that is measured; `measure` does it from nothing, cleans up, and raises when it can't be done."""

    name: str
    what: str
    measure: Callable[[], Figures]
