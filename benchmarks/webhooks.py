"""How long QuickBooks waits for the answer to a webhook post while the same process reads a company's books."""

import base64
import hmac
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from hashlib import sha256
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from benchmarks.benchmark import Figures

_AT_ONCE = 20
_EVENTS = 100
_VERIFIER = "benchmark-verifier"
_SERVE = ("serve", "--scenario", "stress", "--option", "transactions=10000", "--as-of", "2026-06-30", "--limits", "off")
_BETWEEN_SECONDS = 0.25
_READY_TRIES = 300


def webhooks() -> Figures:
    """Milliseconds of posts of 100 events each, 20 at a time, again and again while 10,000 transactions are read."""
    with _emulator() as quickbooks, _product(quickbooks) as url, httpx2.Client(base_url=url, timeout=30) as browser:
        progress = _begin_reading(browser, quickbooks)
        times: list[float] = []
        numbers = count()
        with ThreadPoolExecutor(_AT_ONCE) as senders:
            while _is_reading(browser, progress):
                posts = [_post(quickbooks["realm_id"], next(numbers)) for _ in range(_AT_ONCE)]
                times += senders.map(lambda post: _milliseconds(url, post), posts)
                time.sleep(_BETWEEN_SECONDS)
        if not times:
            raise RuntimeError("the reading ended before a post was sent")
        twentieths = quantiles(times, n=20)
        return {
            "posts": len(times),
            "events": len(times) * _EVENTS,
            "p50_ms": round(twentieths[9], 1),
            "p95_ms": round(twentieths[18], 1),
            "slowest_ms": round(max(times), 1),
        }


def _milliseconds(url: str, post: bytes) -> float:
    signature = base64.b64encode(hmac.digest(_VERIFIER.encode(), post, sha256)).decode()
    headers = {"intuit-signature": signature, "content-type": "application/cloudevents+json"}
    # The standard library's client: making another one takes longer than the answer does.
    target = urlsplit(url)
    started = time.perf_counter()
    with closing(HTTPConnection(target.hostname or "", target.port, timeout=30)) as connection:
        connection.request("POST", "/webhooks/quickbooks", post, headers)
        status = connection.getresponse().status
    if status != httpx2.codes.OK:
        raise RuntimeError(f"a post was answered {status}")
    return (time.perf_counter() - started) * 1000


def _post(realm_id: str, number: int) -> bytes:
    event = {
        "specversion": "1.0",
        "source": "intuit.benchmark",
        "datacontenttype": "application/json",
        "time": "2026-06-30T21:31:25.179851517Z",
        "intuitaccountid": realm_id,
        "data": {},
    }
    events = [
        {**event, "id": f"{number}-{each}", "type": "qbo.invoice.updated.v1", "intuitentityid": str(each)}
        for each in range(_EVENTS)
    ]
    return json.dumps(events).encode()


def _begin_reading(browser: httpx2.Client, quickbooks: dict[str, Any]) -> str:
    """Connect the company as a person does; the address of the page that follows its first reading."""
    for _ in range(_READY_TRIES):
        try:
            consent = browser.get("/connect").headers["location"]
            break
        except httpx2.ConnectError:
            time.sleep(0.1)
    else:
        raise RuntimeError("the product did not come up")
    form = {"decision": "approve", "realm_id": quickbooks["realm_id"]}
    brought = parse_qs(urlsplit(httpx2.post(consent, data=form).headers["location"]).query)
    answer = browser.get("/oauth/callback", params={name: values[0] for name, values in brought.items()})
    return str(answer.headers["location"])


def _is_reading(browser: httpx2.Client, progress: str) -> bool:
    return 'http-equiv="refresh"' in browser.get(progress).text


@contextmanager
def _emulator() -> Iterator[dict[str, Any]]:
    """The emulator as a process of its own; gives what its first line says."""
    command = [str(Path(sys.executable).with_name("qbo-emulator")), *_SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first_line = process.stdout.readline() if process.stdout else ""
            if not first_line:
                raise RuntimeError("the emulator ended before it served; its reason is on stderr")
            told: dict[str, Any] = json.loads(first_line)
            yield told
        finally:
            process.terminate()


@contextmanager
def _product(quickbooks: dict[str, Any]) -> Iterator[str]:
    """`oodaloo serve` on a database of its own; gives its address."""
    oodaloo = str(Path(sys.executable).with_name("oodaloo"))
    port = 8765
    with tempfile.TemporaryDirectory(prefix="oodaloo-bench-") as folder:
        key = subprocess.run([oodaloo, "keygen"], check=True, capture_output=True, text=True).stdout.strip()
        settings = {
            "OODALOO_DATABASE_URL": f"sqlite:///{folder}/oodaloo.sqlite3",
            "OODALOO_ENCRYPTION_KEYS": key.partition("=")[2],
            "OODALOO_QBO_CLIENT_ID": quickbooks["client_id"],
            "OODALOO_QBO_CLIENT_SECRET": quickbooks["client_secret"],
            "OODALOO_QBO_API_URL": quickbooks["api_url"],
            "OODALOO_QBO_DISCOVERY_URL": quickbooks["discovery_url"],
            "OODALOO_QBO_WEBHOOK_VERIFIER": _VERIFIER,
            "OODALOO_PORT": str(port),
            "OODALOO_LOG_LEVEL": "WARNING",
        }
        with subprocess.Popen([oodaloo, "serve"], cwd=folder, env={**os.environ, **settings}) as process:
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.send_signal(signal.SIGINT)
