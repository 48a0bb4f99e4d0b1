"""Every page of a business over real HTTP: found, not found, and refused to those who may not ask."""

import re

import httpx2
import pytest

from tests.support.web import Site

SHEETS = ("/cash", "/receivables", "/payables", "/burn", "/day/2026-10-09")
PAGES = ("", *SHEETS, "/progress", "/connection", "/disconnect")
STRANGER = "/b/00000000-0000-0000-0000-000000000000"


def test_the_front_page_is_the_business_s(agency_site: Site) -> None:
    """`/` shows where the agency is: a headline, its cash, its line."""
    html = agency_site.get("/").text
    assert "<title>Covered " in html
    assert "Spendable cash, 13 weeks" in html
    assert 'class="mid"' in html


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_business_are_found(agency_site: Site, path: str) -> None:
    """Each page answers, is never stored, and carries the content policy; a finished reading leads to the page."""
    answer = agency_site.get(agency_site.business() + path)
    assert answer.status_code == (303 if path == "/progress" else 200)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", [*PAGES, "/flow/x", "/records/Invoice/1"])
def test_pages_of_an_unknown_business_are_not(agency_site: Site, path: str) -> None:
    """A business that isn't ours has no page, whatever page of it is asked for."""
    answer = agency_site.get(STRANGER + path)
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/sync", "/disconnect"])
def test_forms_of_an_unknown_business_do_nothing(agency_site: Site, path: str) -> None:
    """A form for a business that isn't ours is answered like a page that doesn't exist."""
    assert agency_site.post(STRANGER + path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/records/Invoice/99999999", "/records/Nonsense/1", "/flow/none", "/day/2031-01-01", "/day/friday", "/nonsense"],
)
def test_what_the_books_do_not_hold_is_not_found(agency_site: Site, path: str) -> None:
    """Unknown records, kinds, flows and days are 404, never an empty page."""
    assert agency_site.get(agency_site.business() + path).status_code == 404


def test_the_links_of_the_page_open(agency_site: Site) -> None:
    """No number leads nowhere: all flows, days and sheets that the page names are there, and every fifth record."""
    found = sorted(set(agency_site.links("/")))
    records = [href for href in found if "/records/" in href]
    assert len(records) > 20
    walked = [href for href in found if href not in records] + records[::5]
    assert {href: status for href in walked if (status := agency_site.get(href).status_code) != 200} == {}


def test_an_invoice_s_page_shows_what_quickbooks_has(agency_site: Site) -> None:
    """From the receivables to one invoice: its number, its customer's name and its lines."""
    record = next(href for href in agency_site.links(agency_site.business() + "/receivables") if "/Invoice/" in href)
    html = agency_site.get(record).text
    assert re.search(r"<h1>Invoice \S+</h1>", html)
    assert "As QuickBooks has it" in html
    assert "Lines" in html


@pytest.mark.parametrize(("weeks", "shown"), [("2", 2), ("8", 8), ("13", 13), ("99", 13), ("x", 13), ("", 13)])
def test_the_line_is_shown_for_the_weeks_that_can_be_chosen(agency_site: Site, weeks: str, shown: int) -> None:
    """2, 4, 8 or 13 weeks; anything else is the whole."""
    assert f"Spendable cash, {shown} weeks" in agency_site.get(f"/?weeks={weeks}").text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "192.0.2.7"])
def test_a_foreign_host_name_is_refused(agency_site: Site, host: str) -> None:
    """A name that was bent to this machine (DNS rebinding) sees a clear refusal and no figure."""
    for path in ("/", "/static/tokens.css", agency_site.business()):
        answer = agency_site.get(path, host=host)
        assert answer.status_code == 400
        assert "http://127.0.0.1" in answer.text
        assert "$" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "none"}],
)
@pytest.mark.parametrize("form", ["/sync", "/disconnect"])
def test_forms_from_elsewhere_are_refused(agency_site: Site, form: str, headers: dict[str, str]) -> None:
    """Another site can't make the browser sync or disconnect; the connection stays."""
    answer = agency_site.http.post(agency_site.business() + form, headers=headers)
    assert answer.status_code == 403
    assert "Disconnect" in agency_site.get("/").text


def test_a_method_that_a_page_does_not_take_is_told_so(agency_site: Site) -> None:
    """A form sent to a page that only shows is 405, as a page."""
    answer = agency_site.post("/")
    assert (answer.status_code, "<h1>" in answer.text) == (405, True)


def test_nothing_of_the_machinery_is_published(agency_site: Site) -> None:
    """There is no API description and no way out of the static folder."""
    for path in ("/docs", "/openapi.json", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert agency_site.get(path).status_code == httpx2.codes.NOT_FOUND
