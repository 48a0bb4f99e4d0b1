"""Deciding through the API: each bill on its own, versions against lost updates, each request done once."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from oodaloo.domains.core.permissions import Role
from tests.support.api import ApiSite, Caller


def bills_of(caller: Caller) -> list[Mapping[str, Any]]:
    """The open bills."""
    told: list[Mapping[str, Any]] = caller.get("/bills").json()["bills"]
    return told


def actions(caller: Caller) -> list[str]:
    """What the audit says was done, in its order."""
    return [each["entry"]["action"] for each in caller.get("/audit").json()["entries"]]


def approved(caller: Caller, bill_id: str) -> Mapping[str, Any]:
    """A bill's decision, approved and held for."""
    [outcome] = caller.post("/bills/approve", {"bill_ids": [bill_id]}).json()["outcomes"]
    assert outcome["refused"] == ""
    decision: Mapping[str, Any] = outcome["decision"]
    return decision


def test_a_bill_goes_from_open_to_draft_and_back(site: ApiSite) -> None:
    """Approved and held for, scheduled, paid in part now, delayed, taken back; the bill shows it each time."""
    owner, bookkeeper = site.by(Role.OWNER), site.by(Role.BOOKKEEPER)
    bill = bills_of(owner)[0]
    decision = approved(site.by(Role.APPROVER), bill["id"])
    assert (decision["state"], decision["pays"]) == ("staged", bill["open"])
    at = f"/bills/{bill['id']}"
    choice: dict[str, object] = {"kind": "schedule", "pay_on": "2026-10-07"}
    scheduled = bookkeeper.post(f"{at}/decide", {"version": decision["version"], "choice": choice}).json()
    assert (scheduled["state"], scheduled["pay_on"], scheduled["method"]["by"]) == ("scheduled", "2026-10-07", "bank")
    part = {"kind": "pay_now", "amount": {"amount": "10.5", "currency": "USD"}}
    now = bookkeeper.post(f"{at}/decide", {"version": scheduled["version"], "choice": part}).json()
    assert (now["state"], now["pays"]) == ("pay_now", {"amount": "10.50", "currency": "USD"})
    back = bookkeeper.post(f"{at}/undecide", {"version": now["version"]}).json()
    assert (back["state"], back["pays"]) == ("staged", bill["open"])
    delay = {"kind": "delay", "until": "2026-10-20"}
    delayed = bookkeeper.post(f"{at}/decide", {"version": back["version"], "choice": delay}).json()
    assert (delayed["state"], delayed["wake_on"]) == ("delayed", "2026-10-20")
    assert bills_of(owner)[0]["decision"] == delayed == owner.get("/decisions").json()["decisions"][0]
    assert owner.get(f"/decisions/{delayed['id']}").json() == delayed
    assert set(delayed["steps"]) == {"delay", "undecide", "finalize"}
    assert actions(owner)[-6:] == ["approve", "stage", "schedule", "pay_now", "undecide", "delay"]


def test_bills_are_approved_one_by_one(site: ApiSite) -> None:
    """Of an open bill and one that isn't there the first is approved; the other one says why not. So is taking back."""
    approver = site.by(Role.APPROVER)
    bill_id = bills_of(approver)[0]["id"]
    outcomes = approver.post("/bills/approve", {"bill_ids": [bill_id, "99999"]}).json()["outcomes"]
    assert [(each["bill_id"], each["refused"] == "") for each in outcomes] == [(bill_id, True), ("99999", False)]
    assert "99999 isn't open in your books" in outcomes[1]["refused"]
    staged = approver.post("/bills/stage", {"bill_ids": [bill_id]}).json()["outcomes"]
    assert "is approved and held for, so it can't" in staged[0]["refused"]
    taken = approver.post("/bills/unapprove", {"bill_ids": ["99999", bill_id]}).json()["outcomes"]
    assert [each["decision"] and each["decision"]["state"] for each in taken] == [None, "open"]
    assert site.by(Role.APPROVER).post("/bills/approve", {"bill_ids": [bill_id], "overcommit": "x"}).status_code == 403


def test_who_decides_on_what_has_moved_on_is_told_what_changed(site: ApiSite) -> None:
    """409 with the decision as it stands, and who changed it; nothing of the second decision is kept."""
    bill_id = bills_of(site.by(Role.OWNER))[0]["id"]
    seen = approved(site.by(Role.OWNER), bill_id)["version"]
    first = {"version": seen, "choice": {"kind": "schedule", "pay_on": "2026-10-07"}}
    kept = site.by(Role.BOOKKEEPER).post(f"/bills/{bill_id}/decide", first).json()
    late = site.by(Role.OWNER).post(
        f"/bills/{bill_id}/decide", {"version": seen, "choice": {"kind": "delay", "until": "2026-11-02"}}
    )
    told = late.json()
    assert (late.status_code, told["type"]) == (409, "urn:oodaloo:problem:decision-moved")
    assert told["current"] == kept
    assert (told["changed"]["by"], told["changed"]["action"]) == ("Bookkeeper", "schedule")
    assert bills_of(site.by(Role.OWNER))[0]["decision"] == kept


def test_a_key_is_one_request(site: ApiSite) -> None:
    """The same again is answered the same and done once, another request under the key refused; keys are personal."""
    owner, approver = site.by(Role.OWNER), site.by(Role.APPROVER)
    bill_id = bills_of(owner)[0]["id"]
    before = len(actions(owner))
    first = owner.post("/bills/approve", {"bill_ids": [bill_id]}, key="k")
    again = owner.post("/bills/approve", {"overcommit": "", "bill_ids": [bill_id]}, key="k")
    assert (first.status_code, again.json()) == (200, first.json())
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    for path, body in (("/bills/unapprove", {"bill_ids": [bill_id]}), ("/bills/approve", {"bill_ids": ["99999"]})):
        other = owner.post(path, body, key="k")
        assert (other.status_code, other.json()["type"]) == (422, "urn:oodaloo:problem:key-reused")
    assert approver.post("/bills/unapprove", {"bill_ids": [bill_id]}, key="k").status_code == 200
    assert actions(owner)[before:] == ["approve", "stage", "unapprove"]


def test_an_error_uses_no_key_up(site: ApiSite) -> None:
    """What was refused left nothing behind, so that it can be mended and sent under the same key."""
    owner = site.by(Role.OWNER)
    bill_id = bills_of(owner)[0]["id"]
    body: dict[str, object] = {"version": None, "choice": {"kind": "delay", "until": "2026-10-01"}}
    assert owner.post(f"/bills/{bill_id}/decide", body, key="k").status_code == 400
    body["choice"] = {"kind": "delay", "until": "2026-10-15"}
    assert owner.post(f"/bills/{bill_id}/decide", body, key="k").json()["wake_on"] == "2026-10-15"


def test_the_same_request_at_the_same_moment_is_done_once(site: ApiSite) -> None:
    """Eight programs send one request under one key: one answer for all, one approval in the audit."""
    owner = site.by(Role.OWNER)
    bill_id = bills_of(owner)[0]["id"]
    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(owner.post, "/bills/approve", {"bill_ids": [bill_id]}, key="together") for _ in range(8)]
        answers = [each.result() for each in sent]
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    assert actions(owner).count("approve") == 1


def test_a_preview_is_the_same_path_and_leaves_nothing(site: ApiSite) -> None:
    """It tells the whole outcome, and neither decision, hold, audit nor the key are used up by it."""
    owner = site.by(Role.OWNER)
    bill_id, before = bills_of(owner)[0]["id"], actions(owner)
    preview = owner.post("/bills/approve", {"bill_ids": [bill_id]}, key="k", dry_run=True).json()
    assert preview["outcomes"][0]["decision"]["state"] == "staged"
    assert (bills_of(owner)[0]["decision"], actions(owner)) == (None, before)
    assert owner.post("/bills/approve", {"bill_ids": [bill_id]}, key="k").headers.get("idempotency-replayed") is None
    assert bills_of(owner)[0]["decision"]["state"] == "staged"


def test_the_approval_limit_is_settled_by_who_manages(site: ApiSite) -> None:
    """An owner sets and lifts it; everybody sees it; the audit says what it was before."""
    owner = site.by(Role.OWNER)
    limit = {"amount": "500.00", "currency": "USD"}
    assert owner.post("/approval-limit", {"limit": limit}).json() == {"limit": limit}
    assert site.by(Role.VIEWER).get().json()["approval_limit"] == limit
    assert owner.post("/approval-limit", {"limit": None}).json() == {"limit": None}
    entries = owner.get("/audit", subject="Approval limit").json()["entries"]
    assert [each["entry"]["facts"] for each in entries] == [
        {"limit": "500.00 USD", "was": "none"},
        {"limit": "none", "was": "500.00 USD"},
    ]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "body.choice"),
        ({"version": None, "choice": {"kind": "burn"}}, 422, "burn"),
        ({"version": None, "choice": {"kind": "delay", "until": "2026-13-01"}}, 422, "until"),
        ({"version": None, "choice": {"kind": "delay", "until": "2026-10-20"}, "more": 1}, 422, "body.more"),
        ({"version": None, "choice": {"kind": "pay_now"}}, 409, "isn't approved"),
        ({"version": 4, "choice": {"kind": "delay", "until": "2026-10-20"}}, 409, "Look at it again"),
        ({"version": None, "choice": {"kind": "schedule", "pay_on": "2026-10-03"}}, 400, "Banks are closed"),
        ({"version": None, "choice": {"kind": "schedule", "pay_on": "2026-09-01"}}, 400, "has passed"),
        (
            {"version": None, "choice": {"kind": "pay_now", "amount": {"amount": "1.234", "currency": "USD"}}},
            422,
            "amount",
        ),
        (
            {"version": None, "choice": {"kind": "pay_now", "amount": {"amount": "1.23", "currency": "EUR"}}},
            400,
            "amounts are in USD here",
        ),
        (
            {"version": None, "choice": {"kind": "pay_now", "method": {"by": "card", "account_id": "99999"}}},
            409,
            "no card 99999",
        ),
    ],
)
def test_what_can_t_be_is_a_problem_that_says_so(
    read_site: ApiSite, body: dict[str, object], status: int, said: str
) -> None:
    """The status of the error, and in words what is wrong; nothing is kept of it."""
    owner = read_site.by(Role.OWNER)
    bill_id = bills_of(owner)[0]["id"]
    answer = owner.post(f"/bills/{bill_id}/decide", body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert bills_of(owner)[0]["decision"] is None


def test_a_request_needs_a_key_and_a_token_of_a_role(read_site: ApiSite) -> None:
    """Without a key it is refused; somebody who joins later can act at once."""
    owner = read_site.by(Role.OWNER)
    address = f"/api/v1/businesses/{read_site.business_id}/bills/approve"
    headers = {"Authorization": f"Bearer {owner.token}"}
    keyless = read_site.http.post(address, json={"bill_ids": ["1"]}, headers=headers)
    assert (keyless.status_code, "Idempotency-Key" in keyless.json()["detail"]) == (422, True)
    late = Caller(owner.http, owner.business_id, asyncio.run(read_site.staffed("Late", Role.APPROVER)))
    assert late.post("/bills/approve", {"bill_ids": ["99999"]}).status_code == 200
