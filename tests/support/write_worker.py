"""A process that carries out planned writes and may be killed at any moment: started again, it goes on.

`python -m tests.support.write_worker PLAN` reads settings from the environment, and from PLAN what is wanted.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboError
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.policy import Patience
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.qbo.writes.write import Write
from oodaloo.infra.settings import load_settings
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId
from tests.support.product import UNLIMITED

SIDE_BY_SIDE = 8
POLL_SECONDS = 0.05
HASTY = Patience(
    attempts=2, first_wait_seconds=0.01, longest_wait_seconds=0.05, throttle_wait_seconds=0.05, rest_seconds=0.1
)
"""Gives up soon, so that many outcomes stay unknown."""


@dataclass(frozen=True)
class Plan:
    """What a worker is to do: writes of a business, decided upon at `now`; what is sent shows after `lag`."""

    business_id: BusinessId
    writes: list[Write]
    now: datetime
    lag_seconds: float
    lease_seconds: float


async def work(plan: Plan) -> None:
    """Prepare and carry out every write, then finish what is open until nothing is."""
    async with open_services(load_settings(), FixedClock(plan.now), patience=HASTY, rules=_rules()) as services:
        lag, lease = timedelta(seconds=plan.lag_seconds), timedelta(seconds=plan.lease_seconds)
        writes = replace(services.writes, lag_allowance=lag, lease=lease)
        waiting = iter(plan.writes)
        await asyncio.gather(*(_each(writes, plan.business_id, waiting) for _ in range(SIDE_BY_SIDE)))
        while await writes.open_writes(plan.business_id):
            await writes.finish_open(plan.business_id, lane=Lane.USER)
            await asyncio.sleep(POLL_SECONDS)


async def _each(writes: Writes, business_id: BusinessId, waiting: Iterator[Write]) -> None:
    """Some in one go, some after being prepared by their owner."""
    for number, write in enumerate(waiting):
        with suppress(QboError):
            if number % 2:
                await writes.do(business_id, write, lane=Lane.USER)
            else:
                async with writes.database.tenant(business_id) as session:
                    intent = await writes.prepare(session, write)
                await writes.carry_out(business_id, intent.id, lane=Lane.USER)


def _rules() -> Rules:
    return replace(UNLIMITED, lease_seconds=0.2)  # an unknown end keeps a permit for that long


def main() -> None:
    """Work through the plan that the command line names."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    asyncio.run(work(plan))


if __name__ == "__main__":
    main()
