"""`oodaloo people`: who works in a business, in which role, and the tokens by which programs act for them."""

import sys
from typing import Annotated

import msgspec
import typer

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.report import Json
from oodaloo.cli.running import BusinessArgument, run
from oodaloo.domains.core.audit import OPERATOR, Author
from oodaloo.domains.core.people import Token
from oodaloo.domains.core.permissions import Role
from oodaloo.domains.core.staffing import MemberWithTokens
from oodaloo.infra.logs import configure_logs
from oodaloo.infra.settings import load_settings
from oodaloo.kit.ids import BusinessId

people_app = typer.Typer(
    name="people", no_args_is_help=True, pretty_exceptions_enable=False, help="Say who works in a business."
)
token_app = typer.Typer(
    name="token", no_args_is_help=True, pretty_exceptions_enable=False, help="Make and end tokens of the JSON API."
)
people_app.add_typer(token_app)

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="Address of the person.")]
_ROLES = "owner, approver, bookkeeper or viewer."


@people_app.command()
def add(
    business: BusinessArgument,
    email: EmailArgument,
    *,
    name: Annotated[str, typer.Option(help="What the person is called.")],
    role: Annotated[Role, typer.Option(help=_ROLES)],
) -> None:
    """Let a person work in a business. Somebody who is there already gets the role instead of the one they had."""
    run(_add(BusinessId(business), email, name, role))


@people_app.command("list")
def list_people(
    business: BusinessArgument,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """List who works in a business, with their roles and tokens."""
    run(_list(BusinessId(business), as_json=as_json))


@people_app.command("role")
def change_role(
    business: BusinessArgument, email: EmailArgument, role: Annotated[Role, typer.Argument(metavar="ROLE", help=_ROLES)]
) -> None:
    """Give somebody who works in a business another role, from now on."""
    run(_change_role(BusinessId(business), email, role))


@people_app.command()
def remove(business: BusinessArgument, email: EmailArgument) -> None:
    """Let somebody work in a business no more, and end their tokens for it."""
    run(_remove(BusinessId(business), email))


@token_app.command("create")
def create_token(
    business: BusinessArgument,
    email: EmailArgument,
    *,
    role: Annotated[
        Role | None, typer.Option(help="The most that it may be used for (default: the role they have).")
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for, to be known again in the list.")] = "",
) -> None:
    """Make a token that acts for a person in a business, and print it this once."""
    run(_create_token(BusinessId(business), email, role, label))


@token_app.command("revoke")
def revoke_token(
    token_id: Annotated[str, typer.Argument(metavar="TOKEN_ID", help="Its id; `oodaloo people list` shows it.")],
) -> None:
    """End a token at once."""
    run(_revoke_token(token_id))


def operator(services: Services) -> Author:
    """Whoever runs the program, as the audit names them."""
    return Author(OPERATOR, "the operator", services.clock.now(), services.staffing.wall_clock.now())


async def _add(business_id: BusinessId, email: str, name: str, role: Role) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        person = await services.staffing.add(business_id, name=name, email=email, role=role, by=operator(services))
    sys.stderr.write(f"{person.name} ({person.email}) is {role.value} now.\n")


async def _list(business_id: BusinessId, *, as_json: bool) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        members = await services.staffing.members(business_id)
    if as_json:
        people: list[Json] = [_member_json(each) for each in members]
        sys.stdout.write(msgspec.json.encode({"people": people}).decode() + "\n")
        return
    for each in members:
        person = each.member.person
        sys.stdout.write(f"{each.member.role.value:<11} {person.name} <{person.email}>\n")
        for token in each.tokens:
            sys.stdout.write(f"{'':<11} token {token.id}, at most {_token_text(token)}\n")


async def _change_role(business_id: BusinessId, email: str, role: Role) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        person = await services.staffing.change_role(business_id, email, role, operator(services))
    sys.stderr.write(f"{person.name} ({person.email}) is {role.value} now.\n")


async def _remove(business_id: BusinessId, email: str) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        person = await services.staffing.remove(business_id, email, operator(services))
    sys.stderr.write(f"{person.name} ({person.email}) has no role in this business any more.\n")


async def _create_token(business_id: BusinessId, email: str, role: Role | None, label: str) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        made = await services.staffing.create_token(business_id, email, most=role, label=label, by=operator(services))
    sys.stdout.write(f"{made.secret}\n")
    sys.stderr.write(
        f"Token {made.id} acts for {email}, at most as {made.most.value}. Keep it safe: it can't be shown again. "
        f"`oodaloo people token revoke {made.id}` ends it.\n"
    )


async def _revoke_token(token_id: str) -> None:
    settings = load_settings()
    configure_logs(settings.log_level)
    async with open_services(settings) as services:
        ended = await services.staffing.revoke_token(token_id, operator(services))
    sys.stderr.write(f"Token {token_id} opens nothing any more.\n" if ended else f"Token {token_id} had ended.\n")


def _token_text(token: Token) -> str:
    return f"{token.most.value}, made {token.created_at:%Y-%m-%d}" + (f": {token.label}" if token.label else "")


def _member_json(each: MemberWithTokens) -> dict[str, Json]:
    person = each.member.person
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": each.member.role.value,
        "tokens": [_token_json(token) for token in each.tokens],
    }


def _token_json(token: Token) -> dict[str, Json]:
    return {
        "id": token.id,
        "role": token.most.value,
        "label": token.label,
        "created_at": token.created_at.isoformat(),
    }
