"""The emulator as a process of its own, and the clients of strangers pointed at it by their public settings.

`intuit-oauth` takes the address of a discovery document in place of an environment's name, and finds all other
addresses there. `python-quickbooks` keeps the address of the API in the attribute `api_url_v3`.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from quickbooks import QuickBooks

REDIRECT_URI: Final = "http://localhost:8000/callback"
MINOR_VERSION: Final = 75
_COMMAND: Final = (sys.executable, "-m", "qbo_emulator", "serve", "--scenario", "agency", "--as-of", "2026-06-30")


@dataclass(frozen=True, slots=True)
class Running:
    """A running emulator: what its first line said."""

    base_url: str
    discovery_url: str
    realm_id: str
    client_id: str
    client_secret: str
    refresh_token: str
    webhook_verifier_token: str

    def auth_client(self, **known: str) -> AuthClient:
        """The OAuth client of our app."""
        return AuthClient(self.client_id, self.client_secret, REDIRECT_URI, self.discovery_url, **known)

    def quickbooks(self, **settings: object) -> QuickBooks:
        """A client of the company, with tokens refreshed as it begins."""
        chosen = {"minorversion": MINOR_VERSION, "company_id": self.realm_id} | settings
        client = QuickBooks(auth_client=self.auth_client(), refresh_token=self.refresh_token, **chosen)
        client.api_url_v3 = f"{self.base_url}/v3"
        return client

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
        """Ask the control plane."""
        answer = httpx2.request(method, f"{self.base_url}/_emulator/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """An emulator of one agency without limits, until the block ends."""
    # oauthlib refuses plain http unless told that the connection is local.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    command = [*_COMMAND, "--limits", "off", "--redirect-uri", REDIRECT_URI, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            yield Running(**{name: said[name] for name in Running.__slots__})
        finally:
            process.terminate()


def consented(client: AuthClient, *scopes: Scopes) -> tuple[str, str]:
    """Connect the first company as its owner does in a browser; return code and realm id."""
    address = client.get_authorization_url([Scopes.ACCOUNTING, *scopes])
    page = httpx2.get(address)
    assert page.status_code == 200, page.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    chosen = {"decision": "approve", "realm_id": _offered_realm(page.text)}
    answer = httpx2.post(address.partition("?")[0], data=asked | chosen)
    assert answer.status_code == 302, answer.text
    brought = parse_qs(urlsplit(answer.headers["location"]).query)
    assert brought["state"] == [client.state_token]
    return brought["code"][0], brought["realmId"][0]


def _offered_realm(page: str) -> str:
    return page.partition('name="realm_id" value="')[2].partition('"')[0]
