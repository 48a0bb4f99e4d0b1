"""`oodaloo sync`: reading a business's books, and proving what was read against QuickBooks' own reports."""

import sys
from typing import Annotated

import typer
from typer.core import TyperGroup

from oodaloo.bootstrap.opening import open_services
from oodaloo.cli.progress import show_progress
from oodaloo.cli.running import BusinessArgument, run
from oodaloo.cli.verification import DifferencesFoundError, counted, print_verification
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.settings import load_settings
from oodaloo.kit.ids import BusinessId

_READ = "read"
_OWN_OPTIONS = frozenset({"--help"})


class _BusinessFirst(TyperGroup):
    """A group that reads a business's books when its first word is no command of it: `sync BUSINESS [--full]`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override] # the base is private
        """Put the command in front that people leave out."""
        named = bool(args) and args[0] in self.commands.keys() | _OWN_OPTIONS
        return super().parse_args(ctx, args if named else [_READ, *args])


sync_app = typer.Typer(name="sync", cls=_BusinessFirst, pretty_exceptions_enable=False)


@sync_app.callback(subcommand_metavar="BUSINESS [--full] | verify BUSINESS")
def sync() -> None:
    """Read a business's books from QuickBooks into the mirror, or verify what was read.

    --full starts over instead of resuming an interrupted sync.
    """


@sync_app.command(_READ, hidden=True)
def read(
    business: BusinessArgument,
    *,
    full: Annotated[bool, typer.Option("--full", help="Start over instead of resuming an interrupted sync.")] = False,
) -> None:
    """Read a business's books from QuickBooks into the mirror."""
    run(_read(BusinessId(business), full=full))


@sync_app.command()
def verify(business: BusinessArgument) -> None:
    """Compare the mirror with QuickBooks' own reports; status 1 when they differ."""
    run(_verify(BusinessId(business)))


async def _read(business_id: BusinessId, *, full: bool) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        done = await services.sync(business_id, start_over=full, on_progress=show_progress)
        done = await services.last_sync(business_id) or done
        sys.stderr.write(
            f"Read {done.records:,} records in {done.seconds:.1f} seconds with {done.metered_reads} metered reads.\n"
        )


async def _verify(business_id: BusinessId) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        found = await services.verify(business_id)
    print_verification(found)
    if found.differences:
        raise DifferencesFoundError(
            f"The mirror differs from QuickBooks in {counted(found.differences, 'place')}, listed above. "
            f"Run `oodaloo sync {business_id} --full` and verify again; if it stays, report it."
        )
