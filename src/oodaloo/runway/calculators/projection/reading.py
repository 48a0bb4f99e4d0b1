"""What runway is read off the futures of a projection, and what effects compare besides: no more than that."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from oodaloo.kit.money import Money
from oodaloo.runway.model.runway import FirstBelow, LowestPoint, Simulation


@dataclass(frozen=True, slots=True)
class Payday:
    """Spendable of the middle case at the end of a payroll's day, and the chance that it is below zero then."""

    middle: Money
    short: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Day 0 and the `last` one, and what the futures say in between.

    `at_last` is the middle case on the last day, `paydays` are by their number, `means` are cents by day.
    """

    as_of: date
    last: date
    first_below: FirstBelow
    calibrated: bool
    lowest: LowestPoint
    at_last: Money
    paydays: Mapping[int, Payday]
    means: tuple[int, ...]


def read(simulation: Simulation, paydays: Collection[int]) -> Reading:
    """What is read off a whole simulation; `paydays` are numbers of days."""
    days = simulation.days
    lowest = min(days, key=lambda day: (day.middle.cents, day.day))
    return Reading(
        as_of=simulation.as_of,
        last=days[-1].day,
        first_below=simulation.first_below,
        calibrated=simulation.calibrated,
        lowest=LowestPoint(lowest.day, lowest.middle),
        at_last=days[-1].middle,
        paydays={number: Payday(days[number].middle, days[number].short) for number in paydays},
        means=tuple(day.mean.cents for day in days),
    )
