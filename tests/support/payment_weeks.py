"""Weeks of an office that decides and pays, with people, silence and deaths at random: a state machine."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import httpx2
import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from oodaloo.domains.core import audit
from oodaloo.kit.dates import BankCalendar
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.money import Currency, Money
from oodaloo.runway.decisions.execution import LOOK_AGAIN_AFTER
from oodaloo.runway.decisions.queue import Choice, Delay, PayNow, Schedule
from oodaloo.runway.model.decisions import DRAFTS, HELD, DecisionState
from oodaloo.runway.records import reserves
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.orders import Manner, OrderState, StandingOrder
from oodaloo.runway.records.reserves import EntryKind
from tests.support.databases import TestDatabase
from tests.support.deciding import ANSEL, OLIVE
from tests.support.emulators import Emulator
from tests.support.paying import PayOffice, a_pay_office
from tests.support.people import edit
from tests.support.plain_runs import DiedError, PlainRun
from tests.support.writing import CHECKING, VENDOR, bill

_T = TypeVar("_T")
_MOVING = frozenset({OrderState.DUE, OrderState.EXECUTING, OrderState.UNKNOWN})
_STANDS_FOR = {
    OrderState.WAITING: DecisionState.FINALIZED,
    OrderState.DUE: DecisionState.FINALIZED,
    OrderState.EXECUTING: DecisionState.EXECUTING,
    OrderState.UNKNOWN: DecisionState.UNKNOWN,
    OrderState.EXECUTED: DecisionState.EXECUTED,
}
STEPS = ("start", "intent", "pay", "confirm", "intend to void", "void", "settle")
EDITS = ("pay", "delete", "amount", "vendor", "remark")
ROUNDS = 10


@dataclass(frozen=True)
class Start:
    """What each run of the machine begins with: a migrated database and a company of its own."""

    database: Callable[[], TestDatabase]
    company: Callable[[], AbstractContextManager[Emulator]]


class PaymentWeeks(RuleBasedStateMachine):
    """The machine itself; `start` is given by the test."""

    start: Start

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.runner = self.stack.enter_context(asyncio.Runner())
        self.quickbooks = self.stack.enter_context(self.start.company())
        opened = AsyncExitStack()
        self.stack.callback(lambda: self.run(opened.aclose()))
        self.office: PayOffice = self.run(
            opened.enter_async_context(a_pay_office(self.start.database(), self.quickbooks))
        )
        self.bills: list[str] = []
        self.orders: list[StandingOrder] = []
        self.runs: dict[str, PlainRun] = {}

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run to the end on the office's own loop."""
        return self.runner.run(work)

    def ask(self, work: Coroutine[Any, Any, object]) -> None:
        """Do what people may be refused."""
        with suppress(OodalooError):
            self.run(work)

    @initialize()
    def begin_with_bills(self) -> None:
        """Three bills are there, and known."""
        self.bills = [self.office.bill(amount) for amount in ("100.00", "50.00", "70.00")]
        self.run(self.office.look())

    @rule(cents=st.integers(100, 30_000))
    def enter_bill(self, cents: int) -> None:
        """Somebody enters a bill, which is known at once."""
        self.bills.append(self.office.bill(f"{cents / 100:.2f}"))
        self.ask(self.office.look())

    @rule()
    def look(self) -> None:
        """The mirror is brought up to date, and what is stale is flagged."""
        self.ask(self.office.look())

    @rule(number=st.integers(0, 99), share=st.integers(1, 100))
    def draft(self, number: int, share: int) -> None:
        """A bill is approved, and is to be paid now, whole or in part, by what was last known of QuickBooks."""
        bill_id = self.bills[number % len(self.bills)]
        self.ask(self._drafted(bill_id, None if share > 50 else share))

    @rule(number=st.integers(0, 99), days=st.integers(0, 9), delays=st.booleans())
    def draft_for_later(self, number: int, days: int, *, delays: bool) -> None:
        """A bill is approved, and scheduled or delayed."""
        day = self._bank_day(days)
        choice: Choice = Delay(day + timedelta(days=1)) if delays else Schedule(day)
        self.ask(self._drafted(self.bills[number % len(self.bills)], choice))

    @rule(number=st.integers(0, 99))
    def unapprove(self, number: int) -> None:
        """An approval is taken back."""
        office = self.office
        bill_id = self.bills[number % len(self.bills)]
        self.run(office.approving.unapprove(office.business_id, [bill_id], office.by(ANSEL)))

    @rule(together=st.booleans(), limit=st.sampled_from([None, 10_000]))
    def finalize(self, limit: int | None, *, together: bool) -> None:
        """All drafts are finalized, and approved by a second person where they are too much for one."""
        self.office.limit = None if limit is None else Money(limit, Currency("USD"))
        drafts = [each for each in self.run(self.office.queued()) if each.state in DRAFTS and not each.stale]
        if drafts:
            self.ask(self._finalized(drafts, Manner(together=together)))

    @rule(number=st.integers(0, 99), anew=st.booleans())
    def think_again(self, number: int, *, anew: bool) -> None:
        """What was finalized is cancelled, or decided anew when it couldn't be paid."""
        queued = self.run(self.office.queued())
        if queued:
            self.ask(self._thought_again(queued[number % len(queued)], anew=anew))

    @rule(number=st.integers(0, 99), what=st.sampled_from(["", *EDITS]), dies=st.sampled_from(["", *STEPS]))
    def order(self, number: int, what: str, dies: str) -> None:
        """A bill is approved, drafted, finalized and begun to be paid, and changed at the last moment by a person."""
        bill_id = self.bills[number % len(self.bills)]
        self.ask(self._drafted(bill_id, None))
        self.finalize(None, together=False)
        if what:
            self.edit_bill(number, what)
        self.carry_out(number, dies)

    @rule(number=st.integers(0, 99), dies=st.sampled_from(["", *STEPS]))
    def carry_out(self, number: int, dies: str) -> None:
        """The runs of what is due go on, one of them perhaps until its process dies after a step."""
        moving = [each for each in self._standing() if each.state in _MOVING]
        for position, each in enumerate(moving):
            self._carried_out(each, dies if position == number % len(moving) else "")

    @rule(kind=st.sampled_from(["lost_answer", "drop_before", "error_after", "error_before"]), times=st.integers(1, 60))
    def fall_silent(self, kind: str, times: int) -> None:
        """QuickBooks fails so many times from now on."""
        self.quickbooks.fail(kind, entity="BillPayment", times=times)

    @rule()
    def speak_again(self) -> None:
        """QuickBooks answers again."""
        self.quickbooks.heal()

    @rule(hours=st.sampled_from([1, 20, 72]))
    def pass_time(self, hours: int) -> None:
        """Time goes by, and a worker ticks."""
        self.office.clock.instant += timedelta(hours=hours)
        self.office.wall_clock.instant += timedelta(hours=hours)
        self.ask(self.office.tick())

    @rule(number=st.integers(0, 99), what=st.sampled_from(EDITS))
    def edit_bill(self, number: int, what: str) -> None:
        """A person does something about a bill in QuickBooks, which may refuse it."""
        bill_id = self.bills[number % len(self.bills)]
        with suppress(AssertionError):
            _edited(self.quickbooks, what, bill_id)

    @rule(number=st.integers(0, 99))
    def void_payment(self, number: int) -> None:
        """A person voids one of our payments in QuickBooks."""
        paid = [each for each in self._standing() if each.state is OrderState.EXECUTED]
        if paid:
            with suppress(AssertionError):
                edit(self.quickbooks, "void", "BillPayment", {"Id": paid[number % len(paid)].bill_payment_id})

    @invariant()
    def holds_are_what_decisions_hold(self) -> None:
        """Each open decision holds what it pays, all others nothing; no sum of entries is below zero or untrue."""
        self.run(self._check_holds())

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """No request took effect twice, and no order has two payments, or any when it is cancelled or failed."""
        summary = self.quickbooks.http.get("/_emulator/journal/summary").json()["by_requestid"]
        assert all(each["applied"] <= 1 for each in summary.values())

    def teardown(self) -> None:
        """In the end all that was begun is settled, and the books are as we say."""
        try:
            self.quickbooks.heal()
            for _ in range(ROUNDS):
                moving = [each for each in self._standing() if each.state in _MOVING]
                for each in moving:
                    self._carried_out(each, "")
                self.office.wall_clock.instant += LOOK_AGAIN_AFTER
                self.ask(self.office.look())
            self.run(self._check_end())
        finally:
            self.stack.close()

    async def _drafted(self, bill_id: str, choice: Choice | int | None) -> None:
        picture = await self.office.services.picture(self.office.business_id)
        if isinstance(choice, int):
            open_cents = next((each.open.cents for each in picture.books.payables if each.ref.id == bill_id), 0)
            choice = PayNow(cents=max(1, open_cents * choice // 100))
        with suppress(AssertionError):  # the approval itself was refused
            await self.office.drafted(bill_id, choice=choice, picture=picture)

    async def _finalized(self, drafts: list[Decision], manner: Manner) -> None:
        office = self.office
        done = await office.finalize(drafts, manner)
        if any(each.state is DecisionState.AWAITING_SECOND_APPROVAL for each in done.decisions):
            picture = await office.services.picture(office.business_id)
            act = office.by(OLIVE)
            done = await office.finalizing.approve_second(office.business_id, done.batch.id, act, picture)
        self.orders += done.orders

    async def _thought_again(self, decision: Decision, *, anew: bool) -> None:
        office = self.office
        if not anew:
            await office.second_thoughts.cancel(office.business_id, decision.id, office.by(ANSEL))
            return
        picture = await office.services.picture(office.business_id)
        await office.second_thoughts.decide_anew(office.business_id, decision.id, office.by(ANSEL), picture)

    def _carried_out(self, order: StandingOrder, dies: str) -> None:
        """By the run that was begun before, if its process died; else by a new one."""
        run = self.runs.pop(order.order.id, None) or self.office.a_run()
        run.dying = {dies} - {""}
        try:
            self.run(self.office.carry_out(order, run))
        except DiedError:
            self.runs[order.order.id] = run

    def _standing(self) -> list[StandingOrder]:
        return [self.run(self.office.standing(each)) for each in self.orders]

    def _bank_day(self, days: int) -> date:
        calendar: BankCalendar = self.run(self.office.services.picture(self.office.business_id)).books.business.calendar
        return calendar.on_or_after(self.office.clock.now().date() + timedelta(days=days))

    async def _check_holds(self) -> None:
        office = self.office
        queued = await office.queued()
        async with office.services.database.tenant(office.business_id, read_only=True) as session:
            entries = await reserves.entries(session)
            held = {each.key: each.amount.cents for each in await reserves.earmarks(session, Currency("USD"))}
        sums: dict[str, int] = {}
        for each in entries:
            sign = 1 if each.movement.kind is EntryKind.HOLD else -1
            sums[each.reserve] = sums.get(each.reserve, 0) + sign * each.movement.cents
            assert sums[each.reserve] >= 0
        assert {key: cents for key, cents in sums.items() if cents} == held
        assert held == {each.hold_key: each.cents for each in queued if each.state in HELD}

    async def _check_end(self) -> None:
        office = self.office
        payments = self.quickbooks.all_of("BillPayment")
        for order in self.orders:
            standing = await office.standing(order)
            assert standing.state not in _MOVING, standing
            states = {each.state for each in await office.decisions_of(order) if each.order_id == order.order.id}
            if standing.state in _STANDS_FOR:
                assert states == {_STANDS_FOR[standing.state]}, standing
            made = [each for each in payments if order.order.marker in each.get("PrivateNote", "")]
            assert len(made) == (standing.state is OrderState.EXECUTED) or not any(
                Decimal(each["TotalAmt"]) for each in made
            ), (standing, made)
        async with office.services.database.tenant(office.business_id, read_only=True) as session:
            assert (await audit.verify(session)).broken_at is None


def _edited(quickbooks: Emulator, what: str, bill_id: str) -> None:
    if what == "pay":
        line = {"Amount": 10, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}
        paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": CHECKING}}, "TotalAmt": 10}
        edit(quickbooks, "create", "BillPayment", {"VendorRef": {"value": VENDOR}, **paid, "Line": [line]})
        return
    changes: dict[str, dict[str, object]] = {
        "delete": {},
        "amount": {"Line": bill("66.00", "")["Line"]},
        "vendor": {"VendorRef": {"value": "4"}},
        "remark": {"PrivateNote": "Looked at."},
    }
    with suppress(httpx2.HTTPError):
        operation = "delete" if what == "delete" else "update"
        edit(quickbooks, operation, "Bill", {"Id": bill_id, **changes[what]})
