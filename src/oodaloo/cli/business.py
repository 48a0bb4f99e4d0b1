"""`oodaloo business`: what a business has settled for itself."""

import sys
from typing import Annotated

import msgspec
import typer

from oodaloo.bootstrap.opening import open_services
from oodaloo.cli.people import operator
from oodaloo.cli.report import Json
from oodaloo.cli.running import BusinessArgument, run
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.settings import load_settings
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money

business_app = typer.Typer(
    name="business", no_args_is_help=True, pretty_exceptions_enable=False, help="Show and change a business's rules."
)

_NONE = "none"


@business_app.command()
def show(business: BusinessArgument) -> None:
    """Print what a business has settled, as one JSON object."""
    run(_show(BusinessId(business)))


@business_app.command("set")
def change(
    business: BusinessArgument,
    *,
    approval_limit: Annotated[
        str,
        typer.Option(
            metavar="AMOUNT|none",
            help="Above this sum a batch of payments needs a second person's approval; none for never.",
        ),
    ],
) -> None:
    """Change what a business has settled. Batches that wait for an approval already go on waiting."""
    run(_change(BusinessId(business), approval_limit))


async def _show(business_id: BusinessId) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        business = await services.business(business_id)
        limit = await services.approval_limit(business_id)
    shown: dict[str, Json] = {
        "id": business.id,
        "name": business.name,
        "currency": business.currency,
        "timezone": business.timezone,
        "buffer": str(business.buffer),
        "approval_limit": str(limit) if limit else None,
    }
    sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")


async def _change(business_id: BusinessId, approval_limit: str) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        business = await services.business(business_id)
        limit = None if approval_limit == _NONE else Money.of(approval_limit, business.currency)
        await services.set_approval_limit(business_id, limit, operator(services))
    told = f"above {limit} {limit.currency}" if limit else "never"
    sys.stderr.write(f"A batch of {business.name} needs a second approval {told}.\n")
