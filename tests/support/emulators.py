"""QuickBooks for tests: qbo-emulator as a process behind a real URL, with its control plane for faults and journal."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from tests.support.recordings import JsonObject, small_company, write

AS_OF = "2026-10-02"
EXECUTABLE = Path(sys.executable).with_name("qbo-emulator")
STOP_SECONDS = 10
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Emulator:
    """A running emulator: what its first line said, and a client of its control plane."""

    announced: JsonObject
    http: httpx2.Client
    _signed: dict[str, str] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """Base URL of the accounting API."""
        return str(self.announced["api_url"])

    @property
    def discovery_url(self) -> str:
        """URL of the OpenID discovery document."""
        return str(self.announced["discovery_url"])

    @property
    def client_id(self) -> str:
        """The one app that it knows."""
        return str(self.announced["client_id"])

    @property
    def client_secret(self) -> str:
        """The secret of that app."""
        return str(self.announced["client_secret"])

    @property
    def realm_id(self) -> str:
        """The first company."""
        return str(self.announced["realm_id"])

    @property
    def realm_ids(self) -> list[str]:
        """All companies."""
        return [str(company["realm_id"]) for company in self.announced["companies"]]

    @property
    def verifier(self) -> str:
        """The token that its webhooks are signed with."""
        return str(self.announced["webhook_verifier_token"])

    def announce_to(self, url: str | None, **control: object) -> None:
        """Post webhooks there from now on, None for nowhere; `control` holds or spoils them as the README says."""
        self.http.post("/_emulator/webhooks", json={"url": url, **control}).raise_for_status()

    def fresh(self) -> None:
        """Forget scripted faults and the journal, so that a test sees only its own."""
        self.http.delete("/_emulator/faults").raise_for_status()
        self.http.post("/_emulator/reset-journal").raise_for_status()

    def fail(self, action: str, *, entity: str = "", times: int = 1, **details: object) -> None:
        """Script a fault for the next calls, of one entity type or of any."""
        match = {"entity": entity} if entity else {}
        described = {"action": action, "match": match, "times": times, **details}
        answer = self.http.post("/_emulator/faults", json=described)
        assert answer.status_code == httpx2.codes.CREATED, answer.text

    def heal(self) -> None:
        """Take back what is scripted and hasn't happened yet."""
        self.http.delete("/_emulator/faults").raise_for_status()

    def waiting_faults(self) -> int:
        """How many scripted hits are still to come."""
        return int(self.http.get("/_emulator/faults").json()["waiting"])

    def wait_for_faults(self) -> None:
        """Wait until everything that is scripted has begun to happen."""
        while self.waiting_faults():
            time.sleep(POLL_SECONDS)

    def journal(self, realm_id: str | None = None) -> list[JsonObject]:
        """Every API request since `fresh`, of one company or of all."""
        requests: list[JsonObject] = self.http.get("/_emulator/journal").json()["requests"]
        return [request for request in requests if realm_id in (None, request["realm"])]

    def heard(self, after: int = 0) -> int:
        """The number of the last API request, which count up for ever; quicker when one that it is after is known."""
        requests = self.http.get("/_emulator/journal", params={"after": after}).json()["requests"]
        return int(requests[-1]["seq"]) if requests else after

    def expire_tokens(self, realm_id: str | None = None) -> None:
        """End all access tokens, as an hour does."""
        body = {"realm_id": realm_id} if realm_id else {}
        self.http.post("/_emulator/tokens/expire", json=body).raise_for_status()

    def age_tokens(self, seconds: int) -> None:
        """Make all tokens that much older; a refresh token of more than a day changes with the next refresh."""
        self.http.post("/_emulator/tokens/age", json={"seconds": seconds}).raise_for_status()

    def revoke_tokens(self, realm_id: str | None = None) -> None:
        """Disconnect, as the owner can in QuickBooks."""
        body = {"realm_id": realm_id} if realm_id else {}
        self.http.post("/_emulator/tokens/revoke", json=body).raise_for_status()

    def all_of(self, entity: str, *, active: str = "") -> list[JsonObject]:
        """Every record of a type in the first company, asked directly; exact numbers."""
        found: list[JsonObject] = []
        while True:
            where = f" WHERE Active IN ({active})" if active else ""
            text = f"SELECT * FROM {entity}{where} ORDERBY Id STARTPOSITION {len(found) + 1} MAXRESULTS 1000"  # noqa: S608 (QuickBooks' own query language)
            answer = self.call("GET", "query", params={"query": text})
            page = json.loads(answer.text, parse_float=str)["QueryResponse"].get(entity, [])
            found += page
            if len(page) < 1000:
                return found

    def create(self, entity: str, body: Mapping[str, object]) -> JsonObject:
        """Create a record, or change the one whose Id and SyncToken the body names."""
        made: JsonObject = self.call("POST", entity.lower(), json=body).json()[entity]
        return made

    def delete(self, entity: str, record: Mapping[str, object]) -> None:
        """Delete a record."""
        body = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
        self.call("POST", entity.lower(), params={"operation": "delete"}, json=body)

    def call(self, method: str, path: str, **request: Any) -> httpx2.Response:  # noqa: ANN401 (httpx2's own arguments)
        """A call to the first company's API with a token of our own, which no test can end."""
        url = f"{self.api_url}/{self.realm_id}/{path}"
        answer = self.http.request(method, url, headers=self._signed, **request)
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            self._signed["Authorization"] = f"Bearer {self.fresh_token()}"
            answer = self.http.request(method, url, headers=self._signed, **request)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return answer

    def fresh_token(self) -> str:
        """An access token by a consent of our own, besides the product's."""
        redirect = {"redirect_uri": "http://127.0.0.1/tests"}
        asked = {"client_id": self.client_id, "response_type": "code", "state": "tests", **redirect}
        scope = {"scope": "com.intuit.quickbooks.accounting"}
        brought = self.consent(f"/connect/oauth2?{urlencode({**asked, **scope})}")
        form = {"grant_type": "authorization_code", "code": brought["code"], **redirect}
        answer = self.http.post("/oauth2/v1/tokens/bearer", data=form, auth=(self.client_id, self.client_secret))
        return str(answer.json()["access_token"])

    def consent(self, authorization_url: str, *, decision: str = "approve", realm_id: str = "") -> dict[str, str]:
        """Answer the consent page as a person would; gives what the redirect brings back."""
        form = {"decision": decision, "realm_id": realm_id or self.realm_id}
        answer = self.http.post(authorization_url, data=form, follow_redirects=False)
        assert answer.status_code == httpx2.codes.FOUND, answer.text
        brought = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in brought.items()}


@contextmanager
def emulator(*arguments: str, limits: str = "off") -> Iterator[Emulator]:
    """An emulator serving on a free port until the end of the block."""
    command = [str(EXECUTABLE), "serve", "--limits", limits, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first_line = process.stdout.readline()
        if not first_line:
            raise RuntimeError(f"qbo-emulator didn't start: {process.communicate()[1]}")
        announced = json.loads(first_line)
        with httpx2.Client(base_url=announced["base_url"]) as http:
            yield Emulator(announced, http)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


@pytest.fixture(scope="session")
def lasting_agency() -> Iterator[Emulator]:
    """The agency of the demo on a fixed day, for tests that only read it; started once per test process."""
    with emulator("--scenario", "agency", "--as-of", AS_OF) as running:
        yield running


@pytest.fixture
def agency(lasting_agency: Emulator) -> Emulator:
    """The agency, without faults and with an empty journal."""
    lasting_agency.fresh()
    return lasting_agency


@pytest.fixture(scope="session")
def lasting_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The small company of tests/support/recordings.py; started once per test process."""
    folder = write(tmp_path_factory.mktemp("recordings") / "small", small_company())
    with emulator("--load", str(folder)) as running:
        yield running


@pytest.fixture
def company(lasting_company: Emulator) -> Emulator:
    """The small company, without faults and with an empty journal."""
    lasting_company.fresh()
    return lasting_company


@pytest.fixture(scope="session")
def lasting_working_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The small company once more; started once per test process."""
    folder = write(tmp_path_factory.mktemp("recordings") / "working", small_company())
    with emulator("--load", str(folder)) as running:
        yield running


@pytest.fixture
def working_company(lasting_working_company: Emulator) -> Emulator:
    """The small company for tests that enter records and leave them there, without faults and with an empty journal."""
    lasting_working_company.fresh()
    return lasting_working_company


def reads(journal: Sequence[Mapping[str, Any]]) -> list[str]:
    """The SELECTs that were answered as asked, in order."""
    asked = (request for request in journal if request["operation"] == "query")
    answered = (request for request in asked if request["status"] == httpx2.codes.OK and request["applied"])
    return [request["query"]["query"] for request in answered]
