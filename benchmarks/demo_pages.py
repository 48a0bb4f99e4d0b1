"""How long a person waits: for the demo's first page, and for each page after it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx2

from benchmarks.benchmark import Figures

ROOT = Path(__file__).resolve().parent.parent
_REQUESTS = 60


def first_page() -> Figures:
    """Seconds from `make setup` with nothing missing, and from the start of the demo to its first page."""
    started = time.perf_counter()
    subprocess.run(["make", "setup"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S607 (make is looked up on PATH as a person would)
    setup_seconds = time.perf_counter() - started
    started = time.perf_counter()
    with _demo() as url:
        httpx2.get(url).raise_for_status()
        demo_seconds = time.perf_counter() - started
    return {
        "setup_seconds": round(setup_seconds, 3),
        "demo_to_first_page_seconds": round(demo_seconds, 3),
        "together_seconds": round(setup_seconds + demo_seconds, 3),
    }


def page_time() -> Figures:
    """Milliseconds per page over a socket, one request after another, on the demo agency."""
    with _demo() as url, httpx2.Client(base_url=url, follow_redirects=True) as browser:
        home = browser.get("/").raise_for_status()
        business = str(home.url).rstrip("/")
        figures: dict[str, int | float | str] = {"page_bytes": len(home.content)}
        for name, path in (
            ("home", "/"),
            ("receivables", _link(home.text, "/receivables", business)),
            ("burn", _link(home.text, "/burn", business)),
        ):
            times = sorted(_milliseconds(browser, path) for _ in range(_REQUESTS))
            figures[f"{name}_p50_ms"] = round(times[len(times) // 2], 2)
            figures[f"{name}_p95_ms"] = round(quantiles(times, n=20)[-1], 2)
        return figures


def _milliseconds(browser: httpx2.Client, path: str) -> float:
    started = time.perf_counter()
    browser.get(path).raise_for_status()
    return (time.perf_counter() - started) * 1000


def _link(html: str, ending: str, fallback: str) -> str:
    """The first link of a page that ends so."""
    ends = [part.split('"')[0] for part in html.split('href="')[1:]]
    return next((link for link in ends if link.split("?")[0].endswith(ending)), fallback)


@contextmanager
def _demo() -> Iterator[str]:
    """The demo as a process of its own; gives the address that it prints."""
    command = [str(Path(sys.executable).with_name("oodaloo")), "demo", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError("the demo ended before it served a page; run `make demo` to see why")
            yield url
        finally:
            process.send_signal(signal.SIGINT)
