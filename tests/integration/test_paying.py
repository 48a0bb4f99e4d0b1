"""Orders carried out against QuickBooks: paid once, or a clear state with the right hold and a sentence."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from oodaloo.domains.core import audit
from oodaloo.runway.decisions.queue import Delay, Schedule
from oodaloo.runway.model.decisions import DecisionState, IllegalStepError
from oodaloo.runway.records.orders import Manner, OrderState
from tests.support.databases import TestDatabase
from tests.support.deciding import ANSEL
from tests.support.emulators import Emulator
from tests.support.paying import PayOffice, a_pay_office, at
from tests.support.people import delete, edit
from tests.support.product import connect
from tests.support.writing import VENDOR, a_key, bill

FRIDAY, MONDAY = date(2026, 10, 2), date(2026, 10, 5)


@pytest.fixture
async def office(migrated: TestDatabase, working_company: Emulator) -> AsyncIterator[PayOffice]:
    """An office where nothing was decided yet."""
    async with a_pay_office(migrated, working_company) as opened:
        yield opened


async def test_a_payment_is_entered_once_and_its_hold_used_up(office: PayOffice) -> None:
    """QuickBooks has one payment of $100, nothing is held any more, and the audit has what came of it all."""
    [order] = await office.ordered(office.bill())
    assert await office.held() == 10000
    done = await office.carry_out(order)
    again = await office.carry_out(order)
    assert (done.state, again.state) == (DecisionState.EXECUTED, DecisionState.EXECUTED)
    assert office.payments(order) == ["100.00"]
    assert await office.held() == 0
    async with office.services.database.tenant(office.business_id, read_only=True) as session:
        trail = await audit.trail(session, subject=f"Bill {done.seen.bill_id}")
    last = trail[-1].entry
    assert (last.action, last.actor, last.expected) == ("confirm", audit.OODALOO, "It keeps the vendor happy.")
    assert "is in QuickBooks" in last.happened


async def test_several_bills_and_a_credit_are_one_payment(office: PayOffice) -> None:
    """$100 and $70 less a credit of $30 of a vendor that has no other: one payment of $140 that closes both bills."""
    quickbooks = office.quickbooks
    vendor = {"VendorRef": {"value": edit(quickbooks, "create", "Vendor", {"DisplayName": a_key("Studio")})["Id"]}}
    credit = edit(quickbooks, "create", "VendorCredit", {**bill("30.00", ""), **vendor})
    bills = [
        str(edit(quickbooks, "create", "Bill", {**bill(each, ""), **vendor})["Id"]) for each in ("100.00", "70.00")
    ]
    drafts = await office.drafted(*bills)
    [order] = (await office.finalize(drafts, Manner(together=True, use_credits=True))).orders
    used = {part.credit_id: part.used.cents for part in order.order.credits}
    done = await office.carry_out(order)
    assert done.state is DecisionState.EXECUTED
    assert used == {credit["Id"]: 3000}
    assert office.payments(order) == ["140.00"]
    assert all(office.paid(each) for each in bills)
    assert await office.held() == 0


@pytest.mark.parametrize("what", ["paid", "deleted", "more", "vendor"])
async def test_a_bill_that_changed_isn_t_paid(office: PayOffice, what: str) -> None:
    """Somebody paid, deleted or changed the bill: nothing is sent, it is told why, and the hold stays at first."""
    bill_id = office.bill()
    [order] = await office.ordered(bill_id)
    _change(office.quickbooks, what, bill_id)
    await office.look()
    failed = await office.carry_out(order)
    assert failed.state is DecisionState.FAILED
    assert ("isn't open any more" if what in ("paid", "deleted") else "was changed in QuickBooks") in failed.told
    assert office.payments(order) == []
    assert await office.held() == 10000
    cancelled = await office.second_thoughts.cancel(office.business_id, failed.id, office.by(ANSEL))
    assert (cancelled.state, await office.held()) == (DecisionState.CANCELLED, 0)


async def test_what_couldn_t_be_paid_is_decided_anew(office: PayOffice) -> None:
    """The bill is $150 by now: it is staged with that, drafted, and paid by an order of its own."""
    bill_id = office.bill()
    [order] = await office.ordered(bill_id)
    _change(office.quickbooks, "more", bill_id)
    picture = await office.look()
    failed = await office.carry_out(order)
    staged = await office.second_thoughts.decide_anew(office.business_id, failed.id, office.by(ANSEL), picture)
    assert (staged.state, staged.cents, await office.held()) == (DecisionState.STAGED, 15000, 15000)
    [draft] = await office.drafted_again(staged)
    [anew] = (await office.finalize([draft])).orders
    await office.carry_out(anew)
    assert (office.payments(order), office.payments(anew)) == ([], ["150.00"])


async def test_who_was_second_takes_its_payment_back(office: PayOffice) -> None:
    """A person paid the bill a moment ago, which we haven't seen: ours is voided, and the person's stays."""
    bill_id = office.bill()
    [order] = await office.ordered(bill_id)
    _change(office.quickbooks, "paid", bill_id)
    failed = await office.carry_out(order)
    assert failed.state is DecisionState.FAILED
    assert "somebody else was first" in failed.told
    assert "was voided" in failed.told
    assert [float(each) for each in office.payments(order)] == [0.0]
    assert len(office.paid(bill_id)) == 1
    assert await office.held() == 10000


async def test_an_account_that_is_gone_is_told(office: PayOffice) -> None:
    """The bank account was made inactive in QuickBooks: QuickBooks refuses, and the sentence is QuickBooks'."""
    account = edit(office.quickbooks, "create", "Account", {"Name": a_key("Rainy day"), "AccountType": "Bank"})
    [order] = await office.ordered(office.bill(), choice=office.from_account(account["Id"]))
    edit(office.quickbooks, "update", "Account", {"Id": account["Id"], "Active": False})
    failed = await office.carry_out(order)
    assert (failed.state, await office.held()) == (DecisionState.FAILED, 10000)
    assert failed.told
    assert office.payments(order) == []


async def test_a_connection_that_ends_in_mid_batch(office: PayOffice) -> None:
    """What was paid stays so; the rest fails for good and says to connect again, which then pays nothing by itself."""
    first, second = await office.ordered(office.bill(), office.bill())
    assert (await office.carry_out(first)).state is DecisionState.EXECUTED
    office.quickbooks.revoke_tokens()
    office.quickbooks.expire_tokens()
    failed = await office.carry_out(second)
    assert (failed.state, await office.held()) == (DecisionState.FAILED, 10000)
    assert "onnect" in failed.told
    await connect(office.services, office.quickbooks)
    office.wall_clock.instant += timedelta(hours=1)
    assert await office.services.writes.finish_open(office.business_id) == ()
    assert office.payments(second) == []


async def test_what_hasn_t_started_is_cancelled(office: PayOffice) -> None:
    """Its hold is released, its run does nothing, and what was paid can't be cancelled any more."""
    first, second = await office.ordered(office.bill(), office.bill())
    await office.second_thoughts.cancel(office.business_id, first.decision_ids[0], office.by(ANSEL))
    assert (await office.carry_out(first)).state is DecisionState.CANCELLED
    assert (await office.standing(first)).state is OrderState.CANCELLED
    paid = await office.carry_out(second)
    with pytest.raises(IllegalStepError, match="is carried out"):
        await office.second_thoughts.cancel(office.business_id, paid.id, office.by(ANSEL))
    assert (office.payments(first), await office.held()) == ([], 0)


async def test_a_scheduled_payment_is_due_once_on_its_day(office: PayOffice) -> None:
    """On Monday at nine in New York it is enqueued, once however often is looked, and paid as of that day."""
    [order] = await office.ordered(office.bill(), choice=Schedule(MONDAY))
    office.clock.instant = at(MONDAY, 12)
    assert await office.tick() == 0
    office.clock.instant = at(MONDAY, 13)
    assert [await office.tick(), await office.tick()] == [1, 0]
    assert (await office.carry_out(order)).state is DecisionState.EXECUTED
    [payment] = [
        each for each in office.quickbooks.all_of("BillPayment") if order.order.marker in each.get("PrivateNote", "")
    ]
    assert payment["TxnDate"] == "2026-10-05"


async def test_a_payment_that_comes_much_too_late_isn_t_made(office: PayOffice) -> None:
    """Nobody ran anything for three weeks: the scheduled payment fails, and says so."""
    [order] = await office.ordered(office.bill(), choice=Schedule(MONDAY))
    office.clock.instant = at(MONDAY + timedelta(days=21))
    assert await office.tick() == 1
    failed = await office.carry_out(order)
    assert failed.state is DecisionState.FAILED
    assert "was due by" in failed.told
    assert office.payments(order) == []


async def test_a_delayed_bill_comes_back_on_its_day(office: PayOffice) -> None:
    """Finalizing the delay ends it; on its wake date the bill is in the queue again, once, with the new amount."""
    bill_id = office.bill()
    drafts = await office.drafted(bill_id, choice=Delay(MONDAY))
    await office.finalize(drafts)
    assert await office.held() == 0
    assert await office.tick() == 0
    _change(office.quickbooks, "more", bill_id)
    await office.look()
    office.clock.instant = at(MONDAY)
    assert [await office.tick(), await office.tick()] == [1, 0]
    [back] = [each for each in await office.queued() if each.seen.bill_id == bill_id]
    assert (back.state, back.cents) == (DecisionState.OPEN, 15000)
    assert "Oct 5" in back.told
    [again] = await office.drafted(bill_id)
    assert again.told == ""


async def test_a_delayed_bill_that_was_paid_stays_away(office: PayOffice) -> None:
    """Somebody paid it meanwhile: the end of its delay is noted with the reason, and nothing comes back."""
    bill_id = office.bill()
    [delayed] = await office.drafted(bill_id, choice=Delay(MONDAY))
    await office.finalize([delayed])
    _change(office.quickbooks, "paid", bill_id)
    await office.look()
    office.clock.instant = at(MONDAY)
    assert [await office.tick(), await office.tick()] == [1, 0]
    assert bill_id not in {each.seen.bill_id for each in await office.queued()}
    async with office.services.database.tenant(office.business_id, read_only=True) as session:
        trail = await audit.trail(session, subject=f"Bill {bill_id}")
    assert (trail[-1].entry.action, "isn't open any more" in trail[-1].entry.happened) == ("wake", True)


async def test_a_batch_tells_how_it_gets_on(office: PayOffice) -> None:
    """One is paid, one failed with its reason, one waits for Monday: the batch is settled, and each says so."""
    gone, paid, later = office.bill(), office.bill(), office.bill()
    drafts = [*await office.drafted(gone, paid), *await office.drafted(later, choice=Schedule(MONDAY))]
    finalized = await office.finalize(drafts)
    orders = {each.order.bills[0].bill_id: each for each in finalized.orders}
    assert not (await office.progress(finalized.batch.id)).settled
    delete(office.quickbooks, "Bill", gone)
    await office.look()
    for each in (gone, paid):
        await office.carry_out(orders[each])
    progress = await office.progress(finalized.batch.id)
    by_bill = {item.bill_id: item for item in progress.items}
    assert progress.settled
    assert by_bill[paid].state is DecisionState.EXECUTED
    assert "isn't open any more" in by_bill[gone].told
    waiting = by_bill[later].order
    assert waiting is not None
    assert waiting.state is OrderState.WAITING


@pytest.mark.parametrize("full", [True, False])
async def test_a_look_at_quickbooks_flags_what_it_overtook(office: PayOffice, *, full: bool) -> None:
    """A changed bill keeps its draft and says what changed; one that was paid ends its decision and frees its hold."""
    changed, paid, same = office.bill(), office.bill(), office.bill()
    await office.drafted(changed, paid, same)
    _change(office.quickbooks, "more", changed)
    _change(office.quickbooks, "paid", paid)
    if full:
        await office.services.sync(office.business_id, start_over=True)
    else:
        await office.look()
    queued = {each.seen.bill_id: each for each in await office.queued()}
    assert {bill_id: each.stale[-11:] for bill_id, each in queued.items()} == {changed: "the amount.", same: ""}
    assert await office.held() == 20000


def _change(quickbooks: Emulator, what: str, bill_id: str) -> None:
    """What a person does to a bill of $100 in QuickBooks."""
    if what == "deleted":
        delete(quickbooks, "Bill", bill_id)
    elif what == "paid":
        line = {"Amount": 100, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
        paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "1"}}, "TotalAmt": 100}
        edit(quickbooks, "create", "BillPayment", {"VendorRef": {"value": VENDOR}, **paid, "Line": [line]})
    elif what == "vendor":
        edit(quickbooks, "update", "Bill", {"Id": bill_id, "VendorRef": {"value": "4"}})
    else:
        lines = bill("150.00", "")["Line"]
        edit(quickbooks, "update", "Bill", {"Id": bill_id, "Line": json.loads(json.dumps(lines))})
