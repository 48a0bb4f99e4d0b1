"""Orders under faults: who carries them out dies, QuickBooks is silent, or lets nobody write."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from oodaloo.runway.decisions.execution import LOOK_AGAIN_AFTER
from oodaloo.runway.model.decisions import DecisionState
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.paying import PayOffice, a_pay_office
from tests.support.people import edit
from tests.support.plain_runs import DiedError
from tests.support.writing import VENDOR

STEPS = ("start", "intent", "pay", "confirm", "settle")
STEPS_OF_A_VOID = ("intend to void", "void")
READ_ONLY = {"Fault": {"Error": [{"Message": "Subscription ended", "Detail": "Read only", "code": "6190"}]}}


@pytest.fixture
async def office(migrated: TestDatabase, working_company: Emulator) -> AsyncIterator[PayOffice]:
    """An office where nothing was decided yet."""
    async with a_pay_office(migrated, working_company) as opened:
        yield opened


@pytest.mark.parametrize("step", STEPS)
async def test_who_dies_after_a_step_is_followed_by_one_who_goes_on(office: PayOffice, step: str) -> None:
    """The same run goes on in another process: there is one payment, and its hold is used up once."""
    [order] = await office.ordered(office.bill())
    run = office.a_run(step)
    with pytest.raises(DiedError):
        await office.carry_out(order, run)
    done = await office.carry_out(order, run)
    assert (done.state, await office.held()) == (DecisionState.EXECUTED, 0)
    assert office.payments(order) == ["100.00"]


@pytest.mark.parametrize("step", STEPS_OF_A_VOID)
async def test_taking_back_is_gone_on_with_too(office: PayOffice, step: str) -> None:
    """Whoever dies while our payment is voided, the person's payment stays and ours is nothing."""
    bill_id = office.bill()
    [order] = await office.ordered(bill_id)
    _paid_by_hand(office.quickbooks, bill_id)
    run = office.a_run(step)
    with pytest.raises(DiedError):
        await office.carry_out(order, run)
    failed = await office.carry_out(order, run)
    assert (failed.state, await office.held()) == (DecisionState.FAILED, 10000)
    assert [float(each) for each in office.payments(order)] == [0.0]


@pytest.mark.parametrize("did_it", [True, False])
async def test_silence_is_told_and_asked_about_again(office: PayOffice, *, did_it: bool) -> None:
    """Every answer is lost: it is unknown and stays held. Minutes later the tick asks again, and it is paid once.

    By then the mirror may show the bill as closed, by our own payment: that is no reason to refuse it.
    """
    bill_id = office.bill()
    [order] = await office.ordered(bill_id)
    office.quickbooks.fail("lost_answer" if did_it else "drop_before", times=1000)
    unknown = await office.carry_out(order)
    assert (unknown.state, await office.held()) == (DecisionState.UNKNOWN, 10000)
    office.quickbooks.heal()
    await office.look()
    office.wall_clock.instant += LOOK_AGAIN_AFTER
    assert [await office.tick(), await office.tick()] == [1, 0]
    done = await office.carry_out(order)
    assert (done.state, await office.held()) == (DecisionState.EXECUTED, 0)
    assert office.payments(order) == ["100.00"]
    assert len({each["requestid"] for each in office.quickbooks.journal() if each["entity"] == "BillPayment"}) <= 2


async def test_a_company_that_can_only_be_read_refuses_and_says_so(office: PayOffice) -> None:
    """The subscription ended: the payment fails with QuickBooks' words, the hold stays, the other one is paid."""
    first, second = await office.ordered(office.bill(), office.bill())
    body = json.dumps({**READ_ONLY, "time": "2026-10-02T09:00:00.000-07:00"})
    office.quickbooks.fail("status", entity="BillPayment", status=400, body=body)
    failed = await office.carry_out(first)
    assert (failed.state, await office.held()) == (DecisionState.FAILED, 20000)
    assert "Read only" in failed.told
    assert (await office.carry_out(second)).state is DecisionState.EXECUTED


async def test_an_order_whose_run_was_lost_gets_another_one(office: PayOffice) -> None:
    """A run that broke by a fault of ours leaves its order under way: an hour later another run ends it."""
    [order] = await office.ordered(office.bill())
    with pytest.raises(DiedError):
        await office.carry_out(order, office.a_run("pay"))
    office.wall_clock.instant += timedelta(minutes=59)
    assert await office.tick() == 0
    office.wall_clock.instant += timedelta(minutes=1)
    assert await office.tick() == 1
    assert (await office.carry_out(order)).state is DecisionState.EXECUTED
    assert office.payments(order) == ["100.00"]


def _paid_by_hand(quickbooks: Emulator, bill_id: str) -> None:
    line = {"Amount": 100, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
    paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "1"}}, "TotalAmt": 100}
    edit(quickbooks, "create", "BillPayment", {"VendorRef": {"value": VENDOR}, **paid, "Line": [line]})
