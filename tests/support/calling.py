"""A process that makes many calls to QuickBooks at once, as one of several that share its limits.

`python -m tests.support.calling PLAN` reads settings from the environment, and from PLAN which calls to make.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.settings import load_settings
from oodaloo.kit.clock import monotonic_seconds
from oodaloo.kit.ids import RealmId

QUERY = "SELECT * FROM Term"


@dataclass(frozen=True)
class Plan:
    """So many calls in a lane, some of them at the same time; the seconds of each go to `told` at the end."""

    realm_id: RealmId
    lane: Lane
    calls: int
    at_once: int
    told: str
    lease_seconds: float = Rules().lease_seconds


async def work(plan: Plan) -> list[float]:
    """Make all calls; gives how long each took."""
    async with open_services(load_settings(), rules=Rules(lease_seconds=plan.lease_seconds)) as services:
        waiting = iter(range(plan.calls))
        taken = await asyncio.gather(*(_one_by_one(services, plan, waiting) for _ in range(plan.at_once)))
    return [seconds for each in taken for seconds in each]


async def _one_by_one(services: Services, plan: Plan, waiting: Iterator[int]) -> list[float]:
    taken = []
    for _ in waiting:
        started = monotonic_seconds()
        await services.smart_sync.query(plan.realm_id, "Term", QUERY, lane=plan.lane)
        taken.append(monotonic_seconds() - started)
    return taken


def main() -> None:
    """Work through the plan that the command line names."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    Path(plan.told).write_bytes(msgspec.json.encode(asyncio.run(work(plan))))


if __name__ == "__main__":
    main()
