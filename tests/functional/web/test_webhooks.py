"""Webhooks over real HTTP: what is signed is taken and reaches the page by itself, everything else is refused."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import httpx2
import pytest

from oodaloo.web.webhooks import LARGEST_POST_BYTES
from tests.support.databases import Databases
from tests.support.emulators import Emulator, emulator
from tests.support.recordings import small_company, write
from tests.support.web import Site, served

PATH = "/webhooks/quickbooks"
TRIES = 400
BILL_ID = "1300"
HOSTS = [None, "hooks.example.com", "abc123.tunnel.example"]


@pytest.fixture(scope="session")
def living_company(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The small company, for tests that change it; started once per test process for each kind of database."""
    folder = write(tmp_path_factory.mktemp("living") / "small", small_company())
    with emulator("--load", str(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def lasting_site(lasting_databases: Databases, living_company: Emulator) -> Iterator[Site]:
    """A site that has read the company, listens to its webhooks, and looks after its books."""
    database = lasting_databases.empty()
    with served(database, living_company, works=True, qbo_webhook_verifier=living_company.verifier) as site:
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


def event(number: str, *, realm: str, entity: str = "estimate") -> dict[str, object]:
    """A CloudEvent about something that changes no books, unless another type is asked for."""
    return {
        "specversion": "1.0",
        "id": number,
        "source": "intuit.tests",
        "type": f"qbo.{entity}.updated.v1",
        "time": "2026-10-02T21:31:25.179851517Z",
        "intuitentityid": "1",
        "intuitaccountid": realm,
        "data": {},
    }


def post_of(site: Site, *numbers: str, realm: str = "") -> bytes:
    """A post of such events about the connected company, or another one."""
    return json.dumps([event(number, realm=realm or site.emulator.realm_id) for number in numbers]).encode()


@contextmanager
def eventually(what: str) -> Iterator[Iterator[None]]:
    """Looks to be taken until a condition holds; fails when it never does."""

    def looks() -> Iterator[None]:
        for _ in range(TRIES):
            yield
            time.sleep(0.05)
        raise AssertionError(f"{what} did not come")

    yield looks()


def wait_for(site: Site, path: str, text: str) -> str:
    """The page when it shows the text, looked at again and again as a person would."""
    with eventually(f"{text!r} on {path}") as looks:
        for _ in looks:
            html = site.get(path).text
            if text in html:
                return html
    raise AssertionError


def test_a_change_in_quickbooks_reaches_the_page_by_itself(listening: Site) -> None:
    """Somebody enters a bill in QuickBooks; nobody presses anything here, and the payables show it."""
    business = listening.business()
    assert "Oct 23" not in listening.get(f"{business}/payables").text
    (vendor, *_) = listening.emulator.all_of("Vendor")
    (account, *_) = [one for one in listening.emulator.all_of("Account") if one["AccountType"] == "Expense"]
    detail = {"AccountRef": {"value": account["Id"]}}
    line = {"Amount": 4321.09, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}
    bill = {"VendorRef": {"value": vendor["Id"]}, "DueDate": "2026-10-23", "Line": [line]}
    listening.emulator.edit("create", "Bill", bill)
    html = wait_for(listening, f"{business}/payables", "$4,321.09")
    assert "Oct 23" in html
    operations = [request["operation"] for request in listening.emulator.journal()]
    assert [operation for operation in operations if operation in {"query", "cdc", "reports"}].count("cdc") == 1
    assert "query" not in operations[operations.index("cdc") :]
    page = wait_for(listening, f"{business}/connection", "Heard last")
    assert "ago" in page
    assert "nothing" in page


@pytest.mark.parametrize("host", HOSTS)
def test_a_signed_post_is_taken_under_any_host_name(listening: Site, host: str | None) -> None:
    """The tunnel's name doesn't matter, nor whom it passes the post on for: the signature does."""
    headers = {"host": host, "x-forwarded-for": "192.0.2.7"} if host else {}
    answer = posted(listening, post_of(listening, f"host {host}"), **headers)
    assert (answer.status_code, answer.text) == (200, "1 new\n")


def test_repetitions_are_taken_and_change_nothing(listening: Site) -> None:
    """The gateway's resend, whole or with something new, is answered 200 and only what is new counts."""
    answers = [
        posted(listening, post_of(listening, *numbers)).text for numbers in (("r1", "r2"), ("r1", "r2"), ("r2", "r3"))
    ]
    assert answers == ["2 new\n", "0 new\n", "1 new\n"]


def test_the_older_format_is_taken(listening: Site) -> None:
    """Legacy notifications of several companies: ours is kept, the stranger's ignored."""
    entity = {"name": "Estimate", "id": "1", "operation": "Update", "lastUpdated": "2026-10-05T14:42:19-0700"}
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": [entity]}} for realm in (listening.emulator.realm_id, "1")
    ]
    answer = posted(listening, json.dumps({"eventNotifications": notifications}).encode())
    assert (answer.status_code, answer.text) == (200, "1 new\n")


def test_strangers_are_ignored(listening: Site) -> None:
    """A post about a company that was never connected is taken, so that it doesn't come again, and forgotten."""
    answer = posted(listening, post_of(listening, "s1", realm="123456789"))
    assert (answer.status_code, answer.text) == (200, "0 new\n")


@pytest.mark.parametrize("verifier", ["another-token", ""])
def test_forgeries_are_refused_and_leave_nothing(listening: Site, verifier: str) -> None:
    """Signed with another token: 401, and the same events signed rightly are new afterwards."""
    body = post_of(listening, f"forged {verifier}")
    answer = posted(listening, body, verifier=verifier)
    assert (answer.status_code, "signature" in answer.text) == (401, True)
    assert posted(listening, body).text == "1 new\n"


def test_a_changed_byte_breaks_the_signature(listening: Site) -> None:
    """A body that was altered on its way, and one without any signature, are 401."""
    body = post_of(listening, "altered")
    signature = base64.b64encode(hmac.digest(listening.emulator.verifier.encode(), body, sha256)).decode()
    altered = listening.http.post(PATH, content=body + b" ", headers={"intuit-signature": signature})
    unsigned = listening.http.post(PATH, content=body)
    assert (altered.status_code, unsigned.status_code) == (401, 401)


@pytest.mark.parametrize("body", [b"", b"not json", b"{}", b"\xff\xfe", b"[" * 50_000])
def test_signed_garbage_is_told_and_harms_nothing(listening: Site, body: bytes) -> None:
    """It is 400, so that it comes again when we know its format; the next post is taken."""
    assert posted(listening, body).status_code == 400
    assert posted(listening, post_of(listening, f"after {body[:9]!r}")).text == "1 new\n"


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_more_than_a_post_can_hold_is_refused_early(listening: Site, chunked: bool) -> None:
    """A body of many megabytes is refused by its declared length, or as soon as too much of it has come."""
    chunk = b" " * 2**16

    def body() -> Iterator[bytes]:
        for _ in range(LARGEST_POST_BYTES // len(chunk) + 1):
            yield chunk

    content = body() if chunked else b"".join(body())
    answer = listening.http.post(PATH, content=content, headers={"intuit-signature": "x"})
    assert answer.status_code == 413


def test_a_full_post_is_taken(listening: Site) -> None:
    """A hundred events whose data fills more than a megabyte are all kept."""
    events = [
        {**event(f"full {number}", realm=listening.emulator.realm_id), "data": {"filler": "x" * 11_000}}
        for number in range(100)
    ]
    body = json.dumps(events).encode()
    assert len(body) > 2**20
    assert posted(listening, body).text == "100 new\n"


def test_only_posts_pass_the_guard_under_a_foreign_name(listening: Site) -> None:
    """Neither reading that address nor any other address is reached from outside."""
    business = listening.business()
    for method, path in (
        ("GET", PATH),
        ("HEAD", PATH),
        ("PUT", PATH),
        ("POST", f"{PATH}/"),
        ("POST", f"{business}/sync"),
    ):
        answer = listening.http.request(method, path, headers={"host": "hooks.example.com"})
        assert answer.status_code == 400, (method, path)
    assert listening.get(PATH).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}, {"forwarded": "for=192.0.2.7"}],
)
def test_pages_are_not_shown_through_a_tunnel(listening: Site, headers: dict[str, str]) -> None:
    """A tunnel that calls itself localhost still shows nobody the books, whatever the visitor claims to be."""
    answer = listening.http.get(listening.business(), headers=headers)
    assert (answer.status_code, "$" in answer.text) == (403, False)
    assert listening.http.get("/", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 200


def test_without_a_verifier_nothing_is_taken(site: Site) -> None:
    """Where webhooks aren't set up a post is 503, whatever its signature, and says what is missing."""
    answer = posted(site, post_of(site, "1"), verifier="")
    assert (answer.status_code, "OODALOO_QBO_WEBHOOK_VERIFIER" in answer.text) == (503, True)
