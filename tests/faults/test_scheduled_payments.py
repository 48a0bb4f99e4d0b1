"""A payment that is scheduled over a weekend on which clocks change, while those who look after it are killed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from oodaloo.runway.decisions.queue import Schedule
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.records.orders import OrderState, StandingOrder
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.forked import Forks, forks
from tests.support.pay_crews import PayCrew
from tests.support.pay_worker import FileClock
from tests.support.paying import PayOffice, a_pay_office
from tests.support.payment_campaign import Day, hired

FRIDAY = datetime(2027, 3, 12, 16, tzinfo=UTC)
MONDAY = date(2027, 3, 15)
NINE_O_CLOCK = datetime(2027, 3, 15, 13, tzinfo=UTC)
"""In New York clocks went forward on Sunday: on Friday nine o'clock was 14:00 UTC."""
SECONDS = 120
PAYMENTS = 4


@pytest.fixture(scope="module")
def forked() -> Iterator[Forks]:
    """Where workers that are killed come from."""
    with forks("tests.support.pay_worker") as running:
        yield running


async def test_it_is_made_once_on_its_day(
    migrated: TestDatabase, working_company: Emulator, forked: Forks, tmp_path: Path
) -> None:
    """Nothing happens before nine on Monday, local time; then each payment is made once, though workers die of it."""
    clock = FileClock(tmp_path / "clock")
    clock.set(FRIDAY)
    workers = 3 if migrated.kind == "postgresql" else 1
    day = Day(PAYMENTS, workers, kills=3, stops=0, seed=3, at_most_seconds=SECONDS)
    async with a_pay_office(migrated, working_company, now=FRIDAY) as office:
        bills = [office.bill() for _ in range(PAYMENTS)]
        orders = await office.ordered(*bills, choice=Schedule(MONDAY))
        assert {order.due_at for order in orders} == {NINE_O_CLOCK}
        crew = replace(hired(day, office, forked, tmp_path), doomed_share=1, doomed_within=1)
        try:
            for instant in (FRIDAY, NINE_O_CLOCK - timedelta(seconds=1)):
                await _looked_at(instant, clock, crew, office, orders)
            clock.set(NINE_O_CLOCK)
            async with asyncio.timeout(SECONDS):
                while (settled := await _settled(office, orders)) < PAYMENTS:
                    await asyncio.to_thread(crew.look, settled)
                    await asyncio.sleep(0.1)
        finally:
            await asyncio.to_thread(crew.end)
        office.clock.instant = NINE_O_CLOCK + timedelta(hours=3)
        assert await office.tick() == 0
        assert [(await office.decision(order)).state for order in orders] == [DecisionState.EXECUTED] * PAYMENTS
        assert [office.payments(order) for order in orders] == [["100.00"]] * PAYMENTS
        assert crew.killed
        assert await office.held() == 0


async def _looked_at(
    instant: datetime, clock: FileClock, crew: PayCrew, office: PayOffice, orders: tuple[StandingOrder, ...]
) -> None:
    """It is that instant; workers are there, who are all killed then, and nothing is due."""
    clock.set(instant)
    office.clock.instant = instant
    await asyncio.to_thread(crew.look, 0)
    assert await office.tick() == 0
    assert {(await office.standing(order)).state for order in orders} == {OrderState.WAITING}
    await asyncio.to_thread(crew.end)


async def _settled(office: PayOffice, orders: tuple[StandingOrder, ...]) -> int:
    standing = [await office.standing(order) for order in orders]
    return sum(order.state is OrderState.EXECUTED for order in standing)
