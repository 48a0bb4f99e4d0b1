"""Pages as HTML: each state rendered, everything escaped, one headline, no inline code."""

import re
from html.parser import HTMLParser

import pytest

from oodaloo.domains.core.model import Business
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.runway.experiences.where_am_i import build
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.runway import RunwayState
from oodaloo.web.pages import message_page, page
from oodaloo.web.routes import where_page
from oodaloo.web.shown import Shown, TopBar
from tests.support.assessments import NOW, USD, an_assessment, an_invoice, in_state, usd, with_left_out

HOSTILE = '<script>alert("1")</script>'
BUSINESS = Business(BusinessId("harbor"), "Harbor & Pine", RealmId("9130"), USD, "US", "America/New_York", usd("0"))
STATES = {
    "dated": an_assessment(),
    "beyond": an_assessment([], opening="90000"),
    "sustained": in_state(an_assessment([], opening="90000"), RunwayState.SUSTAINED),
    "unknown": in_state(an_assessment(), RunwayState.UNKNOWN),
    "left out": with_left_out(an_assessment()),
}


class Seen(HTMLParser):
    """What a page is made of: its elements, and every attribute that could carry code."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.code: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append(tag)
        self.code += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id" and value]


def html_of(assessment: Assessment, *, connected: bool = True, reconnect: str = "", weeks: int = 13) -> str:
    """The page of the agency with this assessment."""
    bar = TopBar(BUSINESS, (), connected, reconnect)
    answer = where_page(Shown(BUSINESS, bar, "/b/harbor"), build(assessment, now=NOW, weeks=weeks))
    return bytes(answer.body).decode()


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_a_whole_page(state: str) -> None:
    """One h1, one main, ids that don't repeat, neither script nor inline style, in every state."""
    seen = Seen()
    seen.feed(html_of(STATES[state]))
    assert (seen.elements.count("h1"), seen.elements.count("main")) == (1, 1)
    assert len(set(seen.ids)) == len(seen.ids)
    assert not seen.code
    assert not {"script", "style"} & set(seen.elements)


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        ("dated", "Covered until Fri, Nov 13 · 42 days"),
        ("beyond", "Covered for over 91 days"),
        ("sustained", "Sustained"),
        ("unknown", "Can’t tell how long cash lasts"),
    ],
)
def test_the_headline_says_the_state(state: str, headline: str) -> None:
    """The h1, read as text, is the answer."""
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", html_of(STATES[state]), re.DOTALL)
    assert re.sub(r"<[^>]+>", "", found) == headline


def test_unknown_draws_no_line_but_tells_why() -> None:
    """No flowband, no spendable level, the reasons and the way out."""
    html = html_of(STATES["unknown"])
    assert 'class="mid"' not in html
    assert "Bank activity begins only 9 days ago; at least 4 full weeks are needed." in html
    assert html.count("Sync now") == 2


def test_names_from_the_books_are_text_wherever_they_stand() -> None:
    """A customer called like a script element is shown, never run: in the chart, the list and the title."""
    html = html_of(an_assessment([an_invoice(3, "90000", HOSTILE, "7")], name=HOSTILE))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 3


def test_names_in_addresses_are_escaped() -> None:
    """A flow key with quotes and slashes stays inside its own link."""
    page_html = html_of(an_assessment([an_invoice(3, "900", "Alder", '7"/../x')]))
    assert 'href="/b/harbor/records/Invoice/7%22%2F..%2Fx"' in page_html


def test_a_dead_connection_is_told_with_its_way_out() -> None:
    """Reconnect and disconnected each have their notice, and Disconnect isn't offered."""
    dead = html_of(STATES["dated"], connected=False, reconnect="The token was revoked.")
    assert "QuickBooks no longer lets us read." in dead
    assert "The token was revoked." in dead
    gone = html_of(STATES["dated"], connected=False)
    assert "Disconnected from QuickBooks." in gone
    for html in (dead, gone):
        assert "Connect to QuickBooks" in html
        assert "/disconnect" not in html


def test_while_connected_disconnect_is_offered_and_connect_is_not() -> None:
    """As Intuit asks: Connect only while not connected, Disconnect afterwards."""
    html = html_of(STATES["dated"])
    assert 'href="/b/harbor/disconnect"' in html
    assert "Connect to QuickBooks" not in html


def test_quickbooks_is_called_quickbooks() -> None:
    """No page says QBO."""
    pages = [*(html_of(assessment) for assessment in STATES.values()), bytes(page("connect.html", {}).body).decode()]
    assert not any("QBO" in html for html in pages)


def test_failures_are_alerts_and_messages_are_not() -> None:
    """A failed request is announced to screen readers, a plain message is not."""
    assert 'role="alert"' in bytes(message_page(502, "QuickBooks said no", "Try again.").body).decode()
    assert 'role="alert"' not in bytes(message_page(200, "Not connected", "You said no.").body).decode()
