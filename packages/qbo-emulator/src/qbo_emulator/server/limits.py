"""QuickBooks' request limits: so many in a second and in a minute, in sliding windows."""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

PER_MINUTE: Final = 500
"""Requests per company."""
PER_SECOND: Final = 10
"""Requests per company and app."""


class Limits:
    """Counts requests per company; `elapsed_seconds` is any steadily running counter."""

    def __init__(self, elapsed_seconds: Callable[[], float]) -> None:
        self._elapsed_seconds = elapsed_seconds
        self._windows: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def admit(self, realm_id: str, client_id: str) -> bool:
        """Whether one more request is within the limits; a refused one isn't counted."""
        now = self._elapsed_seconds()
        minute = self._window((realm_id,), now - 60)
        second = self._window((realm_id, client_id), now - 1)
        if len(minute) >= PER_MINUTE or len(second) >= PER_SECOND:
            return False
        minute.append(now)
        second.append(now)
        return True

    def _window(self, key: tuple[str, ...], since: float) -> deque[float]:
        window = self._windows[key]
        while window and window[0] <= since:
            window.popleft()
        return window
