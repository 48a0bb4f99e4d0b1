"""Connecting through the consent page: given, refused, repeated, forged."""

import asyncio

import pytest

from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.infra.qbo.errors import ConsentRefusedError, QboError, QboUnreachableError
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator, emulator
from tests.support.product import connect, services_for
from tests.support.recordings import REALM


async def test_consent_makes_a_business_that_can_be_read(migrated: TestDatabase, company: Emulator) -> None:
    """After consent there is one business of the company, connected and without an error."""
    async with services_for(migrated, company) as services:
        assert await services.businesses() == ()
        business_id = await connect(services, company)
        (business,) = await services.businesses()
        view = await services.connection(business_id)
    assert (business.id, business.realm_id) == (business_id, REALM)
    assert (view.state, view.last_error) == (ConnectionState.CONNECTED, "")
    assert view.since is not None


async def test_saying_no_connects_nothing(migrated: TestDatabase, company: Emulator) -> None:
    """Cancelling brings access_denied and our state back, no code, and there is no business."""
    async with services_for(migrated, company) as services:
        brought = company.consent(await services.begin_connect(), decision="cancel")
        assert brought["error"] == "access_denied"
        assert "code" not in brought
        assert await services.businesses() == ()


async def test_a_way_back_counts_once(migrated: TestDatabase, company: Emulator) -> None:
    """The same redirect opened twice connects once; the second time is refused and harms nothing."""
    async with services_for(migrated, company) as services:
        brought = company.consent(await services.begin_connect())
        back = {"code": brought["code"], "realm_id": brought["realmId"], "state": brought["state"]}
        business_id = await services.finish_connect(**back)
        with pytest.raises(ConsentRefusedError, match="not started here or is too old"):
            await services.finish_connect(**back)
        await services.sync(business_id)


async def test_a_way_back_that_was_opened_twice_at_once_counts_once(migrated: TestDatabase, company: Emulator) -> None:
    """Of two simultaneous uses of one redirect exactly one connects."""
    async with services_for(migrated, company) as services:
        brought = company.consent(await services.begin_connect())
        back = {"code": brought["code"], "realm_id": brought["realmId"], "state": brought["state"]}
        ended = await asyncio.gather(*(services.finish_connect(**back) for _ in range(2)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in ended) == ["ConsentRefusedError", "str"]
        assert len(await services.businesses()) == 1


async def test_a_foreign_state_is_refused_before_intuit_is_asked(migrated: TestDatabase, company: Emulator) -> None:
    """A redirect with a state that we never gave out is refused, and its code stays unused."""
    async with services_for(migrated, company) as services:
        brought = company.consent(await services.begin_connect())
        for state in ("", "somebody-else-s", brought["state"][:-1]):
            with pytest.raises(ConsentRefusedError):
                await services.finish_connect(code=brought["code"], realm_id=brought["realmId"], state=state)
        await services.finish_connect(code=brought["code"], realm_id=brought["realmId"], state=brought["state"])


async def test_a_used_code_is_refused_by_intuit(migrated: TestDatabase, company: Emulator) -> None:
    """A code that was exchanged before is told as that, and no second business appears."""
    async with services_for(migrated, company) as services:
        brought = company.consent(await services.begin_connect())
        await services.finish_connect(code=brought["code"], realm_id=brought["realmId"], state=brought["state"])
        another = company.consent(await services.begin_connect())
        with pytest.raises(ConsentRefusedError, match="invalid_grant"):
            await services.finish_connect(code=brought["code"], realm_id=another["realmId"], state=another["state"])
        assert len(await services.businesses()) == 1


async def test_connecting_again_keeps_the_business(migrated: TestDatabase, company: Emulator) -> None:
    """The same company connected twice, even after disconnecting, is the same business with its books."""
    async with services_for(migrated, company) as services:
        business_id = await connect(services, company)
        done = await services.sync(business_id)
        await services.disconnect(business_id)
        assert (await services.connection(business_id)).state is ConnectionState.DISCONNECTED
        with pytest.raises(QboError, match="Connect again"):
            await services.sync(business_id)
        assert await connect(services, company) == business_id
        assert (await services.connection(business_id)).state is ConnectionState.CONNECTED
        assert (await services.sync(business_id)).records == done.records


async def test_each_company_is_a_business_of_its_own(migrated: TestDatabase) -> None:
    """Two companies of one QuickBooks login become two businesses."""
    with emulator("--scenario", "agency", "--companies", "2", "--as-of", "2026-10-02") as quickbooks:
        async with services_for(migrated, quickbooks) as services:
            ids = [await connect(services, quickbooks, realm_id=realm_id) for realm_id in quickbooks.realm_ids]
            businesses = await services.businesses()
    assert len(set(ids)) == 2
    assert {business.realm_id for business in businesses} == set(quickbooks.realm_ids)


async def test_nobody_at_home_is_one_clear_line(migrated: TestDatabase, company: Emulator) -> None:
    """When Intuit's discovery document can't be had, beginning to connect says so."""
    nowhere = "http://127.0.0.1:9/.well-known/openid_configuration"
    async with services_for(migrated, company, qbo_discovery_url=nowhere) as services:
        with pytest.raises(QboUnreachableError, match="Check the network"):
            await services.begin_connect()
