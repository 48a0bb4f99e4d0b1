"""Batches through the API: previewed and finalized on one path, approved by two, taken back, followed; and reserves."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from oodaloo.domains.core.permissions import Role
from tests.functional.api.test_deciding import actions, approved, bills_of
from tests.support.api import ApiSite, api_site
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.plain_runs import PlainRun
from tests.support.product import services_for
from tests.support.writing import SteppedClock


@pytest.fixture
def paying_site(database: TestDatabase, working_company: Emulator) -> Iterator[ApiSite]:
    """A site whose company may be written to."""
    with api_site(database, working_company) as site:
        yield site


def drafted(site: ApiSite, *, pay_on: str = "") -> list[Mapping[str, Any]]:
    """All bills of the company, approved by the approver and drafted by the bookkeeper; now, or for a day."""
    drafts = []
    choice = {"kind": "schedule", "pay_on": pay_on} if pay_on else {"kind": "pay_now"}
    for bill in bills_of(site.by(Role.APPROVER)):
        version = approved(site.by(Role.APPROVER), bill["id"])["version"]
        body: dict[str, object] = {"version": version, "choice": choice}
        drafts.append(site.by(Role.BOOKKEEPER).post(f"/bills/{bill['id']}/decide", body).json())
    return drafts


def batch_of(drafts: Sequence[Mapping[str, Any]], batch_id: str = "batch", **more: object) -> dict[str, object]:
    """A batch of drafts as they were looked at."""
    wanted = [{"decision_id": each["id"], "version": each["version"]} for each in drafts]
    return {"batch_id": batch_id, "decisions": wanted, **more}


def states(batch: Mapping[str, Any]) -> set[str]:
    """Where the decisions of a batch stand."""
    return {each["state"] for each in batch["decisions"]}


def in_order(batch: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a batch holds, in an order of ours: decisions of the same moment have none."""
    return sorted([*batch["decisions"], *batch["orders"]], key=lambda each: str(each["id"]))


def test_a_batch_is_previewed_and_finalized_on_one_path(site: ApiSite) -> None:
    """The preview says what finalizing then does, and leaves nothing; who only prepares is refused; it is done once."""
    approver = site.by(Role.APPROVER)
    body = batch_of(drafted(site))
    preview = approver.post("/batches", body, dry_run=True).json()
    assert approver.get("/batches").json() == {"batches": []}
    assert site.by(Role.BOOKKEEPER).post("/batches", body).status_code == 403
    finalized = approver.post("/batches", body).json()
    assert finalized["batch"]["pays"] == preview["batch"]["pays"]
    assert [each["total"] for each in finalized["orders"]] == [each["total"] for each in preview["orders"]]
    assert (states(finalized), {each["state"] for each in finalized["orders"]}) == ({"finalized"}, {"due"})
    for told in (approver.post("/batches", body).json(), approver.get("/batches/batch").json()):
        assert in_order(told) == in_order(finalized)
    assert actions(approver).count("finalize") == len(finalized["decisions"]) + 1
    other = approver.post("/batches", batch_of(finalized["decisions"][:1]))
    assert (other.status_code, other.json()["type"]) == (409, "urn:oodaloo:problem:batch-reused")


def test_problems_of_a_batch_are_told_one_by_one(site: ApiSite) -> None:
    """A draft that was changed since keeps the batch back, is named, and nothing is finalized."""
    drafts = drafted(site)
    version = drafts[0]["version"]
    site.by(Role.BOOKKEEPER).post(f"/bills/{drafts[0]['bill_id']}/undecide", {"version": version})
    refused = site.by(Role.OWNER).post("/batches", batch_of(drafts))
    told = refused.json()
    assert (refused.status_code, told["type"]) == (409, "urn:oodaloo:problem:batch-refused")
    assert [each["decision_id"] for each in told["refused"]] == [drafts[0]["id"]]
    assert site.by(Role.OWNER).get("/batches").json() == {"batches": []}


def test_above_the_limit_somebody_else_approves(site: ApiSite) -> None:
    """A cent is too much for one: who approved can't approve again; the owner can, once; or refuses."""
    owner, approver = site.by(Role.OWNER), site.by(Role.APPROVER)
    owner.post("/approval-limit", {"limit": {"amount": "0.01", "currency": "USD"}})
    drafts = drafted(site)
    waiting = approver.post("/batches", batch_of(drafts)).json()
    assert (waiting["batch"]["state"], states(waiting)) == ("awaiting_second_approval", {"awaiting_second_approval"})
    assert approver.post("/batches/batch/approve").status_code == 403
    refused = owner.post("/batches/batch/refuse").json()
    assert (refused["batch"]["state"], states(owner.get("/batches/batch").json())) == ("refused", set())
    staged = owner.get("/decisions").json()["decisions"]
    choice = {"kind": "schedule", "pay_on": "2026-10-09"}
    again = [
        site.by(Role.BOOKKEEPER)
        .post(f"/bills/{each['bill_id']}/decide", {"version": each["version"], "choice": choice})
        .json()
        for each in staged
    ]
    approver.post("/batches", batch_of(again, "second"))
    done = owner.post("/batches/second/approve").json()
    assert (done["batch"]["state"], {each["state"] for each in done["orders"]}) == ("finalized", {"waiting"})
    assert owner.post("/batches/second/approve").status_code == 409
    assert owner.post("/batches/batch/refuse").status_code == 409


def test_what_hasn_t_started_is_taken_back(site: ApiSite) -> None:
    """One decision by itself, then the rest of the batch; nothing is held any more."""
    approver = site.by(Role.APPROVER)
    drafts = drafted(site, pay_on="2026-10-09")
    approver.post("/batches", batch_of(drafts))
    one = approver.post(f"/decisions/{drafts[0]['id']}/cancel").json()
    assert one["state"] == "cancelled"
    outcomes = approver.post("/batches/batch/cancel").json()["outcomes"]
    assert {each["decision"]["state"] for each in outcomes} == {"cancelled"}
    assert approver.get("/reserves").json()["earmarked"]["amount"] == "0.00"
    assert approver.post("/batches/nothing/cancel").status_code == 404
    assert approver.post(f"/decisions/{drafts[0]['id']}/decide-anew").status_code == 409


def test_a_batch_is_followed_until_quickbooks_has_it(paying_site: ApiSite) -> None:
    """Carried out, each payment shows its id in QuickBooks, each decision that it is done, and nothing is held."""
    approver = paying_site.by(Role.APPROVER)
    batch = approver.post("/batches", batch_of(drafted(paying_site)[:1])).json()
    asyncio.run(carried_out(paying_site, [each["id"] for each in batch["orders"]]))
    done = approver.get("/batches/batch").json()
    assert (states(done), [each["state"] for each in done["orders"]]) == ({"executed"}, ["executed"])
    assert done["orders"][0]["bill_payment_id"] in done["decisions"][0]["told"]
    late = approver.post(f"/decisions/{done['decisions'][0]['id']}/cancel")
    assert (late.status_code, late.json()["type"]) == (409, "urn:oodaloo:problem:illegal-step")


def test_reserves_are_set_up_held_and_given_back(site: ApiSite) -> None:
    """$100 for taxes: set aside, partly given back, closed; more than there is takes an owner with a reason."""
    bookkeeper, owner = site.by(Role.BOOKKEEPER), site.by(Role.OWNER)
    share = {"kind": "share_of_receipts", "percent": "25.5"}
    reserve = bookkeeper.post("/reserves", {"label": "Taxes", "rule": share}).json()
    assert (reserve["holds"]["amount"], reserve["rule"]) == ("0.00", "25.50 % of what customers pay is set aside.")
    at = f"/reserves/{reserve['key']}"
    held = bookkeeper.post(f"{at}/hold", {"amount": usd("100.00")}).json()
    assert held["holds"] == usd("100.00")
    much: dict[str, object] = {"amount": usd("9999999.00")}
    assert bookkeeper.post(f"{at}/hold", much).json()["type"] == "urn:oodaloo:problem:no-cover"
    assert bookkeeper.post(f"{at}/hold", {**much, "overcommit": "why not"}).status_code == 403
    assert owner.post(f"{at}/hold", {**much, "overcommit": "why not"}, dry_run=True).status_code == 200
    assert bookkeeper.post(f"{at}/release", {"amount": usd("40.00"), "reason": "lower"}).json()["holds"] == usd("60.00")
    assert bookkeeper.get("/reserves").json()["earmarked"] == usd("60.00")
    entries = bookkeeper.get(f"{at}/entries").json()["entries"]
    assert [(each["kind"], each["amount"]["amount"]) for each in entries[-2:]] == [
        ("hold", "100.00"),
        ("release", "40.00"),
    ]
    assert bookkeeper.post(f"{at}/retire").json()["reserves"] == []
    assert bookkeeper.post(f"{at}/hold", {"amount": usd("1.00")}).status_code == 404


def usd(amount: str) -> dict[str, object]:
    """Dollars."""
    return {"amount": amount, "currency": "USD"}


async def carried_out(site: ApiSite, order_ids: Sequence[str]) -> None:
    """Carry orders out, as a worker does."""
    async with services_for(site.database, site.quickbooks) as services:
        for order_id in order_ids:
            run = PlainRun(services.database, site.business_id, SteppedClock(services.writes.wall_clock.now()))
            await services.execution.carry_out(run, order_id)
