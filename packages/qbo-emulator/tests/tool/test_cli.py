"""The command over real processes and sockets: its first line, its end, lost answers and bad input."""

import contextlib
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


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Two processes with one seed and day answer alike, byte for byte but for the time; another seed doesn't."""
    asked = ("Invoice", "Purchase", "Account", "Customer", "Deposit")
    seen = []
    for seed in ("7", "7", "8"):
        with serving("--seed", seed, "--as-of", "2026-03-31", "--limits", "off") as (_, line):
            headers = {"Authorization": f"Bearer {line['access_token']}"}
            company = f"{line['api_url']}/{line['realm_id']}"
            answers = []
            for entity in asked:
                text = {"query": f"SELECT * FROM {entity} MAXRESULTS 1000"}  # noqa: S608 - the names are ours
                body = httpx2.get(f"{company}/query", params=text, headers=headers).content
                answers.append(body.rpartition(b',"time":')[0])
            seen.append(answers)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


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
    ],
)
def test_usage_errors(arguments: list[str]) -> None:
    """Exit status 2, and stderr names the option."""
    status, errors = failing(*arguments)
    assert status == 2
    assert arguments[0] in errors
