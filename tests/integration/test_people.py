"""People, their roles and their tokens: who acts, for which business, and how much they may at most."""

import asyncio
from datetime import UTC, datetime

import pytest

from oodaloo.domains.core import people
from oodaloo.domains.core.people import LastOwnerError, UnknownPersonError, UnknownTokenError
from oodaloo.domains.core.permissions import MAY, NotPermittedError, Permission, Role
from oodaloo.infra.db.session import Database
from oodaloo.kit.ids import PersonId
from tests.support.rows import OURS, THEIRS

NOW = datetime(2026, 10, 2, 13, tzinfo=UTC)
OLIVE, ANSEL = PersonId("olive"), PersonId("ansel")


async def with_an_owner(database: Database) -> None:
    """Olive owns our business, and is known by her address."""
    async with database.system() as session:
        await people.add_person(session, OLIVE, name="Olive", email="Olive@Example.com", now=NOW)
        await people.add_person(session, ANSEL, name="Ansel", email="ansel@example.com", now=NOW)
    async with database.tenant(OURS) as session:
        await people.give_role(session, OLIVE, Role.OWNER, now=NOW)


async def test_a_role_is_of_one_business(two_businesses: Database) -> None:
    """Whoever owns one business is a stranger in another; an address is one person, however it is written."""
    await with_an_owner(two_businesses)
    async with two_businesses.system() as session:
        again = await people.add_person(session, PersonId("other"), name="O.", email="olive@example.com", now=NOW)
        with pytest.raises(UnknownPersonError):
            await people.person_of(session, "nobody@example.com")
    assert again.id == OLIVE
    assert [(each.person.name, each.role) for each in await people.roles(two_businesses, OURS)] == [
        ("Olive", Role.OWNER)
    ]
    assert await people.roles(two_businesses, THEIRS) == ()


async def test_a_business_always_has_an_owner(two_businesses: Database) -> None:
    """The last owner can neither go nor become less; with a second one both can."""
    await with_an_owner(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        with pytest.raises(LastOwnerError):
            await people.take_role(session, OLIVE)
        with pytest.raises(LastOwnerError):
            await people.give_role(session, OLIVE, Role.VIEWER, now=NOW)
        await people.give_role(session, ANSEL, Role.OWNER, now=NOW)
        assert await people.take_role(session, OLIVE)
        assert await people.role_of(session, OLIVE) is None


async def test_two_owners_don_t_go_at_the_same_moment(two_businesses: Database) -> None:
    """Both want to go, one has to stay, whoever was first."""
    await with_an_owner(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        await people.give_role(session, ANSEL, Role.OWNER, now=NOW)

    async def go(person: PersonId) -> None:
        async with two_businesses.tenant(OURS) as session:
            await people.take_role(session, person)

    ended = await asyncio.gather(go(OLIVE), go(ANSEL), return_exceptions=True)
    assert [type(each) for each in ended if each is not None] == [LastOwnerError]
    assert len(await people.roles(two_businesses, OURS)) == 1


async def test_a_token_acts_for_its_person_and_never_for_more(two_businesses: Database) -> None:
    """In the weaker of its role and theirs, as that is now; a revoked or invented token stands for nobody."""
    await with_an_owner(two_businesses)
    async with two_businesses.system() as session:
        olive = await people.person_of(session, "OLIVE@example.com")
        token = await people.new_token(
            session, olive, OURS, most=Role.BOOKKEEPER, label="script", token_id="t1", now=NOW
        )
        holder = await people.holder_of(session, token)
    async with two_businesses.tenant(OURS) as session:
        acting = await people.member(session, holder)
        assert acting.role is Role.BOOKKEEPER
        with pytest.raises(NotPermittedError, match="approve bills"):
            acting.require(Permission.APPROVE)
        await people.give_role(session, ANSEL, Role.OWNER, now=NOW)
        await people.take_role(session, OLIVE)
        with pytest.raises(NotPermittedError, match="no role"):
            await people.member(session, holder)
    async with two_businesses.system() as session:
        assert await people.revoke_token(session, "t1", now=NOW)
        for unknown in (token, f"{token}x", ""):
            with pytest.raises(UnknownTokenError):
                await people.holder_of(session, unknown)


def test_each_role_may_what_the_weaker_ones_see() -> None:
    """Everybody sees; who finalizes may also approve; only an owner over-commits and manages."""
    assert all(Permission.SEE in MAY[role] for role in Role)
    assert all(Permission.APPROVE in may for may in MAY.values() if Permission.FINALIZE in may)
    assert [role for role in Role if Permission.OVERCOMMIT in MAY[role]] == [Role.OWNER]
    assert [role for role in Role if Permission.MANAGE in MAY[role]] == [Role.OWNER]
