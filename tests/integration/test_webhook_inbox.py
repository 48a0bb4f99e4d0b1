"""Announced changes are kept once, whoever sends them how often, and wait until the mirror shows them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from oodaloo.bootstrap import ENTITY_TYPES
from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.quick import QuickDatabase, open_quick
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.mirror_changes import TombstoneRow
from oodaloo.infra.qbo.tokens import ConnectionRow
from oodaloo.infra.qbo.webhooks.arrived import arrived
from oodaloo.infra.qbo.webhooks.inbox import LAG_ALLOWANCE, AnnouncementRow, AnnouncerRow, Inbox
from oodaloo.infra.qbo.webhooks.posts import Announcement
from oodaloo.kit.clock import FixedClock
from oodaloo.kit.ids import RealmId
from tests.support.databases import TestDatabase
from tests.support.product import opened
from tests.support.rows import A_MOMENT, OURS, a_business, a_connection, a_record

HERE, ELSEWHERE, STRANGER = RealmId("9130"), RealmId("9131"), RealmId("1")
FOLLOWED = frozenset({"bill", "invoice"})
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Desk:
    """An inbox whose real time and whose mirror the test sets."""

    database: Database
    quick: QuickDatabase
    now: datetime = NOW
    shown: set[str] = field(default_factory=set)

    @property
    def inbox(self) -> Inbox:
        """The inbox at this moment; nothing of it is in memory."""

        async def shows(_realm: RealmId, announced: Sequence[Announcement]) -> Collection[str]:
            return self.shown & {one.key for one in announced}

        return Inbox(self.database, self.quick, FixedClock(self.now), FOLLOWED, shows)


@pytest.fixture
async def desk(migrated: TestDatabase) -> AsyncIterator[Desk]:
    """An inbox of a database that knows two companies."""
    async with opened(migrated) as database:
        async with database.system() as session:
            await session.upsert(ConnectionRow, [a_connection(HERE), a_connection(ELSEWHERE)])
        quick = open_quick(migrated.app_url, "news", (AnnouncementRow, AnnouncerRow))
        yield Desk(database, quick)
        await quick.close()


def announced(number: int, *, realm: RealmId = HERE, entity: str = "bill", operation: str = "updated") -> Announcement:
    """An announcement that only its number, company and record tell from others."""
    return Announcement(f"{realm} {entity} {number}", realm, entity, str(number), operation, A_MOMENT)


async def test_what_is_new_is_kept_and_waits(desk: Desk) -> None:
    """Changes of two companies in one post wait for each, counted, since when they came."""
    assert await desk.inbox.receive([announced(1), announced(2), announced(1, realm=ELSEWHERE)]) == 3
    waiting = await desk.inbox.waiting()
    assert (waiting[HERE].count, waiting[HERE].since, waiting[HERE].up_to) == (2, NOW, 2)
    assert waiting[ELSEWHERE].count == 1
    assert await desk.inbox.heard() == {HERE: NOW, ELSEWHERE: NOW}


async def test_repetitions_change_nothing(desk: Desk) -> None:
    """The same post again, alone or with something new, adds only what is new, also after it was settled."""
    await desk.inbox.receive([announced(1), announced(1)])
    await desk.inbox.settle(HERE, 1)
    desk.now += LAG_ALLOWANCE
    await desk.inbox.settle(HERE, 1)
    assert await desk.inbox.receive([announced(1)]) == 0
    assert await desk.inbox.pending(HERE) is None
    assert await desk.inbox.receive([announced(1), announced(2)]) == 1
    assert await desk.inbox.pending(HERE) == 2


async def test_companies_that_were_never_connected_are_ignored(desk: Desk) -> None:
    """An announcement about a stranger leaves no trace; its neighbours are kept."""
    assert await desk.inbox.receive([announced(1, realm=STRANGER)]) == 0
    assert await desk.inbox.receive([announced(1, realm=STRANGER), announced(1)]) == 1
    assert list(await desk.inbox.waiting()) == [HERE]
    assert list(await desk.inbox.heard()) == [HERE]


async def test_types_that_change_no_books_are_heard_and_wait_for_nothing(desk: Desk) -> None:
    """An estimate proves that webhooks come in, and makes nobody ask QuickBooks."""
    assert await desk.inbox.receive([announced(1, entity="estimate")]) == 1
    assert await desk.inbox.waiting() == {}
    assert await desk.inbox.heard() == {HERE: NOW}


async def test_what_came_while_quickbooks_was_asked_goes_on_waiting(desk: Desk) -> None:
    """A look settles what had been announced before it began, and nothing that came meanwhile."""
    await desk.inbox.receive([announced(1), announced(2)])
    before_the_look = await desk.inbox.pending(HERE)
    assert before_the_look == 2
    await desk.inbox.receive([announced(3)])
    desk.shown = {announced(number).key for number in (1, 2, 3)}
    await desk.inbox.settle(HERE, before_the_look)
    assert await desk.inbox.pending(HERE) == 3
    assert (await desk.inbox.waiting())[HERE].count == 1


async def test_what_quickbooks_does_not_show_yet_waits_for_its_lag(desk: Desk) -> None:
    """A change that a look didn't bring is looked for again, until its allowance is over."""
    await desk.inbox.receive([announced(1), announced(2)])
    desk.shown = {announced(1).key}
    await desk.inbox.settle(HERE, 2)
    assert (await desk.inbox.waiting())[HERE].count == 1
    desk.now += LAG_ALLOWANCE
    await desk.inbox.settle(HERE, 2)
    assert await desk.inbox.pending(HERE) is None


async def test_posts_at_once_lose_nothing_and_count_nothing_twice(desk: Desk) -> None:
    """Twenty overlapping posts, half of them repetitions: each change is there once, under a number of its own."""
    posts = [[announced(number) for number in range(start, start + 20)] for start in range(0, 100, 10)] * 2
    await asyncio.gather(*(desk.inbox.receive(post) for post in posts))
    waiting = (await desk.inbox.waiting())[HERE]
    assert waiting.count == 110
    assert await desk.inbox.pending(HERE) == waiting.up_to
    await desk.inbox.receive([announced(999)])
    assert await desk.inbox.pending(HERE) == waiting.up_to + 1


async def test_what_nobody_repeats_any_more_is_forgotten(desk: Desk) -> None:
    """After ten days a settled announcement goes; one that still waits stays."""
    await desk.inbox.receive([announced(1), announced(2, entity="estimate")])
    desk.now += timedelta(days=10, seconds=1)
    await desk.inbox.forget_old()
    assert await desk.inbox.receive([announced(1), announced(2, entity="estimate")]) == 1


MOMENT_OF_CHANGE = A_MOMENT + timedelta(microseconds=400_000)  # records carry whole seconds


@pytest.mark.parametrize(
    ("record_id", "operation", "later", "shown"),
    [
        ("1", "updated", timedelta(), True),
        ("1", "updated", timedelta(seconds=1), False),
        ("1", "created", timedelta(days=-1), True),
        ("1", "deleted", timedelta(), False),
        ("2", "created", timedelta(), False),
        ("2", "deleted", timedelta(), True),
        ("3", "created", timedelta(), True),
        ("3", "deleted", timedelta(), True),
        ("1", "merged", timedelta(days=1), True),
    ],
)
async def test_what_the_mirror_shows(
    migrated: TestDatabase, record_id: str, operation: str, later: timedelta, shown: bool
) -> None:
    """A change is shown by a record as new as it, a deletion by its absence; what was deleted after it shows it too."""
    bill = next(entity for entity in ENTITY_TYPES if entity.name == "Bill")
    one = Announcement("key", HERE, "bill", record_id, operation, MOMENT_OF_CHANGE + later)
    stranger = Announcement("other", HERE, "salesreceipt", "1", "created", A_MOMENT)
    async with opened(migrated) as database:
        async with database.system() as session:
            await session.upsert(BusinessRow, [a_business(OURS)])
        async with database.tenant(OURS) as tenant:
            await tenant.upsert(bill.row, [a_record("1")])
            gone = {"entity": "Bill", "id": "3", "deleted_at": A_MOMENT, "seen_in": ""}
            await tenant.upsert(TombstoneRow, [gone])
            assert await arrived(tenant, ENTITY_TYPES, [one, stranger]) == {"other", *(["key"] if shown else [])}


async def test_a_whole_post_is_kept_or_nothing_of_it(desk: Desk) -> None:
    """When one change can't be stored the post is an error, so that it comes again, and no other change is there."""
    broken = replace(announced(1), changed_at=A_MOMENT.replace(tzinfo=None))
    with pytest.raises(StatementError, match="no time zone"):
        await desk.inbox.receive([announced(2, realm=ELSEWHERE), broken])
    assert await desk.inbox.waiting() == {}
