"""The ledger of reserves: its sums are what a picture shows as spoken for, and it never goes below zero."""

from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oodaloo.infra.db.session import Database, TenantSession
from oodaloo.runway.model.earmarks import EarmarkKind
from oodaloo.runway.model.reference import RecordKind, RecordRef
from oodaloo.runway.model.refusals import ReserveBelowZeroError, UnknownReserveError
from oodaloo.runway.records import reserves
from oodaloo.runway.records.desk import revision
from oodaloo.runway.records.reserves import EntryKind, Movement, Pot
from tests.support.books import USD
from tests.support.rows import A_MOMENT, OURS, THEIRS

_TURN = count(1)


def moving(kind: EntryKind, cents: int, *, dated: date | None = None, source: str = "") -> Movement:
    """A movement by somebody at a moment."""
    return Movement(kind, cents, "olive", "because", A_MOMENT, dated, source)


async def set_up(session: TenantSession, key: str = "tax") -> None:
    """A reserve with a name."""
    await reserves.set_up(session, Pot(key, EarmarkKind.RESERVE, key.title(), None), at=A_MOMENT)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(moves=st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(0, 500)), max_size=12))
async def test_a_reserve_is_the_sum_of_its_entries(
    two_businesses: Database, moves: list[tuple[EntryKind, int]]
) -> None:
    """Whatever is asked: what would go below zero is refused and leaves nothing, the rest adds up."""
    key = f"tax {next(_TURN)}"
    async with two_businesses.tenant(OURS) as session:
        await set_up(session, key)
    held = 0
    for kind, cents in moves:
        left = held + (cents if kind is EntryKind.HOLD else -cents)
        if left < 0:
            with pytest.raises(ReserveBelowZeroError):
                async with two_businesses.tenant(OURS) as session:
                    await reserves.move(session, key, moving(kind, cents))
            continue
        async with two_businesses.tenant(OURS) as session:
            await reserves.move(session, key, moving(kind, cents))
        held = left
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert await reserves.held(session, key) == held
        signs = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.CONSUME: -1}
        entries = await reserves.entries(session, key)
        assert sum(signs[each.movement.kind] * each.movement.cents for each in entries) == held
        shown = {each.key: each.amount.cents for each in await reserves.earmarks(session, USD)}
        assert shown.get(key, 0) == held


async def test_a_rule_s_movement_counts_once_for_its_source(two_businesses: Database) -> None:
    """The same receipt asks for its share a second time: nothing is written."""
    async with two_businesses.tenant(OURS) as session:
        await set_up(session)
        assert await reserves.move(session, "tax", moving(EntryKind.HOLD, 250, source="Payment 12"))
        assert not await reserves.move(session, "tax", moving(EntryKind.HOLD, 250, source="Payment 12"))
        assert await reserves.held(session, "tax") == 250


async def test_a_hold_is_for_its_bill_and_has_its_day(two_businesses: Database) -> None:
    """What a picture gets: the bill that consumes it, and the day from which on it is spoken for."""
    bill = RecordRef(RecordKind.BILL, "45", "1042")
    async with two_businesses.tenant(OURS) as session:
        await reserves.set_up(session, Pot("bill:1", EarmarkKind.HOLD, "Rent", bill), at=A_MOMENT)
        await reserves.move(session, "bill:1", moving(EntryKind.HOLD, 400, dated=date(2026, 10, 9)))
        [earmark] = await reserves.earmarks(session, USD)
    assert (earmark.dated, earmark.purpose) == (date(2026, 10, 9), RecordRef(RecordKind.BILL, "45"))


async def test_each_change_shows_in_the_desk_s_revision(two_businesses: Database) -> None:
    """A page that was drawn before knows that it is out of date; another business's isn't."""
    async with two_businesses.tenant(OURS) as session:
        await set_up(session)
        before = await revision(session)
        await reserves.move(session, "tax", moving(EntryKind.HOLD, 1))
        assert await revision(session) > before
    async with two_businesses.tenant(THEIRS, read_only=True) as session:
        assert await revision(session) == 0


async def test_what_isn_t_there_can_t_be_moved(two_businesses: Database) -> None:
    """A key that nobody set up, or a negative amount, is an error that says so."""
    async with two_businesses.tenant(OURS) as session:
        with pytest.raises(UnknownReserveError):
            await reserves.move(session, "nothing", moving(EntryKind.HOLD, 1))
        await set_up(session)
        with pytest.raises(ValueError, match="kind of a movement"):
            await reserves.move(session, "tax", moving(EntryKind.HOLD, -1))
