"""Writes without an answer: what QuickBooks has is found, what it doesn't have is sent again, nothing is doubled."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from oodaloo.infra.qbo.calls import Lane
from oodaloo.infra.qbo.errors import QboOutcomeUnknownError, QboThrottledError, QboUnreachableError
from oodaloo.infra.qbo.writes.carrying import LAG_ALLOWANCE, LEASE
from oodaloo.infra.qbo.writes.errors import ChangedMeanwhileError, WriteUnderWayError
from oodaloo.infra.qbo.writes.intents import IntentState, WriteIntentRow
from oodaloo.infra.qbo.writes.write import Write
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.writing import a_bill_in, a_key, an_invoice_in, an_office, creation_of, payment_of

EVERY_ATTEMPT = 5


FAULTS: list[dict[str, Any]] = [
    {"action": "lost_answer"},
    {"action": "error_after"},
    {"action": "truncate"},
    {"action": "drop_before"},
    {"action": "error_before"},
    {"action": "status", "status": 503, "body": "<html>busy</html>", "content_type": "text/html"},
    {"action": "throttle_xml", "retry_after_seconds": 0},
    {"action": "token_expired"},
]


async def test_one_failure_is_healed_on_the_way(migrated: TestDatabase, working_company: Emulator) -> None:
    """A payment that fails once in any way is made once, by repeating the same requestid where it may be there."""
    async with an_office(migrated, working_company) as office:
        for fault in FAULTS:
            bill = a_bill_in(working_company)
            working_company.fresh()
            working_company.fail(**fault, entity="BillPayment")
            done = await office.carry_out(payment_of("pay", bill))
            assert office.payments_of(done.based_on[0].id) == [done.record_id], fault
            assert [each["requestid"] for each in office.sent("BillPayment")] == [done.requestid] * 2, fault


async def test_what_is_there_is_found_and_not_sent_again(migrated: TestDatabase, working_company: Emulator) -> None:
    """No answer to any attempt, but QuickBooks did it: looking finds it, and the write is done without being sent."""
    async with an_office(migrated, working_company) as office:
        for write in (payment_of("pay", a_bill_in(working_company)), creation_of("credit", "VendorCredit")):
            working_company.fresh()
            working_company.fail("lost_answer", entity=write.entity, times=EVERY_ATTEMPT)
            with pytest.raises(QboOutcomeUnknownError):
                await office.carry_out(write)
            [unknown] = await office.writes.open_writes(office.business_id)
            assert unknown.state is IntentState.UNKNOWN
            done = await office.carry_out(write)
            assert (done.state, done.id) == (IntentState.DONE, unknown.id)
            assert write.marker in office.record(write.entity, done.record_id)["PrivateNote"]
            assert len(office.sent(write.entity)) == EVERY_ATTEMPT
            assert await office.writes.open_writes(office.business_id) == ()


async def test_what_is_not_there_is_sent_again_when_it_would_have_to_show(
    migrated: TestDatabase, working_company: Emulator
) -> None:
    """QuickBooks never got it: as long as it might not show yet nothing is sent, then the same requestid is."""
    async with an_office(migrated, working_company) as office:
        write = payment_of("pay", a_bill_in(working_company))
        working_company.fail("drop_before", entity="BillPayment", times=EVERY_ATTEMPT)
        for _ in range(2):
            with pytest.raises(QboOutcomeUnknownError):
                await office.carry_out(write)
        assert await office.writes.finish_open(office.business_id) == ()
        assert len(office.sent("BillPayment")) == EVERY_ATTEMPT
        office.later()
        [done] = await office.writes.finish_open(office.business_id)
        assert office.payments_of(done.based_on[0].id) == [done.record_id]
        assert {each["requestid"] for each in office.sent("BillPayment")} == {done.requestid}


async def test_a_lagging_query_is_not_believed(migrated: TestDatabase, working_company: Emulator) -> None:
    """QuickBooks has the credit and doesn't show it yet: it isn't sent again, and found when it shows."""
    async with an_office(migrated, working_company) as office:
        working_company.http.post(
            "/_emulator/stale-reads", json={"seconds": 20, "company_time": True}
        ).raise_for_status()
        try:
            write = creation_of("credit", "VendorCredit")
            working_company.fail("lost_answer", entity="VendorCredit", times=EVERY_ATTEMPT)
            for _ in range(2):
                with pytest.raises(QboOutcomeUnknownError):
                    await office.carry_out(write)
            office.later()
            working_company.http.post("/_emulator/clock", json={"advance_seconds": 20}).raise_for_status()
            await office.carry_out(write)
        finally:
            working_company.http.delete("/_emulator/stale-reads").raise_for_status()
        assert len(office.sent("VendorCredit")) == EVERY_ATTEMPT


async def test_a_bill_that_was_paid_meanwhile_is_not_paid_again(
    migrated: TestDatabase, working_company: Emulator
) -> None:
    """Our payment never arrived and a person paid the bill: nothing is sent, and the next one to ask hears why."""
    async with an_office(migrated, working_company) as office:
        bill = a_bill_in(working_company)
        write = payment_of("pay", bill)
        working_company.fail("drop_before", entity="BillPayment", times=EVERY_ATTEMPT)
        with pytest.raises(QboOutcomeUnknownError):
            await office.carry_out(write)
        by_hand = await office.carry_out(payment_of("by hand", bill, "60.00"))
        office.later()
        for _ in range(2):
            with pytest.raises(ChangedMeanwhileError, match=r"was changed in QuickBooks meanwhile \(Balance\)"):
                await office.carry_out(write)
        assert office.payments_of(write.based_on[0].id) == [by_hand.record_id]


async def test_a_payment_is_known_without_its_note(migrated: TestDatabase, working_company: Emulator) -> None:
    """A person rewrites the note of a payment whose answer was lost: it is still found by what it pays."""
    async with an_office(migrated, working_company) as office:
        write = payment_of("pay", a_bill_in(working_company))
        working_company.fail("lost_answer", entity="BillPayment", times=EVERY_ATTEMPT)
        with pytest.raises(QboOutcomeUnknownError):
            await office.carry_out(write)
        [payment_id] = office.payments_of(write.based_on[0].id)
        office.edit("update", "BillPayment", payment_id, PrivateNote="Cheque 1004")
        assert (await office.carry_out(write)).record_id == payment_id


async def test_instalments_are_told_apart(migrated: TestDatabase, working_company: Emulator) -> None:
    """Two equal payments of one bill: the one that never arrived isn't taken for the other, and is made."""
    async with an_office(migrated, working_company) as office:
        bill = a_bill_in(working_company)
        first = await office.carry_out(payment_of("first half", bill, "50.00"))
        second = payment_of("second half", bill, "50.00")
        working_company.fail("drop_before", entity="BillPayment", times=EVERY_ATTEMPT)
        with pytest.raises(QboOutcomeUnknownError):
            await office.carry_out(second)
        office.later()
        done = await office.carry_out(second)
        assert sorted(office.payments_of(first.based_on[0].id)) == sorted([first.record_id, done.record_id])


async def test_a_change_is_repeated_without_looking(migrated: TestDatabase, working_company: Emulator) -> None:
    """A stale SyncToken keeps QuickBooks from changing twice: the same requestid brings the answer, without a read."""
    async with an_office(migrated, working_company) as office:
        bill, invoice = a_bill_in(working_company), an_invoice_in(working_company)
        for write in (
            Write.update(a_key("postpone"), "Bill", bill, b'{"DueDate": "2026-12-24"}'),
            Write.delete(a_key("delete"), "Bill", a_bill_in(working_company), guarding=("Balance",)),
            Write.void(a_key("void"), "Invoice", invoice, guarding=("Balance",)),
        ):
            working_company.fresh()
            working_company.fail("lost_answer", entity=write.entity, times=EVERY_ATTEMPT)
            with pytest.raises(QboOutcomeUnknownError):
                await office.carry_out(write)
            done = await office.carry_out(write)
            assert Counter(each["applied"] for each in office.sent(write.entity)) == {True: 1, False: EVERY_ATTEMPT}
            assert {each["requestid"] for each in working_company.journal()} == {done.requestid}


async def test_a_forgotten_requestid_does_no_harm(migrated: TestDatabase, working_company: Emulator) -> None:
    """Should QuickBooks not know a requestid any more, what it did already is found by looking, and stays done once."""
    async with an_office(migrated, working_company) as office:
        for write in (
            payment_of("pay", a_bill_in(working_company)),
            Write.update(a_key("postpone"), "Bill", a_bill_in(working_company), b'{"DueDate": "2026-12-24"}'),
            Write.delete(a_key("delete"), "Bill", a_bill_in(working_company), guarding=("Balance",)),
            Write.void(a_key("void"), "Invoice", an_invoice_in(working_company), guarding=("TotalAmt",)),
        ):
            working_company.fresh()
            working_company.fail("lost_answer", entity=write.entity, times=EVERY_ATTEMPT)
            with pytest.raises(QboOutcomeUnknownError):
                await office.carry_out(write)
            async with office.writes.database.tenant(office.business_id) as session:
                row = WriteIntentRow
                await session.update(row, row.key == write.key, values={"requestid": f"forgotten {write.key}"})
            office.later()
            await office.carry_out(write)
            assert sum(each["applied"] for each in office.sent(write.entity)) == 1


async def test_a_mail_leaves_once(migrated: TestDatabase, working_company: Emulator) -> None:
    """A mail has no requestid: after one failure its invoice tells whether it left, and only then it is sent again."""
    async with an_office(migrated, working_company) as office:
        for fault, mails in (("lost_answer", 1), ("error_before", 0)):
            write = Write.send(a_key("mail"), "Invoice", an_invoice_in(working_company))
            working_company.fresh()
            working_company.fail(fault, entity="Invoice")
            with pytest.raises(QboOutcomeUnknownError):
                await office.carry_out(write)
            assert sum(each["applied"] for each in office.sent("Invoice")) == mails
            office.later()
            done = await office.carry_out(write)
            assert b'"EmailSent"' in done.answer
            assert sum(each["applied"] for each in office.sent("Invoice")) == 1


async def test_what_certainly_did_not_happen_stays_intended(migrated: TestDatabase, working_company: Emulator) -> None:
    """Throttled on every attempt: the error is told, the write is as intended as before, and made later."""
    async with an_office(migrated, working_company) as office:
        write = payment_of("pay", a_bill_in(working_company))
        working_company.fail("throttle_json", entity="BillPayment", times=EVERY_ATTEMPT, retry_after_seconds=0)
        with pytest.raises(QboThrottledError):
            await office.carry_out(write)
        [waiting] = await office.writes.open_writes(office.business_id)
        assert (waiting.state, waiting.attempts) == (IntentState.INTENDED, 1)
        working_company.fresh()
        office.later(LEASE)
        assert await office.writes.finish_open(office.business_id) == (), "a second vain attempt may wait longer"
        office.later(LEASE)
        [done] = await office.writes.finish_open(office.business_id)
        assert [each["entity"] for each in working_company.journal()] == ["BillPayment"]
        assert done.state is IntentState.DONE


async def test_one_at_a_time_and_the_late_one_changes_nothing(
    migrated: TestDatabase, working_company: Emulator
) -> None:
    """Who comes while another has it is told so. Who stood still for a lease has lost it: what he did is found."""
    async with an_office(migrated, working_company) as office:
        write = payment_of("pay", a_bill_in(working_company))
        working_company.fail("delay", entity="BillPayment", delay_ms=400)
        slow = asyncio.create_task(office.carry_out(write))
        await asyncio.to_thread(working_company.wait_for_faults)
        with pytest.raises(WriteUnderWayError):
            await office.carry_out(write)
        office.later(LEASE)
        with pytest.raises(QboOutcomeUnknownError):
            await office.carry_out(write)
        with pytest.raises(WriteUnderWayError):
            await slow
        done = await office.carry_out(write)
        assert office.payments_of(write.based_on[0].id) == [done.record_id]
        assert len(office.sent("BillPayment")) == 1


async def test_an_unreachable_quickbooks_leaves_it_intended(migrated: TestDatabase, working_company: Emulator) -> None:
    """Nobody listens at QuickBooks' address: the write was never sent and says so."""
    async with an_office(migrated, working_company, qbo_api_url="http://127.0.0.1:9/v3/company") as office:
        with pytest.raises(QboUnreachableError):
            await office.carry_out(creation_of("bill", "Bill"))
        [waiting] = await office.writes.open_writes(office.business_id)
        assert waiting.state is IntentState.INTENDED


async def test_what_a_crash_left_is_finished(migrated: TestDatabase, working_company: Emulator) -> None:
    """Prepared and never begun, or begun and never ended: a sweep after the lease ends both, each payment once."""
    async with an_office(migrated, working_company) as office:
        begun, waiting = (payment_of(key, a_bill_in(working_company)) for key in ("begun", "waiting"))
        await office.prepare(waiting)
        working_company.fail("delay", entity="BillPayment", delay_ms=100)
        dying = asyncio.create_task(office.carry_out(begun))
        await asyncio.to_thread(working_company.wait_for_faults)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        assert await office.writes.finish_open(office.business_id) == ()
        office.later(LEASE + LAG_ALLOWANCE)
        finished = await office.writes.finish_open(office.business_id, lane=Lane.USER)
        assert {each.key: each.state for each in finished} == dict.fromkeys((begun.key, waiting.key), IntentState.DONE)
        for write in (begun, waiting):
            assert len(office.payments_of(write.based_on[0].id)) == 1
