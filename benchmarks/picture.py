"""How long it takes from the mirror to a cash picture, without anything kept from before."""

import asyncio
import time
from statistics import median

from benchmarks.benchmark import Figures
from oodaloo.bootstrap.services import Services
from oodaloo.cli.demo import running_demo
from oodaloo.kit.ids import BusinessId
from oodaloo.runway.picture.current import current_picture

_ROUNDS = 7


def picture() -> Figures:
    """Milliseconds (median of 7) to read the demo agency's mirror and find its flows."""
    return asyncio.run(_measured())


async def _measured() -> Figures:
    arguments = ["--scenario", "agency", "--limits", "off"]
    async with running_demo(arguments, public_url="http://127.0.0.1:8000") as demo:
        times = [await _milliseconds(demo.services, demo.business_id) for _ in range(_ROUNDS)]
        return {"records": demo.sync.records, "picture_ms": round(median(times), 1)}


async def _milliseconds(services: Services, business_id: BusinessId) -> float:
    business = await services.business(business_id)
    now = services.clock.now()
    started = time.perf_counter()
    async with services.database.tenant(business_id, read_only=True) as session:
        await current_picture(session, business, as_of=now.date(), known_at=now, synced_at=now)
    return (time.perf_counter() - started) * 1000
