"""What commands share: running to the end under signals, and the argument that names a business."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import Annotated, Any

import typer

BusinessArgument = Annotated[
    str, typer.Argument(metavar="BUSINESS", help="Id of a business; `oodaloo doctor` lists them.")
]


def run(work: Coroutine[Any, Any, None], *, serves: bool = False) -> None:
    """Run to the end. Being stopped is how serving ends; for everything else it is a failure."""
    try:
        asyncio.run(_heeding_sigterm(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("Stopped.\n")
        sys.exit(0 if serves else 1)


async def _heeding_sigterm(work: Coroutine[Any, Any, None]) -> None:
    """SIGTERM stops as Ctrl-C does, so that the emulator beside us ends too and half-done work is noted."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if task is not None:
            task.cancel()
        loop.call_soon_threadsafe(lambda: None)  # wakes the loop up

    # Not the loop's own handler: that one would go on hearing the signal while the web server handles it.
    before = signal.signal(signal.SIGTERM, stop)
    try:
        await work
    finally:
        signal.signal(signal.SIGTERM, before)
