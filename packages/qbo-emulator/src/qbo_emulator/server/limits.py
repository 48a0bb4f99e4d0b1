"""QuickBooks' request limits: so many in a second and in a minute, in sliding windows, and so many at once."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

AT_ONCE: Final = 10
"""Requests in progress per company and app."""


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many requests in a window; `services` are those that count, None all but `apart`."""

    name: str
    most: int
    window_seconds: int
    per_app: bool
    """Whether each app has its own count in a company, or all share one."""
    services: frozenset[str] | None = None
    apart: frozenset[str] = frozenset()

    def counts(self, service: str) -> bool:
        """Whether a request to this service is one of those that are counted."""
        return service not in self.apart if self.services is None else service in self.services


RULES: Final = (
    Rule("second", 10, 1, per_app=True),
    Rule("minute", 500, 60, per_app=False, apart=frozenset({"reports"})),
    Rule("reports", 200, 60, per_app=False, services=frozenset({"reports"})),
    Rule("batch", 40, 60, per_app=True, services=frozenset({"batch"})),
    Rule("batch of all apps", 120, 60, per_app=False, services=frozenset({"batch"})),
    Rule("all endpoints", 800, 60, per_app=True),
)
"""As published; the first that is exceeded refuses."""


class Limits:
    """Counts requests per company; `elapsed_seconds` is any steadily running counter."""

    def __init__(self, elapsed_seconds: Callable[[], float], rules: tuple[Rule, ...] = RULES) -> None:
        self._elapsed_seconds = elapsed_seconds
        self._rules = rules
        self._windows: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)
        self._in_progress: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def in_progress(self, realm_id: str, client_id: str) -> Iterator[None]:
        """A request is in progress for the time of this block."""
        key = (realm_id, client_id)
        self._in_progress[key] += 1
        try:
            yield
        finally:
            self._in_progress[key] -= 1

    def refuses(self, realm_id: str, client_id: str, service: str) -> str | None:
        """The name of the limit that one more request would exceed, else None; a refused one isn't counted."""
        if self._in_progress[realm_id, client_id] > AT_ONCE:
            return "at once"
        now = self._elapsed_seconds()
        windows = []
        for rule in self._rules:
            if rule.counts(service):
                key = (rule.name, realm_id, client_id) if rule.per_app else (rule.name, realm_id)
                window = self._window(key, now - rule.window_seconds)
                if len(window) >= rule.most:
                    return rule.name
                windows.append(window)
        for window in windows:
            window.append(now)
        return None

    def _window(self, key: tuple[str, ...], since: float) -> deque[float]:
        window = self._windows[key]
        while window and window[0] <= since:
            window.popleft()
        return window
