"""How often books are refreshed: laws over any life of a business, and the table row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.freshness.timing import GATHERED, PACES, Plan, Situation, pause_after, plan
from oodaloo.infra.qbo.smart_sync.metering import BudgetState
from tests.support.refreshing import Life, Lived, live, local

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland", "UTC")
BEGINS = datetime(2026, 10, 28, 4, 0, tzinfo=UTC)  # a Wednesday; a Friday and month-end follow
DAYS = 3
MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
STEP = 2 * MINUTE

moments = st.integers(0, DAYS * 24 * 60).map(lambda minute: BEGINS + minute * MINUTE)
visits = st.lists(
    st.tuples(moments, st.integers(1, 300)).map(lambda visit: (visit[0], visit[0] + visit[1] * MINUTE)), max_size=4
)
floods = st.lists(moments, max_size=40) | st.just([BEGINS + n * MINUTE for n in range(DAYS * 24 * 60)])


@st.composite
def lives(draw: st.DrawFn, *, visited: bool) -> Life:
    """Three days before month-end of a business that is looked at, or of one that nobody has looked at for weeks."""
    return Life(
        BEGINS,
        BEGINS + DAYS * A_DAY,
        visits=draw(visits) if visited else (),
        changes=draw(floods),
        webhooks=draw(st.booleans()),
        trusted=draw(st.booleans()),
        timezone=draw(st.sampled_from(ZONES)),
        last_visit=draw(st.none() | moments) if visited else BEGINS - timedelta(days=20),
    )


def most_a_day(lived: Lived) -> int:
    """The most looks in any 24 hours."""
    return max((lived.looks_between(look, look + A_DAY) for look in lived.looks), default=0)


def situation(at: datetime, **changed: object) -> Situation:
    """A business whose books were read an hour ago and that somebody looked at yesterday, with some of it changed."""
    given_: dict[str, object] = {
        "now": at,
        "timezone": "America/New_York",
        "active_at": at - A_DAY,
        "fresh_at": at - timedelta(hours=1),
        "waiting": None,
        "since_look": timedelta(hours=1),
        "failures": 0,
        "trusted": False,
        "budget": BudgetState.FINE,
    }
    return Situation(**{**given_, **changed})  # type: ignore[arg-type]


@settings(max_examples=20)
@given(lives(visited=False))
def test_a_quiet_business_costs_at_most_six_looks_a_day(life: Life) -> None:
    """However many changes are announced: one a day, and on Friday up to five before the digest."""
    assert most_a_day(live(life, STEP)) <= 6


@settings(max_examples=20)
@given(lives(visited=True))
def test_who_looks_sees_books_of_the_last_minutes(life: Life) -> None:
    """While somebody looks, books are at most 5 minutes old (30 where webhooks are trusted), and what was announced is
    there within a minute, however much is announced.
    """
    oldest = timedelta(minutes=30 if life.trusted else 5)
    for tick in live(life).ticks:
        if tick.somebody_looks:
            assert tick.age <= oldest
            assert tick.waiting is None or tick.waiting < 2 * MINUTE


@settings(max_examples=20)
@given(lives(visited=True))
def test_books_are_never_older_than_a_day(life: Life) -> None:
    """Whoever looks or not, whatever webhooks say: every business is read at least once in 24 hours."""
    assert all(tick.age <= A_DAY for tick in live(life, STEP).ticks)


@settings(max_examples=20)
@given(lives(visited=False))
def test_books_are_fresh_when_the_digest_is_written(life: Life) -> None:
    """On Friday from 7 to 9 by the business's own clock books are an hour old, two where webhooks are trusted."""
    for tick in live(life, STEP).ticks:
        here = tick.at.astimezone(ZoneInfo(life.timezone))
        if here.weekday() == 4 and 7 <= here.hour < 9:
            assert tick.age <= timedelta(hours=2 if life.trusted else 1)


@settings(max_examples=20)
@given(lives(visited=True))
def test_a_business_that_nobody_looks_at_has_its_price(life: Life) -> None:
    """While nobody looks, no business costs more than 30 looks a day, however many changes are announced."""
    lived = live(life, STEP)
    unwatched = [look for look, row in zip(lived.looks, lived.rows, strict=True) if row != PACES[0].when]
    assert all(sum(look <= other < look + A_DAY for other in unwatched) <= 30 for look in unwatched)


@settings(max_examples=12)
@given(lives(visited=True), st.sampled_from([BudgetState.WARNED, BudgetState.BULK_STOPPED, BudgetState.SPENT]))
def test_a_short_budget_never_reads_more(life: Life, budget: BudgetState) -> None:
    """The less is left of the month's reads, the fewer are made, and none when they are used up."""
    states = list(BudgetState)
    looks = len(live(replace(life, budget=budget), STEP).looks)
    assert looks <= len(live(replace(life, budget=states[states.index(budget) - 1]), STEP).looks)
    assert budget is not BudgetState.SPENT or looks == 0


@given(st.integers(1, 10_000))
def test_failures_make_us_wait_longer_up_to_an_hour(failures: int) -> None:
    """Each further failure doubles the pause, which never exceeds an hour; without one there is none."""
    assert pause_after(0) == timedelta()
    assert timedelta(minutes=1) <= pause_after(failures) <= pause_after(failures + 1) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "changed", "when"),
    [
        (local(2026, 10, 14, 11), {"active_at": local(2026, 10, 14, 10, 50)}, "somebody is looking"),
        (local(2026, 10, 14, 11), {"active_at": local(2026, 10, 14, 10, 45)}, "working hours"),
        (local(2026, 10, 16, 5), {}, "Friday before the digest"),
        (local(2026, 10, 16, 5), {"active_at": None}, "Friday before the digest"),
        (local(2026, 10, 16, 9), {}, "working hours"),
        (local(2026, 10, 14, 11), {"active_at": local(2026, 10, 4, 11)}, "nobody looked for ten days"),
        (local(2026, 10, 14, 11), {"active_at": None}, "nobody looked for ten days"),
        (local(2026, 10, 29, 11), {}, "working hours"),
        (local(2026, 10, 30, 11), {}, "working hours around month-end"),
        (local(2026, 11, 5, 11), {}, "working hours around month-end"),
        (local(2026, 11, 6, 11), {}, "working hours"),
        (local(2026, 10, 31, 11), {}, "evening, night or weekend"),
        (local(2026, 10, 14, 22), {}, "evening, night or weekend"),
        (local(2026, 10, 14, 11), {"timezone": "Asia/Tokyo"}, "evening, night or weekend"),
    ],
)
def test_the_row_that_applies(at: datetime, changed: dict[str, object], when: str) -> None:
    """Who looks comes first, then the business's own weekday, hour and day of the month."""
    assert plan(situation(at, **changed)).when == when


def test_every_row_can_apply_and_the_last_always_does() -> None:
    """No row hides another, and no situation is left without one."""
    seen = {
        plan(situation(local(2026, 10, day, hour), active_at=active)).when
        for day in range(1, 32)
        for hour in range(24)
        for active in (None, local(2026, 10, day, hour), local(2026, 10, day, hour) - timedelta(days=2))
    }
    assert seen == {pace.when for pace in PACES}


def test_books_that_were_never_read_are_due() -> None:
    """A business whose first reading came to nothing is read without anybody asking."""
    assert plan(situation(local(2026, 10, 14, 11), fresh_at=None)).is_due


def test_an_announced_change_is_fetched_with_those_that_come_with_it() -> None:
    """It waits three seconds for others; looks are an hour apart in working hours, 20 seconds when somebody looks."""
    at = local(2026, 10, 14, 11)

    def planned(waiting: timedelta, **changed: object) -> Plan:
        return plan(situation(at, waiting=waiting, trusted=True, **changed))

    assert not planned(GATHERED - timedelta(seconds=1)).is_due
    assert planned(GATHERED).is_due
    assert not planned(timedelta(minutes=50), since_look=timedelta(minutes=59)).is_due
    looking = {"active_at": at, "fresh_at": at}
    assert planned(GATHERED, **looking, since_look=timedelta(seconds=20)).is_due
    assert not planned(GATHERED, **looking, since_look=timedelta(seconds=19)).is_due


def test_a_quiet_business_rests_when_bulk_work_does() -> None:
    """From 90 % of the month's reads on only those who looked lately are read, and nothing says when it goes on."""
    at = local(2026, 10, 14, 11)
    rests = plan(situation(at, active_at=None, fresh_at=None, budget=BudgetState.BULK_STOPPED))
    assert (rests.is_due, rests.due_at, rests.lane) == (False, None, Lane.BULK)
    assert plan(situation(at, fresh_at=None, budget=BudgetState.BULK_STOPPED)).is_due


def test_the_plan_says_until_when() -> None:
    """Books of an hour ago may get three hours old in working hours, and twice that when reads run short."""
    at = local(2026, 10, 14, 11)
    assert plan(situation(at)).due_at == at + timedelta(hours=2)
    assert plan(situation(at, budget=BudgetState.WARNED)).due_at == at + timedelta(hours=5)
    assert plan(situation(at, trusted=True)).due_at == at + timedelta(hours=23)
