"""Writes are stored once by their key, in their owner's transaction."""

import asyncio
import json

import pytest

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.writes.errors import UnknownIntentError, WriteKeyReusedError
from oodaloo.infra.qbo.writes.intents import Intent, IntentState
from oodaloo.infra.qbo.writes.write import Write
from oodaloo.kit.errors import OodalooError
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.writing import Office, an_office, as_bytes, creation_of

A_BILL = as_bytes({"Id": "7", "SyncToken": "3", "Balance": 100.25, "DueDate": "2026-10-30", "PrivateNote": "Rent"})


async def test_the_same_key_is_the_same_write(migrated: TestDatabase, working_company: Emulator) -> None:
    """Wanted again, a write is the one that is there, requestid and all; another one under its key is refused."""
    async with an_office(migrated, working_company) as office:
        write = creation_of("bill", "Bill")
        first = await office.prepare(write)
        assert await office.prepare(write) == first
        other = Write.create(write.key, "Bill", write.body.replace(b"25.0", b"26.0"), marker=write.marker)
        with pytest.raises(WriteKeyReusedError, match="stands for another write"):
            await office.prepare(other)
        assert (first.state, first.attempts, len(first.requestid)) == (IntentState.INTENDED, 0, 36)
        assert await office.writes.open_writes(office.business_id) == (first,)


async def test_what_it_was_decided_upon_is_not_part_of_the_key(
    migrated: TestDatabase, working_company: Emulator
) -> None:
    """Built anew from a record that changed meanwhile, a write is still the stored one."""
    async with an_office(migrated, working_company) as office:
        stored = await office.prepare(Write.update("due", "Bill", A_BILL, b'{"DueDate": "2026-12-24"}'))
        newer = as_bytes({**json.loads(A_BILL), "SyncToken": "4", "DueDate": "2026-12-24"})
        assert await office.prepare(Write.update("due", "Bill", newer, b'{"DueDate": "2026-12-24"}')) == stored


async def test_wanted_by_many_at_once_it_is_one(migrated: TestDatabase, working_company: Emulator) -> None:
    """Transactions that want the same write at the same time get one intent."""
    async with an_office(migrated, working_company) as office:
        write = creation_of("bill", "Bill")
        prepared = await asyncio.gather(*(office.prepare(write) for _ in range(6)))
        assert len({intent.id for intent in prepared}) == 1


async def test_it_goes_with_its_owner_s_transaction(migrated: TestDatabase, working_company: Emulator) -> None:
    """When the transaction that wanted it fails nothing is left, and it can't be carried out."""
    async with an_office(migrated, working_company) as office:
        wanted: list[Intent] = []
        with pytest.raises(OodalooError, match="second thoughts"):
            await want_and_fail(office, wanted)
        assert await office.writes.open_writes(office.business_id) == ()
        with pytest.raises(UnknownIntentError):
            await office.writes.carry_out(office.business_id, wanted[0].id, lane=Lane.USER)
        assert working_company.journal() == []


async def want_and_fail(office: Office, wanted: list[Intent]) -> None:
    """Want a write in a transaction that comes to nothing."""
    async with office.writes.database.tenant(office.business_id) as session:
        wanted.append(await office.writes.prepare(session, creation_of("bill", "Bill")))
        raise OodalooError("second thoughts")


async def test_done_in_one_go_it_is_the_same_write(migrated: TestDatabase, working_company: Emulator) -> None:
    """Prepared and carried out in one go, again and again: one bill, one request."""
    async with an_office(migrated, working_company) as office:
        write = creation_of("bill", "Bill")
        done = [await office.writes.do(office.business_id, write, lane=Lane.USER) for _ in range(3)]
        assert len({each.record_id for each in done}) == 1
        assert [each["requestid"] for each in working_company.journal()] == [done[0].requestid]
        assert await office.prepare(write) == done[0]
