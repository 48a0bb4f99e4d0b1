"""The app of the JSON API, below an address of its own: routes, errors, and the description that fits them."""

from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from oodaloo.bootstrap.services import Services
from oodaloo.domains.core.permissions import Permission
from oodaloo.kit.errors import OodalooError
from oodaloo.web.api import deciding, finalizing, problems, reading, setting_aside
from oodaloo.web.api.access import May
from oodaloo.web.api.problems import MEDIA_TYPE, MovedOnError, ProblemBody

_ABOUT: Final = """
What a business owes, what its people decide about it, and what becomes of that.

A token stands for a person in one business: send it as `Authorization: Bearer TOKEN`. What it may do is what that
person may at this moment; each address says which permission it takes (`x-permission`).

Amounts are decimal digits as text with their currency, dates are ISO 8601 days of the business's own time zone, and
instants carry their offset. Errors are problem details (RFC 9457).

Every POST takes an `Idempotency-Key`: the same request under the same key is done once, and answered with the same
answer for 30 days. With `dry_run=true` it is done, answered and taken back.
"""


_ROUTERS: Final = (reading.router, deciding.router, finalizing.router, setting_aside.router)

ROUTES: Final = tuple(route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute))
"""Every address of the API, but the one of its description."""


def create_api(services: Services) -> FastAPI:
    """The API of `services`, described at its `/openapi.json`."""
    api = FastAPI(
        title="Oodaloo",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": ProblemBody, "description": "What went wrong, and what to do about it."}},
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.services = services
    for router in _ROUTERS:
        api.include_router(router)
    api.add_exception_handler(OodalooError, problems.on_oodaloo_error)
    api.add_exception_handler(MovedOnError, problems.on_moved_on)
    api.add_exception_handler(RequestValidationError, problems.on_invalid)
    api.add_exception_handler(HTTPException, problems.on_http_error)
    api.add_exception_handler(Exception, problems.on_defect)
    _describe(api)
    return api


def permission_of(route: APIRoute) -> Permission:
    """What whoever asks must be allowed to do. Raises ValueError for a route that asks for nothing."""
    for each in route.dependant.dependencies:
        if isinstance(each.call, May):
            return each.call.permission
    raise ValueError(f"{route.path} is open to everybody.")


def _describe(api: FastAPI) -> None:
    """Make the description, and say in it which permission each address takes and how problems are told."""
    paths = api.openapi()["paths"]
    for route in ROUTES:
        for method in route.methods or ():
            operation = paths[route.path][method.lower()]
            operation["x-permission"] = permission_of(route).value
            told = operation["responses"]["default"]["content"]
            told[MEDIA_TYPE] = told.pop("application/json")
