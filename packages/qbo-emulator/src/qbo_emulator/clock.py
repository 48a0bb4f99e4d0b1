"""The company's own time: it starts at a chosen moment, runs on with the machine's, and can be moved forward."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PACIFIC: Final = ZoneInfo("America/Los_Angeles")
_EVENING_HOUR: Final = 18


class ClockError(ValueError):
    """Time can't be moved there; the message says why."""


class CompanyClock:
    """Now, as the emulated QuickBooks sees it; `elapsed_seconds` is any steadily running counter."""

    def __init__(self, start: datetime, elapsed_seconds: Callable[[], float]) -> None:
        self._reading = start
        self._elapsed_seconds = elapsed_seconds
        self._read_at = elapsed_seconds()
        self._runs = True

    @property
    def runs(self) -> bool:
        """Whether time passes by itself."""
        return self._runs

    def now(self) -> datetime:
        """The moment, with its time zone."""
        if not self._runs:
            return self._reading
        return self._reading + timedelta(seconds=self._elapsed_seconds() - self._read_at)

    def move_to(self, moment: datetime) -> None:
        """Go on from that moment; raises ClockError for one that is past."""
        if moment < self.now():
            raise ClockError(f"it is {self.now().isoformat()} already, and time runs only forward")
        self._reading = moment
        self._read_at = self._elapsed_seconds()

    def stop(self) -> None:
        """Let time stand still until it is moved or runs again."""
        self._reading = self.now()
        self._runs = False

    def run(self) -> None:
        """Let time pass again."""
        self._read_at = self._elapsed_seconds()
        self._runs = True


def evening_of(day: date) -> datetime:
    """18:00 Pacific: after everything that history may hold on its last day."""
    return datetime(day.year, day.month, day.day, _EVENING_HOUR, tzinfo=PACIFIC)
