"""Decisions on a real database: who may, what is held, what is told, and that nothing happens by halves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from oodaloo.domains.core import audit
from oodaloo.domains.core.permissions import NotPermittedError
from oodaloo.infra.db.session import Database
from oodaloo.runway.decisions.finalize import BatchRefusedError, BatchReusedError
from oodaloo.runway.decisions.queue import Delay, NotAPayDayError, PayNow, Schedule, StaleDecisionError
from oodaloo.runway.decisions.second_thoughts import SecondThoughts
from oodaloo.runway.model.decisions import DecisionState, IllegalStepError
from oodaloo.runway.model.picture import Credit, OpenItem
from oodaloo.runway.model.reference import RecordKind
from oodaloo.runway.model.refusals import DecisionMovedError
from oodaloo.runway.records.orders import BatchState, Manner, OrderState
from tests.support.books import a_bill, a_credit, a_picture, books, in_days, usd
from tests.support.deciding import ANSEL, BEA, BY_ITSELF, OLIVE, VIC, TestDesk, by
from tests.support.rows import OURS

RENT = a_bill("Rent", 400)
PRINT = a_bill("Print", 300)
HOSTING = a_bill("Hosting", 500)


def a_desk(
    database: Database, cash: int = 1000, *, bills: Sequence[OpenItem] = (), credits_given: Sequence[Credit] = ()
) -> TestDesk:
    """A desk with three bills of $400, $300 and $500 before $1,000, unless it says otherwise."""
    shown = books(cash, bills=bills or (RENT, PRINT, HOSTING), credits_of_vendors=credits_given)
    return TestDesk(database, a_picture(shown))


def but(desk: TestDesk, *bills: OpenItem) -> TestDesk:
    """The same desk after QuickBooks has changed its bills to these."""
    desk.picture = a_picture(replace(desk.picture.books, payables=bills))
    return desk


async def test_approving_holds_at_once_until_there_is_no_cover(two_businesses: Database) -> None:
    """$400 and $300 of $1,000 are held; the third bill of $500 stays approved, and it says that $200 are missing."""
    desk = a_desk(two_businesses)
    staged, also, short = await desk.approve(RENT, PRINT, HOSTING)
    assert [each.decision and each.decision.state for each in (staged, also, short)] == [
        DecisionState.STAGED,
        DecisionState.STAGED,
        DecisionState.APPROVED,
    ]
    assert "$200.00 too little" in short.refused
    assert await desk.held() == {"Rent": (40000, None), "Print": (30000, None)}


async def test_only_an_owner_holds_more_than_there_is_and_says_why(two_businesses: Database) -> None:
    """An approver may not; an owner may with a reason, which the audit keeps."""
    desk = a_desk(two_businesses, cash=100)
    with pytest.raises(NotPermittedError):
        await desk.approve(RENT, overcommit="the deposit comes today")
    [held] = await desk.approve(RENT, by_whom=OLIVE, overcommit="the deposit comes today")
    assert held.decision is not None
    assert held.decision.state is DecisionState.STAGED
    async with two_businesses.tenant(OURS, read_only=True) as session:
        trail = await audit.trail(session, subject=f"Bill {RENT.ref.id}")
    assert trail[-1].entry.facts["overcommitted_because"] == "the deposit comes today"


async def test_roles_decide_who_may(two_businesses: Database) -> None:
    """A bookkeeper drafts and delays but neither approves nor finalizes; a viewer does nothing."""
    desk = a_desk(two_businesses)
    with pytest.raises(NotPermittedError, match="Bea is bookkeeper here"):
        await desk.approve(RENT, by_whom=BEA)
    delayed = await desk.decide(RENT, Delay(in_days(7)), version=None, by_whom=BEA)
    assert delayed.state is DecisionState.DELAYED
    with pytest.raises(NotPermittedError):
        await desk.decide(PRINT, Delay(in_days(7)), version=None, by_whom=VIC)
    draft = await desk.drafted(HOSTING)
    with pytest.raises(NotPermittedError):
        await desk.finalize([draft], by_whom=BEA)


async def test_a_schedule_dates_the_hold_and_a_delay_releases_it(two_businesses: Database) -> None:
    """Spendable of today gets back what is scheduled for later, and for good what is delayed."""
    desk = a_desk(two_businesses)
    scheduled = await desk.drafted(RENT, Schedule(in_days(7)))
    assert await desk.held() == {"Rent": (40000, in_days(7))}
    again = await desk.decide(RENT, PayNow(), version=scheduled.version)
    assert await desk.held() == {"Rent": (40000, None)}
    await desk.decide(RENT, Delay(in_days(7)), version=again.version)
    assert await desk.held() == {}


async def test_paying_a_part_holds_only_that(two_businesses: Database) -> None:
    """$150 of a bill of $400: the rest of the hold is released; more than is open is refused."""
    desk = a_desk(two_businesses)
    draft = await desk.drafted(RENT, PayNow(cents=15000))
    assert await desk.held() == {"Rent": (15000, None)}
    with pytest.raises(StaleDecisionError):
        await desk.decide(RENT, PayNow(cents=40001), version=draft.version)


async def test_two_people_at_one_bill_don_t_overwrite_each_other(two_businesses: Database) -> None:
    """Who decides on what has been changed meanwhile is told so; the first one's decision stays."""
    desk = a_desk(two_businesses)
    draft = await desk.drafted(RENT)
    first = await desk.decide(RENT, Schedule(in_days(3)), version=draft.version, by_whom=OLIVE)
    with pytest.raises(DecisionMovedError):
        await desk.decide(RENT, Delay(in_days(9)), version=draft.version, by_whom=BEA)
    assert first.pay_on == in_days(3)


async def test_days_on_which_no_payment_can_leave_are_refused(two_businesses: Database) -> None:
    """Past days, weekends and holidays are refused with the nearest days that can be."""
    desk = a_desk(two_businesses)
    [approved] = await desk.approve(RENT)
    assert approved.decision is not None
    version = approved.decision.version
    for day, told in ((-1, "has passed"), (1, "Banks are closed"), (10, "Mon, Oct 12. Take Fri, Oct 9"), (400, "year")):
        with pytest.raises(NotAPayDayError, match=told):
            await desk.decide(RENT, Schedule(in_days(day)), version=version)


async def test_finalizing_is_all_or_nothing(two_businesses: Database) -> None:
    """One bill was paid elsewhere meanwhile: nothing is finalized, the problem is named, the other draft stays."""
    desk = a_desk(two_businesses)
    rent, print_bill = await desk.drafted(RENT), await desk.drafted(PRINT)
    but(desk, RENT, HOSTING)
    with pytest.raises(BatchRefusedError, match="Print isn't open any more") as refused:
        await desk.finalize([rent, print_bill])
    assert [problem.decision_id for problem in refused.value.problems] == [print_bill.id]
    assert desk.enqueued == []
    finalized = await desk.finalize([rent], "another batch")
    assert [each.state for each in finalized.decisions] == [DecisionState.FINALIZED]


async def test_finalizing_twice_finalizes_once(two_businesses: Database) -> None:
    """The same batch again gives what became of it; its id for other decisions is refused; a preview leaves nothing."""
    desk = a_desk(two_businesses)
    rent, print_bill = await desk.drafted(RENT), await desk.drafted(PRINT)
    preview = await desk.finalize([rent, print_bill], dry_run=True)
    assert [order.order.total for order in preview.orders] == [usd(300), usd(400)]
    desk.enqueued.clear()
    first = await desk.finalize([rent, print_bill])
    again = await desk.finalize([print_bill, rent])
    assert again.orders == first.orders
    assert sorted(desk.enqueued) == sorted(order.order.id for order in first.orders)
    with pytest.raises(BatchReusedError):
        await desk.finalize([rent])


async def test_orders_own_what_makes_them_once(two_businesses: Database) -> None:
    """Each order has a requestid and a marker of its own; one of today is due, one of a day waits for its morning."""
    desk = a_desk(two_businesses)
    today, later = await desk.drafted(RENT), await desk.drafted(PRINT, Schedule(in_days(3)))
    orders = (await desk.finalize([today, later])).orders
    assert len({order.order.requestid for order in orders} | {order.order.marker for order in orders}) == 4
    by_vendor = {order.order.vendor_name: order for order in orders}
    assert by_vendor["Rent"].state is OrderState.DUE
    assert by_vendor["Print"].state is OrderState.WAITING
    assert by_vendor["Print"].due_at == datetime(2026, 10, 5, 9, tzinfo=ZoneInfo("America/New_York"))
    assert desk.enqueued == [by_vendor["Rent"].order.id]


async def test_bills_of_one_vendor_can_be_paid_together_with_its_credits(two_businesses: Database) -> None:
    """$400 and $300 less a credit of $50 are one payment of $650."""
    first, second = a_bill("Studio", 400), a_bill("Studio", 300)
    credit = a_credit("Studio", 50, kind=RecordKind.VENDOR_CREDIT)
    desk = a_desk(two_businesses, bills=(first, second), credits_given=[credit])
    drafts = [await desk.drafted(first), await desk.drafted(second)]
    [order] = (await desk.finalize(drafts, manner=Manner(together=True, use_credits=True))).orders
    assert order.order.total == usd(650)
    assert [part.used for part in order.order.credits] == [usd(50)]


async def test_a_credit_is_used_once_in_a_batch(two_businesses: Database) -> None:
    """Two bills of one vendor paid separately: $40 of its credit of $50 pay the first, and $10 a part of the second."""
    first, second = a_bill("Studio", 40), a_bill("Studio", 300)
    credit = a_credit("Studio", 50, kind=RecordKind.VENDOR_CREDIT)
    desk = a_desk(two_businesses, bills=(first, second), credits_given=[credit])
    drafts = [await desk.drafted(first), await desk.drafted(second)]
    orders = (await desk.finalize(drafts, manner=Manner(use_credits=True))).orders
    assert sorted(order.order.total.cents for order in orders) == [0, 29000]
    assert sum(part.used.cents for order in orders for part in order.order.credits) == 5000


async def test_above_the_limit_somebody_else_approves(two_businesses: Database) -> None:
    """$700 above a limit of $500 waits; who approved or decided can't approve a second time, another one can."""
    desk = a_desk(two_businesses)
    desk.limit = usd(500)
    drafts = [await desk.drafted(RENT), await desk.drafted(PRINT)]
    waiting = await desk.finalize(drafts)
    assert waiting.batch.state is BatchState.AWAITING_SECOND_APPROVAL
    assert desk.enqueued == []
    with pytest.raises(NotPermittedError, match="somebody else"):
        await desk.finalizing.approve_second(OURS, "batch", by(ANSEL), desk.picture)
    approved = await desk.finalizing.approve_second(OURS, "batch", by(OLIVE), desk.picture)
    assert approved.batch.second_by == "olive"
    assert len(desk.enqueued) == 2


async def test_a_delay_waits_for_nobody_s_approval(two_businesses: Database) -> None:
    """Finalized with a payment above the limit, the delay is carried out at once, and the payment waits."""
    desk = a_desk(two_businesses)
    desk.limit = usd(100)
    drafts = [await desk.drafted(RENT), await desk.decide(PRINT, Delay(in_days(14)), version=None)]
    waiting = await desk.finalize(drafts)
    assert {each.seen.vendor_name: each.state for each in waiting.decisions} == {
        "Rent": DecisionState.AWAITING_SECOND_APPROVAL,
        "Print": DecisionState.EXECUTED,
    }
    approved = await desk.finalizing.approve_second(OURS, "batch", by(OLIVE), desk.picture)
    assert [each.seen.vendor_name for each in approved.decisions if each.state is DecisionState.FINALIZED] == ["Rent"]


async def test_a_second_approval_that_is_refused_stages_again(two_businesses: Database) -> None:
    """Nothing is paid, what was held stays held, and the bills can be decided about anew."""
    desk = a_desk(two_businesses)
    desk.limit = usd(100)
    draft = await desk.drafted(RENT)
    await desk.finalize([draft])
    refused = await desk.finalizing.refuse_second(OURS, "batch", by(OLIVE), desk.picture)
    assert refused.batch.state is BatchState.REFUSED
    assert [each.state for each in refused.decisions] == [DecisionState.STAGED]
    assert await desk.held() == {"Rent": (40000, None)}


async def test_a_batch_of_which_nothing_waits_any_more_has_ended(two_businesses: Database) -> None:
    """One bill is cancelled, the other paid in QuickBooks while a second approval is awaited: the batch is over."""
    desk = a_desk(two_businesses)
    desk.limit = usd(500)
    drafts = [await desk.drafted(RENT), await desk.drafted(PRINT)]
    waiting = await desk.finalize(drafts)
    rent = next(each for each in waiting.decisions if each.seen.vendor_name == "Rent")
    await SecondThoughts(two_businesses).cancel(OURS, rent.id, by(ANSEL))
    assert (await desk.finalize(drafts)).batch.state is BatchState.AWAITING_SECOND_APPROVAL
    but(desk, RENT, HOSTING)
    await desk.queue.mark_stale(OURS, BY_ITSELF, desk.picture)
    assert (await desk.finalize(drafts)).batch.state is BatchState.CANCELLED
    with pytest.raises(IllegalStepError, match="waits for a second approval any more"):
        await desk.finalizing.approve_second(OURS, "batch", by(OLIVE), desk.picture)


async def test_what_changes_in_quickbooks_is_flagged_and_what_is_gone_ends(two_businesses: Database) -> None:
    """A changed amount keeps its draft with the reason; a bill that was paid ends its decision and frees its hold."""
    desk = a_desk(two_businesses)
    await desk.drafted(RENT)
    print_draft = await desk.drafted(PRINT)
    but(desk, replace(PRINT, open=usd(250)), HOSTING)
    flagged = await desk.queue.mark_stale(OURS, BY_ITSELF, desk.picture)
    assert {each.seen.vendor_name: each.state for each in flagged} == {
        "Rent": DecisionState.SUPERSEDED,
        "Print": DecisionState.PAY_NOW,
    }
    assert await desk.held() == {"Print": (30000, None)}
    assert await desk.queue.mark_stale(OURS, BY_ITSELF, desk.picture) == ()
    with pytest.raises(BatchRefusedError):
        await desk.finalize([print_draft])


async def test_approval_is_taken_back_until_it_is_finalized(two_businesses: Database) -> None:
    """Taking it back releases the hold; afterwards it is refused with a sentence."""
    desk = a_desk(two_businesses)
    await desk.drafted(RENT)
    [back] = await desk.approving.unapprove(OURS, [RENT.ref.id], by(ANSEL))
    assert back.decision is not None
    assert (back.decision.state, await desk.held()) == (DecisionState.OPEN, {})
    await desk.finalize([await desk.drafted(PRINT)])
    [refused] = await desk.approving.unapprove(OURS, [PRINT.ref.id], by(ANSEL))
    assert "is finalized" in refused.refused


async def test_delays_are_carried_out_by_finalizing(two_businesses: Database) -> None:
    """A delay needs neither approval nor QuickBooks; finalizing ends it, and the bill can be decided about again."""
    desk = a_desk(two_businesses)
    delayed = await desk.decide(RENT, Delay(in_days(14)), version=None)
    finalized = await desk.finalize([delayed])
    assert [each.state for each in finalized.decisions] == [DecisionState.EXECUTED]
    assert finalized.orders == ()
    [anew] = await desk.approve(RENT)
    assert anew.decision is not None
    assert anew.decision.state is DecisionState.STAGED


async def test_a_step_that_isn_t_in_the_table_changes_nothing(two_businesses: Database) -> None:
    """Paying a bill that nobody approved is refused, and leaves neither a hold nor a record."""
    desk = a_desk(two_businesses)
    with pytest.raises(IllegalStepError, match="isn't approved"):
        await desk.decide(RENT, PayNow(), version=None)
    async with two_businesses.tenant(OURS, read_only=True) as session:
        assert await audit.trail(session) == ()
    assert await desk.held() == {}
