"""The pages in a real browser: seen, walked by keyboard, in both themes and on a phone, without a script of ours."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships without types
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.databases import Databases
from tests.support.emulators import Emulator
from tests.support.web import Site, served

Theme: TypeAlias = Literal["light", "dark"]

THEMES: tuple[Theme, ...] = ("light", "dark")
DESKTOP, PHONE = (1440, 900), (390, 844)
PATHS = ("", "/cash", "/receivables", "/payables", "/burn", "/day/2026-10-09", "/connection", "/disconnect")
MOST_TABS = 40


@pytest.fixture(scope="module")
def site(browser: Browser, lasting_databases: Databases, lasting_agency: Emulator) -> Iterator[Site]:
    """The agency's pages; where there is no browser they aren't even started."""
    with served(lasting_databases.empty(), lasting_agency) as started:
        started.connect_and_read()
        yield started


@pytest.fixture(scope="module")
def business(site: Site) -> str:
    """The address of the agency's page."""
    return site.business()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the page complains about: errors, warnings and breaches of the content policy."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def opened(browser: Browser, url: str, size: tuple[int, int], theme: Theme) -> tuple[BrowserContext, Page]:
    """A page in a window of a size, in a theme."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, locale="en-US")
    page = context.new_page()
    page.goto(url)
    return context, page


def test_the_page_loads_without_a_complaint(page: Page, site: Site, complaints: list[str]) -> None:
    """No error, no warning, no breach of the content policy; the headline and the line are there."""
    page.goto(site.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Covered")
    expect(page.get_by_role("img", name="Spendable cash from Fri, Oct 2")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("path", [*PATHS, "/records", "/flow"])
def test_no_page_complains(page: Page, site: Site, business: str, path: str, complaints: list[str]) -> None:
    """The drill-downs load without a complaint too; records and flows are those that the page leads to."""
    page.goto(site.url + _first(site, business, path))
    expect(page.get_by_role("main")).to_be_visible()
    assert complaints == []


def test_the_list_carries_the_same_figures_as_the_chart(page: Page, site: Site) -> None:
    """Choosing List hides the chart and shows a table; choosing Chart brings it back."""
    page.goto(site.url)
    chart, table = page.locator(".as-chart"), page.locator(".as-list table")
    page.get_by_text("List", exact=True).click()
    expect(chart).to_be_hidden()
    expect(table).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="Payroll").first).to_contain_text("−$")
    page.get_by_text("Chart", exact=True).click()
    expect(chart).to_be_visible()
    expect(table).to_be_hidden()


def test_the_page_can_be_walked_by_keyboard(page: Page, site: Site) -> None:
    """Tab comes first to the skip link; on to the toggle, an arrow chooses the list, Enter on an amount opens it."""
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    tab_to(page, page_is_on="#as-chart")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".as-list table")).to_be_visible()
    tab_to(page, page_is_on=".as-list td a")
    assert "rgb" in page.evaluate("getComputedStyle(document.activeElement).boxShadow"), "focus can't be seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/b/*/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def tab_to(page: Page, page_is_on: str) -> None:
    """Press Tab until what has the focus matches a selector."""
    for _ in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", page_is_on):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab doesn't reach {page_is_on}")


def test_an_amount_leads_to_its_document(page: Page, site: Site, business: str) -> None:
    """From the receivables' figure to the invoices, and from one of them to its record."""
    page.goto(site.url)
    page.locator("section", has=page.get_by_role("heading", name="Receivables")).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receivables")
    page.get_by_role("link", name="Invoice").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoice")
    page.get_by_role("link", name="Where am I").click()
    page.wait_for_url(site.url + business)


def test_weeks_are_chosen_by_link(page: Page, site: Site) -> None:
    """2 w shows two weeks and says so."""
    page.goto(site.url)
    page.get_by_role("link", name="2 w", exact=True).click()
    expect(page.get_by_role("heading", name="Spendable cash, 2 weeks")).to_be_visible()
    expect(page.get_by_role("link", name="2 w", exact=True)).to_have_attribute("aria-current", "true")


def test_the_dark_theme_is_dark_and_the_light_one_light(browser: Browser, site: Site) -> None:
    """The page follows the system's preference: paper is darker than ink in the dark, lighter in the light."""
    lightness = {}
    for theme in THEMES:
        context, page = opened(browser, site.url, DESKTOP, theme)
        colours = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        lightness[theme] = [sum(int(part) for part in colour[4:-1].split(",")) for colour in colours]
        context.close()
    assert lightness["light"][0] > lightness["light"][1]
    assert lightness["dark"][0] < lightness["dark"][1]


@pytest.mark.parametrize("as_list", [False, True], ids=["chart", "list"])
def test_a_phone_needs_no_sideways_scroll(browser: Browser, site: Site, as_list: bool) -> None:
    """At 390 px nothing is wider than the window, the phone's own drawing is shown, controls are 40 px high."""
    context, page = opened(browser, site.url, PHONE, "light")
    if as_list:
        page.get_by_text("List", exact=True).click()
    else:
        expect(page.locator("svg.fb.only-s")).to_be_visible()
        expect(page.locator("svg.fb.only-l")).to_be_hidden()
    assert _overflow(page) == 0
    assert page.locator(".seg label").first.bounding_box()["height"] >= 40  # type: ignore[index]
    context.close()


@pytest.mark.parametrize("path", [*PATHS, "/records", "/flow"])
def test_no_drill_down_scrolls_sideways_on_a_phone(browser: Browser, site: Site, business: str, path: str) -> None:
    """Tables turn into rows that fit 390 px."""
    context, page = opened(browser, site.url + _first(site, business, path), PHONE, "light")
    assert _overflow(page) == 0
    assert page.evaluate("[...document.querySelectorAll('.tw')].every(e => e.scrollWidth <= e.clientWidth)")
    context.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", [*PATHS, "/records", "/flow", "?weeks=4", "list", "missing"])
def test_axe_finds_nothing(browser: Browser, site: Site, business: str, path: str, theme: Theme) -> None:
    """Contrast, names, landmarks and tables hold on every page in both themes, the light one on a phone."""
    address = business if path == "list" else _first(site, business, path)
    context, page = opened(browser, site.url + address, PHONE if theme == "light" else DESKTOP, theme)
    if path == "list":
        page.get_by_text("List", exact=True).click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_before_there_is_a_business(
    browser: Browser, lasting_databases: Databases, lasting_agency: Emulator, theme: Theme
) -> None:
    """The page that offers to connect is as accessible as the others."""
    with served(lasting_databases.empty(), lasting_agency) as fresh:
        context, page = opened(browser, fresh.url, DESKTOP, theme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        context.close()


def _overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def _first(site: Site, business: str, path: str) -> str:
    """The address of a page; for records and flows the first one that the business's page leads to."""
    if path == "missing":
        return "/b/missing"
    if path not in {"/records", "/flow"}:
        return business + path
    return next(href for href in site.links(business) if href.startswith(f"{business}{path}/"))
