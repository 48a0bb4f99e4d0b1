"""`oodaloo demo`: the contract's JSON, a readable report, recorded companies to the cent, and nothing left behind.

`python -m tests.functional.cli.test_demo` rewrites the report; read every line of the difference before committing it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.product import EXECUTABLE, environment_without_settings, run
from tests.support.recordings import small_company, write

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests/golden/cli/tern_and_co.txt"
SANDBOX = ROOT.parent / "shared/qbo-samples/us-sandbox-2026"
STORY = """\
# Tern & Co on Oct 2, 2026, as written out in tests/support/recordings.py: $16,500.25 in two accounts,
# three open invoices of $5,150.00 (one overdue), two open bills of $2,145.67 (one overdue), credits on both sides.
# The A/R account says $250.00 more than the documents do, and the report tells.

"""
SHAPE = {
    "business": {"id": str, "name": str, "realm_id": str, "currency": str, "timezone": str},
    "as_of": "date",
    "cash": {
        "accounts": [{"id": str, "name": str, "balance": "amount"}],
        "total": "amount",
        "earmarked": "amount",
        "spendable": "amount",
    },
    "runway": {
        "state": ("dated", "beyond_horizon", "sustained", "unknown"),
        "covered_until": "date?",
        "days": "int?",
        "p10_days": "int?",
        "net_burn_days": "int?",
        "net_burn_state": ("burning", "not_burning", "unknown"),
        "coverage_days": "int?",
        "lowest": {"date": "date", "spendable": "amount"},
        "because": [str],
    },
    "receivables": {"open": "amount", "overdue": "amount", "count": int, "unapplied": "amount"},
    "payables": {"open": "amount", "overdue": "amount", "count": int, "unapplied": "amount"},
    "sync": {"records": int, "metered_reads": int, "seconds": float},
}
STOP_SECONDS = 20


def fits(value: object, shape: object) -> bool:
    """Whether a JSON value has the shape, its keys in that order and no others."""
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and list(value) == list(shape)
            and all(fits(value[name], inner) for name, inner in shape.items())
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        return value in shape
    if isinstance(shape, type):
        return type(value) is shape
    if str(shape).endswith("?"):
        return value is None or fits(value, str(shape)[:-1])
    if shape == "int":
        return type(value) is int
    pattern = {"amount": r"-?\d+\.\d\d", "date": r"\d{4}-\d\d-\d\d"}[str(shape)]
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def demo_json(*arguments: str, folder: Path) -> dict[str, Any]:
    """What `oodaloo demo --once --json` prints, which is one line on stdout."""
    told = run("demo", "--once", "--json", *arguments, folder=folder)
    assert told.status == 0, told.err
    assert told.out.count("\n") == 1
    printed: dict[str, Any] = json.loads(told.out)
    return printed


def report(directory: Path, folder: Path) -> str:
    """What `oodaloo demo --once` prints for recordings, the time it took left out."""
    told = run("demo", "--once", "--load", str(directory), folder=folder)
    assert told.status == 0, told.err
    return re.sub(r"in \d+\.\d seconds", "in N seconds", told.out)


def test_the_json_is_that_of_the_contract(tmp_path: Path) -> None:
    """The agency's answer has the contract's keys and types, in its order, and its parts agree with each other."""
    printed = demo_json("--as-of", "2026-10-02", folder=tmp_path)
    assert fits(printed, SHAPE), printed
    assert printed["as_of"] == "2026-10-02"
    cash = printed["cash"]
    cents = [round(float(account["balance"]) * 100) for account in cash["accounts"]]
    assert sum(cents) == round(float(cash["total"]) * 100)
    assert printed["sync"]["records"] > 3000
    assert sorted(tmp_path.iterdir()) == []


def test_a_written_out_company_to_the_cent(small_recordings: Path, tmp_path: Path) -> None:
    """Cash, receivables and payables of the small company are those worked out by hand."""
    printed = demo_json("--load", str(small_recordings), folder=tmp_path)
    assert fits(printed, SHAPE), printed
    assert (printed["business"]["name"], printed["as_of"]) == ("Tern & Co", "2026-10-02")
    assert printed["cash"] == {
        "accounts": [
            {"id": "1", "name": "Checking", "balance": "12500.25"},
            {"id": "2", "name": "Savings", "balance": "4000.00"},
        ],
        "total": "16500.25",  # 12,500.25 + 4,000.00
        "earmarked": "0.00",
        "spendable": "16500.25",
    }
    assert printed["receivables"] == {
        "open": "5150.00",  # 3,000.00 + 1,400.00 + 750.00
        "overdue": "3000.00",  # due Sep 10
        "count": 3,
        "unapplied": "500.00",  # 300.00 of payment 111 + credit memo of 200.00
    }
    assert printed["payables"] == {
        "open": "2145.67",  # 1,800.00 + 345.67
        "overdue": "345.67",  # due Sep 19
        "count": 2,
        "unapplied": "50.00",
    }
    assert (printed["sync"]["records"], printed["sync"]["metered_reads"]) == (len(small_company()), 19)


def test_the_report_is_as_reviewed(small_recordings: Path, tmp_path: Path) -> None:
    """The terminal report of the small company reads as the reviewed copy does."""
    assert STORY + report(small_recordings, tmp_path) == GOLDEN.read_text()


@pytest.mark.skipif(not SANDBOX.is_dir(), reason="the recordings of a real sandbox company are not beside the project")
def test_a_real_sandbox_company_to_the_cent(tmp_path: Path) -> None:
    """The recorded sandbox company: sums worked out by hand from the recordings, and its two disagreements told."""
    printed = demo_json("--load", str(SANDBOX), folder=tmp_path)
    assert fits(printed, SHAPE), printed
    bank = 210100 + 80000  # Checking 2,101.00, Savings 800.00; three more bank accounts stand at 0
    invoices = [
        *[400, 45000, 37500, 27450, 95475, 7500, 8000, 8000, 23900, 8100],  # ids 13 16 34 39 49 60 64 65 67 68
        *[7000, 15600, 8500, 8100, 41472, 62910, 7860, 31428, 47750, 36207],  # 69 70 75 92 99 103 106 119 129 130
        *[10000, 10000, 10000, 10000, 10000, 10000],  # 145 146 149 152 155 161
    ]
    bills = [24123, 75500, 8644, 31500, 20500]  # ids 19 44 78 108 126
    unapplied = 10000 + 10000  # payments 170 and 180
    assert (bank, sum(invoices), sum(bills)) == (290100, 588152, 160267)
    assert printed["as_of"] == "2026-05-05"
    assert printed["cash"]["total"] == "2901.00"
    assert (printed["receivables"]["open"], printed["receivables"]["count"]) == ("5881.52", len(invoices))
    assert (printed["payables"]["open"], printed["payables"]["count"]) == ("1602.67", len(bills))
    assert printed["receivables"]["unapplied"] == "200.00"
    # The accounts: A/R 4,681.52, A/P -2,202.67. A/R is 1,000.00 below its documents, A/P 600.00 above.
    assert 468152 - (sum(invoices) - unapplied) == -100000
    assert 220267 - sum(bills) == 60000
    text = report(SANDBOX, tmp_path)
    for said in ("$4,681.52", "$5,681.52", "$1,000.00", "$2,202.67", "$1,602.67", "$600.00"):
        assert said in text
    assert text.count("Books that disagree") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_demo_stops_the_emulator(number: signal.Signals, small_recordings: Path, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end a served demo with status 0, and no process and no file stays behind."""
    with a_demo("--load", str(small_recordings), folder=tmp_path) as demo:
        assert demo.stdout is not None
        url = demo.stdout.readline().strip()
        page = httpx2.get(url, follow_redirects=True)
        assert page.status_code == httpx2.codes.OK
        assert "Tern &amp; Co" in page.text
        (child,) = children(demo.pid)
        demo.send_signal(number)
        assert demo.wait(STOP_SECONDS) == 0
        assert demo.stderr is not None
        assert demo.stderr.read().splitlines()[-1] == "Stopped."
    assert not alive(child)
    assert leftovers(tmp_path) == []


def test_a_killed_demo_takes_the_emulator_with_it(small_recordings: Path, tmp_path: Path) -> None:
    """After kill -9 of a served demo its emulator ends by itself."""
    with a_demo("--load", str(small_recordings), folder=tmp_path) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline().startswith("http://")
        (child,) = children(demo.pid)
        demo.kill()
        demo.wait(STOP_SECONDS)
        until = time.monotonic() + STOP_SECONDS
        while alive(child) and time.monotonic() < until:
            time.sleep(0.02)
    assert not alive(child)


def test_stopping_the_demo_while_it_starts_stops_the_emulator(tmp_path: Path) -> None:
    """SIGTERM before the page is up ends it as well, and the emulator with it."""
    with a_demo("--as-of", "2026-10-02", folder=tmp_path) as demo:
        child = None
        while child is None and demo.poll() is None:
            child = next(iter(children(demo.pid)), None)
            time.sleep(0.005)
        assert child is not None
        demo.send_signal(signal.SIGTERM)
        demo.wait(STOP_SECONDS)
    assert not alive(child)
    assert leftovers(tmp_path) == []


@contextmanager
def a_demo(*arguments: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A served demo on a free port, with its temporary files in a folder of ours."""
    demo = subprocess.Popen(
        [str(EXECUTABLE), "demo", "--port", "0", *arguments],
        cwd=folder,
        env={**environment_without_settings(), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield demo
    finally:
        demo.kill()
        demo.communicate()


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def leftovers(folder: Path) -> list[str]:
    """Files that stayed in a folder."""
    return [str(path) for path in folder.rglob("*") if path.is_file()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        recorded = write(Path(directory) / "small", small_company())
        GOLDEN.write_text(STORY + report(recorded, Path(directory)))
    sys.stdout.write(f"{GOLDEN} is rewritten; read the difference.\n")
