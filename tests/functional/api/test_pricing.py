"""What decisions do to the runway, told by the API before they are taken and with those that were."""

import asyncio
from typing import Any

from sqlalchemy import select

from oodaloo.domains.core.permissions import Role
from oodaloo.runway.records import pictures
from oodaloo.runway.records.pictures import KeptPictureRow
from tests.functional.api.test_deciding import actions, approved, bills_of
from tests.support.api import ApiSite
from tests.support.product import opened


def price_of(site: ApiSite) -> dict[str, Any]:
    """The price of all drafts."""
    told: dict[str, Any] = site.by(Role.VIEWER).get("/price").json()
    return told


def test_an_effect_is_told_before_the_click(site: ApiSite) -> None:
    """A preview of a delay says what it does; decided, the decision, its audit and its price say the same."""
    bookkeeper, bill = site.by(Role.BOOKKEEPER), bills_of(site.by(Role.OWNER))[0]
    assert (price_of(site)["drafts"], price_of(site)["effect"]) == (0, None)
    body: dict[str, object] = {"version": None, "choice": {"kind": "delay", "until": "2026-12-01"}}
    preview = bookkeeper.post(f"/bills/{bill['id']}/decide", body, dry_run=True).json()
    assert price_of(site)["drafts"] == 0
    assert "in the bank" in preview["expected"]
    decided = bookkeeper.post(f"/bills/{bill['id']}/decide", body).json()
    assert decided["expected"] == preview["expected"]
    entry = site.by(Role.OWNER).get("/audit").json()["entries"][-1]["entry"]
    assert (entry["action"], entry["expected"], entry["picture_id"]) == (
        "delay",
        decided["expected"],
        decided["picture_id"],
    )
    price = price_of(site)
    assert (price["drafts"], price["delays"], price["missing"]["amount"]) == (1, bill["open"], "0.00")
    assert price["effect"]["because"] == price["sentences"][0]


def test_the_suggested_plan_is_drafted_in_one_call(site: ApiSite) -> None:
    """An approver's plan drafts every bill, a preview none; a bookkeeper is told what has to be approved first."""
    approver, bookkeeper = site.by(Role.APPROVER), site.by(Role.BOOKKEEPER)
    bills = [bill["id"] for bill in bills_of(approver)]
    told = bookkeeper.post("/bills/suggest").json()["outcomes"]
    assert {each["bill_id"] for each in told} == set(bills)
    assert all("may not approve" in each["refused"] for each in told)
    preview = approver.post("/bills/suggest", dry_run=True).json()["outcomes"]
    assert all(bill["decision"] is None for bill in bills_of(approver))
    first = approver.post("/bills/suggest", {"at_most": 1}).json()
    rest = approver.post("/bills/suggest").json()
    assert (len(first["outcomes"]), first["left"], rest["left"]) == (1, len(bills) - 1, 0)
    outcomes = first["outcomes"] + rest["outcomes"]
    assert [each["bill_id"] for each in outcomes] == [each["bill_id"] for each in preview]
    for each in outcomes:
        assert (each["refused"], each["decision"]["suggested"]) == ("", True)
        assert each["decision"]["expected"]
    assert price_of(site)["drafts"] == len(bills)
    assert approver.post("/bills/suggest").json() == {"outcomes": [], "left": 0}


def test_a_batch_says_what_it_was_expected_to_do(site: ApiSite) -> None:
    """What all drafts do together is kept with the batch, and told by its audit."""
    approver = site.by(Role.APPROVER)
    drafts = []
    for bill in bills_of(approver):
        body: dict[str, object] = {"version": approved(approver, bill["id"])["version"], "choice": {"kind": "pay_now"}}
        drafts.append(approver.post(f"/bills/{bill['id']}/decide", body).json())
    priced = price_of(site)["effect"]["because"]
    wanted = [{"decision_id": each["id"], "version": each["version"]} for each in drafts]
    finalized = approver.post("/batches", {"batch_id": "friday", "decisions": wanted}).json()
    assert finalized["batch"]["expected"] == priced
    assert actions(approver)[-1] == "finalize"
    last = approver.get("/audit").json()["entries"][-1]["entry"]
    assert (last["subject"], last["expected"]) == ("Batch friday", priced)


def test_a_discount_that_no_terms_give_is_refused(site: ApiSite) -> None:
    """It says so, and what to do instead."""
    approver = site.by(Role.APPROVER)
    bill_id = bills_of(approver)[0]["id"]
    body: dict[str, object] = {
        "version": approved(approver, bill_id)["version"],
        "choice": {"kind": "pay_now", "discount": True},
    }
    refused = approver.post(f"/bills/{bill_id}/decide", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:oodaloo:problem:no-discount")
    assert "Decide without it" in refused.json()["detail"]


def test_what_was_known_is_kept_for_every_entry_of_the_audit(site: ApiSite) -> None:
    """Approved, drafted, taken back and cancelled: each entry's picture is there under its id; a preview keeps none."""
    approver, bill_id = site.by(Role.APPROVER), bills_of(site.by(Role.OWNER))[0]["id"]
    delay: dict[str, object] = {"version": None, "choice": {"kind": "delay", "until": "2026-12-01"}}
    preview = approver.post(f"/bills/{bill_id}/decide", delay, dry_run=True).json()
    assert asyncio.run(kept_of(site, {preview["picture_id"]})) == set()
    version = approved(approver, bill_id)["version"]
    drafted = approver.post(
        f"/bills/{bill_id}/decide", {"version": version, "choice": {"kind": "schedule", "pay_on": "2026-10-07"}}
    ).json()
    approver.post(f"/bills/{bill_id}/undecide", {"version": drafted["version"]})
    approver.post("/bills/unapprove", {"bill_ids": [bill_id]})
    entries = [each["entry"] for each in approver.get("/audit").json()["entries"]]
    named = {each["picture_id"] for each in entries if each["subject"] == f"Bill {bill_id}"}
    assert len(named) >= 3
    assert asyncio.run(kept_of(site, named)) == named


async def kept_of(site: ApiSite, picture_ids: set[str]) -> set[str]:
    """Those of the pictures that are kept, by the ids that they have when they are read again."""
    async with opened(site.database) as database, database.tenant(site.business_id, read_only=True) as session:
        known = await session.scalars(select(KeptPictureRow.id).where(KeptPictureRow.id.in_(picture_ids)))
        return {(await pictures.kept(session, picture_id)).id for picture_id in known}
