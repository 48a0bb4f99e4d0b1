"""Weeks of a business as a state machine: people edit the books, calls fail, webhooks go astray, processes are killed.

Whatever happened, the mirror must come to be what a full query of QuickBooks shows, and cost no more reads than stated.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.mirror.state import MirrorStateRow
from oodaloo.kit.errors import OodalooError
from oodaloo.worker.loop import Worker
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.forked import ROOT, Forks
from tests.support.mirrors import assert_mirrored
from tests.support.people import let_reads_lag, pass_time
from tests.support.product import QUICK, UNLIMITED, connect, environment, settings_for
from tests.support.recordings import JsonObject
from tests.support.web import served

_T = TypeVar("_T")

TRIES = 50
WEBHOOKS = "/webhooks/quickbooks"
BEGINS = datetime(2026, 10, 2, 16, 30, tzinfo=UTC)
SETTLING = timedelta(days=1, hours=1)
LONGEST_IDLE = timedelta(days=25)
"""After that books may be read whole again: change data capture reaches 30 days back."""

WHOLE = len(ENTITY_TYPES) + 1
"""Metered reads of reading the small company whole: a page of each type, and a closing change data capture."""

RATES = {
    "lost_answer": 0.08,
    "truncate": 0.08,
    "error_before": 0.08,
    "error_after": 0.05,
    "drop_before": 0.05,
    "throttle_json": 0.05,
    "throttle_xml": 0.05,
    "slow": 0.03,
    "delay": 0.03,
    "token_expired": 0.05,
    "cdc_gap": 0.1,
    "clock_skew": 0.05,
    "webhook_drop": 0.25,
    "webhook_duplicate": 0.25,
    "webhook_delay": 0.15,
    "webhook_reorder": 0.25,
}
"""Stale reads are left to `lag`: the campaign's lag real seconds behind, in which months of the company may pass."""


@dataclass
class HandClock:
    """Product time that only the test moves."""

    instant: datetime

    def now(self) -> datetime:
        """The instant that it was moved to."""
        return self.instant


@dataclass(frozen=True)
class Surroundings:
    """What each run of the machine begins with: a migrated database and a company of its own."""

    database: Callable[[], TestDatabase]
    company: Callable[[], AbstractContextManager[Emulator]]
    forked: Forks


@dataclass
class Spent:
    """Metered reads, and what may explain them."""

    reads: int = 0
    allowed: int = 0
    checks: int = 0


@dataclass
class Office:
    """The product at work on one company: a site that takes webhooks, and services whose clock the test moves."""

    surroundings: Surroundings
    stack: ExitStack = field(default_factory=ExitStack)
    clock: HandClock = field(default_factory=lambda: HandClock(BEGINS))
    spent: Spent = field(default_factory=Spent)

    def __post_init__(self) -> None:
        self.runner = self.stack.enter_context(asyncio.Runner())
        self.database = self.surroundings.database()
        self.quickbooks = self.stack.enter_context(self.surroundings.company())
        verifier = str(self.quickbooks.announced["webhook_verifier_token"])
        site = self.stack.enter_context(served(self.database, self.quickbooks, qbo_webhook_verifier=verifier))
        self.quickbooks.announce_to(f"{site.url}{WEBHOOKS}")
        self.services = self.run(self._open())
        self.business_id = self.run(connect(self.services, self.quickbooks))
        self.worker = Worker(self.services, "the test's", shows_pages=False)
        self.last_check: datetime | None = None

    async def _open(self) -> Services:
        opened = AsyncExitStack()
        self.stack.callback(lambda: self.run(opened.aclose()))
        settings = settings_for(self.database, self.quickbooks)
        return await opened.enter_async_context(open_services(settings, self.clock, patience=QUICK, rules=UNLIMITED))

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run to the end on the office's own loop."""
        return self.runner.run(work)

    def check(self, work: Coroutine[Any, Any, object], *, whole: bool = False) -> None:
        """Do something that may ask QuickBooks, count what it cost, and allow for what it may cost."""
        reads, struck = self.metered(), self.struck()
        idle = self.last_check is None or self.clock.now() - self.last_check > LONGEST_IDLE
        with suppress(OodalooError):  # what fails is tried again later; nothing else is asked of it
            self.run(work)
            self.last_check = self.clock.now()
        self.count(reads, struck, whole=whole or idle)

    def count(self, reads_before: int, struck_before: int, *, whole: bool) -> None:
        """Note what a check cost. It may cost one read, one of the ledger, and one for each fault."""
        self.spent.reads += self.metered() - reads_before
        self.spent.checks += 1
        self.spent.allowed += 2 + (WHOLE if whole else 0) + self.struck() - struck_before

    def metered(self) -> int:
        """What QuickBooks has counted of our reads so far."""
        counted = self.quickbooks.http.get("/_emulator/metering").json()["counted"]
        return sum(int(each["core_plus"]) for each in counted)

    def struck(self) -> int:
        """How many calls a fault has hit so far."""
        summary = self.quickbooks.http.get("/_emulator/journal/summary").json()
        return sum(summary["faults"].values())

    def pass_time(self, seconds: int) -> None:
        """Let time pass, in the company and for us."""
        pass_time(self.quickbooks, seconds=seconds)
        self.clock.instant += timedelta(seconds=seconds)

    def let_leases_run_out(self) -> None:
        """What a killed process held is given up by the time that passes, which no test waits for."""
        self.run(self._release())

    async def _release(self) -> None:
        async with self.services.database.tenant(self.business_id) as session:
            await session.update(MirrorStateRow, values={"leased_until": None})

    def some(self, entity: str, number: int, **conditions: object) -> JsonObject | None:
        """One of the company's records of a type, chosen by a number; None when it has none."""
        records = self._all_of(entity, "true, false" if entity in ("Customer", "Vendor") else "")
        fitting = [each for each in records if all(each.get(name) == value for name, value in conditions.items())]
        return fitting[number % len(fitting)] if fitting else None

    def _all_of(self, entity: str, active: str) -> list[JsonObject]:
        """What the company has of a type. The faults that are meant for the product strike this question too."""
        for _ in range(TRIES):
            with suppress(httpx2.HTTPError, ValueError, AssertionError):
                return self.quickbooks.all_of(entity, active=active)
        raise AssertionError(f"QuickBooks didn't tell of {entity} in {TRIES} tries")


class Weeks(RuleBasedStateMachine):
    """The machine itself; `surroundings` is given by the test."""

    surroundings: Surroundings

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(self.surroundings)
        self.lagging = False
        self.failing = False
        self.names = 0

    @initialize()
    def read_the_books(self) -> None:
        """Connected and read, as every business begins."""
        self.office.check(self.office.services.sync(self.office.business_id), whole=True)

    @rule(number=st.integers(0, 99), cents=st.integers(1, 999_999))
    def enter_bill(self, number: int, cents: int) -> None:
        """Somebody enters a bill."""
        vendor = self.office.some("Vendor", number, Active=True)
        if vendor:
            detail = {"AccountRef": {"value": "10"}}
            line = {"Amount": cents / 100, "DetailType": _EXPENSE, _EXPENSE: detail}
            self._edit("create", "Bill", {"VendorRef": {"value": vendor["Id"]}, "Line": [line]})

    @rule(number=st.integers(0, 99), cents=st.integers(1, 999_999))
    def enter_invoice(self, number: int, cents: int) -> None:
        """Somebody writes an invoice."""
        customer = self.office.some("Customer", number, Active=True)
        if customer:
            detail = {"ItemRef": {"value": "1"}}
            line = {"Amount": cents / 100, "DetailType": _SALE, _SALE: detail}
            self._edit("create", "Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]})

    @rule(number=st.integers(0, 99), share=st.integers(1, 100))
    def pay_bill(self, number: int, share: int) -> None:
        """Somebody pays a bill, perhaps in part."""
        bill = self.office.some("Bill", number)
        amount = round(float(bill["Balance"]) * share / 100, 2) if bill else 0
        if bill and amount:
            check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "1"}}}
            self._edit("create", "BillPayment", {"VendorRef": bill["VendorRef"], **check, **_settling(bill, amount)})

    @rule(number=st.integers(0, 99), share=st.integers(1, 100))
    def receive_payment(self, number: int, share: int) -> None:
        """A customer pays an invoice, perhaps in part."""
        invoice = self.office.some("Invoice", number)
        amount = round(float(invoice["Balance"]) * share / 100, 2) if invoice else 0
        if invoice and amount:
            self._edit("create", "Payment", {"CustomerRef": invoice["CustomerRef"], **_settling(invoice, amount)})

    @rule(number=st.integers(0, 99), entity=st.sampled_from(["Bill", "Invoice", "Purchase", "BillPayment", "Transfer"]))
    def change_remark(self, number: int, entity: str) -> None:
        """Somebody writes a remark on a document."""
        found = self.office.some(entity, number)
        if found:
            self._edit("update", entity, {"Id": found["Id"], "PrivateNote": f"Remark {number}"})

    @rule(
        number=st.integers(0, 99),
        entity=st.sampled_from(["Bill", "Invoice", "Payment", "BillPayment", "Deposit", "JournalEntry", "Transfer"]),
    )
    def delete_document(self, number: int, entity: str) -> None:
        """Somebody deletes a document."""
        found = self.office.some(entity, number)
        if found:
            self._edit("delete", entity, {"Id": found["Id"]})

    @rule(number=st.integers(0, 99), entity=st.sampled_from(["Invoice", "BillPayment"]))
    def void_document(self, number: int, entity: str) -> None:
        """Somebody voids a document."""
        found = self.office.some(entity, number)
        if found:
            self._edit("void", entity, {"Id": found["Id"]})

    @rule(number=st.integers(0, 99), entity=st.sampled_from(["Customer", "Vendor"]), active=st.booleans())
    def retire_or_bring_back(self, number: int, entity: str, *, active: bool) -> None:
        """Somebody makes a name inactive, or active again."""
        found = self.office.some(entity, number, Active=not active)
        if found:
            self._edit("update", entity, {"Id": found["Id"], "Active": active})

    @rule(number=st.integers(0, 99), entity=st.sampled_from(["Customer", "Vendor"]))
    def rename(self, number: int, entity: str) -> None:
        """Somebody gives a customer or vendor another name."""
        found = self.office.some(entity, number, Active=True)
        if found:
            self.names += 1
            self._edit("update", entity, {"Id": found["Id"], "DisplayName": f"Renamed {self.names}"})

    @rule(seconds=st.sampled_from([5, 60, 600, 3_600, 86_400, 3 * 86_400]))
    def let_time_pass(self, seconds: int) -> None:
        """Nothing happens for a while."""
        self.office.pass_time(seconds)

    @rule()
    def go_on_holiday(self) -> None:
        """Five weeks without anybody looking: longer than change data capture reaches back."""
        self.office.pass_time(35 * 86_400)

    @precondition(lambda self: not self.failing)
    @rule(seed=st.integers(0, 9_999))
    def begin_failing(self, seed: int) -> None:
        """From now on calls fail and webhooks go astray at random."""
        described = {"seed": seed, "rates": RATES, "delay_ms": 20, "retry_after_seconds": 0, "seconds": 120}
        answer = self.office.quickbooks.http.post("/_emulator/campaign", json=described)
        assert answer.status_code < httpx2.codes.BAD_REQUEST, answer.text
        self.failing = True

    @precondition(lambda self: self.failing)
    @rule()
    def stop_failing(self) -> None:
        """QuickBooks is well again."""
        self.office.quickbooks.http.delete("/_emulator/campaign").raise_for_status()
        self.failing = False

    @rule(seconds=st.sampled_from([0, 20, 300]))
    def lag(self, seconds: int) -> None:
        """QuickBooks' reads are so much behind its writes."""
        let_reads_lag(self.office.quickbooks, seconds)
        self.lagging = seconds > 0

    @rule(minutes=st.sampled_from([0, 5, 60]))
    def refresh(self, minutes: int) -> None:
        """Somebody wants books that are no older than this."""
        max_age = timedelta(minutes=minutes)
        self.office.check(self.office.services.refresh(self.office.business_id, max_age=max_age))

    @rule()
    def work(self) -> None:
        """The worker looks what is due."""
        self.office.check(self._tick())

    @rule(start_over=st.booleans())
    def read_all(self, *, start_over: bool) -> None:
        """Somebody has everything read again."""
        work = self.office.services.sync(self.office.business_id, start_over=start_over)
        self.office.check(work, whole=True)

    @rule(program=st.sampled_from(["refresh", "sync"]), calls=st.integers(0, 12))
    def kill(self, program: str, calls: int) -> None:
        """A process that refreshes or reads everything is killed after so many calls, or ends before."""
        office = self.office
        reads, struck, heard = office.metered(), office.struck(), len(office.quickbooks.journal())
        settings = environment(settings_for(office.database, office.quickbooks))
        arguments = (program, office.business_id, office.clock.now().isoformat())
        victim = office.surroundings.forked.start(*arguments, settings=settings, folder=ROOT)
        while len(office.quickbooks.journal()) < heard + calls and not office.surroundings.forked.has_ended(victim):
            pass
        office.surroundings.forked.kill(victim)
        office.let_leases_run_out()
        office.count(reads, struck, whole=True)

    def teardown(self) -> None:
        """Let everything come to rest, and compare."""
        office = self.office
        try:
            office.quickbooks.http.delete("/_emulator/campaign").raise_for_status()
            let_reads_lag(office.quickbooks, 0)
            office.pass_time(int(SETTLING.total_seconds()))
            office.check(office.services.refresh(office.business_id, max_age=timedelta(0)))
            office.run(assert_mirrored(office.database, office.quickbooks))
            assert office.spent.reads <= office.spent.allowed, office.spent
        finally:
            office.stack.close()

    async def _tick(self) -> None:
        await self.office.worker.tick()
        await self.office.worker.settled()

    def _edit(self, operation: str, entity: str, body: Mapping[str, object]) -> None:
        """Do it in QuickBooks, unless QuickBooks refuses (a paid bill can't be deleted, say)."""
        described = {"operation": operation, "entity": entity, "body": dict(body)}
        answer = self.office.quickbooks.http.post("/_emulator/edit", json=described)
        assert answer.status_code in (httpx2.codes.OK, httpx2.codes.CONFLICT), answer.text


def _settling(document: JsonObject, amount: float) -> dict[str, object]:
    kind = "Bill" if "VendorRef" in document else "Invoice"
    link = {"TxnId": document["Id"], "TxnType": kind}
    return {"TotalAmt": amount, "Line": [{"Amount": amount, "LinkedTxn": [link]}]}


_EXPENSE = "AccountBasedExpenseLineDetail"
_SALE = "SalesItemLineDetail"
