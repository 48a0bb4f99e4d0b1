"""Signs of life: something done again and again for as long as a block of code takes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from oodaloo.kit.errors import OodalooError

_log = logging.getLogger(__name__)


@asynccontextmanager
async def repeating(every_seconds: float, work: Callable[[], Awaitable[bool]]) -> AsyncIterator[None]:
    """Do `work` every so many seconds while the block runs, for as long as it returns True; cut it off at the end.

    An `OodalooError` of it ends the repeating and is logged, while the block goes on; any other is raised at the end.
    A block that is over before the first time costs no task.
    """
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []
    timer = loop.call_later(every_seconds, lambda: tasks.append(loop.create_task(_repeat(every_seconds, work))))
    try:
        yield
    finally:
        timer.cancel()
        for task in tasks:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()


async def _repeat(every_seconds: float, work: Callable[[], Awaitable[bool]]) -> None:
    try:
        while await work():  # noqa: ASYNC110 (it is time that is waited for)
            await asyncio.sleep(every_seconds)
    except OodalooError as error:
        _log.warning("What is done every %s seconds has ended early: %s", every_seconds, error)
