"""Who asks: the person behind a token, in the business that the address names, with the right that the route needs."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from oodaloo.bootstrap.services import Services
from oodaloo.domains.core.model import Business
from oodaloo.domains.core.people import Member, TokenHolder
from oodaloo.domains.core.permissions import Permission
from oodaloo.kit.ids import BusinessId
from oodaloo.kit.money import Currency
from oodaloo.web.shown import Given

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A personal API token of one business; `oodaloo people token create` makes one.",
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Whoever asks, what they may use, and the business that they ask about."""

    services: Services
    business: Business
    holder: TokenHolder
    member: Member

    @property
    def business_id(self) -> BusinessId:
        """The business."""
        return self.business.id

    @property
    def currency(self) -> Currency:
        """Its home currency."""
        return self.business.currency


@dataclass(frozen=True, slots=True)
class May:
    """Lets through who may do something in the business, as of this moment."""

    permission: Permission

    async def __call__(
        self,
        services: Given,
        business_id: Annotated[str, Path(description="The token's business; any other one isn't found.")],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Asking:
        """Who asks. Raises `UnknownTokenError`, `UnknownBusinessError` and `NotPermittedError`."""
        token = credentials.credentials if credentials else ""
        holder, member = await services.staffing.acting(token, BusinessId(business_id))
        member.require(self.permission)
        return Asking(services, await services.business(holder.business_id), holder, member)
