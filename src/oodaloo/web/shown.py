"""The business that a page is about: found or 404, with what the top bar says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import BackgroundTasks, Depends, HTTPException, Request

from oodaloo.bootstrap.services import Services
from oodaloo.domains.core.model import Business
from oodaloo.infra.qbo.connection.tokens import ConnectionState
from oodaloo.web.links import base_of, linker


def services_of(request: Request) -> Services:
    """What bootstrap built for this app."""
    services = request.app.state.services
    if not isinstance(services, Services):
        raise TypeError("create_app was not given Services")
    return services


Given = Annotated[Services, Depends(services_of)]


@dataclass(frozen=True, slots=True)
class TopBar:
    """The top bar: which business, which others, and how it stands with QuickBooks."""

    business: Business
    others: tuple[Business, ...]
    connected: bool
    reconnect: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The business of the page that is asked for."""

    business: Business
    bar: TopBar
    base: str

    @property
    def context(self) -> Mapping[str, object]:
        """What every template about a business reads."""
        return {
            "business": self.business,
            "bar": self.bar,
            "base": self.base,
            "href": linker(self.business.id),
        }


async def shown_business(services: Given, background: BackgroundTasks, business_id: str) -> Shown:
    """The business with this id, noted as looked at; anything else is a page that doesn't exist."""
    businesses = await services.businesses()
    business = next((one for one in businesses if one.id == business_id), None)
    if business is None:
        raise HTTPException(404)
    background.add_task(services.schedule.note_activity, business.id)
    return await show(services, business, businesses)


async def show(services: Services, business: Business, businesses: tuple[Business, ...]) -> Shown:
    """`business` with its top bar."""
    connection = await services.connection(business.id)
    reconnect = ""
    if connection.state is ConnectionState.RECONNECT_NEEDED:
        reconnect = connection.last_error or "The connection has ended."
    bar = TopBar(
        business, businesses if len(businesses) > 1 else (), connection.state is ConnectionState.CONNECTED, reconnect
    )
    return Shown(business, bar, base_of(business.id))


def parse_day(text: str) -> date:
    """An ISO date from an address; anything else is a page that doesn't exist."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(404) from None


About = Annotated[Shown, Depends(shown_business)]
