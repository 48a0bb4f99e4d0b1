"""Every kind of fault strikes, does what its name says, and stands in the journal; campaigns repeat themselves."""

import json
from collections import Counter

import httpx2
import pytest
from emulator_support import Served, ServedMaker, bill, bill_payment, invoice

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.exchange import LostAnswerError
from qbo_emulator.server.strikes import Kind

VENDOR = {"DisplayName": "X"}


async def script(served: Served, **fault: object) -> None:
    """Script a fault."""
    answer = await served.http.post("/_emulator/faults", json=fault)
    assert answer.status_code == 201, answer.text


async def journal(served: Served, **filters: str) -> list[dict[str, object]]:
    """The requests that reached the API."""
    return list((await served.http.get("/_emulator/journal", params=filters)).json()["requests"])


async def struck(served: Served) -> list[tuple[object, object, object]]:
    """Fault, status and whether it was applied, of each request that was struck."""
    return [(each["fault"], each["status"], each["applied"]) for each in await journal(served, fault="any")]


def vendors(served: Served) -> int:
    """How many vendors there are; one is there from the beginning."""
    return served.books.file.store.count("Vendor")


@pytest.mark.parametrize(
    ("action", "given", "status", "vendors_after"),
    [
        ("error_before", {}, 500, 1),
        ("error_before", {"status": 503}, 503, 1),
        ("error_after", {}, 500, 2),
        ("error_after", {"status": 502}, 502, 2),
        ("throttle_json", {}, 429, 1),
        ("throttle_xml", {}, 429, 1),
        ("token_expired", {}, 401, 1),
        ("delay", {"delay_ms": 1}, 200, 2),
        ("slow", {"delay_ms": 8}, 200, 2),
        ("clock_skew", {}, 200, 2),
    ],
)
async def test_what_is_answered_and_what_is_applied(
    serve: ServedMaker, action: str, given: dict[str, int], status: int, vendors_after: int
) -> None:
    """The status of each kind, whether the vendor was created, and the kind in the journal."""
    served = serve()
    await script(served, action=action, **given)
    answer = await served.post("vendor", VENDOR, requestid="r")
    assert (answer.status_code, vendors(served)) == (status, vendors_after)
    assert await struck(served) == [(action, status, vendors_after == 2)]


@pytest.mark.parametrize("action", ["error_after", "lost_answer", "truncate"])
async def test_a_write_whose_answer_never_came_is_there_once(serve: ServedMaker, action: str) -> None:
    """The same requestid gets the answer of the first, and there is one vendor."""
    served = serve()
    await script(served, action=action)
    try:
        await served.post("vendor", VENDOR, requestid="r")
    except LostAnswerError:
        assert action != "error_after"
    answer = await served.post("vendor", VENDOR, requestid="r")
    assert (answer.status_code, vendors(served)) == (200, 2)
    summary = (await served.http.get("/_emulator/journal/summary")).json()["by_requestid"]
    expected = {"entity": "Vendor", "operation": "create", "requests": 2, "applied": 1, "replayed": 1, "ids": ["4"]}
    assert summary == {f"{served.realm}/r": expected}


@pytest.mark.parametrize("action", ["throttle_json", "throttle_xml"])
async def test_throttles_with_and_without_retry_after(serve: ServedMaker, action: str) -> None:
    """The header stands there only when asked for; the body is JSON or XML with code 3001."""
    served = serve()
    await script(served, action=action)
    await script(served, action=action, retry_after_seconds=7)
    plain, told = [await served.get("account/1") for _ in range(2)]
    assert "retry-after" not in plain.headers
    assert told.headers["retry-after"] == "7"
    if action == "throttle_json":
        assert plain.json()["Fault"]["Error"][0]["code"] == "3001"
    else:
        assert '<Error code="3001">' in plain.text


async def test_a_person_comes_first(serve: ServedMaker) -> None:
    """The entity has a remark and a new version, the call is stale; so with delete, void, and the second try works."""
    served = serve()
    served.books.create("Invoice", invoice("10"), at=served.time.now())
    for parameters in ({}, {"operation": "void"}, {"operation": "delete"}):
        await script(served, action="stale_token_conflict")
        token = served.books.read("Invoice", "1")["SyncToken"]
        body = {"Id": "1", "SyncToken": token, "sparse": True, "PrivateNote": "mine"}
        answer = await served.post("invoice", body, **parameters)
        assert answer.json()["Fault"]["Error"][0]["code"] == "5010"
        current = served.books.read("Invoice", "1")
        assert (current["PrivateNote"], current["SyncToken"]) == (f"Looked at again, {token}", str(int(token) + 1))
    assert {kind for kind, _, _ in await struck(served)} == {"stale_token_conflict"}
    last = served.books.read("Invoice", "1")["SyncToken"]
    again = await served.post("invoice", {"Id": "1", "SyncToken": last}, operation="delete")
    assert again.status_code == 200


async def test_a_conflict_needs_something_to_edit(serve: ServedMaker) -> None:
    """Creations and reads aren't struck; an entity that isn't there leaves no mark in the journal."""
    served = serve()
    await script(served, action="stale_token_conflict")
    assert (await served.post("vendor", VENDOR)).status_code == 200
    assert (await served.get("vendor/4")).status_code == 200
    missing = await served.post("invoice", {"Id": "77", "SyncToken": "0", "sparse": True})
    assert missing.json()["Fault"]["Error"][0]["code"] == "610"
    assert await struck(served) == []


async def test_a_gap_in_the_changes(serve: ServedMaker) -> None:
    """The newest change of each type is missing once; asked again it is there."""
    served = serve()
    for name in ("A", "B"):
        served.time.seconds += 1
        await served.post("vendor", {"DisplayName": name})
    await script(served, action="cdc_gap")

    async def names() -> list[str]:
        answer = await served.get("cdc", entities="Vendor", changedSince="2026-02-01")
        [response] = answer.json()["CDCResponse"][0]["QueryResponse"]
        return [vendor["DisplayName"] for vendor in response["Vendor"]]

    assert [await names(), await names()] == [["A"], ["A", "B"]]
    assert await struck(served) == [("cdc_gap", 200, True)]


async def test_a_clock_that_is_off(serve: ServedMaker) -> None:
    """Five minutes are missing in `time` and in MetaData, so a look at the last minute doesn't find the vendor."""
    served = serve()
    await script(served, action="clock_skew", seconds=-300)
    made = (await served.post("vendor", VENDOR)).json()
    assert made["time"].startswith("2026-02-04T08:55:00")
    assert made["Vendor"]["MetaData"]["CreateTime"] == "2026-02-04T08:55:00-08:00"
    recent = await served.get("cdc", entities="Vendor", changedSince="2026-02-04T08:59:00-08:00")
    assert recent.json()["CDCResponse"][0]["QueryResponse"] == [{}]


async def test_which_call_is_hit(serve: ServedMaker) -> None:
    """By entity, operation, realm, requestid and number: only the calls that are meant, the nth and those after it."""
    served = serve()
    await script(served, action="error_before", match={"requestid": "r-2"})
    await script(served, action="error_before", match={"entity": "Account", "operation": "read"}, nth=2, times=2)
    await script(served, action="error_before", match={"realm": "1"})
    reads = [(await served.get("account/1")).status_code for _ in range(4)]
    assert reads == [200, 500, 500, 200]
    writes = [(await served.post("vendor", {"DisplayName": n}, requestid=n)).status_code for n in ("r-1", "r-2")]
    assert writes == [200, 500]


@pytest.mark.parametrize(
    ("described", "complaint"),
    [
        ({"rates": {"explode": 0.1}}, "rates.explode is not known"),
        ({"rates": {"status": 0.1}}, "rates.status is not known"),
        ({"rates": {"slow": -0.1}}, "rates must be from 0 to 1"),
        ({"rates": {"slow": 0.6, "delay": 0.6}}, "1 at most together"),
        ({"rates": {"slow": "often"}}, "rates must be an object of numbers"),
        ({}, "rates must be an object"),
        ({"rates": {}, "sed": 1}, "sed is not a field of a campaign"),
        ({"rates": {}, "seed": -1}, "seed must be a whole number"),
    ],
)
async def test_a_campaign_that_makes_no_sense_is_refused(
    serve: ServedMaker, described: dict[str, object], complaint: str
) -> None:
    """The answer names the field and what it takes."""
    answer = await serve().http.post("/_emulator/campaign", json=described)
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


CAMPAIGN = {
    "seed": 1,
    "rates": dict.fromkeys((kind for kind in Kind if kind is not Kind.STATUS), 0.06),
    "delay_ms": 1,
    "retry_after_seconds": 3,
    "seconds": 5,
}


async def walk(served: Served, order: int = 1) -> dict[str, tuple[object, object]]:
    """The same calls of a client, in one of two orders; what happened to each by its requestid."""
    bodies = [{"DisplayName": f"Vendor {number}"} for number in range(60)]
    calls: list[tuple[str, JsonObject, str]] = [
        ("vendor", body, f"create-{number}") for number, body in enumerate(bodies)
    ]
    calls += [
        ("invoice", {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": str(number)}, f"update-{number}")
        for number in range(30)
    ]
    for path, body, request_id in calls[::order]:
        try:
            answer = await served.post(path, body, requestid=request_id)
        except LostAnswerError:
            continue
        if answer.status_code == 401:
            served.access_token = served.emulator.authority.grant(served.realm).access_token
            served.http.headers["Authorization"] = f"Bearer {served.access_token}"
        parameters = {"query": "SELECT * FROM Vendor", "requestid": f"after {request_id}"}
        with_cdc = {"entities": "Vendor", "changedSince": "2026-02-01", "requestid": f"cdc {request_id}"}
        for service, asked in (("query", parameters), ("cdc", with_cdc)):
            try:
                await served.get(service, **asked)
            except LostAnswerError:
                continue
    return {str(each["requestid"]): (each["fault"], each["status"]) for each in await journal(served)}


async def test_a_campaign_strikes_with_every_kind_and_repeats_itself(serve: ServedMaker) -> None:
    """The same seed strikes the same calls with the same kinds, another one others; each kind is met and counted."""
    seen = []
    for seed in (1, 1, 2):
        served = serve()
        served.books.create("Invoice", invoice("10"), at=served.time.now())
        await served.http.post("/_emulator/campaign", json={**CAMPAIGN, "seed": seed})
        seen.append(await walk(served))
        summary = (await served.http.get("/_emulator/campaign")).json()
        assert summary["struck"] == Counter(fault for fault, _, _ in await struck(served))
        assert set(summary["struck"]) == set(CAMPAIGN["rates"])  # type: ignore[call-overload]
        assert (await served.http.delete("/_emulator/campaign")).status_code == 204
        assert (await served.get("account/1")).status_code in (200, 401)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


async def test_the_luck_of_a_call_does_not_depend_on_its_neighbours(serve: ServedMaker) -> None:
    """Writes in the opposite order are struck by the same kinds."""
    fates = []
    for order in (1, -1):
        served = serve()
        rates = {"error_before": 0.3, "throttle_json": 0.2}
        await served.http.post("/_emulator/campaign", json={"seed": 5, "rates": rates})
        walked = await walk(served, order)
        fates.append({name: fault for name, (fault, _) in walked.items() if name.startswith("create")})
    assert fates[0] == fates[1]


async def test_each_payment_is_made_once_however_often_it_is_tried(serve: ServedMaker) -> None:
    """Under a storm of faults a client that repeats its requestid until it hears pays every bill exactly once."""
    served = serve()
    for _ in range(15):
        served.books.create("Bill", bill("10"), at=served.time.now())
    rates = {"lost_answer": 0.2, "error_after": 0.2, "error_before": 0.1, "throttle_xml": 0.1, "drop_before": 0.1}
    await served.http.post("/_emulator/campaign", json={"seed": 3, "rates": rates})
    for number in range(1, 16):
        payment = json.loads(json.dumps(bill_payment("10", ("Bill", str(number), "10")), default=float))
        await insist(served, payment, f"pay-{number}")
    summary = (await served.http.get("/_emulator/journal/summary", params={"entity": "BillPayment"})).json()
    assert [counted["applied"] for counted in summary["by_requestid"].values()] == [1] * 15
    assert sum(summary["faults"].values()) > 15
    payable = (await served.http.get("/_emulator/books")).json()
    assert (payable["open"]["Bill"], payable["counts"]["BillPayment"]) == ({"count": 0, "total": "0.00"}, 15)


async def insist(served: Served, payment: dict[str, object], request_id: str) -> None:
    """Send a payment until there is an answer."""
    for _ in range(40):
        try:
            answer: httpx2.Response = await served.post("billpayment", payment, requestid=request_id)
        except LostAnswerError:
            continue
        if answer.status_code == 200:
            return
    raise AssertionError(f"{request_id} never got through")
