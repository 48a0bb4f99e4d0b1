"""Pictures of every page of a running demo: python -m tools.screenshots http://127.0.0.1:8000 FOLDER."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tools.programs import CHROMIUM, find

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SHEETS = ("cash", "receivables", "payables", "burn", "connection", "disconnect")


@dataclass(frozen=True)
class Shot:
    """One picture: which page, how wide and high (0: the whole page), in which theme, as a list or as it comes."""

    name: str
    path: str
    width: int = 1440
    height: int = 1100
    theme: Literal["light", "dark"] = "light"
    as_list: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Take all pictures into the folder; 1 with a clear line when there is no Chromium."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("url", help="where the demo runs")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    asked = parser.parse_args(arguments)
    executable = find(CHROMIUM)
    if executable is None:
        sys.stderr.write("Chromium is not found; on Debian: apt-get install chromium\n")
        return 1
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(FLAGS))
        for shot in shots(browser, asked.url):
            take(browser, asked.url, shot, asked.folder / f"{shot.name}.png")
        browser.close()
    return 0


def shots(browser: Browser, url: str) -> Iterator[Shot]:
    """Where am I in every width, theme and mode, then each kind of page that it leads to."""
    page = browser.new_page()
    page.goto(url)
    cash = page.locator("a[href$='/cash']").first.get_attribute("href") or ""
    business = cash.removesuffix("/cash")
    yield Shot("where-am-i", "/", height=1000)
    yield Shot("where-am-i-dark", "/", theme="dark")
    yield Shot("where-am-i-whole", "/", height=0)
    yield Shot("where-am-i-list", "/", as_list=True)
    yield Shot("where-am-i-phone", "/", width=390, height=1600)
    yield Shot("where-am-i-phone-dark", "/", width=390, height=1600, theme="dark")
    yield Shot("where-am-i-phone-list", "/?weeks=2", width=390, height=0, as_list=True)
    for weeks in (2, 4, 8):
        yield Shot(f"where-am-i-{weeks}-weeks", f"/?weeks={weeks}")
    for sheet in SHEETS:
        yield Shot(sheet, f"{business}/{sheet}")
        yield Shot(f"{sheet}-phone", f"{business}/{sheet}", width=390, height=1200)
    yield Shot("connection-dark", f"{business}/connection", theme="dark")
    yield Shot("connection-phone-dark", f"{business}/connection", width=390, height=0, theme="dark")
    for kind in ("day", "flow", "records"):
        yield Shot(kind, first_link(page, f"{business}/{kind}/"), theme="dark")
    yield Shot("not-found", "/b/nobody")
    page.close()


def first_link(page: Page, start: str) -> str:
    """The first address on the page that begins so."""
    return page.locator(f"a[href^='{start}']").first.get_attribute("href") or "/"


def take(browser: Browser, url: str, shot: Shot, file: Path) -> None:
    """Open the page in a window of its own and save what it shows."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height or 900}, color_scheme=shot.theme, locale="en-US"
    )
    page = context.new_page()
    page.goto(url + shot.path, wait_until="networkidle")
    if shot.as_list:
        page.get_by_text("List", exact=True).click()
    page.screenshot(path=file, full_page=not shot.height)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
