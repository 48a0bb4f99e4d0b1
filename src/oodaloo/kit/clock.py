"""The only place that reads the machine's clock; everything else is told the time."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Product time: what day it is for the businesses, which may be simulated."""

    def now(self) -> datetime:
        """The current instant, timezone-aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The machine's current instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for simulated dates."""

    instant: datetime

    def now(self) -> datetime:
        """The instant that this clock was made with, in UTC."""
        return self.instant.astimezone(UTC)


def local_date(instant: datetime, timezone: str) -> date:
    """The calendar day of `instant` in an IANA `timezone`; a business's "today" is its own."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def monotonic_seconds() -> float:
    """Seconds on a clock that never runs backwards, for durations and timeouts (always real time)."""
    return time.monotonic()
