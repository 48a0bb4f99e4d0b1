"""Request limits at their edges, on a clock that only the test moves, and the metering of reads."""

import asyncio

import httpx2
import pytest
from emulator_support import REALM, Served, ServedMaker

from qbo_emulator.server.limits import AT_ONCE, RULES, Limits

OTHER_REALM = str(int(REALM) + 1)
BATCH = {"BatchItemRequest": [{"bId": "1", "Query": "SELECT * FROM Vendor"}]}


def rule(name: str) -> int:
    """What a published limit allows."""
    (found,) = (rule for rule in RULES if rule.name == name)
    return found.most


async def spread(served: Served, count: int, service: str = "account/1") -> list[int]:
    """Statuses of so many requests, nine a second so that the limit per second isn't met."""
    statuses = []
    for _ in range(count):
        served.time.seconds += 1 / 9
        answer = await (served.post(service, BATCH) if service == "batch" else served.get(service))
        statuses.append(answer.status_code)
    return statuses


@pytest.mark.documented("10 requests per second for a company and app")
async def test_the_eleventh_request_of_a_second_is_throttled(serve: ServedMaker) -> None:
    """Ten are answered, the eleventh isn't; just before the second is over there is no room, at its end there is."""
    served = serve(limited=True)
    assert [(await served.get("account/1")).status_code for _ in range(11)] == [200] * 10 + [429]
    served.time.seconds += 0.999
    assert (await served.get("account/1")).status_code == 429
    served.time.seconds += 0.001
    assert (await served.get("account/1")).status_code == 200


@pytest.mark.documented("500 requests per minute for a company")
async def test_the_501st_request_of_a_minute_is_throttled(serve: ServedMaker) -> None:
    """At nine a second the limit of the minute is met; a minute after the first request there is room for one."""
    served = serve(limited=True)
    statuses = await spread(served, 501)
    assert (statuses.count(200), statuses[-1]) == (500, 429)
    served.time.seconds = 60 + 1 / 9
    assert [(await served.get("account/1")).status_code for _ in range(2)] == [200, 429]


@pytest.mark.documented("40 batches per minute for a company and app")
async def test_the_41st_batch_of_a_minute_is_throttled(serve: ServedMaker) -> None:
    """Forty batches are answered, the next isn't, while other requests are."""
    served = serve(limited=True)
    statuses = await spread(served, 41, "batch")
    assert statuses == [200] * 40 + [429]
    assert (await served.get("account/1")).status_code == 200


@pytest.mark.documented("200 reports per minute for a company, apart from the 500 other requests")
async def test_the_201st_report_of_a_minute_is_throttled(serve: ServedMaker) -> None:
    """Two hundred reports are answered, the next isn't, while other requests are."""
    served = serve(limited=True)
    statuses = await spread(served, 201, "reports/BalanceSheet")
    assert (statuses.count(200), statuses[-1]) == (200, 429)
    served.time.seconds += 1
    assert (await served.get("account/1")).status_code == 200


@pytest.mark.documented("limits per company count all apps, limits per company and app each on its own")
@pytest.mark.parametrize(
    ("name", "service", "per_app"),
    [
        ("second", "account", True),
        ("minute", "account", False),
        ("reports", "reports", False),
        ("batch", "batch", True),
        ("batch of all apps", "batch", False),
        ("all endpoints", "account", True),
    ],
)
def test_each_rule_counts_for_whom_it_says(name: str, service: str, per_app: bool) -> None:
    """Exactly as many as published pass; another app has its own count or not, another company always has."""
    (only,) = (each for each in RULES if each.name == name)
    limits = Limits(lambda: 0.0, (only,))
    assert [limits.refuses("1", "a", service) for _ in range(only.most + 1)] == [None] * only.most + [name]
    assert limits.refuses("1", "b", service) == (None if per_app else name)
    assert limits.refuses("2", "a", service) is None


@pytest.mark.documented("the published numbers")
def test_the_published_numbers() -> None:
    """10 a second, 500 a minute, 200 reports, 40 and 120 batches, 800 of everything, 10 at once."""
    published = {
        "second": 10,
        "minute": 500,
        "reports": 200,
        "batch": 40,
        "batch of all apps": 120,
        "all endpoints": 800,
    }
    assert {each.name: each.most for each in RULES} == published
    assert AT_ONCE == 10


@pytest.mark.documented("blogs.intuit.com/2016/08/08: not more than 10 concurrent requests for a company and app")
async def test_the_eleventh_request_at_once_is_throttled(serve: ServedMaker) -> None:
    """Of eleven that wait for their answers together one is refused, and then there is room again."""
    served = serve(limited=True)
    await served.http.post("/_emulator/faults", json={"action": "delay", "delay_ms": 50, "times": 11})

    async def late() -> int:
        # A new second for each, so that only their being at once is too much.
        served.time.seconds += 1
        return (await served.get("account/1")).status_code

    statuses = await asyncio.gather(*(late() for _ in range(11)))
    assert sorted(statuses) == [200] * 10 + [429]
    journal = (await served.http.get("/_emulator/journal", params={"status": "429"})).json()["requests"]
    assert [entry["limit"] for entry in journal] == ["at once"]
    served.time.seconds += 1
    assert (await served.get("account/1")).status_code == 200


@pytest.mark.recorded("faults/too_many_requests_error.xml")
async def test_the_throttle_answers_in_xml(serve: ServedMaker) -> None:
    """The body is the recorded XML but for its time, whatever the client accepts; there is no Retry-After."""
    served = serve(limited=True)
    for _ in range(10):
        await served.get("account/1")
    answer = await served.get("account/1")
    assert answer.headers["content-type"] == "application/xml"
    assert "retry-after" not in answer.headers
    lines = answer.text.splitlines()
    assert lines[0] == '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    assert lines[1].endswith(' xmlns="http://schema.intuit.com/finance/v3">')
    assert lines[2:6] == [
        '  <Fault type="SERVICE">',
        '    <Error code="3001">',
        "      <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>",
        "      <Detail>The request limit was reached.  Try again later</Detail>",
    ]


@pytest.mark.documented("App Partner Program: reads are CorePlus, writes are Core; only successful calls count")
async def test_reads_are_metered_and_writes_are_free(serve: ServedMaker) -> None:
    """Reads, queries, reports and change data capture cost one each, a batch one per query, writes and faults none."""
    served = serve()
    await served.get("account/1")
    await served.get("query", query="SELECT * FROM Vendor")
    await served.get("reports/BalanceSheet")
    await served.get("cdc", entities="Vendor", changedSince="2026-02-01")
    await served.get("account/999")
    await served.post("vendor", {"DisplayName": "Free"})
    two = [{"bId": name, "Query": "SELECT * FROM Vendor"} for name in ("a", "b")]
    write = {"bId": "c", "operation": "create", "Vendor": {"DisplayName": "Not free"}}
    await served.post("batch", {"BatchItemRequest": [*two, write]})
    [counted] = (await served.http.get("/_emulator/metering")).json()["counted"]
    assert counted["core_plus_by_operation"] == {"read": 1, "query": 1, "reports": 1, "cdc": 1, "batch": 2}
    assert (counted["client_id"], counted["core_plus"], counted["core"]) == ("client", 6, 1)


@pytest.mark.documented("blogs.intuit.com/2026/01/08: 500,000 CorePlus calls a month, then blocked until the next")
async def test_a_used_up_allowance_blocks_reads_until_the_next_month(serve: ServedMaker) -> None:
    """The 500,000th read is answered, then reads are 429 and writes go on; in the next month reads go on too."""
    served = serve(limited=True)
    await served.http.post("/_emulator/metering", json={"used": 499_999})

    async def statuses() -> list[int]:
        served.time.seconds += 1
        vendor = {"DisplayName": str(served.time.seconds)}
        asked: list[httpx2.Response] = [await served.get("account/1"), await served.post("vendor", vendor)]
        return [answer.status_code for answer in asked]

    assert [await statuses() for _ in range(2)] == [[200, 200], [429, 200]]
    assert (await served.post("batch", BATCH)).status_code == 429
    await served.http.post("/_emulator/clock", json={"advance_days": 31})
    served.access_token = served.emulator.authority.grant(REALM).access_token
    served.http.headers["Authorization"] = f"Bearer {served.access_token}"
    assert await statuses() == [200, 200]
