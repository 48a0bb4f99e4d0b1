"""A circuit breaker: a company that QuickBooks fails for time and again is left alone for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from oodaloo.infra.qbo.errors import (
    QboError,
    QboNoAnswerError,
    QboServerError,
    QboUnavailableError,
    QboUnreachableError,
)


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; from `failures` on nothing is asked for `rest_seconds`, then one call tries.

    Only QuickBooks' own failing counts: 5xx and answers that never came. Any other answer shows that it is alive;
    a call that was cancelled or found no network shows nothing. `now` is a monotonic clock in seconds.
    """

    failures: int
    rest_seconds: float
    now: Callable[[], float]
    _failed: int = field(default=0, init=False)
    _rests_until: float | None = field(default=None, init=False)
    _trying: bool = field(default=False, init=False)

    def check(self) -> None:
        """Raises `QboUnavailableError` while the company is left alone."""
        if self._rests_until is None:
            return
        left = self._rests_until - self.now()
        if left > 0 or self._trying:
            seconds = max(1, ceil(left))
            raise QboUnavailableError(
                f"QuickBooks has failed {self._failed} times in a row, so we don't ask it now. "
                f"Try again in {seconds} second{'s' if seconds > 1 else ''}.",
                retry_after_seconds=float(seconds),
            )

    @contextmanager
    def around(self) -> Iterator[None]:
        """Watch over one call. Raises `QboUnavailableError` as `check` does."""
        self.check()
        trying = self._trying = self._rests_until is not None
        try:
            yield
        except (QboServerError, QboNoAnswerError):
            self._fail(trying)
            raise
        except QboError as error:
            if not isinstance(error, QboUnreachableError):
                self._close()
            raise
        else:
            self._close()
        finally:
            if trying:
                self._trying = False

    def _fail(self, trying: bool) -> None:
        self._failed += 1
        if trying or (self._rests_until is None and self._failed >= self.failures):
            self._rests_until = self.now() + self.rest_seconds

    def _close(self) -> None:
        self._failed, self._rests_until = 0, None
