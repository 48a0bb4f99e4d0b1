"""Which durable work this house does, and running it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from oodaloo.bootstrap.services import Services
from oodaloo.infra.jobs.workflow import Body, Kind
from oodaloo.runway.decisions.execution import PAYMENT


@asynccontextmanager
async def running_workflows(services: Services) -> AsyncIterator[None]:
    """Carry on with durable work in this process until the end of the block. Raises what `running` raises."""
    from oodaloo.infra.jobs.engine import running  # it takes most of a second to load, and few commands run anything

    async with running(services.jobs, bodies(services)):
        yield


def bodies(services: Services) -> Mapping[Kind, Body]:
    """What each kind does, with what it does it with."""
    return {PAYMENT: services.execution.carry_out}
