"""The control plane: scripted faults, the journal and tokens, in process."""

import asyncio

import httpx2
import pytest
from emulator_support import Served, ServedMaker

from qbo_emulator.server.exchange import LostAnswerError

TEXT = {"Content-Type": "application/text"}


async def script(served: Served, **fault: object) -> httpx2.Response:
    """Script a fault."""
    return await served.http.post("/_emulator/faults", json=fault)


async def journal(served: Served) -> list[dict[str, object]]:
    """The requests that reached the API."""
    return list((await served.http.get("/_emulator/journal")).json()["requests"])


async def test_a_lost_answer_was_applied_once(serve: ServedMaker) -> None:
    """The write is there though its answer was lost; the same requestid gets the answer and creates nothing."""
    served = serve()
    await script(served, action="lost_answer", match={"entity": "Vendor", "operation": "create"})
    with pytest.raises(LostAnswerError):
        await served.post("vendor", {"DisplayName": "X"}, requestid="r")
    answer = await served.post("vendor", {"DisplayName": "X"}, requestid="r")
    assert answer.json()["Vendor"]["DisplayName"] == "X"
    assert served.books.file.store.count("Vendor") == 2
    kept = ("entity", "operation", "requestid", "status", "applied", "replayed", "fault")
    assert [[entry[name] for name in kept] for entry in await journal(served)] == [
        ["Vendor", "create", "r", None, True, False, "lost_answer"],
        ["Vendor", "create", "r", 200, False, True, None],
    ]


async def test_a_dropped_request_was_not_applied(serve: ServedMaker) -> None:
    """A request that is dropped before it is looked at leaves nothing."""
    served = serve()
    await script(served, action="drop_before")
    with pytest.raises(LostAnswerError):
        await served.post("vendor", {"DisplayName": "X"})
    assert served.books.file.store.count("Vendor") == 1


async def test_a_status_is_answered_instead(serve: ServedMaker) -> None:
    """The scripted status hits as often as asked, only the calls that match, and nothing is applied."""
    served = serve()
    await script(served, action="status", status=503, body="busy", content_type="text/plain", times=2)
    answers = [await served.post("vendor", {"DisplayName": "X"}) for _ in range(3)]
    assert [each.status_code for each in answers] == [503, 503, 200]
    assert (answers[0].text, answers[0].headers["content-type"]) == ("busy", "text/plain")
    await script(served, action="status", match={"entity": "Bill", "operation": "query"})
    assert (await served.get("query", query="SELECT * FROM Vendor")).status_code == 200
    hit = await served.get("query", query="SELECT * FROM Bill")
    assert (hit.status_code, hit.json()["Fault"]["type"]) == (500, "SystemFault")


async def test_an_expired_token_and_a_delay(serve: ServedMaker) -> None:
    """token_expired answers 401 and keeps doing so until a refresh; delay only delays."""
    served = serve()
    await script(served, action="delay", delay_ms=1)
    assert (await served.get("account/1")).status_code == 200
    await script(served, action="token_expired")
    statuses = [(await served.get("account/1")).status_code for _ in range(2)]
    assert statuses == [401, 401]


async def test_tokens_end_on_request(serve: ServedMaker) -> None:
    """Expiry leaves the refresh value alive, revocation ends it too."""
    served = serve()
    assert (await served.http.post("/_emulator/tokens/expire")).json() == {"expired": 1}
    assert (await served.get("account/1")).status_code == 401
    fresh = served.emulator.authority.refresh(served.refresh_token).access_token
    served.http.headers["Authorization"] = f"Bearer {fresh}"
    assert (await served.get("account/1")).status_code == 200
    other = {"realm_id": "1"}
    assert (await served.http.post("/_emulator/tokens/revoke", json=other)).json() == {"revoked": 0}
    assert (await served.http.post("/_emulator/tokens/revoke")).json() == {"revoked": 1}
    assert (await served.get("account/1")).status_code == 401


async def test_the_journal_tells_what_was_asked(serve: ServedMaker) -> None:
    """A query is journalled with its entity and text however it came; a reset empties the journal."""
    served = serve()
    await served.get("query", query="SELECT * FROM bill", minorversion="75")
    await served.http.post(f"/v3/company/{served.realm}/query", content="SELECT * FROM CustOmer", headers=TEXT)
    first, second = await journal(served)
    assert (first["entity"], first["operation"], first["method"], first["seq"]) == ("Bill", "query", "GET", 1)
    assert first["query"] == {"query": "SELECT * FROM bill", "minorversion": "75"}
    assert (second["entity"], second["query"]) == ("Customer", {"query": "SELECT * FROM CustOmer"})
    assert (await served.http.post("/_emulator/reset-journal")).status_code == 204
    assert await journal(served) == []


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"action": "explode"}, "action must be one of"),
        ({"action": "status", "status": 99}, "status must be a whole number from 200 to 599"),
        ({"action": "status", "times": 0}, "times must be"),
        ({"action": "status", "match": {"colour": "red"}}, "match.colour is not known"),
        ({"action": "status", "match": "Bill"}, "match must be an object"),
        ({"action": "status", "wehn": 1}, "wehn is not a field"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(
    serve: ServedMaker, fault: dict[str, object], complaint: str
) -> None:
    """The answer names the field and what it takes."""
    answer = await script(serve(), **fault)
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


async def test_faults_can_be_forgotten(serve: ServedMaker) -> None:
    """What waits is counted and can be cleared."""
    served = serve()
    await script(served, action="drop_before", times=3)
    assert (await served.http.get("/_emulator/faults")).json() == {"waiting": 3}
    await served.http.delete("/_emulator/faults")
    assert (await served.get("account/1")).status_code == 200


async def test_a_reset_forgets_what_is_under_way(serve: ServedMaker) -> None:
    """A request that hung before the journal's reset and ends after it isn't told; one that arrived after it is."""
    served = serve()
    await script(served, action="delay", delay_ms=50)
    hanging = asyncio.create_task(served.get("account/1"))
    while (await served.http.get("/_emulator/faults")).json()["waiting"]:  # noqa: ASYNC110 (nobody tells when it is struck)
        await asyncio.sleep(0)
    await served.http.post("/_emulator/reset-journal")
    await served.get("account/2")
    assert (await hanging).status_code == 200
    assert [(str(entry["path"]).rpartition("/")[2], entry["seq"]) for entry in await journal(served)] == [("2", 2)]
