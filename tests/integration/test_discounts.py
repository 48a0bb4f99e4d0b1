"""Early discounts against QuickBooks: taken once as a credit that the payment uses, or nothing of them left."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from oodaloo.runway.decisions.bills import NoDiscountError
from oodaloo.runway.decisions.execution import LOOK_AGAIN_AFTER
from oodaloo.runway.decisions.finalize import BatchRefusedError
from oodaloo.runway.decisions.queue import PayNow, Schedule
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.records.orders import Manner
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.paying import PayOffice, a_pay_office
from tests.support.people import edit
from tests.support.plain_runs import DiedError
from tests.support.recordings import JsonObject
from tests.support.writing import a_key, bill

EARLY = PayNow(discount=True)


@pytest.fixture
async def office(migrated: TestDatabase, working_company: Emulator) -> AsyncIterator[PayOffice]:
    """An office where nothing was decided yet."""
    async with a_pay_office(migrated, working_company) as opened:
        yield opened


def a_vendor(office: PayOffice) -> str:
    """A vendor without credits, which would lessen what there is a discount on; gives its id."""
    return str(edit(office.quickbooks, "create", "Vendor", {"DisplayName": a_key("Studio")})["Id"])


def two_ten_net_30(office: PayOffice, amount: str = "100.00", vendor: str = "") -> str:
    """A bill of today with 2 % off when it is paid within ten days; gives its id."""
    terms = {"Name": a_key("2/10 net 30"), "DiscountPercent": 2, "DiscountDays": 10, "DueDays": 30}
    term = edit(office.quickbooks, "create", "Term", terms)
    refs = {"SalesTermRef": {"value": term["Id"]}, "VendorRef": {"value": vendor or a_vendor(office)}}
    return str(edit(office.quickbooks, "create", "Bill", {**bill(amount, ""), **refs})["Id"])


def read(office: PayOffice, entity: str, record_id: str) -> JsonObject:
    """A record as QuickBooks has it."""
    found: JsonObject = office.quickbooks.call("GET", f"{entity.lower()}/{record_id}").json()[entity]
    return found


def discounts(office: PayOffice) -> list[JsonObject]:
    """The credits in QuickBooks that were entered as discounts since the journal's start."""
    made = [
        record_id
        for each in office.quickbooks.journal()
        if (each["entity"], each["operation"], each["applied"]) == ("VendorCredit", "create", True)
        for record_id in each["entity_ids"]
    ]
    return [each for each in office.quickbooks.all_of("VendorCredit") if each["Id"] in made]


async def test_a_discount_is_a_credit_that_its_payment_uses(office: PayOffice) -> None:
    """$100 less 2 %: $98 are held and leave the bank, a credit of $2 in its account is used up, nothing is open."""
    bill_id = two_ten_net_30(office)
    [order] = await office.ordered(bill_id, choice=EARLY)
    assert await office.held() == 9800
    done = await office.carry_out(order)
    again = await office.carry_out(order)
    assert (done.state, again.state) == (DecisionState.EXECUTED, DecisionState.EXECUTED)
    assert (office.payments(order), await office.held()) == (["98.00"], 0)
    assert float(read(office, "Bill", bill_id)["Balance"]) == 0
    [credit] = discounts(office)
    assert (float(credit["TotalAmt"]), float(credit["Balance"])) == (2, 0)
    account = [line["AccountBasedExpenseLineDetail"]["AccountRef"]["value"] for line in credit["Line"]]
    billed = read(office, "Bill", bill_id)["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]["value"]
    assert account == [billed]


async def test_several_discounts_go_with_one_payment(office: PayOffice) -> None:
    """$100 and $50 less 2 % each are one payment of $147."""
    vendor = a_vendor(office)
    bills = [two_ten_net_30(office, amount, vendor) for amount in ("100.00", "50.00")]
    drafts = await office.drafted(*bills, choice=EARLY)
    [order] = (await office.finalize(drafts, Manner(together=True))).orders
    done = await office.carry_out(order)
    assert done.state is DecisionState.EXECUTED
    assert office.payments(order) == ["147.00"]
    assert sorted(float(each["TotalAmt"]) for each in discounts(office)) == [1, 2]


@pytest.mark.parametrize("step", ["discounts", "discount", "intent", "pay"])
async def test_who_dies_takes_it_once(office: PayOffice, step: str) -> None:
    """Whoever dies on the way, there is one credit and one payment."""
    bill_id = two_ten_net_30(office)
    [order] = await office.ordered(bill_id, choice=EARLY)
    run = office.a_run(f"discount of {bill_id}" if step == "discount" else step)
    with pytest.raises(DiedError):
        await office.carry_out(order, run)
    done = await office.carry_out(order, run)
    assert done.state is DecisionState.EXECUTED
    assert (office.payments(order), len(discounts(office))) == (["98.00"], 1)


async def test_a_payment_that_comes_second_leaves_no_credit(office: PayOffice) -> None:
    """Somebody paid the bill meanwhile: our payment is voided, the credit deleted, and it is told."""
    vendor = a_vendor(office)
    bill_id = two_ten_net_30(office, vendor=vendor)
    [order] = await office.ordered(bill_id, choice=EARLY)
    line = {"Amount": 100, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
    paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "1"}}, "TotalAmt": 100, "Line": [line]}
    edit(office.quickbooks, "create", "BillPayment", {"VendorRef": {"value": vendor}, **paid})
    failed = await office.carry_out(order)
    assert failed.state is DecisionState.FAILED
    assert "was voided" in failed.told
    assert [float(each) for each in office.payments(order)] == [0.0]
    assert discounts(office) == []
    assert len(office.paid(bill_id)) == 1


async def test_a_lost_answer_takes_the_discount_once(office: PayOffice) -> None:
    """Every answer to the credit is lost: it is unknown; minutes later it is found, and the payment made with it."""
    [order] = await office.ordered(two_ten_net_30(office), choice=EARLY)
    office.quickbooks.fail("lost_answer", entity="VendorCredit", times=1000)
    unknown = await office.carry_out(order)
    assert (unknown.state, await office.held()) == (DecisionState.UNKNOWN, 9800)
    office.quickbooks.heal()
    office.wall_clock.instant += LOOK_AGAIN_AFTER + timedelta(minutes=1)
    done = await office.carry_out(order)
    assert done.state is DecisionState.EXECUTED
    assert (office.payments(order), len(discounts(office))) == (["98.00"], 1)


async def test_discounts_that_aren_t_given_are_refused(office: PayOffice) -> None:
    """Without such terms, for a part of the bill, for a day too late, or finalized too late: each with what to do."""
    with pytest.raises(NoDiscountError, match="give no discount"):
        await office.drafted(office.bill(), choice=EARLY)
    with pytest.raises(NoDiscountError, match="paying the whole bill"):
        await office.drafted(two_ten_net_30(office), choice=PayNow(cents=5000, discount=True))
    with pytest.raises(NoDiscountError, match=r"leave by .*Oct"):
        await office.drafted(two_ten_net_30(office), choice=Schedule(date(2026, 10, 20), discount=True))
    drafts = await office.drafted(two_ten_net_30(office), choice=EARLY)
    office.clock.instant += timedelta(days=14)
    with pytest.raises(BatchRefusedError, match=r"leave by .*Oct"):
        await office.finalize(drafts)
