"""People, their roles in a business, and the tokens by which programs act for them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from oodaloo.domains.core.permissions import MAY, NotPermittedError, Permission, Role, require
from oodaloo.domains.core.store import ApiTokenRow, MembershipRow, PersonRow
from oodaloo.infra.db.session import Database, SystemSession, TenantSession
from oodaloo.kit.errors import OodalooError, UsageError
from oodaloo.kit.ids import BusinessId, PersonId

TOKEN_PREFIX = "oodaloo_"  # noqa: S105 (what a leaked token is recognised by, none itself)
_TOKEN_BYTES = 32
_LONGEST_NAME = 200
_LONGEST_EMAIL = 320
_LONGEST_LABEL = 100


class UnknownPersonError(OodalooError):
    """Nobody of that address is known here. `oodaloo people add` adds somebody."""


class UnknownTokenError(OodalooError):
    """The API token isn't one of ours, or was revoked. `oodaloo people token create` makes a new one."""


class NotAPersonError(UsageError):
    """A person needs a name and an e-mail address. Give both, at most 200 and 320 characters long."""


class LastOwnerError(OodalooError):
    """A business always has an owner. Make somebody else owner first."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses Oodaloo."""

    id: PersonId
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person in one business, with the role that they act in."""

    person: Person
    role: Role

    def require(self, permission: Permission) -> None:
        """Raise `NotPermittedError` unless the role allows it."""
        require(self.person.name, self.role, permission)

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in MAY[self.role]


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as it may be shown: never the token itself. `revoked_at` is None while it is alive."""

    id: str
    person_id: PersonId
    most: Role
    label: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom a token stands for: somebody in a business, in a role of at most `most`."""

    person: Person
    business_id: BusinessId
    most: Role


async def add_person(session: SystemSession, person_id: PersonId, *, name: str, email: str, now: datetime) -> Person:
    """The person of this address, added under `person_id` when nobody has it yet. `now` is real time.

    Raises `NotAPersonError` for a name or an address that can't be one.
    """
    name, email = name.strip(), email.strip()
    user, _, host = email.partition("@")
    if not (name and user and host) or len(name) > _LONGEST_NAME or len(email) > _LONGEST_EMAIL:
        raise NotAPersonError(
            f"{name!r} with the address {email!r} can't be a person. Give a name of at most {_LONGEST_NAME} "
            "characters and an address like olive@example.com."
        )
    known = await session.scalars(select(PersonRow).where(PersonRow.email == email.lower()))
    if known:
        return _person(known[0])
    row = {"id": person_id, "name": name, "email": email.lower(), "created_at": now}
    await session.upsert(PersonRow, [row])
    return Person(person_id, name, email.lower())


async def person_of(session: SystemSession, email: str) -> Person:
    """The person of an address. Raises `UnknownPersonError`."""
    known = await session.scalars(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    if not known:
        raise UnknownPersonError(f"Nobody with the address {email} is known. `oodaloo people add` adds somebody.")
    return _person(known[0])


async def give_role(session: TenantSession, person_id: PersonId, role: Role, *, now: datetime) -> None:
    """Let a person have this role, instead of the one they had. Raises `LastOwnerError`."""
    await _keep_an_owner(session, person_id, role)
    row = {"person_id": person_id, "role": role.value, "since": now}
    await session.upsert(MembershipRow, [row])


async def take_role(session: TenantSession, person_id: PersonId) -> bool:
    """Let a person have no role any more; says whether they had one. Raises `LastOwnerError`."""
    await _keep_an_owner(session, person_id, None)
    return await session.delete(MembershipRow, MembershipRow.person_id == person_id) > 0


async def role_of(session: TenantSession, person_id: PersonId) -> Role | None:
    """The role that a person has in the session's business now, None for a stranger."""
    found = await session.scalars(select(MembershipRow.role).where(MembershipRow.person_id == person_id))
    return Role(found[0]) if found else None


async def member(session: TenantSession, holder: TokenHolder) -> Member:
    """Who acts through a token, in the weaker one of its role and theirs. Raises `NotPermittedError` for a stranger."""
    role = await role_of(session, holder.person.id)
    if role is None:
        raise NotPermittedError(f"{holder.person.name} has no role in this business any more. Ask an owner.")
    return Member(holder.person, min(role, holder.most, key=lambda each: len(MAY[each])))


async def roles(database: Database, business_id: BusinessId) -> tuple[Member, ...]:
    """Everybody who has a role in a business, by name."""
    async with database.tenant(business_id, read_only=True) as tenant:
        found = await tenant.scalars(select(MembershipRow))
    async with database.system(read_only=True) as session:
        people = await session.scalars(select(PersonRow).where(PersonRow.id.in_([row.person_id for row in found])))
    by_id = {row.id: _person(row) for row in people}
    members = (Member(by_id[row.person_id], Role(row.role)) for row in found)
    return tuple(sorted(members, key=lambda each: (each.person.name, each.person.email)))


async def new_token(
    session: SystemSession,
    person: Person,
    business_id: BusinessId,
    *,
    most: Role,
    label: str,
    token_id: str,
    now: datetime,
) -> str:
    """A token that acts for a person in a business, in a role of at most `most`. It can't be told a second time."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "digest": _digest(token),
        "id": token_id,
        "person_id": person.id,
        "business_id": business_id,
        "role": most.value,
        "label": label[:_LONGEST_LABEL],
        "created_at": now,
    }
    await session.upsert(ApiTokenRow, [row])
    return token


async def holder_of(session: SystemSession, token: str) -> TokenHolder:
    """Whom a token stands for. Raises `UnknownTokenError`, also for none at all."""
    if not token:
        raise UnknownTokenError(
            "This takes an API token, sent as `Authorization: Bearer TOKEN`. `oodaloo people token create` makes one."
        )
    found = await session.rows(
        select(ApiTokenRow, PersonRow)
        .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
        .where(ApiTokenRow.digest == _digest(token), ApiTokenRow.revoked_at.is_(None))
    )
    if not found:
        raise UnknownTokenError(
            "This API token isn't known, or was revoked. `oodaloo people token create` makes a new one."
        )
    row, person = found[0]
    return TokenHolder(_person(person), BusinessId(row.business_id), Role(row.role))


async def tokens(session: SystemSession, business_id: BusinessId) -> tuple[Token, ...]:
    """The tokens that were made for a business, oldest first, revoked ones too."""
    rows = await session.scalars(
        select(ApiTokenRow)
        .where(ApiTokenRow.business_id == business_id)
        .order_by(ApiTokenRow.created_at, ApiTokenRow.id)
    )
    return tuple(map(_token, rows))


async def token_of(session: SystemSession, token_id: str) -> tuple[BusinessId, Token]:
    """The token of an id, with its business. Raises `UnknownTokenError`."""
    rows = await session.scalars(select(ApiTokenRow).where(ApiTokenRow.id == token_id))
    if not rows:
        raise UnknownTokenError(f"There is no API token of the id {token_id!r}. `oodaloo people list` shows them.")
    return BusinessId(rows[0].business_id), _token(rows[0])


async def revoke_token(session: SystemSession, token_id: str, *, now: datetime) -> bool:
    """End a token; says whether it was alive."""
    ended = await session.update(
        ApiTokenRow, ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None), values={"revoked_at": now}
    )
    return ended > 0


async def _keep_an_owner(session: TenantSession, person_id: PersonId, role: Role | None) -> None:
    if role is Role.OWNER:
        return
    of_owners = select(MembershipRow.person_id).where(MembershipRow.role == Role.OWNER.value)
    # Locked, so that two owners who go at the same moment don't count on each other.
    owners = await session.scalars(of_owners.order_by(MembershipRow.person_id).with_for_update())
    if list(owners) == [person_id]:
        raise LastOwnerError("This business would be without an owner. Make somebody else owner first.")


def _digest(token: str) -> str:
    """Tokens are long and random, so that a quick hash is enough and can be looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token(row: ApiTokenRow) -> Token:
    return Token(row.id, PersonId(row.person_id), Role(row.role), row.label, row.created_at, row.revoked_at)


def _person(row: PersonRow) -> Person:
    return Person(PersonId(row.id), row.name, row.email)
