"""Bad answers in the middle of a sync: those that time heals are healed, the others are told, and nothing is halved."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from oodaloo.bootstrap.registry import ENTITY_TYPES
from oodaloo.bootstrap.services import Services
from oodaloo.infra.qbo.errors import (
    QboError,
    QboForbiddenError,
    QboMalformedAnswerError,
    QboServerError,
    QboUnauthorizedError,
    QboValidationError,
    ReconnectNeededError,
)
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.kit.ids import BusinessId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator, reads
from tests.support.gateway import gateway
from tests.support.mirrors import mirror_of, sources_in, sources_of
from tests.support.product import connect, services_for
from tests.support.recordings import small_company, write

THROTTLED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001"><Message>'
    "message=ThrottleExceeded; errorCode=003001; statusCode=429</Message></Error></Fault></IntuitResponse>"
)
EVERY_ATTEMPT = 5
ALL_READS = len(ENTITY_TYPES) + 1  # a page of each type, and the closing look for changes


async def read_through(database: TestDatabase, company: Emulator) -> None:
    """Connect and sync: the mirror is what QuickBooks has, and each page was answered once."""
    async with services_for(database, company) as services:
        business_id = await connect(services, company)
        done = await services.sync(business_id)
        assert await services.sync_progress(business_id) == done
    assert company.waiting_faults() == 0
    answered = Counter(reads(company.journal(company.realm_id)))
    assert (len(answered), set(answered.values())) == (len(ENTITY_TYPES), {1})
    assert done.metered_reads == ALL_READS
    assert done.failed == ""
    assert await sources_of(database) == sources_in(company)


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status", "status": 500},
        {"action": "status", "status": 503, "body": "<html>busy</html>", "content_type": "text/html"},
        {"action": "truncate"},
        {"action": "drop_before"},
        {"action": "lost_answer"},
        {"action": "token_expired"},
        {"action": "throttle_json", "retry_after_seconds": 0},
        {"action": "throttle_xml", "retry_after_seconds": 0},
    ],
    ids=["500", "503 in html", "truncated", "dropped", "answer lost", "token expired", "throttled", "throttled in xml"],
)
async def test_what_time_heals_is_healed(migrated: TestDatabase, company: Emulator, fault: dict[str, Any]) -> None:
    """One failure in the middle is retried: the sync completes and the mirror is whole."""
    company.fail(**fault, entity="Invoice")
    await read_through(migrated, company)


async def test_a_throttle_that_came_as_a_403_is_waited_out(migrated: TestDatabase, company: Emulator) -> None:
    """QuickBooks' throttle came with status 403 once: it is known by its words, and the sync completes."""
    head = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nRetry-After: 0\r\n"
    throttle = f"{head}Content-Length: {len(THROTTLED)}\r\nConnection: close\r\n\r\n{THROTTLED}".encode()
    query = f"GET /v3/company/{company.realm_id}/query"
    async with gateway(str(company.announced["base_url"])) as between:
        between.once[query] = [throttle]
        async with services_for(migrated, company, qbo_api_url=f"{between.url}/v3/company") as services:
            done = await services.sync(await connect(services, company))
    assert between.once[query] == []
    assert between.count(query) == len(ENTITY_TYPES) + 1
    assert done.metered_reads == ALL_READS
    assert await sources_of(migrated) == sources_in(company)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"action": "status", "status": 500, "times": EVERY_ATTEMPT}, QboServerError),
        ({"action": "status", "status": 400, "body": '{"Fault":{"Error":[{"code":"4001"}]}}'}, QboValidationError),
        ({"action": "status", "status": 403, "body": '{"Fault":{"Error":[{"code":"3100"}]}}'}, QboForbiddenError),
        ({"action": "status", "status": 200, "body": "{}", "times": 2}, QboMalformedAnswerError),
        (
            {"action": "status", "status": 200, "body": '{"QueryResponse":{"Invoice":', "times": 2},
            QboMalformedAnswerError,
        ),
        ({"action": "token_expired", "times": 2}, QboUnauthorizedError),
    ],
    ids=["500", "refused", "forbidden", "no answer", "half an answer", "refused twice"],
)
async def test_what_stays_is_told_and_the_next_sync_goes_on(
    migrated: TestDatabase, company: Emulator, fault: dict[str, Any], error: type[QboError]
) -> None:
    """A failure that stays is one typed error and is noted; the next sync reads only what is missing."""
    company.fail(**fault, entity="Invoice")
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        with pytest.raises(error) as told:
            await services.sync(business_id)
        await assert_noted(services, business_id, str(told.value))
        assert "eyJ" not in str(told.value)
        before = Counter(reads(company.journal(company.realm_id)))
        assert not any("FROM Invoice " in text for text in before)
        company.heal()
        done = await services.sync(business_id)
    answered = Counter(reads(company.journal(company.realm_id)))
    assert set(answered.values()) == {1}
    assert (done.failed, done.metered_reads) == ("", ALL_READS)
    assert await sources_of(migrated) == sources_in(company)


async def assert_noted(services: Services, business_id: BusinessId, message: str) -> None:
    """The newest run says why it stopped and isn't finished."""
    stopped = await services.sync_progress(business_id)
    assert stopped is not None
    assert stopped.failed == message
    assert stopped.finished_at is None
    assert stopped.types_done < stopped.types_total


async def test_a_record_without_its_fields_stores_nothing_of_its_page(migrated: TestDatabase, tmp_path: Path) -> None:
    """One invoice without a date among four: the type is named and no invoice is stored."""
    records = small_company()
    broken = next(record for record in records if (record.entity, record.id) == ("Invoice", "103"))
    del broken.body["TxnDate"]
    with emulator("--load", str(write(tmp_path / "broken", records))) as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            business_id = await connect(services, quickbooks)
            with pytest.raises(QboMalformedAnswerError, match=r"sent a Invoice that can't be read .*TxnDate"):
                await services.sync(business_id)
            await assert_noted(services, business_id, (await failure(services, business_id)))
    assert (await mirror_of(migrated))["invoice"] == []


async def failure(services: Services, business_id: BusinessId) -> str:
    """Why the newest run failed."""
    stopped = await services.sync_progress(business_id)
    assert stopped is not None
    return stopped.failed


async def test_a_closing_call_that_fails_costs_no_page(migrated: TestDatabase, company: Emulator) -> None:
    """Change data capture is refused while pages are still stored: all of them are kept, and the next sync closes."""
    company.fail("status", match={"operation": "cdc"}, status=400, body='{"Fault":{"Error":[{"code":"4001"}]}}')
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        with pytest.raises(QboValidationError):
            await services.sync(business_id)
        stopped = await services.sync_progress(business_id)
        assert stopped is not None
        assert (stopped.types_done, stopped.finished_at) == (len(ENTITY_TYPES), None)
        done = await services.sync(business_id)
    assert set(Counter(reads(company.journal(company.realm_id))).values()) == {1}
    assert done.metered_reads == ALL_READS
    assert await sources_of(migrated) == sources_in(company)


async def test_a_bad_page_leaves_the_last_good_mirror(migrated: TestDatabase, company: Emulator) -> None:
    """When a later sync fails, what the one before mirrored is still there, whole."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        await services.sync(business_id)
        before = await mirror_of(migrated)
        company.fail("status", entity="Bill", status=400, body='{"Fault":{"Error":[{"code":"4001"}]}}')
        with pytest.raises(QboValidationError):
            await services.sync(business_id)
        assert (await services.assessment(business_id)).receivables.count == 3
    assert await mirror_of(migrated) == before


async def test_a_connection_that_ends_in_the_middle_is_noted(migrated: TestDatabase, company: Emulator) -> None:
    """The owner disconnects while we read: the sync says that reconnecting is needed, after it goes on."""
    company.fail("delay", entity="Invoice", delay_ms=300)
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        reading = asyncio.create_task(services.sync(business_id))
        await asyncio.to_thread(company.wait_for_faults)
        company.revoke_tokens(company.realm_id)
        with pytest.raises(ReconnectNeededError):
            await reading
        assert "Connect again" in await failure(services, business_id)
        assert await connect(services, company) == business_id
        await services.sync(business_id)
    assert set(Counter(reads(company.journal(company.realm_id))).values()) == {1}
    assert await sources_of(migrated) == sources_in(company)


async def test_limits_as_intuit_has_them_are_kept(migrated: TestDatabase, tmp_path: Path) -> None:
    """Against QuickBooks' own limits, at our own pace, a sync never hears a throttle."""
    with emulator("--load", str(write(tmp_path / "small", small_company())), limits="intuit") as quickbooks:
        async with services_for(migrated, quickbooks, rules=Rules()) as services:
            await services.sync(await connect(services, quickbooks))
        assert {request["status"] for request in quickbooks.journal()} == {200}
