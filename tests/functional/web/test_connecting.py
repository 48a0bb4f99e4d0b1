"""From nothing to a company's page through QuickBooks' own consent, and back out again."""

from urllib.parse import parse_qs, urlsplit

from tests.support.web import Site


def test_without_a_business_the_page_offers_to_connect(site: Site) -> None:
    """The first page says what happens, what is read and that nothing is written."""
    html = site.get("/").text
    assert "Connect to QuickBooks" in html
    assert "Nothing is written to QuickBooks unless you approve it" in html
    assert "Disconnect" not in html


def test_consent_leads_to_reading_and_reading_to_the_page(site: Site) -> None:
    """Connect, consent, follow the progress, arrive; then Disconnect is offered and Connect isn't."""
    business = site.connect_and_read()
    html = site.get(business).text
    assert "QuickBooks synced" in html
    assert f'href="{business}/disconnect"' in html
    assert "Connect to QuickBooks" not in html


def test_saying_no_in_quickbooks_is_no_error(site: Site) -> None:
    """A refused consent comes back as a page that says so and offers to connect."""
    brought = site.emulator.consent(site.begin_consent(), decision="deny")
    answer = site.http.get("/oauth/callback", params=brought)
    assert answer.status_code == 200
    assert "You said no in QuickBooks." in answer.text
    assert "Connect to QuickBooks" in answer.text


def test_an_answer_that_we_did_not_ask_for_connects_nothing(site: Site) -> None:
    """A made-up state is refused, and so is one that was already used."""
    forged = site.http.get("/oauth/callback", params={"code": "x", "state": "y", "realmId": "1"})
    assert (forged.status_code, "Not connected" in forged.text) == (400, True)
    brought = site.emulator.consent(site.begin_consent())
    assert site.http.get("/oauth/callback", params=brought).status_code == 303
    assert site.http.get("/oauth/callback", params=brought).status_code == 400


def test_an_incomplete_answer_is_told(site: Site) -> None:
    """No code, or an error of QuickBooks', is a page that says what came."""
    assert "was not complete" in site.http.get("/oauth/callback").text
    refused = site.http.get("/oauth/callback", params={"error": "server_error<b>"})
    assert refused.status_code == 400
    assert "server_error&lt;b&gt;" in refused.text


def test_consent_is_asked_with_a_state_that_no_one_else_has(site: Site) -> None:
    """Two connects have two states."""
    states = [parse_qs(urlsplit(site.begin_consent()).query)["state"] for _ in range(2)]
    assert states[0] != states[1]


def test_reading_that_fails_says_so_and_goes_on_when_asked(site: Site) -> None:
    """QuickBooks stays broken: the progress page ends with the reason; healed, Sync now brings the page."""
    site.emulator.fail("status", entity="Bill", times=1000, status=500)
    progress = site.connect()
    failed = site.follow(progress)
    assert failed.status_code == 200
    assert "Reading stopped" in failed.text
    assert site.get("/").headers["location"] == progress
    site.emulator.heal()
    site.post(progress.removesuffix("/progress") + "/sync")
    assert site.follow(progress).headers["location"] == progress.removesuffix("/progress")


def test_disconnecting_is_asked_for_and_keeps_what_was_read(site: Site) -> None:
    """Disconnect asks first, then the page still stands, says so, and offers to connect."""
    business = site.connect_and_read()
    assert "Disconnect" in site.get(f"{business}/disconnect").text
    assert site.post(f"{business}/disconnect").headers["location"] == business
    html = site.get(business).text
    assert "Disconnected from QuickBooks." in html
    assert "Connect to QuickBooks" in html
    assert "Spendable cash, 13 weeks" in html


def test_a_connection_that_quickbooks_ended_is_told(site: Site) -> None:
    """After the owner disconnects in QuickBooks, Sync now says so, and the page says how to go on."""
    business = site.connect_and_read()
    site.emulator.revoke_tokens()
    failed = site.post(f"{business}/sync")
    assert failed.status_code == 409
    assert "The connection to QuickBooks has ended" in failed.text
    html = site.get(business).text
    assert "QuickBooks no longer lets us read." in html
    assert "Connect to QuickBooks" in html
