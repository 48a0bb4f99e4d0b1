"""`oodaloo doctor`: what works, what doesn't, and what to do about it."""

from typing import TextIO

from oodaloo.bootstrap import Services, open_services
from oodaloo.infra.settings import Settings
from oodaloo.kit.errors import OodalooError


class UnhealthyError(OodalooError):
    """Not all is well; the report says what isn't, and what to do about it."""


async def examine(settings: Settings, out: TextIO) -> None:
    """Write one line per check to `out`. Raises `UnhealthyError` at the end when something isn't well."""
    out.write(f"database    {settings.sqlite_path or 'PostgreSQL'}\n")
    out.write(f"QuickBooks  {settings.qbo_api_url or settings.qbo_environment}\n")
    out.write(f"redirect    {settings.browser_url}/oauth/callback\n")
    try:
        async with open_services(settings) as services:
            problems = await _examine_businesses(services, out)
    except OodalooError as error:
        problems = 1
        out.write(f"problem     {error}\n")
    if problems:
        raise UnhealthyError(f"Problems found: {problems}. The report says what to do about each.")


async def _examine_businesses(services: Services, out: TextIO) -> int:
    businesses = await services.businesses()
    if not businesses:
        out.write(f"businesses  none yet: run `oodaloo serve`, open {services.settings.browser_url} and connect one\n")
    problems = 0
    for business in businesses:
        connection = await services.connection(business.id)
        run = await services.last_sync(business.id)
        read = f"read {run.finished_at:%Y-%m-%d %H:%M} UTC, {run.metered_reads} metered reads" if run else "never read"
        out.write(f"business    {business.id}  {business.name}: {connection.state}, {read}\n")
        try:
            await services.tokens.access_token(business.realm_id)
        except OodalooError as error:
            problems += 1
            out.write(f"problem     {business.name}: {error}\n")
    return problems
