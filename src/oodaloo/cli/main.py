"""The `oodaloo` command: each operator command in a few lines, every failure as one line on stderr."""

import gc
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from oodaloo.bootstrap.opening import open_services
from oodaloo.cli.audit import audit_app
from oodaloo.cli.bench import bench_app
from oodaloo.cli.business import business_app
from oodaloo.cli.demo import Demo, DemoCompany, running_demo, serve_demo
from oodaloo.cli.doctor import examine
from oodaloo.cli.hygiene import hygiene_json, print_hygiene
from oodaloo.cli.people import people_app
from oodaloo.cli.report import Json, runway_json
from oodaloo.cli.running import BusinessArgument, run
from oodaloo.cli.server import bind_loopback, serve_app, work
from oodaloo.cli.statement import print_statement
from oodaloo.cli.sync import sync_app
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.settings import load_settings
from oodaloo.infra.vault import new_key
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

app = typer.Typer(
    name="oodaloo",
    help="The weekly cash-runway ritual for service agencies on QuickBooks Online.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(sync_app)
app.add_typer(business_app)
app.add_typer(people_app)
app.add_typer(audit_app)
app.add_typer(bench_app)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]

_ONCE_URL = "http://127.0.0.1:8000"  # consent comes back to this address, but nothing needs to listen there


def main() -> None:
    """Run the command line; ends the process with 0, 2 for a wrong call, 1 for any other failure."""
    # What is imported stays: looking through it takes each full collection 60 ms, in which nobody is served.
    gc.freeze()
    try:
        app()
    except OodalooError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        sys.exit(error.exit_status)


@app.command()
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Print the runway and exit instead of serving the page.")
    ] = False,
    as_json: JsonOption = False,
    scenario: Annotated[str | None, typer.Option(help="Emulated company to show (default: agency).")] = None,
    load: Annotated[
        Path | None, typer.Option(help="Directory of recorded QuickBooks answers to show instead of a scenario.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the scenario; the same seed gives the same books.")] = 1,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day of the company's books, YYYY-MM-DD.")
    ] = None,
    option: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Option of the scenario.")] = None,
    host: Annotated[str, typer.Option(help="Loopback address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 picks a free one.")] = 8000,
) -> None:
    """Show a demo company: emulator, OAuth, sync and page, in a temporary place."""
    if scenario and load:
        raise typer.BadParameter("give either --scenario or --load, not both", param_hint="--load")
    if as_json and not once:
        raise typer.BadParameter("goes with --once", param_hint="--json")
    company = DemoCompany(scenario, load, seed, _day(as_of), tuple(option or ()))
    configure_logs("WARNING")
    if once:
        run(_demo_once(company, as_json=as_json))
    else:
        run(serve_demo(company, host=host, port=port), serves=True)


@app.command()
def serve() -> None:
    """Serve the web page on the address of OODALOO_HOST and OODALOO_PORT (loopback only until there is sign-in)."""
    run(_serve(), serves=True)


@app.command()
def worker() -> None:
    """Look after the books in the background, on PostgreSQL (with an embedded database `oodaloo serve` does it)."""
    run(_worker(), serves=True)


@app.command()
def runway(
    business: BusinessArgument,
    *,
    as_json: JsonOption = False,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="A past day, as it was known then, instead of today.")
    ] = None,
    picture: Annotated[
        str | None, typer.Option(metavar="ID", help="What was known when something was decided, by the audit's id.")
    ] = None,
) -> None:
    """Say until when a business's cash lasts, from the books as they were last read."""
    if picture is not None and as_of is not None:
        raise typer.BadParameter("a picture has its own day; leave --as-of out", param_hint="--picture")
    run(_runway(BusinessId(business), _day(as_of), picture, as_json=as_json))


@app.command()
def hygiene(business: BusinessArgument, *, as_json: JsonOption = False) -> None:
    """Say how far a business's books can be relied on, and what to mend first."""
    run(_hygiene(BusinessId(business), as_json=as_json))


@app.command()
def doctor() -> None:
    """Check settings, database, keys and connections, and list the businesses."""
    run(_doctor())


@app.command()
def keygen() -> None:
    """Print a fresh line for .env with a key that QuickBooks tokens are encrypted with."""
    sys.stdout.write(f"OODALOO_ENCRYPTION_KEYS={new_key('k1')}\n")


async def _demo_once(company: DemoCompany, *, as_json: bool) -> None:
    async with running_demo(company.arguments(), public_url=_ONCE_URL) as demo_company:
        await _print_demo(demo_company, as_json=as_json)


async def _print_demo(demo_company: Demo, *, as_json: bool) -> None:
    assessment = await demo_company.services.assessment(demo_company.business_id)
    if as_json:
        _print_json(runway_json(assessment, demo_company.sync))
    else:
        print_statement(assessment, demo_company.sync)


async def _serve() -> None:
    settings = load_settings()
    configure_logs(settings.log_level, serves=True)
    with bind_loopback(settings.host, settings.port) as listener:
        async with open_services(settings) as services:
            sys.stderr.write(f"Oodaloo serves {settings.browser_url}. Ctrl-C stops it.\n")
            await serve_app(services, listener)


async def _worker() -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    await work(settings)


async def _runway(business_id: BusinessId, day: date | None, picture_id: str | None, *, as_json: bool) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        if picture_id is not None:
            assessment, notes = await services.assessment_then(business_id, picture_id), None
        elif day is None:
            assessment, notes = await services.assessment(business_id), None
        else:
            assessment, notes = await services.assessment_on(business_id, day)
        finished = await services.last_sync(business_id)
    if as_json:
        _print_json(runway_json(assessment, finished, notes))
    else:
        print_statement(assessment, finished, notes)


async def _hygiene(business_id: BusinessId, *, as_json: bool) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        found = await services.hygiene(business_id)
    if as_json:
        _print_json(hygiene_json(found))
    else:
        print_hygiene(found)


async def _doctor() -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    await examine(settings, sys.stdout)


def _print_json(value: dict[str, Json]) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date; write it like 2026-10-02", param_hint="--as-of") from None
