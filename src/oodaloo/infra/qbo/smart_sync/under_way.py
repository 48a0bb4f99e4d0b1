"""Which calls are under way, so that heavy work of ours can let their answers come first."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class UnderWay:
    """This process's calls to one company that are sent and not answered yet."""

    _calls: int = field(default=0, init=False)
    _none: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __post_init__(self) -> None:
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A call is under way for the time of this block."""
        self._calls += 1
        self._none.clear()
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls:
                self._none.set()

    async def none(self, *, at_most_seconds: float) -> None:
        """Wait until none is under way, but not for longer than that."""
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._none.wait()
        except TimeoutError:
            return
