"""What Intuit meters: reads (CorePlus) per app and month, with the block of the free tier; writes are free."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from qbo_emulator.clock import PACIFIC
from qbo_emulator.jsontypes import JsonObject

BUILDER_ALLOWANCE: Final = 500_000
"""Metered reads a month in the free tier; then they are blocked until the next month."""


class Metering:
    """Counts successful calls by app and month of the company's time; `allowance` None blocks nothing."""

    def __init__(self, now: Callable[[], datetime], allowance: int | None) -> None:
        self.allowance = allowance
        self._now = now
        self._reads: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._writes: Counter[tuple[str, str]] = Counter()

    def blocks(self, client_id: str) -> bool:
        """Whether the app has used up its reads of this month."""
        return self.allowance is not None and self._reads[self._month(), client_id].total() >= self.allowance

    def count(self, client_id: str, operation: str, reads: int) -> None:
        """Note a successful call that costs so many reads; one that costs none is a write."""
        if reads:
            self._reads[self._month(), client_id][operation] += reads
        else:
            self._writes[self._month(), client_id] += 1

    def set_reads(self, client_id: str, reads: int) -> None:
        """Take so many reads as used this month, to stand before the block without making them."""
        self._reads[self._month(), client_id] = Counter({"set": reads})

    def summary(self) -> JsonObject:
        """Counts by month and app, as JSON."""
        keys = sorted({*self._reads, *self._writes})
        counted = [
            {
                "month": month,
                "client_id": client_id,
                "core_plus": self._reads[month, client_id].total(),
                "core_plus_by_operation": dict(self._reads[month, client_id]),
                "core": self._writes[month, client_id],
            }
            for month, client_id in keys
        ]
        return {"allowance": self.allowance, "counted": counted}

    def _month(self) -> str:
        return self._now().astimezone(PACIFIC).strftime("%Y-%m")
