"""An office where bills are approved, decided about and paid, before the small company with money in the bank."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.domains.ap.payments import PayBy, PaymentMethod
from oodaloo.domains.core.people import Member
from oodaloo.infra.db.session import TenantSession
from oodaloo.infra.qbo.smart_sync.policy import Patience
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Money
from oodaloo.runway.decisions.approval import Approving
from oodaloo.runway.decisions.execution import Execution
from oodaloo.runway.decisions.finalize import Asked, Finalized, Finalizing, Wanted
from oodaloo.runway.decisions.progress import BatchProgress, progress_of
from oodaloo.runway.decisions.queue import Choice, PayNow, Queue
from oodaloo.runway.decisions.second_thoughts import SecondThoughts
from oodaloo.runway.decisions.steps import Act
from oodaloo.runway.model.picture import CashPicture
from oodaloo.runway.records import decisions, orders, reserves
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.orders import SEPARATELY, Manner, StandingOrder
from tests.support.databases import TestDatabase
from tests.support.deciding import ANSEL, BEA
from tests.support.emulators import Emulator
from tests.support.people import edit
from tests.support.plain_runs import PlainRun
from tests.support.product import QUICK, UNLIMITED, connect, settings_for
from tests.support.rows import A_MOMENT
from tests.support.writing import CHECKING, SteppedClock, a_bill_in

UNDAUNTED = replace(QUICK, failures_until_rest=10_000)
"""Asks QuickBooks as often as ever, however often it has failed."""


@dataclass
class PayOffice:
    """People who decide, and the part of the product that carries it out.

    `clock` is product time, `wall_clock` what leases and QuickBooks' lag go by.
    """

    quickbooks: Emulator
    services: Services
    business_id: BusinessId
    clock: SteppedClock
    wall_clock: SteppedClock
    execution: Execution
    limit: Money | None = None
    _batches: int = 0

    async def look(self) -> CashPicture:
        """The newest picture, after a look at QuickBooks."""
        await self.services.refresh(self.business_id, max_age=timedelta(0))
        return await self.services.picture(self.business_id)

    def bill(self, amount: str = "100.00") -> str:
        """A new bill in QuickBooks; gives its id."""
        return str(json.loads(a_bill_in(self.quickbooks, amount))["Id"])

    def by(self, member: Member) -> Act:
        """What somebody does now."""
        return Act(member, self.clock.now(), self.wall_clock.now())

    async def drafted(
        self, *bill_ids: str, choice: Choice | None = None, picture: CashPicture | None = None
    ) -> tuple[Decision, ...]:
        """Bills that were approved and are to be paid now, or as `choice` says, by the newest picture or that one."""
        picture = picture or await self.look()
        outcomes = await self.approving.approve(self.business_id, bill_ids, self.by(ANSEL), picture)
        drafts = []
        for outcome in outcomes:
            assert outcome.decision is not None, outcome.refused
            draft = await self._queue.decide(
                self.business_id,
                outcome.bill_id,
                choice or PayNow(),
                self.by(BEA),
                picture,
                seen_version=outcome.decision.version,
                expected="It keeps the vendor happy.",
            )
            drafts.append(draft)
        return tuple(drafts)

    async def drafted_again(self, staged: Decision) -> tuple[Decision, ...]:
        """A bill that is staged, to be paid now."""
        picture, act = await self.look(), self.by(BEA)
        draft = await self._queue.decide(
            self.business_id, staged.seen.bill_id, PayNow(), act, picture, seen_version=staged.version
        )
        return (draft,)

    def from_account(self, account_id: str) -> PayNow:
        """Paying now, by the bank, from one account."""
        return PayNow(PaymentMethod(PayBy.BANK, account_id))

    async def queued(self) -> tuple[Decision, ...]:
        """Every decision that hasn't ended."""
        async with self.services.database.tenant(self.business_id, read_only=True) as session:
            return await decisions.not_ended(session)

    async def finalize(self, drafts: Sequence[Decision], manner: Manner = SEPARATELY) -> Finalized:
        """Finalize drafts in a batch of their own."""
        self._batches += 1
        asked = Asked(f"batch {self._batches}", tuple(Wanted(each.id, each.version) for each in drafts), manner)
        picture = await self.services.picture(self.business_id)
        return await self.finalizing.finalize(self.business_id, asked, self.by(ANSEL), picture, expected="")

    async def ordered(self, *bill_ids: str, choice: Choice | None = None) -> tuple[StandingOrder, ...]:
        """Orders to pay bills, each its own."""
        return (await self.finalize(await self.drafted(*bill_ids, choice=choice))).orders

    async def carry_out(self, order: StandingOrder, run: PlainRun | None = None) -> Decision:
        """Carry an order out in a run of its own, or that one; gives its first decision as it stands then."""
        run = run or self.a_run()
        await self.execution.carry_out(run, order.order.id)
        return await self.decision(order)

    def a_run(self, *dying: str) -> PlainRun:
        """A run that dies after those steps."""
        return PlainRun(self.services.database, self.business_id, self.wall_clock, dying=set(dying))

    async def decision(self, order: StandingOrder) -> Decision:
        """The first decision of an order as it stands."""
        async with self.services.database.tenant(self.business_id, read_only=True) as session:
            return await decisions.load(session, order.decision_ids[0])

    async def decisions_of(self, order: StandingOrder) -> tuple[Decision, ...]:
        """All decisions of an order as they stand."""
        async with self.services.database.tenant(self.business_id, read_only=True) as session:
            return await decisions.of_ids(session, order.decision_ids)

    async def standing(self, order: StandingOrder) -> StandingOrder:
        """An order as it stands."""
        async with self.services.database.tenant(self.business_id, read_only=True) as session:
            return await orders.order_of(session, order.order.id)

    async def progress(self, batch_id: str) -> BatchProgress:
        """How a batch gets on."""
        return await progress_of(self.services.database, self.business_id, batch_id)

    async def held(self) -> int:
        """The cents that are held."""
        async with self.services.database.tenant(self.business_id, read_only=True) as session:
            currency = (await self.services.business(self.business_id)).currency
            return sum(each.amount.cents for each in await reserves.earmarks(session, currency))

    async def tick(self) -> int:
        """What a worker does each few seconds."""
        services = replace(self.services, execution=self.execution)
        return await services.pay_due(await self.services.business(self.business_id))

    @property
    def second_thoughts(self) -> SecondThoughts:
        """Taking back and deciding anew."""
        return SecondThoughts(self.services.database)

    def paid(self, bill_id: str) -> list[str]:
        """The payments that a bill shows in QuickBooks, voided ones not."""
        found = self.quickbooks.call("GET", f"bill/{bill_id}").json()["Bill"].get("LinkedTxn", [])
        return [str(link["TxnId"]) for link in found]

    def payments(self, order: StandingOrder) -> list[str]:
        """The amounts of the payments in QuickBooks that bear an order's marker."""
        found = self.quickbooks.all_of("BillPayment")
        return [str(each["TotalAmt"]) for each in found if order.order.marker in each.get("PrivateNote", "")]

    @property
    def approving(self) -> Approving:
        """Approving bills."""
        return Approving(self.services.database, self._new_id)

    @property
    def finalizing(self) -> Finalizing:
        """Finalizing batches, above `limit` by two people."""
        return Finalizing(self.services.database, self.execution.enqueue, self._limit_of, self._new_id)

    @property
    def _queue(self) -> Queue:
        return Queue(self.services.database, self._new_id)

    def _new_id(self) -> str:
        return self.services.writes.new_id()

    async def _limit_of(self, _session: TenantSession) -> Money | None:
        return self.limit


@asynccontextmanager
async def a_pay_office(
    database: TestDatabase, quickbooks: Emulator, *, now: datetime = A_MOMENT, patience: Patience = UNDAUNTED
) -> AsyncIterator[PayOffice]:
    """The small company's office, connected and read, with a hundred thousand dollars more in the bank."""
    product_clock = SteppedClock(now)
    rules = replace(UNLIMITED, lease_seconds=0.1)  # for so long a call with an unknown end keeps its permit
    settings = settings_for(database, quickbooks)
    async with open_services(settings, product_clock, patience=patience, rules=rules) as services:
        put_in_bank(quickbooks, 100_000)
        business_id = await connect(services, quickbooks)
        await services.sync(business_id)
        await services.jobs.prepare()
        wall_clock = SteppedClock(product_clock.now())
        writes = replace(services.writes, wall_clock=wall_clock)
        execution = replace(services.execution, writes=writes, wall_clock=wall_clock)
        services.execution, services.writes = execution, writes
        quickbooks.fresh()
        yield PayOffice(quickbooks, services, business_id, product_clock, wall_clock, execution)


def put_in_bank(quickbooks: Emulator, dollars: int) -> None:
    """Money that came in otherwise."""
    detail = {"AccountRef": {"value": "8"}}
    line = {"Amount": dollars, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    body = {"DepositToAccountRef": {"value": CHECKING}, "TxnDate": "2026-10-01", "Line": [line]}
    edit(quickbooks, "create", "Deposit", body)


def at(day: date, hour: int = 15) -> datetime:
    """An hour of a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=A_MOMENT.tzinfo)
