"""The API for this folder's tests: one site with the agency's books for reading, and fresh ones for deciding."""

from collections.abc import Iterator

import pytest

from tests.support.api import ApiSite, api_site
from tests.support.databases import Databases, TestDatabase
from tests.support.emulators import Emulator


@pytest.fixture(scope="session")
def read_site(lasting_databases: Databases, lasting_company: Emulator) -> Iterator[ApiSite]:
    """A site about which nobody decides anything."""
    with api_site(lasting_databases.empty(), lasting_company) as site:
        yield site


@pytest.fixture
def site(database: TestDatabase, company: Emulator) -> Iterator[ApiSite]:
    """A site on which nothing was decided yet."""
    with api_site(database, company) as fresh:
        yield fresh
