"""Answers are kept for whoever finds them fresh enough, and asked for once however many want them at a time."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from oodaloo.infra.qbo.calls import Answer, Lane, read_call
from oodaloo.infra.qbo.errors import QboServerError
from oodaloo.infra.qbo.smart_sync.kept import KeptAnswers, Stamped
from oodaloo.kit.ids import RealmId

HERE, ELSEWHERE = RealmId("1"), RealmId("2")
BILL = read_call("Bill", "7")
HOUR = timedelta(hours=1)
NINE = datetime(2026, 10, 2, 9, tzinfo=UTC)


@dataclass
class Desk:
    """A hand-set clock, kept answers, and a QuickBooks that answers with a number as soon as `open` is set."""

    at: datetime = NINE
    asked: int = 0
    ended: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    kept: KeptAnswers = field(init=False)

    def __post_init__(self) -> None:
        """Open for answers, with room for ten bytes."""
        self.kept = KeptAnswers(self, most_bytes=10)
        self.open.set()

    def now(self) -> datetime:
        """Product time."""
        return self.at

    async def answer(self) -> Answer:
        """QuickBooks' next answer, of two bytes."""
        self.asked += 1
        number = self.asked
        try:
            await self.open.wait()
        finally:
            self.ended += 1
        return Answer(f"{number:2}".encode())

    async def read(
        self, *, max_age: timedelta = HOUR, realm: RealmId = HERE, lane: Lane = Lane.USER, record: str = "7"
    ) -> Stamped:
        """Read a bill."""
        return await self.kept.fresh(realm, read_call("Bill", record), lane, max_age, self.answer)

    def start(self, *, lane: Lane = Lane.USER, max_age: timedelta = HOUR) -> asyncio.Task[Stamped]:
        """Begin to read a bill."""
        return asyncio.create_task(self.read(lane=lane, max_age=max_age))


async def turns() -> None:
    """Let everything go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_serves_until_it_is_too_old() -> None:
    """Within the hour the answer of nine o'clock is given with its stamp, after it QuickBooks is asked again."""
    desk = Desk()
    assert await desk.read() == Stamped(Answer(b" 1"), NINE)
    desk.at = NINE + HOUR
    assert await desk.read() == Stamped(Answer(b" 1"), NINE)
    assert await desk.read(max_age=HOUR / 2) == Stamped(Answer(b" 2"), NINE + HOUR)
    desk.at += HOUR + timedelta(seconds=1)
    assert (await desk.read()).answer.body == b" 3"


async def test_other_questions_have_other_answers() -> None:
    """Another company's bill, or another bill, isn't this one."""
    desk = Desk()
    first, other, elsewhere = await desk.read(), await desk.read(record="8"), await desk.read(realm=ELSEWHERE)
    assert (first.answer.body, other.answer.body, elsewhere.answer.body) == (b" 1", b" 2", b" 3")
    assert (await desk.read()).answer.body == b" 1"


async def test_forty_at_once_ask_once() -> None:
    """All who want the same at the same time get one answer."""
    desk = Desk()
    assert len({(await reading).answer.body for reading in [desk.start() for _ in range(40)]}) == 1
    assert desk.asked == 1


async def test_who_wants_it_from_now_on_does_not_join() -> None:
    """With no age allowed, a call that began a moment ago is too old."""
    desk = Desk()
    desk.open.clear()
    first, second = desk.start(max_age=timedelta(0)), desk.start(max_age=timedelta(0))
    await turns()
    desk.open.set()
    assert ((await first).answer.body, (await second).answer.body) == (b" 1", b" 2")


async def test_a_person_does_not_queue_behind_bulk_work() -> None:
    """A person joins calls of people only; bulk work joins anybody's."""
    desk = Desk()
    desk.open.clear()
    bulk = desk.start(lane=Lane.BULK)
    await turns()
    person = desk.start(lane=Lane.USER)
    await turns()
    more_bulk = desk.start(lane=Lane.BULK)
    await turns()
    desk.open.set()
    assert [(await reading).answer.body for reading in (bulk, person, more_bulk)] == [b" 1", b" 2", b" 2"]


async def test_who_leaves_does_not_end_it_for_the_others() -> None:
    """The first of two callers is cancelled: the second gets the answer."""
    desk = Desk()
    desk.open.clear()
    first, second = desk.start(), desk.start()
    await turns()
    first.cancel()
    await turns()
    desk.open.set()
    assert (await second).answer.body == b" 1"
    assert first.cancelled()


async def test_the_last_who_leaves_ends_it() -> None:
    """When nobody waits any more the call is cancelled and over, and a later caller begins a new one."""
    desk = Desk()
    desk.open.clear()
    both = [desk.start(), desk.start()]
    await turns()
    for reading in both:
        reading.cancel()
    await asyncio.wait(both)
    assert (desk.asked, desk.ended) == (1, 1)
    desk.open.set()
    assert (await desk.read()).answer.body == b" 2"


async def test_a_failure_is_shared_and_not_kept() -> None:
    """Who waits together hears of one failure; the next one asks again."""
    desk = Desk()

    async def fail() -> Answer:
        desk.asked += 1
        await asyncio.sleep(0)
        raise QboServerError("oops")

    readings = [desk.kept.fresh(HERE, BILL, Lane.USER, HOUR, fail) for _ in range(3)]
    failures = await asyncio.gather(*readings, return_exceptions=True)
    assert [type(failure) for failure in failures] == [QboServerError] * 3
    assert desk.asked == 1
    assert (await desk.read()).answer.body == b" 2"


async def test_what_changed_is_forgotten_even_while_it_is_read() -> None:
    """After a change nobody gets what was read before, nor what was under way; other companies keep theirs."""
    desk = Desk()
    await desk.read()
    await desk.read(realm=ELSEWHERE)
    desk.kept.forget(HERE)
    desk.open.clear()
    under_way = desk.start()
    await turns()
    desk.kept.forget(HERE)
    later = desk.start()
    await turns()
    desk.open.set()
    assert ((await under_way).answer.body, (await later).answer.body) == (b" 3", b" 4")
    assert (await desk.read()).answer.body == b" 4"
    assert (await desk.read(realm=ELSEWHERE)).answer.body == b" 2"


@pytest.mark.parametrize("answers", [5, 6, 12])
async def test_room_is_bounded_and_the_longest_unused_goes(answers: int) -> None:
    """Ten bytes hold five answers of two; bill 1 is read again after each other bill and so stays."""
    desk = Desk()
    for number in range(1, answers + 1):
        await desk.read(record=str(number))
        assert (await desk.read(record="1")).answer.body == b" 1"
    assert desk.asked == answers
    await desk.read(record=str(answers))
    assert desk.asked == answers
    await desk.read(record="2")
    assert desk.asked == answers + (answers > 5)
