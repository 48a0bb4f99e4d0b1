"""Requests on a real database: work and answer in one transaction, and parts of one that are refused by themselves."""

from datetime import timedelta

import pytest

from oodaloo.domains.core import audit, people
from oodaloo.domains.core.answers import KEPT, Keyed, KeyReusedError
from oodaloo.domains.core.people import TokenHolder
from oodaloo.domains.core.permissions import NotPermittedError, Role
from oodaloo.infra.db.session import Database, Joined, TenantLeakError, TenantSession
from oodaloo.kit.clock import FixedClock
from oodaloo.runway.decisions.requests import AtDesk, Requests
from tests.support.books import KNOWN_AT, a_bill, a_picture, books
from tests.support.deciding import OLIVE
from tests.support.rows import OURS, THEIRS

RENT = a_bill("Rent", 400)
PICTURE = a_picture(books(1000, bills=(RENT,)))
HOLDER = TokenHolder(OLIVE.person, OURS, Role.OWNER)
ASKED = Keyed(OLIVE.person.id, "key", "hash")


async def with_olive(database: Database) -> None:
    """Olive owns our business."""
    async with database.system() as session:
        person = OLIVE.person
        await people.add_person(session, person.id, name=person.name, email=person.email, now=KNOWN_AT)
    async with database.tenant(OURS) as session:
        await people.give_role(session, OLIVE.person.id, Role.OWNER, now=KNOWN_AT)


def requests_at(database: Database, later: timedelta = timedelta()) -> Requests:
    """Requests at a moment of real time."""
    ids = iter(f"id-{number}" for number in range(100))
    return Requests(database, nobody, FixedClock(KNOWN_AT), FixedClock(KNOWN_AT + later), lambda: next(ids))


async def nobody(session: TenantSession, order_id: str) -> None:
    """Nothing of these tests is carried out."""


async def approve(desk: AtDesk) -> str:
    """Approve the rent; the answer says how it stands."""
    [outcome] = await desk.approving.approve(OURS, [RENT.ref.id], desk.act, PICTURE)
    return outcome.decision.state.value if outcome.decision else outcome.refused


async def done(database: Database) -> list[str]:
    """What the audit tells."""
    async with database.tenant(OURS, read_only=True) as session:
        return [each.entry.action for each in await audit.trail(session)]


async def test_work_and_answer_are_kept_together_or_not_at_all(two_businesses: Database) -> None:
    """Broken off behind the work and before the answer nothing stays; the next attempt does it, and only that one."""
    await with_olive(two_businesses)
    requests = requests_at(two_businesses)

    async def broken_off(desk: AtDesk) -> str:
        await approve(desk)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await requests.carry_out(HOLDER, ASKED, PICTURE, broken_off)
    assert await done(two_businesses) == []
    assert await requests.answered(HOLDER, ASKED) is None
    assert await requests.carry_out(HOLDER, ASKED, PICTURE, approve) == "staged"
    assert await requests.carry_out(HOLDER, ASKED, PICTURE, broken_off) == "staged"
    assert await done(two_businesses) == ["approve", "stage"]


async def test_an_answer_is_told_again_for_its_time(two_businesses: Database) -> None:
    """To the same request for 30 days, to no other one under its key; later the key is free again."""
    await with_olive(two_businesses)
    await requests_at(two_businesses).carry_out(HOLDER, ASKED, PICTURE, approve)
    last = requests_at(two_businesses, KEPT)
    assert await last.answered(HOLDER, ASKED) == "staged"
    with pytest.raises(KeyReusedError):
        await last.carry_out(HOLDER, Keyed(OLIVE.person.id, "key", "other"), PICTURE, approve)
    over = requests_at(two_businesses, KEPT + timedelta(seconds=1))
    assert await over.answered(HOLDER, ASKED) is None
    assert await over.carry_out(HOLDER, Keyed(OLIVE.person.id, "key", "other"), PICTURE, approve) != "staged"


async def test_who_lost_their_role_meanwhile_does_nothing(two_businesses: Database) -> None:
    """Rights are those of the moment at which it is done, not of when it was asked."""
    with pytest.raises(NotPermittedError, match="no role"):
        await requests_at(two_businesses).carry_out(HOLDER, ASKED, PICTURE, approve)


async def test_a_part_is_taken_back_by_itself(two_businesses: Database) -> None:
    """What a refused part did is gone, what was done before and after it stays; another business can't join."""
    await with_olive(two_businesses)
    async with two_businesses.tenant(OURS) as session:
        within = Joined(session)
        for name, fails in (("one", False), ("two", True), ("three", False)):
            try:
                async with within.tenant(OURS) as part:
                    entry = audit.Author("olive", "Olive", KNOWN_AT, KNOWN_AT).entry(name, "Bill 1", facts={})
                    await audit.record(part, entry)
                    if fails:
                        raise NotPermittedError("no")
            except NotPermittedError:
                continue
        with pytest.raises(TenantLeakError):
            async with within.tenant(THEIRS):
                pass
        assert (await audit.verify(session)).broken_at is None
    assert await done(two_businesses) == ["one", "three"]
