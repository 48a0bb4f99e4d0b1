"""Who works in a business, changed from outside of it: people, roles and tokens, each change with its audit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oodaloo.domains.core import audit, people, queries
from oodaloo.domains.core.audit import Author
from oodaloo.domains.core.people import Member, Person, Token, TokenHolder, UnknownPersonError
from oodaloo.domains.core.permissions import Role
from oodaloo.domains.core.queries import UnknownBusinessError
from oodaloo.infra.db.session import Database
from oodaloo.kit.clock import Clock
from oodaloo.kit.ids import BusinessId, PersonId


@dataclass(frozen=True, slots=True)
class MemberWithTokens:
    """A person in a business, with the tokens that act for them there and are alive."""

    member: Member
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made: `secret` is the token itself, which nobody can tell a second time."""

    id: str
    secret: str
    most: Role


@dataclass(frozen=True, slots=True)
class Staffing:
    """People and their roles. `wall_clock` is real time; `new_id` mints ids.

    Each method raises `UnknownBusinessError`; those about somebody who is there already raise `UnknownPersonError`.
    """

    database: Database
    wall_clock: Clock
    new_id: Callable[[], str]

    async def add(self, business_id: BusinessId, *, name: str, email: str, role: Role, by: Author) -> Person:
        """Let a person work in a business, as somebody new or as the one who has this address already.

        Raises `NotAPersonError`, and `LastOwnerError` where it would take the last owner's role.
        """
        async with self.database.system() as session:
            await queries.business(session, business_id)
            person_id = PersonId(self.new_id())
            person = await people.add_person(session, person_id, name=name, email=email, now=self.wall_clock.now())
        await self._give(business_id, person, role, "add_person", by)
        return person

    async def change_role(self, business_id: BusinessId, email: str, role: Role, by: Author) -> Person:
        """Give somebody who works there another role. Raises `LastOwnerError`."""
        person = await self._worker(business_id, email)
        await self._give(business_id, person, role, "change_role", by)
        return person

    async def remove(self, business_id: BusinessId, email: str, by: Author) -> Person:
        """Let somebody work there no more: their tokens open nothing from now on. Raises `LastOwnerError`."""
        person = await self._worker(business_id, email)
        async with self.database.tenant(business_id) as session:
            await people.take_role(session, person.id)
            await audit.record(session, by.entry("remove_person", _subject(person), facts={"email": person.email}))
        for token in await self._alive(business_id):
            if token.person_id == person.id:
                await self.revoke_token(token.id, by)
        return person

    async def members(self, business_id: BusinessId) -> tuple[MemberWithTokens, ...]:
        """Everybody who works there, by name."""
        await self._known(business_id)
        alive = await self._alive(business_id)
        return tuple(
            MemberWithTokens(each, tuple(token for token in alive if token.person_id == each.person.id))
            for each in await people.roles(self.database, business_id)
        )

    async def create_token(
        self, business_id: BusinessId, email: str, *, most: Role | None, label: str, by: Author
    ) -> NewToken:
        """A token that acts for somebody who works there, in a role of at most `most`, theirs of today when None."""
        person = await self._worker(business_id, email)
        async with self.database.tenant(business_id) as session:
            role = most or await people.role_of(session, person.id) or Role.VIEWER
            token_id = self.new_id()
            facts = {"token": token_id, "role": role.value, "label": label}
            await audit.record(session, by.entry("create_token", _subject(person), facts=facts))
        async with self.database.system() as session:
            secret = await people.new_token(
                session, person, business_id, most=role, label=label, token_id=token_id, now=self.wall_clock.now()
            )
        return NewToken(token_id, secret, role)

    async def revoke_token(self, token_id: str, by: Author) -> bool:
        """End a token at once; says whether it was alive. Raises `UnknownTokenError`."""
        async with self.database.system() as session:
            business_id, token = await people.token_of(session, token_id)
            ended = await people.revoke_token(session, token_id, now=self.wall_clock.now())
        if ended:
            async with self.database.tenant(business_id) as session:
                facts = {"token": token_id, "label": token.label}
                await audit.record(session, by.entry("revoke_token", f"Person {token.person_id}", facts=facts))
        return ended

    async def acting(self, token: str, business_id: BusinessId) -> tuple[TokenHolder, Member]:
        """Who acts by a token in a business, in the role of this moment.

        Raises `UnknownTokenError`, `UnknownBusinessError` when it is a token of another business, and
        `NotPermittedError` when the person has no role there any more.
        """
        async with self.database.system(read_only=True) as session:
            holder = await people.holder_of(session, token)
        if holder.business_id != business_id:
            raise UnknownBusinessError(f"There is no business {business_id!r} that this token is for.")
        async with self.database.tenant(business_id, read_only=True) as tenant:
            return holder, await people.member(tenant, holder)

    async def _give(self, business_id: BusinessId, person: Person, role: Role, action: str, by: Author) -> None:
        facts: Mapping[str, str] = {"email": person.email, "name": person.name, "role": role.value}
        async with self.database.tenant(business_id) as session:
            before = await people.role_of(session, person.id)
            if before is role:
                return
            await people.give_role(session, person.id, role, now=self.wall_clock.now())
            was = {"was": before.value} if before else {}
            await audit.record(session, by.entry(action, _subject(person), facts={**facts, **was}))

    async def _worker(self, business_id: BusinessId, email: str) -> Person:
        await self._known(business_id)
        async with self.database.system(read_only=True) as session:
            person = await people.person_of(session, email)
        async with self.database.tenant(business_id, read_only=True) as tenant:
            if await people.role_of(tenant, person.id) is None:
                raise UnknownPersonError(
                    f"{person.name} ({person.email}) has no role in this business. `oodaloo people add` gives one."
                )
        return person

    async def _known(self, business_id: BusinessId) -> None:
        async with self.database.system(read_only=True) as session:
            await queries.business(session, business_id)

    async def _alive(self, business_id: BusinessId) -> tuple[Token, ...]:
        async with self.database.system(read_only=True) as session:
            every = await people.tokens(session, business_id)
        return tuple(token for token in every if token.revoked_at is None)


def _subject(person: Person) -> str:
    return f"Person {person.id}"
