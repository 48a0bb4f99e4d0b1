"""What is under way is waited for until the last answer has come, but not for longer than that is worth."""

import asyncio
from contextlib import suppress

from oodaloo.infra.qbo.smart_sync.under_way import UnderWay

LONG_SECONDS = 3600.0


async def turns() -> None:
    """Let everything go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_nobody_waits_for_nothing() -> None:
    """Where no call is under way, or none any more since it failed, there is nothing to wait for."""
    calls = UnderWay()
    await calls.none(at_most_seconds=LONG_SECONDS)
    with suppress(ConnectionError), calls.one():
        raise ConnectionError
    await calls.none(at_most_seconds=LONG_SECONDS)


async def test_all_answers_are_waited_for() -> None:
    """Two calls overlap: who waits goes on with the end of the second, even when another begins right then."""
    calls = UnderWay()
    with calls.one():
        with calls.one():
            waiting = asyncio.create_task(calls.none(at_most_seconds=LONG_SECONDS))
            await turns()
        await turns()
        assert not waiting.done()
    with calls.one():
        await waiting


async def test_a_slow_answer_is_not_waited_for_for_ever() -> None:
    """A call that stays under way holds nobody up beyond the time given."""
    calls = UnderWay()
    with calls.one():
        await calls.none(at_most_seconds=0.001)
        await calls.none(at_most_seconds=-1)
