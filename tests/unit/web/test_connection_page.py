"""The connection page as HTML in every state: whole, escaped, and with the verbs that Intuit asks for."""

import re
from dataclasses import replace

import pytest

from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.infra.qbo.freshness.standing import Standing
from oodaloo.runway.experiences.connection import connection_page
from oodaloo.web.pages import page
from oodaloo.web.shown import Shown, TopBar
from tests.golden.cli.test_doctor import STATES
from tests.support.standings import BUSINESS, NOW, TYPES, ZONE, a_connection, a_standing, some_reads
from tests.unit.web.test_pages import HOSTILE, Seen


def html_of(standing: Standing, name: str = BUSINESS.name) -> str:
    """The page of a business of this name."""
    view = connection_page(standing, timezone=ZONE, now=NOW, types=TYPES)
    business = replace(BUSINESS, name=name)
    shown = Shown(business, TopBar(business, (), view.connected, ""), "/b/harbor")
    return bytes(page("connection.html", {**shown.context, "view": view}).body).decode()


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_a_whole_page(state: str) -> None:
    """One h1, one main, ids that don't repeat, neither script nor inline style, and never QBO."""
    html = html_of(STATES[state])
    seen = Seen()
    seen.feed(html)
    assert (seen.elements.count("h1"), seen.elements.count("main")) == (1, 1)
    assert len(set(seen.ids)) == len(seen.ids)
    assert not seen.code
    assert not {"script", "style"} & set(seen.elements)
    assert "QBO" not in html


@pytest.mark.parametrize("state", STATES)
def test_connect_is_offered_only_while_not_connected(state: str) -> None:
    """Connected: Sync now and Disconnect; not connected: Connect to QuickBooks and neither of them."""
    html = html_of(STATES[state])
    connected = "<h1>Connected to QuickBooks</h1>" in html
    assert ('href="/connect"' in html) is not connected
    assert ('href="/b/harbor/disconnect"' in html) is connected
    assert (">Sync now<" in html) is connected


def test_names_and_reasons_are_text() -> None:
    """What the business is called and what QuickBooks said can't become markup."""
    html = html_of(a_standing(failures=1, failed=HOSTILE), name=HOSTILE)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 3


@pytest.mark.parametrize(("used", "width"), [(0, 0), (4_999, 0), (5_000, 1), (400_000, 80), (512_345, 100)])
def test_the_bar_shows_what_is_used(used: int, width: int) -> None:
    """The filled part is the used share of the allowance in whole percent, never more than all of it."""
    html = html_of(a_standing(reads=some_reads(used=used)))
    assert re.search(rf'class="used" width="{width}%"', html)
    assert f'aria-label="{width} % of the month’s reads are used"' in html


def test_an_ended_connection_says_why() -> None:
    """The reason of the end is on the page, as an error; the books stay with their date."""
    ended = a_connection(ConnectionState.RECONNECT_NEEDED, "The token was revoked.")
    html = html_of(a_standing(connection=ended, plan=None))
    assert 'class="note err"' in html
    assert "The token was revoked." in html
    assert "The books are as of today, 6:40 am." in html
