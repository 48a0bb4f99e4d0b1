"""The web app: routes, static files, the guard in front, errors as pages."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from oodaloo.bootstrap.services import Services
from oodaloo.kit.errors import OodalooError
from oodaloo.web import connecting, routes, webhooks
from oodaloo.web.api.app import create_api
from oodaloo.web.errors import error_page
from oodaloo.web.guard import API_PATH, Guard, add_page_headers
from oodaloo.web.pages import message_page


def create_app(services: Services) -> FastAPI:
    """The pages of `services`, for loopback only until there is sign-in, and the JSON API beside them."""
    app = FastAPI(title="Oodaloo", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.add_middleware(Guard)
    app.add_exception_handler(OodalooError, _on_oodaloo_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_defect)
    app.mount("/static", StaticFiles(packages=[("oodaloo.web", "static")]), name="static")
    app.mount(API_PATH, create_api(services), name="api")
    app.include_router(connecting.router)
    app.include_router(routes.router)
    app.include_router(webhooks.router)
    return app


async def _on_oodaloo_error(_: Request, error: Exception) -> HTMLResponse:
    if not isinstance(error, OodalooError):
        raise error
    return error_page(error)


async def _on_http_error(_: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return message_page(
            404, "There is no such page", "It may have been another business's, or a record not read yet."
        )
    return message_page(status, "That can’t be asked", "The address does not take this kind of request.")


async def _on_defect(request: Request, _: Exception) -> HTMLResponse:
    """Answer a defect in our code; it sits outside the guard, and the error itself still goes to the log."""
    answer = message_page(500, "Something broke on our side", "It is in the log. Nothing was written to QuickBooks.")
    add_page_headers(answer.headers, request.url.path)
    return answer
