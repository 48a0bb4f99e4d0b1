"""Fixtures for browser tests: Debian's Chromium, driven by Playwright, one browser per test module.

pytest-playwright keeps its browser for the whole session. Playwright's synchronous interface leaves an event loop
running meanwhile, and every asyncio test after it in the same process would fail; so here it ends with the module.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tools.programs import CHROMIUM, find, missing

FLAGS = (
    "--no-sandbox",  # Chromium's sandbox refuses root, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Path:
    """Where Chromium is; tests that need it are skipped where there is none."""
    executable, lacking = find(CHROMIUM), missing(CHROMIUM)
    if executable is None or lacking:
        pytest.skip(f"{lacking} is missing (on Debian: {CHROMIUM.remedy})")
    return executable


@pytest.fixture(scope="module")
def playwright(chromium: Path) -> Iterator[Playwright]:
    """Playwright's driver, stopped with the module."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """A headless Chromium."""
    launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS), headless=True)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def browser_context_args() -> dict[str, object]:
    """What every page starts from: the size and language that the look was drawn for."""
    return {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", "timezone_id": "America/New_York"}
