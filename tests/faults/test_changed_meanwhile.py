"""Writes that people in QuickBooks came before: nothing is forced, and what only touches other things goes through."""

import json
from datetime import timedelta

import pytest

from oodaloo.infra.qbo.writes.errors import ChangedMeanwhileError, WriteRefusedError
from oodaloo.infra.qbo.writes.intents import IntentState
from oodaloo.infra.qbo.writes.write import Write
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.mirrors import sources_of
from tests.support.writing import a_bill_in, a_key, an_invoice_in, an_office, as_bytes, creation_of, payment_of

POSTPONED = b'{"DueDate": "2026-12-24"}'


async def test_a_remark_is_kept(migrated: TestDatabase, working_company: Emulator) -> None:
    """Somebody wrote a remark on the bill: the due date goes over it with a new requestid, and the remark stays."""
    async with an_office(migrated, working_company) as office:
        write = Write.update(a_key("postpone"), "Bill", a_bill_in(working_company), POSTPONED)
        wanted = await office.prepare(write)
        office.edit("update", "Bill", wanted.record_id, PrivateNote="Ask Pat first")
        working_company.fresh()
        done = await office.carry_out(write)
        bill = office.record("Bill", done.record_id)
        assert (bill["DueDate"], bill["PrivateNote"]) == ("2026-12-24", "Ask Pat first")
        sent = office.sent("Bill")
        assert [each["status"] for each in sent] == [400, 200]
        assert [each["requestid"] for each in sent] == [wanted.requestid, done.requestid]


async def test_another_due_date_is_not_overwritten(migrated: TestDatabase, working_company: Emulator) -> None:
    """Somebody changed the same field: theirs stays, the write is refused for good and says what to do."""
    async with an_office(migrated, working_company) as office:
        write = Write.update(a_key("postpone"), "Bill", a_bill_in(working_company), POSTPONED)
        office.edit("update", "Bill", write.record_id, DueDate="2027-01-15")
        for _ in range(2):
            with pytest.raises(ChangedMeanwhileError, match=r"changed in QuickBooks meanwhile \(DueDate\)"):
                await office.carry_out(write)
        assert office.record("Bill", write.record_id)["DueDate"] == "2027-01-15"
        assert await office.writes.open_writes(office.business_id) == ()


async def test_what_somebody_did_already_is_done(migrated: TestDatabase, working_company: Emulator) -> None:
    """A person postponed, deleted or voided it just so: each write is done, though QuickBooks refused ours."""
    async with an_office(migrated, working_company) as office:
        due = Write.update(a_key("postpone"), "Bill", a_bill_in(working_company), POSTPONED)
        gone = Write.delete(a_key("delete"), "Bill", a_bill_in(working_company), guarding=("Balance",))
        void = Write.void(a_key("void"), "Invoice", an_invoice_in(working_company), guarding=("Balance",))
        office.edit("update", "Bill", due.record_id, DueDate="2026-12-24")
        office.edit("delete", "Bill", gone.record_id)
        office.edit("void", "Invoice", void.record_id)
        working_company.fresh()
        for write in (due, gone, void):
            assert (await office.carry_out(write)).state is IntentState.DONE
        writes = [each for each in working_company.journal() if each["method"] == "POST"]
        assert [each["applied"] for each in writes] == [False] * 3


async def test_a_bill_of_another_amount_is_not_deleted(migrated: TestDatabase, working_company: Emulator) -> None:
    """A duplicate that grew since it was found isn't deleted; one that only bears a remark is."""
    async with an_office(migrated, working_company) as office:
        grown, noted = (
            Write.delete(a_key("delete"), "Bill", a_bill_in(working_company), guarding=("Balance", "VendorRef"))
            for _ in range(2)
        )
        [line] = office.record("Bill", grown.record_id)["Line"]
        office.edit("update", "Bill", grown.record_id, Line=[{**line, "Amount": 130}])
        office.edit("update", "Bill", noted.record_id, PrivateNote="Entered twice?")
        with pytest.raises(ChangedMeanwhileError, match="Balance"):
            await office.carry_out(grown)
        assert (await office.carry_out(noted)).state is IntentState.DONE
        assert office.record("Bill", grown.record_id)["Balance"] == 130


async def test_what_was_deleted_cannot_be_changed(migrated: TestDatabase, working_company: Emulator) -> None:
    """The record is gone: changing, voiding or mailing it is refused, and says so."""
    async with an_office(migrated, working_company) as office:
        bill, invoice = a_bill_in(working_company), an_invoice_in(working_company)
        for entity, record in (("Bill", bill), ("Invoice", invoice)):
            office.edit("delete", entity, json.loads(record)["Id"])
        for write in (
            Write.update(a_key("postpone"), "Bill", bill, POSTPONED),
            Write.void(a_key("void"), "Invoice", invoice, guarding=("Balance",)),
            Write.send(a_key("mail"), "Invoice", invoice),
        ):
            with pytest.raises(ChangedMeanwhileError, match="was deleted in QuickBooks meanwhile"):
                await office.carry_out(write)


async def test_a_refusal_is_final(migrated: TestDatabase, working_company: Emulator) -> None:
    """What QuickBooks' rules forbid is told in its own words, again without asking, and never tried again."""
    async with an_office(migrated, working_company) as office:
        write = payment_of("pay", a_bill_in(working_company))
        too_little = as_bytes({**json.loads(write.body), "TotalAmt": 1})
        refused = Write.create(write.key, "BillPayment", too_little, marker=write.marker)
        working_company.fresh()
        for _ in range(2):
            with pytest.raises(WriteRefusedError, match="can't be more than the payment") as told:
                await office.carry_out(refused)
            assert told.value.code == "6000"
        assert len(working_company.journal()) == 1
        assert await office.writes.finish_open(office.business_id) == ()


async def test_nothing_is_sent_after_its_time(migrated: TestDatabase, working_company: Emulator) -> None:
    """A write that is carried out too late is refused without asking QuickBooks."""
    async with an_office(migrated, working_company) as office:
        write = creation_of("bill", "Bill")
        until = office.writes.clock.now() - timedelta(seconds=1)
        late = Write.create(write.key, "Bill", write.body, marker=write.marker, not_after=until)
        with pytest.raises(WriteRefusedError, match="was due by"):
            await office.carry_out(late)
        assert working_company.journal() == []


async def test_the_mirror_ends_with_the_write(migrated: TestDatabase, working_company: Emulator) -> None:
    """What was created, changed and deleted is mirrored as QuickBooks answered, and nothing older comes back."""
    async with an_office(migrated, working_company) as office:
        made = [await office.carry_out(creation_of("bill", "Bill")) for _ in range(2)]
        postponed = await office.carry_out(Write.update(a_key("postpone"), "Bill", made[0].answer, POSTPONED))
        await office.carry_out(Write.delete(a_key("delete"), "Bill", made[1].answer, guarding=("Balance",)))
        async with office.writes.database.tenant(office.business_id) as session:
            await office.writes.mirror.keep(session, "Bill", [each.answer for each in made])
    [mirrored] = (await sources_of(migrated))["Bill"]
    assert (mirrored["Id"], mirrored["SyncToken"]) == (postponed.record_id, "1")
    assert mirrored["DueDate"] == "2026-12-24"
