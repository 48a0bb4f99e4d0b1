"""Reading businesses and the lists that every domain refers to."""

from dataclasses import dataclass, field

from sqlalchemy import select

from oodaloo.domains.core.model import Business, CompanyInfo, Preferences, Term
from oodaloo.domains.core.store import BusinessRow, CompanyInfoRow, PreferencesRow, TermRow
from oodaloo.infra.db.session import SystemSession, TenantSession
from oodaloo.infra.qbo.mirror.kept import MirrorReading
from oodaloo.infra.qbo.mirror.records import Kind, load
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId, RealmId
from oodaloo.kit.money import Currency, Money

TERMS = Kind("Term", TermRow, Term)

NO_CURRENCY = Currency("XXX")
"""ISO 4217's code for "no currency": what amounts are in before the company's preferences have been read."""


class UnknownBusinessError(OodalooError):
    """There is no such business. `oodaloo doctor` lists those there are."""


async def businesses(session: SystemSession) -> tuple[Business, ...]:
    """All businesses by name."""
    rows = await session.scalars(select(BusinessRow).order_by(BusinessRow.name, BusinessRow.id))
    return tuple(_business(row) for row in rows)


async def business(session: SystemSession, business_id: BusinessId) -> Business:
    """One business. Raises `UnknownBusinessError` when there is none of that id."""
    rows = await session.scalars(select(BusinessRow).where(BusinessRow.id == business_id))
    if not rows:
        raise UnknownBusinessError(f"There is no business '{business_id}'. `oodaloo doctor` lists those there are.")
    return _business(rows[0])


async def realm_of(session: SystemSession, business_id: BusinessId) -> RealmId:
    """The QuickBooks company of a business. Raises `UnknownBusinessError` when there is none of that id."""
    return (await business(session, business_id)).realm_id


async def business_of(session: SystemSession, realm_id: RealmId) -> BusinessId | None:
    """The business of a QuickBooks company, None when the company was never connected."""
    rows = await session.scalars(select(BusinessRow.id).where(BusinessRow.realm_id == realm_id))
    return BusinessId(rows[0]) if rows else None


async def company_info(session: TenantSession) -> CompanyInfo | None:
    """The company as QuickBooks knows it, None before the first sync."""
    found = await load(session, CompanyInfoRow, CompanyInfo)
    return found[0] if found else None


async def preferences(session: TenantSession) -> Preferences | None:
    """The company's preferences, None before the first sync."""
    found = await load(session, PreferencesRow, Preferences)
    return found[0] if found else None


async def home_currency(session: TenantSession) -> Currency:
    """The company's home currency; `NO_CURRENCY` before its preferences have been read."""
    known = await preferences(session)
    return known.home_currency if known else NO_CURRENCY


@dataclass(frozen=True, slots=True)
class HomeCurrencies:
    """Home currencies of companies, which keep theirs for ever: each is read until it is known, and then remembered."""

    _known: dict[BusinessId, Currency] = field(default_factory=dict, init=False)

    async def of(self, session: TenantSession) -> Currency:
        """What `home_currency` gives."""
        if session.business_id not in self._known:
            found = await home_currency(session)
            if found == NO_CURRENCY:
                return found
            self._known[session.business_id] = found
        return self._known[session.business_id]


async def terms(session: TenantSession) -> tuple[Term, ...]:
    """All payment terms, inactive ones too."""
    return await load(session, TermRow, Term)


def terms_in(reading: MirrorReading) -> tuple[Term, ...]:
    """`terms` of a reading."""
    return reading.of(TERMS)


def _business(row: BusinessRow) -> Business:
    unit = Currency(row.currency)
    return Business(
        id=BusinessId(row.id),
        name=row.name,
        realm_id=RealmId(row.realm_id),
        currency=unit,
        country=row.country,
        timezone=row.timezone,
        buffer=Money(row.buffer_cents, unit),
    )
