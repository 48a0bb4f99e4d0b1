"""The control plane under /_emulator: for tests and demos, never called by a product."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbo_emulator.server.attachments import TemporaryLinks
from qbo_emulator.server.control_books import BooksControl
from qbo_emulator.server.control_requests import Handler, answering, company_of
from qbo_emulator.server.control_traffic import TrafficControl
from qbo_emulator.server.control_webhooks import WebhookControl
from qbo_emulator.server.parts import Parts


def control_routes(parts: Parts, links: TemporaryLinks) -> list[Route]:
    """Every endpoint under /_emulator, and the links under which files are fetched."""
    controls = (TrafficControl(parts), BooksControl(parts), WebhookControl(parts))
    routes = [
        Route(f"/_emulator/{endpoint.path}", answering(endpoint.handler), methods=[endpoint.method])
        for control in controls
        for endpoint in control.endpoints()
    ]
    return [*routes, Route("/download/{realm_id}/{entity_id}", answering(_download(parts, links)), methods=["GET"])]


def _download(parts: Parts, links: TemporaryLinks) -> Handler:
    async def download(request: Request) -> Response:
        realm_id, entity_id = request.path_params["realm_id"], request.path_params["entity_id"]
        expires, signature = request.query_params.get("expires", ""), request.query_params.get("signature", "")
        if not links.opens(realm_id, expires, signature, parts.clock.now()):
            return Response("The link is wrong or older than 15 minutes.", 403, media_type="text/plain")
        company = company_of(parts.directory, realm_id)
        async with company.lock:
            content, content_type = (await parts.directory.open(company)).attachment(entity_id)
        return Response(content, media_type=content_type)

    return download
