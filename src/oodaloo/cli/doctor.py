"""`oodaloo doctor`: what works, what doesn't, and what to do about it."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.domains.core.model import Business
from oodaloo.infra.jobs.alarms import Alarm
from oodaloo.infra.settings import Settings
from oodaloo.kit.errors import OodalooError
from oodaloo.runway.experiences.connection import ConnectionPage, ReadBudget, Told, budget_view
from oodaloo.runway.experiences.figures import Tone

_TERM = 28


class UnhealthyError(OodalooError):
    """Not all is well; the report says what isn't, and what to do about it."""


async def examine(settings: Settings, out: TextIO) -> None:
    """Write one line per check to `out`. Raises `UnhealthyError` at the end when something isn't well."""
    out.write(f"database    {settings.sqlite_path or 'PostgreSQL'}\n")
    out.write(f"QuickBooks  {settings.qbo_api_url or settings.qbo_environment}\n")
    out.write(f"redirect    {settings.browser_url}/oauth/callback\n")
    out.write(f"webhooks    {_listening(settings)}\n")
    try:
        async with open_services(settings) as services:
            problems = await _examine_services(services, out)
    except OodalooError as error:
        problems = 1
        out.write(f"problem     {error}\n")
    if problems:
        raise UnhealthyError(f"Problems found: {problems}. The report says what to do about each.")


def report(business: Business, page: ConnectionPage) -> Iterator[str]:
    """Line by line how it stands with one business, as its connection page tells it."""
    state = page.headline if page.connected else f"{page.headline}; connect it again in the browser"
    yield f"business    {business.id}  {business.name}: {state}"
    before = tuple(Told(f"In {month.text}", month.reads_text) for month in page.months[1:])
    yield from _part("books", page.books)
    yield from _part("webhooks", page.webhooks)
    yield from _part(f"metered reads in {page.month_text}", (*page.reads, *before))


def reads_line(app: str, month: str, budget: ReadBudget) -> str:
    """The month's metered reads of one app over all businesses, and what follows from them."""
    return f"reads       {budget.text} in {month}, app {app}. {budget.sentence}"


def alarm_line(alarm: Alarm) -> str:
    """One line about a job that doesn't go on by itself."""
    return f"problem     job {alarm.run_id} ({alarm.kind}, {alarm.since:%Y-%m-%d %H:%M} UTC) {alarm.sentence}"


async def _examine_services(services: Services, out: TextIO) -> int:
    businesses = await services.businesses()
    if not businesses:
        out.write(f"businesses  none yet: run `oodaloo serve`, open {services.settings.browser_url} and connect one\n")
    problems = await _examine_jobs(services, out)
    budget = budget_view(await services.limits.metered.budget(), services.clock.now())
    month = services.limits.metered.month
    out.write(f"{reads_line(services.settings.qbo_client_id, month, budget)}\n")
    problems += budget.tone is Tone.RISK
    for business in businesses:
        page = await services.connection_page(business.id)
        out.writelines(f"{line}\n" for line in report(business, page))
        problem = page.problem or await _refused_token(services, business)
        if problem:
            problems += 1
            out.write(f"problem     {business.name}: {problem}\n")
    return problems


async def _examine_jobs(services: Services, out: TextIO) -> int:
    alarms = await services.jobs.alarms()
    out.write(f"jobs        {f'need a look: {len(alarms)}' if alarms else 'all go on by themselves'}\n")
    out.writelines(f"{alarm_line(alarm)}\n" for alarm in alarms)
    return len(alarms)


async def _refused_token(services: Services, business: Business) -> str:
    """Why QuickBooks can't be asked about a business now, empty when it can."""
    try:
        await services.tokens.access_token(business.realm_id)
    except OodalooError as error:
        return str(error)
    return ""


def _listening(settings: Settings) -> str:
    if settings.qbo_webhook_verifier:
        return "signed posts to /webhooks/quickbooks are taken"
    return "not set up (OODALOO_QBO_WEBHOOK_VERIFIER; docs/settings.md says how): books are read on a schedule alone"


def _part(name: str, facts: Sequence[Told]) -> Iterator[str]:
    yield f"  {name}"
    for told in facts:
        detail = f"  ({told.detail})" if told.detail else ""
        yield f"    {told.term:<{_TERM}}{told.value}{detail}"
