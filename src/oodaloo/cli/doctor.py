"""`oodaloo doctor`: what works, what doesn't, and what to do about it."""

from typing import TextIO

from oodaloo.bootstrap import Services, open_services
from oodaloo.infra.settings import Settings
from oodaloo.kit.errors import OodalooError


async def examine(settings: Settings, out: TextIO) -> bool:
    """Write one line per check to `out`; returns whether all is well."""
    out.write(f"database    {settings.sqlite_path or 'PostgreSQL'}\n")
    out.write(f"QuickBooks  {settings.qbo_api_url or settings.qbo_environment}\n")
    out.write(f"redirect    {settings.browser_url}/oauth/callback\n")
    try:
        async with open_services(settings) as services:
            return await _examine_businesses(services, out)
    except OodalooError as error:
        out.write(f"problem     {error}\n")
        return False


async def _examine_businesses(services: Services, out: TextIO) -> bool:
    businesses = await services.businesses()
    if not businesses:
        out.write(f"businesses  none yet: run `oodaloo serve`, open {services.settings.browser_url} and connect one\n")
    healthy = True
    for business in businesses:
        connection = await services.connection(business.id)
        run = await services.full_sync.last_finished(business.id)
        read = f"read {run.finished_at:%Y-%m-%d %H:%M} UTC, {run.metered_reads} metered reads" if run else "never read"
        out.write(f"business    {business.id}  {business.name}: {connection.state}, {read}\n")
        if connection.last_error:
            healthy = False
            out.write(f"problem     {business.name}: {connection.last_error}\n")
    return healthy
