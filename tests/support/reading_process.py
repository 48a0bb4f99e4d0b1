"""A process that refreshes a business or reads all of it, at a given product time, and may be killed at any moment.

`python -m tests.support.reading_process refresh|sync BUSINESS INSTANT` takes its settings from the environment.
"""

import asyncio
import sys
from datetime import datetime, timedelta

from oodaloo.bootstrap.opening import open_services
from oodaloo.infra.settings import load_settings
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import BusinessId
from tests.support.product import QUICK, UNLIMITED


async def read(program: str, business_id: BusinessId, now: datetime) -> None:
    """Do what is asked, to its end."""
    async with open_services(load_settings(), FixedClock(now), patience=QUICK, rules=UNLIMITED) as services:
        if program == "sync":
            await services.sync(business_id)
        else:
            await services.refresh(business_id, max_age=timedelta(0))


def main() -> None:
    """Do what the command line asks."""
    program, business_id, now = sys.argv[1:]
    asyncio.run(read(program, BusinessId(business_id), datetime.fromisoformat(now)))


if __name__ == "__main__":
    main()
