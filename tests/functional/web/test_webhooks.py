"""Webhooks over real HTTP: what is signed is taken and reaches the page by itself, everything else is refused."""

import base64
import hmac
import json
import re
import time
from collections.abc import Iterator
from hashlib import sha256

import httpx2
import pytest

from oodaloo.web.webhooks import LARGEST_POST_BYTES
from tests.support.databases import Databases
from tests.support.emulators import Emulator
from tests.support.people import edit
from tests.support.web import Site, served

PATH = "/webhooks/quickbooks"
TRIES = 400
HOSTS = [None, "hooks.example.com", "abc123.tunnel.example"]


@pytest.fixture(scope="session")
def lasting_site(lasting_databases: Databases, lasting_working_company: Emulator) -> Iterator[Site]:
    """A site that has read the company, listens to its webhooks, and looks after its books."""
    database = lasting_databases.empty()
    with served(
        database, lasting_working_company, works=True, qbo_webhook_verifier=lasting_working_company.verifier
    ) as site:
        site.connect_and_read()
        yield site


@pytest.fixture(scope="session")
def resting(lasting_databases: Databases, lasting_company: Emulator) -> Iterator[Site]:
    """A site that has read the company, where posts are taken and nobody looks after the books."""
    lasting_company.fresh()
    with served(lasting_databases.empty(), lasting_company, qbo_webhook_verifier=lasting_company.verifier) as site:
        site.connect_and_read()
        yield site


@pytest.fixture
def listening(lasting_site: Site) -> Iterator[Site]:
    """The same; QuickBooks posts to it for the length of a test."""
    lasting_site.emulator.fresh()
    lasting_site.emulator.announce_to(f"{lasting_site.url}{PATH}")
    yield lasting_site
    lasting_site.emulator.announce_to(None)
    lasting_site.emulator.http.delete("/_emulator/webhooks").raise_for_status()


def posted(site: Site, body: bytes, *, verifier: str | None = None, **headers: str) -> httpx2.Response:
    """The answer to a post that is signed with our verifier token, or with another one."""
    token = site.emulator.verifier if verifier is None else verifier
    signature = base64.b64encode(hmac.digest(token.encode(), body, sha256)).decode()
    return site.http.post(PATH, content=body, headers={"intuit-signature": signature, **headers})


def event(number: str, *, realm: str) -> dict[str, object]:
    """A CloudEvent about a bill."""
    return {
        "specversion": "1.0",
        "id": number,
        "source": "intuit.tests",
        "type": "qbo.bill.updated.v1",
        "time": "2026-10-02T21:31:25.179851517Z",
        "intuitentityid": "1",
        "intuitaccountid": realm,
        "data": {},
    }


def post_of(site: Site, *numbers: str, realm: str = "") -> bytes:
    """A post of such events about the connected company, or another one."""
    return json.dumps([event(number, realm=realm or site.emulator.realm_id) for number in numbers]).encode()


def one_more(told: str, count: int = 1) -> str:
    """What the page says when so many more changes wait."""
    total = count + (0 if told == "nothing" else int(told.split()[0]))
    return "1 change" if total == 1 else f"{total} changes"


def wait_for(site: Site, path: str, text: str) -> str:
    """The page when it shows the text, looked at again and again as a person would."""
    for _ in range(TRIES):
        html = site.get(path).text
        if text in html:
            return html
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not come on {path}")


def test_a_change_in_quickbooks_reaches_the_page_by_itself(listening: Site) -> None:
    """Somebody enters a bill in QuickBooks; nobody presses anything here, and the payables show it."""
    business = listening.business()
    amount = 4000 + len(listening.emulator.all_of("Bill"))
    detail = {"AccountRef": {"value": "10"}}
    line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}
    edit(listening.emulator, "create", "Bill", {"VendorRef": {"value": "5"}, "DueDate": "2026-10-23", "Line": [line]})
    wait_for(listening, f"{business}/payables", f"${amount:,}.00")
    operations = [request["operation"] for request in listening.emulator.journal()]
    assert [operation for operation in operations if operation in {"query", "cdc", "reports"}].count("cdc") == 1
    assert "query" not in operations[operations.index("cdc") :]
    page = wait_for(listening, f"{business}/connection", "Heard last")
    assert "ago" in page
    assert "nothing" in page


def waiting(site: Site) -> str:
    """How many announced changes the connection page says were not fetched yet."""
    html = site.get(f"{site.business()}/connection").text
    (told,) = re.findall(r"Announced and not fetched</dt><dd>([^<]+)<", html)
    return str(told).strip()


@pytest.mark.parametrize("host", HOSTS)
def test_a_signed_post_is_taken_under_any_host_name(resting: Site, host: str | None) -> None:
    """The tunnel's name doesn't matter, nor whom it passes the post on for: the signature does."""
    headers = {"host": host, "x-forwarded-for": "192.0.2.7"} if host else {}
    before = waiting(resting)
    answer = posted(resting, post_of(resting, f"host {host}"), **headers)
    assert answer.status_code == 200
    assert waiting(resting) == one_more(before)


def test_repetitions_are_taken_and_change_nothing(resting: Site) -> None:
    """The gateway's resend, whole or with something new, is answered 200 and only what is new waits."""
    counts = []
    for numbers in (("r1",), ("r1",), ("r1", "r2")):
        assert posted(resting, post_of(resting, *numbers)).status_code == 200
        counts.append(waiting(resting))
    assert counts[1] == counts[0]
    assert counts[2] == one_more(counts[1])


def test_the_older_format_is_taken(resting: Site) -> None:
    """Legacy notifications of several companies: ours is kept, the stranger's ignored."""
    entity = {"name": "Bill", "id": "1", "operation": "Update", "lastUpdated": "2026-10-05T14:42:19-0700"}
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": [entity]}} for realm in (resting.emulator.realm_id, "1")
    ]
    before = waiting(resting)
    assert posted(resting, json.dumps({"eventNotifications": notifications}).encode()).status_code == 200
    assert waiting(resting) == one_more(before)


def test_strangers_are_ignored(resting: Site) -> None:
    """A post about a company that was never connected is taken, so that it doesn't come again, and forgotten."""
    before = waiting(resting)
    assert posted(resting, post_of(resting, "s1", realm="123456789")).status_code == 200
    assert waiting(resting) == before


@pytest.mark.parametrize("verifier", ["another-token", ""])
def test_forgeries_are_refused_and_leave_nothing(resting: Site, verifier: str) -> None:
    """Signed with another token: 401, and nothing of it waits."""
    before = waiting(resting)
    answer = posted(resting, post_of(resting, f"forged {verifier}"), verifier=verifier)
    assert (answer.status_code, "signature" in answer.text) == (401, True)
    assert waiting(resting) == before


def test_a_changed_byte_breaks_the_signature(resting: Site) -> None:
    """A body that was altered on its way, and one without any signature, are 401."""
    body = post_of(resting, "altered")
    signature = base64.b64encode(hmac.digest(resting.emulator.verifier.encode(), body, sha256)).decode()
    altered = resting.http.post(PATH, content=body + b" ", headers={"intuit-signature": signature})
    unsigned = resting.http.post(PATH, content=body)
    assert (altered.status_code, unsigned.status_code) == (401, 401)


@pytest.mark.parametrize("body", [b"", b"not json", b"{}", b"\xff\xfe", b"[" * 50_000])
def test_signed_garbage_harms_nothing(resting: Site, body: bytes) -> None:
    """It is taken, so that nothing waits behind it; nothing is made of it, and the next post counts."""
    before = waiting(resting)
    assert posted(resting, body).status_code == 200
    assert waiting(resting) == before
    posted(resting, post_of(resting, f"after {body[:9]!r}"))
    assert waiting(resting) == one_more(before)


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_more_than_a_post_can_hold_is_refused_early(resting: Site, chunked: bool) -> None:
    """A body of many megabytes is refused by its declared length, or as soon as too much of it has come."""
    chunk = b" " * 2**16

    def body() -> Iterator[bytes]:
        for _ in range(LARGEST_POST_BYTES // len(chunk) + 1):
            yield chunk

    content = body() if chunked else b"".join(body())
    answer = resting.http.post(PATH, content=content, headers={"intuit-signature": "x"})
    assert answer.status_code == 413


def test_a_full_post_is_taken(resting: Site) -> None:
    """A hundred events whose data fills more than a megabyte are all kept."""
    events = [
        {**event(f"full {number}", realm=resting.emulator.realm_id), "data": {"filler": "x" * 11_000}}
        for number in range(100)
    ]
    body = json.dumps(events).encode()
    assert len(body) > 2**20
    before = waiting(resting)
    assert posted(resting, body).status_code == 200
    assert waiting(resting) == one_more(before, 100)


def test_only_posts_pass_the_guard_under_a_foreign_name(resting: Site) -> None:
    """Neither reading that address nor any other address is reached from outside."""
    business = resting.business()
    for method, path in (
        ("GET", PATH),
        ("HEAD", PATH),
        ("PUT", PATH),
        ("POST", f"{PATH}/"),
        ("POST", f"{business}/sync"),
    ):
        answer = resting.http.request(method, path, headers={"host": "hooks.example.com"})
        assert answer.status_code == 400, (method, path)
    assert resting.get(PATH).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}, {"forwarded": "for=192.0.2.7"}],
)
def test_pages_are_not_shown_through_a_tunnel(resting: Site, headers: dict[str, str]) -> None:
    """A tunnel that calls itself localhost still shows nobody the books, whatever the visitor claims to be."""
    answer = resting.http.get(resting.business(), headers=headers)
    assert (answer.status_code, "$" in answer.text) == (403, False)
    assert resting.http.get("/", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 200


def test_without_a_verifier_nothing_is_taken(site: Site) -> None:
    """Where webhooks aren't set up a post is 503, whatever its signature, and says what is missing."""
    answer = posted(site, post_of(site, "1"), verifier="")
    assert (answer.status_code, "OODALOO_QBO_WEBHOOK_VERIFIER" in answer.text) == (503, True)
