"""What a test can do to webhooks: hold, drop, duplicate, delay, reorder, forge, and random faults from a seed."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest
from emulator_support import VERIFIER, Served, ServedMaker
from webhook_receiver import PATIENCE_SECONDS, Receiver, receiving, until

from qbo_emulator.jsontypes import JsonObject


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks arrive."""
    with receiving() as running:
        yield running


@pytest.fixture
def served(serve: ServedMaker, receiver: Receiver) -> Served:
    """An emulator that posts to the receiver and whose time stands still."""
    running = serve(webhook_url=receiver.url)
    running.emulator.parts.clock.stop()
    return running


async def control(served: Served, **body: object) -> JsonObject:
    """Change something about the webhooks; what they then say of themselves."""
    answer = await served.http.post("/_emulator/webhooks", json=body)
    assert answer.status_code == 200, answer.text
    said: JsonObject = answer.json()
    return said


async def create(served: Served, *names: str) -> None:
    """Create vendors, the first of which has id 4."""
    for name in names:
        assert (await served.post("vendor", {"DisplayName": name})).status_code == 200


async def all_taken(served: Served) -> None:
    """Wait until the receiver's answers have come back too: until then what was posted still counts as waiting."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await served.http.get("/_emulator/webhooks")).json()["waiting"]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.005)


def arrived(receiver: Receiver) -> list[list[str]]:
    """The vendors' ids, post by post."""
    return [[event["intuitentityid"] for event in post.body] for post in receiver.posts]


async def test_held_events_go_out_together(served: Served, receiver: Receiver) -> None:
    """Nothing arrives while they are held; then all arrive in one post, in order."""
    await control(served, hold=True)
    await create(served, "A", "B", "C")
    waiting = (await served.http.get("/_emulator/webhooks")).json()
    assert ([event["entity_id"] for event in waiting["waiting"]], waiting["next_due"]) == (["4", "5", "6"], None)
    assert receiver.posts == []
    await control(served, hold=False)
    await receiver.has(1)
    assert arrived(receiver) == [["4", "5", "6"]]


async def test_dropped_events_never_arrive(served: Served, receiver: Receiver) -> None:
    """Two are dropped, and said to be; the third arrives."""
    await control(served, drop=2)
    await create(served, "A", "B", "C")
    await receiver.has(1)
    assert arrived(receiver) == [["6"]]
    faults = (await served.http.get("/_emulator/webhooks")).json()["faults"]
    assert [fault["fault"] for fault in faults] == ["webhook_drop", "webhook_drop"]


async def test_duplicates_arrive_in_another_post_under_the_same_id(served: Served, receiver: Receiver) -> None:
    """The event comes twice, in two posts, with one id."""
    await control(served, duplicate=1)
    await create(served, "A")
    first, second = await receiver.has(2)
    assert first.ids == second.ids
    assert len(first.ids) == 1


async def test_delayed_events_arrive_in_the_companys_time(served: Served, receiver: Receiver) -> None:
    """The second event overtakes the first, which comes when its minute is over."""
    await control(served, delay=1, delay_seconds=60)
    await create(served, "A", "B")
    await receiver.has(1)
    await served.http.post("/_emulator/clock", json={"advance_seconds": 59})
    assert arrived(receiver) == [["5"]]
    await served.http.post("/_emulator/clock", json={"advance_seconds": 1})
    await receiver.has(2)
    assert arrived(receiver) == [["5"], ["4"]]


async def test_events_arrive_in_another_order(served: Served, receiver: Receiver) -> None:
    """One steps before its predecessor; a shuffle reorders all that wait."""
    await control(served, hold=True)
    await create(served, "A")
    await control(served, reorder=1)
    await create(served, "B", "C")
    await control(served, hold=False)
    await receiver.has(1)
    assert arrived(receiver) == [["5", "4", "6"]]
    await all_taken(served)
    await control(served, hold=True)
    await create(served, *"DEFGHIJ")
    said = await control(served, shuffle=1)
    order = [event["entity_id"] for event in said["waiting"]]
    assert sorted(order) == ["10", "11", "12", "13", "7", "8", "9"]
    assert order != ["7", "8", "9", "10", "11", "12", "13"]
    await control(served, hold=False)
    await receiver.has(2)
    assert arrived(receiver)[1] == order


@pytest.mark.parametrize(("signature", "holds"), [("wrong", False), ("none", False), ("valid", True), (None, False)])
async def test_forged_events(served: Served, receiver: Receiver, signature: str | None, holds: bool) -> None:
    """An event that never happened arrives with a signature that doesn't hold, without one, or with one that does."""
    forged = {"entity": "Bill", "entity_id": "77", "operation": "deleted"}
    asked = forged | ({"signature": signature} if signature else {})
    answer = (await served.http.post("/_emulator/webhooks/forge", json=asked)).json()
    [post] = await receiver.has(1)
    assert (answer["status"], post.ids) == (200, [answer["event"]])
    assert post.body[0]["type"] == "qbo.bill.deleted.v1"
    computed = base64.b64encode(hmac.new(VERIFIER.encode(), post.raw, hashlib.sha256).digest()).decode()
    assert (post.headers.get("intuit-signature") == computed) is holds
    assert ("intuit-signature" in post.headers) is (signature != "none")


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("webhooks", {"holt": True}, "holt is not known"),
        ("webhooks", {"hold": 1}, "hold must be true or false"),
        ("webhooks", {"drop": -1}, "drop must be a whole number"),
        ("webhooks/forge", {"operation": "exploded"}, "operation must be one of"),
        ("webhooks/forge", {"signature": "good"}, "signature must be one of"),
        ("webhooks/forge", [], "must be a JSON object"),
    ],
)
async def test_what_makes_no_sense(served: Served, path: str, body: object, complaint: str) -> None:
    """Each is refused with a reason."""
    answer = await served.http.post(f"/_emulator/{path}", json=body)
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


async def test_what_waits_can_be_forgotten(served: Served, receiver: Receiver) -> None:
    """Events, deliveries and planned faults are gone, later events arrive."""
    await control(served, hold=True, drop=1)
    await create(served, "A", "B")
    forgotten = (await served.http.delete("/_emulator/webhooks")).json()
    assert (forgotten["waiting"], forgotten["faults"]) == ([], [])
    await control(served, hold=False)
    await create(served, "C")
    await receiver.has(1)
    assert arrived(receiver) == [["6"]]


async def test_a_campaign_strikes_events(served: Served, receiver: Receiver) -> None:
    """Some are dropped, some come twice; the campaign's count and the receiver's agree."""
    rates = {"webhook_drop": 0.3, "webhook_duplicate": 0.3}
    await served.http.post("/_emulator/campaign", json={"seed": 4, "rates": rates})
    await create(served, *(f"V{number}" for number in range(40)))
    struck = (await served.http.get("/_emulator/campaign")).json()["struck"]
    assert min(struck["webhook_drop"], struck["webhook_duplicate"]) > 3
    expected = 40 - struck["webhook_drop"] + struck["webhook_duplicate"]
    await until(lambda: sum(map(len, arrived(receiver))) == expected)
    ids = [event_id for post in receiver.posts for event_id in post.ids]
    assert len(ids) - len(set(ids)) == struck["webhook_duplicate"]
