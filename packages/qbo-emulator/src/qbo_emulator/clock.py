"""The company's own time: it starts at a chosen moment and runs on with the machine's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PACIFIC: Final = ZoneInfo("America/Los_Angeles")
_EVENING_HOUR: Final = 18


class CompanyClock:
    """Now, as the emulated QuickBooks sees it; `elapsed_seconds` is any steadily running counter."""

    def __init__(self, start: datetime, elapsed_seconds: Callable[[], float]) -> None:
        self._start = start
        self._elapsed_seconds = elapsed_seconds
        self._origin = elapsed_seconds()

    def now(self) -> datetime:
        """The moment, with its time zone."""
        return self._start + timedelta(seconds=self._elapsed_seconds() - self._origin)


def evening_of(day: date) -> datetime:
    """18:00 Pacific: after everything that history may hold on its last day."""
    return datetime(day.year, day.month, day.day, _EVENING_HOUR, tzinfo=PACIFIC)
