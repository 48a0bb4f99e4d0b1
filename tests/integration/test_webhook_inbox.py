"""Webhook posts are kept and opened; each announced change counts once and waits until the mirror shows it."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.quick import QuickDatabase, open_quick
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.connection.tokens import ConnectionRow
from oodaloo.infra.qbo.mirror.changes import TombstoneRow
from oodaloo.infra.qbo.webhooks.arrived import arrived
from oodaloo.infra.qbo.webhooks.inbox import LAG_ALLOWANCE, AnnouncementRow, AnnouncerRow, Inbox, PostRow
from oodaloo.infra.qbo.webhooks.posts import Announcement, read_post
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
        quick = open_quick(migrated.app_url, "news", (PostRow, AnnouncementRow, AnnouncerRow))
        yield Desk(database, quick)
        await quick.close()


def announced(number: int, *, realm: RealmId = HERE, entity: str = "bill") -> dict[str, object]:
    """An event that only its number, company and record tell from others."""
    return {
        "id": f"{entity} {number}",
        "type": f"qbo.{entity}.updated.v1",
        "time": A_MOMENT.isoformat(),
        "intuitaccountid": realm,
        "intuitentityid": str(number),
    }


def post(*events: object) -> bytes:
    """A post of these events."""
    return json.dumps(events).encode()


def keys(*numbers: int) -> set[str]:
    """The keys of announced bills."""
    return {one.key for one in read_post(post(*(announced(number) for number in numbers))).announcements}


async def test_what_is_new_is_kept_and_waits(desk: Desk) -> None:
    """Changes of two companies in one post wait for each, counted, since when they came."""
    await desk.inbox.receive(post(announced(1), announced(2), announced(1, realm=ELSEWHERE)))
    desk.now += timedelta(minutes=5)
    waiting = await desk.inbox.waiting()
    assert (waiting[HERE].count, waiting[HERE].since, waiting[HERE].up_to) == (2, NOW, 2)
    assert waiting[ELSEWHERE].count == 1
    assert await desk.inbox.heard() == {HERE: NOW, ELSEWHERE: NOW}


async def test_repetitions_change_nothing(desk: Desk) -> None:
    """The same post again, alone or with something new, adds only what is new, also after it was settled."""
    await desk.inbox.receive(post(announced(1), announced(1)))
    await desk.inbox.receive(post(announced(1), announced(1)))
    assert (await desk.inbox.waiting())[HERE].count == 1
    desk.shown = keys(1)
    await desk.inbox.settle(HERE, 1)
    await desk.inbox.receive(post(announced(1)))
    assert await desk.inbox.pending(HERE) is None
    await desk.inbox.receive(post(announced(1), announced(2)))
    assert await desk.inbox.pending(HERE) == 2


async def test_companies_that_were_never_connected_are_ignored(desk: Desk) -> None:
    """An announcement about a stranger leaves no trace; its neighbours are kept."""
    await desk.inbox.receive(post(announced(1, realm=STRANGER)))
    assert await desk.inbox.waiting() == {}
    await desk.inbox.receive(post(announced(2, realm=STRANGER), announced(2)))
    assert list(await desk.inbox.waiting()) == [HERE]
    assert list(await desk.inbox.heard()) == [HERE]


async def test_a_company_that_is_connected_later_is_listened_to_from_then_on(desk: Desk) -> None:
    """What was announced of a stranger isn't remembered against it once it is connected."""
    await desk.inbox.receive(post(announced(1, realm=STRANGER)))
    assert await desk.inbox.waiting() == {}
    async with desk.database.system() as session:
        await session.upsert(ConnectionRow, [a_connection(STRANGER)])
    await desk.inbox.receive(post(announced(2, realm=STRANGER)))
    assert list(await desk.inbox.waiting()) == [STRANGER]


async def test_types_that_change_no_books_are_heard_and_wait_for_nothing(desk: Desk) -> None:
    """An estimate proves that webhooks come in, and makes nobody ask QuickBooks."""
    await desk.inbox.receive(post(announced(1, entity="estimate")))
    assert await desk.inbox.waiting() == {}
    assert await desk.inbox.heard() == {HERE: NOW}


async def test_garbage_is_dropped_and_hides_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A post that can't be read and one with an entry that can't are told in the log; the rest is kept."""
    for body in (b"", b"\xff", b"[" * 50_000, post(announced(1), 7)):
        await desk.inbox.receive(body)
    assert (await desk.inbox.waiting())[HERE].count == 1
    assert len(caplog.records) == 4


async def test_what_came_while_quickbooks_was_asked_goes_on_waiting(desk: Desk) -> None:
    """A look settles what had been announced before it began, and nothing that came meanwhile."""
    await desk.inbox.receive(post(announced(1), announced(2)))
    before_the_look = await desk.inbox.pending(HERE)
    assert before_the_look == 2
    await desk.inbox.receive(post(announced(3)))
    desk.shown = keys(1, 2, 3)
    await desk.inbox.settle(HERE, before_the_look)
    assert await desk.inbox.pending(HERE) == 3
    assert (await desk.inbox.waiting())[HERE].count == 1


async def test_what_quickbooks_does_not_show_yet_waits_for_its_lag(desk: Desk) -> None:
    """A change that a look didn't bring is looked for again, until its allowance is over."""
    await desk.inbox.receive(post(announced(1), announced(2)))
    assert await desk.inbox.pending(HERE) == 2
    desk.shown = keys(1)
    await desk.inbox.settle(HERE, 2)
    assert (await desk.inbox.waiting())[HERE].count == 1
    desk.now += LAG_ALLOWANCE
    await desk.inbox.settle(HERE, 2)
    assert await desk.inbox.pending(HERE) is None


async def test_posts_at_once_lose_nothing_and_count_nothing_twice(desk: Desk) -> None:
    """Overlapping posts kept and opened by three inboxes at once: each change is there once, under its own number."""
    posts = [post(*map(announced, range(start, start + 20))) for start in range(0, 100, 10)] * 2
    inboxes = [desk.inbox for _ in range(3)]
    takers = [inboxes[number % 3].receive(body) for number, body in enumerate(posts)]
    await asyncio.gather(*takers, *(inbox.waiting() for inbox in inboxes))
    waiting = (await desk.inbox.waiting())[HERE]
    assert (waiting.count, waiting.up_to) == (110, 110)


async def test_what_nobody_repeats_any_more_is_forgotten(desk: Desk) -> None:
    """After ten days a settled announcement goes; one that still waits stays."""
    await desk.inbox.receive(post(announced(1), announced(2), announced(3, entity="estimate")))
    desk.shown = keys(1)
    assert await desk.inbox.pending(HERE) == 2
    await desk.inbox.settle(HERE, 2)
    desk.now += timedelta(days=10, seconds=1)
    await desk.inbox.forget_old()
    await desk.inbox.receive(post(announced(1), announced(2)))
    waiting = (await desk.inbox.waiting())[HERE]
    assert (waiting.count, waiting.since) == (2, NOW)


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
            gone = {"entity": "Bill", "id": "3", "deleted_at": A_MOMENT, "seen_in": 0}
            await tenant.upsert(TombstoneRow, [gone])
            assert await arrived(tenant, ENTITY_TYPES, [one, stranger]) == {"other", *(["key"] if shown else [])}
