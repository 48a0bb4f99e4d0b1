"""How long the first reading of a company takes when QuickBooks' limits don't hold it back."""

import asyncio

from benchmarks.benchmark import Figures
from oodaloo.cli.demo import running_demo


def initial_sync() -> Figures:
    """Records, metered reads and seconds of the agency's first sync, without limits."""
    return asyncio.run(_measured())


async def _measured() -> Figures:
    arguments = ["--scenario", "agency", "--limits", "off"]
    async with running_demo(arguments, public_url="http://127.0.0.1:8000") as demo:
        return {
            "records": demo.sync.records,
            "metered_reads": demo.sync.metered_reads,
            "sync_seconds": round(demo.sync.seconds, 3),
        }
