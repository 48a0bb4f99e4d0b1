"""Connecting a business to QuickBooks, and keeping what we call it in step with its books."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from oodaloo.domains.core import queries
from oodaloo.domains.core.model import Business
from oodaloo.domains.core.store import BusinessRow, ConsentRow
from oodaloo.infra.db.session import Database, SystemSession
from oodaloo.infra.qbo.connection.oauth import OAuth
from oodaloo.infra.qbo.connection.tokens import TokenKeeper
from oodaloo.infra.qbo.errors import ConsentRefusedError
from oodaloo.kit.clock import Clock
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId

_CONSENT_LASTS = timedelta(minutes=15)
_LONGEST_NAME = 200  # what the column holds; QuickBooks takes up to 1,024


class UnknownTimezoneError(OodalooError):
    """A time zone that isn't in the IANA database; give one like America/Chicago."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """The way to Intuit's consent page and back. `wall_clock` is real time; `new_id` and `new_state` mint ids."""

    database: Database
    oauth: OAuth
    tokens: TokenKeeper
    wall_clock: Clock
    new_id: Callable[[], str]
    new_state: Callable[[], str]
    default_timezone: str

    async def begin(self) -> str:
        """The address of Intuit's consent page for one new connection; it must come back within 15 minutes."""
        state = self.new_state()
        async with self.database.system() as session:
            await session.delete(ConsentRow, ConsentRow.expires_at < self.wall_clock.now())
            expires_at = self.wall_clock.now() + _CONSENT_LASTS
            await session.upsert(ConsentRow, [{"state": state, "expires_at": expires_at}])
        return await self.oauth.authorization_url(state)

    async def finish(self, *, code: str, realm_id: RealmId, state: str) -> BusinessId:
        """The business that consent was given for, connected from now on; a known company keeps its business.

        Raises `ConsentRefusedError` when `state` isn't one that we gave out lately, or Intuit refuses the code.
        """
        async with self.database.system() as session:
            known = await session.delete(
                ConsentRow, ConsentRow.state == state, ConsentRow.expires_at >= self.wall_clock.now()
            )
        if not known:
            raise ConsentRefusedError(
                "This way back from QuickBooks was not started here or is too old. Connect again."
            )
        answer = await self.oauth.exchange(code)
        await self.tokens.store(realm_id, answer)
        async with self.database.system() as session:
            return await self._business_of(session, realm_id)

    async def _business_of(self, session: SystemSession, realm_id: RealmId) -> BusinessId:
        known = await session.scalars(select(BusinessRow.id).where(BusinessRow.realm_id == realm_id))
        if known:
            return BusinessId(known[0])
        business_id = BusinessId(self.new_id())
        fresh: dict[str, object] = {
            "id": business_id,
            "realm_id": realm_id,
            "name": f"QuickBooks company {realm_id}",
            "currency": queries.NO_CURRENCY,
            "country": "US",
            "timezone": _known_timezone(self.default_timezone),
            "buffer_cents": 0,
            "created_at": self.wall_clock.now(),
        }
        await session.upsert(BusinessRow, [fresh])
        return business_id


async def adopt_company(database: Database, business_id: BusinessId) -> Business:
    """Take name, country, currency and time zone over from the mirrored books; returns the business as it is then.

    A time zone that QuickBooks doesn't tell, or that nobody knows, leaves ours as it was.
    """
    async with database.tenant(business_id, read_only=True) as tenant:
        info = await queries.company_info(tenant)
        preferences = await queries.preferences(tenant)
    async with database.system() as session:
        changes: dict[str, object] = {}
        if info is not None:
            changes = {"name": info.name[:_LONGEST_NAME], "country": info.country}
            if _exists(info.timezone):
                changes["timezone"] = info.timezone
        if preferences is not None:
            changes["currency"] = preferences.home_currency
        if changes:
            await session.update(BusinessRow, BusinessRow.id == business_id, values=changes)
        return await queries.business(session, business_id)


def _known_timezone(name: str) -> str:
    if not _exists(name):
        raise UnknownTimezoneError(
            f"'{name}' is no time zone. Set OODALOO_DEFAULT_TIMEZONE to one like America/Chicago."
        )
    return name


def _exists(timezone: str) -> bool:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
