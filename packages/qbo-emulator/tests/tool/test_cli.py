"""The command over real processes and sockets: its first line, its end, lost answers and bad input."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from webhook_receiver import receiving

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.scenarios import SCENARIOS

COMMAND = [sys.executable, "-m", "qbo_emulator", "serve"]
KEYS = [
    "base_url",
    "api_url",
    "discovery_url",
    "realm_id",
    "client_id",
    "client_secret",
    "access_token",
    "refresh_token",
    "webhook_verifier_token",
    "companies",
    "as_of",
]


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A directory with one recorded bank account: the quickest company to build."""
    times = {"CreateTime": "2026-01-01T08:00:00-08:00", "LastUpdatedTime": "2026-01-01T08:00:00-08:00"}
    account = {
        "Name": "Checking",
        "SubAccount": False,
        "FullyQualifiedName": "Checking",
        "Active": True,
        "Classification": "Asset",
        "AccountType": "Bank",
        "AccountSubType": "Checking",
        "CurrentBalance": 5,
        "CurrentBalanceWithSubAccounts": 5,
        "Id": "1",
        "SyncToken": "0",
        "MetaData": times,
    }
    request = {"method": "GET", "path": "/v3/company/9130000000000001/account/1", "query": {}}
    body = {"Account": account, "time": "2026-02-02T10:00:00.000-08:00"}
    recorded = {"interactions": [{"request": request, "response": {"status": 200, "headers": {}, "body": body}}]}
    (tmp_path / "account.json").write_text(json.dumps(recorded))
    return tmp_path


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", JsonObject]]:
    """A running command and its first line."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def failing(*arguments: str) -> tuple[int, str]:
    """Exit status and stderr of a command that must not start."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    ended = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, env=environment
    )
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(recordings: Path, number: signal.Signals) -> None:
    """The first line says how to reach the company; a signal ends it with status 0."""
    with serving("--load", str(recordings)) as (process, line):
        assert list(line) == KEYS
        assert line["companies"] == [{"realm_id": line["realm_id"], "name": f"Company of {recordings.name}"}]
        headers = {"Authorization": f"Bearer {line['access_token']}"}
        answer = httpx2.get(f"{line['api_url']}/{line['realm_id']}/account/1", headers=headers)
        assert answer.json()["Account"]["CurrentBalance"] == 5
        assert answer.json()["time"].startswith("2026-02-02T10:00:0")
        assert httpx2.get(line["discovery_url"]).json()["issuer"].startswith(line["base_url"])
        process.send_signal(number)
        assert process.wait(timeout=20) == 0


def test_answers_get_lost_over_a_socket(recordings: Path) -> None:
    """lost_answer and drop_before close the connection, truncate stops in the middle of the body."""
    with serving("--load", str(recordings), "--limits", "off") as (_, line):
        client = httpx2.Client(headers={"Authorization": f"Bearer {line['access_token']}"})
        company = f"{line['api_url']}/{line['realm_id']}"
        for action in ("lost_answer", "drop_before", "truncate"):
            client.post(f"{line['base_url']}/_emulator/faults", json={"action": action})
            with pytest.raises(httpx2.RemoteProtocolError):
                client.post(f"{company}/vendor", json={"DisplayName": action})
        found = client.get(f"{company}/query", params={"query": "SELECT * FROM Vendor"}).json()
        names = [vendor["DisplayName"] for vendor in found["QueryResponse"]["Vendor"]]
        assert names == ["lost_answer", "truncate"]
        client.close()


def test_slow_answers_are_whole_over_a_socket(recordings: Path) -> None:
    """An answer that comes in pieces is the same answer, and it took its time."""
    with serving("--load", str(recordings), "--limits", "off") as (_, line):
        headers = {"Authorization": f"Bearer {line['access_token']}"}
        url = f"{line['api_url']}/{line['realm_id']}/account/1"
        httpx2.post(f"{line['base_url']}/_emulator/faults", json={"action": "slow", "delay_ms": 80})
        slow, quick = (httpx2.get(url, headers=headers) for _ in range(2))
        assert slow.json()["Account"] == quick.json()["Account"]
        assert slow.elapsed.total_seconds() >= 0.08


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Two processes with one seed answer alike, byte for byte, also after writes and a month of life."""
    seen = [lived_through(seed) for seed in ("7", "7", "8")]
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def lived_through(seed: str) -> list[bytes]:
    """What a company answers while its clock stands still, is written to, and moves on by a month."""
    arguments = ("--scenario", "it-consulting-small", "--seed", seed, "--as-of", "2026-03-31", "--limits", "off")
    with serving(*arguments) as (_, line), httpx2.Client() as client:
        client.headers["Authorization"] = f"Bearer {line['access_token']}"
        control, company = f"{line['base_url']}/_emulator", f"{line['api_url']}/{line['realm_id']}"
        stopped = {"set": "2026-04-01T12:00:00-07:00", "runs": False}
        answers = [client.post(f"{control}/clock", json=stopped)]
        answers.append(client.post(f"{company}/vendor", json={"DisplayName": "Same"}, params={"requestid": "r"}))
        client.post(f"{control}/clock", json={"advance_days": 30}).raise_for_status()
        for entity in ("Invoice", "Payment", "Bill", "Purchase", "Account", "Customer", "Vendor", "Deposit"):
            text = f"SELECT * FROM {entity} MAXRESULTS 1000"  # noqa: S608 - the names are ours
            answers.append(client.get(f"{company}/query", params={"query": text}))
        since = {"entities": "Invoice,Bill,Account", "changedSince": "2026-04-15"}
        answers += [client.get(f"{company}/cdc", params=since), client.get(f"{company}/reports/BalanceSheet")]
        answers.append(client.get(f"{control}/books"))
        assert {answer.status_code for answer in answers} == {200}
        return [answer.content for answer in answers]


def test_companies_are_served_lazily() -> None:
    """Five companies have five names; four of them are built only when somebody asks for them."""
    arguments = ("--scenario", "it-consulting-small", "--companies", "5", "--option", "months=2")
    with serving(*arguments) as (_, line), httpx2.Client(base_url=line["base_url"]) as client:
        assert len({company["name"] for company in line["companies"]}) == 5
        listed = client.get("/_emulator/companies").json()["companies"]
        assert [company["open"] for company in listed] == [False] * 5
        last = line["companies"][-1]
        summary = client.get("/_emulator/books", params={"realm_id": last["realm_id"]}).json()
        assert (summary["company_name"], summary["debits_minus_credits"]) == (last["name"], "0.00")
        listed = client.get("/_emulator/companies").json()["companies"]
        assert [company["open"] for company in listed] == [False, False, False, False, True]


def test_webhooks_are_signed_with_the_announced_token(recordings: Path) -> None:
    """A vendor's creation reaches the address that was given, signed with the token of the first line."""
    with receiving() as receiver, serving("--load", str(recordings), "--webhook-url", receiver.url) as (_, line):
        headers = {"Authorization": f"Bearer {line['access_token']}"}
        url = f"{line['api_url']}/{line['realm_id']}/vendor"
        httpx2.post(url, headers=headers, json={"DisplayName": "New"}).raise_for_status()
        [post] = asyncio.run(receiver.has(1))
    token = line["webhook_verifier_token"].encode()
    signed = base64.b64encode(hmac.new(token, post.raw, hashlib.sha256).digest()).decode()
    assert post.headers["intuit-signature"] == signed
    assert post.body[0]["type"] == "qbo.vendor.created.v1"


def test_an_unknown_scenario_lists_the_known(recordings: Path) -> None:
    """A usage error, exit status 2, and one line that names what there is."""
    status, errors = failing("--scenario", "nonsense")
    assert (status, errors.count("\n")) == (2, 1)
    assert "there is no scenario 'nonsense'" in errors
    assert all(name in errors for name in SCENARIOS)


def test_a_port_in_use_is_named(recordings: Path) -> None:
    """Exit status 1 and one line that names the port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        status, errors = failing("--port", port, "--load", str(recordings))
    assert (status, errors.count("\n")) == (1, 1)
    assert f"port {port}" in errors


def test_a_directory_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    """Missing directory, no JSON, malformed file: exit status 1 and one line each."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.json").write_text("{")
    for place, named in (("missing", "missing"), ("empty", "empty"), ("bad", "x.json")):
        status, errors = failing("--load", str(tmp_path / place))
        assert (status, errors.count("\n")) == (1, 1)
        assert named in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["--port", "99999"],
        ["--as-of", "soon"],
        ["--limits", "some"],
        ["--companies", "0"],
        ["--option", "payroll"],
        ["--load", "x", "--scenario", "agency"],
        ["--seed", "-1"],
        ["--webhook-url", "somewhere"],
        ["--webhook-format", "xml"],
    ],
)
def test_usage_errors(arguments: list[str]) -> None:
    """Exit status 2, and stderr names the option."""
    status, errors = failing(*arguments)
    assert status == 2
    assert arguments[0] in errors
