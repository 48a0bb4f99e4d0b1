"""Webhooks as a receiver sees them: both formats, signature, batches, retries on the company's time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from emulator_support import REALM, VERIFIER, Served, ServedMaker, bill, bill_payment
from webhook_receiver import Receiver, receiving, until

from qbo_emulator.changes import Change
from qbo_emulator.webhooks.events import Format
from qbo_emulator.webhooks.outbox import RETRY_SECONDS

OTHER_REALM = str(int(REALM) + 1)
HOUR = 3600


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks arrive."""
    with receiving() as running:
        yield running


def hooked(serve: ServedMaker, receiver: Receiver, **options: object) -> Served:
    """An emulator that posts to the receiver and whose time stands still."""
    served: Served = serve(webhook_url=receiver.url, **options)
    served.emulator.parts.clock.stop()
    return served


async def pass_time(served: Served, seconds: int) -> None:
    """Move the company's time."""
    answer = await served.http.post("/_emulator/clock", json={"advance_seconds": seconds})
    assert answer.status_code == 200


@pytest.mark.documented("blogs.intuit.com/2025/11/12: CloudEvents; sample in webhooks/cloudevents_sample.json")
async def test_a_cloud_event(serve: ServedMaker, receiver: Receiver, samples: Path) -> None:
    """The keys of the sample in its order; type, time, entity and realm are those of the change; data is empty."""
    served = hooked(serve, receiver)
    await served.post("account", {"Name": "New", "AccountType": "Bank"})
    [post] = await receiver.has(1)
    [event] = post.body
    [sample] = json.loads((samples / "webhooks" / "cloudevents_sample.json").read_text())
    assert list(event) == list(sample)
    assert {name: event[name] for name in ("specversion", "datacontenttype", "data", "type")} == {
        name: sample[name] for name in ("specversion", "datacontenttype", "data", "type")
    }
    assert (event["intuitentityid"], event["intuitaccountid"]) == ("6", REALM)
    assert event["time"] == "2026-02-04T17:00:00.000000000Z"
    assert event["source"].startswith("intuit.")
    assert post.headers["content-type"] == "application/cloudevents+json"


@pytest.mark.documented("the older form, webhooks/legacy_sample.json; a receiver may still know only that")
async def test_the_legacy_form(serve: ServedMaker, receiver: Receiver, samples: Path) -> None:
    """The same keys as in the sample; operations have capital letters, times Pacific offsets without a colon."""
    served = hooked(serve, receiver, webhook_format=Format.LEGACY)
    await served.post("vendor", {"DisplayName": "New"})
    [post] = await receiver.has(1)
    sample = json.loads((samples / "webhooks" / "legacy_sample.json").read_text())
    [notification] = post.body["eventNotifications"]
    assert list(post.body) == list(sample)
    assert list(notification) == list(sample["eventNotifications"][0])
    entity = {"name": "Vendor", "id": "4", "operation": "Create", "lastUpdated": "2026-02-04T09:00:00-0800"}
    assert notification == {"realmId": REALM, "dataChangeEvent": {"entities": [entity]}}


@pytest.mark.documented("intuit-signature: base64 of HMAC-SHA256 of the raw body under the verifier token")
async def test_the_signature(serve: ServedMaker, receiver: Receiver) -> None:
    """A receiver that computes it over the bytes that arrived gets the same."""
    served = hooked(serve, receiver)
    await served.post("vendor", {"DisplayName": "New"})
    [post] = await receiver.has(1)
    computed = base64.b64encode(hmac.new(VERIFIER.encode(), post.raw, hashlib.sha256).digest()).decode()
    assert post.headers["intuit-signature"] == computed


@pytest.mark.documented("one event per entity that changed, in the order of the changes")
async def test_what_a_payment_announces(serve: ServedMaker, receiver: Receiver) -> None:
    """The first bill opens its account; paying it updates it, and deleting the payment updates it again."""
    served = hooked(serve, receiver)
    served.books.create("Bill", bill("10"), at=served.time.now())
    payment = bill_payment("10", ("Bill", "1", "10"))
    payment = json.loads(json.dumps(payment, default=float))
    await served.post("billpayment", payment)
    await served.post("billpayment", {"Id": "2", "SyncToken": "0"}, operation="delete")
    await until(lambda: sum(len(post.body) for post in receiver.posts) == 6)
    seen = [(event["type"], event["intuitentityid"]) for post in receiver.posts for event in post.body]
    assert set(seen[:2]) == {("qbo.account.created.v1", "6"), ("qbo.bill.created.v1", "1")}
    assert set(seen[2:4]) == {("qbo.billpayment.created.v1", "2"), ("qbo.bill.updated.v1", "1")}
    assert set(seen[4:]) == {("qbo.billpayment.deleted.v1", "2"), ("qbo.bill.updated.v1", "1")}


@pytest.mark.documented("one post may span companies; only connected ones are announced; at most 100 events a post")
async def test_posts_span_companies_and_hold_a_hundred_events(serve: ServedMaker, receiver: Receiver) -> None:
    """What waited goes out in posts of a hundred, both companies in one; a company nobody connected stays silent."""
    served = hooked(serve, receiver, companies=3)
    served.emulator.authority.grant(OTHER_REALM)
    await served.http.post("/_emulator/webhooks", json={"hold": True})
    for number in range(70):
        for realm in (REALM, OTHER_REALM, str(int(REALM) + 2)):
            edit = {"realm_id": realm, "operation": "create", "entity": "Vendor", "body": {"DisplayName": f"{number}"}}
            assert (await served.http.post("/_emulator/edit", json=edit)).status_code == 200
    assert receiver.posts == []
    await served.http.post("/_emulator/webhooks", json={"hold": False})
    first, second = await receiver.has(2)
    assert [len(first.body), len(second.body)] == [100, 40]
    assert {event["intuitaccountid"] for event in first.body} == {REALM, OTHER_REALM}
    assert len({*first.ids, *second.ids}) == 140


@pytest.mark.documented("blogs.intuit.com/2025/10/14: 10 s, 20 s, 30 s, 5 min, 20 min, 2 h, 4 h, 6 h, then 6-hourly")
async def test_a_refused_post_comes_again_with_the_same_ids(serve: ServedMaker, receiver: Receiver) -> None:
    """Not a second before its pause is over, the whole post again, until it is taken; later events wait behind it."""
    served = hooked(serve, receiver)
    pauses = [*RETRY_SECONDS, RETRY_SECONDS[-1]]
    assert pauses == [10, 20, 30, 300, 1200, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR]
    receiver.statuses = [500] * len(pauses)
    await served.post("vendor", {"DisplayName": "New"})
    await receiver.has(1)
    await served.post("vendor", {"DisplayName": "Later"})
    for number, pause in enumerate(pauses, start=1):
        await pass_time(served, pause - 1)
        due = (await served.http.get("/_emulator/webhooks")).json()["next_due"]
        assert len(receiver.posts) == number, due
        await pass_time(served, 1)
        await receiver.has(number + 1) if number < len(pauses) else await receiver.has(number + 2)
    attempts, later = receiver.posts[:-1], receiver.posts[-1]
    assert all(post.raw == attempts[0].raw for post in attempts)
    assert later.ids != attempts[0].ids


@pytest.mark.documented("anything but 200 counts as refused; so does no answer")
@pytest.mark.parametrize("status", [201, 302, 404])
async def test_only_200_counts(serve: ServedMaker, receiver: Receiver, status: int) -> None:
    """Another status brings the post again; a receiver that isn't there, or can't be, leaves none in the record."""
    served = hooked(serve, receiver)
    receiver.statuses = [status]
    await served.post("vendor", {"DisplayName": "New"})
    await receiver.has(1)
    await pass_time(served, 10)
    await receiver.has(2)
    await served.http.post("/_emulator/webhooks", json={"url": "http://127.0.0.1:1/nobody"})
    await served.post("vendor", {"DisplayName": "Unheard"})
    deliveries = served.emulator.parts.webhooks.deliveries
    await until(lambda: len(deliveries) == 3)
    await served.http.post("/_emulator/webhooks", json={"url": "http://127.0.0.1:123456/"})
    await pass_time(served, 10)
    await until(lambda: len(deliveries) == 4)
    assert [delivery["status"] for delivery in deliveries] == [status, 200, None, None]


@pytest.mark.inferred("types that Intuit's page doesn't list are not announced")
async def test_what_is_not_announced(serve: ServedMaker, receiver: Receiver) -> None:
    """CompanyInfo and Attachable change in silence."""
    served = hooked(serve, receiver)
    webhooks = served.emulator.parts.webhooks
    for entity in ("CompanyInfo", "Attachable", "Vendor"):
        webhooks.announce(REALM, Change(entity, "1", "updated", served.time.now()))
    webhooks.wake()
    [post] = await receiver.has(1)
    assert [event["type"] for event in post.body] == ["qbo.vendor.updated.v1"]
