"""The demo gives consent on the emulator's page as a browser would."""

import httpx2
import pytest

from oodaloo.cli.emulator import EmulatorError, give_consent
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.gateway import gateway
from tests.support.product import services_for


async def test_the_first_button_is_pressed(migrated: TestDatabase, company: Emulator) -> None:
    """Page, form and redirect lead to a code for the company with the state that was given out."""
    async with services_for(migrated, company) as services, httpx2.AsyncClient() as browser:
        page = await services.begin_connect()
        consent = await give_consent(browser, page)
        assert consent.realm_id == company.realm_id
        assert f"state={consent.state}" in page
        business_id = await services.finish_connect(code=consent.code, realm_id=consent.realm_id, state=consent.state)
        assert [business.id for business in await services.businesses()] == [business_id]


async def test_a_page_that_cannot_be_approved_is_told() -> None:
    """No form, and a redirect without a code, are told with what came instead."""
    async with gateway("http://127.0.0.1:9") as between, httpx2.AsyncClient() as browser:
        between.answer("GET /consent", "400 Bad Request", "<p>The client_id is wrong.</p>", "text/html")
        with pytest.raises(EmulatorError, match="has no form to approve: <p>The client_id is wrong"):
            await give_consent(browser, f"{between.url}/consent")
        between.answer("GET /consent", "200 OK", '<form method="post"><button name="a">Go</button></form>', "text/html")
        between.answer("POST /consent", "200 OK", "no redirect", "text/html")
        with pytest.raises(EmulatorError, match="brought no code back"):
            await give_consent(browser, f"{between.url}/consent")
