"""SmartSync's doors: what each asks of QuickBooks, what it keeps, what it lets go of, and what it leaves in the log."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import Dialect, event

from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.calls import Lane, Operation, query_call, read_call, report_call, write_call
from oodaloo.infra.qbo.client import QboClient
from oodaloo.infra.qbo.errors import QboNoAnswerError, QboNotFoundError, ReconnectNeededError
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.policy import Deadlines
from oodaloo.kit.ids import RealmId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.gateway import REFRESH_OR_EXCHANGE, gateway
from tests.support.product import QUICK, connect, services_for

HOUR = timedelta(hours=1)
NONE = timedelta(0)
AGEING = report_call("AgedPayables", {"report_date": "2026-10-02"})
BRIEF_LEASES = Rules(cooling_seconds=0.001, lease_seconds=0.3)


@pytest.fixture
def company(working_company: Emulator) -> Emulator:
    """The small company that tests enter records into: others count what is in theirs."""
    return working_company


@pytest.fixture
async def desk(migrated: TestDatabase, company: Emulator) -> AsyncIterator[Services]:
    """The product with the small company connected, and permits that come back soon after an unknown end."""
    async with services_for(migrated, company, rules=BRIEF_LEASES) as services:
        await connect(services, company)
        yield services


def realm(quickbooks: Emulator) -> RealmId:
    """The connected company."""
    return RealmId(quickbooks.realm_id)


def asked(quickbooks: Emulator, name: str) -> int:
    """How many requests for a report reached QuickBooks."""
    return sum(request["path"].endswith(f"/{name}") for request in quickbooks.journal())


async def test_reads_give_what_quickbooks_has(desk: Services, company: Emulator) -> None:
    """A record, a query and a report come as QuickBooks sent them; a missing record is said to be missing."""
    smart_sync, here = desk.smart_sync, realm(company)
    bill = company.all_of("Bill")[0]  # by Id
    read = json.loads(await smart_sync.read(here, "Bill", bill["Id"], lane=Lane.USER))
    found = await smart_sync.query(here, "Bill", "SELECT * FROM Bill ORDERBY Id MAXRESULTS 1", lane=Lane.SYNC)
    report = json.loads(await smart_sync.report(here, "AgedPayables", AGEING.parameters, lane=Lane.BULK))
    assert (read["Id"], json.loads(found.records[0])["Id"]) == (bill["Id"], bill["Id"])
    assert report["Header"]["ReportName"] == "AgedPayables"
    with pytest.raises(QboNotFoundError):
        await smart_sync.read(here, "Bill", "987654", lane=Lane.USER)


async def test_forty_readers_cost_one_read_and_a_write_makes_it_old(desk: Services, company: Emulator) -> None:
    """Within the hour a report is asked for once, with one stamp; a write of ours makes the next reader ask again."""
    smart_sync, here = desk.smart_sync, realm(company)

    async def read() -> tuple[bytes, str]:
        recent = await smart_sync.recent(here, AGEING, max_age=HOUR, lane=Lane.USER)
        return recent.answer.body, recent.at.isoformat()

    answers = set(await asyncio.gather(*(read() for _ in range(40))))
    answers.add(await read())
    assert len(answers) == 1
    assert asked(company, "AgedPayables") == 1
    await smart_sync.recent(here, AGEING, max_age=NONE, lane=Lane.USER)
    assert asked(company, "AgedPayables") == 2
    body = json.dumps({"DisplayName": "Stationer"}).encode()
    await smart_sync.write(here, write_call("Vendor", Operation.CREATE, body, "stationer"), lane=Lane.USER)
    await read()
    assert asked(company, "AgedPayables") == 3
    used = await desk.limits.metered.used()
    assert used[here] == {"AgedPayables": 3}


async def test_only_reads_are_kept(desk: Services, company: Emulator) -> None:
    """To ask for a recent answer to a write is a mistake of the caller's."""
    call = write_call("Vendor", Operation.CREATE, b"{}", "never")
    with pytest.raises(ValueError, match="changes something"):
        await desk.smart_sync.recent(realm(company), call, max_age=HOUR, lane=Lane.USER)


async def test_an_ended_connection_uses_nothing_up(desk: Services, company: Emulator) -> None:
    """Without a connection nothing is sent, no permit is taken and no read counted."""
    await desk.tokens.disconnect(realm(company))
    company.fresh()
    for _ in range(20):
        with pytest.raises(ReconnectNeededError):
            await desk.smart_sync.read(realm(company), "Bill", "1", lane=Lane.USER)
    assert company.journal() == []
    assert await desk.limits.metered.used() == {}


async def test_a_disconnection_by_another_process_is_noticed(desk: Services, company: Emulator) -> None:
    """A token that this process still knows is refused by QuickBooks; then the connection is found to have ended."""
    call = report_call("AgedPayables", {})
    await desk.smart_sync.call(realm(company), call, lane=Lane.USER)
    await replace(desk.tokens).disconnect(realm(company))
    with pytest.raises(ReconnectNeededError, match="Disconnected by you"):
        await desk.smart_sync.call(realm(company), call, lane=Lane.USER)
    assert [request["status"] for request in company.journal()] in ([200, 401], [200])


async def test_nobody_waits_for_tokens_beyond_the_lane_s_time(migrated: TestDatabase, company: Emulator) -> None:
    """While Intuit's sign-in doesn't answer, a call ends with its lane's time and nothing more is sent."""
    brief = replace(QUICK, deadlines=dict.fromkeys(Lane, Deadlines(begin_seconds=0.3, read_seconds=10.0)))
    async with gateway(str(company.announced["base_url"])) as between:
        discovery = f"{between.url}/.well-known/openid_configuration"
        async with services_for(migrated, company, patience=brief, qbo_discovery_url=discovery) as services:
            brought = await asyncio.to_thread(company.consent, await services.begin_connect())
            await services.finish_connect(code=brought["code"], realm_id=brought["realmId"], state=brought["state"])
            company.fresh()
            company.fail("token_expired")
            between.held[REFRESH_OR_EXCHANGE] = asyncio.Event()
            with pytest.raises(QboNoAnswerError, match="Fresh tokens didn't come"):
                await services.smart_sync.read(realm(company), "Term", "1", lane=Lane.USER)
            assert [request["status"] for request in company.journal()] == [401]
            between.held[REFRESH_OR_EXCHANGE].set()


async def test_a_permit_that_is_lost_costs_no_answer(
    migrated: TestDatabase, company: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The database of the permits goes away while QuickBooks answers: the answer is given, the loss is logged."""
    term = f"GET /v3/company/{company.realm_id}/term/1"
    async with (
        gateway(str(company.announced["base_url"])) as between,
        services_for(migrated, company, qbo_api_url=f"{between.url}/v3/company") as services,
    ):
        await connect(services, company)
        between.held[term] = asyncio.Event()
        reading = asyncio.create_task(services.smart_sync.read(realm(company), "Term", "1", lane=Lane.USER))
        await between.wait_for(term)
        event.listen(services.limits.quick.engine, "do_connect", _refuse)
        services.limits.quick.engine.dispose()
        between.held[term].set()
        assert b"Net 30" in await reading
    assert "wasn't given back" in caplog.text


def _refuse(dialect: Dialect, *_how: object) -> None:
    raise dialect.loaded_dbapi.OperationalError("the database is away")


async def test_cancelled_calls_let_go_of_their_permits(desk: Services, company: Emulator) -> None:
    """Ten calls hang and are cancelled, with ten more waiting behind them: the next ones go through."""
    smart_sync, here = desk.smart_sync, realm(company)
    company.fail("delay", entity="Term", delay_ms=60_000, times=10)
    hanging = [asyncio.create_task(smart_sync.read(here, "Term", "1", lane=Lane.USER)) for _ in range(20)]
    await asyncio.to_thread(company.wait_for_faults)
    for call in hanging:
        call.cancel()
    await asyncio.wait(hanging)
    assert all(call.cancelled() for call in hanging)
    again = (smart_sync.read(here, "Term", "1", lane=Lane.BULK) for _ in range(10))
    assert len(await asyncio.gather(*again)) == 10


@pytest.mark.parametrize("how", ["cancelled", "too late"])
async def test_a_call_that_ends_early_lets_go_of_its_connection(desk: Services, company: Emulator, how: str) -> None:
    """With room for one connection only, the call after a cancelled or a late one gets it."""
    token = await desk.tokens.access_token(realm(company))
    call = read_call("Term", "1")
    async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=1)) as http:
        client = QboClient(http, company.api_url)
        company.fail("delay", entity="Term", delay_ms=60_000)
        if how == "cancelled":
            hanging = asyncio.create_task(client.send(realm(company), token, call))
            await asyncio.to_thread(company.wait_for_faults)
            hanging.cancel()
            await asyncio.wait([hanging])
        else:
            with pytest.raises(QboNoAnswerError, match=r"about Term .* \(TimeoutError\)"):
                await client.send(realm(company), token, call, deadline_seconds=0.3)
        assert b"Net 30" in (await client.send(realm(company), token, call)).body


async def test_each_call_is_logged_with_intuit_s_id_and_nothing_secret(
    desk: Services, company: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Successes and failures alike leave the id that Intuit's support asks for; no token, no body, no query."""
    caplog.set_level(logging.DEBUG)
    smart_sync, here = desk.smart_sync, realm(company)
    company.fail("error_before", entity="Customer")
    await smart_sync.query(here, "Customer", "SELECT * FROM Customer WHERE DisplayName LIKE '%'", lane=Lane.USER)
    call = query_call("Term", "SELECT * FROM Term")
    answer = await smart_sync.call(here, call, lane=Lane.USER)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("oodaloo.")]
    assert [line.split(",")[0] for line in lines] == [
        f"GET Customer of {here}: QboServerError",
        f"GET Customer of {here}: 200",
        f"GET Term of {here}: 200",
    ]
    assert answer.intuit_tid
    assert lines[-1].endswith(f", {answer.intuit_tid}")
    token = await desk.tokens.access_token(here)
    assert not any(secret in line for line in lines for secret in (token, "Net 30", "Harbor", "LIKE"))
