"""Many payments on a bad day: decided by people, carried out by workers who die, judged by QuickBooks' own books."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import httpx2
import msgspec
import uvicorn
from sqlalchemy import func, select

from oodaloo.bootstrap.opening import open_services
from oodaloo.bootstrap.services import Services
from oodaloo.cli.server import bind_loopback
from oodaloo.domains.core import audit
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.kit.clock import FixedClock
from oodaloo.runway.decisions.queue import PayNow
from oodaloo.runway.model.decisions import DecisionState
from oodaloo.runway.records import orders
from oodaloo.runway.records.decisions import Decision
from oodaloo.runway.records.orders import SEPARATELY, Manner, OrderState, StandingOrder
from oodaloo.runway.records.tables import PaymentOrderRow, ReserveRow
from oodaloo.web.app import create_app
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.forked import Forks
from tests.support.pay_crews import PayCrew
from tests.support.pay_worker import FileClock, Plan
from tests.support.paying import UNDAUNTED, PayOffice, put_in_bank
from tests.support.product import UNLIMITED, connect, environment, settings_for
from tests.support.recordings import JsonObject
from tests.support.rows import A_MOMENT
from tests.support.write_campaign import RATES, STALE_SECONDS
from tests.support.writing import SteppedClock

SELDOM = frozenset({"stale_token_conflict", "cdc_gap"})
"""They strike changes of records and looks at what changed; payments only make new records."""
DAY_RATES = {kind: rate for kind, rate in RATES.items() if kind not in SELDOM} | {"webhook_duplicate": 0.3}
LAG_SECONDS = STALE_SECONDS + 0.3
LEASE_SECONDS = 1.0
HASTY_JOBS = JobRules(lease_seconds=3)
IN_A_BATCH = 20
WEBHOOKS = "/webhooks/quickbooks"
_AT_REST = frozenset({OrderState.EXECUTED, OrderState.FAILED, OrderState.CANCELLED})
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Day:
    """How much is decided and carried out by how many, how often they die or stand still, and the dice of it all."""

    decisions: int
    workers: int
    kills: int
    stops: int
    seed: int
    at_most_seconds: float


@dataclass(frozen=True)
class Verdict:
    """What happened, by QuickBooks' books and journal and our records; `problems` says what is amiss, by kind."""

    executed: int
    unresolved: int
    holds_left: int
    kills: int
    stops: int
    fenced: int
    by_step: Mapping[str, int]
    faults: Mapping[str, int]
    duplicates: Sequence[str]
    lost: Sequence[str]
    wrong: Sequence[str]


async def bad_day(day: Day, database: TestDatabase, quickbooks: Emulator, forked: Forks, folder: Path) -> Verdict:
    """Have so many bills approved, decided about, finalized and paid on a bad day, and judge what came of it."""
    async with _an_office(database, quickbooks) as office, _listening(office.services) as url:
        bill_ids = [office.bill(f"{10 + number % 90}.{number % 100:02}") for number in range(day.decisions)]
        await office.look()
        quickbooks.fresh()
        quickbooks.announce_to(url)
        FileClock(folder / "clock").set(A_MOMENT)
        crew = hired(day, office, forked, folder)
        with ExitStack() as ending:
            ending.callback(crew.end)
            _disturb(quickbooks, day.seed)
            ordered: list[StandingOrder] = []
            deciding = asyncio.create_task(_decide(office, bill_ids, ordered))
            with suppress(TimeoutError):  # what isn't resolved by then is told
                async with asyncio.timeout(day.at_most_seconds):
                    await _worked(office, crew, deciding)
            deciding.cancel()
            faults = _faults(quickbooks)
        quickbooks.announce_to(None)
        await office.look()
        return await _judged(office, day, ordered, crew, faults)


def hired(day: Day, office: PayOffice, forked: Forks, folder: Path) -> PayCrew:
    """Workers for a day, who go by the clock in the folder."""
    boards = folder / "boards"
    boards.mkdir()
    plan = Plan(str(folder / "clock"), LAG_SECONDS, LEASE_SECONDS, HASTY_JOBS, str(boards))
    (folder / "plan.json").write_bytes(msgspec.json.encode(plan))
    return PayCrew(
        forked=forked,
        plan=folder / "plan.json",
        boards=boards,
        settings=environment(office.services.settings),
        count=day.workers,
        dice=random.Random(day.seed),  # noqa: S311 (moments, no secrets)
        total=day.decisions,
        kills=day.kills,
        stops=day.stops,
    )


@asynccontextmanager
async def _an_office(database: TestDatabase, quickbooks: Emulator) -> AsyncIterator[PayOffice]:
    """The company's people; workers carry out what they finalize, in processes of their own."""
    settings = settings_for(database, quickbooks, qbo_webhook_verifier=quickbooks.verifier)
    rules = replace(UNLIMITED, lease_seconds=0.1)
    async with open_services(settings, FixedClock(A_MOMENT), patience=UNDAUNTED, rules=rules) as services:
        put_in_bank(quickbooks, 1_000_000)
        business_id = await connect(services, quickbooks)
        await services.sync(business_id)
        await services.jobs.prepare()
        clock, wall_clock = SteppedClock(A_MOMENT), SteppedClock(A_MOMENT)
        yield PayOffice(quickbooks, services, business_id, clock, wall_clock, services.execution)


@asynccontextmanager
async def _listening(services: Services) -> AsyncIterator[str]:
    """Where QuickBooks can announce what changed."""
    with bind_loopback("127.0.0.1", 0) as listener:
        config = uvicorn.Config(create_app(services), log_level="critical", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{WEBHOOKS}"
        finally:
            server.should_exit = True
            await serving


def _disturb(quickbooks: Emulator, seed: int) -> None:
    described = {"seed": seed, "rates": DAY_RATES, "delay_ms": 30, "retry_after_seconds": 0, "seconds": STALE_SECONDS}
    answer = quickbooks.http.post("/_emulator/campaign", json=described)
    assert answer.status_code < httpx2.codes.BAD_REQUEST, answer.text


def _faults(quickbooks: Emulator) -> Mapping[str, int]:
    """How often each kind of fault has struck, with zeros; none strikes from now on."""
    struck = quickbooks.http.get("/_emulator/campaign").json()["struck"]
    quickbooks.http.delete("/_emulator/campaign").raise_for_status()
    return {kind: struck.get(kind, 0) for kind in sorted(DAY_RATES)}


async def _decide(office: PayOffice, bill_ids: Sequence[str], ordered: list[StandingOrder]) -> None:
    """Approve, draft and finalize in batches: some bills are paid in part, and in some batches several together."""
    for number, first in enumerate(range(0, len(bill_ids), IN_A_BATCH)):
        picture = await office.services.picture(office.business_id)
        drafts: list[Decision] = []
        for position, bill_id in enumerate(bill_ids[first : first + IN_A_BATCH]):
            part = PayNow(cents=500) if position % 7 == 6 else PayNow()
            drafts += await office.drafted(bill_id, choice=part, picture=picture)
        manner = Manner(together=True) if number % 5 == 4 else SEPARATELY
        ordered += (await office.finalize(drafts, manner)).orders


async def _worked(office: PayOffice, crew: PayCrew, deciding: "asyncio.Task[None]") -> None:
    """Keep the crew at work, and let them die, until all that was decided is settled."""
    while True:
        at_rest, others = await _standing(office)
        await asyncio.to_thread(crew.look, at_rest)
        if deciding.done():
            deciding.result()  # raises what went wrong
            if not others:
                return
        await asyncio.sleep(_LOOK_SECONDS)


async def _standing(office: PayOffice) -> tuple[int, int]:
    """How many decisions' orders are at rest, and how many aren't."""
    counted = select(PaymentOrderRow.state, func.count(PaymentOrderRow.id)).group_by(PaymentOrderRow.state)
    async with office.services.database.tenant(office.business_id, read_only=True) as session:
        found = {OrderState(state): count for state, count in await session.rows(counted)}
    at_rest = sum(count for state, count in found.items() if state in _AT_REST)
    return at_rest, sum(found.values()) - at_rest


async def _judged(
    office: PayOffice, day: Day, ordered: Sequence[StandingOrder], crew: PayCrew, faults: Mapping[str, int]
) -> Verdict:
    quickbooks = office.quickbooks
    summary = quickbooks.http.get("/_emulator/journal/summary").json()
    payments = quickbooks.all_of("BillPayment")
    bills = {each["Id"]: each for each in quickbooks.all_of("Bill")}
    duplicates = [
        f"requestid {requestid} took effect {each['applied']} times"
        for requestid, each in summary["by_requestid"].items()
        if each["applied"] > 1
    ]
    lost, wrong, states = [], [], Counter[DecisionState]()
    async with office.services.database.tenant(office.business_id, read_only=True) as session:
        standing = [await orders.order_of(session, each.order.id) for each in ordered]
        holds = len(await session.scalars(select(ReserveRow.key).where(ReserveRow.cents > 0)))
        broken_at = (await audit.verify(session)).broken_at
    for each in standing:
        of_order = await office.decisions_of(each)
        states.update(decision.state for decision in of_order)
        made = [payment for payment in payments if each.order.marker in payment.get("PrivateNote", "")]
        if len(made) > 1:
            duplicates.append(f"{each.order.id}: QuickBooks has {[payment['Id'] for payment in made]}")
        if not made and each.state in _AT_REST:
            lost.append(f"{each.order.id} is {each.state}, and QuickBooks doesn't have it: {each.told}")
        wrong += _problems(each, of_order, made, bills)
    if broken_at is not None:
        wrong.append(f"the audit trail is broken at {broken_at}")
    return Verdict(
        executed=states[DecisionState.EXECUTED],
        unresolved=day.decisions - states[DecisionState.EXECUTED],
        holds_left=holds,
        kills=crew.killed,
        stops=crew.stopped,
        fenced=crew.fenced,
        by_step=crew.by_step,
        faults=faults,
        duplicates=duplicates,
        lost=lost,
        wrong=wrong,
    )


def _problems(
    standing: StandingOrder, of_order: Sequence[Decision], made: Sequence[JsonObject], bills: Mapping[str, JsonObject]
) -> list[str]:
    """In what the books differ from what was ordered and what we say of it."""
    found = []
    for payment in made:
        if payment["Id"] != standing.bill_payment_id and standing.state in _AT_REST:
            found.append(f"{standing.order.id} is told to be {standing.bill_payment_id}, it is {payment['Id']}")
        if Decimal(payment["TotalAmt"]) != standing.order.total.amount:
            found.append(f"{standing.order.id} should be {standing.order.total}, it is {payment['TotalAmt']}")
    for part in standing.order.bills:
        left = Decimal(bills[part.bill_id]["Balance"])
        if left != (part.seen_open - part.paid).amount and standing.state in _AT_REST:
            found.append(f"{left} is left of bill {part.bill_id}, of which {part.paid} was to be paid")
    found += [f"{each.id} is {each.state}: {each.told}" for each in of_order if each.state is DecisionState.FAILED]
    return found
