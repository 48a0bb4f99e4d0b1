"""`oodaloo audit`: what was done in a business, by whom and on what knowledge, and whether the trail of it is whole."""

import sys
from typing import Annotated

import msgspec
import typer

from oodaloo.bootstrap.opening import open_services
from oodaloo.cli.running import BusinessArgument, run
from oodaloo.domains.core.audit import NumberedEntry
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.settings import load_settings
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

audit_app = typer.Typer(
    name="audit", no_args_is_help=True, pretty_exceptions_enable=False, help="Show and verify the trail of decisions."
)


class BrokenTrailError(OodalooError):
    """An entry of the audit trail is missing, changed or out of its place. Find out who can write to the database."""


@audit_app.command()
def verify(business: BusinessArgument) -> None:
    """Prove that no entry is missing, changed or out of its place; status 1 where the trail breaks."""
    run(_verify(BusinessId(business)))


@audit_app.command("list")
def list_entries(
    business: BusinessArgument,
    *,
    subject: Annotated[str | None, typer.Option(help='Only what is about this, such as "Bill 45".')] = None,
    after: Annotated[int, typer.Option(min=0, help="Only entries behind this number.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Print up to 500 entries in their order."""
    run(_list(BusinessId(business), subject, after, as_json=as_json))


async def _verify(business_id: BusinessId) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        business = await services.business(business_id)
        verdict = await services.verify_audit(business_id)
    if verdict.broken_at is not None:
        raise BrokenTrailError(
            f"The audit trail of {business.name} breaks at entry {verdict.broken_at}: it is missing, changed or out of "
            f"its place. The {verdict.entries} before it are whole, up to hash {verdict.hash}. Find out who can write "
            "to the database, and compare with a backup."
        )
    sys.stdout.write(f"{business.name}: {verdict.entries} entries, all in their place as they were written.\n")
    sys.stdout.write(f"{verdict.hash}\n")


async def _list(business_id: BusinessId, subject: str | None, after: int, *, as_json: bool) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        await services.business(business_id)
        entries = await services.audit_trail(business_id, subject=subject, after=after)
    if as_json:
        sys.stdout.write(msgspec.json.encode({"entries": entries}).decode() + "\n")
        return
    for each in entries:
        sys.stdout.write(f"{entry_line(each)}\n")


def entry_line(numbered: NumberedEntry) -> str:
    """An entry on one line: when, who, what, expecting or finding what, knowing which picture, and its details."""
    entry = numbered.entry
    told = " ".join(filter(None, (entry.expected, entry.happened)))
    known = f"knowing picture {entry.picture_id}" if entry.picture_id else ""
    facts = ", ".join(f"{name} {value}" for name, value in sorted(entry.facts.items()))
    said = f"{entry.at:%Y-%m-%d %H:%M} UTC  {entry.actor_name}: {entry.action} {entry.subject}"
    return "  ".join(filter(None, (f"{numbered.number:>6}  {said}", told, known, f"({facts})" if facts else "")))
