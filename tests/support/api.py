"""The JSON API in tests: people with tokens, and a client that sends them."""

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import httpx2

from oodaloo.domains.core.audit import OPERATOR, Author
from oodaloo.domains.core.permissions import Role
from oodaloo.domains.core.staffing import Staffing
from oodaloo.domains.core.store import BusinessRow
from oodaloo.kit.clock import SystemClock
from oodaloo.kit.ids import BusinessId
from oodaloo.web.guard import API_PATH
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.product import opened
from tests.support.rows import THEIRS, a_business
from tests.support.web import served

_MOMENT = datetime(2026, 10, 2, 13, tzinfo=UTC)
_BY = Author(OPERATOR, "the operator", _MOMENT, _MOMENT)
_KEYS = count(1)


@dataclass(frozen=True)
class Caller:
    """A program that acts for somebody."""

    http: httpx2.Client
    business_id: BusinessId
    token: str

    def get(self, path: str = "", **query: str | int) -> httpx2.Response:
        """What there is at an address below the business."""
        return self.http.get(self._at(path), params=query, headers=self._headers())

    def post(
        self, path: str, body: Mapping[str, object] | None = None, *, key: str = "", dry_run: bool = False
    ) -> httpx2.Response:
        """Ask for something, under a key of its own unless one is given."""
        headers = {**self._headers(), "Idempotency-Key": key or f"key {next(_KEYS)}"}
        query = {"dry_run": "true"} if dry_run else {}
        return self.http.post(self._at(path), json=body or {}, params=query, headers=headers)

    def _at(self, path: str) -> str:
        return f"{API_PATH}/businesses/{self.business_id}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True)
class ApiSite:
    """A site with one person of each role in its business, and another business whose owner is a stranger there."""

    database: TestDatabase
    quickbooks: Emulator
    http: httpx2.Client
    business_id: BusinessId
    tokens: Mapping[Role | str, str]

    def by(self, role: Role | str) -> Caller:
        """A program that acts for the person of that role; "" has no token, "stranger" owns the other business."""
        return Caller(self.http, self.business_id, self.tokens[role])

    async def staffed(self, name: str, role: Role, business_id: BusinessId | None = None) -> str:
        """One more person, with a token."""
        async with opened(self.database) as database:
            return await _token(Staffing(database, SystemClock(), _new_id), business_id or self.business_id, name, role)

    async def changed(self, email: str, role: Role | None) -> None:
        """Somebody gets another role, or none any more."""
        async with opened(self.database) as database:
            staffing = Staffing(database, SystemClock(), _new_id)
            if role is None:
                await staffing.remove(self.business_id, email, _BY)
            else:
                await staffing.change_role(self.business_id, email, role, _BY)


@contextmanager
def api_site(database: TestDatabase, quickbooks: Emulator) -> Iterator[ApiSite]:
    """A site that has read the emulator's company, with people and tokens."""
    with served(database, quickbooks, decides=True) as site:
        business_id = BusinessId(site.connect_and_read().removeprefix("/b/"))
        tokens = asyncio.run(_staff(database, business_id))
        yield ApiSite(database, quickbooks, site.http, business_id, tokens)


async def _staff(database: TestDatabase, business_id: BusinessId) -> dict[Role | str, str]:
    async with opened(database) as door:
        async with door.system() as session:
            await session.upsert(BusinessRow, [a_business(THEIRS)])
        staffing = Staffing(door, SystemClock(), _new_id)
        tokens: dict[Role | str, str] = {
            role: await _token(staffing, business_id, role.value.title(), role) for role in Role
        }
        return {**tokens, "": "", "stranger": await _token(staffing, THEIRS, "Stranger", Role.OWNER)}


async def _token(staffing: Staffing, business_id: BusinessId, name: str, role: Role) -> str:
    email = f"{name.lower()}@example.com"
    await staffing.add(business_id, name=name, email=email, role=role, by=_BY)
    return (await staffing.create_token(business_id, email, most=None, label="tests", by=_BY)).secret


def _new_id() -> str:
    return str(uuid.uuid4())
