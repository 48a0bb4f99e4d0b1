"""The pages for this folder's tests: one site with the agency's books for reading, and fresh ones for changing."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import Emulator
from tests.support.web import Site, served


@pytest.fixture(scope="session")
def agency_site(lasting_databases: Databases, lasting_agency: Emulator) -> Iterator[Site]:
    """A site that is connected to the agency and has read its books; nobody changes it."""
    with served(lasting_databases.empty(), lasting_agency) as site:
        site.connect_and_read()
        yield site


@pytest.fixture
def site(database: TestDatabase, lasting_agency: Emulator) -> Iterator[Site]:
    """A site that is connected to nothing yet."""
    lasting_agency.fresh()
    with served(database, lasting_agency) as fresh:
        yield fresh
