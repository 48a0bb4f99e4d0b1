"""How quickly the emulated QuickBooks answers over a socket, in a company of 10,000 transactions."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx2

from benchmarks.benchmark import Figures

_SERVE = ("serve", "--scenario", "stress", "--option", "transactions=10000", "--as-of", "2026-06-30", "--limits", "off")
_OK = 200
_READS = 1_500
_REPEATS = 9
_BIG_QUERY = "SELECT * FROM Invoice ORDERBY Id MAXRESULTS 1000"


def emulator() -> Figures:
    """Single reads a second, milliseconds of a query of 1,000 rows (first and again), of reports and of a change."""
    started = time.perf_counter()
    with _served() as company:
        start_seconds = time.perf_counter() - started
        cold_ms = _milliseconds(lambda: _rows(company))
        ids = [invoice["Id"] for invoice in _rows(company)]
        return {
            "start_seconds": round(start_seconds, 2),
            "reads_per_second": round(_reads_per_second(company, ids)),
            "query_1000_rows_first_ms": round(cold_ms, 1),
            "query_1000_rows_ms": round(_median_ms(lambda: _rows(company)), 1),
            "balance_sheet_ms": round(_median_ms(lambda: _report(company, "BalanceSheet")), 1),
            "profit_and_loss_ms": round(_median_ms(lambda: _report(company, "ProfitAndLoss")), 1),
        }


def _reads_per_second(company: httpx2.Client, ids: list[str]) -> float:
    # The standard library's client, because httpx2 takes as long as the emulator does.
    base = company.base_url
    connection = HTTPConnection(base.host, base.port)
    headers = {"Authorization": company.headers["Authorization"]}
    started = time.perf_counter()
    for number in range(_READS):
        connection.request("GET", f"{base.path}invoice/{ids[number % len(ids)]}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != _OK:
            raise RuntimeError(f"a read was answered {answer.status}")
    seconds = time.perf_counter() - started
    connection.close()
    return _READS / seconds


def _rows(company: httpx2.Client) -> list[dict[str, str]]:
    answer = company.get("query", params={"query": _BIG_QUERY}).raise_for_status()
    rows: list[dict[str, str]] = answer.json()["QueryResponse"]["Invoice"]
    if len(rows) != 1000:
        raise RuntimeError(f"the query found {len(rows)} rows instead of 1000")
    return rows


def _report(company: httpx2.Client, name: str) -> None:
    period = {"start_date": "2026-01-01", "end_date": "2026-06-30"}
    company.get(f"reports/{name}", params=period).raise_for_status()


def _median_ms(work: Callable[[], object]) -> float:
    return sorted(_milliseconds(work) for _ in range(_REPEATS))[_REPEATS // 2]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _served() -> Iterator[httpx2.Client]:
    """The emulator as a process of its own; gives a client of its company."""
    command = [str(Path(sys.executable).with_name("qbo-emulator")), *_SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first_line = process.stdout.readline() if process.stdout else ""
            if not first_line:
                raise RuntimeError("the emulator ended before it served; its reason is on stderr")
            told = json.loads(first_line)
            headers = {"Authorization": f"Bearer {told['access_token']}"}
            with httpx2.Client(base_url=f"{told['api_url']}/{told['realm_id']}/", headers=headers) as company:
                yield company
        finally:
            process.terminate()
