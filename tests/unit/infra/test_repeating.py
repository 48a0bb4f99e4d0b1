"""Signs of life last as long as their block, and no error of theirs is lost."""

import asyncio
import logging

import pytest

from oodaloo.infra.repeating import repeating
from oodaloo.kit.errors import OodalooError

SOON = 0.01


async def test_it_is_done_again_and_again_until_the_block_ends() -> None:
    """It begins after the first interval and is cut off with the block, even in the middle of its work."""
    begun, cut_off = 0, False
    often = asyncio.Event()

    async def work() -> bool:
        nonlocal begun, cut_off
        begun += 1
        if begun == 3:
            often.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cut_off = True
                raise
        return True

    async with repeating(SOON, work):
        assert begun == 0
        await often.wait()
    assert (begun, cut_off) == (3, True)


async def test_a_short_block_costs_nothing() -> None:
    """What is over before the first time never does it."""

    async def work() -> bool:
        raise AssertionError("too early")

    async with repeating(60, work):
        await asyncio.sleep(0)


async def test_it_ends_when_it_says_so() -> None:
    """False is the end of it, not of the block."""
    begun = 0

    async def work() -> bool:
        nonlocal begun
        begun += 1
        return begun < 2

    async with repeating(SOON, work):
        await asyncio.sleep(SOON * 10)
    assert begun == 2


async def test_an_error_that_we_know_ends_it_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """The block goes on without it."""

    async def work() -> bool:
        raise OodalooError("no database")

    with caplog.at_level(logging.WARNING):
        async with repeating(SOON, work):
            await asyncio.sleep(SOON * 5)
    assert "no database" in caplog.text


async def test_any_other_error_is_raised_at_the_end() -> None:
    """A fault of ours isn't passed over."""

    async def work() -> bool:
        raise KeyError("fault")

    with pytest.raises(KeyError):
        async with repeating(SOON, work):
            await asyncio.sleep(SOON * 5)
