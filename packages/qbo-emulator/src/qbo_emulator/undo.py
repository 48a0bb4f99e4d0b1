"""Whole or not at all: the way back of every change that an operation makes, until the operation is through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Undo:
    """Notes how to take back each change while an operation runs, and takes them back when it fails."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []
        self._depth = 0

    def note(self, step: Callable[[], object]) -> None:
        """Remember how to take back a change that is about to be made; forgotten outside of operations."""
        if self._depth:
            self._steps.append(step)

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Changes made inside stay when it ends, and are taken back, last first, when it raises."""
        mark = len(self._steps)
        self._depth += 1
        try:
            yield
        except BaseException:
            while len(self._steps) > mark:
                self._steps.pop()()
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._steps.clear()
