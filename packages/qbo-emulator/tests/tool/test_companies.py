"""The companies behind the control plane: time and life, people, stale reads, summaries, beginning anew."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import httpx2
import pytest
from emulator_support import OPENED, REALM, Served, ServedMaker, Time, bill, invoice, small_books

from qbo_emulator.books import Books
from qbo_emulator.clock import CompanyClock
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.scenarios.living import PlantedFlaw
from qbo_emulator.server.app import Emulator, Options
from qbo_emulator.server.directory import CompanyEntry, Opened

START = OPENED + timedelta(days=30)
OTHER = str(int(REALM) + 1)


@dataclass
class Rent:
    """A life in which the landlord's bill comes every day at noon UTC."""

    spans: list[tuple[datetime, datetime]] = field(default_factory=list)

    def advance(self, books: Books, *, start: datetime, end: datetime) -> None:
        """Enter the bills of the span."""
        self.spans.append((start, end))
        noon = start.replace(hour=12, minute=0, second=0, microsecond=0)
        while noon <= end:
            if noon > start:
                books.create("Bill", bill("10", TxnDate=noon.date().isoformat()), at=noon)
            noon += timedelta(days=1)


def opening(opens: dict[str, Callable[[int | None], Opened]]) -> Served:
    """An emulator whose companies are opened by what is given for each realm."""
    now = Time()
    authority = Authority("client", "secret", now=now.now, new_secret=lambda prefix: f"{prefix}-{uuid4()}")
    entries = [CompanyEntry(realm, f"Company {realm}", open_books) for realm, open_books in opens.items()]
    clock = CompanyClock(now.now(), now.elapsed)
    emulator = Emulator(entries, authority, Options(), clock=clock, elapsed_seconds=now.elapsed)
    tokens = authority.grant(REALM)
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=emulator),
        base_url="http://emulator",
        headers={"Authorization": f"Bearer {tokens.access_token}"},
    )
    return Served(emulator, client, now, tokens.access_token, tokens.refresh_token)


def living(lives: dict[str, Rent]) -> Served:
    """An emulator whose companies live, one life each."""
    return opening({realm: partial(live_on, life) for realm, life in lives.items()})


def live_on(life: Rent, _seed: int | None) -> Opened:
    """Small books that live that life."""
    return Opened(small_books(), life)


async def control(served: Served, path: str, body: object | None = None) -> httpx2.Response:
    """Ask the control plane, with a body by POST."""
    if body is None:
        return await served.http.get(f"/_emulator/{path}")
    return await served.http.post(f"/_emulator/{path}", json=body)


async def found(served: Served, entity: str = "Bill") -> int:
    """How many of a type a query finds."""
    answer = await served.get("query", query=f"SELECT COUNT(*) FROM {entity}")  # noqa: S608 - names of ours
    return int(answer.json()["QueryResponse"]["totalCount"])


async def test_moving_time_lets_open_companies_live_and_late_ones_catch_up() -> None:
    """Two days bring two bills; a company that is opened later has lived the same two days in one go."""
    lives = {REALM: Rent(), OTHER: Rent()}
    served = living(lives)
    assert await found(served) == 0
    moved = (await control(served, "clock", {"advance_days": 1})).json()
    assert moved == {"now": (START + timedelta(days=1)).isoformat(timespec="milliseconds"), "runs": True}
    await control(served, "clock", {"set": (START + timedelta(days=2)).isoformat()})
    assert await found(served) == 2
    assert lives[REALM].spans == [
        (START, START + timedelta(days=1)),
        (START + timedelta(days=1), START + timedelta(days=2)),
    ]
    assert lives[OTHER].spans == []
    late = (await served.http.get("/_emulator/books", params={"realm_id": OTHER})).json()
    assert late["counts"]["Bill"] == 2
    assert lives[OTHER].spans == [(START, START + timedelta(days=2))]


async def test_what_happened_before_a_company_was_opened_is_announced_to_nobody() -> None:
    """Only what happens after it was opened makes events."""
    served = living({REALM: Rent()})
    served.emulator.parts.webhooks.settings.url = "http://127.0.0.1:1/"
    served.emulator.parts.webhooks.outbox.held = True
    await control(served, "clock", {"advance_days": 1})
    await served.get("account/1")
    assert served.emulator.parts.webhooks.outbox.events() == ()
    await control(served, "clock", {"advance_days": 1})
    events = served.emulator.parts.webhooks.outbox.events()
    assert [event.change.entity for event in events] == ["Bill"]
    await served.emulator.close()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"set": "2020-01-01T00:00:00Z"}, "time runs only forward"),
        ({"set": "soon"}, "set must be a moment"),
        ({"advance_days": -1}, "advance_days must be a whole number"),
        ({"advance_days": 10**9}, "too far"),
        ({"runs": "yes"}, "runs must be true or false"),
        ({"advance": 1}, "advance is not known"),
    ],
)
async def test_moves_of_the_clock_that_make_no_sense(serve: ServedMaker, body: object, complaint: str) -> None:
    """Each is refused with a reason, and time stays what it was."""
    served = serve()
    answer = await control(served, "clock", body)
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]
    assert datetime.fromisoformat((await control(served, "clock")).json()["now"]) == served.time.now()


async def test_time_can_stand_still(serve: ServedMaker) -> None:
    """While it is stopped real seconds don't pass; when it runs again it goes on from there."""
    served = serve()
    await control(served, "clock", {"runs": False})
    served.time.seconds = 500
    assert datetime.fromisoformat((await control(served, "clock")).json()["now"]) == START
    await control(served, "clock", {"runs": True})
    served.time.seconds = 501
    assert datetime.fromisoformat((await control(served, "clock")).json()["now"]) == START + timedelta(seconds=1)


async def test_others_are_answered_while_a_company_is_built() -> None:
    """A company that takes its time to build keeps nobody else waiting; its own callers wait for it."""
    may_finish = threading.Event()

    def slowly(_seed: int | None) -> Opened:
        assert may_finish.wait(10)
        return Opened(small_books())

    served = opening({REALM: lambda _seed: Opened(small_books()), OTHER: slowly})
    token = served.emulator.authority.grant(OTHER).access_token
    url = f"/v3/company/{OTHER}/account/1"
    waiting = asyncio.create_task(served.http.get(url, headers={"Authorization": f"Bearer {token}"}))
    for _ in range(20):
        assert (await served.get("account/1")).status_code == 200
    assert not waiting.done()
    may_finish.set()
    assert (await waiting).status_code == 200


async def test_a_person_works_in_quickbooks(serve: ServedMaker) -> None:
    """A person creates, changes only what they name, voids and deletes, always on the current version."""
    served = serve()
    edits: list[dict[str, object]] = [
        {"operation": "create", "entity": "Vendor", "body": {"DisplayName": "New"}},
        {"operation": "update", "entity": "vendor", "body": {"Id": "4", "Notes": "Call first"}},
        {"operation": "update", "entity": "Vendor", "body": {"Id": "4", "Notes": "Call twice"}},
    ]
    for edit in edits:
        answer = await control(served, "edit", edit)
        assert answer.status_code == 200, answer.text
    vendor = served.books.read("Vendor", "4")
    assert (vendor["DisplayName"], vendor["Notes"], vendor["SyncToken"]) == ("New", "Call twice", "2")
    served.books.create("Invoice", invoice("10"), at=served.time.now())
    for operation in ("void", "delete"):
        edit = {"realm_id": REALM, "operation": operation, "entity": "Invoice", "body": {"Id": "1"}}
        assert (await control(served, "edit", edit)).status_code == 200
    assert await found(served, "Invoice") == 0
    assert (await control(served, "journal")).json()["requests"][0]["operation"] == "query"


@pytest.mark.parametrize(
    ("edit", "status", "complaint"),
    [
        ({"operation": "explode", "entity": "Vendor", "body": {}}, 400, "say operation"),
        ({"operation": "create", "entity": "Vendor", "body": []}, 400, "say operation"),
        ({"operation": "create", "entity": "Vendor", "body": {}}, 409, "400 ValidationFault"),
        ({"operation": "update", "entity": "Vendor", "body": {"Id": "99"}}, 409, "610"),
        ({"operation": "create", "entity": "Vendor", "body": {}, "realm_id": "1"}, 400, "no company 1"),
    ],
)
async def test_edits_that_quickbooks_refuses(
    serve: ServedMaker, edit: dict[str, object], status: int, complaint: str
) -> None:
    """What makes no sense is a 400, what QuickBooks refuses a 409 with its fault."""
    answer = await control(serve(), "edit", edit)
    assert answer.status_code == status
    assert complaint in answer.json()["error"]


async def test_reads_can_lag_behind_writes(serve: ServedMaker) -> None:
    """For five seconds queries and changes show what was: no new one, the old version, the deleted one; reads don't."""
    served = serve()
    served.books.create("Vendor", {"DisplayName": "Gone"}, at=served.time.now())
    for number in ("1", "2"):
        served.books.create("Invoice", invoice("10", DocNumber=number), at=served.time.now())
    await control(served, "stale-reads", {"seconds": 5})
    served.time.seconds = 100
    await served.post("vendor", {"DisplayName": "New"})
    await served.post("vendor", {"Id": "4", "SyncToken": "0", "sparse": True, "Notes": "N"})
    await served.post("invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")

    async def seen() -> tuple[list[str], list[str], list[tuple[str, str]]]:
        vendors = await served.get("query", query="SELECT * FROM Vendor")
        invoices = await served.get("query", query="SELECT * FROM Invoice ORDERBY Id")
        changes = await served.get("cdc", entities="Vendor,Invoice", changedSince="2026-02-04T09:01:00-08:00")
        parts = changes.json()["CDCResponse"][0]["QueryResponse"]
        return (
            [vendor.get("Notes", vendor["DisplayName"]) for vendor in vendors.json()["QueryResponse"]["Vendor"]],
            [each["Id"] for each in invoices.json()["QueryResponse"]["Invoice"]],
            [
                (each["Id"], each.get("status", ""))
                for part in parts
                for name in part
                if name[0].isupper()
                for each in part[name]
            ],
        )

    old: tuple[list[str], list[str], list[tuple[str, str]]] = (["Gone", "Landlord"], ["1", "2"], [])
    new = (["N", "Landlord", "New"], ["2"], [("4", ""), ("5", ""), ("1", "Deleted")])
    assert await seen() == old
    assert (await served.get("vendor/5")).json()["Vendor"]["DisplayName"] == "New"
    served.time.seconds = 104.9
    assert await seen() == old
    served.time.seconds = 105
    assert await seen() == new
    assert (await served.http.delete("/_emulator/stale-reads")).status_code == 204


async def test_reads_can_lag_in_the_companys_time(serve: ServedMaker) -> None:
    """Then a move of the clock is enough to see what was written."""
    served = serve()
    await control(served, "stale-reads", {"seconds": 60, "company_time": True})
    await served.post("vendor", {"DisplayName": "New"})
    await control(served, "clock", {"advance_seconds": 59})
    assert await found(served, "Vendor") == 1
    await control(served, "clock", {"advance_seconds": 1})
    assert await found(served, "Vendor") == 2


async def test_one_stale_read(serve: ServedMaker) -> None:
    """A scripted one sees what was once; the next read is current."""
    served = serve()
    await control(served, "faults", {"action": "stale_read", "seconds": 10})
    await served.post("vendor", {"DisplayName": "New"})
    assert [await found(served, "Vendor"), await found(served, "Vendor")] == [1, 2]
    struck = (await served.http.get("/_emulator/journal", params={"fault": "stale_read"})).json()["requests"]
    assert [entry["operation"] for entry in struck] == ["query"]


async def test_what_the_books_say(serve: ServedMaker) -> None:
    """Balances, open documents and counts of the chosen company, debits equal to credits."""
    served = serve(companies=2)
    served.books.create("Invoice", invoice("10.50"), at=served.time.now())
    served.books.create("Bill", bill("4"), at=served.time.now())
    summary = (await control(served, "books")).json()
    balances = {account["name"]: account["balance"] for account in summary["accounts"]}
    assert (balances["Fees"], balances["Rent"], balances["Checking"]) == ("-10.50", "4.00", "0.00")
    assert summary["debits_minus_credits"] == "0.00"
    assert summary["open"]["Invoice"] == {"count": 1, "total": "10.50"}
    assert summary["open"]["Bill"] == {"count": 1, "total": "4.00"}
    assert summary["counts"]["Vendor"] == 1
    other = (await served.http.get("/_emulator/books", params={"realm_id": OTHER})).json()
    assert other["open"]["Invoice"] == {"count": 0, "total": "0.00"}


async def test_what_was_planted_can_be_asked_for() -> None:
    """Flaws and what only looks like them, of the company that is named; a company without any has none."""
    flaw = PlantedFlaw("duplicate_bill", "Bill", "7", "typed in twice")
    odd = PlantedFlaw("no_numbers", "Bill", "9", "its vendor gives none")
    served = opening(
        {REALM: lambda _seed: Opened(small_books(), None, (flaw,), (odd,)), OTHER: lambda _seed: Opened(small_books())}
    )
    told = (await control(served, "flaws")).json()
    assert told["flaws"] == [{"kind": "duplicate_bill", "entity": "Bill", "id": "7", "why": "typed in twice"}]
    assert [each["id"] for each in told["lookalikes"]] == ["9"]
    other = (await served.http.get("/_emulator/flaws", params={"realm_id": OTHER})).json()
    assert other == {"realm_id": OTHER, "flaws": [], "lookalikes": []}


async def test_a_company_begins_anew(serve: ServedMaker) -> None:
    """What was entered and which requestids were used is forgotten; others keep theirs."""
    served = serve(companies=2)
    await served.post("vendor", {"DisplayName": "New"}, requestid="r")
    reset = (await control(served, "companies/reset", {"realm_id": REALM})).json()
    assert reset["counts"]["Vendor"] == 1
    again = await served.post("vendor", {"DisplayName": "Other"}, requestid="r")
    assert again.json()["Vendor"]["DisplayName"] == "Other"
    listed = (await control(served, "companies")).json()["companies"]
    assert [company["open"] for company in listed] == [True, False]


async def test_another_seed_gives_another_company() -> None:
    """A reset with a seed builds from it; one without builds the described company again."""
    seeds: list[int | None] = []

    def build(seed: int | None) -> Opened:
        seeds.append(seed)
        return Opened(small_books())

    served = opening({REALM: build})
    assert (await control(served, "companies/reset", {"seed": 9})).status_code == 200
    assert (await control(served, "companies/reset", {})).status_code == 200
    assert (await control(served, "companies/reset", {"seed": "x"})).status_code == 400
    assert seeds == [9, None]


async def test_tokens_grow_old_on_request(serve: ServedMaker) -> None:
    """A day older, the refresh value changes with its next use; an hour older, the access token is over."""
    served = serve()
    assert (await control(served, "tokens/age", {"seconds": 3600})).json() == {"aged": 1}
    assert (await served.get("account/1")).status_code == 401
    authority = served.emulator.authority
    assert authority.refresh(served.refresh_token).refresh_token == served.refresh_token
    await control(served, "tokens/age", {"seconds": 23 * 3600, "realm_id": REALM})
    assert authority.refresh(served.refresh_token).refresh_token != served.refresh_token
    assert (await control(served, "tokens/age", {"seconds": 1, "realm_id": "1"})).json() == {"aged": 0}
