"""Instants come back as the instants that went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.session import Database
from tests.support.rows import OURS, a_business


async def test_an_instant_of_any_zone_comes_back_in_utc(two_businesses: Database) -> None:
    """What was written in Pacific time is read as the same instant in UTC, to the microsecond."""
    pacific = datetime(2026, 10, 1, 23, 30, 15, 123456, tzinfo=timezone(timedelta(hours=-7)))
    async with two_businesses.system() as session:
        await session.upsert(BusinessRow, [{**a_business(OURS), "created_at": pacific}])
    async with two_businesses.system(read_only=True) as session:
        (read,) = await session.scalars(select(BusinessRow.created_at).where(BusinessRow.id == OURS))
    assert read == pacific
    assert read.tzinfo == UTC


async def test_instants_are_compared_as_instants(two_businesses: Database) -> None:
    """A criterion in another zone chooses by the instant, not by its digits."""
    async with two_businesses.system(read_only=True) as session:
        created = (await session.scalars(select(BusinessRow.created_at)))[0]
        east = (created + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=9)))
        assert await session.scalars(select(BusinessRow.id).where(BusinessRow.created_at > east)) == []
        assert len(await session.scalars(select(BusinessRow.id).where(BusinessRow.created_at < east))) == 2


async def test_a_time_without_a_zone_is_refused(two_businesses: Database) -> None:
    """A naive time is no instant and isn't stored."""
    naive = datetime(2026, 10, 2, 13, 0)  # noqa: DTZ001 (that is the point)
    with pytest.raises(StatementError, match="no time zone"):
        async with two_businesses.system() as session:
            await session.upsert(BusinessRow, [{**a_business(OURS), "created_at": naive}])
