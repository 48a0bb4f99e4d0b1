"""Two businesses in one database, for tests of the walls between them."""

from collections.abc import AsyncIterator

import pytest

from oodaloo.domains.core.store import BusinessRow
from oodaloo.infra.db.session import Database
from tests.support.databases import TestDatabase
from tests.support.product import opened
from tests.support.rows import OURS, THEIRS, a_business


@pytest.fixture
async def two_businesses(migrated: TestDatabase) -> AsyncIterator[Database]:
    """A database with two businesses that have nothing yet."""
    async with opened(migrated) as database:
        async with database.system() as session:
            await session.upsert(BusinessRow, [a_business(OURS), a_business(THEIRS)])
        yield database
