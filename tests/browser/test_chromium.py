"""The browser that page tests use is there and shows what a page says."""

from playwright.sync_api import Page


def test_chromium_shows_a_page(page: Page) -> None:
    """A page's words reach the screen at the size that the look was drawn for."""
    page.set_content("<main>Payroll is covered</main>")
    assert page.inner_text("main") == "Payroll is covered"
    assert page.evaluate("[innerWidth, innerHeight]") == [1440, 900]
